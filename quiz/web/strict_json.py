"""The one reader of JSON in requests: what could be read in two ways, or would only tire a reader, is refused."""

import json
import math
import re
from typing import Any, NoReturn

from flask import Flask
from flask.json.provider import DefaultJSONProvider

DEEPEST = 20
"""How deeply lists and objects may be nested."""
_LONGEST_NUMBER = 30
_SURROGATE = re.compile("[\ud800-\udfff]")


def read(text: str | bytes) -> Any:
    """What a JSON text says. Raises ValueError where it is none, or more than a request needs."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse, parse_int=_integer, parse_float=_fraction
        )
    except RecursionError:
        raise ValueError("lists and objects are nested too deeply") from None
    _refuse_deep(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice in an object")
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if len(digits) > _LONGEST_NUMBER or math.isinf(value):
        raise ValueError("a number is too large")
    return value


def _refuse_deep(value: Any) -> None:
    level, depth = [value], 0
    while level:
        if depth > DEEPEST:
            raise ValueError("lists and objects are nested too deeply")
        inner: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                inner += [*part, *part.values()]
            elif isinstance(part, list):
                inner += part
            elif isinstance(part, str) and _SURROGATE.search(part):
                raise ValueError("a string contains half a character")
        level, depth = inner, depth + 1


class StrictJSON(DefaultJSONProvider):
    """What Flask reads the JSON of requests with."""

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return read(s)


def init_app(app: Flask) -> None:
    app.json = StrictJSON(app)
