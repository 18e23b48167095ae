"""What labs keep between runs: outside the project, once for all checkouts of a user, never needed to serve."""

import os
from pathlib import Path


def root() -> Path:
    """The cache: QUIZ_CACHE_DIR, or `quiz` in the user's own cache. It may not exist yet."""
    chosen = os.environ.get("QUIZ_CACHE_DIR")
    users = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen).absolute() if chosen else users / "quiz"


def folder(name: str) -> Path:
    """The folder of one lab's dependencies. It may not exist yet."""
    return root() / "labs" / name
