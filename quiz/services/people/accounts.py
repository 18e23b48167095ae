"""Staff: adding accounts, signing in and out, changing a password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from quiz.domain.errors import Invalid, NotFound, SignInFailed
from quiz.domain.people import normalised_email
from quiz.services.people import passwords, throttling
from quiz.services.people.throttling import Limit
from quiz.services.people.tokens import hashed, new_token
from quiz.store import accounts
from quiz.store.accounts import ROLES, StaffSession, User
from quiz.store.database import Store, reading, writing

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
"""How long a staff session lives without use, and at all."""

BROWSER_KNOWN = timedelta(days=180)
"""How long a browser in which somebody has signed in is known."""

_TOUCH_EVERY = timedelta(minutes=1)


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
    _refuse_unknown_role(role)
    if not name or len(name) > 200:
        raise Invalid("Give a name of at most 200 characters.", "name")
    passwords.refuse_weak(password, email, name)
    digest = passwords.hash_of(password)
    with writing(store) as session:
        if found := accounts.user_by_email(session, email):
            closed = f" It is closed: open it with quiz users enable {email}." if found.disabled_at else ""
            raise Invalid(f"There is already an account for {email}.{closed}", "email")
        session.add(User(email=email, name=name, role=role, password_hash=digest, created_at=now))
    return email


def has_user(store: Store, email: str) -> bool:
    """Whether there is an account for an address."""
    with reading(store) as session:
        return accounts.user_by_email(session, email) is not None


def sign_in(
    store: Store, email: str, password: str, address: str, now: datetime, browser: str | None = None, agent: str = ""
) -> str:
    """Start a session and return its token. Raises SignInFailed or TooManyTries.

    `browser` is what a browser was given by `know_browser`, if it was. Only wrong passwords count. Those that strangers
    try keep out strangers, and not a browser in which the account has signed in before.
    """
    subject = email.strip().lower()[:254]
    # Every try is counted before the password is looked at, so that parallel guesses cannot slip past the limit.
    with writing(store) as session:
        user = accounts.user_by_email(session, subject)
        known = bool(user and browser and accounts.is_known_browser(session, hashed(browser), user.id))
        limits = _limits(user, subject, address, browser if known else None)
        for limit, whose in limits:
            throttling.use(session, limit, whose, now)
        user_row, digest = (user.id, user.password_hash) if user and not user.disabled_at else (None, _nobody())
    if not passwords.verified(digest, password) or user_row is None:  # Takes long: no block is open meanwhile.
        raise SignInFailed("The e-mail address or the password is not right.")
    with writing(store) as session:
        for limit, whose in limits:
            throttling.give_back(session, limit, whose, now)
        user = session.get_one(User, user_row)
        if user.disabled_at is not None or user.password_hash != digest:  # Closed, or changed, meanwhile.
            raise SignInFailed("The e-mail address or the password is not right.")
        return _begin_session(session, user_row, now, agent)


def _limits(user: User | None, email: str, address: str, browser: str | None) -> list[tuple[Limit, str]]:
    """What limits a try to sign in, each with whose tries it counts.

    Tries count for an account and its password: where a new one is set, they begin anew.
    """
    account = f"{email} {hashed(user.password_hash)}" if user else email
    if browser is not None:
        return [(throttling.PASSWORDS_FROM_DEVICE, f"{account} {hashed(browser)}")]
    return [
        (throttling.PASSWORDS_FROM_STRANGER, f"{account} {throttling.network(address)}"),
        (throttling.PASSWORDS_PER_ACCOUNT, account),
        (throttling.PASSWORDS_PER_ADDRESS, address),
        (throttling.PASSWORDS_OVERALL, ""),
    ]


def know_browser(store: Store, token: str, browser: str | None, now: datetime) -> str:
    """Note that the account of a session has signed in with a browser; what the browser is known by from now on.

    Always something new, so that nobody is known by what they have put into somebody else's browser.
    """
    fresh = new_token()
    with writing(store) as session:
        found = accounts.session_by_token(session, hashed(token))
        if browser is not None:
            accounts.rename_browser(session, hashed(browser), hashed(fresh))
        if found is not None:
            accounts.know_browser(session, hashed(fresh), found.user_id, now)
    return fresh


def _begin_session(session: Session, user_row: int, now: datetime, agent: str) -> str:
    """Start a session of an account; its token."""
    token = new_token()
    session.add(
        StaffSession(token_hash=hashed(token), user_id=user_row, created_at=now, last_seen_at=now, agent=agent[:200])
    )
    return token


@dataclass(frozen=True)
class OwnSession:
    """A session as its owner sees it. `session_id` names it without letting anybody in; `here` is the one in use."""

    session_id: str
    started_at: datetime
    seen_at: datetime
    agent: str
    here: bool


def own_sessions(store: Store, user_row: int, token: str, now: datetime) -> list[OwnSession]:
    """The sessions of an account that still hold, the last used first."""
    with reading(store) as session:
        return [
            OwnSession(
                hashed(found.token_hash)[:30],
                found.created_at,
                found.last_seen_at,
                found.agent or "",
                found.token_hash == hashed(token),
            )
            for found in accounts.sessions_of(session, user_row)
            if _holds(found, now)
        ]


def end_own_session(store: Store, user_row: int, session_id: str) -> None:
    """End one of an account's own sessions; one that has ended stays so."""
    with writing(store) as session:
        for found in accounts.sessions_of(session, user_row):
            if hashed(found.token_hash)[:30] == session_id:
                accounts.end_session(session, found.token_hash)


