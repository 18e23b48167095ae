"""The page that signs staff in, on its own and in place of a page whose session has ended."""

from flask import render_template
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from quiz.web import submissions
from quiz.web.wtform import WTForm


class SignInForm(WTForm):
    email = StringField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=1000)])


def sign_in_page(form: SignInForm, back: str, kept: str = "") -> str:
    """The form; `back` is where it leads, `kept` what was sent to a session that had ended."""
    return render_template("account/sign_in.html", form=form, problems=form.problems, back=back, kept=kept)


def sign_in_again() -> str:
    """The form in place of what was asked for; what was sent to it is kept."""
    return sign_in_page(SignInForm(), "", submissions.kept())
