"""Claims: what an author says of a program, in the words of its world, and whether an observation bears it out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator, Field, StringConstraints

from quiz.domain.proofs import patterns
from quiz.domain.proofs.observations import Observation, Response
from quiz.domain.vocabularies import HEADERS, nearest
from quiz.domain.writing import ANY_SCALAR, ShortLine, Truth, Whole, Written

_MOST_SHOWN = 300


class Undecidable(Exception):
    """An observation does not say what a claim is about; the message says what is missing."""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds, and what the machine said instead of or in agreement with it."""

    holds: bool
    saw: str


class Test(Protocol):
    """Anything that an observation can be held against."""

    @property
    def probe(self) -> str | None:
        """The expression whose value it needs."""

    @property
    def ask(self) -> tuple[tuple[str, str], ...]:
        """The style properties it needs: (CSS selector, property)."""

    def judge(self, observation: Observation) -> Verdict:
        """Raises Undecidable."""


def _lines(value: object) -> object:
    """One line number or a list of them; always a list once read."""
    return value if isinstance(value, list) else [value]


def _pattern(value: object) -> object:
    """A regular expression that says something: one that matches nothing at all proves nothing."""
    if not isinstance(value, str):
        return value
    if patterns.is_in(value, ""):
        raise ValueError("the expression matches the empty text, so it would hold for everything")
    return value


def _telling(value: object) -> object:
    """An expression with a name in it: a bare constant proves nothing of the program."""
    if isinstance(value, str) and not set(re.findall(r"[A-Za-z_$][\w$]*", value)) - {"true", "false", "True", "False"}:
        raise ValueError("the expression says nothing of the program: use one of its names")
    return value


Line = Annotated[Whole, Field(ge=1)]
Lines = Annotated[
    list[Line],
    BeforeValidator(_lines, json_schema_input_type=Line | Annotated[list[Line], Field(min_length=1)]),
    Field(min_length=1),
]
Output = Annotated[
    str,
    StringConstraints(max_length=4000),
    ANY_SCALAR,
]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300), BeforeValidator(_pattern), ANY_SCALAR]
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), ANY_SCALAR]


class Claim(Written):
    """What is said of a program. Where several things are said, all of them have to hold."""

    prints: Output | None = Field(default=None, description="its whole output, but for one last line break")
    matches: Pattern | None = Field(default=None, description="a regular expression found in its output or answer")
    compiles: Truth | None = Field(default=None, description="whether the compiler or parser takes it")
    error_at: Lines | None = Field(default=None, description="the lines of the listing that are refused, all of them")
    because: ShortLine | None = Field(default=None, description="a part of the error's message, in any letter case")
    throws: ShortLine | None = Field(default=None, description="the exception that ends it, by its name")
    throws_at: Lines | None = Field(default=None, description="the line of the listing where that happens")
    exits: Whole | None = Field(default=None, ge=0, le=255, description="the status it ends with")
    ends: Truth | None = Field(default=None, description="false where it runs for ever")
    returns: Output | None = Field(default=None, description="the value of the expression in `run`")
    is_: Annotated[Expression, BeforeValidator(_telling)] | None = Field(
        default=None, alias="is", description="an expression that is true in it"
    )
    rows: list[list[Output]] | None = Field(default=None, description="the rows of its result, in order")
    status: Whole | None = Field(default=None, ge=100, le=599, description="the status of the last answer")
    header: dict[ShortLine, Output] | None = Field(default=None, description="headers of the last answer")
    no_header: ShortLine | None = Field(default=None, description="a header that the last answer lacks")
    body: Output | None = Field(default=None, description="the body of the last answer")
    sends: dict[ShortLine, Output] | None = Field(default=None, description="headers of the last request")
    computed: dict[ShortLine, Output] | None = Field(default=None, description="style properties of `element`")
    element: ShortLine | None = Field(default=None, description="a CSS selector, for `computed`")
    otherwise: Truth | None = Field(default=None, description="true: no other option's claim holds")

    @property
    def facts(self) -> dict[str, Any]:
        """What is claimed, by the name of the fact."""
        values = {"is" if name == "is_" else name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if value is not None}

    def faults(self) -> list[tuple[str, str]]:
        """What is wrong with the claim as such: (message, fix)."""
        facts = set(self.facts)
        if not facts:
            return [("the claim is empty", "say what the machine should show, such as `prints: ...`")]
        if ("element" in facts) != ("computed" in facts):
            return [("`computed` and `element` go together", "name the element by a CSS selector, as `element:`")]
        if facts == {"because"}:
            return [("`because` alone says nothing", "add `compiles: false`, `error_at` or `throws`")]
        if "otherwise" in facts and (facts != {"otherwise"} or not self.otherwise):
            return [("`otherwise` stands alone and is true", "write `claim: {otherwise: true}`")]
        if {"is", "returns"} <= facts:
            return [("`is` and `returns` cannot both be asked of one run", "keep one of them")]
        return [
            (f"no known header is called `{name}`, so its absence proves nothing", f"did you mean `{near}`?")
            for name in self._absent
            if (near := nearest(name, HEADERS, 0.85)) and near.casefold() != name.casefold()
        ]

    @property
    def _absent(self) -> list[str]:
        """The headers that are claimed not to be there."""
        headers = [*(self.header or {}).items(), *(self.sends or {}).items()]
        return [*([self.no_header] if self.no_header else []), *(name for name, value in headers if not value)]

    @property
    def probe(self) -> str | None:
        return self.is_

    @property
    def ask(self) -> tuple[tuple[str, str], ...]:
        return tuple((self.element, name) for name in self.computed or ()) if self.element else ()

    def judge(self, observation: Observation) -> Verdict:
        """Hold the claim against what a lab saw. Raises Undecidable where the facts it needs are not there."""
        verdicts = [_FACTS[name](self, observation) for name in self.facts if name in _FACTS]
        saw = "; ".join(dict.fromkeys(verdict.saw for verdict in verdicts))
        return Verdict(all(verdict.holds for verdict in verdicts), saw)


