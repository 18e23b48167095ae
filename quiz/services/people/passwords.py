"""Passwords: which are refused, and how the others are kept."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from quiz.domain.errors import WeakPassword

SHORTEST, LONGEST = 12, 256

# The least that OWASP's password storage cheat sheet asks of argon2id; two at a time keep memory and answers in bounds.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_HASHING = BoundedSemaphore(2)


def refuse_weak(password: str, email: str, name: str) -> None:
    """Refuse passwords that are guessed first. Any character counts, and nothing else is asked for."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"Use a password of {SHORTEST} to {LONGEST} characters.", "password")
    folded = password.casefold()
    rest = folded
    for word in ("quiz", email.partition("@")[0], *name.casefold().split()):
        rest = rest.replace(word, "") if len(word) >= 3 else rest
    if len(rest) < SHORTEST // 2:
        raise WeakPassword("Do not build the password from your name or this product's.", "password")
    if len(set(folded)) < 5 or "password" in folded or "1234567890" in folded:
        raise WeakPassword("This password is among the first that are guessed. Use a longer, unusual one.", "password")


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
