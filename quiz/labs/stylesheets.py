"""Sass and Less: stylesheets that are compiled; what they print is the CSS."""

from collections.abc import Iterator
from contextlib import contextmanager

from quiz.labs import npm
from quiz.labs.base import Lab, Worker
from quiz.labs.javascript import JavaScriptLab, node_program
from quiz.labs.processes import HARNESS, process_worker

_SET = "stylesheets"


class _StylesheetLab(Lab):
    """What both have in common: a compiler in JavaScript, of which candidates see the output."""

    releases = ("",)
    harness = 1
    fetches = "the compilers of Sass and Less, by npm"

    def environment(self, release: str) -> str:
        npm.packages(_SET)
        return f"{self.name.capitalize()} {npm.version(_SET, self.name)} on {JavaScriptLab().environment('')}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        node, packages = node_program(), npm.packages(_SET)
        run = [str(node), str(HARNESS / "run_stylesheet.cjs"), self.name, str(packages)]
        with process_worker(run, f"style.{self.name}", [node, packages]) as worker:
            yield worker

    def fetch(self) -> Iterator[str]:
        yield from npm.fetch(_SET)


class SassLab(_StylesheetLab):
    """Sass, in its SCSS syntax or, without braces, the indented one."""

    name = "sass"
    languages = frozenset({"scss", "sass"})


class LessLab(_StylesheetLab):
    """Less."""

    name = "less"
    languages = frozenset({"less"})