def output(text: str) -> str:
    """Output without its one last line break: what `prints` is compared with."""
    return text.replace("\r\n", "\n").removesuffix("\n")


def quote(value: str) -> str:
    """A value for a message: quoted, with what cannot be seen spelled out, and not too long."""
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}... ({len(value)} characters)"


def ending(observation: Observation) -> str:
    """How a program ended, in words."""
    if observation.compiled is False:
        where = ", ".join(str(error.line) for error in observation.diagnostics if error.line) or "an unknown line"
        return f"it does not compile (line {where}: {' / '.join(_messages(observation)) or 'no message'})"
    if not observation.ended:
        return "it still ran when its time was up"
    if observation.thrown is not None:
        message = f": {observation.thrown.message}" if observation.thrown.message else ""
        return f"it throws {observation.thrown.kind}{message} at line {observation.thrown.line or 'unknown'}"
    return f"it ends with status {observation.exit or 0}" if observation.exit else "it ends normally"


def _messages(observation: Observation) -> list[str]:
    return list(
        dict.fromkeys(
            error.message.strip().splitlines()[0] for error in observation.diagnostics if error.message.strip()
        )
    )


def _prints(claim: Claim, observation: Observation) -> Verdict:
    if not observation.whole and not claim.facts.keys() & {"throws", "throws_at", "exits", "ends"}:
        return Verdict(False, ending(observation))
    if observation.printed is None:
        if observation.compiled is False:
            return Verdict(False, ending(observation))
        raise Undecidable("this lab reports no output")
    return Verdict(
        output(observation.printed) == output(claim.prints or ""), f"it prints {quote(output(observation.printed))}"
    )


def _matches(claim: Claim, observation: Observation) -> Verdict:
    text = observation.responses[-1].body if observation.responses else observation.printed
    if not observation.whole or text is None:
        return Verdict(False, ending(observation))
    try:
        found = patterns.is_in(claim.matches or "", text)
    except patterns.UnknownSyntax as error:
        raise Undecidable(f"the expression cannot be searched for: {error}") from error
    return Verdict(found, f"the output {'matches' if found else 'does not match'} {quote(claim.matches or '')}")


def _compiles(claim: Claim, observation: Observation) -> Verdict:
    if observation.compiled is None:
        raise Undecidable("this lab compiles nothing")
    return Verdict(
        observation.compiled is claim.compiles, "it compiles" if observation.compiled else ending(observation)
    )


def _error_at(claim: Claim, observation: Observation) -> Verdict:
    if observation.compiled is None:
        raise Undecidable("this lab compiles nothing")
    lines = sorted({error.line for error in observation.diagnostics})
    return Verdict(
        lines == sorted(set(claim.error_at or ())), "it compiles" if observation.compiled else ending(observation)
    )


def _because(claim: Claim, observation: Observation) -> Verdict:
    messages = [error.message for error in observation.diagnostics] + (
        [observation.thrown.message] if observation.thrown else []
    )
    return Verdict(any((claim.because or "").casefold() in text.casefold() for text in messages), ending(observation))


def _throws(claim: Claim, observation: Observation) -> Verdict:
    kind = observation.thrown.kind if observation.thrown else ""
    holds = claim.throws in (kind, kind.rpartition(".")[2], kind.rpartition(".")[2].rpartition("$")[2])
    return Verdict(bool(kind) and holds, ending(observation))


