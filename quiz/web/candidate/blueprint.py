"""What the modules of candidates' pages share: their blueprint, the addresses of an attempt, and its clock."""

from typing import Any

from flask import Blueprint
from werkzeug.datastructures import MultiDict

from quiz.domain.delivery import Running, State
from quiz.web import access
from quiz.web.rendering import clock_time

bp = Blueprint("candidate", __name__)

SITTING = "/sitting/<string(length=30):invitation_id>"


def fields_of(form: "MultiDict[str, str]") -> dict[str, list[str]]:
    """The fields of an answer among those of a form."""
    names = [name for name in form if name == "answer" or name.startswith("answer-")]
    return {name: [access.printable(value) for value in form.getlist(name)] for name in names}


def remaining_ms(state: State) -> int:
    """The milliseconds that are left; none once the time is up."""
    return int(state.remaining.total_seconds() * 1000) if isinstance(state, Running) else 0


def time_left(state: Running) -> dict[str, Any]:
    """What a page needs to show the time that is left."""
    return {
        "remaining_ms": remaining_ms(state),
        "ends_at": clock_time(state.deadline),
        "limit_ms": int((state.deadline - state.started_at).total_seconds() * 1000),
    }
