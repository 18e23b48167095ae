"""A PostgreSQL server of the tests' own, started from the binaries that are installed."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

FORGETFUL = ("fsync=off", "full_page_writes=off")
"""Settings for databases that need not survive a crash: every test creates one and drops it."""

MISSING = "PostgreSQL's server programs are not installed: apt-get install postgresql"


def programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`: the newest of Debian's versioned ones, or the one on the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found and shutil.which("postgres") else None


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Databases:
    """The databases that one process creates on a server."""

    def __init__(self, port: int, process: str = "main") -> None:
        self.port, self._process, self._count = port, process, 0

    def url(self, database: str) -> str:
        return f"postgresql://quiz@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template0") -> str:
        """The address of a new database, a copy of `template`."""
        self._count += 1
        name = f"test_{self._process}_{self._count}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")


class Server(Databases):
    """A running server."""

    def __init__(self, folder: Path, bin: Path, options: Sequence[str]) -> None:
        super().__init__(free_port())
        self.folder, self.bin, self.options = folder, bin, options
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
            somebody = pwd.getpwnam("nobody")
            self._as = {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}
            os.chown(folder, somebody.pw_uid, somebody.pw_gid)
        self._run("initdb", "-D", "data", "-U", "quiz", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.process = self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.bin / program, *arguments], cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **self._as
        )

    def start(self) -> "subprocess.Popen[bytes]":
        command = [self.bin / "postgres", "-D", "data", "-p", str(self.port), "-k", str(self.folder)]
        for option in ("listen_addresses=127.0.0.1", "max_connections=200", *self.options):
            command += ["-c", option]
        process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.DEVNULL, **self._as)
        for _ in range(600):
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres")).close()
                return process
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # Does not wait for clients to leave.
        self.process.wait(30)


@contextlib.contextmanager
def server(options: Sequence[str] = ()) -> Iterator[Server]:
    """A server with these settings for as long as the block lasts. Raises RuntimeError where it cannot be had."""
    bin = programs()
    if bin is None:
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory(prefix="quiz-postgres-") as folder:
        running = Server(Path(folder), bin, options)
        try:
            yield running
        finally:
            running.stop()
