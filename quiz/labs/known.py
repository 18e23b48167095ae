"""The labs there are. A new lab is one module, and one line here."""

from quiz.labs.base import Lab

_LABS: tuple[Lab, ...] = ()

LABS = {lab.name: lab for lab in _LABS}
"""By the word that `lab:` begins with."""
