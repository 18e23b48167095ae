"""Settings: read once from the environment, frozen, and refused where they would be unsafe."""

import errno
import os
import re
import secrets
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

from quiz import paths

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECRET_LENGTH = 32
_SECRET_VARIETY = 10
_MADE_UP = re.compile("change.?(me|this|it)|secret|example|default|password|insecure|1234567|qwerty", re.IGNORECASE)
"""What is found in keys that were copied from a document, or made up."""


class Unusable(Exception):
    """This installation cannot run as it is configured; the message says what to change."""


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    `public_url` is where browsers reach it: https anywhere, http only on this machine itself. `workers` is how many
    processes serve, or None for as many as suit the machine and the store. `proxy_hops` is how many proxies in front
    of it set `X-Forwarded-*` headers that may be believed. `allow_unproven` lets code items into quizzes whose key no
    machine has proven. `daily_invitations` is how many people one of the staff may invite in a day.
    `staff_url` is where staff reach it, if that is another host name than the candidates'. `secret_key_fallbacks` are
    keys that were replaced: what was made with them still holds.
    """

    data_dir: Path
    database_url: str
    secret_key: str
    public_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int | None = None
    banks_dir: Path = paths.QUESTION_BANKS
    proxy_hops: int = 0
    allow_unproven: bool = False
    daily_invitations: int = 1000
    staff_url: str = ""
    secret_key_fallbacks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Frozen, so that nothing changes it later; what is written in several ways is written in one from here on.
        object.__setattr__(self, "public_url", _address("QUIZ_PUBLIC_URL", self.public_url))
        object.__setattr__(self, "staff_url", _address("QUIZ_STAFF_URL", self.staff_url) if self.staff_url else "")
        if self.staff_url and _host(self.staff_url) == _host(self.public_url):
            raise Unusable(
                "QUIZ_STAFF_URL and QUIZ_PUBLIC_URL have the same host name, and browsers share cookies by host name: "
                "give staff another name, or leave QUIZ_STAFF_URL empty."
            )
        if self.staff_url and self.staff_url.startswith("https:") != self.secure:
            raise Unusable("QUIZ_STAFF_URL and QUIZ_PUBLIC_URL differ in http and https: use https for both.")
        for key in (self.secret_key, *self.secret_key_fallbacks):
            _refuse_weak(key)

    @cached_property
    def secure(self) -> bool:
        """Whether browsers reach this installation by https."""
        return self.public_url.startswith("https:")

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The host names that candidates' pages answer to, and all others where staff have none of their own."""
        return self._answering(self.public_url)

    @cached_property
    def staff_hosts(self) -> frozenset[str]:
        """The host names that the pages of staff answer to."""
        return self._answering(self.staff_url) if self.staff_url else self.hosts

    def _answering(self, url: str) -> frozenset[str]:
        """The host name of an address; on this machine itself, all of its names, unless staff have one of them."""
        if self.secure or self.staff_url:
            return frozenset({_host(url)})
        return frozenset({_host(url), *_LOOPBACK})


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _address(name: str, text: str) -> str:
    """An address as browsers write it: the host in lower case and ASCII, no path. Raises Unusable."""
    example = f"{name} is {text!r}: write an address such as https://quiz.example.org"
    try:
        url = urlsplit(text.strip())
        host, port = (url.hostname or "").rstrip("."), url.port
        ascii_host = f"[{ip_address(host)}]" if ":" in host else ".".join(map(_label, host.split(".")))
    except ValueError as error:
        raise Unusable(f"{example}.") from error
    if url.scheme not in ("http", "https") or not host or "@" in url.netloc:
        raise Unusable(f"{example}.")
    if url.path.strip("/") or url.query or url.fragment:
        raise Unusable(f"{example}, without anything after the host name and the port.")
    if url.scheme == "http" and ascii_host.strip("[]") not in _LOOPBACK:
        raise Unusable(f"{name} is {text!r}: anywhere but on this machine it has to be https.")
    shown_port = f":{port}" if port and port != {"http": 80, "https": 443}[url.scheme] else ""
    return f"{url.scheme}://{ascii_host}{shown_port}"


def _label(label: str) -> str:
    """One part of a host name as it is looked up (RFC 5890, 2.3.2.1). Raises ValueError where it cannot be one."""
    label = unicodedata.normalize("NFKC", label.lower())
    if not label.isascii():
        if not all(unicodedata.category(character)[0] in "LMN" or character == "-" for character in label):
            raise ValueError(label)
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?", label):
        raise ValueError(label)
    return label


