"""The labs there are. A new lab is one module, and one line here."""

from quiz.labs.base import Lab
from quiz.labs.browser import BrowserLab
from quiz.labs.http import HttpLab
from quiz.labs.java import JavaLab
from quiz.labs.javascript import JavaScriptLab
from quiz.labs.python import PythonLab
from quiz.labs.servlet import ServletLab
from quiz.labs.shell import ShellLab
from quiz.labs.spark import SparkLab
from quiz.labs.spring import SpringLab
from quiz.labs.sql import SqlLab
from quiz.labs.stylesheets import LessLab, SassLab

_LABS: tuple[Lab, ...] = (
    BrowserLab(),
    HttpLab(),
    JavaLab(),
    JavaScriptLab(),
    LessLab(),
    PythonLab(),
    SassLab(),
    ServletLab(),
    ShellLab(),
    SparkLab(),
    SpringLab(),
    SqlLab(),
)

LABS = {lab.name: lab for lab in _LABS}
"""By the word that `lab:` begins with."""


def releases() -> dict[str, tuple[str, ...]]:
    """What may follow the word of each lab in `lab:`."""
    return {name: lab.releases for name, lab in LABS.items()}
