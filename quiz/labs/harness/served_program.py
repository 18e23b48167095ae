"""A program as a server: a raw response to every call, files by their paths, or a WSGI application in Python."""

import io
import os
import socket
import socketserver
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

from quiz.labs.harness import raw_responses
from quiz.labs.harness.raw_server import RawServer

_NAME = "program.py"
_HEAD = 64 * 1024
Tell = Callable[[dict[str, Any]], None]
"""Reports facts as they come about: parts of an observation, or `{"serving": True}` once calls are answered."""


def is_python(request: dict[str, Any]) -> bool:
    """Whether a request's program is an application rather than responses as they are sent."""
    return bool(request["program"].strip()) and not raw_responses.is_raw(request["program"])


def serve(request: dict[str, Any], listener: socket.socket, folder: Path, tell: Tell) -> None:
    """Answer calls until somebody ends this process. Returns where there is nothing to serve; SystemExit passes."""
    if not is_python(request):
        with RawServer(listener, request["files"], request["program"]) as raw:
            tell({"serving": True})
            raw.serve_forever()
    app = _loaded(request, folder, tell)
    if app is not None:
        with _AppServer(listener, app, tell) as server:
            tell({"serving": True})
            server.serve_forever()


def _loaded(request: dict[str, Any], folder: Path, tell: Tell) -> Any:
    """The application that a program defines; None where it defines none, which has been told."""
    for name, text in request["files"].items():
        path = folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.argv = [_NAME, *request["arguments"]]
    sys.stdin = io.StringIO(request["input"])
    module = types.ModuleType("program")
    module.__file__ = str(folder / _NAME)
    sys.modules["program"] = module
    try:
        code = compile(request["program"], _NAME, "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        tell({"compiled": False, "diagnostics": [{"line": line, "message": getattr(error, "msg", str(error))}]})
        return None
    tell({"compiled": True})
    try:
        exec(code, module.__dict__)  # noqa: S102
    except Exception as error:
        tell({"thrown": thrown(error)})
        return None
    if not callable(getattr(module, "app", None)):
        tell({"failed": "the program defines no application: name it `app`"})
        return None
    return module.__dict__["app"]


def thrown(error: BaseException) -> dict[str, Any]:
    """An exception as a fact: its qualified name, message, and the program's line nearest to where it was raised."""
    kind = type(error)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return {"kind": name, "message": str(error), "line": (lines[-1] if lines else 0) or 0}


class _AppServer(socketserver.ThreadingMixIn, WSGIServer):
    """The standard library's server for WSGI, which says of itself what is the same on every machine."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, app: Any, tell: Tell) -> None:
        super().__init__(("127.0.0.1", 0), _AppHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = "localhost", 80
        self.tell = tell
        self.setup_environ()
        self.app = app


class _AppHandler(WSGIRequestHandler):
    def handle(self) -> None:
        """Answer one request, as the parent does, with a handler that reports exceptions."""
        self.raw_requestline = self.rfile.readline(_HEAD + 1)
        if len(self.raw_requestline) > _HEAD:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
        elif self.parse_request():
            handler = _Reporting(
                self.rfile,
                self.wfile,  # type: ignore[arg-type]
                self.get_stderr(),
                self.get_environ(),
            )
            assert isinstance(self.server, _AppServer)
            handler.request_handler = self
            handler.tell = self.server.tell
            handler.run(self.server.app)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Reporting(ServerHandler):
    request_handler: WSGIRequestHandler
    tell: Tell

    def log_exception(self, exc_info: Any) -> None:
        error = exc_info[1]
        if isinstance(error, BaseException):
            self.tell({"thrown": thrown(error)})
