"""Before the clock: the invitation's link, practice, the start; and leaving the browser again."""

import re
import secrets
from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.routing import PathConverter

from quiz.domain.delivery import GRACE, Grace, Invited, Over, Running, State
from quiz.domain.errors import AttemptStarted, InvalidAnswer, InvitationClosed, NotFound
from quiz.domain.items import Fields
from quiz.services.delivery import admission, answering, practice
from quiz.web import access
from quiz.web.access import anyone, candidates
from quiz.web.candidate.blueprint import SITTING, bp, fields_of
from quiz.web.database import db
from quiz.web.rendering import date_time


class _Link(PathConverter):
    """The rest of an address, line breaks and all."""

    regex = r"[\s\S]+"
    part_isolating = False


bp.record_once(lambda state: state.app.url_map.converters.update(link=_Link))

_LINK = "/i/<link:link>"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_PRACTICE = f"{SITTING}/practice/<int(min=1, max=20):number>"


@bp.get(_LINK)
@anyone
def invitation(link: str) -> Any:
    """The page an invitation's link leads to. Looking at it starts nothing and uses nothing up."""
    token = token_of_link(link)
    try:
        welcome = admission.look(db.engine, token, access.candidate_tokens(), _address(), g.now)
    except (NotFound, InvitationClosed) as error:
        return _no_way_in(error)
    return render_template(
        "candidate/invitation.html",
        token=token,
        candidate_name=welcome.candidate,
        quiz_title=welcome.title,
        groups=[{"title": title, "count": count} for title, count in welcome.parts],
        total=welcome.questions,
        minutes=welcome.minutes,
        limit=welcome.limit,
        kinds=welcome.kinds,
        grace_seconds=int(GRACE.total_seconds()),
        window_end=date_time(welcome.closes_at) or None,
        state=_spoken(welcome.state, welcome.admitted),
    )


def _spoken(state: State, admitted: bool) -> str:
    """The state of an attempt as the page of its invitation tells it apart."""
    match state:
        case Invited():
            return "ready" if admitted else "new"
        case Running():
            return "open"
        case Grace() | Over():
            return "over"


def _no_way_in(error: NotFound | InvitationClosed) -> tuple[str, int]:
    match error:
        case InvitationClosed(closed_at=None):
            title, text, status = "This invitation was withdrawn", str(error), 410
        case InvitationClosed(closed_at=closed_at):
            title, text, status = (
                "This quiz is closed",
                Markup("It could be taken until {}.").format(date_time(closed_at)),
                410,
            )
        case NotFound():
            title, status = "This link does not open an invitation", 404
            text = "It may be incomplete, or it was replaced by a newer one."
    return render_template("candidate/gone.html", title=title, text=text), status


def token_of_link(link: str) -> str:
    """The token in what follows `/i/`: mail programs put brackets, dots and line breaks around a link or into it."""
    found = _TOKEN.search(_INVISIBLE.sub("", link))
    return found[0] if found else ""


def _address() -> str:
    return request.remote_addr or ""


@bp.post(_LINK)
@anyone
def enter(link: str) -> Any:
    """Let this browser in; from here on addresses hold no secret."""
    try:
        entry = admission.enter(db.engine, token_of_link(link), access.candidate_tokens(), _address(), g.now)
    except (NotFound, InvitationClosed) as error:
        return _no_way_in(error)
    response = make_response(redirect(_next_page(entry), 303))
    access.set_cookie(response, access.candidate_cookie(entry.invitation_id), entry.browser)
    return response


def _next_page(entry: admission.Entry) -> str:
    match entry.state:
        case Invited():
            if practice.has_practice(db.engine, entry.browser, entry.invitation_id, g.now):
                return url_for(".practise", invitation_id=entry.invitation_id, number=1)
            endpoint = ".ready"
        case Running():
            endpoint = ".overview"
        case Grace() | Over():
            endpoint = ".receipt"
    return url_for(endpoint, invitation_id=entry.invitation_id)


@bp.get(_PRACTICE)
@candidates
def practise(invitation_id: str, number: int) -> Any:
    """An unscored question of each kind the quiz uses, to try the way of answering."""
    return _practice_page(practice.practise(db.engine, g.browser, invitation_id, number, None, g.now))


@bp.post(_PRACTICE)
@candidates
def try_answer(invitation_id: str, number: int) -> Any:
    """Try an answer to a practice question; nothing is stored."""
    fields = fields_of(request.form)
    try:
        shown = practice.practise(db.engine, g.browser, invitation_id, number, fields, g.now)
        problem = None if shown.answered else "Answer the question to see how it works."
    except InvalidAnswer as error:
        shown = practice.practise(db.engine, g.browser, invitation_id, number, None, g.now)
        problem = str(error)
    return _practice_page(shown, fields, problem), 422 if problem else 200


def _practice_page(shown: practice.Practice, tried: Fields | None = None, problem: str | None = None) -> str:
    return render_template(
        "candidate/practice.html",
        quiz_title=shown.title,
        invitation_id=shown.invitation_id,
        number=shown.number,
        total=shown.total,
        item=shown.item,
        given=tried or {},
        tried=tried is not None,
        problem=problem,
    )


@bp.get(f"{SITTING}/ready")
@candidates
def ready(invitation_id: str) -> Any:
    """The last page before the clock starts."""
    welcome = admission.welcome(db.engine, g.browser, invitation_id, g.now)
    if not isinstance(welcome.state, Invited):
        raise AttemptStarted("The clock has already started.")
    return render_template(
        "candidate/ready.html",
        quiz_title=welcome.title,
        invitation_id=invitation_id,
        total=welcome.questions,
        minutes=welcome.minutes,
        limit=welcome.limit,
        window_end=date_time(welcome.closes_at) or None,
        has_practice=practice.has_practice(db.engine, g.browser, invitation_id, g.now),
    )


@bp.post(f"{SITTING}/start")
@candidates
def start(invitation_id: str) -> Any:
    """Start the clock."""
    admission.start(db.engine, g.browser, invitation_id, secrets.randbits(62), g.now)
    return redirect(url_for(".question", invitation_id=invitation_id, number=1), 303)


# Leaving ---------------------------------------------------------------------------------------------------------


@bp.get(f"{SITTING}/leave")
@candidates
def leaving(invitation_id: str) -> Any:
    """Ask before this browser is forgotten."""
    state = answering.state(db.engine, g.browser, invitation_id, g.now)
    return render_template("candidate/leaving.html", invitation_id=invitation_id, over=isinstance(state, Grace | Over))


@bp.post(f"{SITTING}/leave")
@candidates
def leave(invitation_id: str) -> Any:
    """Forget this browser, so that the next person at a shared computer finds nothing of the quiz."""
    admission.leave(db.engine, g.browser, invitation_id, g.now)
    response = make_response(redirect(url_for(".left"), 303))
    access.drop_cookie(response, access.candidate_cookie(invitation_id))
    return response


@bp.get("/left")
@anyone
def left() -> str:
    """What remains to be said to somebody who has left."""
    return render_template("candidate/left.html")
