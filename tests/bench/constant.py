"""The ceiling of the server: the smallest Flask application there is, at a port, with processes and threads."""

import sys

from flask import Flask

from quiz.serving.limits import Limits
from quiz.serving.processes import serve


def create_app() -> Flask:
    app = Flask("constant")

    @app.route("/")
    def hello() -> str:
        return "hello"

    return app


if __name__ == "__main__":
    port, processes, threads = map(int, sys.argv[1:])
    serve(create_app, ("127.0.0.1", port), processes, threads, Limits())
