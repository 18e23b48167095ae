"""The preview: an author's own banks on the author's own machine, as the files stand, following every change.

It shows the pages of the author without accounts and without a database, so it answers on this machine alone, under
no other name, and does nothing that another site asks for.
"""

import hashlib
import logging
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, jsonify, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from quiz.config import Settings
from quiz.domain.errors import NotFound
from quiz.labs.base import LabFailed, LabMissing
from quiz.labs.registry import LABS
from quiz.services.authoring import catalogue, proving
from quiz.services.authoring.bench import Bench
from quiz.services.authoring.proving import Outcome
from quiz.web import author, errors, headers, rendering
from quiz.web.access import SAFE_METHODS, anyone

bp = Blueprint("preview", __name__)
log = logging.getLogger("quiz")


def create_preview(root: Path, port: int) -> Flask:
    """The preview of the banks below a folder, for a server on this port of the loopback address."""
    app = Flask("quiz", static_folder=None, template_folder=None)
    settings = Settings(
        data_dir=root,
        database_url="",
        secret_key=secrets.token_urlsafe(48),
        public_url=f"http://127.0.0.1:{port}",
        banks_dir=root,
    )
    app.extensions["settings"] = settings
    app.extensions["prover"] = Prover(root)
    app.config.update(TRUSTED_HOSTS=[name for name in settings.hosts if ":" not in name])
    rendering.init_app(app, lambda digest: catalogue.picture(root, digest))
    app.jinja_env.globals["live"] = True
    headers.init_app(app, settings)
    app.before_request(_guard)
    app.register_error_handler(NotFound, lambda error: errors.page(404, "Not found", str(error)))
    app.register_error_handler(HTTPException, errors.http_error)
    app.register_blueprint(author.bp)
    app.register_blueprint(bp)
    app.view_functions["author.catalogue"] = author.catalogue_page
    return app


def _guard() -> None:
    g.now = datetime.now(UTC)
    g.staff = None
    # Taken before any file is read: a change while the page is made leads to one more reload, never to a stale page.
    g.state = _state(current_app.extensions["settings"].banks_dir)
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") != "same-origin":
        abort(403, "Only a page of the preview itself may ask for that.")


@bp.get("/")
@anyone
def start() -> Any:
    """The banks."""
    return redirect(url_for("author.catalogue"))


@bp.get("/changes")
@anyone
def changes() -> Any:
    """What tells whether anything on the pages is out of date, and how far a proof under way has come."""
    root = current_app.extensions["settings"].banks_dir
    return jsonify(state=_state(root), proving=current_app.extensions["prover"].words)


@bp.post("/prove")
@anyone
def prove() -> Any:
    """Begin to prove what has no current proof; the pages follow."""
    current_app.extensions["prover"].begin()
    back = request.referrer if request.referrer and request.referrer.startswith(request.host_url) else None
    return redirect(back or url_for("author.catalogue"), 303)


def _state(root: Path) -> str:
    # What a proof found wrong is shown too, and is in no file of the banks.
    found = catalogue.state(root), current_app.extensions["prover"].times
    return hashlib.sha256(repr(found).encode()).hexdigest()


class Prover:
    """Proves the banks below a folder in the background, once at a time. `words` say how that goes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._busy = threading.Lock()
        self.words = ""
        self.times = 0
        """How often it has proven."""

    def begin(self) -> None:
        """Begin, unless it goes on already."""
        if self._busy.acquire(blocking=False):
            self.words = "Starting the labs"
            threading.Thread(target=self._prove, daemon=True).start()

    def _prove(self) -> None:
        outcomes: list[Outcome] = []
        try:
            with Bench(LABS, self._tell) as bench:
                for folder, bank in catalogue.sound_banks(self._root):
                    outcome = proving.prove(bank, bench)
                    proving.write(folder, outcome)
                    outcomes.append(outcome)
            refused = sum(check.bank is None for check in catalogue.check_banks(self._root))
            self.words = _outcome_in_words(outcomes, refused)
        except (LabFailed, LabMissing, OSError) as error:
            self.words = f"A lab failed: {error}"
        except Exception:
            # Nobody waits for this thread: unless the page says that it broke down, it seems to run for ever.
            log.exception("proving broke down")
            self.words = "Proving broke down: the terminal of the preview says why"
        finally:
            self.times += 1
            self._busy.release()

    def _tell(self, done: int, total: int) -> None:
        self.words = f"{done} of {total} programs have run"


def _outcome_in_words(outcomes: list[Outcome], refused: int) -> str:
    """How proving went, claiming no more than was run; `refused` banks could not even be read."""
    problems = sum(len(outcome.problems) for outcome in outcomes)
    missing = [why for outcome in outcomes for why in outcome.unverified.values()]
    left = [f"{problems} problem{'s' * (problems != 1)}"] * bool(problems)
    if missing:
        left.append(f"{len(missing)} item{'s' * (len(missing) != 1)} that cannot run here ({missing[0]})")
    left += [f"{refused} bank{'s' * (refused != 1)} to fix first"] * bool(refused)
    return f"Proven, but for {', '.join(left)}" if left else "All proven"
