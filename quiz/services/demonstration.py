"""The demo: two accounts, and invitations that can still be taken, to a quiz on several banks and to one on each."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.errors import QuizError
from quiz.domain.plans import Draw, Plan
from quiz.services import accounts, assessments, catalogue
from quiz.services.tokens import hashed
from quiz.store import accounts as account_store
from quiz.store import assessments as assessment_store
from quiz.store import attempts

PLAN = Plan(
    title="Backend developer: Java and sessions",
    minutes=20,
    draws=[Draw(bank="oca", count=7), Draw(bank="session-management", count=7)],
    pass_mark=60,
)
_MINUTES = 20
"""How long the quizzes on one bank are."""


def prepare(session: Session, kept: dict[str, str], now: datetime) -> dict[str, str]:
    """What the demo shows: addresses, passwords and candidates' tokens, as at an earlier start where they hold.

    `candidate` is the token for the plan over several banks; `candidate BANK` are those for one bank each.
    """
    shown = dict(kept)
    for role in ("recruiter", "author"):
        email = f"{role}@demo.example"
        if account_store.user_by_email(session, email) is None or f"{role}_password" not in shown:
            shown |= {role: email, f"{role}_password": _account(session, email, role, now)}
    plans = {"candidate": PLAN}
    for offer in catalogue.offers(session):
        plans[f"candidate {offer.bank}"] = assessments.default_plan_of(session, offer.bank, _MINUTES)
    return {name: token for name, token in shown.items() if not name.startswith("candidate")} | {
        name: _invited(session, plan, shown.get(name, ""), now) for name, plan in plans.items()
    }


def _invited(session: Session, plan: Plan, token: str, now: datetime) -> str:
    """The token of an invitation to a plan that can still be taken; the one of an earlier start where it can."""
    invitation = assessment_store.invitation_by_token(session, hashed(token))
    if invitation is not None and attempts.form(session, invitation.public_id) is None:
        return token
    assessment = assessment_store.newest_titled(session, plan.title) or assessments.publish(
        session, plan, None, None, now
    )
    email = f"candidate-{secrets.token_hex(2)}@demo.example"
    return assessments.invite(session, assessment, "Demo Candidate", email, now)[1]


def _account(session: Session, email: str, role: str, now: datetime) -> str:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    try:
        accounts.add_user(session, email, f"Demo {role}", role, password, now)
    except QuizError:
        accounts.reset_password(session, email, password)
    return password
