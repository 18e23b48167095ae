"""For authors: banks in the browser while they are written."""

import logging
from pathlib import Path

import click
from werkzeug.serving import make_server

from quiz.cli import exposure
from quiz.cli.folders import folders_below, path_argument
from quiz.web.preview import create_preview


@click.command()
@path_argument
@click.option("--port", type=click.IntRange(1, 65535), default=8001, help="The port on this machine.")
def preview(path: Path, port: int) -> None:
    """Show the banks below PATH in the browser, on this machine alone, following every change to the files."""
    folders_below(path)
    root = path.resolve()
    exposure.warn('The button "Prove what changed" runs')
    # Each request, and a word on production, would bury what the author has to see.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        server = make_server("127.0.0.1", port, create_preview(root, port), threaded=True)
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be used ({error.strerror}): choose another with --port"
        ) from error
    click.echo(f"Preview: http://127.0.0.1:{port} (stop it with Ctrl-C)")
    server.serve_forever()
