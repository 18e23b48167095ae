"""Programs: what is run for an item, put together from its listing, its hidden surroundings and an option's code."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from quiz.domain.proofs.claims import Expression
from quiz.domain.proofs.observations import PROBE, Call, Observation, Request
from quiz.domain.vocabularies import METHODS, nearest
from quiz.domain.writing import ANY_SCALAR, ShortLine, Text, Whole, Written

LISTING = "{{listing}}"
"""The line of a hidden program where the listing stands."""
INSERT = "{{insert}}"
"""The line of a hidden program where an option's code stands."""

AROUND = 0
"""The line number of code that candidates do not see."""
INSERTED = -1
"""The line number of an option's code that replaces no line of the listing."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=20_000), ANY_SCALAR]


class Ask(Written):
    """One request to the server that the item is about."""

    method: ShortLine = Field(default="GET", description="GET if left out")
    path: ShortLine = Field(default="/", description="a path, or a whole address where hosts matter")
    headers: dict[ShortLine, Text] = Field(default={}, description="headers that the client adds")
    body: Text | None = Field(default=None, description="what is sent")

    @property
    def call(self) -> Call:
        return Call(method=self.method, path=self.path, headers=self.headers, body=self.body or "")


class Run(Written):
    """How the item's code is run, where that is more than its listing. Candidates never see it."""

    program: Code | None = Field(
        default=None, description="what is run; the line {{listing}} stands for the listing, {{insert}} for option code"
    )
    insert_at: Whole | None = Field(default=None, ge=1, description="the listing's line that an option's code replaces")
    files: dict[ShortLine, Code] = Field(default={}, description="further files, by name")
    input: Code | None = Field(default=None, description="standard input")
    arguments: list[ShortLine] = Field(default=[], description="arguments of the program")
    calls: list[Ask] = Field(default=[], description="requests to the server, in order")
    expression: Expression | None = Field(default=None, description="the expression that `returns` is about")
    steady: Text | None = Field(
        default=None, description="why the outcome is always the same although a clock, chance or threads are used"
    )

    def faults(self, listing: str | None) -> list[tuple[tuple[str | int, ...], str, str]]:
        """What the schema cannot see: (location, message, fix)."""
        lines = [line.strip() for line in (self.program or "").split("\n")]
        if self.program and lines.count(LISTING) != (1 if listing else 0):
            what = "the hidden program needs the line {{listing}} once" if listing else "there is no listing"
            return [(("program",), what, "show the listing where it belongs, or remove the line")]
        if self.insert_at is not None:
            if listing is None or self.insert_at > len(listing.rstrip("\n").split("\n")):
                return [(("insert_at",), "the listing has no such line", "count its lines from 1")]
            if INSERT in lines:
                return [(("insert_at",), "there are two places for code", "keep `insert_at` or the line {{insert}}")]
        if lines.count(INSERT) > 1:
            return [(("program",), "the line {{insert}} appears more than once", "keep one")]
        return [
            (("calls", n, "method"), f"`{ask.method}` is almost an HTTP method", f"did you mean `{near}`?")
            for n, ask in enumerate(self.calls)
            if (near := nearest(ask.method, METHODS, 0.7)) and near != ask.method
        ]

    def request(self, lab: str, program: str, probe: str | None, ask: tuple[tuple[str, str], ...] = ()) -> Request:
        """What a lab is asked; `lab` is as authors write it, such as `java 8`."""
        name, _, release = lab.partition(" ")
        return Request(
            lab=name,
            release=release.strip(),
            program=program,
            files=self.files,
            arguments=tuple(self.arguments),
            input=self.input or "",
            probe=probe,
            calls=tuple(call.call for call in self.calls),
            ask=ask,
        )

    @property
    def inserts(self) -> bool:
        """Whether there is a place for an option's code."""
        return self.insert_at is not None or any(line.strip() == INSERT for line in (self.program or "").split("\n"))


@dataclass(frozen=True)
class Program:
    """A program as it is run, and for each of its lines the line of the listing, AROUND or INSERTED."""

    text: str
    lines: tuple[int, ...]

    def relocate(self, observation: Observation) -> Observation:
        """An observation with the lines of the listing instead of the program's."""
        thrown, errors = observation.thrown, observation.diagnostics
        return observation.model_copy(
            update={
                "thrown": thrown and thrown.model_copy(update={"line": self._line(thrown.line)}),
                "diagnostics": tuple(error.model_copy(update={"line": self._line(error.line)}) for error in errors),
            }
        )

    def _line(self, line: int) -> int:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else AROUND


def compose(listing: str | None, run: Run, code: str | None, probed: bool) -> Program:
    """The program that is run for an option with this code, or for the listing alone.

    Where a probe is to be evaluated and there is a place for code, it stands there, after the option's code.
    """
    rows: list[tuple[str, int]] = []
    for line in (run.program or LISTING).rstrip("\n").split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip() == LISTING:
            for number, text in enumerate((listing or "").rstrip("\n").split("\n"), start=1):
                if number == run.insert_at and (code is not None or probed):
                    within = indent + text[: len(text) - len(text.lstrip())]
                    rows += _insertion(code, probed, within, number)
                else:
                    rows.append((indent + text if text else text, number))
        elif line.strip() == INSERT:
            rows += _insertion(code, probed, indent, INSERTED)
        else:
            rows.append((line, AROUND))
    return Program("".join(f"{text}\n" for text, _ in rows), tuple(number for _, number in rows))


def _insertion(code: str | None, probed: bool, indent: str, number: int) -> list[tuple[str, int]]:
    lines = [] if code is None else code.rstrip("\n").split("\n")
    return [(indent + text if text else text, number) for text in [*lines, *([PROBE] if probed else [])]]
