"""Pages of lists for staff: sorted and filtered by the store through an index, and never more than is shown.

A page is reached by its number, up to `LAST_PAGE`; beyond that a search narrows the list. So a request reads a bounded
number of rows however large the tables grow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from quiz.store import attempts
from quiz.store.assessments import Assessment
from quiz.store.attempts import Attempt
from quiz.store.invitations import Invitation

PER_PAGE = 25
LAST_PAGE = 40

Row = TypeVar("Row")


@dataclass(frozen=True)
class Wanted:
    """What a reader asked of a list: search text, filter, column to sort by, direction and page (from 1)."""

    search: str = ""
    only: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `more` tells whether another follows."""

    rows: Sequence[Row]
    number: int
    more: bool


CANDIDATE_FILTERS = ("", "invited", "started", "finished")
_INVITATION_SORTS = {"name": Invitation.name_key, "email": Invitation.email, "invited": Invitation.created_at}
_ATTEMPT_SORTS = {"score": Attempt.share, "finished": Attempt.ended_at}
CANDIDATE_SORTS = (*_INVITATION_SORTS, *_ATTEMPT_SORTS)


def candidates(
    session: Session, assessment_row: int, wanted: Wanted, now: datetime
) -> Page[tuple[Invitation, Attempt | None]]:
    """Invitations to an assessment with their attempts, as they stand at `now`, whether or not that is written down.

    Sorting by score or end shows those who have finished; those whose end is not written down yet come first.
    """
    descending = wanted.descending or not wanted.sort
    if wanted.sort in _ATTEMPT_SORTS:
        finished = _found(_attempts(assessment_row), wanted)
        written = finished.where(Attempt.ended_at.is_not(None))
        unwritten = finished.where(attempts.is_overdue(now))
        return _page(
            session,
            wanted,
            _sorted(unwritten, Attempt.deadline_at, Attempt.id, descending=True),
            _sorted(written, _ATTEMPT_SORTS[wanted.sort], Attempt.id, descending),
        )
    match wanted.only:
        case "started":
            query = _attempts(assessment_row).where(Attempt.ended_at.is_(None), sa.not_(attempts.is_overdue(now)))
        case "finished":
            query = _attempts(assessment_row).where(Attempt.ended_at.is_not(None) | attempts.is_overdue(now))
        case "invited":
            query = _invitations(assessment_row).where(Attempt.id.is_(None))
        case _:
            query = _invitations(assessment_row)
    column = _INVITATION_SORTS.get(wanted.sort, Invitation.created_at)
    return _page(session, wanted, _sorted(_found(query, wanted), column, Invitation.id, descending))


def _attempts(assessment_row: int) -> Any:
    query = sa.select(Invitation, Attempt).select_from(Attempt).join(Invitation, Invitation.id == Attempt.invitation_id)
    return query.where(Attempt.assessment_id == assessment_row)


def _invitations(assessment_row: int) -> Any:
    query = sa.select(Invitation, Attempt).outerjoin(Attempt, Attempt.invitation_id == Invitation.id)
    return query.where(Invitation.assessment_id == assessment_row)


def _found(query: Any, wanted: Wanted) -> Any:
    if not wanted.search:
        return query
    text = wanted.search.casefold()
    return query.where(_begins(Invitation.name_key, text) | _begins(Invitation.email, text))


def _sorted(query: Any, column: Any, tie: Any, descending: bool) -> Any:
    return query.order_by(*(each.desc() if descending else each for each in (column, tie)))


def published(session: Session, wanted: Wanted) -> Page[Assessment]:
    """Assessments, the newest first."""
    query: Any = sa.select(Assessment).order_by(Assessment.created_at.desc(), Assessment.id.desc())
    if wanted.search:
        query = query.where(_begins(Assessment.title, wanted.search))
    page = _page(session, wanted, query)
    return Page([row[0] for row in page.rows], page.number, page.more)


def _begins(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Text that begins so, in a form that an index can answer."""
    return sa.and_(column >= text, column < text + "\U0010ffff")


def _page(session: Session, wanted: Wanted, *queries: Any) -> Page[Any]:
    """The page that is wanted of the rows of some queries, one after the other. All but the last have few rows."""
    number = min(max(wanted.page, 1), LAST_PAGE)
    skip, rows = (number - 1) * PER_PAGE, list[Any]()
    for query in queries:
        rows += session.execute(query.offset(skip).limit(PER_PAGE + 1 - len(rows))).all()
        if len(rows) > PER_PAGE:
            break
        if query is not queries[-1] and not rows:
            skip -= session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
        else:
            skip = 0
    return Page([tuple(row) for row in rows[:PER_PAGE]], number, len(rows) > PER_PAGE and number < LAST_PAGE)
