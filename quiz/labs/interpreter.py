"""Starting a harness that is written in Python, by the interpreter that runs this one, in the sandbox."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from quiz.labs import sandbox
from quiz.labs.base import PROCESSES, Condition

_ROOT = Path(__file__).parents[2]
_SEEN = ("quiz/__init__.py", "quiz/labs/__init__.py", "quiz/labs/harness")
"""All that a harness sees of us: the banks with their keys stay outside."""


def start(
    module: str,
    condition: Condition,
    *,
    arguments: Sequence[str] = (),
    packages: bool = False,
    search: Sequence[Path] = (),
    readable: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    processes: int = PROCESSES,
    named: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `quiz.labs.harness.<module>` with the language, time zone and seed of a condition.

    It knows the standard library, the folders in `search`, and the installed packages where `packages`.
    """
    installed = [Path(sysconfig.get_path("purelib"))] if packages else []
    known = {
        "PYTHONPATH": os.pathsep.join(str(path) for path in (_ROOT, *search, *installed)),
        "PYTHONHASHSEED": str(condition.seed),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": condition.time_zone,
        "LANGUAGE": condition.locale,
    }
    return sandbox.start(
        [str(program()), "-P", "-S", "-s", "-X", "utf8", "-m", f"quiz.labs.harness.{module}", *arguments],
        readable=[Path(sys.base_prefix), *(_ROOT / name for name in _SEEN), *search, *installed, *readable],
        environment=known | dict(environment or {}),
        processes=processes,
        named=named,
    )


def program() -> Path:
    """The interpreter itself rather than a virtual environment's link to it."""
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
