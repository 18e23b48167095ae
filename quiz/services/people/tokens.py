"""Tokens: random in a browser or a link, only their hash with us."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def new_public_id() -> str:
    """A name for addresses that says nothing and cannot be guessed (120 bits)."""
    return secrets.token_hex(15)


def hashed(token: str) -> str:
    """What is stored of a token: SHA-256 as hex. A random token needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
