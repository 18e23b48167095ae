"""Staff accounts in the browser: signing in and out, changing the password."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from quiz.services.people import accounts
from quiz.web import access, submissions
from quiz.web.access import anyone, staff
from quiz.web.database import db
from quiz.web.sign_in import SignInForm, sign_in_page
from quiz.web.wtform import WTForm

bp = Blueprint("account", __name__)


class PasswordForm(WTForm):
    current = PasswordField("Current password", [InputRequired("Enter your current password.")])
    password = PasswordField("New password", [InputRequired("Enter a new password.")])
    again = PasswordField("New password again", [EqualTo("password", "The two new passwords differ.")])


@bp.get("/")
@anyone
def home() -> Any:
    """The way in: staff to their work, everybody else to the form that signs staff in."""
    somebody = access.current_staff()
    if somebody is None:
        return redirect(url_for(".sign_in"), 303)
    return redirect(url_for("author.catalogue" if somebody.role == "author" else "recruiter.assessments"), 303)


@bp.get("/sign-in")
@anyone
def sign_in() -> Any:
    """The form that signs staff in."""
    return sign_in_page(SignInForm(), request.args.get("back", ""))


@bp.post("/sign-in")
@anyone
def sign_in_with_password() -> Any:
    """Start a session."""
    form, back, kept = SignInForm(request.form), request.form.get("back", ""), request.form.get("kept", "")

    def intention() -> Any:
        email, password = form.email.data or "", form.password.data or ""
        known = access.cookie(access.BROWSER)
        token = accounts.sign_in(db.engine, email, password, request.remote_addr or "", g.now, known, _agent())
        access.begin_staff(token, accounts.who(db.engine, token, g.now))
        response = _signed_in(submissions.resume_page(kept) or redirect(_inside(back), 303), token)
        access.set_cookie(response, access.BROWSER, accounts.know_browser(db.engine, token, known, g.now))
        return response

    return form.submit(intention) or (sign_in_page(form, back, kept), 401)


def _signed_in(reply: Any, token: str) -> Any:
    response = make_response(reply)
    access.set_cookie(response, access.STAFF, token)
    return response


def _agent() -> str:
    return request.user_agent.string


def _inside(back: str) -> str:
    """Where to go after signing in: an address of ours, or the start."""
    parts = urlsplit(back.replace("\\", "/"))
    ours = back.startswith("/") and not back.startswith("//") and not parts.netloc and back.isprintable()
    return back if ours and "\\" not in back else url_for(".home")


@bp.post("/sign-out")
@staff()
def sign_out() -> Any:
    """End this session."""
    accounts.sign_out(db.engine, access.cookie(access.STAFF) or "")
    response = make_response(redirect(url_for(".sign_in"), 303))
    access.drop_cookie(response, access.STAFF)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/account")
@staff()
def account() -> Any:
    """The account, and the form that changes its password."""
    return _account_page(PasswordForm(), request.args.get("changed"))


@bp.post("/account")
@staff()
def change_password() -> Any:
    """Set a new password; every other session of the account ends."""
    form = PasswordForm(request.form)

    def intention() -> Any:
        current, new = form.current.data or "", form.password.data or ""
        token = accounts.change_password(db.engine, g.staff.user_row, current, new, g.now, _agent())
        return _signed_in(redirect(url_for(".account", changed="yes"), 303), token)

    return form.submit(intention) or (_account_page(form), 422)


def _account_page(form: PasswordForm, changed: str | None = None) -> str:
    return render_template(
        "account/account.html",
        form=form,
        problems=form.problems,
        changed=changed,
        sessions=accounts.own_sessions(db.engine, g.staff.user_row, access.cookie(access.STAFF) or "", g.now),
    )


@bp.post("/account/sessions")
@staff()
def end_others() -> Any:
    """End every other session of the account."""
    accounts.end_other_sessions(db.engine, g.staff.user_row, access.cookie(access.STAFF) or "")
    return redirect(url_for(".account"), 303)


@bp.post("/account/sessions/<string(length=30):session_id>")
@staff()
def end_session(session_id: str) -> Any:
    """End one session of the account."""
    accounts.end_own_session(db.engine, g.staff.user_row, session_id)
    return redirect(url_for(".account"), 303)
