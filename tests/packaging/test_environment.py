"""The script that creates the virtual environment finds a suitable Python, and says why one is unsuitable."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "environment"
INTERPRETER = """#!/bin/sh
export PYTHONPATH="{customs}"
[ "$1 $2" = "-m venv" ] || exec "{python}" "$@"
"{python}" "$@" --without-pip
for folder in "$@"; do :; done
echo "#!$folder/bin/python" >"$folder/bin/pip"
chmod +x "$folder/bin/pip"
"""
"""A Python whose environments contain a stub for pip, because installing pip takes seconds."""


class Machine:
    """A machine with only the interpreters that a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.environment = folder, folder / "environment"
        self.pyenv, self.path = folder / "pyenv" / "versions", folder / "bin"
        self.path.mkdir()
        for program in ("sh", "grep", "chmod"):
            (self.path / program).symlink_to(f"/bin/{program}")

    def add(self, place: Path, pretence: str = "") -> None:
        """Put an interpreter in a place: this one, with a line of Python that makes it pretend to be different."""
        place.parent.mkdir(parents=True, exist_ok=True)
        customs = self.folder / f"customs-{place.name}"
        customs.mkdir()
        (customs / "sitecustomize.py").write_text(f"import sys\n{pretence}\n")
        place.write_text(INTERPRETER.format(customs=customs, python=sys.executable))
        place.chmod(0o755)

    def make(self, *python: str) -> "subprocess.CompletedProcess[str]":
        """Run the script."""
        variables = {"PATH": str(self.path), "PYENV_ROOT": str(self.pyenv.parent), "HOME": str(self.folder)}
        command = ["/bin/sh", str(SCRIPT), str(self.environment), *python]
        return subprocess.run(command, env=variables, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_python3_is_used_if_it_is_new_enough_or_else_a_numbered_one(machine: Machine) -> None:
    machine.add(machine.path / "python3", "sys.version_info = (3, 9, 2)")
    machine.add(machine.path / "python3.12")
    made = machine.make()
    assert made.returncode == 0, made.stderr
    assert f"with {machine.path}/python3.12 " in made.stdout
    assert (machine.environment / "bin" / "pip").exists()


def test_a_name_may_be_one_that_only_pyenv_has(machine: Machine) -> None:
    (machine.path / "python3.12").write_text("#!/bin/sh\nexit 127\n")  # As the shim of pyenv does.
    (machine.path / "python3.12").chmod(0o755)
    machine.add(machine.pyenv / "3.12.7" / "bin" / "python")
    made = machine.make("python3.12")
    assert f"with {machine.pyenv}/3.12.7/bin/python " in made.stdout, made.stderr


def test_a_suitable_environment_is_kept_and_any_other_is_created_anew(machine: Machine) -> None:
    machine.add(machine.path / "python3")
    machine.add(machine.path / "python3.13", "sys.version = 'another'")
    assert "Creating" in machine.make().stdout
    assert machine.make().stdout == ""
    assert machine.make("python3").stdout == ""
    assert "python3.13" in machine.make("python3.13").stdout
    (machine.environment / "bin" / "pip").unlink()
    assert "Creating" in machine.make("python3").stdout, "the environment was not completed"
    machine.environment.rename(machine.folder / "moved")
    machine.environment = machine.folder / "moved"
    assert "Creating" in machine.make().stdout, "its commands point to where it was"


def test_unsuitable_interpreters_are_named_with_the_reason(machine: Machine) -> None:
    machine.add(machine.path / "python3", "sys.version_info = (3, 10, 4)")
    machine.add(machine.path / "python3.11", "sys.modules['ensurepip'] = None")
    refused = machine.make()
    assert refused.returncode == 1
    assert f"{machine.path}/python3 is Python 3.10" in refused.stderr
    assert f"{machine.path}/python3.11 has no venv module" in refused.stderr
    assert "no interpreter called python3.12" in machine.make("python3.12").stderr
    assert not machine.environment.exists()
