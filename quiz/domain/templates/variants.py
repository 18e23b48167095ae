"""Variants: drawing one of a template by a seed, and putting what the lab showed where the author left room for it."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from pydantic import ValidationError

from quiz.domain.items import KINDS, Item
from quiz.domain.proofs.claims import ending, output
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.proofs.programs import Run, compose
from quiz.domain.source import Location
from quiz.domain.templates.variables import (
    PLACEHOLDER,
    RESERVED,
    Unusable,
    Value,
    Variable,
    evaluate,
    faults_of,
)

LEAST = 10
"""A template with fewer variants is no better than a plain item, and is refused."""

_TRIES = 200
_LENGTHS_APART = 0.35
"""How far the length of a variant may be from the template's median, as a share of it."""
_EMBODIMENTS = ("program", "expression")


@dataclass(frozen=True)
class Template:
    """An item with variables, as it was written: `data` is what an item of its kind needs, with placeholders in it."""

    data: Mapping[str, Any]
    variables: Mapping[str, Variable]
    constraints: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return str(self.data.get("id"))

    def faults(self) -> list[tuple[Location, str, str]]:
        """What is wrong with the template as such: (location, message, fix)."""
        faults: list[tuple[Location, str, str]] = []
        known: set[str] = set()
        for name, variable in self.variables.items():
            where: Location = ("variables", name)
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
                faults.append((where, f"`{name}` cannot name a variable", "use another lower case word"))
            faults += [(where, message, fix) for message, fix in variable.faults(known)]
            faults += [(where, *fault) for fault in self._clashes(variable)]
            known.add(name)
        for n, constraint in enumerate(self.constraints):
            faults += [(("constraints", n), str(e), "use the variables") for e in faults_of(constraint, known)]
        faults += list(self._stray_placeholders(known))
        used = {name for _, text in texts(self.data) for name in PLACEHOLDER.findall(text)}
        used |= {name for text in self._expressions() for name in re.findall(r"[a-z][a-z0-9_]*", text)}
        for name in self.variables:
            if name not in used:
                faults.append(
                    (("variables", name), f"`{name}` is never used", "use it as {{" + name + "}} or remove it")
                )
        return faults

    def _expressions(self) -> list[str]:
        return [*self.constraints, *(variable.derived for variable in self.variables.values() if variable.derived)]

    def _clashes(self, variable: Variable) -> list[tuple[str, str]]:
        """Names that would mean two things in the listing."""
        words = set(re.findall(r"\w+", PLACEHOLDER.sub("", str(self.data.get("listing") or ""))))
        clash = sorted(words.intersection(variable.names or ()))
        return [(f"the listing has `{clash[0]}` already", "take another name")] if clash else []

    def _stray_placeholders(self, known: set[str]) -> Iterator[tuple[Location, str, str]]:
        """Placeholders that stand for nothing."""
        mistakes = self._mistakes()
        for where, text in texts(self.data):
            for name in PLACEHOLDER.findall(text):
                if name == "result" and where[:2] not in set[Location](mistakes):
                    yield where, "{{result}} needs a `program` or an `expression` beside it", "add one, or use {{key}}"
                elif name not in known | RESERVED:
                    yield where, "there is no variable for {{" + name + "}}", "declare it under `variables`"
        for where in mistakes:
            part = self.data[where[0]][where[1]]
            if len([name for name in _EMBODIMENTS if name in part]) > 1:
                yield where, "a mistake is embodied by a program or an expression", "keep one of them"
            if "misconception" not in part:
                yield where, "the mistake has no name", "say what people believe, as `misconception:`"
            if not any(where == at[:2] and "result" in PLACEHOLDER.findall(text) for at, text in texts(self.data)):
                yield where, "what the mistake leads to is shown nowhere", "put {{result}} into its text"

    def _mistakes(self) -> list[tuple[str, int]]:
        """The parts whose wrong answer is computed."""
        return [
            (name, n)
            for name, parts in self.data.items()
            if isinstance(parts, list)
            for n, part in enumerate(parts)
            if isinstance(part, dict) and any(way in part for way in _EMBODIMENTS)
        ]

    def embodiments(self) -> list[tuple[Location, str, str]]:
        """The code that shows where mistakes lead, with placeholders: (location, `program` or `expression`, text)."""
        return [
            ((name, n), way, str(self.data[name][n][way]))
            for name, n in self._mistakes()
            for way in _EMBODIMENTS
            if way in self.data[name][n]
        ]

    def draft(self, seed: int) -> "Draft":
        """The variant of a seed, before anything has run. Raises Unusable where the constraints cannot be met."""
        rng = random.Random(seed)
        for _ in range(_TRIES):
            values: dict[str, Value] = {}
            taken: set[Value] = set()
            for name, variable in self.variables.items():
                try:
                    values[name] = variable.draw(rng, values, taken)
                except Unusable as error:
                    raise error.at(("variables", name)) from None
                if variable.names:
                    taken.add(values[name])
            if self._allows(values):
                return Draft(seed, values, fill(self.data, values), tuple(self._mistakes()))
        raise Unusable("no values meet the constraints")

    def _allows(self, values: Mapping[str, Value]) -> bool:
        """Whether values meet the constraints. Raises Unusable where that cannot be said."""
        for n, constraint in enumerate(self.constraints):
            try:
                if not evaluate(constraint, values):
                    return False
            except Unusable as error:
                raise error.at(("constraints", n)) from None
        return True

    def specimen_data(self) -> dict[str, Any]:
        """What a variant looks like while none is proven: 1, 2, 3 stand for what the lab will say. Raises Unusable."""
        draft = self.draft(0)
        return draft.complete("1", {place(where): str(n) for n, where in enumerate(draft.mistakes, start=2)})


