"""The labs there are. A new lab is one module, and one line here."""

from quiz.labs.base import Lab
from quiz.labs.browser import BrowserLab
from quiz.labs.http import HttpLab
from quiz.labs.java import JavaLab
from quiz.labs.servlet import ServletLab
from quiz.labs.spring import SpringLab

_LABS: tuple[Lab, ...] = (BrowserLab(), HttpLab(), JavaLab(), ServletLab(), SpringLab())

LABS = {lab.name: lab for lab in _LABS}
"""By the word that `lab:` begins with."""
