"""For operators: accounts."""

import sys
from datetime import UTC, datetime

import click

from quiz.app import create_app
from quiz.services import accounts
from quiz.store.accounts import ROLES
from quiz.store.database import db


@click.group()
def users() -> None:
    """Staff accounts."""


@users.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the account may do.")
def add(email: str, name: str, role: str) -> None:
    """Add an account for EMAIL. The password is asked for, or read from standard input."""
    password = _password()
    with create_app().app_context():
        user = accounts.add_user(db.session(), email, name, role, password, datetime.now(UTC))
        click.echo(f"Added {user.email} as {user.role}.")


@users.command("password")
@click.argument("email")
def set_password(email: str) -> None:
    """Set a new password for EMAIL and end every session of the account."""
    password = _password()
    with create_app().app_context():
        accounts.reset_password(db.session(), email, password)
    click.echo(f"The password of {email} is set.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL and end its sessions at once."""
    with create_app().app_context():
        accounts.disable(db.session(), email, datetime.now(UTC))
    click.echo(f"The account {email} is closed.")


def _password() -> str:
    """A password from the keyboard, or the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\n")
