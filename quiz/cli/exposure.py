"""Saying loudly what the code of banks can reach where it does not run in a sandbox of its own."""

import click

from quiz.labs import sandbox


def warn(when: str) -> None:
    """Warn in red, unless code runs in a complete sandbox. `when` is when it runs: "Proving runs"."""
    if exposed := sandbox.exposed():
        reach = "\n".join(f"  - {each}" for each in exposed)
        click.secho(
            f"WARNING: without bubblewrap there is no complete sandbox here. {when} the banks' code, which can reach\n"
            f"{reach}\n"
            "Run only what you would run yourself, or install bubblewrap: apt install bubblewrap",
            err=True,
            fg="red",
            bold=True,
        )
