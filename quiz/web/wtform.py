"""The forms of staff: what all of them share, and how one is submitted."""

from collections.abc import Callable
from typing import Any

from wtforms import Form

from quiz.domain.errors import InfeasiblePlan, Invalid, SignInFailed
from quiz.web.submissions import is_only_looked_at


class WTForm(Form):
    """A form with what is wrong with it, for the summary at the top of its page: text, and the field it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[dict[str, str]] = []

    def submit(self, intention: Callable[[], Any]) -> Any | None:
        """What the intention of a sound form replies; None where the form or a rule refuses it: `problems` says why.

        None, too, where a form that was kept over a sign-in is only to be looked at.
        """
        if is_only_looked_at():
            return None
        if not self.validate():
            self.problems = [_problem(str(next(iter(errors))), str(name)) for name, errors in self.errors.items()]
            return None
        try:
            return intention()
        except (Invalid, InfeasiblePlan, SignInFailed) as error:
            self.problems = self.reasons(error)
            return None

    def reasons(self, error: Invalid | InfeasiblePlan | SignInFailed) -> list[dict[str, str]]:
        """Why a rule of the product refuses what the form says, each with the field it is about."""
        first = next(iter(self)).name
        if isinstance(error, InfeasiblePlan):
            return [_problem(f"Not enough questions. {shortage}.", "questions") for shortage in error.shortages]
        return [_problem(str(error), getattr(error, "field", "") or first)]


def _problem(text: str, field: str) -> dict[str, str]:
    return {"text": text, "href": f"#{field}"}
