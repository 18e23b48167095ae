"""Regular expressions in time that grows with the text alone, whatever an author writes.

Python's own engine tries one way after the other, and `^(a+)+$` has more ways than anybody can wait for. Here all ways
are followed at once (Thompson 1968, Communications of the ACM 11, 419-422), so a character costs one step for each
state. The syntax is Python's, as far as it is regular: no backreferences, and lookahead only at the very beginning.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

MOST_STATES = 500
MOST_CHARACTERS = 100_000
_MOST_DEEP = 40
_NOT_REGULAR = "backreferences, conditions, atomic groups and possessive repeats are not known here"
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[dDsSwWnrtfva]|[^0-9a-zA-Z])", re.DOTALL)
_REPEAT = re.compile(r"([*+?]|\{(?:(\d+)(,)?(\d*)|,(\d+))\})([?+]?)")
_FLAGS = re.compile(r"\(\?([ims]+)\)")
_FLAG = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_ASSERTED = {"^": "^", "$": "$", r"\b": "b", r"\B": "B", r"\A": "A", r"\Z": "Z"}
_PLAIN = frozenset(r"*+?{|([\^$.")


class UnknownSyntax(ValueError):
    """An expression that is not regular, or too large; the message says why."""


@dataclass
class _State:
    """A state: it takes a character that `takes` knows, or holds where `asserts` does, or leads on by itself."""

    takes: int | None = None
    asserts: str | None = None
    next: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Machine:
    """States, of which the first begins, and one that is reached where the expression matches."""

    states: Sequence[_State]
    start: int
    end: int


@dataclass(frozen=True)
class Pattern:
    """An expression that can be looked for. `ahead` are what has to match at the beginning of the text, or must not."""

    machine: _Machine
    ahead: Sequence[tuple[bool, _Machine]]
    takers: Sequence[Callable[[str], object]]
    multiline: bool

    def is_in(self, text: str) -> bool:
        """Whether the text holds a match. Raises UnknownSyntax where the text is too long to be searched."""
        if len(text) > MOST_CHARACTERS:
            raise UnknownSyntax(f"the text has more than {MOST_CHARACTERS:,} characters")
        known: dict[tuple[int, str], bool] = {}
        for expected, machine in self.ahead:
            if self._runs(machine, text, known, anywhere=False) is not expected:
                return False
        return self._runs(self.machine, text, known, anywhere=True)

    def _runs(self, machine: _Machine, text: str, known: dict[tuple[int, str], bool], anywhere: bool) -> bool:
        """Follow all states over the text; begin at each of its characters, or at the first alone."""
        states = machine.states
        now: set[int] = set()
        for place in range(len(text) + 1):
            if anywhere or place == 0:
                now.add(machine.start)
            reached = self._closure(states, now, text, place)
            if machine.end in reached:
                return True
            if place == len(text) or not (reached or anywhere):
                return False
            now = {
                follower
                for state in reached
                if (taker := states[state].takes) is not None and self._takes(taker, text[place], known)
                for follower in states[state].next
            }
        return False

    def _takes(self, taker: int, character: str, known: dict[tuple[int, str], bool]) -> bool:
        found = known.get((taker, character))
        if found is None:
            found = known[taker, character] = self.takers[taker](character) is not None
        return found

    def _closure(self, states: Sequence[_State], begun: set[int], text: str, place: int) -> set[int]:
        """All states that are reached from some without taking a character."""
        reached, waiting = set(begun), list(begun)
        while waiting:
            state = states[waiting.pop()]
            if state.takes is not None or (state.asserts and not self._holds(state.asserts, text, place)):
                continue
            for follower in state.next:
                if follower not in reached:
                    reached.add(follower)
                    waiting.append(follower)
        return reached

    def _holds(self, what: str, text: str, place: int) -> bool:
        match what:
            case "A":
                return place == 0
            case "Z":
                return place == len(text)
            case "^":
                return place == 0 or (self.multiline and text[place - 1] == "\n")
            case "$":
                at_end = place == len(text) or (place == len(text) - 1 and text[place] == "\n")
                return at_end or (self.multiline and text[place] == "\n")
        before = place > 0 and _is_word(text[place - 1])
        after = place < len(text) and _is_word(text[place])
        # As Python up to 3.13: an empty text has no place that is not a boundary either.
        return before != after if what == "b" else before == after and text != ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


@lru_cache(maxsize=1000)
def pattern(expression: str) -> Pattern:
    """An expression, ready to be looked for. Raises UnknownSyntax."""
    return _Reader(expression).read()


class _Reader:
    """One reading of an expression, from left to right."""

    def __init__(self, expression: str) -> None:
        flags = _FLAGS.match(expression)
        self.flags = sum(_FLAG[letter] for letter in set(flags[1])) if flags else 0
        self.text = expression
        self.place = flags.end() if flags else 0
        self.states: list[_State] = []
        self.takers: list[Callable[[str], object]] = []
        self.ahead: list[tuple[bool, _Machine]] = []

    def read(self) -> Pattern:
        try:
            re.compile(self.text)
        except (re.error, OverflowError, RecursionError) as error:
            raise UnknownSyntax(f"this is not a regular expression: {error}") from error
        anchor = next((mark for mark in (r"\A", "^") if self.text.startswith(mark, self.place)), "")
        if anchor and self.text.startswith(("(?=", "(?!"), self.place + len(anchor)):
            if anchor == "^" and self.flags & re.MULTILINE:
                raise UnknownSyntax(r"with (?m), lookahead begins with \A")
            self.place += len(anchor)
            self._read_ahead()
            machine = self._machine(anchored=True)
        else:
            machine = self._machine()
        if self.place < len(self.text):
            raise UnknownSyntax(_NOT_REGULAR)
        return Pattern(machine, tuple(self.ahead), tuple(self.takers), bool(self.flags & re.MULTILINE))

    def _read_ahead(self) -> None:
        """What has to follow at the beginning, or must not."""
        while self.text.startswith(("(?=", "(?!"), self.place):
            expected = self.text[self.place + 2] == "="
            self.place += 3
            self.ahead.append((expected, self._machine(depth=1)))
            self.place += 1

    def _machine(self, depth: int = 0, anchored: bool = False) -> _Machine:
        start = self._add(_State(asserts="A") if anchored else _State())
        outer = self.place
        first, last = self._either(depth)
        if anchored and depth == 0 and "|" in self._top_level(outer):
            raise UnknownSyntax("lookahead comes before all alternatives: put them in a group")
        end = self._add(_State())
        self.states[start].next.append(first)
        self.states[last].next.append(end)
        return _Machine(self.states, start, end)

    def _top_level(self, begin: int) -> str:
        """What was read since, without groups and classes."""
        text, depth, found = self.text[begin : self.place], 0, ""
        for part in re.findall(rf"{_CLASS.pattern}|\\.|.", text, re.DOTALL):
            depth += (part == "(") - (part == ")")
            found += part if depth == 0 else ""
        return found

    def _add(self, state: _State) -> int:
        if len(self.states) >= MOST_STATES:
            raise UnknownSyntax(f"the expression is too large: written out, its repeats have over {MOST_STATES} states")
        self.states.append(state)
        return len(self.states) - 1

    def _either(self, depth: int) -> tuple[int, int]:
        """Alternatives: where they begin and where they end."""
        if depth > _MOST_DEEP:
            raise UnknownSyntax("the groups of the expression are nested too deeply")
        start, end = self._add(_State()), self._add(_State())
        while True:
            first, last = self._sequence(depth)
            self.states[start].next.append(first)
            self.states[last].next.append(end)
            if not self.text.startswith("|", self.place):
                return start, end
            self.place += 1

    def _sequence(self, depth: int) -> tuple[int, int]:
        start = end = self._add(_State())
        while self.place < len(self.text) and self.text[self.place] not in "|)":
            first, last = self._repeated(depth)
            self.states[end].next.append(first)
            end = last
        return start, end

    def _repeated(self, depth: int) -> tuple[int, int]:
        """An atom as often as its repeat says; written out again for each time that it has to be there."""
        begin = self.place
        first, last = self._atom(depth)
        repeat = _REPEAT.match(self.text, self.place)
        if repeat is None:
            return first, last
        if repeat[6] == "+":
            raise UnknownSyntax(_NOT_REGULAR)
        least, most = _bounds(repeat)
        pieces: list[tuple[int, int]] = [(first, last)]
        for _ in range(max(least, most or 0, 1) - 1):
            self.place = begin
            pieces.append(self._atom(depth))
        self.place = repeat.end()
        return self._chained(pieces, least, most)

    def _chained(self, pieces: Sequence[tuple[int, int]], least: int, most: int | None) -> tuple[int, int]:
        start, end = self._add(_State()), self._add(_State())
        place = start
        for number, (first, last) in enumerate(pieces, start=1):
            if number > least:
                self.states[place].next.append(end)
            if most is None or number <= most:
                self.states[place].next.append(first)
                place = last
        self.states[place].next.append(end)
        if most is None:
            self.states[place].next.append(pieces[-1][0])
        return start, end

    def _atom(self, depth: int) -> tuple[int, int]:
        if group := _GROUP.match(self.text, self.place):
            self.place = group.end()
            found = self._either(depth + 1)
            self.place += 1
            return found
        for mark, name in _ASSERTED.items():
            if self.text.startswith(mark, self.place):
                self.place += len(mark)
                one = self._add(_State(asserts=name))
                return one, one
        return self._one_character()

    def _one_character(self) -> tuple[int, int]:
        """What takes one character is left to Python: that cannot take long, and is right in every case."""
        written = _CLASS.match(self.text, self.place) or _ESCAPE.match(self.text, self.place)
        source = written[0] if written else self.text[self.place]
        if written is None and source in "\\()":
            raise UnknownSyntax(_NOT_REGULAR)
        self.place += len(source)
        # A brace that begins no repeat, and the like, stands for itself.
        taker = re.compile(source if written or source == "." else re.escape(source), self.flags)
        self.takers.append(taker.fullmatch)
        end = self._add(_State())
        return self._add(_State(takes=len(self.takers) - 1, next=[end])), end


def _bounds(repeat: re.Match[str]) -> tuple[int, int | None]:
    """The least and the greatest number of a repeat; None for no greatest."""
    if repeat[1] in ("*", "+", "?"):
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[repeat[1]]
    if repeat[5] is not None:
        return 0, int(repeat[5])
    least = int(repeat[2])
    if not repeat[3]:
        return least, least
    return least, int(repeat[4]) if repeat[4] else None


def is_in(expression: str, text: str) -> bool:
    """Whether a text holds a match of an expression. Raises UnknownSyntax."""
    return expression in text if _PLAIN.isdisjoint(expression) else pattern(expression).is_in(text)
