"""What candidates see and do: the invitation, practice, the clock, the questions, the end."""

import secrets
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from quiz.domain.delivery import GRACE, Clock, Phase
from quiz.domain.errors import Invalid, InvalidAnswer, NotFound
from quiz.domain.items import Fields
from quiz.domain.plans import MAX_QUESTIONS
from quiz.services import catalogue, sitting
from quiz.services.sitting import HIGHEST_SEQ, Receipt
from quiz.store.attempts import Seat
from quiz.store.database import db, reading, writing
from quiz.web import access
from quiz.web.access import anyone, candidates
from quiz.web.rendering import clock_time, date_time

bp = Blueprint("candidate", __name__)

_LINK = "/i/<string(maxlength=64):token>"
_SITTING = "/sitting/<string(length=30):sitting_id>"
_QUESTION = f"{_SITTING}/question/<int(min=1, max={MAX_QUESTIONS}):number>"
_PRACTICE = f"{_SITTING}/practice/<int(min=1, max=20):number>"


# Before the clock ------------------------------------------------------------------------------------------------


@bp.get(_LINK)
@anyone
def invitation(token: str) -> Any:
    """The page an invitation's link leads to. Looking at it starts nothing and uses nothing up."""
    try:
        seat = sitting.open_invitation(db.session(), token, _address(), g.now)
    except NotFound:
        return _wrong_link()
    if seat.withdrawn and seat.attempt_id is None:
        return _gone("This invitation was withdrawn", "The organisation that invited you has withdrawn the invitation.")
    if seat.closes_at is not None and g.now >= seat.closes_at and seat.attempt_id is None:
        return _gone("This quiz is closed", f"It could be taken until {date_time(seat.closes_at)}.")
    welcome = sitting.welcome(db.session(), seat)
    return render_template(
        "candidate/invitation.html",
        token=token,
        candidate_name=seat.name,
        quiz_title=seat.title,
        groups=[{"title": title, "count": count} for title, count in welcome.parts],
        total=welcome.questions,
        minutes=welcome.minutes,
        kinds=welcome.kinds,
        grace_seconds=int(GRACE.total_seconds()),
        window_end=date_time(seat.closes_at) or None,
        state=_state(seat),
    )


def _state(seat: Seat) -> str:
    if seat.clock is not None:
        return "open" if seat.clock.phase(g.now) is Phase.RUNNING else "over"
    browser = access.cookie(access.CANDIDATE)
    return "ready" if browser and sitting.is_seated(db.session(), browser, seat.public_id) else "new"


def _wrong_link() -> Any:
    with writing(db.session()):
        sitting.count_wrong_link(db.session(), _address(), g.now)
    return _gone(
        "This link does not open an invitation", "It may be incomplete, or it was replaced by a newer one.", 404
    )


def _gone(title: str, text: str, status: int = 410) -> tuple[str, int]:
    return render_template("candidate/gone.html", title=title, text=text), status


def _address() -> str:
    return request.remote_addr or ""


@bp.post(_LINK)
@anyone
def enter(token: str) -> Any:
    """Let this browser in; from here on addresses hold no secret."""
    browser = access.cookie(access.CANDIDATE)
    try:
        seat, browser = sitting.enter(db.session(), token, browser, _address(), g.now)
    except NotFound:
        return _wrong_link()
    if seat.clock is None:
        practice = _practice(seat)
        target = url_for(".practice", sitting_id=seat.public_id, number=1) if practice else _to(".ready", seat)
    else:
        target = _to(".overview" if seat.clock.phase(g.now) is Phase.RUNNING else ".receipt", seat)
    response = make_response(redirect(target, 303))
    access.set_cookie(response, access.CANDIDATE, browser)
    return response


def _to(endpoint: str, seat: Seat) -> str:
    return url_for(endpoint, sitting_id=seat.public_id)


def _practice(seat: Seat) -> Any:
    return catalogue.practice_items(db.session(), sitting.welcome(db.session(), seat).kinds)


@bp.get(_PRACTICE)
@candidates
def practice(sitting_id: str, number: int) -> Any:
    """An unscored question of each kind the quiz uses, to try the way of answering."""
    return _practice_page(sitting_id, number)


@bp.post(_PRACTICE)
@candidates
def practise(sitting_id: str, number: int) -> Any:
    """Try an answer to a practice question; nothing is stored."""
    return _practice_page(sitting_id, number, _fields(request.form))


