"""The words of each format, a line for a paragraph, a heading or an entry of a list."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from xml.parsers import expat

from quiz.documents.limits import MOST_PAGES, MOST_UNPACKED, Unreadable

_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS = _HEADINGS | frozenset(
    re.findall(
        r"\S+",
        "address article aside blockquote br dd div dl dt fieldset footer form header hr main nav ol p pre section "
        "table td th tr ul li",
    )
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head", "title"})


class _Words(HTMLParser):
    """The words of a page, without what is not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in _BLOCKS:
            self.pieces.append("\n\n" if tag in _HEADINGS else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html(data: bytes) -> str:
    """The words of an HTML page."""
    words = _Words()
    words.feed(plain(data))
    words.close()
    return "".join(words.pieces)


def plain(data: bytes) -> str:
    """Text in the encoding that it was most likely written in. Raises Unreadable."""
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("The file is not text: save it as UTF-8, or paste the text.")


def docx(data: bytes) -> str:
    """The words of a Word document."""
    import mammoth  # noqa: PLC0415 - only the process that reads documents pays for what reads them

    return html(mammoth.convert_to_html(io.BytesIO(data)).value.encode())


def pdf(data: bytes) -> str:
    """The words of a PDF, page by page. Raises Unreadable."""
    import pypdf  # noqa: PLC0415 - as above

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Unreadable("The PDF is locked with a password: remove the password, or paste the text.")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"The PDF has more than {MOST_PAGES} pages: it is not a job description. Paste the text.")
        text = "\n".join(page.extract_text() for page in reader.pages)
    except pypdf.errors.PyPdfError:
        raise Unreadable("The PDF is damaged: paste the text.") from None
    if not text.strip():
        raise Unreadable("The PDF contains pictures but no text: paste the text.")
    return text


def odt(data: bytes) -> str:
    """The words of an OpenDocument text. Raises Unreadable."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as part:
        content = part.read(MOST_UNPACKED)
    pieces: list[str] = []
    parser = expat.ParserCreate()

    def begin(tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "text:h":
            pieces.append("\n\n")
        elif tag == "text:list-item":
            pieces.append("\n- ")
        elif tag in ("text:tab", "text:s"):
            pieces.append(" ")
        elif tag == "text:line-break" or (tag == "text:p" and pieces[-1:] != ["\n- "]):
            pieces.append("\n")

    def end(tag: str) -> None:
        if tag in ("text:p", "text:h"):
            pieces.append("\n")

    def refuse(*_declared: object) -> None:
        raise Unreadable("The file declares entities, which no word processor needs: paste the text.")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
    return "".join(pieces)


READERS: Mapping[str, Callable[[bytes], str]] = {
    ".txt": plain, ".html": html, ".docx": docx, ".odt": odt, ".pdf": pdf,
}  # fmt: skip
"""What reads each kind of document."""
