"""Editors with the YAML language server find no fault with the banks, find a slip, and offer what can be written."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quiz import paths
from quiz.labs.cache import root
from tests.banks.test_banks import SHIPPED

PINS = Path(__file__).parent / "editor"
FILES = sorted(paths.QUESTION_BANKS.glob("*/*.yaml"))
ITEMS = f"# yaml-language-server: $schema={(paths.QUESTION_BANKS / 'items.schema.json').as_uri()}\n"


class Editor:
    """The language server, spoken to as an editor would (Language Server Protocol 3.17, over standard input)."""

    def __init__(self, program: Path) -> None:
        command = ["node", str(program), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.asked = 0
        self.opened = 0
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.tell("initialized", {})

    def tell(self, method: str, params: dict[str, Any], **more: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params} | more).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self.asked += 1
        self.tell(method, params, id=self.asked)
        return next(message["result"] for message in self.heard() if message.get("id") == self.asked)

    def heard(self) -> Iterator[dict[str, Any]]:
        """What the server says, its own questions answered with nothing."""
        assert self.process.stdout
        while True:
            length = 0
            while (line := self.process.stdout.readline().strip()) != b"":
                name, _, value = line.partition(b": ")
                length = int(value) if name.lower() == b"content-length" else length
            message = json.loads(self.process.stdout.read(length))
            if "method" in message and "id" in message:
                result: Any = [None] if message["method"] == "workspace/configuration" else None
                body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
                assert self.process.stdin
                self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                self.process.stdin.flush()
            yield message

    def open(self, text: str, beside: Path | None = None) -> tuple[str, list[str]]:
        """Open a document; its address, and the server's complaints."""
        self.opened += 1
        uri = beside.as_uri() if beside else f"file:///tmp/new-{self.opened}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        for message in self.heard():
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return uri, [
                    f"{one['range']['start']['line'] + 1}: {one['message']}" for one in message["params"]["diagnostics"]
                ]
        raise AssertionError("the server fell silent")


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    mark = hashlib.sha256((PINS / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = root() / "tests" / f"editor-{mark}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            brought = Path(made, "packages")
            shutil.copytree(PINS, brought)
            install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(install, cwd=brought, check=True, capture_output=True, timeout=600)
            brought.rename(folder)
    found = Editor(folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server")
    yield found
    found.process.kill()
    found.process.communicate()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_editor_finds_no_fault_with_a_bank(editor: Editor, path: Path) -> None:
    text = path.read_text()
    if path.parent.name in SHIPPED:
        assert text.startswith("# yaml-language-server: $schema=../")
    assert editor.open(text, path)[1] == []


def test_an_editor_finds_a_slip(editor: Editor) -> None:
    text = "items:\n  - id: one\n    kind: number\n    difficulty: 2\n    secons: 60\n    stem: What?\n    answer: 1\n"
    _, told = editor.open(ITEMS + text + "    why: So.\n    sources: [S 1]\n")
    assert any("secons" in one for one in told)


def test_text_may_be_written_as_a_number(editor: Editor) -> None:
    text = "items:\n  - id: one\n    kind: single choice\n    difficulty: 2\n    seconds: 60\n    stem: What?\n"
    text += "    options:\n      - {text: 42, key: true, why: So.}\n      - {text: true, why: So.}\n"
    text += "    sources: [S 1]\n"
    assert editor.open(ITEMS + text)[1] == []


def test_a_template_is_no_fault(editor: Editor) -> None:
    text = (
        "items:\n  - id: one\n    kind: number\n    difficulty: 2\n    seconds: 60\n    stem: What?\n    lab: java 8\n"
    )
    text += "    variables: {a: {integers: [1, 9]}}\n    listing: print({{a}})\n    answer: '{{key}}'\n    why: So.\n"
    assert editor.open(ITEMS + text + "    sources: [S 1]\n")[1] == []


def test_an_editor_offers_what_an_option_can_have(editor: Editor) -> None:
    text = "items:\n  - id: one\n    kind: single choice\n    options:\n      - text: This\n        \n"
    uri, _ = editor.open(ITEMS + text)
    place = {"textDocument": {"uri": uri}, "position": {"line": 6, "character": 8}}
    offered = editor.ask("textDocument/completion", place)
    labels = {one["label"] for one in (offered["items"] if isinstance(offered, dict) else offered)}
    assert {"key", "claim", "why"} <= labels
