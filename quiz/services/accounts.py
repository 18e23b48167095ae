"""Staff: adding accounts, signing in and out, changing a password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from quiz.domain.errors import Invalid, NotFound, SignInFailed, WeakPassword
from quiz.services import throttling
from quiz.services.tokens import hashed, new_token
from quiz.store import accounts
from quiz.store.accounts import ROLES, StaffSession, User

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

    user_id: int
    name: str
    email: str
    role: str


def add_user(session: Session, email: str, name: str, role: str, password: str, now: datetime) -> User:
    """Add an account. Raises Invalid where the address is taken or the role unknown, WeakPassword for the password."""
    email, name = email.strip().lower(), name.strip()
    if role not in ROLES:
        raise Invalid(f"There is no role {role!r}: use {', '.join(ROLES)}.", "role")
    if not 3 <= len(email) <= 254 or "@" not in email[1:-1] or any(c.isspace() for c in email):
        raise Invalid(f"{email!r} is not an e-mail address.", "email")
    if not name or len(name) > 200:
        raise Invalid("Give a name of at most 200 characters.", "name")
    _judge(password, email, name)
    digest = _hash(password)
    if accounts.user_by_email(session, email):
        raise Invalid(f"There is an account for {email} already.", "email")
    user = User(email=email, name=name, role=role, password_hash=digest, created_at=now)
    session.add(user)
    session.commit()
    return user


def sign_in(session: Session, email: str, password: str, address: str, now: datetime) -> str:
    """Start a session and return its token. Raises SignInFailed or TooManyTries."""
    subject = email.strip().lower()[:254]
    throttling.allow(session, throttling.PASSWORDS_PER_ACCOUNT, subject, now)
    throttling.allow(session, throttling.PASSWORDS_PER_ADDRESS, address, now)
    # Every try is counted before the password is looked at, so that parallel guesses cannot slip past the limit.
    throttling.use(session, throttling.PASSWORDS_PER_ACCOUNT, subject, now)
    throttling.use(session, throttling.PASSWORDS_PER_ADDRESS, address, now)
    user = accounts.user_by_email(session, subject)
    user_id, digest = (user.id, user.password_hash) if user and not user.disabled_at else (None, _nobody())
    session.commit()  # Hashing takes long: no transaction is held meanwhile.
    if not _verified(digest, password) or user_id is None:
        raise SignInFailed("The e-mail address or the password is not right.")
    token = new_token()
    session.add(StaffSession(token_hash=hashed(token), user_id=user_id, created_at=now, last_seen_at=now))
    session.commit()
    return token


def who(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token, if anybody; None once a limit of the session has passed."""
    found = accounts.session_by_token(session, hashed(token))
    if found is None or found.user.disabled_at is not None:
        return None
    if now >= min(found.created_at + ABSOLUTE, found.last_seen_at + IDLE):
        return None
    return SignedIn(found.user.id, found.user.name, found.user.email, found.user.role)


def wants_touch(session: Session, token: str, now: datetime) -> bool:
    """Whether the use of a session was last noted more than a minute ago."""
    found = accounts.session_by_token(session, hashed(token))
    return found is not None and now - found.last_seen_at >= _TOUCH_EVERY


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use; one that was ended meanwhile stays ended."""
    accounts.touch(session, hashed(token), now)
    session.commit()


def sign_out(session: Session, token: str) -> None:
    """End a session, here and in every copy of its cookie."""
    accounts.end_session(session, hashed(token))
    session.commit()


def change_password(session: Session, user_id: int, current: str, new: str, now: datetime) -> str:
    """Set a new password, end every session of the account, and return the token of a fresh one.

    Raises Invalid where the current password is wrong, WeakPassword for the new one, TooManyTries.
    """
    user = session.get_one(User, user_id)
    throttling.allow(session, throttling.PASSWORDS_PER_ACCOUNT, user.email, now)
    throttling.use(session, throttling.PASSWORDS_PER_ACCOUNT, user.email, now)
    email, name, digest = user.email, user.name, user.password_hash
    session.commit()
    if not _verified(digest, current):
        raise Invalid("The current password is not right.", "current")
    _judge(new, email, name)
    fresh = _hash(new)
    token = new_token()
    session.get_one(User, user_id).password_hash = fresh
    accounts.end_sessions(session, user_id)
    session.add(StaffSession(token_hash=hashed(token), user_id=user_id, created_at=now, last_seen_at=now))
    session.commit()
    return token


def forget_sessions(session: Session, now: datetime) -> None:
    """Delete sessions past their limits, and counters of guesses that no longer limit anything."""
    accounts.forget_sessions(session, now - ABSOLUTE, now - IDLE)
    accounts.forget_guesses(session, now)
    session.commit()


def disable(session: Session, email: str, now: datetime) -> None:
    """Close an account and end its sessions at once. Raises NotFound."""
    user = accounts.user_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no account for {email}.")
    user.disabled_at = user.disabled_at or now
    accounts.end_sessions(session, user.id)
    session.commit()


def reset_password(session: Session, email: str, new: str) -> None:
    """Set the password of an account and end its sessions, for an operator. Raises NotFound or WeakPassword."""
    user = accounts.user_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no account for {email}.")
    _judge(new, user.email, user.name)
    user.password_hash = _hash(new)
    accounts.end_sessions(session, user.id)
    session.commit()


def _judge(password: str, email: str, name: str) -> None:
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
