"""Closed vocabularies: the words that authors choose from, and what somebody meant who wrote another."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from pygments.lexers import get_all_lexers

LABS: Mapping[str, Sequence[str]] = {
    "browser": ("",),
    "http": ("",),
    "java": ("8", "11", "17", "21", "25"),
    "javascript": ("",),
    "less": ("",),
    "python": ("",),
    "sass": ("",),
    "servlet": ("4.0",),
    "shell": ("sh", "bash"),
    "spark": ("python", "scala"),
    "spring": ("5.3", "6.2"),
    "sql": ("sqlite", "postgresql"),
}
"""The labs by the word that `lab` begins with, and what may follow it, the default first. The labs themselves are
above the domain; a test keeps this in step with them."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")

HEADERS = re.findall(
    r"\S+",
    "Accept Accept-Encoding Accept-Language Access-Control-Allow-Credentials Access-Control-Allow-Headers "
    "Access-Control-Allow-Methods Access-Control-Allow-Origin Access-Control-Expose-Headers "
    "Access-Control-Max-Age Age Allow Authorization Cache-Control Clear-Site-Data Connection "
    "Content-Disposition Content-Encoding Content-Language Content-Length Content-Location Content-Range "
    "Content-Security-Policy Content-Security-Policy-Report-Only Content-Type Cookie "
    "Cross-Origin-Embedder-Policy Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy Date ETag Expect "
    "Expires Forwarded Host If-Match If-Modified-Since If-None-Match If-Range If-Unmodified-Since Keep-Alive "
    "Last-Modified Link Location Max-Forwards Origin Permissions-Policy Pragma Proxy-Authenticate "
    "Proxy-Authorization Range Referer Referrer-Policy Retry-After Sec-Fetch-Dest Sec-Fetch-Mode "
    "Sec-Fetch-Site Sec-Fetch-User Server Set-Cookie Strict-Transport-Security TE Trailer Transfer-Encoding "
    "Upgrade User-Agent Vary Via WWW-Authenticate X-Content-Type-Options X-Forwarded-For X-Forwarded-Host "
    "X-Forwarded-Proto X-Frame-Options X-Powered-By X-Request-ID X-XSS-Protection",
)
"""Headers that every author knows, so that one which is nearly written like them is a slip."""


@cache
def languages() -> frozenset[str]:
    """What Pygments calls the languages that it knows."""
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases) | {"text"}


def nearest(word: str, among: Iterable[str], likeness: float = 0.6) -> str:
    """The word that was probably meant; empty where none is much like it."""
    by_case = {other.casefold(): other for other in among}
    near = difflib.get_close_matches(word.casefold(), by_case, 1, likeness)
    return by_case[near[0]] if near else ""


def choice(word: str, among: Iterable[str], likeness: float = 0.6) -> str:
    """How to correct a word that is none of them."""
    words = list(among)
    near = nearest(word, words, likeness)
    return f"did you mean `{near}`?" if near else f"write one of: {', '.join(words)}"


def lab_names(labs: Mapping[str, Sequence[str]]) -> list[str]:
    """Everything that `lab` can be."""
    return [full for name, releases in labs.items() for full in (name, *(f"{name} {one}" for one in releases if one))]


def lab_fault(lab: str, labs: Mapping[str, Sequence[str]] | None) -> tuple[str, str] | None:
    """What is wrong with a lab's name, and what to do: (message, fix).

    Where nobody says which labs there are, a name that is like none we know may be that of another.
    """
    known = LABS if labs is None else labs
    name, _, release = lab.partition(" ")
    if name not in known:
        near = nearest(name, known, 0.7)
        if labs is None and not near:
            return None
        meant = f"did you mean `{near}`? " * bool(near)
        return f"there is no lab `{name}`", f"{meant}The labs are: {', '.join(known)}"
    if release and release not in known[name]:
        releases = [f"`{full}`" for full in lab_names({name: known[name]})]
        return f"the lab `{name}` has no `{release}`", f"write {' or '.join(releases)}"
    return None
