"""Accounts of staff, their passwords and sessions, on both stores."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.errors import Invalid, SignInFailed, WeakPassword
from quiz.services.people import accounts, passwords
from quiz.services.people.tokens import hashed
from quiz.store.accounts import StaffSession, User
from quiz.store.database import reading, writing
from tests.factories import NOW, PASSWORD, World


def sign_in(world: World, password: str = PASSWORD, now: Any = NOW, address: str = "10.0.0.1") -> str:
    return accounts.sign_in(world.store, "recruiter@example.org", password, address, now)


def who(world: World, token: str, now: Any = NOW) -> accounts.SignedIn | None:
    return accounts.who(world.store, token, now)


def test_a_password_is_stored_as_argon2id_and_a_token_as_its_hash(world: World) -> None:
    world.user()
    token = sign_in(world)
    with reading(world.store) as session:
        assert session.scalars(sa.select(User.password_hash)).one().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert session.scalars(sa.select(StaffSession.token_hash)).one() == hashed(token)


@pytest.mark.parametrize(
    "password",
    ["short", "a" * 20, "password12345", "recruiter1recr", "1234567890abcdef", "robintestquiz!", "x" * 257],
)
def test_passwords_that_are_guessed_first_are_refused(world: World, password: str) -> None:
    with pytest.raises(WeakPassword):
        accounts.add_user(world.store, "recruiter@example.org", "Robin Test", "recruiter", password, NOW)


def test_no_password_is_taken_that_many_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one of the lists that is long enough, in whatever case, and the 3,000 most used with something added."""
    common = passwords._common()
    monkeypatch.setattr(passwords, "_common", lambda: common)
    many = sorted(common, key=lambda word: common[word])
    assert len(many) > 10_000
    long = [word for word in many if passwords.SHORTEST <= len(word) <= passwords.LONGEST]
    assert len(long) > 3000
    added = [f"{word}1234567890" for word in many[:3000]]
    for password in [*long, *(word.upper() for word in long), *added]:
        with pytest.raises(WeakPassword):
            passwords.refuse_weak(password, "robin@example.org", "Robin Test")


@pytest.mark.parametrize(
    "password", ["Robin-Example-1", "robin.testing!", "quiz-recruiter-7", "robin@example.org", "tset nibor 2024"]
)
def test_no_password_is_taken_that_is_made_of_its_owner(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.refuse_weak(password, "robin@example.org", "Robin Test")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "an entirely new phrase", "xK9#mQ2$vL7p", "  spaces count too  ", "猫は木の上で長い夢を見ている"],
)
def test_a_password_of_any_characters_is_taken(password: str) -> None:
    passwords.refuse_weak(password, "robin@example.org", "Robin Test")


@pytest.mark.parametrize(
    ("email", "name", "role"),
    [("no-address", "Robin", "recruiter"), ("a@b", "", "recruiter"), ("a@b", "Robin", "king"), ("a b@c", "R", "admin")],
)
def test_an_account_needs_an_address_a_name_and_a_role(world: World, email: str, name: str, role: str) -> None:
    with pytest.raises(Invalid):
        accounts.add_user(world.store, email, name, role, PASSWORD, NOW)


def test_an_address_has_one_account_however_it_is_spelt(world: World) -> None:
    world.user()
    with pytest.raises(Invalid):
        accounts.add_user(world.store, " Recruiter@Example.org", "Robin Test", "author", PASSWORD, NOW)


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(world: World) -> None:
    world.user()
    assert who(world, sign_in(world), NOW + accounts.IDLE - timedelta(seconds=1))
    token = sign_in(world)
    assert who(world, token, NOW + accounts.IDLE) is None
    now = NOW
    while now < NOW + accounts.ABSOLUTE:
        accounts.touch(world.store, token, now)
        now += timedelta(minutes=20)
        expected = now < NOW + accounts.ABSOLUTE
        assert (who(world, token, now) is not None) is expected


def test_signing_out_ends_the_session_in_every_copy_of_its_cookie(world: World) -> None:
    world.user()
    token = sign_in(world)
    accounts.sign_out(world.store, token)
    accounts.touch(world.store, token, NOW)  # A request that was under way revives nothing.
    assert who(world, token) is None


def test_changing_the_password_ends_every_other_session(world: World) -> None:
    world.user()
    here, there = sign_in(world), sign_in(world)
    found = who(world, here)
    assert found is not None
    fresh = accounts.change_password(world.store, found.user_row, PASSWORD, "an entirely new phrase", NOW)
    assert who(world, here) is None
    assert who(world, there) is None
    assert who(world, fresh)
    with pytest.raises(SignInFailed):
        sign_in(world)
    assert sign_in(world, "an entirely new phrase")


def test_a_disabled_account_is_out_at_once(world: World) -> None:
    world.user()
    token = sign_in(world)
    with writing(world.store) as session:
        session.execute(sa.update(User).values(disabled_at=NOW))
    assert who(world, token) is None
    with pytest.raises(SignInFailed):
        sign_in(world)


def test_unknown_accounts_are_refused_in_the_same_words(world: World) -> None:
    world.user()
    messages = set()
    for email in ("recruiter@example.org", "nobody@example.org"):
        with pytest.raises(SignInFailed) as refused:
            accounts.sign_in(world.store, email, "wrong", "10.0.0.1", NOW)
        messages.add(str(refused.value))
    assert len(messages) == 1
