"""The variables of a template: how a value is drawn, computed from others, and constrained."""

import ast
import keyword
import operator
import random
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field

from quiz.domain.drawing import pick
from quiz.domain.source import Location
from quiz.domain.writing import ShortLine, Whole, Written

Value = int | str
PLACEHOLDER = re.compile(r"\{\{ *([a-z][a-z0-9_]*) *\}\}")
"""A place where a value is put: `{{name}}`."""
RESERVED = frozenset({"listing", "insert", "probe", "key", "result"})
"""Names that mean something else in a template: the program's parts, and what it shows."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_MOST = 1 << 64
_LONGEST = 1000
"""Characters of a text, or values of a list."""


class Variable(Written):
    """Something that differs from variant to variant; exactly one of these says how."""

    integers: Annotated[list[Whole], Field(min_length=2, max_length=3)] | None = Field(
        default=None, description="least and greatest whole number, and the step if it is not 1"
    )
    choices: Annotated[list[ShortLine], Field(min_length=2)] | None = Field(
        default=None, description="texts to choose from"
    )
    names: Annotated[list[ShortLine], Field(min_length=2)] | None = Field(
        default=None, description="identifiers to choose from; no two variables get the same"
    )
    types: Annotated[list[ShortLine], Field(min_length=2)] | None = Field(
        default=None, description="types of the language to choose from"
    )
    derived: ShortLine | None = Field(default=None, description="computed from variables above, such as `a + 2 * b`")

    @property
    def _ways(self) -> dict[str, Any]:
        ways = ("integers", "choices", "names", "types", "derived")
        return {way: getattr(self, way) for way in ways if getattr(self, way) is not None}

    def faults(self, known: set[str]) -> list[tuple[str, str]]:
        """What is wrong with the variable, given the names above it: (message, fix)."""
        if len(self._ways) != 1:
            return [("a variable has exactly one of integers, choices, names, types, derived", "keep one of them")]
        if self.integers and (self.integers[0] >= self.integers[1] or (self.integers[2:] and self.integers[2] < 1)):
            return [
                ("the least number is not below the greatest", "write [least, greatest] or [least, greatest, step]")
            ]
        for text in self.names or ():
            if not _IDENTIFIER.fullmatch(text) or keyword.iskeyword(text):
                return [(f"`{text}` is no identifier in every language", "use letters and digits")]
        texts = self.choices or self.names or self.types or []
        if len(set(texts)) != len(texts):
            return [("a value appears twice", "remove one")]
        if any("{{" in text for text in texts):
            return [("a value cannot hold another placeholder", "use `derived`")]
        return [(str(error), "use the variables above it") for error in faults_of(self.derived, known)]

    def draw(self, rng: random.Random, known: Mapping[str, Value], taken: set[Value]) -> Value:
        """A value; `taken` are the names that other variables have. Raises Unusable where none is left."""
        if self.integers:
            least, greatest, *step = self.integers
            return pick(range(least, greatest + 1, *step), rng)
        if self.derived is not None:
            return evaluate(self.derived, known)
        if self.names:
            left = [name for name in self.names if name not in taken]
            if not left:
                raise Unusable("there are too few names")
            return pick(left, rng)
        return pick(self.choices or self.types or [], rng)


class Unusable(ValueError):
    """A setting of the variables that cannot be used; the message says why, and `where` which part is to blame."""

    where: Location = ()

    def at(self, where: Location) -> "Unusable":
        """The same, with a place."""
        self.where = where
        return self


def faults_of(expression: str | None, known: set[str]) -> list[ValueError]:
    """What is wrong with an expression, as errors with a sentence; nothing where it can be evaluated."""
    if expression is None:
        return []
    try:
        tree = _parse(expression)
    except ValueError as error:
        return [error]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - _FUNCTIONS.keys()
    return [ValueError(f"there is no variable `{name}` above this") for name in sorted(used - known)]


def evaluate(expression: str, known: Mapping[str, Value]) -> Value:
    """The value of an expression over whole numbers and texts. Raises Unusable.

    The operators are Python's (`+ - * // %`, comparisons, `and or not`, `a if b else c`); `//` rounds down. Functions:
    abs, min, max, len, text, upper, lower.
    """
    try:
        value: Value = _single(_bound(_value(_parse(expression).body, known)))
    except (ArithmeticError, TypeError, KeyError, ValueError, RecursionError) as error:
        raise Unusable(f"`{expression}` has no value: {error}") from error
    return value


@lru_cache(maxsize=1024)
def _parse(expression: str) -> ast.Expression:
    try:
        return ast.parse(expression, mode="eval")
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(f"`{expression}` is no expression") from error


def _times(left: Any, right: Any) -> Any:
    """A product; a text is measured before it is repeated."""
    if isinstance(left, list) or isinstance(right, list):
        raise TypeError("a list cannot be repeated")
    for one, times in ((left, right), (right, left)):
        if isinstance(one, str) and isinstance(times, int) and len(one) * times > _LONGEST:
            raise ValueError(_TOO_LARGE)
    return left * right


def _rest(left: Any, right: Any) -> Any:
    """A remainder; with a text on the left, Python would format, to whatever width the text asks for."""
    if not isinstance(left, int):
        raise TypeError("% is for whole numbers")
    return left % right


def _text(value: Any) -> str:
    if not isinstance(value, (int, str)):
        raise TypeError("a list has no text")
    return str(value)


def _single(value: Any) -> Value:
    if not isinstance(value, (int, str)):
        raise TypeError("a list is not a value")
    return value


def _list(values: list[Any]) -> list[Any]:
    """The values as a list, which holds no other: comparing lists within lists could take for ever."""
    if any(isinstance(value, list) for value in values):
        raise TypeError("a list cannot hold a list")
    return values


_TOO_LARGE = "the value is too large"
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _times,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: _rest,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "len": len,
    "text": _text,
    "upper": str.upper,
    "lower": str.lower,
}


def _value(node: ast.expr, known: Mapping[str, Value]) -> Any:  # noqa: PLR0911 one case for each form
    match node:
        case ast.Constant(value=value) if isinstance(value, (int, str)):
            return _bound(value)
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(operand, known))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _bound(_OPERATORS[type(op)](_value(left, known), _value(right, known)))
        case ast.BoolOp(op=op, values=values):
            found = [bool(_value(value, known)) for value in values]
            return all(found) if isinstance(op, ast.And) else any(found)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _OPERATORS for op in ops):
            values = [_value(value, known) for value in (left, *others)]
            return all(_OPERATORS[type(op)](a, b) for op, a, b in zip(ops, values, values[1:], strict=False))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if _value(test, known) else other, known)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return _list([_value(element, known) for element in elements])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _bound(_FUNCTIONS[name](*(_value(argument, known) for argument in arguments)))
    raise ValueError(f"`{ast.unparse(node)}` is not understood here")


def _bound(value: Any) -> Any:
    """The value, if it is small enough: whatever is made of bounded values stays small enough to be measured."""
    too_large = abs(value) > _MOST if isinstance(value, int) else len(value) > _LONGEST
    if too_large:
        raise ValueError(_TOO_LARGE)
    return value
