"""Staff accounts in the browser: signing in and out, changing the password."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from wtforms import Form, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from quiz.domain.errors import Invalid, SignInFailed
from quiz.services import accounts
from quiz.store.database import db
from quiz.web import access
from quiz.web.access import anyone, staff
from quiz.web.forms import problems

bp = Blueprint("account", __name__)


class SignInForm(Form):
    email = StringField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=1000)])


class PasswordForm(Form):
    current = PasswordField("Current password", [InputRequired("Enter your current password.")])
    password = PasswordField("New password", [InputRequired("Enter a new password.")])
    again = PasswordField("New password again", [EqualTo("password", "The two new passwords differ.")])


@bp.get("/")
@anyone
def home() -> Any:
    """The way in: staff to their work, everybody else to the form that signs staff in."""
    if access.current_staff() is None:
        return redirect(url_for(".sign_in"), 303)
    return redirect(_home(), 303)


def _home() -> str:
    return url_for("author.catalogue" if g.staff and g.staff.role == "author" else "recruiter.assessments")


@bp.get("/sign-in")
@anyone
def sign_in() -> Any:
    """The form that signs staff in."""
    return render_template("account/sign_in.html", form=SignInForm(), problems=[], back=request.args.get("back", ""))


@bp.post("/sign-in")
@anyone
def sign_in_with_password() -> Any:
    """Start a session."""
    form, back = SignInForm(request.form), request.form.get("back", "")
    found = [] if form.validate() else problems(form)
    if not found:
        try:
            token = accounts.sign_in(
                db.session(), form.email.data or "", form.password.data or "", request.remote_addr or "", g.now
            )
        except SignInFailed as error:
            found = [{"text": str(error), "href": "#email"}]
        else:
            response = make_response(redirect(_inside(back), 303))
            access.set_cookie(response, access.STAFF, token)
            return response
    return render_template("account/sign_in.html", form=form, problems=found, back=back), 401


def _inside(back: str) -> str:
    """Where to go after signing in: an address of ours, or the start."""
    parts = urlsplit(back.replace("\\", "/"))
    ours = back.startswith("/") and not back.startswith("//") and not parts.netloc and back.isprintable()
    return back if ours and "\\" not in back else url_for(".home")


@bp.post("/sign-out")
@staff()
def sign_out() -> Any:
    """End this session."""
    accounts.sign_out(db.session(), access.cookie(access.STAFF) or "")
    response = make_response(redirect(url_for(".sign_in"), 303))
    access.drop_cookie(response, access.STAFF)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/account")
@staff()
def account() -> Any:
    """The account, and the form that changes its password."""
    return render_template(
        "account/account.html", form=PasswordForm(), problems=[], changed=request.args.get("changed")
    )


@bp.post("/account")
@staff()
def change_password() -> Any:
    """Set a new password; every other session of the account ends."""
    form = PasswordForm(request.form)
    found = [] if form.validate() else problems(form)
    if not found:
        try:
            token = accounts.change_password(
                db.session(), g.staff.user_id, form.current.data or "", form.password.data or "", g.now
            )
        except Invalid as error:
            found = [{"text": str(error), "href": f"#{error.field}"}]
        else:
            response = make_response(redirect(url_for(".account", changed="yes"), 303))
            access.set_cookie(response, access.STAFF, token)
            return response
    return render_template("account/account.html", form=form, problems=found, changed=None), 422
