"""What a lab is asked to run, and the facts it reports: plain data, the same on every machine that writes it."""

import hashlib
import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Something that travels between a lab, a record and the judge."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Call(Fact):
    """One HTTP request that a lab sends to the server under observation, in order, with one client."""

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = {}
    body: str = ""


class Request(Fact):
    """A program and what is to be seen of it.

    `probe` is an expression of the program's language whose value is to be reported. It is evaluated where the
    program holds the line `PROBE`; without such a line at the end of the program, where the language allows it; and
    alone, where the program is empty. `ask` names style properties of elements: (CSS selector, property).
    """

    lab: str
    release: str = ""
    program: str = ""
    files: Mapping[str, str] = {}
    arguments: tuple[str, ...] = ()
    input: str = ""
    probe: str | None = None
    calls: tuple[Call, ...] = ()
    ask: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """What names this request in a record: 16 hex digits of the SHA-256 of all that it holds."""
        whole = json.dumps(self.model_dump(exclude_defaults=True), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


PROBE = "{{probe}}"
"""The line of a program at which the probe is evaluated."""


class Diagnostic(Fact):
    """One error of a compiler: the line of the program (0 where it has none, or lies in another file)."""

    line: int
    message: str


class Thrown(Fact):
    """What ended a program: an exception's qualified name, its message, and the program's line it came from, or 0."""

    kind: str
    message: str = ""
    line: int = 0


class Response(Fact):
    """An HTTP answer, and the request headers that the client had sent for it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    sent: tuple[tuple[str, str], ...] = ()


class Observation(Fact):
    """What a machine said of one request. A fact that this lab does not report, or that never came about, is None.

    `compiled` is also what a parser or type checker says. `printed` is standard output, with line breaks as `\\n`.
    `ended` is False where the program still ran when its time was up. `exceeded` names a limit that was hit (`output`,
    `memory`, `processes`, `files`): such an observation proves nothing.
    """

    compiled: bool | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    printed: str | None = None
    returned: str | None = None
    thrown: Thrown | None = None
    exit: int | None = None
    ended: bool = True
    rows: tuple[tuple[str, ...], ...] | None = None
    responses: tuple[Response, ...] = ()
    computed: Mapping[str, str] | None = None
    """`selector property` -> the computed value."""
    exceeded: str | None = None
    unsteady: bool = False
    """Whether repeated runs of the very same program differed."""

    @property
    def whole(self) -> bool:
        """Whether the program ran to its end as programs should: nothing refused, thrown or cut off."""
        sound = self.compiled is not False and self.thrown is None and self.exit in (None, 0)
        return sound and self.ended and self.exceeded is None