def _refuse_weak(key: str) -> None:
    """Refuse a secret that is short, or that somebody made up or copied. Raises Unusable."""
    if len(key) < _SECRET_LENGTH:
        raise Unusable(f"QUIZ_SECRET_KEY is too short: use at least {_SECRET_LENGTH} random characters.{_DRAW_ONE}")
    if len(set(key)) < _SECRET_VARIETY or _MADE_UP.search(key):
        raise Unusable(f"QUIZ_SECRET_KEY can be guessed: use random characters.{_DRAW_ONE}")


_DRAW_ONE = " This makes one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; the data folder and its secret key are made if they are missing.

    Raises Unusable with a sentence that says what to change.
    """
    data_dir = _data_dir(environ)
    port = _number(environ, "PORT", 8000, 65535)
    keys = _keys(environ, data_dir)
    return Settings(
        data_dir=data_dir,
        database_url=_told(environ, "QUIZ_DATABASE_URL", "QUIZ_DATABASE_URL_FILE") or _sqlite(data_dir),
        secret_key=keys[0],
        secret_key_fallbacks=tuple(keys[1:]),
        public_url=environ.get("QUIZ_PUBLIC_URL") or f"http://127.0.0.1:{port}",
        staff_url=environ.get("QUIZ_STAFF_URL") or "",
        host=(environ.get("QUIZ_HOST") or "127.0.0.1").strip("[]"),
        port=port,
        workers=_number(environ, "QUIZ_WORKERS", 1, 64) if environ.get("QUIZ_WORKERS") else None,
        banks_dir=Path(environ.get("QUIZ_BANKS_DIR") or paths.QUESTION_BANKS).absolute(),
        proxy_hops=_number(environ, "QUIZ_PROXY_HOPS", 0, 9, least=0),
        allow_unproven=_truth(environ, "QUIZ_ALLOW_UNPROVEN"),
        daily_invitations=_number(environ, "QUIZ_DAILY_INVITATIONS", 1000, 1_000_000),
    )


def _data_dir(environ: Mapping[str, str]) -> Path:
    """The data folder, made if it is missing. Raises Unusable."""
    data_dir = Path(environ.get("QUIZ_DATA_DIR") or "var").absolute()
    try:
        str(data_dir).encode()
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=data_dir).close()
    except OSError as error:
        reason = error.strerror
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unusable(f"The disk of the data folder {data_dir} is full: free space there.") from error
        raise Unusable(
            f"The data folder {data_dir} cannot be written ({reason}): set QUIZ_DATA_DIR to a folder that can."
        ) from error
    except ValueError as error:
        raise Unusable(
            f"The name of the data folder {str(data_dir)!r} cannot be used: set QUIZ_DATA_DIR to a name in UTF-8."
        ) from error
    return data_dir


def _sqlite(data_dir: Path) -> str:
    """The address of the database in the data folder, whatever characters its name has."""
    return f"sqlite:///{quote(str(data_dir / 'quiz.sqlite3'))}"


def _keys(environ: Mapping[str, str], data_dir: Path) -> list[str]:
    """The secret key, and those that it replaces."""
    fallbacks = _told(environ, "QUIZ_SECRET_KEY_FALLBACKS", "QUIZ_SECRET_KEY_FALLBACKS_FILE").replace(",", " ").split()
    key = _told(environ, "QUIZ_SECRET_KEY", "QUIZ_SECRET_KEY_FILE") or _kept_secret(data_dir / "secret_key")
    return [key, *fallbacks]


def _told(environ: Mapping[str, str], name: str, file_name: str) -> str:
    """A setting that is a secret: its own text, or what is in the file that is named instead. Raises Unusable."""
    if not (path := environ.get(file_name)):
        return environ.get(name) or ""
    if environ.get(name):
        raise Unusable(f"{name} and {file_name} are both set: leave one of them empty.")
    try:
        text = Path(path).read_text().strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise Unusable(f"{file_name} is {path!r}, which cannot be read ({reason}): name a readable file.") from error
    if not text:
        raise Unusable(f"{file_name} is {path!r}, which is empty: write {name} into it.")
    return text


def _number(environ: Mapping[str, str], name: str, default: int, most: int, least: int = 1) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Unusable(f"{name} is {text!r}: write a whole number from {least} to {most}.")
    return int(text)


def _truth(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name) or "no"
    if text not in ("yes", "no"):
        raise Unusable(f"{name} is {text!r}: write yes or no.")
    return text == "yes"


def _kept_secret(path: Path) -> str:
    """The secret key of this installation, drawn when it is first asked for. Raises Unusable."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise Unusable(f"The secret key cannot be written to {path} ({error.strerror}): fix that.") from error
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    try:
        return path.read_text().strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise Unusable(f"The secret key in {path} cannot be read ({reason}): fix that, or delete the file.") from error
