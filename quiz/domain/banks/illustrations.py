"""Illustrations: the pictures that a bank's texts show, read from its folder `pictures`, and named by their content."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from quiz.domain.files import read_regular
from quiz.domain.pictures import MOST_BYTES, NoPicture, Picture, read_picture
from quiz.domain.source import Location

FOLDER = "pictures"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\.(png|jpe?g)")

_MARKDOWN = frozenset({"stem", "text", "prompt", "match", "why", "elsewhere"})
_PARTS = frozenset({"stem", "options", "statements", "sequence", "pairs", "decoys", "lines", "why", "elsewhere"})
"""The fields at the top of an item that hold Markdown; elsewhere a `text` is code."""
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^()\s]*)\)")

Fault = tuple[Location, str, str]


class Illustrations:
    """The pictures of one bank's folder. `shown` are those that its texts show, by their digests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._read: dict[str, Picture | str] = {}
        self.shown: dict[str, Picture] = {}

    def placed(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        """An item's data with every picture named by its content; and what is wrong: (location, message, fix)."""
        faults: list[Fault] = []
        return {
            name: self._placed(value, (name,), faults) if name in _PARTS else value for name, value in data.items()
        }, faults

    def _placed(self, value: Any, where: Location, faults: list[Fault]) -> Any:
        if isinstance(value, str):
            return self._text(value, where, faults) if where[-1] in _MARKDOWN else value
        if isinstance(value, list):
            return [self._placed(one, (*where, n), faults) for n, one in enumerate(value)]
        if isinstance(value, dict):
            return {name: self._placed(one, (*where, name), faults) for name, one in value.items()}
        return value

    def _text(self, text: str, where: Location, faults: list[Fault]) -> str:
        def named(found: re.Match[str]) -> str:
            picture = self._picture(found[1], found[2])
            if isinstance(picture, Picture):
                self.shown[picture.digest] = picture
                return f"![{found[1]}]({picture.reference})"
            faults.append((where, *picture))
            return found[0]

        return "".join(piece if is_code else _IMAGE.sub(named, piece) for piece, is_code in _pieces(text))

    def _picture(self, alternative: str, name: str) -> Picture | tuple[str, str]:
        """The picture of a file's name; or what is wrong with it: (message, fix)."""
        if not NAME.fullmatch(name):
            fix = f"put a PNG or JPEG into the folder `{FOLDER}` and name it; put code between backticks"
            return f"`{name}` names no picture of this bank", fix
        if not alternative.strip():
            return "the picture has no alternative text", "say between the brackets what it shows"
        if name not in self._read:
            self._read[name] = self._file(name)
        found = self._read[name]
        return found if isinstance(found, Picture) else (f"the picture `{name}` cannot be shown: {found}", "replace it")

    def _file(self, name: str) -> Picture | str:
        try:
            return read_picture(read_regular(self._folder / name, MOST_BYTES))
        except NoPicture as error:
            return str(error)
        except OSError as error:
            return error.strerror or "it cannot be read"


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in runs, each with whether it is code."""
    end = 0
    for code in _CODE.finditer(text):
        yield text[end : code.start()], False
        yield code[0], True
        end = code.end()
    yield text[end:], False
