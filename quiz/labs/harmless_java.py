"""Which Java programs may share a virtual machine: those that use nothing but what is known to change nothing of it.

The compiled classes are looked at from outside, before they run, so that no program has a say in it. The rule allows
what `harmless_java.txt` names and nothing else: what it does not know runs alone. A program comes as source text, so
its classes hold only what a compiler makes; whatever they use of the library is named in their constant pools.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quiz.labs.class_files import ClassFile, Member, read

OWN = "quiz/asked/"
"""The package of the class that a lab adds to a program, to take the value of an expression."""
_LIST = Path(__file__).with_suffix(".txt")
_LATER = frozenset({"finalize"})
"""Methods of a program that the virtual machine may call when the program has ended."""
_ANYWHERE = re.compile(r"parallel")
"""Names that start threads wherever they are."""
_SUPERTYPES = frozenset(
    {
        *("java/lang/Object", "java/lang/Record", "java/lang/Enum", "java/lang/Number", "java/lang/Throwable"),
        *("java/lang/CharSequence", "java/lang/Comparable", "java/lang/Iterable", "java/lang/Runnable"),
        *("java/lang/AutoCloseable", "java/lang/Cloneable", "java/lang/annotation/Annotation", "java/io/Closeable"),
        *("java/io/Serializable", "java/io/InputStream", "java/io/OutputStream", "java/io/Reader", "java/io/Writer"),
        *("java/util/concurrent/Callable", "java/util/RandomAccess"),
    }
)
_SUPERTYPE = re.compile(
    r"java/(lang|io|util)/\w*(Exception|Error)|java/util/function/\w+|"
    r"java/util/(\w*(Map|Set|List|Deque|Queue|Collection|Iterator|Vector|Stack|Comparator)|Map\$Entry)"
)


@dataclass(frozen=True)
class _Rule:
    """One line of the list."""

    classes: re.Pattern[str]
    most: bool
    """Whether everything is allowed except what is named, rather than only what is named."""
    names: frozenset[str]
    beginnings: tuple[str, ...]

    def allows(self, member: Member) -> bool:
        named = member.name in self.names or f"{member.name}{member.descriptor}".startswith(self.beginnings)
        return named != self.most


def reason_to_run_alone(classes: Mapping[str, bytes]) -> str | None:
    """What in a program's classes is not known to leave its virtual machine as it was; None where all of it is."""
    try:
        own = {one.name: one for one in map(read, classes.values())}
    except (ValueError, KeyError, IndexError, struct.error):
        return "a class that cannot be read"
    return next(_reasons(own), None)


def _reasons(own: Mapping[str, ClassFile]) -> Iterator[str]:
    for one in own.values():
        if later := one.declares & _LATER:
            yield f"{one.name}.{min(later)}"
        for above in one.supertypes:
            if above not in own and above not in _SUPERTYPES and not _SUPERTYPE.fullmatch(above):
                yield above
        for member in sorted(one.uses):
            if not _is_own(member, own) and not _allowed(member):
                yield f"{member.owner}.{member.name}"


def _is_own(member: Member, own: Mapping[str, ClassFile]) -> bool:
    """Whether a member is the program's, and not one that its class has from the library."""
    if member.owner.startswith(OWN):
        return True
    one = own.get(member.owner)
    if one is None:
        return False
    if member.name in one.declares:
        return True
    above = [type for type in one.supertypes if type in own]
    return any(_is_own(member._replace(owner=type), own) for type in above) or all(
        # Inherited then: supertypes are whole in the list, so that a name decides.
        not _ANYWHERE.match(member.name) and _allowed(member._replace(owner=type))
        for type in _roots(one, own)
    )


def _roots(one: ClassFile, own: Mapping[str, ClassFile]) -> list[str]:
    """The types of the library that a class builds on."""
    return [root for type in one.supertypes for root in (_roots(own[type], own) if type in own else [type])]


@cache
def _allowed(member: Member) -> bool:
    if member.owner.startswith("["):
        # For arrays javac writes nothing but clone.
        return True
    if _ANYWHERE.match(member.name):
        return False
    rule = next((rule for rule in _rules() if rule.classes.fullmatch(member.owner)), None)
    return rule is not None and rule.allows(member)


@cache
def _rules() -> tuple[_Rule, ...]:
    rules = []
    for line in _LIST.read_text(encoding="ascii").splitlines():
        classes, colon, words = line.partition(": ")
        if line.startswith("#") or not colon:
            continue
        most = words.split()[0] == "*"
        members = [word.removeprefix("-") if most else word for word in words.split() if word != "*"]
        names = frozenset(word for word in members if "(" not in word)
        pattern = re.compile(re.escape(classes).replace(r"\*", "[^/]*"))
        rules.append(_Rule(pattern, most, names, tuple(word for word in members if "(" in word)))
    return tuple(rules)