@dataclass(frozen=True)
class Draft:
    """A template with values in it, and room left for what the lab shows."""

    seed: int
    values: Mapping[str, Value]
    data: Mapping[str, Any]
    mistakes: tuple[tuple[str, int], ...]

    def requests(self) -> dict[str, Request]:
        """What has to run: the item's own program as "", and each mistake's by its place. Raises Unusable."""
        requests = {"": self._request(KINDS[self.data["kind"]].item.program_of(self.data), None)}
        for where in self.mistakes:
            part = self.data[where[0]][where[1]]
            requests[place(where)] = self._request(part.get("program"), part.get("expression"))
        return requests

    def _request(self, listing: str | None, expression: str | None) -> Request:
        try:
            run = Run.model_validate(self.data.get("run") or {})
        except ValidationError as error:
            raise Unusable(f"`run` is not right: {error.errors()[0]['msg']}") from error
        if expression is not None:
            return run.request(self._lab, "", expression)
        has_program = listing is not None or run.program is not None
        text = compose(listing, run, None, False).text if has_program else ""
        return run.request(self._lab, text, run.expression)

    @property
    def _lab(self) -> str:
        return str(self.data.get("lab"))

    def item(self, observe: Callable[[Request], Observation]) -> Item:
        """The finished variant, given what is seen of each request. Raises Unusable where it is no proper item."""
        results = {where: self._result(where, observe(request)) for where, request in self.requests().items()}
        key = results.pop("")
        texts = [key, *results.values()]
        if len(set(texts)) < len(texts):
            raise Unusable("a mistake leads to the key, or two mistakes lead to the same")
        if any(not text.strip() for text in texts):
            raise Unusable("a program shows nothing")
        if any("\n" in text for text in texts):
            raise Unusable("a program shows more than one line")
        return self._finish(key, results)

    def _result(self, where: str, observation: Observation) -> str:
        """What a program shows; `where` is its place, as for `requests`. Raises Broken."""
        try:
            return result_of(observation)
        except Unusable as error:
            raise Broken(str(error), where, self.values, ending(observation)) from error

    def _finish(self, key: str, results: Mapping[str, str]) -> Item:
        """The variant with what the lab showed. Raises Unusable."""
        data = self.complete(key, results)
        try:
            item = KINDS[data["kind"]].item.model_validate(data)
        except ValidationError as error:
            raise Unusable(f"it is no item: {error.errors()[0]['msg']}") from error
        if faults := item.faults():
            raise Unusable(faults[0][1])
        return item

    def complete(self, key: str, results: Mapping[str, str]) -> dict[str, Any]:
        """What the item is read from once it is known what the lab showed."""
        data = dict(self.data)
        run = data.get("run")
        fact = "returns" if isinstance(run, dict) and run.get("expression") else "prints"
        for name, parts in self.data.items():
            if isinstance(parts, list):
                data[name] = [self._part(name, n, part, key, results, fact) for n, part in enumerate(parts)]
            else:
                data[name] = fill(parts, {"key": key})
        return data

    def _part(self, name: str, n: int, part: Any, key: str, results: Mapping[str, str], fact: str) -> Any:
        own = results.get(place((name, n)))
        known: dict[str, Value] = {"key": key}
        if own is not None:
            known["result"] = own
        if not isinstance(part, dict):
            return fill(part, known)
        shows = [known[which] for which in PLACEHOLDER.findall(str(part.get("text"))) if which in known]
        kept = {field: value for field, value in part.items() if field not in (*_EMBODIMENTS, "misconception")}
        if name == "options" and shows and "claim" not in part:
            # An option that shows what a program showed claims just that.
            kept["claim"] = {fact: shows[0]}
        return fill(kept, known)


