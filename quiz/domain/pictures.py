"""Pictures: what may be shown in a question. Only pixels are kept: PNG and JPEG, taken apart and put together again.

What a file holds beside its pixels (texts, places, previews, profiles, whatever follows the end) is left out, so that
it can neither give away a key nor be anything but a picture. Drawings that can hold programs are refused, as SVG is.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

MOST_BYTES = 500_000
MOST_PIXELS = 4000
"""The most pixels a picture may be wide or high."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"cHRM", b"sBIT"})
_JPEG = b"\xff\xd8\xff"
_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_JPEG_PIXELS = _JPEG_FRAMES | {0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE}
REFERENCE = re.compile(r"picture:([0-9a-f]{64})\.(png|jpg)#([1-9][0-9]{0,3})x([1-9][0-9]{0,3})")
"""How a text refers to a picture: by the hash of its content, its format, its width and height."""


class NoPicture(ValueError):
    """A file that is not a picture that may be shown; the message says why."""


@dataclass(frozen=True)
class Picture:
    """The content of a picture, its format (`png` or `jpg`), and its size in pixels."""

    data: bytes
    format: str
    width: int
    height: int

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, as hex: its name for ever."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def reference(self) -> str:
        return f"picture:{self.digest}.{self.format}#{self.width}x{self.height}"


def read_picture(data: bytes) -> Picture:
    """The picture that a file holds. Raises NoPicture."""
    if len(data) > MOST_BYTES:
        raise NoPicture(f"it has {len(data):,} bytes; {MOST_BYTES:,} is the limit")
    try:
        if data.startswith(_PNG):
            return _bounded(_png(data))
        if data.startswith(_JPEG):
            return _bounded(_jpeg(data))
    except (struct.error, IndexError) as error:
        raise NoPicture("it is damaged: it ends too early") from error
    raise NoPicture("it is neither PNG nor JPEG")


def _bounded(picture: Picture) -> Picture:
    if not (0 < picture.width <= MOST_PIXELS and 0 < picture.height <= MOST_PIXELS):
        raise NoPicture(f"it is {picture.width} by {picture.height} pixels; {MOST_PIXELS} is the limit")
    return picture


def _png(data: bytes) -> Picture:
    """A PNG (ISO/IEC 15948) of its critical chunks and those that say how its colours are meant."""
    kept, kinds = [_PNG], []
    for kind, body in _chunks(data):
        if kind in _PNG_PIXELS:
            kinds.append(kind)
            kept.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise NoPicture("it is damaged: a part of it is missing")
    width, height = struct.unpack(">II", kept[1][8:16])
    return Picture(b"".join(kept), "png", width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        (stated,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        if zlib.crc32(kind + body) != stated:
            raise NoPicture("it is damaged: a checksum is wrong")
        yield kind, body
        place += 12 + length


def _jpeg(data: bytes) -> Picture:
    """A JPEG (ITU-T T.81) of the segments that hold pixels; those of cameras and programs are left out."""
    kept, place, size = [b"\xff\xd8"], 2, None
    while True:
        marker = data[place + 1]
        if data[place] != 0xFF:
            raise NoPicture("it is damaged: a segment does not begin where it should")
        if marker == 0xD9:
            break
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        end = place + 2 + length
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            size = (width, height)
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        if marker in _JPEG_PIXELS:
            kept.append(data[place:end])
        place = end
    if size is None:
        raise NoPicture("it is damaged, or is a kind of JPEG that few browsers show")
    return Picture(b"".join(kept) + b"\xff\xd9", "jpg", *size)


_NEXT_SEGMENT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the pixels end that follow a scan's header: at the next marker that is not one of theirs."""
    found = _NEXT_SEGMENT.search(data, place)
    if found is None:
        raise NoPicture("it is damaged: it ends too early")
    return found.start()
