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
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    with create_app().app_context():
        user = accounts.add_user(db.session(), email, name, role, password, datetime.now(UTC))
        click.echo(f"Added {user.email} as {user.role}.")
