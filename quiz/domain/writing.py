"""What people write by hand: scalars typed by the schema, and schema errors in the writer's own words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from quiz.domain.source import Location, Node, SourceFile
from quiz.domain.vocabularies import LABS, choice, lab_names, languages

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")


def _truth(value: object) -> object:
    """Accept only what reads as a truth value to everybody: `true` and `false`."""
    if value in ("true", True):
        return True
    if value in ("false", False):
        return False
    raise ValueError("write true or false")


def _whole(value: object) -> object:
    """Accept only what is the same number to everybody: neither `010` nor `3.0` nor `1_000`."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("write a whole number in digits, such as 12")
    return value


def _language(value: str) -> str:
    """Accept what highlights code; a language in other letters would be taken for one that no lab runs."""
    if value not in languages():
        raise ValueError(choice(value, sorted(languages()), 0.7)[:300])
    return value


# Every scalar is text to us; an editor takes 10 for a number and has to let it pass.
ANY_SCALAR = Field(json_schema_extra={"type": ["string", "number", "boolean"]})
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), ANY_SCALAR]
INLINE = "inline Markdown"
"""Marks a field whose text is read within a line as Markdown."""
Inline = Annotated[Text, INLINE]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), ANY_SCALAR]
Lang = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_NUMBER_TOO = Field(json_schema_extra={"type": ["string", "number"]})
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$", max_length=80), _NUMBER_TOO]
ObjectiveId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60), _NUMBER_TOO]
Language = Annotated[_Word, AfterValidator(_language)]
"""The language of a listing, as Pygments names it."""
LabName = Annotated[_Word, Field(json_schema_extra={"enum": list[JsonValue](lab_names(LABS))})]
"""What runs an item's code; whether there is such a lab is asked where it is known which there are."""
Truth = Annotated[bool, BeforeValidator(_truth, json_schema_input_type=bool)]
Whole = Annotated[int, BeforeValidator(_whole)]
Why = Annotated[Inline, Field(description="why this is right, or which misconception it is and why it is wrong")]
Differs = Annotated[Text, Field(description="why what candidates read deliberately differs from what is proven")]


class Written(BaseModel):
    """Anything an author writes: unknown fields are refused, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def validate(source: SourceFile, model: type[Model], node: Node | None, data: Any = None) -> Model | None:
    """Validate a node, or `data` made from it, reporting every fault at its place; None where there is any."""
    if node is None:
        return None
    try:
        return model.model_validate(node.plain() if data is None else data)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            _report(source, node, model, error)
        return None


def _report(source: SourceFile, node: Node, model: type[BaseModel], error: ErrorDetails) -> None:
    """Say a schema error in the author's words."""
    location = tuple(step for step in error["loc"] if step != "[key]")
    place = node.place(location)
    fields = _fields_at(model, location[:-1])
    name = next((str(step) for step in reversed(location) if isinstance(step, str)), "")
    what = f"an entry of `{name}`" if location and isinstance(location[-1], int) else f"`{name or 'this'}`"
    described = (fields[name].description or "") if name in fields else ""
    if error["type"] == "extra_forbidden":
        report_unknown(source, place, name, fields)
        return
    code, message, fix = _in_words(error, what, name)
    hint = f": {described}" if described and not fix.endswith("?") else ""
    source.report(*place, code, message, fix + hint)


_TYPES = {
    "string_type": ("text", "text", "write one value, and quote it if needed"),
    "list_type": ("list", "a list", "write one `- ` per entry"),
    "model_type": ("mapping", "a mapping", "write `name: value` lines"),
    "dict_type": ("mapping", "a mapping", "write `name: value` lines"),
    "model_attributes_type": ("mapping", "a mapping", "write `name: value` lines"),
}
"""What a value has to be, by the error: the problem's code, in words, and the fix."""