def _practice_page(sitting_id: str, number: int, tried: Fields | None = None) -> Any:
    seat = _seat(sitting_id)
    if seat.clock is not None:
        return redirect(_to(".overview", seat), 303)
    items = catalogue.practice_items(db.session(), sitting.welcome(db.session(), seat).kinds)
    if number > len(items):
        raise NotFound("There is no such practice question.")
    item, problem = items[number - 1], None
    if tried is not None:
        try:
            if catalogue.practise(db.session(), item.kind, tried) is None:
                problem = "Answer the question to try how it works."
        except InvalidAnswer as error:
            problem = str(error)
    return render_template(
        "candidate/practice.html",
        quiz_title=seat.title,
        sitting_id=sitting_id,
        number=number,
        total=len(items),
        item=item,
        given=tried or {},
        tried=tried is not None,
        problem=problem,
    ), (422 if problem else 200)


@bp.get(f"{_SITTING}/ready")
@candidates
def ready(sitting_id: str) -> Any:
    """The last page before the clock starts."""
    seat = _seat(sitting_id)
    if seat.clock is not None:
        return redirect(_to(".overview", seat), 303)
    welcome = sitting.welcome(db.session(), seat)
    return render_template(
        "candidate/ready.html",
        quiz_title=seat.title,
        sitting_id=sitting_id,
        total=welcome.questions,
        minutes=welcome.minutes,
        has_practice=bool(_practice(seat)),
    )


@bp.post(f"{_SITTING}/start")
@candidates
def start(sitting_id: str) -> Any:
    """Start the clock."""
    sitting.start(db.session(), _seat(sitting_id), secrets.randbits(62), g.now)
    return redirect(url_for(".question", sitting_id=sitting_id, number=1), 303)


# Answering -------------------------------------------------------------------------------------------------------


@bp.get(_QUESTION)
@candidates
def question(sitting_id: str, number: int) -> Any:
    """One question, with the answer that is stored."""
    return _question_page(sitting_id, number)


@bp.post(_QUESTION)
@candidates
def answer(sitting_id: str, number: int) -> Any:
    """Save the form of a question, and go where its button says."""
    fields, flagged = _fields(request.form), request.form.get("flagged") == "yes"
    seq = request.form.get("seq", type=int) or 0
    try:
        receipt = sitting.save(db.session(), g.browser, sitting_id, number, seq, fields, flagged, g.now)
    except InvalidAnswer as error:
        return _question_page(sitting_id, number, {"kind": "invalid", "text": str(error)}, fields, flagged), 422
    if not receipt.stored and not sitting.is_untouched(db.session(), sitting_id, number, seq, fields, flagged):
        notice = {
            "kind": "conflict",
            "text": "This question was answered in another window after this page was loaded. Nothing was overwritten.",
            "other": receipt.described,
        }
        return _question_page(sitting_id, number, notice, fields, flagged), 409
    match request.form.get("go"):
        case "previous":
            target = url_for(".question", sitting_id=sitting_id, number=max(1, number - 1))
        case "overview":
            target = url_for(".overview", sitting_id=sitting_id)
        case _:
            target = url_for(".question", sitting_id=sitting_id, number=number + 1)
    return redirect(target, 303)


def _question_page(
    sitting_id: str,
    number: int,
    notice: dict[str, Any] | None = None,
    fields: Fields | None = None,
    flagged: bool | None = None,
) -> str:
    """The page of a question; `fields` and `flagged` are shown in place of what is stored where they were not saved."""
    seat = _seat(sitting_id)
    asked = sitting.question(db.session(), seat, number, g.now)
    saved = asked.saved
    return render_template(
        "candidate/question.html",
        quiz_title=asked.title,
        sitting_id=sitting_id,
        number=number,
        total=asked.total,
        first=number == 1,
        last=number == asked.total,
        item=asked.item,
        given=asked.given if fields is None else fields,
        seq=saved.seq,
        flagged=saved.flagged if flagged is None else flagged,
        saved_at=None if fields is not None or saved.saved_at is None else f"{saved.saved_at:%H:%M:%S}",
        notice=notice,
        **_clock(asked.clock),
    )


@bp.put(_QUESTION)
@candidates
def save(sitting_id: str, number: int) -> Any:
    """Save an answer for our own script; the reply comes once it is on the disk."""
    sent = request.get_json()
    try:
        seq, fields, flagged = sent["seq"], _sent_fields(sent["fields"]), sent["flagged"]
    except (KeyError, TypeError) as error:
        raise Invalid("Send seq, fields and flagged.") from error
    if type(seq) is not int or type(flagged) is not bool or seq > HIGHEST_SEQ:
        raise Invalid("Send seq as a whole number and flagged as true or false.")
    receipt = sitting.save(db.session(), g.browser, sitting_id, number, seq, fields, flagged, g.now)
    return _receipt(receipt), 200 if receipt.stored else 409


