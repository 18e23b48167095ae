"""The harness of the http lab: a program serves in a process of its own, and curl calls it with one cookie jar."""

import itertools
import json
import os
import re
import resource
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any, NoReturn

from quiz.labs.harness import containment, replies, served_program
from quiz.labs.harness.replies import Answer

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~\w-]+", re.ASCII)
_FILE_SIZE = 8 * 1024 * 1024
_MEMORY = 1024 * 1024 * 1024
_MOST_FILES = 1 << 16
_UNSAID = {"date", "server"}
_TIMED_OUT = 28
_SIGNALLED = 128
_CURL = [
    *("curl", "--disable", "--silent", "--show-error", "--verbose", "--globoff", "--path-as-is", "--http1.1"),
    *("--noproxy", "*", "--proto", "=http", "--user-agent", "curl", "--max-redirs", "0"),
]


class Stopped(Exception):
    """There will be no further answers; the argument holds the facts that say why."""


def observe(question: dict[str, Any], seconds: float, most: int) -> Answer:
    """Run a request: load its program, make its calls one after the other, end it, and say what was seen."""
    request = question["request"]
    if fault := _unsuitable(request):
        return {"failed": fault}
    facts: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as printed:
        running = _Running(request, Path(folder), printed, time.monotonic() + seconds)
        try:
            running.wait_until_serving()
            with tempfile.NamedTemporaryFile() as jar:
                for call in request["calls"]:
                    facts.setdefault("responses", []).append(_answer(call, running, jar.name, most))
        except Stopped as stopped:
            facts |= stopped.args[0]
        containment.end_descendants()
        facts = running.facts() | facts
        if facts.get("compiled"):
            facts |= _output(printed, most)
    if "failed" in facts:
        return {"failed": facts["failed"]}
    if facts.get("thrown", {}).get("kind") == "MemoryError":
        facts["exceeded"] = "memory"
    return {"observation": facts}


def _unsuitable(request: dict[str, Any]) -> str:
    """What is wrong with a request before it is run; empty where nothing is."""
    if request["probe"] is not None or request["ask"]:
        return "the http lab evaluates no expressions and no styles: claim status, header, body or sends"
    for name in request["files"]:
        if ".." in Path(name).parts:
            return f"the file {name!r} would lie outside the program's folder: name it without `..`"
    for call in request["calls"]:
        fields = [*call["headers"].items(), ("method", call["method"])]
        if wrong := [name for name, value in fields if not _TOKEN.fullmatch(name) or "\n" in value or "\r" in value]:
            return f"{wrong[0]!r} cannot be sent in a request: write its name and value on one line"
        if not _TOKEN.fullmatch(call["method"]) or not re.match(r"/|http://[^/]", call["path"]):
            return f"`{call['method']} {call['path']}` is no request: the path is `/...` or `http://host/...`"
    return ""


class _Running:
    """A program that serves in a child process, and what it told of itself."""

    def __init__(self, request: dict[str, Any], folder: Path, printed: IO[bytes], until: float) -> None:
        self.until = until
        self._told: list[dict[str, Any]] = []
        self._token = secrets.token_hex(8)
        self._rest = b""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
            self._facts, tell = os.pipe()
            self._pid = os.fork()
            if self._pid == 0:
                os.close(self._facts)
                _become_program(request, listener, folder, printed, tell, self._token)
            os.close(tell)
        self._ended = os.pidfd_open(self._pid)

    def wait_until_serving(self) -> None:
        """Raises Stopped where the program fails, ends or is late."""
        while not any("serving" in fact for fact in self._told):
            if not select.select([self._facts], [], [], self.left())[0]:
                raise Stopped({"ended": False})
            if not self._read():
                self.stopped_by_itself(self.left())
                raise Stopped({"ended": False})

    def stopped_by_itself(self, patience: float) -> None:
        """Raises Stopped where the program ends of itself within so many seconds, with the status it ended with."""
        if select.select([self._ended], [], [], patience)[0]:
            result = os.waitid(os.P_PIDFD, self._ended, os.WEXITED | os.WNOWAIT)
            assert result is not None
            status = result.si_status if result.si_code == os.CLD_EXITED else _SIGNALLED + result.si_status
            raise Stopped({"exit": status} if status else {})

    def left(self) -> float:
        """Seconds until its time is up."""
        return max(0.0, self.until - time.monotonic())

    def facts(self) -> dict[str, Any]:
        """All that it told, once it has ended."""
        while self._read():
            pass
        os.close(self._facts)
        os.close(self._ended)
        known = {"compiled", "diagnostics", "thrown", "failed"}
        return {name: value for fact in self._told for name, value in fact.items() if name in known}

    def _read(self) -> bool:
        part = os.read(self._facts, 1 << 16)
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            try:
                fact = json.loads(line)
            except ValueError:
                continue
            # What else writes there is the program, which must not speak in place of what watches it.
            if isinstance(fact, dict) and fact.pop("token", None) == self._token:
                self._told.append(fact)
        return bool(part)


