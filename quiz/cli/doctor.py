"""For operators: whether everything is as it has to be, each in one line that says what to fix."""

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

import click
from sqlalchemy.engine import URL

from quiz import __version__
from quiz.cli.revisions import refuse_others
from quiz.config import Settings, Unusable, read_settings
from quiz.domain.banks import bank_folders
from quiz.labs import sandbox
from quiz.services import operating
from quiz.store import faults
from quiz.store.database import (
    SAFE_SQLITE,
    Store,
    answers,
    assert_durable,
    is_embedded,
    open_store,
    sqlite_driver,
    stands_several_processes,
)

_LITTLE, _TOO_LITTLE = 1024**3, 100 * 1024**2
_WORKER_IS_LATE = timedelta(minutes=5)
_CLOCKS_DIFFER = timedelta(seconds=2)
_CONNECTIONS = 40
_FAR_DISKS = ("nfs", "cifs", "smb", "afs", "ceph", "glusterfs", "fuse.sshfs", "9p")


@dataclass(frozen=True)
class Finding:
    """One line of the report: `state` is `ok`, `note` (worth knowing) or `fix` (has to be fixed)."""

    state: str
    text: str


@click.command()
def doctor() -> None:
    """Check everything that an operator can get wrong. Exits with 1 if anything needs fixing."""
    findings = [Finding("ok", f"quiz {__version__}."), *examine()]
    for finding in findings:
        click.echo(f"{finding.state:<5} {finding.text}")
    to_fix = sum(finding.state == "fix" for finding in findings)
    click.echo("Nothing needs fixing." if not to_fix else f"To fix: {to_fix}.")
    if to_fix:
        raise SystemExit(1)


def examine() -> Iterator[Finding]:
    """Everything that can be found out here; what cannot be looked at hides nothing else."""
    try:
        settings = read_settings()
    except Unusable as error:
        yield Finding("fix", str(error))
        return
    checks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _address(settings),
        lambda: _folder(settings),
        lambda: _disk(settings),
        _clock,
        lambda: _database(settings),
        lambda: _server(settings),
        lambda: _banks(settings),
        _sandbox,
    ]
    for check in checks:
        try:
            yield from check()
        except Unusable as error:
            yield Finding("fix", str(error))
        except Exception as error:
            if (told := faults.sentence(error)) is None:
                raise
            yield Finding("fix", told)


def _address(settings: Settings) -> Iterator[Finding]:
    if not settings.secure:
        yield Finding("note", f"Served at {settings.public_url}, to this machine alone: set QUIZ_PUBLIC_URL.")
    elif not settings.proxy_hops:
        yield Finding(
            "fix",
            f"Served at {settings.public_url} behind a proxy that is not trusted, so all candidates share its "
            "limits on guessing: set QUIZ_PROXY_HOPS to the number of proxies.",
        )
    else:
        yield Finding("ok", f"Served at {settings.public_url}.")
    if settings.allow_unproven:
        yield Finding("note", "Unproven code items are in use: QUIZ_ALLOW_UNPROVEN is yes.")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    yield _rights(folder, "The data folder", 0o700)
    if (key := folder / "secret_key").exists():
        yield _rights(key, "The secret key", 0o600)


def _rights(path: Path, name: str, wanted: int) -> Finding:
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & 0o077:
        return Finding("fix", f"{name} {path} is open to other users: chmod {wanted:o} {quote(str(path))}")
    if os.geteuid() not in (0, found.st_uid):
        return Finding("fix", f"{name} {path} belongs to another user: chown it to the one that runs quiz.")
    return Finding("ok", f"{name} {path} is open to its owner alone.")


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data_dir).free
    words = f"{free / 1024**3:.1f} GiB are free on the disk of {settings.data_dir}"
    if free < _TOO_LITTLE:
        yield Finding("fix", f"{words}: free space before answers can no longer be saved.")
    elif free < _LITTLE:
        yield Finding("note", f"{words}: that may not last.")
    else:
        yield Finding("ok", f"{words}.")
    if settings.database_url.startswith("sqlite") and (kind := _kind_of_disk(settings.data_dir)).startswith(_FAR_DISKS):
        yield Finding("fix", f"{settings.data_dir} is on a network file system ({kind}): SQLite needs a local disk.")


