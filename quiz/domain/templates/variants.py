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
from quiz.domain.proofs.claims import output
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
_EMBODIED = ("program", "expression")


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
        found: list[tuple[Location, str, str]] = []
        known: set[str] = set()
        for name, variable in self.variables.items():
            where: Location = ("variables", name)
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
                found.append((where, f"`{name}` cannot name a variable", "use another lower case word"))
            found += [(where, message, fix) for message, fix in variable.faults(known)]
            found += [(where, *fault) for fault in self._taken(variable)]
            known.add(name)
        for n, constraint in enumerate(self.constraints):
            found += [(("constraints", n), str(e), "use the variables") for e in faults_of(constraint, known)]
        found += list(self._misplaced(known))
        used = {name for _, text in texts(self.data) for name in PLACEHOLDER.findall(text)}
        used |= {name for text in self._expressions() for name in re.findall(r"[a-z][a-z0-9_]*", text)}
        for name in self.variables:
            if name not in used:
                found.append(
                    (("variables", name), f"`{name}` is used nowhere", "use it as {{" + name + "}} or remove it")
                )
        return found

    def _expressions(self) -> list[str]:
        return [*self.constraints, *(one.derived for one in self.variables.values() if one.derived)]

    def _taken(self, variable: Variable) -> list[tuple[str, str]]:
        """Names that would mean two things in the listing."""
        words = set(re.findall(r"\w+", PLACEHOLDER.sub("", str(self.data.get("listing") or ""))))
        clash = sorted(words.intersection(variable.names or ()))
        return [(f"the listing has `{clash[0]}` already", "take another name")] if clash else []

    def _misplaced(self, known: set[str]) -> Iterator[tuple[Location, str, str]]:
        """Placeholders that stand for nothing."""
        embodied = self._embodied()
        for where, text in texts(self.data):
            for name in PLACEHOLDER.findall(text):
                if name == "result" and where[:2] not in set[Location](embodied):
                    yield where, "{{result}} needs a `program` or an `expression` beside it", "add one, or use {{key}}"
                elif name not in known | RESERVED:
                    yield where, "there is no variable for {{" + name + "}}", "declare it under `variables`"
        for where in embodied:
            part = self.data[where[0]][where[1]]
            if len([name for name in _EMBODIED if name in part]) > 1:
                yield where, "a mistake is embodied by a program or an expression", "keep one of them"
            if "misconception" not in part:
                yield where, "the mistake has no name", "say what people believe, as `misconception:`"
            if not any(where == at[:2] and "result" in PLACEHOLDER.findall(text) for at, text in texts(self.data)):
                yield where, "what the mistake leads to is shown nowhere", "put {{result}} into its text"

    def _embodied(self) -> list[tuple[str, int]]:
        """The parts whose wrong answer is computed."""
        return [
            (name, n)
            for name, parts in self.data.items()
            if isinstance(parts, list)
            for n, part in enumerate(parts)
            if isinstance(part, dict) and any(way in part for way in _EMBODIED)
        ]

    def drawn(self, seed: int) -> "Drawn":
        """The variant of a seed, before anything has run. Raises Unusable where the constraints cannot be met."""
        rng = random.Random(seed)
        for _ in range(_TRIES):
            values: dict[str, Value] = {}
            taken: set[Value] = set()
            for name, variable in self.variables.items():
                values[name] = variable.draw(rng, values, taken)
                if variable.names:
                    taken.add(values[name])
            if all(evaluate(constraint, values) for constraint in self.constraints):
                return Drawn(seed, values, filled(self.data, values), tuple(self._embodied()))
        raise Unusable("no values meet the constraints")

    def specimen_data(self) -> dict[str, Any]:
        """What a variant looks like while none is proven: 1, 2, 3 stand for what the lab will say. Raises Unusable."""
        drawn = self.drawn(0)
        return drawn.completed("1", {place(where): str(n) for n, where in enumerate(drawn.embodied, start=2)})


@dataclass(frozen=True)
class Drawn:
    """A template with values in it, and room left for what the lab shows."""

    seed: int
    values: Mapping[str, Value]
    data: Mapping[str, Any]
    embodied: tuple[tuple[str, int], ...]

    def requests(self) -> dict[str, Request]:
        """What has to run: the item's own program as "", and each mistake's by its place. Raises Unusable."""
        asked = {"": self._request(KINDS[self.data["kind"]].item.program_of(self.data), None)}
        for where in self.embodied:
            part = self.data[where[0]][where[1]]
            asked[place(where)] = self._request(part.get("program"), part.get("expression"))
        return asked

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

    def item(self, seen: Callable[[Request], Observation]) -> Item:
        """The finished variant, given what was seen of each request. Raises Unusable where it is no proper item."""
        found = {where: shown_by(seen(request)) for where, request in self.requests().items()}
        key = found.pop("")
        wanted = [key, *found.values()]
        if len(set(wanted)) < len(wanted):
            raise Unusable("a mistake leads to the key, or two mistakes lead to the same")
        if any(not text.strip() for text in wanted):
            raise Unusable("a program shows nothing")
        if any("\n" in text for text in wanted):
            raise Unusable("a program shows more than one line")
        return self._finished(key, found)

    def _finished(self, key: str, results: Mapping[str, str]) -> Item:
        """The variant with what the lab showed. Raises Unusable."""
        data = self.completed(key, results)
        try:
            item = KINDS[data["kind"]].item.model_validate(data)
        except ValidationError as error:
            raise Unusable(f"it is no item: {error.errors()[0]['msg']}") from error
        if faults := item.faults():
            raise Unusable(faults[0][1])
        return item

    def completed(self, key: str, results: Mapping[str, str]) -> dict[str, Any]:
        """What the item is read from once it is known what the lab showed."""
        data = dict(self.data)
        fact = "returns" if (data.get("run") or {}).get("expression") else "prints"
        for name, parts in self.data.items():
            if isinstance(parts, list):
                data[name] = [self._part(name, n, part, key, results, fact) for n, part in enumerate(parts)]
            else:
                data[name] = filled(parts, {"key": key})
        return data

    def _part(self, name: str, n: int, part: Any, key: str, results: Mapping[str, str], fact: str) -> Any:
        own = results.get(place((name, n)))
        known: dict[str, Value] = {"key": key}
        if own is not None:
            known["result"] = own
        if not isinstance(part, dict):
            return filled(part, known)
        shows = [known[which] for which in PLACEHOLDER.findall(str(part.get("text"))) if which in known]
        kept = {field: value for field, value in part.items() if field not in (*_EMBODIED, "misconception")}
        if name == "options" and shows and "claim" not in part:
            # An option that shows what a program showed claims just that.
            kept["claim"] = {fact: shows[0]}
        return filled(kept, known)


def shown_by(seen: Observation) -> str:
    """What a variant's program shows: the value asked for, or what it prints. Raises Unusable."""
    if seen.exceeded:
        raise Unusable(f"a program goes beyond what it may do: {seen.exceeded}")
    if seen.compiled is False:
        raise Unusable("a program does not compile")
    if not seen.whole:
        raise Unusable("a program does not end normally")
    text = seen.returned if seen.returned is not None else seen.printed
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


def filled(data: Any, values: Mapping[str, Value]) -> Any:
    """A copy of an item's data with every known placeholder replaced, in names too; others are left as they stand."""
    if isinstance(data, str):
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), data)
    if isinstance(data, Mapping):
        return {filled(name, values): filled(value, values) for name, value in data.items()}
    if isinstance(data, list):
        return [filled(value, values) for value in data]
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
