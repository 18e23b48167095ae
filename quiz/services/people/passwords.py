"""Passwords: which are refused, and how the others are kept."""

import re
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from quiz.domain.errors import WeakPassword
from quiz.domain.passwords import LEAST_GUESSES, guesses

SHORTEST, LONGEST = 12, 256

_FOLDER = Path(__file__).parent / "common_passwords"
_LISTS = ("zxcvbn-4.5.0/passwords.txt", "zxcvbn-4.5.0/english.txt", "django-5.2.19/passwords.txt")

# The least that OWASP's password storage cheat sheet asks of argon2id; two at a time keep memory and answers in bounds.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_HASHING = BoundedSemaphore(2)


def refuse_weak(password: str, email: str, name: str) -> None:
    """Refuse passwords that are guessed first. Any character counts, and nothing else is asked for."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"Use a password of {SHORTEST} to {LONGEST} characters.", "password")
    common = _common()
    if guesses(password, common) < LEAST_GUESSES or password.casefold() in common:
        raise WeakPassword(
            "This password is among the first that anybody would guess. Use several unrelated words, "
            "or let a password manager make one.",
            "password",
        )
    if guesses(password, common, _own_words(email, name)) < LEAST_GUESSES:
        raise WeakPassword("Do not build the password from your name or this product's.", "password")


def _own_words(email: str, name: str) -> list[str]:
    """What somebody who knows whose password it is tries at once."""
    told = re.split(r"[\W_]+", f"{name} {email}")
    return ["quiz", "assessment", "recruiter", "admin", *told, email, email.partition("@")[0], name.replace(" ", "")]


def _common() -> dict[str, int]:
    """Words and passwords that many use, with their ranks. Read when it is needed: it would take memory for good."""
    ranks: dict[str, int] = {}
    for file in _LISTS:
        for rank, word in enumerate((_FOLDER / file).read_text().split("\n"), start=1):
            if word:
                ranks[word.casefold()] = min(rank, ranks.get(word.casefold(), rank))
    return ranks


def hash_of(password: str) -> str:
    """What is stored of a password."""
    with _HASHING:
        return _HASHER.hash(password)


def verified(digest: str, password: str) -> bool:
    """Whether a password is the one that a hash was made of."""
    try:
        with _HASHING:
            return _HASHER.verify(digest, password[: LONGEST + 1])
    except VerificationError:
        return False
