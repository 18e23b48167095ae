"""Admission: a candidate opens an invitation, is let in with a browser, and starts the clock."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from quiz.domain.delivery import Grace, Invited, Over, Running, State, deadline
from quiz.domain.errors import InvitationClosed, NotFound
from quiz.domain.items import KINDS
from quiz.services.people import throttling
from quiz.services.people.tokens import hashed, new_token
from quiz.services.publishing.assemblies import assembly_of
from quiz.store import assessments, attempts, content, invitations, sittings
from quiz.store.attempts import Place, Seat
from quiz.store.database import Store, reading, writing
from quiz.store.sittings import NewAttempt

BROWSER_KEPT = timedelta(days=7)
"""How long a browser that opened an invitation may go on without its link."""


@dataclass(frozen=True)
class Welcome:
    """What a candidate is told before anything starts.

    `parts` are (title, questions) of what is asked, `kinds` those that a form may hold. `minutes` are the whole minutes
    that there are or were from the start, `limit` those of the plan, which the closing time may cut short. `admitted`
    is whether this browser has opened the invitation before.
    """

    invitation_id: str
    candidate: str
    title: str
    closes_at: datetime | None
    state: State
    parts: list[tuple[str, int]]
    questions: int
    minutes: int
    limit: int
    kinds: list[str]
    admitted: bool


@dataclass(frozen=True)
class Entry:
    """A browser that was let in: the token for its cookie, and where the attempt stands."""

    invitation_id: str
    browser: str
    state: State


def look(store: Store, link: str, browsers: Mapping[str, str], address: str, now: datetime) -> Welcome:
    """What an invitation's link leads to; nothing is started or used up by looking.

    `browsers` are the tokens that this browser holds, by invitation.

    Raises NotFound, which counts against the address, TooManyTries, or InvitationClosed where it can no longer be
    started.
    """
    seat = _seat_of_link(store, link, address, now)
    with reading(store) as session:
        admitted = _is_admitted(session, browsers.get(seat.invitation_id), seat.invitation_id, now)
        return _welcome(session, seat, now, admitted)


def enter(store: Store, link: str, browsers: Mapping[str, str], address: str, now: datetime) -> Entry:
    """Let a browser in through an invitation's link.

    A browser that was let in before keeps its token, so that its other tabs stay in; any other gets a fresh one.
    Raises NotFound, which counts against the address, TooManyTries or InvitationClosed.
    """
    seat = _seat_of_link(store, link, address, now)
    token = browsers.get(seat.invitation_id)
    with reading(store) as session:
        admitted = _is_admitted(session, token, seat.invitation_id, now)
    if token is None or not admitted:
        token = new_token()
        with writing(store) as session:
            invitations.admit(session, hashed(token), seat.invitation_row, now)
    return Entry(seat.invitation_id, token, seat.state)


def leave(store: Store, browser: str, invitation_id: str, now: datetime) -> None:
    """Forget a browser that was let in; the invitation's link opens as before. Raises NotFound."""
    with reading(store) as session:
        seat = seat_of(session, browser, invitation_id, now)
    with writing(store) as session:
        invitations.leave(session, hashed(browser), seat.invitation_row)


def _seat_of_link(store: Store, link: str, address: str, now: datetime) -> Seat:
    """The seat that a link leads to; a link that opens nothing counts against the address it was tried from.

    A valid one always opens, or a colleague's typing errors would lock out everybody behind the same address.
    """
    with reading(store) as session:
        seat = attempts.seat_of_link(session, hashed(link), now)
    if seat is None:
        with writing(store) as session:
            throttling.use(session, throttling.INVITATIONS_PER_ADDRESS, address, now)
        raise NotFound("This link does not open an invitation.")
    _refuse_closed(seat, now)
    return seat


def _is_admitted(session: Session, browser: str | None, invitation_id: str, now: datetime) -> bool:
    return browser is not None and attempts.seat(session, hashed(browser), invitation_id, now) is not None


def _refuse_closed(seat: Seat, now: datetime) -> None:
    """Refuse what can no longer be started; an attempt that was started stays open to look at."""
    if not isinstance(seat.state, Invited):
        return
    if seat.withdrawn:
        raise InvitationClosed("The organisation that invited you has withdrawn the invitation.")
    if seat.closes_at is not None and now >= seat.closes_at:
        raise InvitationClosed("The time in which this quiz could be taken is over.", seat.closes_at)


def welcome(store: Store, browser: str, invitation_id: str, now: datetime) -> Welcome:
    """What a browser that was let in is told before the start. Raises NotFound."""
    with reading(store) as session:
        return _welcome(session, seat_of(session, browser, invitation_id, now), now, admitted=True)


def seat_of(session: Session, browser: str, invitation_id: str, now: datetime) -> Seat:
    """The seat of a browser at an invitation. Raises NotFound."""
    found = attempts.seat(session, hashed(browser), invitation_id, now)
    if found is None:
        raise NotFound("This browser has not opened that invitation.")
    return found


def _welcome(session: Session, seat: Seat, now: datetime, admitted: bool) -> Welcome:
    plan = assembly_of(session, seat.assessment_row).plan
    versions = assessments.bank_versions(session, seat.assessment_row)
    outlines = dict(content.outlines(session, versions).values())
    possible = {item.kind for pool in content.pools(session, versions).values() for item in pool}
    return Welcome(
        invitation_id=seat.invitation_id,
        candidate=seat.candidate,
        title=seat.title,
        closes_at=seat.closes_at,
        state=seat.state,
        parts=[part for draw in plan.draws for part in draw.parts(outlines[draw.bank])],
        questions=plan.total,
        minutes=_minutes(seat, timedelta(minutes=plan.minutes), now),
        limit=plan.minutes,
        kinds=[kind for kind in KINDS if kind in possible],
        admitted=admitted,
    )


def _minutes(seat: Seat, limit: timedelta, now: datetime) -> int:
    """The whole minutes of an attempt, or of one that would be started now."""
    match seat.state:
        case Invited():
            time = deadline(now, limit, seat.closes_at) - now
        case Running() | Grace() | Over():
            time = seat.state.deadline - seat.state.started_at
    return max(0, int(time.total_seconds() // 60))


def start(store: Store, browser: str, invitation_id: str, seed: int, now: datetime) -> None:
    """Draw the form and start the clock; an attempt that was started before goes on.

    Raises NotFound or InvitationClosed.
    """
    with reading(store) as session:
        seat = seat_of(session, browser, invitation_id, now)
        if not isinstance(seat.state, Invited):
            return
        _refuse_closed(seat, now)
        assembly = assembly_of(session, seat.assessment_row)
    rng = random.Random(seed)
    places = [
        Place(drawn.item.key, KINDS[drawn.item.kind].arrange(drawn.item.parts, rng), drawn.draw)
        for drawn in assembly.draw(seed)
    ]
    attempt = NewAttempt(
        invitation_row=seat.invitation_row,
        assessment_row=seat.assessment_row,
        seed=seed,
        started_at=now,
        deadline_at=deadline(now, timedelta(minutes=assembly.plan.minutes), seat.closes_at),
        places=places,
    )
    sittings.start(store, attempt)


def forget_browsers(store: Store, now: datetime) -> None:
    """Delete what let browsers in longer ago than `BROWSER_KEPT`. Their invitations' links open as before."""
    with writing(store) as session:
        invitations.forget_browsers(session, now - BROWSER_KEPT)
