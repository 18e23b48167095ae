"""What candidates see and do: the invitation, practice, the clock, the questions, the end."""

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.routing import PathConverter

from quiz.domain.delivery import GRACE, Grace, Invited, Over, Running, State
from quiz.domain.edits import Edit
from quiz.domain.errors import AttemptOver, AttemptStarted, InvalidAnswer, InvitationClosed, NotFound
from quiz.domain.items import Fields
from quiz.domain.plans import MAX_QUESTIONS
from quiz.services.delivery import admission, answering, closing, practice
from quiz.services.delivery.answering import SaveOutcome
from quiz.web import access
from quiz.web.access import anyone, candidates
from quiz.web.database import db
from quiz.web.errors import json_reply, wants_json
from quiz.web.rendering import clock_time, date_time, time_of_day

bp = Blueprint("candidate", __name__)


class _Link(PathConverter):
    """The rest of an address, line breaks and all."""

    regex = r"[\s\S]+"
    part_isolating = False


bp.record_once(lambda state: state.app.url_map.converters.update(link=_Link))

_LINK = "/i/<link:link>"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_SITTING = "/sitting/<string(length=30):invitation_id>"
_QUESTION = f"{_SITTING}/question/<int(min=1, max={MAX_QUESTIONS}):number>"
_PRACTICE = f"{_SITTING}/practice/<int(min=1, max=20):number>"


# Before the clock ------------------------------------------------------------------------------------------------


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
    fields = _fields(request.form)
    try:
        shown = practice.practise(db.engine, g.browser, invitation_id, number, fields, g.now)
        problem = None if shown.answered else "Answer the question to try how it works."
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


@bp.get(f"{_SITTING}/ready")
@candidates
def ready(invitation_id: str) -> Any:
    """The last page before the clock starts."""
    welcome = admission.welcome(db.engine, g.browser, invitation_id, g.now)
    if not isinstance(welcome.state, Invited):
        raise AttemptStarted("The clock has been started already.")
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


@bp.post(f"{_SITTING}/start")
@candidates
def start(invitation_id: str) -> Any:
    """Start the clock."""
    admission.start(db.engine, g.browser, invitation_id, secrets.randbits(62), g.now)
    return redirect(url_for(".question", invitation_id=invitation_id, number=1), 303)


# Answering -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Draft:
    """An answer that a page holds and the store does not, with the edit that would save it."""

    edit: Edit
    fields: Fields
    flagged: bool


@bp.get(_QUESTION)
@candidates
def question(invitation_id: str, number: int) -> Any:
    """One question, with the answer that is stored."""
    return _question_page(invitation_id, number)


@bp.post(_QUESTION)
@candidates
def answer(invitation_id: str, number: int) -> Any:
    """Save the form of a question, and go where its button says.

    Our own script sends the same form the same way, so that whatever lets one of them through lets both; it asks for
    JSON, and the reply comes once the answer is on the disk.
    """
    sent = _Draft(_edit(request.form), _fields(request.form), request.form.get("flagged") == "yes")
    if wants_json():
        outcome = _save(invitation_id, number, sent)
        return _outcome_reply(sent.edit, outcome), 200 if outcome.saved else 409
    try:
        return _after_saving(invitation_id, number, sent)
    except AttemptOver:
        return _too_late(invitation_id, number, sent.fields)


def _save(invitation_id: str, number: int, sent: _Draft) -> SaveOutcome:
    return answering.save(
        db.engine, g.browser, invitation_id, number, sent.edit, sent.fields, sent.flagged, access.clock
    )


def _after_saving(invitation_id: str, number: int, sent: _Draft) -> Any:
    """Save a form that was submitted; the page that its button leads to, or its own page with what was not saved."""
    try:
        outcome = _save(invitation_id, number, sent)
    except InvalidAnswer as error:
        return _question_page(invitation_id, number, {"kind": "invalid", "text": str(error)}, _next(sent)), 422
    if not outcome.saved and not outcome.settled:
        return _question_page(invitation_id, number, _conflict(outcome), _next(sent, outcome.seq)), 409
    return redirect(_where_to(invitation_id, number), 303)


def _edit(form: "MultiDict[str, str]") -> Edit:
    """Where the answer of a form comes from; what is missing or no number counts as impossible."""
    return Edit(
        base=form.get("base", -1, type=int), writer=form.get("writer", ""), number=form.get("edit", -1, type=int)
    )


def _next(draft: _Draft, seen: int | None = None) -> _Draft:
    """The draft as its page shows it again, ready for the next edit, and based on what the candidate has now seen."""
    base = draft.edit.base if seen is None else seen
    return replace(draft, edit=Edit(base, draft.edit.writer, draft.edit.number + 1))


def _conflict(outcome: SaveOutcome) -> dict[str, Any]:
    text = "This question was answered in another window after this page was loaded. Nothing was overwritten."
    return {"kind": "conflict", "text": text, "other": outcome.described}


def _where_to(invitation_id: str, number: int) -> str:
    match request.form.get("go"):
        case "previous":
            return url_for(".question", invitation_id=invitation_id, number=max(1, number - 1))
        case "next":
            return url_for(".question", invitation_id=invitation_id, number=number + 1)
        case _:
            return url_for(".overview", invitation_id=invitation_id)


