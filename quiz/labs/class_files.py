"""Compiled Java classes as they are in a file (JVM Specification, chapter 4): what they name, without running them."""

import struct
from dataclasses import dataclass
from typing import NamedTuple

_UTF8, _CLASS, _NAME_AND_TYPE = 1, 7, 12
_FIELD, _METHOD, _INTERFACE_METHOD = 9, 10, 11
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
"""Bytes of each kind of constant after its tag, except for texts."""
_TWO_PLACES = (5, 6)


class Member(NamedTuple):
    """A field or method that a class uses: whose it is, its name and its descriptor, as the class file writes them."""

    owner: str
    name: str
    descriptor: str


@dataclass(frozen=True)
class ClassFile:
    """What a class is, declares and uses; names have slashes: `java/lang/String`."""

    name: str
    supertypes: tuple[str, ...]
    declares: frozenset[str]
    """Names of its own fields and methods."""
    uses: frozenset[Member]


def read(code: bytes) -> ClassFile:
    """Read a class file. Raises ValueError or struct.error where it is not one that is known here."""
    constants, at = _constants(code)

    def name(index: int) -> str:
        return _text(constants, _number(constants, index))

    this, above, interfaces = struct.unpack_from(">xxHHH", code, at)
    at += 8
    supertypes = [above, *struct.unpack_from(f">{interfaces}H", code, at)]
    at += 2 * interfaces
    declared: set[str] = set()
    for _ in ("fields", "methods"):
        (count,) = struct.unpack_from(">H", code, at)
        at += 2
        for _ in range(count):
            which, attributes = struct.unpack_from(">xxHxxH", code, at)
            declared.add(_text(constants, which))
            at = _past_attributes(code, at + 8, attributes)
    uses = set()
    for tag, value in constants.values():
        if tag in (_FIELD, _METHOD, _INTERFACE_METHOD):
            owner, described = struct.unpack(">HH", value)
            called, descriptor = struct.unpack(">HH", constants[described][1])
            uses.add(Member(name(owner), _text(constants, called), _text(constants, descriptor)))
    return ClassFile(name(this), tuple(name(one) for one in supertypes if one), frozenset(declared), frozenset(uses))


def _constants(code: bytes) -> tuple[dict[int, tuple[int, bytes]], int]:
    """The constant pool, each constant by its number as (tag, bytes), and where it ends."""
    magic, count = struct.unpack_from(">IxxxxH", code)
    if magic != 0xCAFEBABE:
        raise ValueError("this is not a class file")
    constants: dict[int, tuple[int, bytes]] = {}
    number, at = 1, 10
    while number < count:
        tag = code[at]
        size = 2 + struct.unpack_from(">H", code, at + 1)[0] if tag == _UTF8 else _SIZES.get(tag)
        if size is None:
            raise ValueError(f"constants of kind {tag} are not known")
        constants[number] = (tag, code[at + 1 : at + 1 + size])
        at += 1 + size
        number += 2 if tag in _TWO_PLACES else 1
    return constants, at


def _number(constants: dict[int, tuple[int, bytes]], index: int) -> int:
    return int(struct.unpack(">H", constants[index][1])[0])


def _text(constants: dict[int, tuple[int, bytes]], index: int) -> str:
    return constants[index][1][2:].decode("utf-8", "surrogatepass")


def _past_attributes(code: bytes, at: int, count: int) -> int:
    for _ in range(count):
        at += 6 + struct.unpack_from(">xxI", code, at)[0]
    return at
