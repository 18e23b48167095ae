"""Kinds: the ways of answering. Each is one folder here, which holds all that is special about it."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from quiz.domain.drawing import shuffle
from quiz.domain.items.answers import Arrangement
from quiz.domain.items.item import Item
from quiz.domain.items.question import Question


@dataclass(frozen=True)
class Kind:
    """A way of answering: how an item is written for it, what is delivered of it, and how its parts are arranged.

    Its folder also has `template.html` (the answer's part of a page), `example.yaml` (the example of the authoring
    guide), `skeleton.yaml` (what a new item begins with), and `style.css` and `script.mjs` where it needs them.
    """

    order: int
    """Where it stands among the kinds, wherever they are listed."""
    item: type[Item]
    question: type[Question]
    arrange: Callable[[int, random.Random], Arrangement] = shuffle
    """Draws the order in which one attempt shows a question with so many parts."""

    @property
    def name(self) -> str:
        """What authors write as `kind`."""
        return self.question.kind

    @property
    def folder(self) -> Path:
        """Where all that belongs to it is."""
        return Path(__file__).with_name(re.sub(r"\W", "_", self.name))