def _throws_at(claim: Claim, observation: Observation) -> Verdict:
    line = observation.thrown.line if observation.thrown else 0
    return Verdict(claim.throws_at == [line], ending(observation))


def _exits(claim: Claim, observation: Observation) -> Verdict:
    sound = observation.compiled is not False and observation.thrown is None and observation.ended
    return Verdict(sound and (observation.exit or 0) == claim.exits, ending(observation))


def _ends(claim: Claim, observation: Observation) -> Verdict:
    return Verdict(observation.compiled is not False and observation.ended is claim.ends, ending(observation))


def value_of(observation: Observation) -> str:
    """The value of the probe. Raises Undecidable where there is none."""
    if observation.returned is None:
        raise Undecidable(f"the expression has no value: {ending(observation)}")
    return observation.returned


def _returns(claim: Claim, observation: Observation) -> Verdict:
    value = value_of(observation)
    return Verdict(value == claim.returns, f"its value is {quote(value)}")


def _is(claim: Claim, observation: Observation) -> Verdict:
    value = value_of(observation)
    if value.casefold() not in ("true", "false", "1", "0", "t", "f"):
        raise Undecidable(f"`{claim.is_}` is neither true nor false but {quote(value)}")
    return Verdict(value.casefold() in ("true", "1", "t"), f"`{claim.is_}` is {value}")


def _rows(claim: Claim, observation: Observation) -> Verdict:
    if observation.rows is None:
        if observation.whole:
            raise Undecidable("there is no result with rows")
        return Verdict(False, ending(observation))
    same = [list(row) for row in observation.rows] == claim.rows
    return Verdict(same and observation.whole, f"the rows are {quote(str([list(row) for row in observation.rows]))}")


def _last(observation: Observation) -> Response | None:
    if not observation.responses and observation.whole:
        raise Undecidable("there was no answer: the item needs `calls` in `run`")
    return observation.responses[-1] if observation.responses else None


def _status(claim: Claim, observation: Observation) -> Verdict:
    last = _last(observation)
    return Verdict(
        bool(last and last.status == claim.status), f"the status is {last.status}" if last else ending(observation)
    )


def _values_of(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    return [value for header, value in headers if header.casefold() == name.casefold()]


def _header(claim: Claim, observation: Observation) -> Verdict:
    last = _last(observation)
    return _headers(claim.header or {}, last.headers, "the answer") if last else Verdict(False, ending(observation))


def _sends(claim: Claim, observation: Observation) -> Verdict:
    last = _last(observation)
    return _headers(claim.sends or {}, last.sent, "the request") if last else Verdict(False, ending(observation))


def _headers(claimed: Mapping[str, str], headers: tuple[tuple[str, str], ...], whose: str) -> Verdict:
    """An empty text claims that the header is not there."""
    found = {name: _values_of(headers, name) for name in claimed}
    holds = all(value in found[name] or (not value and not found[name]) for name, value in claimed.items())
    said = ", ".join(f"{name}: {' | '.join(values) or 'absent'}" for name, values in found.items())
    return Verdict(holds, f"{whose} has {said}")


def _no_header(claim: Claim, observation: Observation) -> Verdict:
    last = _last(observation)
    if last is None:
        return Verdict(False, ending(observation))
    found = _values_of(last.headers, claim.no_header or "")
    return Verdict(not found, f"the answer has {claim.no_header}: {' | '.join(found) or 'absent'}")


def _body(claim: Claim, observation: Observation) -> Verdict:
    last = _last(observation)
    if last is None:
        return Verdict(False, ending(observation))
    return Verdict(output(last.body) == output(claim.body or ""), f"the body is {quote(output(last.body))}")


def _computed(claim: Claim, observation: Observation) -> Verdict:
    if observation.computed is None:
        raise Undecidable(f"this lab computes no style: {ending(observation)}")
    found = {name: observation.computed.get(f"{claim.element} {name}") for name in claim.computed or {}}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise Undecidable(f"there is no element `{claim.element}`, or it has no `{missing[0]}`")
    said = ", ".join(f"{name}: {value}" for name, value in found.items())
    return Verdict(found == claim.computed, f"`{claim.element}` has {said}")


_FACTS = {
    "prints": _prints,
    "matches": _matches,
    "compiles": _compiles,
    "error_at": _error_at,
    "because": _because,
    "throws": _throws,
    "throws_at": _throws_at,
    "exits": _exits,
    "ends": _ends,
    "returns": _returns,
    "is": _is,
    "rows": _rows,
    "status": _status,
    "header": _header,
    "no_header": _no_header,
    "body": _body,
    "sends": _sends,
    "computed": _computed,
}
