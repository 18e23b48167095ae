"""The application, put together."""

import logging

import flask_migrate
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from quiz import paths
from quiz.config import Settings, read_settings
from quiz.services.publishing import pictures
from quiz.store import heartbeats  # noqa: F401 - a table that no page knows, and migrations do
from quiz.store.database import engine_options, prepare
from quiz.web import (
    access,
    account,
    author,
    candidate,
    errors,
    headers,
    health,
    recruiter,
    rendering,
    strict_json,
    submissions,
)
from quiz.web.database import db

MAX_REQUEST_BYTES = 256 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Nothing is read from the environment where settings are given."""
    settings = settings or read_settings()
    app = Flask("quiz", static_folder=None, template_folder=None)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        PROPAGATE_EXCEPTIONS=False,
    )
    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(paths.MIGRATIONS), compare_type=True)
    with app.app_context():
        prepare(db.engine)
    rendering.init_app(app, lambda digest: pictures.picture(db.engine, digest))
    strict_json.init_app(app)
    access.init_app(app)
    submissions.init_app(app)
    headers.init_app(app, settings)
    errors.init_app(app)
    for audience in (health, account, candidate, recruiter, author):
        app.register_blueprint(audience.bp)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return app
