"""Who may enter: every route says so, and a route that does not say lets nobody in.

Whoever comes is known by random tokens in cookies, of which the database holds only hashes: one cookie for staff, one
for candidates, and one without any rights that only ties the first forms to the browser they were shown in.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, Request, Response, abort, current_app, g, request
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.exceptions import BadRequest, Forbidden, NotFound, Unauthorized

from quiz.config import Settings
from quiz.services.delivery.admission import BROWSER_KEPT
from quiz.services.people import accounts
from quiz.services.people.accounts import SignedIn
from quiz.services.people.tokens import new_token
from quiz.web.database import db

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STAFF, CANDIDATE, VISITOR, BROWSER = "staff", "candidate", "visitor", "browser"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Access:
    """Who may use a route: an audience, and for staff the roles (admins may do everything)."""

    audience: str
    roles: frozenset[str] = frozenset()


def anyone(view: View) -> View:
    """Let everybody in."""
    view.access = Access("anyone")  # type: ignore[attr-defined]
    return view


def candidates(view: View) -> View:
    """Let browsers in that opened an invitation; the view looks up which. Their token is `g.browser`."""
    view.access = Access("candidates")  # type: ignore[attr-defined]
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Let staff of these roles in, or all staff where none is named. Who it is, is `g.staff`."""

    def declare(view: View) -> View:
        view.access = Access("staff", frozenset(roles))  # type: ignore[attr-defined]
        return view

    return declare


def clock() -> datetime:
    """The time, by the clock of this host."""
    return datetime.now(UTC)


def guard() -> None:
    """Before every request: take the time, forbid forgeries, find out who is there, and let in or refuse."""
    g.staff = None
    if request.method not in SAFE_METHODS:
        request.get_data(parse_form_data=True)
    g.now = clock()  # The time that counts is when the last byte was there, not the first.
    _refuse_other_hosts()
    if request.is_json:
        request.get_json()  # What is not plain JSON goes no further, whoever would read it.
    if request.endpoint is None:
        return  # The error handler says that there is no such page.
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    unproven = False
    if request.method not in SAFE_METHODS:
        _refuse_other_sites()
        unproven = not _carries_a_token()
        if unproven and not (access and access.audience == "staff" and _comes_from_a_page_of_ours()):
            abort(403, OutOfDate.description if request.cookies else _NO_COOKIES)
    _refuse_unprintable()
    if access is None:
        raise Forbidden
    if access.audience == "candidates":
        g.browser = cookie(candidate_cookie((request.view_args or {})["invitation_id"]))
        if g.browser is None:
            raise Unauthorized
    elif access.audience == "staff":
        g.staff = _signed_in()
        if g.staff is None:
            raise Unauthorized
        if access.roles and g.staff.role != "admin" and g.staff.role not in access.roles:
            raise Forbidden
        if unproven:
            raise OutOfDate


class OtherHost(BadRequest):
    """A request for a host name that this installation does not go by."""

    def __init__(self, asked_for: str) -> None:
        super().__init__()
        self.asked_for = asked_for


def _refuse_other_hosts() -> None:
    """Refuse names that are not ours, and pages of staff and of candidates under the other's name where they differ."""
    name, settings = _hostname(request.host), _settings()
    if name not in settings.hosts | settings.staff_hosts:
        raise OtherHost(name)
    if settings.staff_url and request.endpoint:
        hosts = {"candidate": settings.hosts, "assets": {name}, "health": {name}}.get(request.blueprint or "")
        if name not in (settings.staff_hosts if hosts is None else hosts):
            raise NotFound


def _hostname(host: str) -> str:
    """The name in a `Host` header, without its port."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower().rstrip(".")


class OutOfDate(Forbidden):
    """A form that was shown in an earlier session of this browser: its owner has to say again that it counts."""

    description = "This page was out of date. Go back, reload it and try again."


def _refuse_unprintable() -> None:
    """Refuse control characters and broken text in forms and addresses: nobody types them, and no store keeps them."""
    sent = [] if request.method in SAFE_METHODS else request.form.items(multi=True)
    texts = [value for name, value in sent if not name.startswith("answer")]
    for value in (*request.args.values(), *texts):
        if _UNPRINTABLE.search(value):
            abort(400)


def printable(text: str) -> str:
    """An answer without the control characters that came with what was pasted: nobody typed them, or sees them."""
    return _UNPRINTABLE.sub("", text)


def current_staff() -> SignedIn | None:
    """Who of the staff is signed in, on a page that anyone may open; also as `g.staff`."""
    found = g.staff = _signed_in()
    return found


def begin_staff(token: str, somebody: SignedIn | None) -> None:
    """Let the page that this request gives belong to a session that has just begun."""
    g.staff, g.staff_token = somebody, token


def _signed_in() -> SignedIn | None:
    token = cookie(STAFF)
    return None if token is None else accounts.who(db.engine, token, g.now)


# Cookies ---------------------------------------------------------------------------------------------------------


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


_NO_COOKIES = (
    "This browser sent no cookie, and quiz needs one to recognise it. "
    "Allow cookies for this site, open the page again and continue."
)


def candidate_cookie(invitation_id: str) -> str:
    """The cookie of a browser in which an invitation was opened: each invitation has its own, with its own token.

    So whoever took a quiz at a shared computer before holds nothing that opens the next person's.
    """
    return f"{CANDIDATE}-{invitation_id}"


def candidate_tokens() -> dict[str, str]:
    """The tokens of all the invitations that were opened in this browser, by the invitation's id."""
    start = _name(candidate_cookie(""))
    ids = [name.removeprefix(start) for name in request.cookies if name.startswith(start)]
    return {id: token for id in ids if (token := cookie(candidate_cookie(id)))}


