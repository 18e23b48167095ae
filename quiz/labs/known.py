"""The labs there are. A new lab is one module, and one line here."""

from quiz.labs.base import Lab
from quiz.labs.http import HttpLab
from quiz.labs.java import JavaLab

_LABS: tuple[Lab, ...] = (HttpLab(), JavaLab())

LABS = {lab.name: lab for lab in _LABS}
"""By the word that `lab:` begins with."""
