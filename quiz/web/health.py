"""Whether this process and its database answer, for whatever watches them."""

import sqlalchemy as sa
from flask import Blueprint

from quiz.store.database import db
from quiz.web.access import anyone

bp = Blueprint("health", __name__)


@bp.get("/health")
@anyone
def health() -> str:
    """Answers `ok` as long as the database does."""
    db.session.execute(sa.text("SELECT 1"))
    return "ok"
