"""The kinds of item on pages: all that a page needs of one is in the folder of its kind."""

from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, FileSystemLoader, PrefixLoader

from quiz.domain.items import KINDS

STYLE_SHEET = "kinds.css"
"""The name of the static file that holds the styles of all kinds."""


def loader() -> BaseLoader:
    """Finds the templates of the kinds."""
    return PrefixLoader({kind.folder.name: FileSystemLoader(kind.folder) for kind in KINDS.values()})


def template(kind: str) -> str:
    """The name of the template that shows a question of a kind."""
    return f"{KINDS[kind].folder.name}/template.html"


def listing(kind: str) -> list[str]:
    """The templates that show the listing of a question of a kind: the kind's own, or the one for all."""
    return [f"{KINDS[kind].folder.name}/listing.html", "components/listing.html"]


def script(kind: str) -> str | None:
    """The name of the static file with the module of a kind, where it has one."""
    name = f"kinds/{KINDS[kind].folder.name}.mjs"
    return name if name in scripts() else None


@cache
def scripts() -> dict[str, Path]:
    """The modules of the kinds that have one, by the name of the static file."""
    return {f"kinds/{path.parent.name}.mjs": path for path in _those_there("script.mjs")}


def style_sheet() -> str:
    """The styles of all kinds, one after the other."""
    return "\n".join(path.read_text(encoding="utf-8") for path in _those_there("style.css"))


def files() -> list[Path]:
    """Everything of the kinds that browsers are sent."""
    return _those_there("style.css") + _those_there("script.mjs")


def _those_there(name: str) -> list[Path]:
    return [path for kind in KINDS.values() if (path := kind.folder / name).is_file()]
