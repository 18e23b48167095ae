"""What is refused of a document before anything looks inside it."""

import io
import zipfile
from pathlib import PurePath

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 2_000
MOST_PAGES = 60
"""Pages of a PDF; a job description has a few."""

SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".odt", ".pdf")


class Unreadable(Exception):
    """A document that is not read; the message says why, and what to do, in a sentence."""


def kind_of(data: bytes, name: str) -> str:
    """What a document is, by its first bytes, and by its name where these do not tell. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file has {len(data) / 1_048_576:.0f} MB, but at most 5 MB can be read: paste the text.")
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "The file is locked with a password, or in Word's old format: save it as .docx, or paste the text."
        )
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    suffix = PurePath(name).suffix.lower()
    if suffix in (".html", ".htm") or data.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html")):
        return ".html"
    if suffix not in (".txt", ".md", ""):
        raise Unreadable(f"Files that end in {suffix[:12]} are not read. Use {', '.join(SUFFIXES)}, or paste the text.")
    return ".txt"


def _kind_of_archive(data: bytes) -> str:
    """Which of the documents that are archives this is. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable("The file is damaged: open it, save it again, or paste the text.") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("The file unpacks to far more than a job description: paste the text.")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The file is locked with a password: remove the password, or paste the text.")
    names = {part.filename for part in parts}
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        raise Unreadable("The file contains macros, which are programs: save it without them, or paste the text.")
    if "word/document.xml" in names:
        return ".docx"
    if "content.xml" in names:
        return ".odt"
    raise Unreadable("This kind of file cannot be read. Use .docx, .odt or .pdf, or paste the text.")
