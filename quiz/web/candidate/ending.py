"""The end of an attempt: the overview, the last question whether to end it, the receipt."""

from typing import Any

from flask import g, redirect, render_template, url_for

from quiz.services.delivery import answering, closing
from quiz.web.access import candidates
from quiz.web.candidate.blueprint import SITTING, bp, time_left
from quiz.web.database import db
from quiz.web.rendering import date_time


@bp.get(f"{SITTING}/overview")
@candidates
def overview(invitation_id: str) -> Any:
    """Every question with what is answered, unanswered and flagged."""
    return _overview_page("candidate/overview.html", invitation_id)


@bp.get(f"{SITTING}/finish")
@candidates
def finishing(invitation_id: str) -> Any:
    """Ask once more before the end."""
    return _overview_page("candidate/finishing.html", invitation_id)


def _overview_page(template: str, invitation_id: str) -> str:
    shown = answering.overview(db.engine, g.browser, invitation_id, g.now)
    return render_template(
        template,
        quiz_title=shown.title,
        invitation_id=invitation_id,
        slots=shown.slots,
        tally=shown.tally,
        open=shown.open,
        flagged_count=shown.flagged,
        **time_left(shown.state),
    )


@bp.post(f"{SITTING}/finish")
@candidates
def finish(invitation_id: str) -> Any:
    """End the attempt."""
    closing.finish(db.engine, g.browser, invitation_id, g.now)
    return redirect(url_for(".receipt", invitation_id=invitation_id), 303)


@bp.get(f"{SITTING}/receipt")
@candidates
def receipt(invitation_id: str) -> Any:
    """The receipt of an attempt that is over; while it runs, the overview."""
    shown = closing.receipt(db.engine, g.browser, invitation_id, g.now)
    return render_template(
        "candidate/receipt.html",
        invitation_id=invitation_id,
        quiz_title=shown.title,
        reference=shown.reference,
        started_at=date_time(shown.started_at),
        ended_at=date_time(shown.ended_at),
        tally=shown.tally,
        closed_by="you" if shown.ended_by == "candidate" else "time",
        digest=" ".join(shown.digest[n : n + 4] for n in range(0, len(shown.digest), 4)),
    )
