"""Settings: read once from the environment, frozen, and refused where they would be unsafe."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from quiz import paths

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECRET_LENGTH = 32


class Unusable(Exception):
    """This installation cannot run as it is configured; the message says what to change."""


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    `public_url` is where browsers reach it: https anywhere, http only on this machine itself. `workers` is how many
    processes serve, or None for as many as suit the machine and the store. `proxy_hops` is how many proxies in front
    of it set `X-Forwarded-*` headers that may be believed. `allow_unproven` lets code items into quizzes whose key no
    machine has proven. `daily_invitations` is how many people one of the staff may invite in a day.
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

    def __post_init__(self) -> None:
        url = urlsplit(self.public_url)
        if url.scheme not in ("http", "https") or not url.hostname or url.path.strip("/"):
            raise Unusable(
                f"QUIZ_PUBLIC_URL is {self.public_url!r}: write an address such as https://quiz.example.org."
            )
        if url.scheme == "http" and url.hostname not in _LOOPBACK:
            raise Unusable(f"QUIZ_PUBLIC_URL is {self.public_url!r}: beyond this machine itself it has to be https.")
        if len(self.secret_key) < _SECRET_LENGTH:
            raise Unusable(f"QUIZ_SECRET_KEY is too short: use at least {_SECRET_LENGTH} random characters.")

    @property
    def secure(self) -> bool:
        """Whether browsers reach this installation by https."""
        return self.public_url.startswith("https:")

    @property
    def hosts(self) -> list[str]:
        """The host names that requests may ask for."""
        hostname = urlsplit(self.public_url).hostname or ""
        return [hostname] if self.secure else [hostname, *_LOOPBACK]


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; the data folder and its secret key are made if they are missing.

    Raises Unusable with a sentence that says what to change.
    """
    data_dir = Path(environ.get("QUIZ_DATA_DIR") or "var").absolute()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=data_dir).close()
    except OSError as error:
        raise Unusable(
            f"The data folder {data_dir} cannot be written ({error.strerror}): set QUIZ_DATA_DIR to a folder that can."
        ) from error
    port = _number(environ, "PORT", 8000, 65535)
    host = environ.get("QUIZ_HOST") or "127.0.0.1"
    return Settings(
        data_dir=data_dir,
        database_url=environ.get("QUIZ_DATABASE_URL") or f"sqlite:///{data_dir / 'quiz.sqlite3'}",
        secret_key=environ.get("QUIZ_SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
        public_url=(environ.get("QUIZ_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        host=host,
        port=port,
        workers=_number(environ, "QUIZ_WORKERS", 1, 64) if environ.get("QUIZ_WORKERS") else None,
        banks_dir=Path(environ.get("QUIZ_BANKS_DIR") or paths.QUESTION_BANKS).absolute(),
        proxy_hops=_number(environ, "QUIZ_PROXY_HOPS", 0, 9, least=0),
        allow_unproven=_truth(environ, "QUIZ_ALLOW_UNPROVEN"),
        daily_invitations=_number(environ, "QUIZ_DAILY_INVITATIONS", 1000, 1_000_000),
    )


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
    """The secret key of this installation, drawn when it is first asked for."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
