"""What recruiters see and do: assessments, invitations, scorecards."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict
from wtforms import DateTimeLocalField, EmailField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # The stubs know only 3.2.
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from quiz.domain.errors import InfeasiblePlan, Invalid, InvalidPlan
from quiz.domain.plan_files import PlanFile, SpreadEntry
from quiz.domain.plans import Plan
from quiz.services.people import throttling
from quiz.services.publishing import assessments as publishing
from quiz.services.publishing import invitations
from quiz.services.publishing.assessments import Offer
from quiz.services.publishing.invitations import Link
from quiz.services.results import scorecards
from quiz.services.results.standings import standings
from quiz.store.listings import CANDIDATE_FILTERS, CANDIDATE_SORTS
from quiz.web import submissions
from quiz.web.access import staff
from quiz.web.database import db
from quiz.web.errors import json_reply
from quiz.web.rendering import duration
from quiz.web.submissions import sent
from quiz.web.tables import Table
from quiz.web.wtform import WTForm

bp = Blueprint("recruiter", __name__)

_ASSESSMENT = "/assessments/<string(length=30):assessment_id>"
_INVITATION = "/invitations/<string(length=30):invitation_id>"

DEFAULT_MINUTES = (20, 60)
"""How long the quizzes are that can be filled in at a click."""

SPREADS: dict[str, tuple[str, SpreadEntry | None]] = {
    "any": ("As the banks have it", None),
    "junior": ("Mostly easy: 50 % easy, 40 % medium, 10 % hard", SpreadEntry(easy=5, medium=4, hard=1)),
    "balanced": ("Balanced: 30 % easy, 40 % medium, 30 % hard", SpreadEntry(easy=3, medium=4, hard=3)),
    "senior": ("Mostly hard: 10 % easy, 40 % medium, 50 % hard", SpreadEntry(easy=1, medium=4, hard=5)),
}


class PlanForm(WTForm):
    title = StringField(
        "Title", [InputRequired("Give the assessment a title."), Length(max=200)], description="Candidates see it."
    )
    minutes = IntegerField(
        "Minutes",
        [InputRequired("Give the time limit in minutes."), NumberRange(1, 600, "Use 1 to 600 minutes.")],
        default=30,
    )
    difficulty = RadioField(
        "Difficulty", choices=[SelectChoice(key, label) for key, (label, _) in SPREADS.items()], default="any"
    )
    scoring = RadioField(
        "Scoring",
        choices=[
            SelectChoice("partial credit", "Partial credit where an answer is partly right"),
            SelectChoice("all or nothing", "All or nothing"),
        ],
        default="partial credit",
    )
    pass_mark = IntegerField(
        "Pass mark in per cent",
        [Optional(), NumberRange(1, 100, "Use 1 to 100 per cent.")],
        description="Advice for you on the scorecard; nobody is rejected by it. Leave it empty for no pass mark.",
    )
    closes_at = DateTimeLocalField(
        "Closes (UTC)", [Optional()], description="No answers are taken after this. Leave it empty if it never closes."
    )


class InviteForm(WTForm):
    name = StringField("Name", [InputRequired("Enter the candidate's name."), Length(max=200)])
    email = EmailField("E-mail address", [InputRequired("Enter the candidate's e-mail address."), Length(max=254)])


# Assessments -----------------------------------------------------------------------------------------------------


@bp.get("/assessments")
@staff("recruiter")
def assessments() -> Any:
    """The assessments, the newest first."""
    table = Table(request.args)
    page = publishing.published(db.engine, table.wanted, g.now)
    return render_template("recruiter/assessments.html", page=page, table=table)


@bp.get("/assessments/new")
@staff("recruiter")
def new_assessment() -> Any:
    """The form that makes an assessment; with `bank` and `minutes` in the address, filled in with its default plan."""
    form, counts = PlanForm(), MultiDict[str, str]()
    minutes = request.args.get("minutes", type=int)
    if (bank := request.args.get("bank")) and minutes in DEFAULT_MINUTES:
        try:
            plan = publishing.default_plan_of(db.engine, bank, minutes)
        except InfeasiblePlan as error:
            form.problems = form.reasons(error)
        else:
            form.title.data, form.minutes.data = plan.title, plan.minutes
            counts.update({f"draw {bank} {group}": str(quota) for group, quota in plan.draws[0].quotas.items()})
    return _plan_page(form, counts)


@bp.post("/assessments/new")
@staff("recruiter")
def publish() -> Any:
    """Publish an assessment."""
    form = PlanForm(request.form)

    def intention() -> Any:
        plan = _plan(form, request.form, publishing.offers(db.engine))
        closes_at = form.closes_at.data.replace(tzinfo=UTC) if form.closes_at.data else None
        assessment_id = publishing.publish(db.engine, plan, closes_at, g.staff.user_row, g.now, sent())
        return redirect(url_for(".assessment", assessment_id=assessment_id), 303)

    return form.submit(intention) or (_plan_page(form, request.form), 422)


@bp.post("/assessments/outlook")
@staff("recruiter")
def outlook() -> Any:
    """Whether the plan in the form can be filled and how long it takes, for our own script."""
    form = PlanForm(request.form)
    form.validate()
    try:
        expected = publishing.outlook(db.engine, _plan(form, request.form, publishing.offers(db.engine)))
    except (InfeasiblePlan, Invalid) as error:
        return json_reply(feasible=False, text=" ".join(reason["text"] for reason in form.reasons(error)))
    needed = duration(expected.seconds)
    text = f"{expected.questions} questions. A prepared person needs about {needed} of {expected.minutes} min."
    if expected.tight:
        text += " The limit is shorter than that: allow more minutes or ask less."
    return json_reply(feasible=True, tight=expected.tight, text=text)


def _plan_page(form: PlanForm, counts: "MultiDict[str, str]") -> str:
    return render_template(
        "recruiter/new_assessment.html",
        form=form,
        counts=counts,
        problems=form.problems,
        offers=publishing.offers(db.engine),
        default_minutes=DEFAULT_MINUTES,
    )


def _plan(form: PlanForm, counts: "MultiDict[str, str]", offers: list[Offer]) -> Plan:
    """The plan that a form describes. Raises InvalidPlan."""
    draws = [draw for offer in offers for draw in _draws(offer, counts)]
    if not draws:
        raise InvalidPlan("Choose how many questions to ask, of at least one bank or group.", "questions")
    try:
        return PlanFile.model_validate(
            {
                "title": form.title.data or "Untitled",
                "minutes": form.minutes.data or 1,
                "draws": draws,
                "difficulty": SPREADS.get(form.difficulty.data, SPREADS["any"])[1],
                "scoring": form.scoring.data,
                "pass_mark": form.pass_mark.data,
            }
        ).plan
    except ValidationError as errors:
        error = errors.errors()[0]
        what = "The number of questions" if "count" in error["loc"] else "The plan"
        raise InvalidPlan(
            f"{what} cannot be used: {error['msg'].removeprefix('Value error, ')}.", "questions"
        ) from errors


def _draws(offer: Offer, counts: "MultiDict[str, str]") -> Iterator[dict[str, object]]:
    """What the form asks of one bank: of the whole, of its groups, of single objectives."""
    for id in ["", *offer.outline.titles]:
        count = counts.get(f"draw {offer.bank} {id}".strip(), "").strip()
        if count in ("", "0"):
            continue
        if not count.isascii() or not count.isdigit():
            raise InvalidPlan(f"{count!r} is not a number of questions.", "questions")
        yield {"bank": offer.bank, "count": count, "objectives": [id] if id else []}


# Candidates ------------------------------------------------------------------------------------------------------


@bp.get(_ASSESSMENT)
@staff("recruiter")
def assessment(assessment_id: str) -> Any:
    """One assessment: who is invited, who has started, who has finished."""
    return _candidates_page(assessment_id, InviteForm())


@bp.post(f"{_ASSESSMENT}/invitations")
@staff("recruiter")
def invite(assessment_id: str) -> Any:
    """Invite a candidate, and lead to the link."""
    form = InviteForm(request.form)

    def intention() -> Any:
        name, email = form.name.data or "", form.email.data or ""
        daily = current_app.extensions["settings"].daily_invitations
        return _to_link(invitations.invite(db.engine, assessment_id, name, email, g.now, sent(), daily))

    return form.submit(intention) or (_candidates_page(assessment_id, form), 422)


def _candidates_page(assessment_id: str, form: InviteForm) -> str:
    table = Table(request.args, sorts=CANDIDATE_SORTS, filters=CANDIDATE_FILTERS, assessment_id=assessment_id)
    return render_template(
        "recruiter/assessment.html",
        assessment=publishing.assessment(db.engine, assessment_id, g.now),
        page=standings(db.engine, assessment_id, table.wanted, g.now),
        table=table,
        form=form,
        problems=form.problems,
    )


def _to_link(link: Link) -> Any:
    """The way to a link that was just made: its page can be reloaded, and makes nothing."""
    form = sent()
    if form is None:
        return _link_page(link)
    return redirect(url_for(".link", invitation_id=link.invitation_id, made=form.key), 303)


def _link_page(link: Link) -> str:
    address = current_app.extensions["settings"].public_url + url_for("candidate.invitation", link=link.token)
    return render_template("recruiter/link.html", link=link, address=address)


@bp.post(f"{_INVITATION}/link")
@staff("recruiter")
def renew_link(invitation_id: str) -> Any:
    """Make a new link for an invitation; the old one stops working."""
    return _to_link(invitations.renew_link(db.engine, invitation_id, g.now, sent()))


@bp.get(f"{_INVITATION}/link")
@staff("recruiter")
def link(invitation_id: str) -> Any:
    """The link that somebody has just made, for an hour, to nobody else."""
    return _link_page(
        invitations.link_made(db.engine, invitation_id, submissions.made(request.args.get("made", "")), g.now)
    )


@bp.post(f"{_INVITATION}/withdraw")
@staff("recruiter")
def withdraw(invitation_id: str) -> Any:
    """Withdraw an invitation that has not been used."""
    assessment_id = invitations.withdraw(db.engine, invitation_id, g.now)
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)


@bp.get(f"{_INVITATION}/scorecard")
@staff("recruiter")
def scorecard(invitation_id: str) -> Any:
    """What an attempt says about a candidate, down to every answer."""
    throttling.count(db.engine, throttling.SCORECARDS_PER_ACCOUNT, str(g.staff.user_row), g.now)
    return render_template("recruiter/scorecard.html", sheet=scorecards.sheet(db.engine, invitation_id, g.now))
