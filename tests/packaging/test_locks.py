"""The locks are complete: whatever the project or a locked distribution requires, extras included, is pinned.

They are installed without resolving anything, so whatever a lock lacks would be missing from the installation.
"""

import tomllib
from collections.abc import Iterator, Set
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = {"run": ["build"], "test": ["build", "test"]}
"""The groups of dependencies that each lock serves, beside the project's own."""

PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")

HERE = {name: str(value) for name, value in default_environment().items()}
"""The values of markers on this machine."""

Pins = dict[str, Requirement]


def platform(python: str, machine: str) -> dict[str, str]:
    """The values of markers for another Python on Linux."""
    named = {"python_version": python, "platform_machine": machine, "sys_platform": "linux", "platform_system": "Linux"}
    return HERE | named | {"python_full_version": f"{python}.0", "implementation_version": f"{python}.0"}


def applies(requirement: Requirement, where: dict[str, str], extras: Set[str] = frozenset()) -> bool:
    """Whether a requirement of a distribution applies on a platform, if these extras of it are wanted."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate(where | {"extra": extra}) for extra in ("", *extras))


def pins(lock: str, where: dict[str, str]) -> Pins:
    """What a lock installs on a platform, by name."""
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines()
    locked = [Requirement(line.removesuffix(" \\")) for line in lines if line[:1].isalnum()]
    return {canonicalize_name(pin.name): pin for pin in locked if applies(pin, where)}


@cache
def required(name: str) -> list[Requirement]:
    """What an installed distribution requires; nothing for one that this platform does not install."""
    try:
        return [Requirement(line) for line in distribution(name).requires or []]
    except PackageNotFoundError:
        return []


def wanted(lock: str, pinned: Pins, where: dict[str, str]) -> Iterator[tuple[str, Requirement]]:
    """Who needs what on a platform: the project itself and every pinned distribution."""
    lists = [PROJECT["project"]["dependencies"], PROJECT["project"]["optional-dependencies"]["postgres"]]
    lists += [PROJECT["dependency-groups"][group] for group in GROUPS[lock]]
    own = [Requirement(line) for lines in lists for line in lines]
    yield from (("the project", need) for need in own if applies(need, where))
    for name, pin in pinned.items():
        yield from ((str(pin), need) for need in required(name) if applies(need, where, pin.extras))


def faults(lock: str, pinned: Pins, where: dict[str, str]) -> list[str]:
    """What an installation of these pins would lack."""
    found = []
    for who, need in wanted(lock, pinned, where):
        pin = pinned.get(canonicalize_name(need.name))
        if pin is None:
            found.append(f"{who} needs {need}, which is not pinned")
        elif not need.specifier.contains(str(pin.specifier).removeprefix("=="), prereleases=True):
            found.append(f"{who} needs {need}, but the pin is {pin}")
        elif not need.extras <= pin.extras:
            found.append(f"{who} needs {need}, but the pin lacks the extra: {pin}")
    return found


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", GROUPS)
def test_everything_that_is_needed_is_pinned(lock: str, python: str, machine: str) -> None:
    where = platform(python, machine)
    assert not faults(lock, pins(lock, where), where)


@pytest.mark.parametrize("lock", GROUPS)
def test_what_is_installed_is_what_is_pinned(lock: str) -> None:
    """Otherwise the other tests would read the requirements of the wrong releases."""
    for name, pin in pins(lock, HERE).items():
        assert str(pin.specifier) == f"=={distribution(name).version}", name


@pytest.mark.parametrize("lock", GROUPS)
def test_every_pin_and_every_extra_is_missed_once_it_is_gone(lock: str) -> None:
    where = platform("3.11", "x86_64")
    pinned = pins(lock, where)
    assert any(pin.extras for pin in pinned.values())
    for name, pin in pinned.items():
        assert faults(lock, {other: kept for other, kept in pinned.items() if other != name}, where), name
        if pin.extras:
            bare = Requirement(f"{pin.name}{pin.specifier}")
            assert faults(lock, pinned | {name: bare}, where), pin


def test_the_bundled_sqlite_is_for_x86_64_alone() -> None:
    """pysqlite3 has no wheel for ARM: installing it would need a compiler."""
    assert "pysqlite3" in pins("run", platform("3.11", "x86_64"))
    assert "pysqlite3" not in pins("run", platform("3.11", "aarch64"))
