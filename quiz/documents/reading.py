"""Reading a document in a process of its own, so that a hostile one costs seconds and nothing else.

The process may use `_MEMORY` of memory and `_SECONDS` of time; what it says comes back as JSON.
"""

import json
import resource
import subprocess
import sys

from quiz.documents.limits import Unreadable, kind_of

_SECONDS = 10
_MEMORY = 512 * 1024 * 1024
_MOST_TEXT = 2_000_000
"""Characters that are taken of what a document says; whoever reads them has limits of their own."""

_KNOWN = {"PYTHONUTF8": "1"}
"""All that the process knows of its surroundings: none of this installation's secrets."""

_DAMAGED = "The file is damaged, or made to be hard to read: open it, save it again, or paste the text."


def document_text(data: bytes, name: str) -> str:
    """The words of a document, a line for a paragraph or an entry of a list. Raises Unreadable."""
    kind = kind_of(data, name)
    command = [sys.executable, "-P", "-m", "quiz.documents.reading", kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=data, capture_output=True, timeout=_SECONDS + 5, check=False, env=_KNOWN
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Unreadable(_DAMAGED) from None
    if "text" not in said:
        raise Unreadable(str(said.get("refused", _DAMAGED)))
    return str(said["text"])


def main() -> None:
    """The process of its own: the kind is its argument, the document its standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    json.dump(read(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)


def read(kind: str, data: bytes) -> dict[str, str]:
    """The `text` of a document of this kind, or why it is `refused`, whatever a parser makes of it."""
    from quiz.documents.formats import READERS  # noqa: PLC0415 - within the limits of the process of its own

    try:
        return {"text": READERS[kind](data)[:_MOST_TEXT]}
    except Unreadable as error:
        return {"refused": str(error)}
    except Exception:  # What a parser cannot read is damaged or hostile, whatever it says of it.
        return {"refused": _DAMAGED}


if __name__ == "__main__":
    main()
