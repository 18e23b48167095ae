"""The sandbox in which author code runs: no network, few files, and limits on everything else.

With bubblewrap a program sees the system's tools read-only, an empty folder for temporary files and a network of its
own that holds nothing but loopback. With `unshare` alone it sees the system's files: as somebody who owns none of them
if root started it, and with the rights of whoever started it otherwise. Without either it runs with limits only.
`exposed` says what a program can reach, so that callers can say it loudly.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from quiz.labs.base import PROCESSES, LabMissing

_FILE_SIZE = 64 * 1024 * 1024
_OPEN_FILES = 1024
_FOLDER = "/tmp"
"""Where programs may write: a file system in memory that only their sandbox sees."""
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
_SETTINGS = ("alternatives", "fonts", "java-*", "ld.so.cache", "ld.so.conf*", "chromium*", "ssl/certs", "nsswitch.conf")
_HOSTS = Path(__file__).with_name("hosts")
"""All names that there are inside: this machine's own, the same on every machine."""
_FIRST_OWNER, _OWNERS = 0x7000_0000, 0x1000_0000
"""User ids that no system gives to anybody (systemd, "Users, Groups, UIDs and GIDs"). Each sandbox draws its own, so
that limits on processes count those of no other, in whatever program it was started."""


@cache
def kind() -> str:
    """What this machine offers: `bubblewrap`, `unshare`, or `limits` where there is nothing but resource limits."""
    for name in ("bubblewrap", "unshare"):
        try:
            subprocess.run(_inside(name, ["true"], (), {}, _FIRST_OWNER), check=True, capture_output=True, timeout=20)
        except (OSError, subprocess.SubprocessError):
            continue
        return name
    return "limits"


def exposed() -> tuple[str, ...]:
    """What the code of banks can reach on this machine outside of a sandbox, in words; empty if it is complete."""
    if kind() == "bubblewrap":
        return ()
    root = os.geteuid() == 0
    files = "all files that YOU may read or change"
    if root:
        files = "files that anybody may read or change" if shutil.which("setpriv") else "ALL files, as root"
    left = "what programs leave in /tmp for each other, which can make a wrong key look proven"
    if kind() == "unshare":
        return (files, left)
    return (files, "your network", "your running programs", left)


def start(
    argv: Sequence[str],
    *,
    readable: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    processes: int = PROCESSES,
    named: bool = False,
    errors: int | None = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program in the sandbox, with its standard input and output as pipes.

    `readable` are further files and folders it sees, read-only, at their own paths. `environment` is all that it
    knows of this one but a plain PATH. `named` gives its user a name, for programs that do not run without one; only
    bubblewrap can. Killing the process ends all that was started inside, and so does the end of the thread that
    started it. Raises LabMissing where the program is not there.
    """
    limits = [
        "prlimit",
        f"--nproc={processes}",
        f"--fsize={_FILE_SIZE}",
        f"--nofile={_OPEN_FILES}",
        "--core=0",
    ]
    known = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": _FOLDER, "LANG": "C.UTF-8", **(environment or {})}
    owner = _FIRST_OWNER + secrets.randbelow(_OWNERS)
    names = _names(owner) if named else None
    whole = _inside(kind(), [*limits, *argv], readable, known, owner, names)
    try:
        return subprocess.Popen(
            whole,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=known,
            start_new_session=True,
            pass_fds=() if names is None else (names,),
        )
    except FileNotFoundError as error:
        raise LabMissing(f"{error.filename} is not installed") from error
    finally:
        if names is not None:
            os.close(names)


def _names(owner: int) -> int:
    """A file in memory that gives the owner of a sandbox a name, as /etc/passwd would."""
    names = os.memfd_create("names")
    os.write(names, f"quiz:x:{owner}:{owner}::{_FOLDER}:/bin/sh\n".encode())
    os.lseek(names, 0, os.SEEK_SET)
    return names


def _inside(
    kind: str,
    argv: list[str],
    readable: Sequence[Path],
    environment: Mapping[str, str],
    owner: int,
    names: int | None = None,
) -> list[str]:
    """The command line that runs `argv` in a sandbox of this kind, as this owner."""
    root = os.geteuid() == 0
    # A real user without rights: limits on processes do not bind root, and neither do most permissions.
    leave = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups", "--inh-caps=-all"]
    unprivileged = [*leave, "--bounding-set=-all", "--no-new-privs", *argv] if root else argv
    if kind == "bubblewrap":
        namespaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        rights = [word for right in ("SETUID", "SETGID", "SETPCAP", "SYS_RESOURCE") for word in ("--cap-add", right)]
        rights = [word if word.startswith("--") else f"CAP_{word}" for word in rights]
        identity = rights if root else ["--unshare-user", "--uid", str(owner), "--gid", str(owner)]
        return [
            *("bwrap", *namespaces, *identity, "--die-with-parent", "--new-session", "--clearenv"),
            *("--hostname", "localhost", "--perms", "0755", "--dir", "/etc", "--ro-bind", str(_HOSTS), "/etc/hosts"),
            *(("--perms", "0644", "--ro-bind-data", str(names), "/etc/passwd") if names is not None else ()),
            *("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", str(8 * _FILE_SIZE), "--tmpfs", _FOLDER),
            *("--perms", "1777", "--size", str(8 * _FILE_SIZE), "--tmpfs", "/dev/shm"),
            *_files(readable),
            *(word for name, value in environment.items() for word in ("--setenv", name, value)),
            *("--chdir", _FOLDER, "--", *unprivileged),
        ]
    if kind == "unshare":
        user = [] if root else ["--map-root-user"]
        return ["unshare", *user, "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc", *unprivileged]
    return unprivileged if root and shutil.which("setpriv") else argv


def _files(readable: Sequence[Path]) -> list[str]:
    """What a program sees of the file system."""
    words = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            words += ["--ro-bind", name, name]
    settings = [path for pattern in _SETTINGS for path in sorted(Path("/etc").glob(pattern))]
    for path in [*settings, *(path for path in readable if not path.is_relative_to("/usr"))]:
        # Made first, for all to pass: a folder above it may be closed to others outside, as /root is.
        for above in reversed(path.parents[:-1]):
            words += ["--perms", "0755", "--dir", str(above)]
        words += ["--ro-bind", str(path), str(path)]
    return words
