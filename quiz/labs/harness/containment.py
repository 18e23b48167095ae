"""Ending whatever a program left behind, and knowing whether it left anything that cannot be ended."""

import ctypes
import os
import signal
import time
from pathlib import Path

_SET_DUMPABLE = 4
_SET_CHILD_SUBREAPER = 36
_SECONDS = 2.0


def adopt_orphans() -> None:
    """From now on the descendants of this process stay its own, and none of them can look into it or write its pipes.

    Linux only, as is the whole sandbox: prctl(2).
    """
    control = ctypes.CDLL(None).prctl
    control(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    control(_SET_DUMPABLE, 0, 0, 0, 0)


def reveal() -> None:
    """Give a child that will run a program its own /proc entries back; it had lost them with its parent's."""
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 1, 0, 0, 0)


def end_descendants() -> bool:
    """End all that was started below this process; whether nothing of it is left."""
    until = time.monotonic() + _SECONDS
    while descendants := _below(os.getpid()):
        for pid in descendants:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        if time.monotonic() > until:
            return False
    return True


def _below(pid: int) -> list[int]:
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [one for child in children for one in (child, *_below(child))]
