"""Assessments: what a plan would give, publishing it, and finding what was published."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.assembly import Assembly
from quiz.domain.default_plan import default_plan
from quiz.domain.errors import Invalid, NotFound
from quiz.domain.outlines import Outline
from quiz.domain.plans import Plan
from quiz.domain.snapshots.plans import read_plan_snapshot
from quiz.services.people import submissions
from quiz.services.people.submissions import Submission
from quiz.services.people.tokens import new_public_id
from quiz.store import assessments, content, listings
from quiz.store.assessments import Assessment
from quiz.store.database import Store, reading
from quiz.store.listings import Page, Wanted


@dataclass(frozen=True)
class Offer:
    """A bank that assessments can draw from, and how many items it has per group and per objective."""

    bank: str
    outline: Outline
    items: int
    per: dict[str, int]


def offers(store: Store) -> list[Offer]:
    """The banks that assessments can draw from, as they are loaded now."""
    with reading(store) as session:
        current = content.current_banks(session)
        outlines = content.outlines(session, current.values())
        pools = content.pools(session, list(current.values()))
    found = []
    for bank, version in current.items():
        outline, pool = outlines[version][1], pools[bank]
        if outline.practice:
            continue
        per: dict[str, int] = {}
        for item in pool:
            for id in (item.group, item.objective):
                per[id] = per.get(id, 0) + 1
        found.append(Offer(bank, outline, len(pool), per))
    return found


def offered_banks(store: Store) -> list[str]:
    """The names of the banks that assessments can draw from."""
    with reading(store) as session:
        current = content.current_banks(session)
        outlines = content.outlines(session, current.values())
    return [bank for bank, version in current.items() if not outlines[version][1].practice]


@dataclass(frozen=True)
class Outlook:
    """What forms of a plan will be like: questions, the authors' estimate in seconds, and the limit in minutes."""

    questions: int
    seconds: int
    minutes: int

    @property
    def tight(self) -> bool:
        """Whether the limit leaves less than the authors' estimate."""
        return self.seconds > self.minutes * 60


def outlook(store: Store, plan: Plan) -> Outlook:
    """What a plan would give with the banks as they are loaded now. Raises InfeasiblePlan."""
    with reading(store) as session:
        _, assembly = _assembled(session, plan)
    return Outlook(plan.total, assembly.seconds, plan.minutes)


def default_plan_of(store: Store, bank: str, minutes: int) -> Plan:
    """The default plan of a bank as it is loaded now. Raises InfeasiblePlan or NotFound."""
    with reading(store) as session:
        version = content.current_banks(session).get(bank)
        if version is None:
            raise NotFound("There is no such bank.")
        outline = content.outlines(session, [version])[version][1]
        pool = content.pools(session, [version])[bank]
    return default_plan(outline, pool, minutes)


def publish(
    store: Store,
    plan: Plan,
    closes_at: datetime | None,
    user_row: int | None,
    now: datetime,
    by: Submission | None = None,
) -> str:
    """Publish a plan over the banks as they are loaded now; the assessment's id. Raises InfeasiblePlan or Invalid.

    A submission that was made before is not made again: it gives the assessment of the first time.
    """
    if earlier := submissions.outcome(store, by):
        return earlier.text
    if closes_at is not None and closes_at <= now:
        raise Invalid("The closing time has passed already.", "closes_at")
    with reading(store) as session:
        versions, _ = _assembled(session, plan)

    def work(session: Session) -> str:
        assessment_id = new_public_id()
        assessments.publish(session, assessment_id, plan.title, plan.snapshot(), versions, closes_at, user_row, now)
        return assessment_id

    return submissions.once(store, by, now, work)


def _assembled(session: Session, plan: Plan) -> tuple[list[int], Assembly]:
    """The versions of banks that a plan draws from now, and its assembly over them. Raises InfeasiblePlan."""
    current = content.current_banks(session)
    versions = [current[bank] for bank in plan.banks if bank in current]
    plan.check(dict(content.outlines(session, versions).values()))
    return versions, Assembly(plan, content.pools(session, versions))


@dataclass(frozen=True)
class Published:
    """An assessment as recruiters see it."""

    assessment_id: str
    title: str
    plan: Plan
    closes_at: datetime | None
    created_at: datetime
    closed: bool


def assessment(store: Store, assessment_id: str, now: datetime) -> Published:
    """An assessment by its id. Raises NotFound."""
    with reading(store) as session:
        found = assessments.assessment_by_public_id(session, assessment_id)
        if found is None:
            raise NotFound("There is no such assessment.")
        return _published(found, now)


def published(store: Store, wanted: Wanted, now: datetime) -> Page[Published]:
    """A page of assessments, the newest first."""
    with reading(store) as session:
        page = listings.published(session, wanted)
        return Page([_published(row, now) for row in page.rows], page.before, page.after)


def newest_titled(store: Store, title: str) -> str | None:
    """The id of the newest assessment of this title."""
    with reading(store) as session:
        found = assessments.newest_titled(session, title)
        return found.public_id if found else None


def _published(row: Assessment, now: datetime) -> Published:
    return Published(
        assessment_id=row.public_id,
        title=row.title,
        plan=read_plan_snapshot(row.plan),
        closes_at=row.closes_at,
        created_at=row.created_at,
        closed=row.closes_at is not None and now >= row.closes_at,
    )
