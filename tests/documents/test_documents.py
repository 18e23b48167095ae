"""Documents: their words are read, and hostile ones are refused in a sentence."""

import io
import zipfile
from collections.abc import Mapping

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.documents import Unreadable, document_text
from quiz.documents.formats import READERS
from quiz.documents.reading import read

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return packed.getvalue()


def docx(body: str, head: str = "", **more: str | bytes) -> bytes:
    """A Word document with this body; `more` are further parts, a slash in their names written as two underscores."""
    parts = {name.replace("__", "/"): content for name, content in more.items()}
    document = f"<?xml version='1.0'?>{head}<w:document {W}><w:body>{body}</w:body></w:document>"
    return archive({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document} | parts)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, head: str = "") -> bytes:
    content = f"<?xml version='1.0'?>{head}<office:document-content {ODF}><office:body>{body}</office:body>"
    return archive({"content.xml": f"{content}</office:document-content>"})


def pdf(lines: list[str], pages: int = 1) -> bytes:
    """A PDF that shows these lines on its first page."""
    text = b" ".join(b"(%s) Tj T*" % line.encode("latin-1") for line in lines)
    stream = b"BT /F 12 Tf 14 TL 40 700 Td %s ET" % text
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>%s>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        *(page % (b"/Contents 4 0 R" if not n else b"") for n in range(pages)),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return made + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def lines(data: bytes, name: str) -> list[str]:
    return [" ".join(line.split()) for line in document_text(data, name).splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("Requirements\n- Java & Kotlin\n- “Spring”\n".encode(), "posting.txt"),
        ("Requirements\n- Java & Kotlin\n- “Spring”\n".encode(), ""),
        ("\ufeffRequirements\r\n- Java & Kotlin\r\n- “Spring”".encode(), "posting.md"),
        ("Requirements\n- Java & Kotlin\n- “Spring”".encode("utf-16"), "posting.txt"),
        ("Requirements\n- Java & Kotlin\n- “Spring”".encode("cp1252"), "posting.txt"),
        (
            "<!doctype html><title>No</title><script>no()</script><style>no{}</style><h2>Requirements</h2>"
            "<ul><li>Java &amp; <b>Kotlin</b></li><li>“Spring”</ul>".encode(),
            "page.html",
        ),
        (
            docx(
                paragraph("Requirements")
                + "<w:p><w:r><w:t>- Java</w:t></w:r><w:r><w:t xml:space='preserve'> &amp; Kotlin</w:t></w:r></w:p>"
                + paragraph("- “Spring”")
            ),
            "posting.docx",
        ),
        (
            odt(
                "<text:h>Requirements</text:h><text:list><text:list-item><text:p>Java<text:s/>&amp; <text:span>Kotlin"
                "</text:span></text:p></text:list-item><text:list-item><text:p>“Spring”</text:p></text:list-item></text:list>"
            ),
            "posting.odt",
        ),
        (pdf(["Requirements", "- Java & Kotlin", "- \x93Spring\x94"]), "posting.pdf"),
    ],
)  # fmt: skip
def test_the_words_of_every_format_are_read(data: bytes, name: str) -> None:
    assert lines(data, name) == ["Requirements", "- Java & Kotlin", "- “Spring”"]


def test_what_a_file_is_counts_and_not_what_it_is_called() -> None:
    assert lines(docx(paragraph("Java")), "posting.txt") == ["Java"]
    assert lines(pdf(["Java"]), "posting.docx") == ["Java"]


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 20}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
SECRET = "<!DOCTYPE x [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>"


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf(["Java"])))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"x" * (6 * 1024 * 1024), "posting.txt", "The file has 6 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "posting.doc", "or in Word's old format"),
        (b"PK\x03\x04 and no more", "posting.docx", "The file is damaged"),
        (archive({"xl/workbook.xml": ""}), "sheet.xlsx", "This kind of file cannot be read"),
        (archive({"word/document.xml": bytes(50 * 1024 * 1024)}), "bomb.docx", "unpacks to far more"),
        (archive({f"word/{n}.xml": "" for n in range(3000)}), "many.docx", "unpacks to far more"),
        (
            docx(paragraph("Java"), word__vbaProject_bin=b"", **{"word/vbaProject.bin": b"x"}),
            "a.docm",
            "contains macros",
        ),
        (docx("<w:p>"), "posting.docx", "The file is damaged"),
        (docx(paragraph("&i;"), LAUGHS), "laughs.docx", "The file is damaged"),
        (odt("<text:p>&i;</text:p>", LAUGHS), "laughs.odt", "declares entities"),
        (odt("<text:p>&secret;</text:p>", SECRET), "secret.odt", "declares entities"),
        (pdf(["Java"], pages=500), "long.pdf", "more than 60 pages"),
        (encrypted(), "locked.pdf", "locked with a password"),
        (pdf([]), "scan.pdf", "pictures but no text"),
        (b"%PDF-1.4 and no more", "posting.pdf", "The PDF is damaged"),
        (b"MZ\x90\x00", "setup.exe", "Files that end in .exe are not read"),
    ],
)
def test_what_cannot_or_should_not_be_read_is_refused_in_a_sentence(data: bytes, name: str, told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        document_text(data, name)
    assert told in str(refused.value)
    assert str(refused.value).endswith(".")


def test_no_file_of_the_server_comes_back_in_a_document() -> None:
    try:
        text = document_text(docx(paragraph("Java &secret;"), SECRET), "posting.docx")
    except Unreadable:
        return
    assert "root:" not in text


def test_a_reader_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quiz.documents.reading._SECONDS", -4.99)  # No process starts in what is left.
    with pytest.raises(Unreadable, match="made to be hard to read"):
        document_text(pdf(["Java"] * 5000), "posting.pdf")


def test_the_process_that_reads_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZ_SECRET_KEY", "do not tell")
    seen: dict[str, object] = {}

    def run(*_command: object, **options: object) -> object:
        seen.update(options)
        raise ValueError

    monkeypatch.setattr("subprocess.run", run)
    with pytest.raises(Unreadable):
        document_text(b"Java", "posting.txt")
    assert "do not tell" not in str(seen["env"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(sorted(READERS)))
def test_any_bytes_are_read_or_refused(data: bytes, kind: str) -> None:
    start = {".pdf": b"%PDF-1.4\n", ".html": b"<html>"}.get(kind, b"")
    ((word, said),) = read(kind, start + data).items()
    assert word == "text" or (word == "refused" and said.endswith("."))
