"""The demo: an assessment on the banks that come along, two accounts, and an invitation that can still be taken."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.errors import QuizError
from quiz.domain.plans import Draw, Plan
from quiz.services import accounts, assessments
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


def prepare(session: Session, kept: dict[str, str], now: datetime) -> dict[str, str]:
    """What the demo shows: addresses, passwords and the candidate's token, as at an earlier start where they hold."""
    shown = dict(kept)
    for role in ("recruiter", "author"):
        email = f"{role}@demo.example"
        if account_store.user_by_email(session, email) is None or f"{role}_password" not in shown:
            shown |= {role: email, f"{role}_password": _account(session, email, role, now)}
    invitation = assessment_store.invitation_by_token(session, hashed(shown.get("candidate", "")))
    if invitation is None or attempts.form(session, invitation.public_id) is not None:
        assessment = assessment_store.newest_titled(session, PLAN.title) or assessments.publish(
            session, PLAN, None, None, now
        )
        number = secrets.token_hex(2)
        _, shown["candidate"] = assessments.invite(
            session, assessment, "Demo Candidate", f"candidate-{number}@demo.example", now
        )
    return shown


def _account(session: Session, email: str, role: str, now: datetime) -> str:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    try:
        accounts.add_user(session, email, f"Demo {role}", role, password, now)
    except QuizError:
        accounts.reset_password(session, email, password)
    return password
