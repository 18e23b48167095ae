"""Limits on guessing, on both stores: wrong ones count, owners are not locked out, and processes count together."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from quiz.domain.errors import Invalid, SignInFailed, TooManyTries
from quiz.services.people import accounts, throttling
from quiz.services.people.submissions import submission
from quiz.services.people.throttling import Limit
from quiz.services.publishing import invitations
from quiz.store import saving
from quiz.store.database import Store, writing
from tests.factories import NOW, PASSWORD, World, later

HOME, OFFICE, ATTACKER = "10.0.0.1", "10.0.0.2", "203.0.113.7"
OWNER = "recruiter@example.org"


def sign_in(world: World, password: str, address: str = HOME, browser: str | None = None, minute: float = 0) -> str:
    return accounts.sign_in(world.store, OWNER, password, address, later(minute), browser)


def guess(world: World, times: int, address: str = ATTACKER, browser: str | None = None) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            sign_in(world, "a wrong password", address, browser)


def refused(world: World, address: str, browser: str | None = None, password: str = PASSWORD) -> bool:
    try:
        sign_in(world, password, address, browser)
    except TooManyTries as refusal:
        return 0 < refusal.retry_after <= 15 * 60 + 1
    return False


def known(world: World) -> str:
    return accounts.know_browser(world.store, sign_in(world, PASSWORD), None, NOW)


def test_ten_wrong_passwords_keep_out_who_tried_them_and_nobody_else(world: World) -> None:
    world.user()
    guess(world, 10)
    assert refused(world, ATTACKER)
    assert not refused(world, HOME)
    assert sign_in(world, PASSWORD, ATTACKER, minute=16)


def test_right_passwords_do_not_count(world: World) -> None:
    world.user()
    guess(world, 9)
    for _ in range(15):
        sign_in(world, PASSWORD, ATTACKER)
    guess(world, 1)
    assert refused(world, ATTACKER)


def test_an_attack_from_everywhere_keeps_out_strangers_but_not_a_browser_that_signed_in_before(world: World) -> None:
    world.user()
    browser = known(world)
    for n in range(10):
        guess(world, 10, f"198.51.100.{n}")
    assert refused(world, OFFICE)
    assert not refused(world, OFFICE, browser)
    assert refused(world, OFFICE, "x" * 43)  # One that only says so is a stranger.


def test_an_attack_from_the_own_office_does_not_keep_out_a_browser_that_signed_in_before(world: World) -> None:
    world.user()
    browser = known(world)
    for n in range(5):
        for _ in range(10):
            with pytest.raises(SignInFailed):
                accounts.sign_in(world.store, f"somebody{n}@example.org", "wrong", HOME, NOW)
    assert refused(world, HOME)
    assert not refused(world, HOME, browser)


def test_a_known_browser_has_ten_wrong_tries_of_its_own(world: World) -> None:
    world.user()
    browser = known(world)
    guess(world, 10, HOME, browser)
    assert refused(world, HOME, browser)
    assert not refused(world, HOME)


def test_nobody_is_known_by_what_they_put_into_somebody_elses_browser(world: World) -> None:
    world.user()
    world.user("author")
    theirs = accounts.sign_in(world.store, "author@example.org", PASSWORD, ATTACKER, NOW)
    planted = accounts.know_browser(world.store, theirs, None, NOW)
    for attackers in (planted, "p" * 43):
        fresh = accounts.know_browser(world.store, sign_in(world, PASSWORD, HOME, attackers), attackers, NOW)
        assert fresh != attackers
        guess(world, 10, f"198.51.100.{len(attackers)}", fresh)
        assert refused(world, OFFICE, fresh)
        for _ in range(10):
            with pytest.raises(SignInFailed):
                sign_in(world, "wrong", ATTACKER, attackers)
        assert refused(world, ATTACKER, attackers)
        accounts.reset_password(world.store, OWNER, PASSWORD)


def test_a_browser_stays_known_for_everybody_who_signs_in_with_it(world: World) -> None:
    world.user()
    world.user("author")
    browser = known(world)
    theirs = accounts.sign_in(world.store, "author@example.org", PASSWORD, HOME, NOW, browser)
    browser = accounts.know_browser(world.store, theirs, browser, NOW)
    for n in range(10):
        guess(world, 10, f"198.51.100.{n}")
    assert refused(world, OFFICE)
    assert not refused(world, OFFICE, browser)


def test_a_known_browser_is_known_for_its_account_alone(world: World) -> None:
    world.user()
    world.user("author")
    browser = known(world)
    for _ in range(10):
        with pytest.raises(SignInFailed):
            accounts.sign_in(world.store, "author@example.org", "wrong", ATTACKER, NOW, browser)
    with pytest.raises(TooManyTries):
        accounts.sign_in(world.store, "author@example.org", PASSWORD, ATTACKER, NOW, browser)


def test_a_new_password_lifts_the_limits_of_its_account(world: World) -> None:
    world.user()
    for n in range(10):
        guess(world, 10, f"198.51.100.{n}")
    assert refused(world, "198.51.100.1")
    accounts.reset_password(world.store, OWNER, "an entirely new phrase")
    assert not refused(world, "198.51.100.1", password="an entirely new phrase")


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("nonsense", "nonsense", True),
    ],
)
def test_an_ipv6_network_is_one_address(address: str, other: str, same: bool) -> None:
    assert (throttling.network(address) == throttling.network(other)) is same


def test_guesses_from_one_ipv6_network_count_together(world: World) -> None:
    world.user()
    for n in range(10):
        guess(world, 1, f"2001:db8::{n + 1}")
    assert refused(world, "2001:db8::ffff")
    assert not refused(world, "2001:db8:0:1::1")


def test_a_limit_over_everything_keeps_out_strangers_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "PASSWORDS_OVERALL", Limit("password", 12, timedelta(minutes=15)))
    world.user()
    browser = known(world)
    for n in range(4):
        guess(world, 3, f"198.51.100.{n}")
    assert refused(world, HOME)
    assert not refused(world, HOME, browser)


def test_an_account_that_is_closed_while_it_signs_in_is_not_let_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user()

    def verified(_digest: str, _password: str) -> bool:
        accounts.reset_password(world.store, OWNER, "an entirely new phrase")
        return True

    monkeypatch.setattr(accounts.passwords, "verified", verified)
    with pytest.raises(SignInFailed):
        sign_in(world, PASSWORD)


def test_the_current_password_cannot_be_tried_out(world: World) -> None:
    world.user()
    somebody = accounts.who(world.store, sign_in(world, PASSWORD), NOW)
    assert somebody
    for _ in range(10):
        with pytest.raises(Invalid):
            accounts.change_password(world.store, somebody.user_row, "wrong", "an entirely new phrase", NOW)
    with pytest.raises(TooManyTries):
        accounts.change_password(world.store, somebody.user_row, PASSWORD, "an entirely new phrase", NOW)


def test_invitations_have_a_limit_a_day_and_only_those_that_were_made_count(world: World) -> None:
    world.user()
    somebody = accounts.who(world.store, sign_in(world, PASSWORD), NOW)
    assert somebody
    assessment = world.assessment(NOW)

    def invite(n: int, minute: float = 0) -> None:
        by = submission(f"page {n}", "/", [], somebody.user_row, "secret")
        invitations.invite(world.store, assessment, "Ada", f"ada{n}@example.org", later(minute), by, daily=3)

    for n in (1, 2):
        invite(n)
    for n in (1, 2):
        invite(n)  # The same form again.
        with pytest.raises(Invalid):
            invitations.invite(
                world.store,
                assessment,
                "Ada",
                "ada1@example.org",
                NOW,
                submission("another page", "/", [], somebody.user_row, "secret"),
                daily=3,
            )
    invite(3)
    with pytest.raises(TooManyTries, match="hours"):
        invite(4)
    invite(4, minute=12 * 60)  # It was noon.


def test_versions_of_one_answer_have_a_pace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "FASTEST", 5)
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW)

    def save(edit: int, seconds: float, number: int = 1) -> bool:
        return world.save(candidate, number, edit, {}, later(seconds / 60), flagged=edit % 2 == 1).saved

    for edit in range(1, 6):
        assert save(edit, edit)
    assert save(5, 6)  # A repeat is no other version.
    with pytest.raises(TooManyTries) as refusal:
        save(6, 6)
    assert 50 < refusal.value.retry_after <= 60
    assert save(1, 6, number=2)
    with pytest.raises(TooManyTries):
        save(6, 60)
    assert save(6, 61)
    with pytest.raises(TooManyTries):
        save(7, 61)
    assert save(7, 62)


COUNT = 5
TRY = """
import sys
from pathlib import Path
import time_machine
from tests.factories import NOW
from quiz.app import create_app
from tests.conftest import settings
from tests.pages import Browser

