"""Whether this process and its database answer, for whatever watches them."""

from flask import Blueprint

from quiz.store.database import answers
from quiz.web.access import anyone
from quiz.web.database import db

bp = Blueprint("health", __name__)


@bp.get("/health")
@anyone
def health() -> str:
    """Answers `ok` as long as the database does."""
    answers(db.engine)
    return "ok"