class Broken(Unusable):
    """A program of a variant that shows nothing: its place as for `requests`, the values, and how it ended."""

    def __init__(self, message: str, program: str, values: Mapping[str, Value], ending: str) -> None:
        super().__init__(message)
        self.program = program
        self.values = values
        self.ending = ending


def result_of(observation: Observation) -> str:
    """What a variant's program shows: the value asked for, or what it prints. Raises Unusable."""
    if observation.exceeded:
        raise Unusable(f"a program goes beyond what it may do: {observation.exceeded}")
    if observation.compiled is False:
        raise Unusable("a program does not compile")
    if not observation.whole:
        raise Unusable("a program does not end normally")
    text = observation.printed if observation.returned is None else observation.returned
    if text is None:
        raise Unusable("a program shows nothing")
    return output(text)


def place(where: Location) -> str:
    """A part's place as a record spells it: `options.1`."""
    return ".".join(map(str, where))


def texts(data: Any, where: Location = ()) -> Iterator[tuple[Location, str]]:
    """Every text in an item as it was written, with its location."""
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield where, str(name)  # Addresses of files and names of headers may hold placeholders too.
            yield from texts(value, (*where, name))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from texts(value, (*where, n))


def fill(data: Any, values: Mapping[str, Value]) -> Any:
    """A copy of an item's data with every known placeholder replaced, in names too; others are left as they stand."""
    if isinstance(data, str):
        return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), data)
    if isinstance(data, Mapping):
        return {fill(name, values): fill(value, values) for name, value in data.items()}
    if isinstance(data, list):
        return [fill(value, values) for value in data]
    return data


def alike(items: Sequence[Item]) -> list[bool]:
    """Which variants test the same thing as the others: as many lines, and nearly as much to read."""
    if not items:
        return []
    lines = Counter((item.listing or "").count("\n") for item in items).most_common(1)[0][0]
    lengths = [len(item.stem) + len(item.listing or "") for item in items]
    middle = median(lengths)
    return [
        (item.listing or "").count("\n") == lines and abs(length - middle) <= _LENGTHS_APART * middle
        for item, length in zip(items, lengths, strict=True)
    ]
