"""Saving a response: the one path where speed decides what candidates feel, so it is written in the stores' own SQL.

Both stores do the same in one short transaction: find the attempt this browser may answer, check that it still takes
answers, append the response as the next version if it follows what is stored, and say what is stored now.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from quiz.domain.delivery import GRACE, State, Times, takes_answers
from quiz.domain.edits import Edit, Verdict, verdict
from quiz.domain.errors import TooManyTries
from quiz.store.attempts import Saved
from quiz.store.database import Store, is_embedded, moment_of, one_statement, text_of
from quiz.store.group_commit import group_commit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a save: the newest response there is, how the save stands to it, and the state of the attempt."""

    verdict: Verdict
    newest: Saved
    state: State


FASTEST = 600
"""Versions of one answer within a minute; nobody types so fast, and a program is asked to wait."""
_PACE = timedelta(minutes=1)

_SQLITE_SEAT = """
SELECT a.id, a.started_at, a.deadline_at, a.ended_at, a.ended_by,
       r.seq, r.answer, r.flagged, r.saved_at, r.writer, r.edit,
       (SELECT saved_at FROM responses WHERE attempt_id = a.id AND number = :number AND seq = r.seq - :fastest + 1)
FROM candidate_sessions AS c
JOIN invitations AS i ON i.id = c.invitation_id
JOIN attempts AS a ON a.invitation_id = i.id
LEFT JOIN responses AS r ON r.attempt_id = a.id AND r.number = :number
WHERE c.token_hash = :token AND i.public_id = :invitation
ORDER BY r.seq DESC LIMIT 1
"""

_SQLITE_INSERT = """
INSERT INTO responses (attempt_id, number, seq, answer, flagged, saved_at, writer, edit)
VALUES (:attempt, :number, :seq, :answer, :flagged, :now, :writer, :edit)
"""

# FOR KEY SHARE waits for a finish that holds the row FOR UPDATE and then sees the row as the finish left it, so no
# acknowledged response can miss the score. It lets other saves of the same attempt pass. How long it waited is added to
# the time that it was given; what is shorter than a tenth of a second is the statement's own.
_POSTGRESQL = """
WITH seat AS (
    SELECT a.id, a.started_at, a.deadline_at, a.ended_at, a.ended_by
    FROM candidate_sessions AS c
    JOIN invitations AS i ON i.id = c.invitation_id
    JOIN attempts AS a ON a.invitation_id = i.id
    WHERE c.token_hash = %(token)s AND i.public_id = %(invitation)s
    FOR KEY SHARE OF a
), turn AS MATERIALIZED (
    SELECT CASE WHEN took < interval '100 ms' THEN interval '0' ELSE took END AS waited
    FROM (SELECT clock_timestamp() - statement_timestamp() AS took FROM seat OFFSET 0) AS clock
), newest AS (
    SELECT r.seq, r.answer, r.flagged, r.saved_at, r.writer, r.edit,
           (SELECT early.saved_at FROM responses AS early WHERE early.attempt_id = seat.id
            AND early.number = %(number)s AND early.seq = r.seq - %(fastest)s + 1) AS paced_at
    FROM responses AS r JOIN seat ON r.attempt_id = seat.id
    WHERE r.number = %(number)s
    ORDER BY r.seq DESC LIMIT 1
), added AS (
    INSERT INTO responses (attempt_id, number, seq, answer, flagged, saved_at, writer, edit)
    SELECT seat.id, %(number)s, coalesce(newest.seq, 0) + 1, %(answer)s, %(flagged)s, %(now)s + turn.waited,
           CAST(%(writer)s AS varchar), CAST(%(edit)s AS bigint)
    FROM seat CROSS JOIN turn LEFT JOIN newest ON true
    WHERE seat.ended_at IS NULL AND seat.deadline_at >= %(earliest)s + turn.waited
      AND (newest.paced_at IS NULL OR newest.paced_at <= %(a_while_ago)s + turn.waited)
      AND CASE WHEN newest.writer = CAST(%(writer)s AS varchar) THEN CAST(%(edit)s AS bigint) > newest.edit
               ELSE CAST(%(base)s AS bigint) = coalesce(newest.seq, 0) END
    ON CONFLICT DO NOTHING
    RETURNING seq
)
SELECT seat.id, seat.started_at, seat.deadline_at, seat.ended_at, seat.ended_by,
       newest.seq, newest.answer, newest.flagged, newest.saved_at, newest.writer, newest.edit, newest.paced_at,
       added.seq, turn.waited
FROM seat CROSS JOIN turn LEFT JOIN newest ON true LEFT JOIN added ON true
"""


