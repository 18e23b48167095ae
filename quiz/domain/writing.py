"""What people write by hand: scalars typed by the schema, and schema errors in the writer's own words."""

import difflib
import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from quiz.domain.source import Location, Node, SourceFile

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


# Every scalar is text to us; an editor takes 10 for a number and has to let it pass.
ANY_SCALAR = Field(json_schema_extra={"type": ["string", "number", "boolean"]})
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), ANY_SCALAR]
INLINE = "inline Markdown"
"""Marks a field whose text is read within a line as Markdown."""
Inline = Annotated[Text, INLINE]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), ANY_SCALAR]
Lang = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$", max_length=80)]
ObjectiveId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)]
Truth = Annotated[bool, BeforeValidator(_truth, json_schema_input_type=bool)]
Whole = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]
Why = Annotated[Inline, Field(description="why this is right, or which misconception it is and why it is wrong")]


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
    location = tuple(error["loc"])
    place = node.place(location)
    name = next((str(step) for step in reversed(location) if isinstance(step, str)), "")
    given = error.get("input")
    shown = f"`{given}`" if isinstance(given, str) and len(given) <= 40 else "this value"
    context = error.get("ctx", {})
    fields = _fields_at(model, location[:-1])
    described = (fields[name].description or "") if name in fields else ""
    hint = f": {described}" if described else ""
    match error["type"]:
        case "missing":
            source.report(*place, "missing", f"`{name}` is missing", f"add `{name}:`{hint}")
        case "extra_forbidden":
            report_unknown(source, place, name, fields)
        case "string_type":
            source.report(*place, "text", f"`{name}` has to be text", f"write one value{hint}; quote it if needed")
        case "list_type":
            source.report(*place, "list", f"`{name}` has to be a list", f"write one `- ` per entry{hint}")
        case "model_type" | "dict_type" | "model_attributes_type":
            source.report(*place, "mapping", f"`{name or 'this'}` has to be a mapping", "write `name: value` lines")
        case "too_short" | "too_long" | "string_too_short" | "string_too_long":
            limit = context.get("min_length", context.get("max_length"))
            least = "at least" if "min_length" in context else "at most"
            unit = "entries" if error["type"].startswith("too") else "characters"
            source.report(*place, "length", f"`{name}` needs {least} {limit} {unit}", f"see `{name}`{hint}")
        case "int_parsing" | "int_type" | "int_from_float":
            source.report(*place, "number", f"`{name}` has to be a whole number, not {shown}", f"write digits{hint}")
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            source.report(*place, "range", f"`{name}` has to be {bound}, not {shown}", f"change it{hint}")
        case "string_pattern_mismatch":
            message = f"{shown} is not a proper `{name}`"
            source.report(*place, "spelling", message, f"use lower case letters, digits, hyphens and dots{hint}")
        case "value_error":
            reason = str(context.get("error", error["msg"]))
            source.report(*place, "value", f"`{name or 'this'}` cannot be {shown}", reason + hint)
        case _:
            source.report(*place, "value", f"`{name}`: {error['msg'].lower()}", f"change it{hint}")


def report_unknown(source: SourceFile, place: tuple[int, int], name: str, fields: Iterable[str]) -> None:
    """Say that a field does not exist, and which was probably meant."""
    near = difflib.get_close_matches(name, list(fields), 1, 0.5)
    fix = f"did you mean `{near[0]}`?" if near else f"remove it, or use one of: {', '.join(fields)}"
    source.report(*place, "unknown-field", f"there is no field `{name}` here", fix)


def _fields_at(model: type[BaseModel], location: Location) -> dict[str, Any]:
    """The fields that may stand at a location, by the name the author writes."""
    for step in location:
        if isinstance(step, int):
            continue
        field_ = {(f.alias or n): f for n, f in model.model_fields.items()}.get(step)
        inner = next((a for a in getattr(field_.annotation, "__args__", ()) if _is_model(a)), None) if field_ else None
        if inner is None:
            return {}
        model = inner
    return {(f.alias or name): f for name, f in model.model_fields.items()}


def _is_model(what: Any) -> bool:
    return isinstance(what, type) and issubclass(what, BaseModel)