def _become_program(
    request: dict[str, Any], listener: socket.socket, folder: Path, printed: IO[bytes], tell: int, token: str
) -> NoReturn:
    """What the child process does; it never comes back."""

    def told(fact: dict[str, Any]) -> None:
        os.write(tell, json.dumps({**fact, "token": token}).encode() + b"\n")

    status = 1
    try:
        containment.reveal()
        for name in [name for name in os.environ if name.startswith("PYTHON")]:
            del os.environ[name]
        os.dup2(printed.fileno(), 1)
        # Among what is closed is the harness's way to its lab: it must not answer there in the harness's place.
        for kept in itertools.pairwise(sorted({2, listener.fileno(), tell, _MOST_FILES})):
            os.closerange(kept[0] + 1, kept[1])
        sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_SIZE, _FILE_SIZE))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        served_program.serve(request, listener, folder, told)
        status = 0
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    finally:
        os._exit(status & 0xFF)


def _answer(call: dict[str, Any], running: _Running, jar: str, most: int) -> dict[str, Any]:
    """The answer to one call. Raises Stopped where there is none."""
    running.stopped_by_itself(0)
    url = call["path"] if call["path"].startswith("http") else f"http://localhost{call['path']}"
    headers = [f"{name}: {value}" if value else f"{name};" for name, value in call["headers"].items()]
    words = [
        *("prlimit", f"--fsize={_FILE_SIZE}", *_CURL, "--connect-to", f"::127.0.0.1:{running.port}"),
        *("--cookie", jar, "--cookie-jar", jar, "--max-time", f"{max(running.left(), 0.001):.3f}"),
        *(["--head", "--output", os.devnull] if call["method"] == "HEAD" else ["--request", call["method"]]),
        *(word for header in headers for word in ("--header", header)),
        *(["--data-binary", "@-"] if call["body"] else []),
        *("--", url),
    ]
    with tempfile.TemporaryFile() as body, tempfile.TemporaryFile() as told:
        try:
            status = subprocess.run(
                words, input=call["body"].encode(), stdout=body, stderr=told, check=False
            ).returncode
        except OSError as error:
            raise Stopped({"exceeded": "processes"}) from error
        if body.seek(0, os.SEEK_END) > most:
            raise Stopped({"exceeded": "output"})
        if status == _TIMED_OUT:
            raise Stopped({"ended": False})
        body.seek(0)
        told.seek(0)
        lines = told.read(most).decode("latin-1").splitlines()
        if status:
            running.stopped_by_itself(0.2)
            message = next((line for line in reversed(lines) if line.startswith("curl: ")), f"curl ended with {status}")
            raise Stopped({"thrown": {"kind": "NoAnswer", "message": message.replace(f":{running.port}", "")}})
        return _response(lines, body.read())


def _response(lines: list[str], body: bytes) -> dict[str, Any]:
    """A response from what curl says of the exchange: `> ` begins what it sent, `< ` what it received."""
    received = [line[2:] for line in lines if line.startswith("< ")]
    start = max(n for n, line in enumerate(received) if line.startswith("HTTP/"))
    headers = _fields(received[start + 1 :])
    kind = next((value for name, value in headers if name.casefold() == "content-type"), "")
    charset = re.search(r"charset=\"?([\w-]+)", kind)
    try:
        text = body.decode(charset[1] if charset else "utf-8", "backslashreplace")
    except LookupError:
        text = body.decode("utf-8", "backslashreplace")
    return {
        "status": int(received[start].split()[1]),
        "headers": [(name, value) for name, value in headers if name.casefold() not in _UNSAID],
        "body": text,
        "sent": _fields([line[2:] for line in lines if line.startswith("> ")][1:]),
    }


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    parts = [line.partition(":") for line in lines]
    return [(name.strip(), value.strip()) for name, colon, value in parts if colon]


def _output(printed: IO[bytes], most: int) -> dict[str, Any]:
    size = printed.seek(0, os.SEEK_END)
    printed.seek(0)
    text = printed.read(most).decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return {"printed": text, **({"exceeded": "output"} if size > most else {})}


def main() -> None:
    """Arguments: the seconds one request may take, and the bytes that it may print or answer with."""
    seconds, most = float(sys.argv[1]), int(sys.argv[2])
    containment.adopt_orphans()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    replies.serve(lambda: lambda question: observe(question, seconds, most))


if __name__ == "__main__":
    main()