def _in_words(error: ErrorDetails, what: str, name: str) -> tuple[str, str, str]:  # noqa: PLR0911 one case for each error
    """A schema error as code, message and fix."""
    given, context = error.get("input"), error.get("ctx", {})
    shown = f"`{given}`" if isinstance(given, str) and len(given) <= 40 else "this value"
    match error["type"]:
        case "string_type" if isinstance(given, dict) and len(given) == 1:
            only = next(iter(given))
            message = f"{what} has to be text, but the colon after `{str(only)[:40]}` makes it a field"
            return "text", message, "quote the whole text"
        case type_ if type_ in _TYPES:
            code, wanted, fix = _TYPES[type_]
            return code, f"{what} has to be {wanted}", fix
        case "missing":
            return "missing", f"`{name}` is missing", f"add `{name}:`"
        case "too_short" | "too_long" | "string_too_short" | "string_too_long":
            return "length", _length(error, what), f"see `{name}`"
        case "int_parsing" | "int_type" | "int_from_float":
            return "number", f"{what} has to be a whole number, not {shown}", "write digits"
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            return "range", f"{what} has to be {bound}, not {shown}", "change it"
        case "string_pattern_mismatch":
            if "{" in str(context.get("pattern")):
                return "spelling", f"{shown} is not a proper `{name}`", "write it in its usual form"
            fix = f"use lower case letters and digits, with single {_joints(context)} between words"
            return "spelling", f"{shown} is not a proper `{name}`", fix + _proper(given, context)
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            return "value", f"{what} cannot be {shown}", choice(str(given), allowed)
        case "value_error":
            return "value", f"{what} cannot be {shown}", str(context.get("error", error["msg"]))
        case _:
            return "value", f"{what}: {error['msg'].lower()}", "change it"


def _length(error: ErrorDetails, what: str) -> str:
    context, is_text = error["ctx"], error["type"].startswith("string")
    is_least = "min_length" in context
    limit = context["min_length" if is_least else "max_length"]
    unit = {True: ("character", "characters"), False: ("entry", "entries")}[is_text][limit != 1]
    if is_least:
        return f"{what} needs at least {limit} {unit}"
    return f"{what} may have at most {limit} {unit}, but has {context.get('actual_length', len(error['input']))}"


def _joints(context: dict[str, Any]) -> str:
    return "dots or hyphens" if "." in str(context.get("pattern")).split(")")[0] else "hyphens"


def _proper(given: object, context: dict[str, Any]) -> str:
    """A proper spelling of what was written, if there is one."""
    joints = ".-" if _joints(context) != "hyphens" else "-"
    plain = unicodedata.normalize("NFKD", str(given)).encode("ascii", "ignore").decode().lower()
    meant = re.sub(r"([.-])[.-]+", r"\1", re.sub(rf"[^a-z0-9{joints}]+", "-", plain)).strip(".-")
    return f", such as `{meant}`" * bool(meant)


def report_unknown(source: SourceFile, place: tuple[int, int], name: str, fields: Iterable[str]) -> None:
    """Say that a field does not exist, and which was probably meant."""
    known = list(fields)
    fix = choice(name, known, 0.5).replace("write one of", "remove it, or use one of") if known else "remove it"
    odd = next((c for c in name if not c.isascii()), "")
    looks = f"; it holds U+{ord(odd):04X}, {unicodedata.name(odd, 'a character').lower()}" if odd else ""
    source.report(*place, "unknown-field", f"there is no field `{name}` here{looks}", fix)


def _fields_at(model: type[BaseModel], location: Location) -> dict[str, Any]:
    """The fields that may stand at a location, by the name the author writes."""
    found: list[Any] = [model]
    for step in location:
        found = [inner for annotation in found for inner in _within(annotation, step)]
    models = [one for annotation in found for one in _alternatives(annotation) if _is_model(one)]
    return {(f.alias or name): f for one in models for name, f in one.model_fields.items()}


def _alternatives(annotation: Any) -> Iterator[Any]:
    """What an annotation allows: the parts of a union, without what is said about them."""
    if _is_model(annotation) or get_origin(annotation) in (list, dict):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _alternatives(part)


def _within(annotation: Any, step: str | int) -> Iterator[Any]:
    """What stands at a step below something."""
    for one in _alternatives(annotation):
        if _is_model(one):
            named = {(f.alias or n): f.annotation for n, f in one.model_fields.items()}
            yield from [named[step]] if step in named else []
        else:
            yield get_args(one)[-1]


def _is_model(what: Any) -> bool:
    return isinstance(what, type) and issubclass(what, BaseModel)
