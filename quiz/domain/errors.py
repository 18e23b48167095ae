"""The rules that can be broken, each named for itself.

    QuizError
    ├── NotFound                   there is no such thing, or it is not yours to see
    ├── Invalid                    what was given cannot be accepted; `field` says where
    │   ├── InvalidAnswer          an answer that does not fit its question
    │   ├── InvalidPlan            a plan that cannot be read
    │   └── WeakPassword           a password that is too easy to guess
    ├── InfeasiblePlan             the banks cannot fill the plan; `shortages` says by how much
    ├── InvitationClosed           an invitation whose window is over or that was withdrawn
    ├── AttemptNotStarted          the clock of this attempt has not been started
    ├── AttemptStarted             the clock of this attempt runs, or has run, already
    ├── AttemptOver                the attempt was finished, or its time is up
    ├── SignInFailed               unknown account, wrong password or disabled account, not told apart
    └── TooManyTries               a limit on guessing was reached; `retry_after` is in seconds

The web layer turns each into a page or a JSON reply in one place (`quiz/web/errors.py`); the command line
turns each into one sentence and an exit code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class QuizError(Exception):
    """A rule of the product was broken; the message is safe to show to whoever broke it."""


class NotFound(QuizError):
    """There is no such thing, or it is not for the person who asked."""


class Invalid(QuizError):
    """What was given cannot be accepted.

    `field` names the input at fault, or is empty where it is the whole.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidAnswer(Invalid):
    """An answer that does not fit the form of its question."""


class InvalidPlan(Invalid):
    """A plan that cannot be read."""


class WeakPassword(Invalid):
    """A password that is too short or too easy to guess."""


@dataclass(frozen=True)
class Shortage:
    """One quota that cannot be filled: what it draws from, how many it wants and how many there are."""

    label: str
    wanted: int
    available: int

    def __str__(self) -> str:
        return f"{self.label}: {self.wanted} wanted, {self.available} available, {self.wanted - self.available} short"


class InfeasiblePlan(QuizError):
    """The banks cannot fill the plan's quotas."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__("The plan cannot be filled. " + "; ".join(map(str, shortages)) + ".")
        self.shortages = tuple(shortages)


class InvitationClosed(QuizError):
    """The invitation was withdrawn, or its window is over: then `closed_at` says since when."""

    def __init__(self, message: str, closed_at: datetime | None = None) -> None:
        super().__init__(message)
        self.closed_at = closed_at


class AttemptNotStarted(QuizError):
    """The clock of this attempt has not been started yet."""


class AttemptStarted(QuizError):
    """The clock of this attempt runs, or has run, already."""


class AttemptOver(QuizError):
    """The attempt was finished, or its time is up."""


class SignInFailed(QuizError):
    """The address and the password do not belong to an account that may sign in."""


class TooManyTries(QuizError):
    """A limit on guessing was reached; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        wait = f"{minutes} minutes" if minutes < 100 else f"{-(-minutes // 60)} hours"
        super().__init__(f"Too many tries. Wait {wait} and try again.")
        self.retry_after = retry_after
