"""What labs keep between runs: outside the project, once for all checkouts of a user, never needed to serve."""

import os
from pathlib import Path


def root() -> Path:
    """`quiz` in the user's cache, where the XDG Base Directory Specification has it. It may not exist yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "quiz"


def folder(name: str) -> Path:
    """The folder of one lab's dependencies. It may not exist yet."""
    return root() / "labs" / name