def _receipt(receipt: Receipt) -> Response:
    reply: dict[str, Any] = {"seq": receipt.saved.seq, "remaining_ms": _remaining_ms(receipt.clock)}
    if receipt.stored and receipt.saved.saved_at is not None:
        reply["saved_at"] = f"{receipt.saved.saved_at:%H:%M:%S}"
    else:
        reply |= {
            "fields": receipt.given,
            "flagged": receipt.saved.flagged,
            "described": receipt.described,
        }
    return jsonify(reply)


def _fields(form: "MultiDict[str, str]") -> dict[str, list[str]]:
    """The fields of an answer among those of a form."""
    return {name: form.getlist(name) for name in form if name == "answer" or name.startswith("answer-")}


def _sent_fields(fields: Any) -> dict[str, list[str]]:
    if not isinstance(fields, dict) or len(fields) > 50:
        raise TypeError
    for values in fields.values():
        if not isinstance(values, list) or len(values) > 50 or not all(isinstance(value, str) for value in values):
            raise TypeError
    return fields


@bp.get(f"{_SITTING}/clock")
@candidates
def clock(sitting_id: str) -> Any:
    """How much time is left, for our own script."""
    seat = _seat(sitting_id)
    over = seat.clock is not None and seat.clock.phase(g.now) is not Phase.RUNNING
    left = _remaining_ms(seat.clock) if seat.clock else 0
    return jsonify(remaining_ms=left, over=over, location=_to(".receipt", seat) if over else None)


def _remaining_ms(clock: Clock) -> int:
    return int(clock.remaining(g.now).total_seconds() * 1000)


def _clock(clock: Clock) -> dict[str, Any]:
    """What a page needs to show the time that is left."""
    return {
        "remaining_ms": _remaining_ms(clock),
        "ends_at": clock_time(clock.deadline),
        "limit_ms": int((clock.deadline - clock.started_at).total_seconds() * 1000),
    }


def _seat(sitting_id: str) -> Seat:
    """The seat of this browser. A request begins by reading, so that the one writer of SQLite is held only briefly."""
    reading(db.session())
    return sitting.seat(db.session(), g.browser, sitting_id)


# The end ---------------------------------------------------------------------------------------------------------


@bp.get(f"{_SITTING}/overview")
@candidates
def overview(sitting_id: str) -> Any:
    """Every question with what is answered, unanswered and flagged."""
    seen = sitting.overview(db.session(), _seat(sitting_id), g.now)
    return render_template(
        "candidate/overview.html",
        quiz_title=seen.title,
        sitting_id=sitting_id,
        slots=[vars(slot) for slot in seen.slots],
        answered_count=len(seen.slots) - len(seen.unanswered),
        unanswered_count=len(seen.unanswered),
        flagged_count=len(seen.flagged),
        **_clock(seen.clock),
    )


@bp.get(f"{_SITTING}/finish")
@candidates
def finishing(sitting_id: str) -> Any:
    """Ask once more before the end."""
    seen = sitting.overview(db.session(), _seat(sitting_id), g.now)
    return render_template(
        "candidate/finishing.html",
        quiz_title=seen.title,
        sitting_id=sitting_id,
        unanswered=seen.unanswered,
        answered_count=len(seen.slots) - len(seen.unanswered),
        unanswered_count=len(seen.unanswered),
        flagged_count=len(seen.flagged),
        total=len(seen.slots),
        **_clock(seen.clock),
    )


@bp.post(f"{_SITTING}/finish")
@candidates
def finish(sitting_id: str) -> Any:
    """End the attempt."""
    seat = _seat(sitting_id)
    sitting.finish(db.session(), seat, g.now)
    return redirect(_to(".receipt", seat), 303)


@bp.get(f"{_SITTING}/receipt")
@candidates
def receipt(sitting_id: str) -> Any:
    """The receipt of an attempt that is over; while it runs, the overview."""
    seat = _seat(sitting_id)
    if seat.clock is not None and seat.clock.phase(g.now) is Phase.RUNNING:
        return redirect(_to(".overview", seat), 303)
    shown = sitting.certificate(db.session(), seat, g.now)
    return render_template(
        "candidate/receipt.html",
        quiz_title=shown.title,
        reference=shown.reference,
        started_at=date_time(shown.started_at),
        ended_at=date_time(shown.ended_at),
        answered_count=shown.answered,
        total=shown.questions,
        closed_by="you" if shown.ended_by == "candidate" else "time",
        digest=" ".join(shown.digest[n : n + 4] for n in range(0, len(shown.digest), 4)),
    )
