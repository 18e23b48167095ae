"""The questions of a running attempt, and the saving of their answers."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from quiz.domain.delivery import Grace, Over
from quiz.domain.edits import Edit
from quiz.domain.errors import AttemptOver, InvalidAnswer
from quiz.domain.items import Fields
from quiz.domain.plans import MAX_QUESTIONS
from quiz.services.delivery import answering
from quiz.services.delivery.answering import SaveOutcome
from quiz.web import access
from quiz.web.access import candidates
from quiz.web.candidate.blueprint import SITTING, bp, fields_of, remaining_ms, time_left
from quiz.web.database import db
from quiz.web.errors import json_reply, wants_json
from quiz.web.rendering import time_of_day

_QUESTION = f"{SITTING}/question/<int(min=1, max={MAX_QUESTIONS}):number>"


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
    sent = _Draft(_edit(request.form), fields_of(request.form), request.form.get("flagged") == "yes")
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
    """Where the answer of a form comes from; what is missing or is not a number counts as impossible."""
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
        **time_left(shown.state),
    )


def _outcome_reply(edit: Edit, outcome: SaveOutcome) -> Response:
    """What became of a save, for our own script. It names the edit, so that no other reply is taken for this one's."""
    reply: dict[str, Any] = {
        "writer": edit.writer,
        "edit": edit.number,
        "seq": outcome.seq,
        "remaining_ms": remaining_ms(outcome.state),
    }
    if outcome.saved and outcome.saved_at is not None:
        reply["saved_at"] = f"{outcome.saved_at:%H:%M:%S} UTC"
    else:
        reply |= {"fields": outcome.given, "flagged": outcome.flagged, "described": outcome.described}
        reply["settled"] = outcome.settled
    return json_reply(**reply)


@bp.get(f"{SITTING}/clock")
@candidates
def clock(invitation_id: str) -> Any:
    """How much time is left, for our own script."""
    state = answering.state(db.engine, g.browser, invitation_id, g.now)
    over = isinstance(state, Grace | Over)
    location = url_for(".receipt", invitation_id=invitation_id) if over else None
    return json_reply(remaining_ms=remaining_ms(state), over=over, location=location)