def save(
    store: Store,
    *,
    token_hash: str,
    invitation_id: str,
    number: int,
    edit: Edit,
    answer: str,
    flagged: bool,
    clock: Callable[[], datetime],
) -> Outcome | None:
    """Append a response if it follows what is stored, and commit; None where this browser has no attempt.

    `answer` is JSON. The response is on the disk when this returns. Whether it is in time is decided under the lock,
    after whatever it had to wait for. Raises TooManyTries beyond `FASTEST`.
    """
    values = {
        "token": token_hash,
        "invitation": invitation_id,
        "number": number,
        "base": edit.base,
        "writer": edit.writer,
        "edit": edit.number,
        "answer": answer,
        "flagged": flagged,
        "fastest": FASTEST,
    }
    if is_embedded(store):
        return _save_sqlite(store, edit, values, clock)
    return _save_postgresql(store, edit, values, clock)


def _save_postgresql(store: Store, edit: Edit, values: dict[str, Any], clock: Callable[[], datetime]) -> Outcome | None:
    with one_statement(store) as connection:
        while True:
            asked = clock()
            moments = {"now": asked, "earliest": asked - GRACE, "a_while_ago": asked - _PACE}
            row = connection.exec_driver_sql(_POSTGRESQL, values | moments).one_or_none()
            if row is None:
                return None
            _, started_at, deadline_at, ended_at, ended_by, *newest, paced_at, added, waited = row
            now = asked + waited
            state = Times(started_at, deadline_at, ended_at, ended_by).state(now)
            outcome = _outcome(edit, values, state, newest, now)
            if added is not None or not takes_answers(state) or outcome.verdict is not Verdict.FOLLOWS:
                return outcome
            _refuse_haste(paced_at, now)
            # Another version was stored while this statement began, and it could not see it yet: look again.


def _save_sqlite(store: Store, edit: Edit, values: dict[str, Any], clock: Callable[[], datetime]) -> Outcome | None:
    def work(cursor: Any) -> Outcome | None:
        now = clock()
        row = cursor.execute(_SQLITE_SEAT, values).fetchone()
        if row is None:
            return None
        attempt, started_at, deadline_at, ended_at, ended_by, *newest, paced_at = row
        times = Times(moment_of(started_at), moment_of(deadline_at), ended_at and moment_of(ended_at), ended_by)
        state = times.state(now)
        newest[3] = newest[3] and moment_of(newest[3])
        outcome = _outcome(edit, values, state, newest, now)
        if outcome.verdict is Verdict.FOLLOWS and takes_answers(state):
            _refuse_haste(paced_at and moment_of(paced_at), now)
            added = {"attempt": attempt, "seq": outcome.newest.seq, "now": text_of(now)}
            cursor.execute(_SQLITE_INSERT, values | added)
        return outcome

    return group_commit(store).write(work)


def _refuse_haste(paced_at: datetime | None, now: datetime) -> None:
    """Refuse another version of an answer of which `FASTEST` were stored since a moment, if that is not long ago."""
    if paced_at is not None and paced_at > now - _PACE:
        raise TooManyTries(int((paced_at + _PACE - now).total_seconds()) + 1)


def _outcome(edit: Edit, values: dict[str, Any], state: State, newest: list[Any], now: datetime) -> Outcome:
    """How a save stands to the newest response that was found; one that follows it is the newest then."""
    seq, answer, flagged, saved_at, writer, number = newest
    same = (json.loads(answer or "null"), bool(flagged)) == (json.loads(values["answer"]), values["flagged"])
    found = verdict(edit, seq or 0, writer, number, same=same)
    if found is Verdict.FOLLOWS and takes_answers(state):
        seq, answer, flagged, saved_at = (seq or 0) + 1, values["answer"], values["flagged"], now
    saved = Saved(values["number"], seq or 0, json.loads(answer or "null"), bool(flagged), saved_at)
    return Outcome(found, saved, state)
