"""Pages of lists for staff: sorted and filtered by the store, reaching every row, and never more than is shown.

A page begins after a row, or ends before one, and says which by what the list is sorted by and the row's number. So the
next page is as quick to find as the first however long the list is, and rows that come and go meanwhile neither hide
others nor show them twice.
"""

import base64
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from quiz.domain.folding import is_found_within, words_wanted
from quiz.store import attempts
from quiz.store.assessments import Assessment
from quiz.store.attempts import Attempt
from quiz.store.database import Moment
from quiz.store.invitations import Invitation

PER_PAGE = 25

Row = TypeVar("Row")
Candidate = tuple[Invitation, Attempt | None]
Edge = tuple[Any, int]
"""Where a page begins or ends: what a row is sorted by, and its number."""


@dataclass(frozen=True)
class Wanted:
    """What a reader asked of a list: search text, filter, column to sort by, direction, and where the page is.

    `after` and `before` are what an earlier `Page` gave; without either it is the first page.
    """

    search: str = ""
    only: str = ""
    sort: str = ""
    descending: bool = False
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. `before` and `after` ask for the page before and the one after, and are empty for none."""

    rows: Sequence[Row]
    before: str = ""
    after: str = ""


CANDIDATE_FILTERS = ("", "invited", "started", "finished")
_INVITATION_SORTS = {"name": Invitation.name_key, "email": Invitation.email, "invited": Invitation.created_at}
_ATTEMPT_SORTS = ("score", "finished")
CANDIDATE_SORTS = (*_INVITATION_SORTS, *_ATTEMPT_SORTS)


def candidates(
    session: Session, assessment_row: int, wanted: Wanted, now: datetime, score: Callable[[Invitation, Attempt], float]
) -> Page[Candidate]:
    """Invitations to an assessment with their attempts, as they stand at `now`, whether or not that is written down.

    Sorting by score or end shows those who have finished. `score` says what an attempt is worth whose end nobody has
    written down yet.
    """
    if wanted.sort in _ATTEMPT_SORTS:
        return _page(wanted, wanted.descending, *_finished(session, assessment_row, wanted, now, score))
    column = _INVITATION_SORTS.get(wanted.sort, Invitation.created_at)
    query = _found(_those(assessment_row, wanted.only, now), Invitation.search_key, wanted)
    return _page(wanted, wanted.descending or not wanted.sort, _Stored(session, query, column, Invitation.id))


def _those(assessment_row: int, only: str, now: datetime) -> Any:
    is_over = Attempt.ended_at.is_not(None) | (Attempt.deadline_at <= now)
    match only:
        case "started":
            return _attempts(assessment_row).where(sa.not_(is_over))
        case "finished":
            return _attempts(assessment_row).where(is_over)
        case "invited":
            return _invitations(assessment_row).where(Attempt.id.is_(None))
        case _:
            return _invitations(assessment_row)


def _finished(
    session: Session, assessment_row: int, wanted: Wanted, now: datetime, score: Callable[[Invitation, Attempt], float]
) -> "tuple[_Stored, _Source]":
    """Those who have finished: as the worker has written it down, and the few that it has not come to yet."""
    query = _found(_attempts(assessment_row), Invitation.search_key, wanted)
    written = query.where(Attempt.ended_at.is_not(None))
    if wanted.sort == "finished":
        unwritten = query.where(Attempt.ended_at.is_(None), Attempt.deadline_at <= now)
        return (
            _Stored(session, written, Attempt.ended_at, Attempt.id),
            _Stored(session, unwritten, Attempt.deadline_at, Attempt.id),
        )
    rows = session.execute(query.where(attempts.is_overdue(now))).all()
    computed = [((score(*row), row[1].id), tuple(row)) for row in rows]
    return _Stored(session, written, Attempt.share, Attempt.id), _Computed(computed)


def _attempts(assessment_row: int) -> Any:
    query = sa.select(Invitation, Attempt).select_from(Attempt).join(Invitation, Invitation.id == Attempt.invitation_id)
    return query.where(Attempt.assessment_id == assessment_row)


def _invitations(assessment_row: int) -> Any:
    query = sa.select(Invitation, Attempt).outerjoin(Attempt, Attempt.invitation_id == Invitation.id)
    return query.where(Invitation.assessment_id == assessment_row)


def published(session: Session, wanted: Wanted) -> Page[Assessment]:
    """Assessments, the newest first."""
    query = _found(sa.select(Assessment), Assessment.search_key, wanted)
    page = _page(wanted, True, _Stored(session, query, Assessment.created_at, Assessment.id))
    return Page([row[0] for row in page.rows], page.before, page.after)


def _found(query: Any, key: Any, wanted: Wanted) -> Any:
    """The rows with all the words of a search; words have no character that has a meaning in `LIKE`."""
    if not wanted.search:
        return query
    words = words_wanted(wanted.search)
    return query.where(*[sa.or_(*(_has(key, word) for word in spellings)) for spellings in words] or [sa.false()])


def _has(key: Any, word: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = key.like(f"%{word}%" if is_found_within(word) else f"% {word}%")
    return found


# Pages -----------------------------------------------------------------------------------------------------------


class _Stored:
    """Rows that the store sorts by a column, and by a number where that is the same."""

    def __init__(self, session: Session, query: Any, column: Any, number: Any) -> None:
        self._session, self._query, self._column, self._number = session, query, column, number
        self.kind: type = datetime if isinstance(column.type, Moment) else column.type.python_type

    def rows(self, edge: Edge | None, descending: bool) -> list[tuple[Edge, tuple[Any, ...]]]:
        """A page of rows and one more, beyond an edge, each with its own."""
        query = self._query.add_columns(self._column, self._number)
        if edge is not None:
            here = sa.tuple_(self._column, self._number)
            there = sa.tuple_(sa.literal(edge[0], self._column.type), sa.literal(edge[1]))
            query = query.where(here < there if descending else here > there)
        order = (self._column.desc(), self._number.desc()) if descending else (self._column, self._number)
        found = self._session.execute(query.order_by(*order).limit(PER_PAGE + 1)).all()
        return [((row[-2], row[-1]), tuple(row[:-2])) for row in found]


class _Computed:
    """Rows whose place is not in the store."""

    def __init__(self, rows: list[tuple[Edge, tuple[Any, ...]]]) -> None:
        self._rows = rows

    def rows(self, edge: Edge | None, descending: bool) -> list[tuple[Edge, tuple[Any, ...]]]:
        """All rows beyond an edge, each with its own."""
        return [row for row in self._rows if edge is None or (row[0] < edge if descending else row[0] > edge)]


_Source = _Stored | _Computed


def _page(wanted: Wanted, descending: bool, first: _Stored, *more: _Source) -> Page[Any]:
    """The page that is wanted of the rows of some sources, sorted together."""
    sources = (first, *more)
    if before := _edge(wanted.before, first.kind):
        rows = _merged(sources, before, not descending)
        if len(rows) > PER_PAGE:
            shown = rows[:PER_PAGE][::-1]
            return Page([row for _, row in shown], _text(shown[0][0]), _text(shown[-1][0]))
    after = None if wanted.before else _edge(wanted.after, first.kind)  # A page that is not full is the first.
    rows = _merged(sources, after, descending)
    shown = rows[:PER_PAGE]
    return Page(
        [row for _, row in shown],
        _text(shown[0][0]) if shown and after else "",
        _text(shown[-1][0]) if len(rows) > PER_PAGE else "",
    )


def _merged(sources: Sequence[_Source], edge: Edge | None, descending: bool) -> list[tuple[Edge, tuple[Any, ...]]]:
    rows = [row for source in sources for row in source.rows(edge, descending)]
    return sorted(rows, key=lambda row: row[0], reverse=descending)[: PER_PAGE + 1]


def _text(edge: Edge) -> str:
    """An edge as part of an address."""
    value, number = edge
    told = {"at": value.isoformat()} if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([told, number]).encode()).decode().rstrip("=")


def _edge(text: str, kind: type) -> Edge | None:
    """The edge that a text stands for in a list sorted by values of a kind; None where it stands for none."""
    try:
        value, number = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True))
        if kind is datetime:
            value = datetime.fromisoformat(value["at"])
        if type(value) is str:
            value.encode()
        if type(value) is float and not math.isfinite(value):
            return None
    except (ValueError, TypeError, KeyError):  # What was altered on its way is not an edge.
        return None
    sound = type(number) is int and 0 < number < 2**31 and type(value) is kind
    if kind is datetime:
        sound = sound and value.tzinfo is not None
    return (value, number) if sound and "\0" not in str(value) else None
