"""Forms of staff as they are sent: each counts once, and none is lost to a session that has ended meanwhile."""

import json
from typing import Any

from flask import Flask, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from quiz.services.people import submissions
from quiz.services.people.submissions import Submission
from quiz.services.people.tokens import new_token
from quiz.web import strict_json

_OURS = {"csrf_token", "form_key", "review"}
"""Fields that belong to a form's page, and not to what somebody filled in."""

_LONGEST = 200_000


def form_key() -> str:
    """What a page's forms are known by when they are sent: random, one for each time that the page is made."""
    if "form_key" not in g:
        g.form_key = request.form.get("form_key", "")[:64] or new_token()
    key: str = g.form_key
    return key


def sent() -> Submission | None:
    """The form that this request sends; None where it was no page of ours that sent it."""
    key = request.form.get("form_key", "")
    if not key:
        return None
    return submissions.submission(key, request.path, _filled_in(), g.staff.user_row, current_app.config["SECRET_KEY"])


def made(key: str) -> Submission:
    """A form that was sent before, by its key."""
    return Submission(key[:64], g.staff.user_row, current_app.config["SECRET_KEY"])


def is_only_looked_at() -> bool:
    """Whether a form that was kept over a sign-in is to be shown again before it is sent."""
    return request.form.get("review") == "yes"


def _filled_in() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _OURS]


# Over a sign-in --------------------------------------------------------------------------------------------------


def kept() -> str:
    """The form that this request sends, to be kept over a sign-in, as text; empty where there is nothing to keep.

    What belongs to the account itself, passwords above all, is not kept.
    """
    if request.method != "POST" or request.blueprint != "recruiter":
        return ""
    fields = [*_filled_in(), ("form_key", request.form.get("form_key", ""))]
    return json.dumps({"path": request.path, "fields": fields})


def resume_page(text: str) -> str | None:
    """The page on which a form that was kept can be sent now; None where what was kept is no form of ours."""
    try:
        form = strict_json.read(text[:_LONGEST])
        path, fields = str(form["path"]), [(str(name), str(value)) for name, value in form["fields"]]
        endpoint, _ = current_app.url_map.bind("").match(path, method="POST")
    except (ValueError, TypeError, KeyError, HTTPException, RequestRedirect):
        return None
    access: Any = getattr(current_app.view_functions[endpoint], "access", None)
    if access is None or access.audience != "staff":
        return None
    fields = [(name, value) for name, value in fields if name not in _OURS - {"form_key"}]
    return render_template(
        "account/resume.html", path=path, fields=fields, is_filled_in=any(name != "form_key" for name, _ in fields)
    )


def init_app(app: Flask) -> None:
    app.jinja_env.globals["form_key"] = form_key