def _kind_of_disk(folder: Path) -> str:
    """The kind of file system that a folder is on; empty where the system does not say."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    real = folder.resolve()
    around = [(len(mount[1]), mount[2]) for mount in mounts if real.is_relative_to(mount[1])]
    return max(around, default=(0, ""))[1]


def _clock() -> Iterator[Finding]:
    """Whether the system says that its clock is kept right."""
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        kept = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()  # noqa: S603 - a fixed command
    except (OSError, subprocess.SubprocessError):
        kept = ""
    time = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if kept == "yes":
        yield Finding("ok", f"The clock is kept by NTP: {time}.")
    elif kept == "no":
        yield Finding("fix", f"The clock ({time}) is not kept by NTP, but deadlines depend on it: switch NTP on.")
    else:
        yield Finding("note", f"It is {time}, and nothing here says whether NTP keeps the clock: make sure it does.")


def _database(settings: Settings) -> Iterator[Finding]:
    store = open_store(settings.database_url)
    try:
        answers(store)
        yield from (_sqlite if is_embedded(store) else _postgresql)(store, settings)
        refuse_others(store)
        yield Finding("ok", "The tables are those that this version of quiz needs.")
        yield from _worker(store)
        yield from _contents(store)
    finally:
        store.dispose()


def _sqlite(store: Store, settings: Settings) -> Iterator[Finding]:
    release = sqlite_driver().sqlite_version
    assert_durable(store, settings.workers or 1)
    if stands_several_processes(settings.database_url):
        yield Finding("ok", f"SQLite {release} keeps what it acknowledged, even with several processes.")
    else:
        safe = ".".join(map(str, SAFE_SQLITE))
        yield Finding("note", f"SQLite {release} is older than {safe}: quiz serves with one process. See operations.")
    if damage := operating.damage(store):
        yield Finding("fix", f"The database is damaged: restore a backup. SQLite says: {damage.splitlines()[0][:200]}")


def _postgresql(store: Store, settings: Settings) -> Iterator[Finding]:
    assert_durable(store, 1)
    told = operating.server(store, datetime.now(UTC))
    yield Finding("ok", f"PostgreSQL {told.release} keeps what it acknowledged.")
    yield from _way_to(store.url, told.encrypted)
    needed = (settings.workers or min(os.cpu_count() or 1, 4)) * _CONNECTIONS
    if told.connections < needed:
        yield Finding(
            "note",
            f"PostgreSQL allows {told.connections} connections, but this host may open {needed}: "
            "raise max_connections, or lower QUIZ_WORKERS.",
        )
    if abs(told.ahead) > _CLOCKS_DIFFER:
        yield Finding(
            "fix",
            f"The clocks of this host and of PostgreSQL differ by {abs(told.ahead).total_seconds():.0f} s: use NTP.",
        )
    if told.may_create_tables:
        yield Finding(
            "note", "The user in QUIZ_DATABASE_URL can change tables: serve as a user who cannot (docs/operations.md)."
        )


def _way_to(url: URL, encrypted: bool) -> Iterator[Finding]:
    """Whether somebody in between could read or change what goes to a PostgreSQL server on another host."""
    host = str(url.query.get("host") or url.host or "")
    if host in ("", "localhost", "::1") or host.startswith(("/", "127.")):
        return
    if not encrypted or url.query.get("sslmode") != "verify-full":
        yield Finding(
            "fix",
            f"The connection to PostgreSQL on {host} is {'not checked' if encrypted else 'not encrypted'}: "
            "add ?sslmode=verify-full to QUIZ_DATABASE_URL, and sslrootcert if its certificate authority is your own.",
        )


def _worker(store: Store) -> Iterator[Finding]:
    seen = operating.worker_seen_at(store)
    start = "quiz serve starts one" if is_embedded(store) else "start quiz worker beside the servers"
    if seen is None:
        yield Finding("note", f"No worker has ever run: {start}.")
    elif (ago := datetime.now(UTC) - seen) > _WORKER_IS_LATE:
        minutes = int(ago.total_seconds()) // 60
        yield Finding("fix", f"No worker has run for {minutes} minutes: {start}.")
    else:
        yield Finding("ok", f"A worker last ran {int(ago.total_seconds())} s ago.")


def _contents(store: Store) -> Iterator[Finding]:
    there = operating.contents(store)
    if there.admins:
        yield Finding("ok", f"{there.accounts} {'account' if there.accounts == 1 else 'accounts'} can sign in.")
    else:
        yield Finding("note", "Nobody can sign in as an administrator: quiz users add EMAIL --name NAME --role admin")
    if not there.banks:
        yield Finding("fix", "No bank is loaded, so nothing can be asked: run quiz banks load.")


def _server(settings: Settings) -> Iterator[Finding]:
    """Whether the service answers where it should listen."""
    connection = HTTPConnection(settings.host, settings.port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": urlsplit(settings.public_url).netloc})
        status = connection.getresponse().status
    except (OSError, HTTPException, socket.gaierror):
        yield Finding("note", f"Nothing is listening on {settings.host}, port {settings.port}: start quiz serve.")
        return
    finally:
        connection.close()
    if status == 200:
        yield Finding("ok", f"The service answers on {settings.host}, port {settings.port}.")
    else:
        yield Finding(
            "fix",
            f"What answers on {settings.host}, port {settings.port}, is another service, or is not working ({status}).",
        )


def _banks(settings: Settings) -> Iterator[Finding]:
    if not settings.banks_dir.is_dir() or not bank_folders(settings.banks_dir):
        yield Finding("fix", f"There is no bank in {settings.banks_dir}: set QUIZ_BANKS_DIR to where they are.")


def _sandbox() -> Iterator[Finding]:
    if exposed := sandbox.exposed():
        reach = "; ".join(exposed)
        yield Finding("note", f"Authors' code could reach {reach}. To prove banks here, install bubblewrap.")
    else:
        yield Finding("ok", "Authors' code would run in bubblewrap.")
