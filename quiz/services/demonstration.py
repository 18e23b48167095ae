"""The demo: two accounts, and invitations that can still be taken, to a quiz on several banks and to one on each."""

import secrets
from collections.abc import Callable
from datetime import datetime

from quiz.domain.delivery import Invited
from quiz.domain.errors import Invalid, InvitationClosed, NotFound
from quiz.domain.plans import Draw, Plan
from quiz.services.delivery import admission
from quiz.services.people import accounts
from quiz.services.publishing import assessments, invitations
from quiz.store.database import Store

PLAN = Plan(
    title="Backend developer: Java and sessions",
    minutes=20,
    draws=[Draw(bank="oca", count=7), Draw(bank="session-management", count=7)],
    pass_mark=60,
)
_MINUTES = 20
"""How long the quizzes on one bank are."""


def prepare(store: Store, kept: dict[str, str], now: datetime) -> dict[str, str]:
    """What the demo shows: addresses, passwords and candidates' tokens, as at an earlier start where they hold.

    `candidate` is the token for the plan over several banks; `candidate BANK` are those for one bank each.
    """
    shown: dict[str, str] = {}
    for role in ("recruiter", "author"):
        shown |= _account(store, role, kept.get(f"{role}_password", ""), now)
    shown["candidate"] = _invited(store, kept.get("candidate", ""), lambda: PLAN, now)
    for bank in assessments.offered_banks(store):
        name = f"candidate {bank}"
        shown[name] = _invited(store, kept.get(name, ""), _default_plan(store, bank), now)
    return shown


def _default_plan(store: Store, bank: str) -> Callable[[], Plan]:
    return lambda: assessments.default_plan_of(store, bank, _MINUTES)


def _invited(store: Store, token: str, plan: Callable[[], Plan], now: datetime) -> str:
    """The token of an invitation to a plan that can still be taken; the one of an earlier start where it can."""
    try:
        if token and isinstance(admission.look(store, token, {}, "", now).state, Invited):
            return token
    except (NotFound, InvitationClosed):
        pass
    wanted = plan()
    assessment_id = assessments.newest_titled(store, wanted.title)
    if assessment_id is None:
        assessment_id = assessments.publish(store, wanted, None, None, now)
    email = f"candidate-{secrets.token_hex(2)}@demo.example"
    return invitations.invite(store, assessment_id, "Demo Candidate", email, now).token


def _account(store: Store, role: str, password: str, now: datetime) -> dict[str, str]:
    """A demo account, with its password as at an earlier start where there was one."""
    email = f"{role}@demo.example"
    if not password or not accounts.has_user(store, email):
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        try:
            accounts.add_user(store, email, f"Demo {role}", role, password, now)
        except Invalid:
            accounts.reset_password(store, email, password)
    return {role: email, f"{role}_password": password}