app = create_app(settings(Path(sys.argv[1]), sys.argv[2]))
browser = Browser(app)
form = browser.open("/sign-in").form("/sign-in") | {"email": "recruiter@example.org", "password": "a wrong password"}
with time_machine.travel(NOW, tick=False):  # No window ends meanwhile.
    for _ in range(int(sys.argv[3])):
        print(browser.client.post("/sign-in", data=form).status_code)
"""


def test_processes_count_together(world: World, store_url: str, tmp_path: Path) -> None:
    """Three processes at once: of fifteen wrong passwords ten are looked at, in whichever of them."""
    world.user()
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    tries = [
        subprocess.Popen(
            [sys.executable, "-c", TRY, tmp_path, store_url, str(COUNT)], stdout=subprocess.PIPE, text=True, env=environ
        )
        for _ in range(3)
    ]
    replies = sorted(line for one in tries for line in one.communicate(timeout=120)[0].split())
    assert replies == ["401"] * 10 + ["429"] * 5


def test_a_try_that_another_process_used_meanwhile_is_refused(store: Store) -> None:
    limit = Limit("once", 1, timedelta(minutes=1))
    with writing(store) as session:
        throttling.use(session, limit, "me", NOW)
    with pytest.raises(TooManyTries), writing(store) as session:
        throttling.use(session, limit, "me", NOW)
    with writing(store) as session:
        throttling.give_back(session, limit, "me", NOW)
        throttling.use(session, limit, "me", NOW)
