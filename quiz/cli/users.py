"""For operators: accounts."""

import sys
from datetime import UTC, datetime

import click

from quiz.config import read_settings
from quiz.services.people import accounts
from quiz.store.accounts import ROLES
from quiz.store.database import Store, open_store


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
    added = accounts.add_user(_store(), email, name, role, password, datetime.now(UTC))
    click.echo(f"Added {added} as {role}.")


@users.command("password")
@click.argument("email")
def set_password(email: str) -> None:
    """Set a new password for EMAIL and end every session of the account."""
    password = _password()
    accounts.reset_password(_store(), email, password)
    click.echo(f"The password of {email} is set.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL and end its sessions at once."""
    accounts.disable(_store(), email, datetime.now(UTC))
    click.echo(f"The account {email} is closed.")


def _store() -> Store:
    return open_store(read_settings().database_url)


def _password() -> str:
    """A password from the keyboard, or the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\n")
