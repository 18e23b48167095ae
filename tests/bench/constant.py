"""The ceiling of the server: the smallest Flask application there is."""

from flask import Flask


def create_app() -> Flask:
    app = Flask("constant")

    @app.route("/")
    def hello() -> str:
        return "hello"

    return app
