"""`quiz serve` as processes: they are replaced, they stop together, and none is left behind."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from tests.serving.conftest import Installation
from tests.serving.test_server import soon
from tests.serving.wire import Wire, ask, get


def _children(process: "subprocess.Popen[bytes]") -> dict[int, str]:
    """The processes that a process has started, with what they are."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (folder / "stat").read_text(), (folder / "cmdline").read_text()
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == process.pid:
            found[int(folder.name)] = command
    return found


def _servers(process: "subprocess.Popen[bytes]") -> set[int]:
    """Its children that serve: forked, they are known by the same command; the worker has another."""
    own = Path(f"/proc/{process.pid}/cmdline").read_text()
    return {pid for pid, command in _children(process).items() if command == own}


def _runs(pid: int) -> bool:
    """Whether a process runs, and is no mere entry of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")]


def test_a_process_that_ends_is_replaced(installation: Installation) -> None:
    with installation.serving(QUIZ_WORKERS="1") as process:
        (first,) = _servers(process)
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: bool(_servers(process) - {first}))
        answer = ask(installation.port, get("/health"))
        assert answer is not None
        assert answer.text == "ok"


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_asked_to_stop_finishes_its_requests_and_leaves_nothing(
    installation: Installation, asked: signal.Signals
) -> None:
    sitting = installation.sitting()
    with installation.serving() as process, Wire(installation.port) as wire:
        request = sitting.save_request()
        wire.send(request[:-5])
        everybody = [process.pid, *_children(process)]
        os.killpg(process.pid, asked) if asked == signal.SIGINT else process.send_signal(asked)  # Ctrl-C reaches all.
        threading.Timer(1, wire.send, [request[-5:]]).start()
        answer = wire.answer()
        assert answer is not None
        assert (answer.status, answer.fields["connection"]) == (200, "close")
        assert process.wait(20) == 0
        assert soon(lambda: not any(map(_runs, everybody)))


def test_servers_end_with_the_process_that_keeps_them(installation: Installation) -> None:
    with installation.serving() as process:
        servers = _servers(process)
        assert servers
        process.kill()
        assert soon(lambda: not any(map(_runs, servers)))