def _too_late(invitation_id: str, number: int, fields: Fields) -> tuple[str, int]:
    """A change that came after the end: it does not count, and the candidate gets it back to show it."""
    late = answering.late_answer(db.engine, g.browser, invitation_id, number, fields, g.now)
    return render_template(
        "candidate/too_late.html",
        quiz_title=late.title,
        number=number,
        lines=late.lines,
        receipt_url=url_for(".receipt", invitation_id=invitation_id),
    ), 410


def _question_page(
    invitation_id: str, number: int, notice: dict[str, Any] | None = None, draft: _Draft | None = None
) -> str:
    """The page of a question; a draft is shown in place of what is stored where it was not saved."""
    shown = answering.question(db.engine, g.browser, invitation_id, number, g.now)
    saved_at = None if draft is not None or shown.saved_at is None else time_of_day(shown.saved_at)
    if draft is None:
        draft = _Draft(Edit(shown.seq, secrets.token_urlsafe(9), 1), shown.given, shown.flagged)
    return render_template(
        "candidate/question.html",
        quiz_title=shown.title,
        invitation_id=invitation_id,
        number=number,
        total=shown.total,
        first=number == 1,
        last=number == shown.total,
        item=shown.item,
        given=draft.fields,
        edit=draft.edit,
        flagged=draft.flagged,
        saved_at=saved_at,
        notice=notice,
        **_clock(shown.state),
    )


def _outcome_reply(edit: Edit, outcome: SaveOutcome) -> Response:
    """What became of a save, for our own script. It names the edit, so that no other reply is taken for this one's."""
    reply: dict[str, Any] = {
        "writer": edit.writer,
        "edit": edit.number,
        "seq": outcome.seq,
        "remaining_ms": _remaining_ms(outcome.state),
    }
    if outcome.saved and outcome.saved_at is not None:
        reply["saved_at"] = f"{outcome.saved_at:%H:%M:%S} UTC"
    else:
        reply |= {"fields": outcome.given, "flagged": outcome.flagged, "described": outcome.described}
        reply["settled"] = outcome.settled
    return json_reply(**reply)


def _fields(form: "MultiDict[str, str]") -> dict[str, list[str]]:
    """The fields of an answer among those of a form."""
    names = [name for name in form if name == "answer" or name.startswith("answer-")]
    return {name: [access.printable(value) for value in form.getlist(name)] for name in names}


@bp.get(f"{_SITTING}/clock")
@candidates
def clock(invitation_id: str) -> Any:
    """How much time is left, for our own script."""
    state = answering.state(db.engine, g.browser, invitation_id, g.now)
    over = isinstance(state, Grace | Over)
    location = url_for(".receipt", invitation_id=invitation_id) if over else None
    return json_reply(remaining_ms=_remaining_ms(state), over=over, location=location)


def _remaining_ms(state: State) -> int:
    return int(state.remaining.total_seconds() * 1000) if isinstance(state, Running) else 0


def _clock(state: Running) -> dict[str, Any]:
    """What a page needs to show the time that is left."""
    return {
        "remaining_ms": _remaining_ms(state),
        "ends_at": clock_time(state.deadline),
        "limit_ms": int((state.deadline - state.started_at).total_seconds() * 1000),
    }


# Leaving ---------------------------------------------------------------------------------------------------------


@bp.get(f"{_SITTING}/leave")
@candidates
def leaving(invitation_id: str) -> Any:
    """Ask before this browser is forgotten."""
    state = answering.state(db.engine, g.browser, invitation_id, g.now)
    return render_template("candidate/leaving.html", invitation_id=invitation_id, over=isinstance(state, Grace | Over))


@bp.post(f"{_SITTING}/leave")
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


# The end ---------------------------------------------------------------------------------------------------------


@bp.get(f"{_SITTING}/overview")
@candidates
def overview(invitation_id: str) -> Any:
    """Every question with what is answered, unanswered and flagged."""
    return _overview_page("candidate/overview.html", invitation_id)


@bp.get(f"{_SITTING}/finish")
@candidates
def finishing(invitation_id: str) -> Any:
    """Ask once more before the end."""
    return _overview_page("candidate/finishing.html", invitation_id)


def _overview_page(template: str, invitation_id: str) -> str:
    shown = answering.overview(db.engine, g.browser, invitation_id, g.now)
    return render_template(
        template,
        quiz_title=shown.title,
        invitation_id=invitation_id,
        slots=shown.slots,
        tally=shown.tally,
        open=shown.open,
        flagged_count=shown.flagged,
        **_clock(shown.state),
    )


@bp.post(f"{_SITTING}/finish")
@candidates
def finish(invitation_id: str) -> Any:
    """End the attempt."""
    closing.finish(db.engine, g.browser, invitation_id, g.now)
    return redirect(url_for(".receipt", invitation_id=invitation_id), 303)


@bp.get(f"{_SITTING}/receipt")
@candidates
def receipt(invitation_id: str) -> Any:
    """The receipt of an attempt that is over; while it runs, the overview."""
    shown = closing.receipt(db.engine, g.browser, invitation_id, g.now)
    return render_template(
        "candidate/receipt.html",
        invitation_id=invitation_id,
        quiz_title=shown.title,
        reference=shown.reference,
        started_at=date_time(shown.started_at),
        ended_at=date_time(shown.ended_at),
        tally=shown.tally,
        closed_by="you" if shown.ended_by == "candidate" else "time",
        digest=" ".join(shown.digest[n : n + 4] for n in range(0, len(shown.digest), 4)),
    )
