"""Pages of lists for staff: sorted and filtered by the store through an index, and never more than is shown.

A page is reached by its number, up to `LAST_PAGE`; beyond that a search narrows the list. So a request reads a bounded
number of rows however large the tables grow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from quiz.store.assessments import Assessment, Invitation
from quiz.store.attempts import Attempt

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


def candidates(session: Session, assessment_id: int, wanted: Wanted) -> Page[tuple[Invitation, Attempt | None]]:
    """Invitations of an assessment with their attempts. Sorting by score or end shows those who finished."""
    by_attempt = wanted.sort in _ATTEMPT_SORTS
    query: Any = sa.select(Invitation, Attempt)
    if by_attempt or wanted.only in ("started", "finished"):
        query = query.select_from(Attempt).join(Invitation, Invitation.id == Attempt.invitation_id)
        query = query.where(Attempt.assessment_id == assessment_id)
        finished = by_attempt or wanted.only == "finished"
        query = query.where(Attempt.ended_at.is_not(None) if finished else Attempt.ended_at.is_(None))
    else:
        query = query.outerjoin(Attempt, Attempt.invitation_id == Invitation.id)
        query = query.where(Invitation.assessment_id == assessment_id)
        if wanted.only == "invited":
            query = query.where(Attempt.id.is_(None))
    if wanted.search:
        text = wanted.search.casefold()
        query = query.where(sa.or_(_begins(Invitation.name_key, text), _begins(Invitation.email, text)))
    column: Any = (_ATTEMPT_SORTS | _INVITATION_SORTS).get(wanted.sort, Invitation.created_at)
    tie: Any = Attempt.id if by_attempt else Invitation.id
    descending = wanted.descending or not wanted.sort
    return _page(session, query.order_by(*((c.desc() if descending else c) for c in (column, tie))), wanted)


def assessments(session: Session, wanted: Wanted) -> Page[Assessment]:
    """Assessments, the newest first."""
    query: Any = sa.select(Assessment).order_by(Assessment.created_at.desc(), Assessment.id.desc())
    if wanted.search:
        query = query.where(_begins(Assessment.title, wanted.search))
    page = _page(session, query, wanted)
    return Page([row[0] for row in page.rows], page.number, page.more)


def _begins(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Text that begins so, in a form that an index can answer."""
    return sa.and_(column >= text, column < text + "\U0010ffff")


def _page(session: Session, query: Any, wanted: Wanted) -> Page[Any]:
    number = min(max(wanted.page, 1), LAST_PAGE)
    rows = session.execute(query.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return Page([tuple(row) for row in rows[:PER_PAGE]], number, len(rows) > PER_PAGE and number < LAST_PAGE)