def _name(which: str) -> str:
    return f"__Host-quiz-{which}" if _settings().secure else f"quiz-{which}"


def cookie(which: str) -> str | None:
    """The token a browser sent in one of our cookies, if it looks like one of ours."""
    value = request.cookies.get(_name(which), "")
    return value if 40 <= len(value) <= 64 and value.isascii() else None


def set_cookie(response: Response, which: str, token: str) -> None:
    """Give a browser a token. A candidate's outlives the browser, so that a crash does not lock anybody out.

    Whoever comes from a link elsewhere, in a mail for instance, is known too; whatever changes anything needs a form's
    token.
    """
    response.set_cookie(
        _name(which),
        token,
        max_age=_max_age(which),
        secure=_settings().secure,
        httponly=True,
        samesite="Lax",
    )


def _max_age(which: str) -> int | None:
    """How many seconds a cookie is kept; None for as long as the browser runs."""
    if which == BROWSER:
        return int(accounts.BROWSER_KNOWN.total_seconds())
    return int(BROWSER_KEPT.total_seconds()) if which.startswith(candidate_cookie("")) else None


def drop_cookie(response: Response, which: str) -> None:
    response.delete_cookie(_name(which), secure=_settings().secure, httponly=True)


# Forgery ---------------------------------------------------------------------------------------------------------


def csrf_token() -> str:
    """The token that ties a form to the browser it is shown in. It lives as long as that browser's cookie."""
    which = _holder() if request.blueprint == "candidate" else STAFF
    value = g.get("staff_token") if which == STAFF and "staff_token" in g else cookie(which)
    if value is None:
        which, value = VISITOR, cookie(VISITOR) or g.get("visitor")
        if value is None:
            value = g.visitor = new_token()
    return tied(which, value)


def _holder() -> str:
    """The cookie that the forms of a candidate's page are tied to."""
    invitation_id = (request.view_args or {}).get("invitation_id")
    return candidate_cookie(invitation_id) if invitation_id else VISITOR


def tied(which: str, value: str) -> str:
    """The token of forms shown to the browser that holds this value in this cookie of ours."""
    return _tied(current_app.config["SECRET_KEY"], which, value)


def _tied(key: str, which: str, value: str) -> str:
    return hmac.digest(key.encode(), f"csrf {which} {value}".encode(), "sha256").hex()


def _refuse_other_sites() -> None:
    """Refuse a request that another site made."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403, "This request came from another site.")


def _carries_a_token() -> bool:
    """Whether a request carries a token of a form that was shown in this browser."""
    sent = (request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")).encode()
    held = ((which, value) for which in (_holder(), STAFF, VISITOR) if (value := cookie(which)))
    keys = (_settings().secret_key, *_settings().secret_key_fallbacks)
    return any(hmac.compare_digest(_tied(key, which, value).encode(), sent) for which, value in held for key in keys)


def _comes_from_a_page_of_ours() -> bool:
    """Whether the browser itself says so; those that say nothing have to carry a token."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else request.origin == request.host_url.rstrip("/")


def remember_visitor(response: Response) -> Response:
    """Set the cookie that a form shown by this request is tied to."""
    if visitor := g.get("visitor"):
        set_cookie(response, VISITOR, visitor)
    return response


class _NoSession(SessionInterface):
    """Flask's own session, which lives in a cookie and outlives a logout, is switched off."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return _NOTHING

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """There is nothing to save."""


_NOTHING = NullSession()


def init_app(app: Flask) -> None:
    app.session_interface = _NoSession()
    app.before_request(guard)
    app.after_request(remember_visitor)
    app.jinja_env.globals["csrf_token"] = csrf_token
