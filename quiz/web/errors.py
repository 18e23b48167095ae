"""Broken rules and failures, turned into a page or a JSON reply in one place. No message leaks what is inside."""

import logging
import secrets
from functools import lru_cache
from typing import Any

import flask
from flask import Flask, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from quiz.domain.errors import (
    AttemptNotStarted,
    AttemptOver,
    AttemptStarted,
    InfeasiblePlan,
    Invalid,
    InvitationClosed,
    NotFound,
    QuizError,
    SignInFailed,
    TooManyTries,
)
from quiz.store import faults
from quiz.web import access, submissions
from quiz.web.sign_in import sign_in_again

log = logging.getLogger("quiz")


_STATUS: dict[type[QuizError], int] = {
    NotFound: 404,
    InvitationClosed: 410,
    AttemptOver: 410,
    AttemptNotStarted: 409,
    AttemptStarted: 409,
    Invalid: 422,
    InfeasiblePlan: 422,
    SignInFailed: 401,
    TooManyTries: 429,
}

_WORDS: dict[int, tuple[str, str]] = {
    400: ("The request could not be understood", "Go back, reload the page and try again."),
    401: (
        "You are not signed in here",
        "If you are taking a quiz, open your invitation link again in this browser. If you work here, sign in again.",
    ),
    403: ("You may not do that", "Your account is not allowed to open this page."),
    404: ("There is no such page", "Check the address, or go back."),
    405: ("The request could not be understood", "Go back, reload the page and try again."),
    413: ("That was too much at once", "Send less text."),
    503: ("The service is busy", "Nothing that was shown as saved is lost. Try again in a few seconds."),
    500: ("Something went wrong on our side", "Nothing that was shown as saved is lost. Try again."),
}


def wants_json() -> bool:
    """Whether the request was made by our own script, which reads JSON."""
    json = "application/json"
    return request.headers.get("Accept") == json or request.accept_mimetypes.best == json


def json_reply(**body: Any) -> flask.Response:
    """A reply for our own script; it says whose it is, because something on the way may answer in our place."""
    return jsonify({"from": "quiz"} | body)


def page(status: int, title: str, text: str, reference: str | None = None) -> tuple[Response | str, int]:
    """A reply that says what is wrong, as JSON or as a page."""
    if wants_json():
        return json_reply(message=text, title=title, reference=reference), status
    return render_template("error.html", status=status, title=title, text=text, reference=reference), status


def broken_rule(error: QuizError) -> ResponseReturnValue:
    """A rule of the product was broken: its message is for whoever broke it."""
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    if request.blueprint == "candidate":
        if elsewhere := _where_the_attempt_stands(error):
            return elsewhere
        if isinstance(error, NotFound) and wants_json():
            status = 401  # The script then asks the candidate to open the link again.
    title = {404: "Not found", 410: "This is over", 429: "Too many tries"}.get(status, "That cannot be done")
    reply = page(status, title, str(error))
    if isinstance(error, TooManyTries):
        return (*reply, {"Retry-After": str(error.retry_after)})
    return reply


_PAGES: dict[type[QuizError], str] = {
    AttemptNotStarted: "candidate.ready",
    AttemptStarted: "candidate.overview",
    AttemptOver: "candidate.receipt",
}
"""Where a candidate belongs whose attempt is not in the state that a page is for."""


def _where_the_attempt_stands(error: QuizError) -> ResponseReturnValue | None:
    """The way to the page that fits the state of a candidate's attempt, where that is what a request overlooked."""
    endpoint, invitation_id = _PAGES.get(type(error)), (request.view_args or {}).get("invitation_id")
    if endpoint is None or invitation_id is None:
        return None
    location = url_for(endpoint, invitation_id=invitation_id)
    if not wants_json():
        return redirect(location, 303)
    return (json_reply(location=location), 410) if isinstance(error, AttemptOver) else None


def http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status == 401 and not wants_json() and request.blueprint in ("recruiter", "author", "account"):
        if request.method != "GET" and submissions.kept():
            return sign_in_again(), 401
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.sign_in", back=back), 303)
    if (
        isinstance(error, access.OutOfDate)
        and not wants_json()
        and (shown := submissions.resume_page(submissions.kept()))
    ):
        return shown, 409
    if isinstance(error, access.OtherHost):
        _note_other_host(error.asked_for)
        return page(
            400,
            "This service does not go by that name",
            "Check the address. If you run this service, its log says which name was asked for.",
        )
    if error.response is not None or 300 <= status < 400:
        return error.get_response()
    title, text = _WORDS.get(status, _WORDS[400 if status < 500 else 500])
    told = type(error).description != error.description and status == 403
    return page(status, title, error.description if told and error.description else text)


@lru_cache(maxsize=100)
def _note_other_host(name: str) -> None:
    """Say once which name was asked for, for whoever looks for the reason why nothing answers."""
    log.warning("a request for the host %.200r was refused: QUIZ_PUBLIC_URL or QUIZ_STAFF_URL has to name it", name)


def store_error(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    """The database did not answer, or refused: nothing was stored, and trying again is safe."""
    if isinstance(error, DBAPIError) and not isinstance(error, OperationalError) and not error.connection_invalidated:
        return failure(error)
    log.error("the database could not handle a request at %s: %s", request.endpoint, faults.sentence(error))
    return (*page(503, *_WORDS[503]), {"Retry-After": "2"})


def failure(error: Exception) -> ResponseReturnValue:
    """Anything unforeseen: logged whole under a reference, shown as the reference alone."""
    reference = secrets.token_hex(6)
    # The route's name and not the path, which may hold the token of an invitation.
    log.error("failure %s at %s", reference, request.endpoint, exc_info=error)
    return page(500, *_WORDS[500], reference)


def init_app(app: Flask) -> None:
    app.register_error_handler(QuizError, broken_rule)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DBAPIError, store_error)
    app.register_error_handler(PoolTimeout, store_error)
    app.register_error_handler(Exception, failure)
