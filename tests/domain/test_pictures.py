"""Pictures: only pixels are kept, whatever else a file holds, and only of formats that cannot hold programs."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.pictures import MOST_BYTES, NoPicture, read_picture
from tests.factories import jpeg, png


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def test_a_picture_has_its_size_and_is_the_same_when_it_is_read_again() -> None:
    for data, format in ((png(3, 2), "png"), (jpeg(), "jpg")):
        found = read_picture(data)
        assert found.format == format
        assert (found.width, found.height) == ((3, 2) if format == "png" else (1, 1))
        assert read_picture(found.data) == found


@pytest.mark.parametrize(
    "extra",
    [chunk(b"tEXt", b"key\0secret"), chunk(b"eXIf", b"GPS secret"), chunk(b"iTXt", b"secret"), chunk(b"acTL", b"x")],
)
def test_nothing_but_pixels_of_a_png_is_kept(extra: bytes) -> None:
    plain = png(3, 2)
    begin = plain.index(b"IDAT") - 4
    assert read_picture(plain[:begin] + extra + plain[begin:]) == read_picture(plain)
    assert read_picture(plain + b"<script>alert(1)</script>PK\x03\x04") == read_picture(plain)


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xFE])
def test_nothing_but_pixels_of_a_jpeg_is_kept(marker: int) -> None:
    plain = jpeg()
    assert read_picture(plain[:2] + segment(marker, b"Exif\0\0secret") + plain[2:]) == read_picture(plain)
    assert read_picture(plain + b"<?php secret ?>") == read_picture(plain)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xef\xbb\xbf<svg/>",
        b"GIF89a" + b"\0" * 50,
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"%PDF-1.7",
        b"<!doctype html>",
        png(3, 2)[:40],
        png(3, 2)[:-6],
        png(3, 2).replace(b"IHDR", b"IHDX"),
        png(3, 2).replace(b"IDAT", b"tEXt"),
        png(4001, 1),
        jpeg()[:30],
        jpeg()[:-20],
        b"\xff\xd8\xff\xd9",
        png(3, 2) + b"x" * MOST_BYTES,
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NoPicture, match="it "):
        read_picture(data)


@given(data=st.binary(max_size=200), place=st.integers(0, 60), begin=st.sampled_from([png(3, 2), jpeg(), b""]))
def test_no_bytes_break_the_reader(data: bytes, place: int, begin: bytes) -> None:
    with contextlib.suppress(NoPicture):
        found = read_picture(begin[:place] + data + begin[place:])
        assert read_picture(found.data) == found