def end_other_sessions(store: Store, user_row: int, token: str) -> None:
    """End every session of an account but the one with this token."""
    with writing(store) as session:
        for found in accounts.sessions_of(session, user_row):
            if found.token_hash != hashed(token):
                accounts.end_session(session, found.token_hash)


def _holds(found: StaffSession, now: datetime) -> bool:
    return now < min(found.created_at + ABSOLUTE, found.last_seen_at + IDLE)


def who(store: Store, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token, if anybody; None once a limit of the session has passed.

    That the session is in use is noted once a minute.
    """
    with reading(store) as session:
        found = accounts.session_by_token(session, hashed(token))
        if found is None or found.user.disabled_at is not None:
            return None
        if not _holds(found, now):
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


def change_password(store: Store, user_row: int, current: str, new: str, now: datetime, agent: str = "") -> str:
    """Set a new password, end every session of the account, and return the token of a fresh one.

    Raises Invalid where the current password is wrong, WeakPassword for the new one, TooManyTries.
    """
    with writing(store) as session:
        user = session.get_one(User, user_row)
        throttling.use(session, throttling.CURRENT_PASSWORDS, str(user_row), now)
        email, name, current_digest = user.email, user.name, user.password_hash
    if not passwords.verified(current_digest, current):
        raise Invalid("The current password is not right.", "current")
    with writing(store) as session:
        throttling.give_back(session, throttling.CURRENT_PASSWORDS, str(user_row), now)
    passwords.refuse_weak(new, email, name)
    digest = passwords.hash_of(new)
    with writing(store) as session:
        session.get_one(User, user_row).password_hash = digest
        accounts.end_sessions(session, user_row)
        return _begin_session(session, user_row, now, agent)


def forget_sessions(store: Store, now: datetime) -> None:
    """Delete sessions past their limits, browsers long unused, and counters that no longer limit anything."""
    with writing(store) as session:
        accounts.forget_browsers(session, now - BROWSER_KNOWN)
        accounts.forget_sessions(session, now - ABSOLUTE, now - IDLE)
        accounts.forget_guesses(session, now)


@dataclass(frozen=True)
class Account:
    """An account as operators see it."""

    email: str
    name: str
    role: str
    disabled: bool
    sessions: int


def all_accounts(store: Store, now: datetime) -> list[Account]:
    """Every account by its address, with how many sessions it has now."""
    with reading(store) as session:
        return [
            Account(
                user.email,
                user.name,
                user.role,
                user.disabled_at is not None,
                sum(_holds(found, now) for found in accounts.sessions_of(session, user.id)),
            )
            for user in accounts.all_users(session)
        ]


def disable(store: Store, email: str, now: datetime) -> None:
    """Close an account and end its sessions at once. Raises NotFound."""
    with writing(store) as session:
        user = _user(session, email)
        user.disabled_at = user.disabled_at or now
        accounts.end_sessions(session, user.id)


def enable(store: Store, email: str) -> None:
    """Open an account again that was closed; its password is the one it had. Raises NotFound."""
    with writing(store) as session:
        _user(session, email).disabled_at = None


def set_role(store: Store, email: str, role: str) -> None:
    """Give an account another role and end its sessions, so that no page of the old one stays open.

    Raises NotFound, and Invalid for a role that does not exist.
    """
    _refuse_unknown_role(role)
    with writing(store) as session:
        user = _user(session, email)
        user.role = role
        accounts.end_sessions(session, user.id)


def end_sessions(store: Store, email: str) -> None:
    """End every session of an account. Raises NotFound."""
    with writing(store) as session:
        accounts.end_sessions(session, _user(session, email).id)


def reset_password(store: Store, email: str, new: str) -> None:
    """Set the password of an account and end its sessions, for an operator. Raises NotFound or WeakPassword."""
    with reading(store) as session:
        name = _user(session, email).name
    passwords.refuse_weak(new, email.strip().lower(), name)
    digest = passwords.hash_of(new)
    with writing(store) as session:
        user = _user(session, email)
        user.password_hash = digest
        accounts.end_sessions(session, user.id)


def _user(session: Session, email: str) -> User:
    user = accounts.user_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no account for {email}.")
    return user


def _refuse_unknown_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid(f"There is no role {role!r}: use {', '.join(ROLES)}.", "role")


@cache
def _nobody() -> str:
    """A hash for accounts that do not exist, so that they take as long to refuse as those that do."""
    return passwords.hash_of(new_token())
