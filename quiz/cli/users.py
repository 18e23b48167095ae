"""For operators: accounts."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from quiz.cli.revisions import open_current
from quiz.config import read_settings
from quiz.services.people import accounts
from quiz.store.accounts import ROLES
from quiz.store.database import Store


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


@users.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
def list_accounts(form: str) -> None:
    """List the accounts with their roles, whether they are closed, and how many sessions they have."""
    found = accounts.all_accounts(_store(), datetime.now(UTC))
    if form == "json":
        click.echo(json.dumps([asdict(account) for account in found], indent=2, ensure_ascii=False))
        return
    for account in found:
        state = "closed" if account.disabled else f"{account.sessions} sessions"
        click.echo(f"{account.email}  {account.role}  {state}  {account.name}")
    if not found:
        click.echo("There are no accounts yet. Add one: quiz users add EMAIL --name NAME --role admin", err=True)


@users.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
def set_role(email: str, role: str) -> None:
    """Give EMAIL another ROLE and end every session of the account."""
    accounts.set_role(_store(), email, role)
    click.echo(f"The role of {email} is {role}.")


@users.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End every session of EMAIL."""
    accounts.end_sessions(_store(), email)
    click.echo(f"{email} is signed out everywhere.")


@users.command()
@click.argument("email")
def enable(email: str) -> None:
    """Open the account of EMAIL again after it was closed."""
    accounts.enable(_store(), email)
    click.echo(f"The account {email} is open.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL and end its sessions at once."""
    accounts.disable(_store(), email, datetime.now(UTC))
    click.echo(f"The account {email} is closed.")


def _store() -> Store:
    return open_current(read_settings().database_url)


def _password() -> str:
    """A password from the keyboard, or the first line of standard input. Raises UsageError where there is none."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    try:
        line = sys.stdin.readline().removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError("The password on standard input is not text in UTF-8.") from error
    if not line:
        raise click.UsageError("There is no password on standard input: write it as the first line.")
    return line
