"""Staff: adding accounts, signing in and out, changing a password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from quiz.domain.errors import Invalid, NotFound, SignInFailed, WeakPassword
from quiz.domain.people import normalised_email
from quiz.services.people import throttling
from quiz.services.people.tokens import hashed, new_token
from quiz.store import accounts
from quiz.store.accounts import ROLES, StaffSession, User
from quiz.store.database import Store, reading, writing

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
"""How long a staff session lives without use, and at all."""

_TOUCH_EVERY = timedelta(minutes=1)
_SHORTEST, _LONGEST = 12, 256

# The least that OWASP's password storage cheat sheet asks of argon2id; two at a time keep memory and answers in bounds.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_HASHING = BoundedSemaphore(2)


@dataclass(frozen=True)
class SignedIn:
    """Somebody of the staff in a browser."""

    user_row: int
    name: str
    email: str
    role: str


def add_user(store: Store, email: str, name: str, role: str, password: str, now: datetime) -> str:
    """Add an account; its address. Raises Invalid where that is taken or the role unknown, or WeakPassword."""
    email, name = normalised_email(email), name.strip()
    if role not in ROLES:
        raise Invalid(f"There is no role {role!r}: use {', '.join(ROLES)}.", "role")
    if not name or len(name) > 200:
        raise Invalid("Give a name of at most 200 characters.", "name")
    _refuse_weak(password, email, name)
    digest = _hash(password)
    with writing(store) as session:
        if accounts.user_by_email(session, email):
            raise Invalid(f"There is an account for {email} already.", "email")
        session.add(User(email=email, name=name, role=role, password_hash=digest, created_at=now))
    return email


def has_user(store: Store, email: str) -> bool:
    """Whether there is an account for an address."""
    with reading(store) as session:
        return accounts.user_by_email(session, email) is not None


def sign_in(store: Store, email: str, password: str, address: str, now: datetime) -> str:
    """Start a session and return its token. Raises SignInFailed or TooManyTries."""
    subject = email.strip().lower()[:254]
    # Every try is counted before the password is looked at, so that parallel guesses cannot slip past the limit.
    with writing(store) as session:
        throttling.use(session, throttling.PASSWORDS_PER_ACCOUNT, subject, now)
        throttling.use(session, throttling.PASSWORDS_PER_ADDRESS, address, now)
        user = accounts.user_by_email(session, subject)
        user_row, digest = (user.id, user.password_hash) if user and not user.disabled_at else (None, _nobody())
    if not _verified(digest, password) or user_row is None:  # Hashing takes long: no block is open meanwhile.
        raise SignInFailed("The e-mail address or the password is not right.")
    with writing(store) as session:
        return _begin_session(session, user_row, now)


def _begin_session(session: Session, user_row: int, now: datetime) -> str:
    """Start a session of an account; its token."""
    token = new_token()
    session.add(StaffSession(token_hash=hashed(token), user_id=user_row, created_at=now, last_seen_at=now))
    return token


def who(store: Store, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token, if anybody; None once a limit of the session has passed.

    That the session is in use is noted once a minute.
    """
    with reading(store) as session:
        found = accounts.session_by_token(session, hashed(token))
        if found is None or found.user.disabled_at is not None:
            return None
        if now >= min(found.created_at + ABSOLUTE, found.last_seen_at + IDLE):
            return None
        somebody = SignedIn(found.user.id, found.user.name, found.user.email, found.user.role)
        seen_lately = now - found.last_seen_at < _TOUCH_EVERY
    if not seen_lately:
        touch(store, token, now)
    return somebody


def touch(store: Store, token: str, now: datetime) -> None:
    """Note that a session is in use; one that was ended meanwhile stays ended."""
    with writing(store) as session:
        accounts.touch(session, hashed(token), now)


def sign_out(store: Store, token: str) -> None:
    """End a session, here and in every copy of its cookie."""
    with writing(store) as session:
        accounts.end_session(session, hashed(token))


def change_password(store: Store, user_row: int, current: str, new: str, now: datetime) -> str:
    """Set a new password, end every session of the account, and return the token of a fresh one.

    Raises Invalid where the current password is wrong, WeakPassword for the new one, TooManyTries.
    """
    with writing(store) as session:
        user = session.get_one(User, user_row)
        throttling.use(session, throttling.PASSWORDS_PER_ACCOUNT, user.email, now)
        email, name, current_digest = user.email, user.name, user.password_hash
    if not _verified(current_digest, current):
        raise Invalid("The current password is not right.", "current")
    _refuse_weak(new, email, name)
    digest = _hash(new)
    with writing(store) as session:
        session.get_one(User, user_row).password_hash = digest
        accounts.end_sessions(session, user_row)
        return _begin_session(session, user_row, now)


def forget_sessions(store: Store, now: datetime) -> None:
    """Delete sessions past their limits, and counters of guesses that no longer limit anything."""
    with writing(store) as session:
        accounts.forget_sessions(session, now - ABSOLUTE, now - IDLE)
        accounts.forget_guesses(session, now)


def disable(store: Store, email: str, now: datetime) -> None:
    """Close an account and end its sessions at once. Raises NotFound."""
    with writing(store) as session:
        user = _user(session, email)
        user.disabled_at = user.disabled_at or now
        accounts.end_sessions(session, user.id)


def reset_password(store: Store, email: str, new: str) -> None:
    """Set the password of an account and end its sessions, for an operator. Raises NotFound or WeakPassword."""
    with reading(store) as session:
        name = _user(session, email).name
    _refuse_weak(new, email.strip().lower(), name)
    digest = _hash(new)
    with writing(store) as session:
        user = _user(session, email)
        user.password_hash = digest
        accounts.end_sessions(session, user.id)


def _user(session: Session, email: str) -> User:
    user = accounts.user_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no account for {email}.")
    return user


def _refuse_weak(password: str, email: str, name: str) -> None:
    """Refuse passwords that are guessed first. Any character counts, and nothing else is asked for."""
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise WeakPassword(f"Use a password of {_SHORTEST} to {_LONGEST} characters.", "password")
    folded = password.casefold()
    rest = folded
    for word in ("quiz", email.partition("@")[0], *name.casefold().split()):
        rest = rest.replace(word, "") if len(word) >= 3 else rest
    if len(rest) < _SHORTEST // 2:
        raise WeakPassword("Do not build the password from your name or this product's.", "password")
    if len(set(folded)) < 5 or "password" in folded or "1234567890" in folded:
        raise WeakPassword("This password is among the first that are guessed. Use a longer, unusual one.", "password")


def _hash(password: str) -> str:
    with _HASHING:
        return _HASHER.hash(password)


@cache
def _nobody() -> str:
    """A hash for accounts that do not exist, so that they take as long to refuse as those that do."""
    return _HASHER.hash(new_token())


def _verified(digest: str, password: str) -> bool:
    try:
        with _HASHING:
            return _HASHER.verify(digest, password[: _LONGEST + 1])
    except VerificationError:
        return False
