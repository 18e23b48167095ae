"""The start and the end of an attempt, in the stores' own SQL, because everybody waits for whoever writes.

What takes long is done before: a start is given its form, an end what it needs to mark any answers.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz.domain.delivery import Times
from quiz.domain.items import Answer
from quiz.domain.measurement import Estimate
from quiz.store.attempts import Place
from quiz.store.database import Store, is_embedded, moment_of, one_statement, text_of
from quiz.store.group_commit import group_commit


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """An attempt to be stored, with the ids that the store has for its invitation and its assessment."""

    invitation_row: int
    assessment_row: int
    seed: int
    started_at: datetime
    deadline_at: datetime
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Marks:
    """What the answers of an attempt earned: a credit for every slot, in the order of the form, and their share."""

    credits: Sequence[float]
    overall: Estimate


Mark = Callable[[Mapping[int, Answer | None]], Marks]
"""What marks the answers, by the number of their slots; it is called while the attempt is held."""


# Starting --------------------------------------------------------------------------------------------------------

_SQLITE_BEGIN = """
INSERT INTO attempts (invitation_id, assessment_id, seed, started_at, deadline_at)
VALUES (?, ?, ?, ?, ?) ON CONFLICT (invitation_id) DO NOTHING RETURNING id
"""

_SQLITE_SLOT = "INSERT INTO slots (attempt_id, number, item_version_id, arrangement, draw) VALUES (?, ?, ?, ?, ?)"

_POSTGRESQL_BEGIN = """
WITH begun AS (
    INSERT INTO attempts (invitation_id, assessment_id, seed, started_at, deadline_at)
    VALUES (%(invitation)s, %(assessment)s, %(seed)s, %(started)s, %(deadline)s)
    ON CONFLICT (invitation_id) DO NOTHING RETURNING id
)
INSERT INTO slots (attempt_id, number, item_version_id, arrangement, draw)
SELECT begun.id, place.number, place.item, place.arrangement, place.draw
FROM begun CROSS JOIN unnest(CAST(%(numbers)s AS int[]), CAST(%(items)s AS int[]), CAST(%(arrangements)s AS text[]),
                             CAST(%(draws)s AS int[])) AS place (number, item, arrangement, draw)
"""


def start(store: Store, attempt: NewAttempt) -> None:
    """Store a new attempt with its form; where its invitation has an attempt already, that one counts."""
    places = [
        (number, place.item_version_id, json.dumps(place.arrangement), place.draw)
        for number, place in enumerate(attempt.places, start=1)
    ]
    (_start_sqlite if is_embedded(store) else _start_postgresql)(store, attempt, places)


def _start_postgresql(store: Store, attempt: NewAttempt, places: Sequence[tuple[Any, ...]]) -> None:
    numbers, items, arrangements, draws = (list(column) for column in zip(*places, strict=True))
    values = {
        "invitation": attempt.invitation_row,
        "assessment": attempt.assessment_row,
        "seed": attempt.seed,
        "started": attempt.started_at,
        "deadline": attempt.deadline_at,
        "numbers": numbers,
        "items": items,
        "arrangements": arrangements,
        "draws": draws,
    }
    with one_statement(store) as connection:
        connection.exec_driver_sql(_POSTGRESQL_BEGIN, values)


def _start_sqlite(store: Store, attempt: NewAttempt, places: Sequence[tuple[Any, ...]]) -> None:
    begun = (attempt.invitation_row, attempt.assessment_row, attempt.seed)
    times = (text_of(attempt.started_at), text_of(attempt.deadline_at))

    def work(cursor: Any) -> None:
        if row := cursor.execute(_SQLITE_BEGIN, begun + times).fetchone():
            cursor.executemany(_SQLITE_SLOT, [row + place for place in places])

    group_commit(store).write(work)


# Ending ----------------------------------------------------------------------------------------------------------

_TIMES = "SELECT started_at, deadline_at, ended_at, ended_by FROM attempts WHERE id = "

_NEWEST = """
SELECT s.number, r.answer FROM slots AS s JOIN responses AS r ON r.attempt_id = s.attempt_id AND r.number = s.number
AND r.seq = (SELECT max(seq) FROM responses WHERE attempt_id = s.attempt_id AND number = s.number)
WHERE s.attempt_id = """

_SQLITE_END = "UPDATE attempts SET ended_at = ?, ended_by = ?, share = ?, low = ?, high = ? WHERE id = ?"

_SQLITE_CREDIT = "UPDATE slots SET credit = ? WHERE attempt_id = ? AND number = ?"

_POSTGRESQL_END = """
WITH ended AS (
    UPDATE attempts SET ended_at = %(ended_at)s, ended_by = %(ended_by)s, share = %(share)s, low = %(low)s,
                        high = %(high)s WHERE id = %(attempt)s
)
UPDATE slots SET credit = earned.credit
FROM unnest(CAST(%(credits)s AS float8[])) WITH ORDINALITY AS earned (credit, number)
WHERE slots.attempt_id = %(attempt)s AND slots.number = earned.number
"""


def end(store: Store, attempt_id: int, mark: Mark, now: datetime) -> bool:
    """End an attempt and store what its answers earned; False where it was ended before.

    From here on no response can be saved until this returns, so every acknowledged one is marked: on PostgreSQL by
    `FOR UPDATE`, which waits for the `FOR KEY SHARE` of saves under way; on SQLite there is one writer.
    """
    return (_end_sqlite if is_embedded(store) else _end_postgresql)(store, attempt_id, mark, now)


def _end_sqlite(store: Store, attempt_id: int, mark: Mark, now: datetime) -> bool:
    def work(cursor: Any) -> bool:
        started_at, deadline_at, ended_at, ended_by = cursor.execute(f"{_TIMES}?", (attempt_id,)).fetchone()
        times = Times(moment_of(started_at), moment_of(deadline_at), ended_at and moment_of(ended_at), ended_by)
        if times.ended_at is not None:
            return False
        over = times.end(now)
        marks = mark(_answers(cursor.execute(f"{_NEWEST}?", (attempt_id,))))
        score = (marks.overall.share, marks.overall.low, marks.overall.high)
        cursor.execute(_SQLITE_END, (text_of(over.ended_at), over.ended_by, *score, attempt_id))
        cursor.executemany(_SQLITE_CREDIT, [(c, attempt_id, n) for n, c in enumerate(marks.credits, start=1)])
        return True

    return group_commit(store).write(work)


def _end_postgresql(store: Store, attempt_id: int, mark: Mark, now: datetime) -> bool:
    with store.begin() as connection:
        times = Times(*connection.exec_driver_sql(f"{_TIMES}%s FOR UPDATE", (attempt_id,)).one())
        if times.ended_at is not None:
            return False
        over = times.end(now)
        marks = mark(_answers(connection.exec_driver_sql(f"{_NEWEST}%s", (attempt_id,))))
        values = {
            "attempt": attempt_id,
            "ended_at": over.ended_at,
            "ended_by": over.ended_by,
            "share": marks.overall.share,
            "low": marks.overall.low,
            "high": marks.overall.high,
            "credits": list(marks.credits),
        }
        connection.exec_driver_sql(_POSTGRESQL_END, values)
        return True


def _answers(rows: Any) -> dict[int, Answer | None]:
    return {number: json.loads(answer) for number, answer in rows}
