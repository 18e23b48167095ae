"""What a page says and does, gathered from the browser's events as facts."""

import math
import re
from typing import Any

from quiz.labs.harness.devtools import TooMuch

_PRINTING = {"log", "info", "debug"}
_PLACEHOLDER = re.compile(r"%[sdifoOc%]")
_WIRE_ONLY = {"user-agent", "accept-encoding", "accept-language", "priority", "connection"}
"""Request headers that say which browser or machine it is; those that begin with `sec-ch-` do too."""
PROBE = "observedByLab"
"""The function by which a program hands over the value of its probe."""


class Crashed(Exception):
    """A page took more memory than it may."""


class Facts:
    """The facts of one page, and of each document that its main frame asks for."""

    def __init__(self, session: str, frame: str, most: int) -> None:
        self.session = session
        self.frame = frame
        self.printed = ""
        self.thrown: dict[str, Any] | None = None
        self.returned: str | None = None
        self.idle = False
        """Whether the page's time, as it passes for the page, is up."""
        self.loaded = True
        """Whether the document that was asked for last has loaded, or never will."""
        self.hops: list[dict[str, Any]] = []
        self.watched = "Document"
        """The kind of request that is reported."""
        self.dialogs = 0
        self._newest = ""
        self._most = most
        self._sent: dict[str, list[dict[str, str]]] = {}
        self._received: dict[str, list[dict[str, Any]]] = {}

    def take(self, method: str, event: dict[str, Any]) -> None:
        """Raises TooMuch, Crashed."""
        match method:
            case "Runtime.consoleAPICalled" if event["type"] in _PRINTING:
                self._print(event["args"])
            case "Runtime.exceptionThrown" if self.thrown is None:
                self.thrown = thrown(event["exceptionDetails"])
            case "Runtime.bindingCalled" if event["name"] == PROBE:
                self.returned = event["payload"]
            case "Emulation.virtualTimeBudgetExpired":
                self.idle = True
            case "Page.javascriptDialogOpening":
                self.dialogs += 1
            case "Inspector.targetCrashed":
                raise Crashed
            case "Page.lifecycleEvent" if event["name"] == "load" and event["loaderId"] == self._newest:
                self.loaded = True
            case "Network.loadingFailed" if event["requestId"] == self._newest:
                self.loaded = True
            case "Network.requestWillBeSent":
                self._request(event)
            case "Network.requestWillBeSentExtraInfo":
                self._sent.setdefault(event["requestId"], []).append(event["headers"])
            case "Network.responseReceivedExtraInfo":
                self._received.setdefault(event["requestId"], []).append(event)
            case "Network.responseReceived":
                self._response(event["requestId"], event["response"])

    def _print(self, values: list[dict[str, Any]]) -> None:
        self.printed += _line(values) + "\n"
        if len(self.printed) > self._most:
            raise TooMuch

    def _request(self, event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            self._response(event["requestId"], event["redirectResponse"])
        if event.get("type") == "Document" and event.get("frameId") == self.frame:
            self._newest, self.loaded = event["requestId"], False
        if event.get("type") == self.watched and event.get("frameId") == self.frame:
            earlier = sum(hop["request"] == event["requestId"] for hop in self.hops)
            self.hops.append(
                {"request": event["requestId"], "turn": earlier, "sent": event["request"]["headers"], "seen": None}
            )

    def _response(self, request: str, response: dict[str, Any]) -> None:
        for hop in self.hops:
            if hop["request"] == request and hop["seen"] is None:
                hop["seen"] = {"statusCode": response["status"], "headers": response["headers"]}

    def responses(self, bodies: dict[str, str]) -> list[dict[str, Any]]:
        """All documents in order, hops of redirects included; `bodies` are by request, for the last hop of each."""
        found = []
        for hop in self.hops:
            request, turn = hop["request"], hop["turn"]
            # What really went over the wire, cookies included, is told in events of its own; a redirect that the
            # browser makes up itself, as for HSTS, has none.
            sent = _at(self._sent.get(request), turn) or hop["sent"]
            seen = _at(self._received.get(request), turn) or hop["seen"]
            if seen is not None:
                last = turn == max(one["turn"] for one in self.hops if one["request"] == request)
                found.append(
                    {
                        "status": seen["statusCode"],
                        "headers": [pair for pair in _pairs(seen["headers"]) if pair[0].casefold() != "date"],
                        "sent": [pair for pair in _pairs(sent) if not _of_the_machine(pair[0].casefold())],
                        "body": bodies.get(request, "") if last else "",
                    }
                )
        return found


def _at(values: list[Any] | None, place: int) -> Any:
    return values[place] if values is not None and place < len(values) else None


def _pairs(headers: dict[str, str]) -> list[tuple[str, str]]:
    """Headers as pairs; the protocol writes those of one name on lines of their own."""
    return [(name, value) for name, values in headers.items() for value in values.split("\n")]


def _of_the_machine(name: str) -> bool:
    return name in _WIRE_ONLY or name.startswith("sec-ch-")


def thrown(details: dict[str, Any]) -> dict[str, Any]:
    """An uncaught error: its class, its message, and the document's line it came from (0 for another file)."""
    error = details.get("exception", {})
    if error.get("subtype") == "error":
        kind = error.get("className", "Error")
        told = re.split(r"\n\s+at ", error.get("description", ""))[0]
        message = re.sub(r"^[\w$.]*(?:Error|Exception|" + re.escape(kind) + r")(?:: |$)", "", told)
    else:
        kind, message = error.get("type", "Error"), shown(error)
    frames = details.get("stackTrace", {}).get("callFrames", [])
    places = [(frame["url"], frame["lineNumber"]) for frame in frames] or [
        (details.get("url", ""), details["lineNumber"])
    ]
    line = next((line + 1 for url, line in places if re.fullmatch(r"https?://[^/]+/", url)), 0)
    return {"kind": kind, "message": message, "line": line}


def _line(values: list[dict[str, Any]]) -> str:
    """What console.log shows for its arguments, as the Console Standard formats them."""
    rest = list(values)
    if rest and rest[0]["type"] == "string" and len(rest) > 1:
        pattern = rest.pop(0)["value"]
        return " ".join([_PLACEHOLDER.sub(lambda found: _filled(found[0], rest), pattern), *map(shown, rest)])
    return " ".join(map(shown, rest))


def _filled(placeholder: str, rest: list[dict[str, Any]]) -> str:
    if placeholder == "%%":
        return "%"
    if not rest:
        return placeholder
    value = rest.pop(0)
    if placeholder == "%c":
        return ""
    if placeholder in ("%d", "%i") and value["type"] == "number":
        number = float(str(value.get("value", "nan")))
        return str(int(number)) if math.isfinite(number) else "NaN"
    return shown(value)


def shown(value: dict[str, Any]) -> str:
    """A value as the console shows it, on one line: strings bare, objects with what is in them."""
    kind = value.get("type")
    if kind == "string":
        return str(value["value"])
    if "unserializableValue" in value:
        return str(value["unserializableValue"])
    if kind in ("number", "boolean"):
        return _plain(value["value"])
    if kind == "undefined" or value.get("subtype") == "null":
        return "undefined" if kind == "undefined" else "null"
    if kind == "object" and "preview" in value and value.get("subtype") in (None, "array"):
        return _preview(value["preview"])
    return str(value.get("description", kind))


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else re.sub(r"\.0$", "", str(value))


def _preview(preview: dict[str, Any]) -> str:
    is_list = preview.get("subtype") == "array"
    parts = [_part(one) if is_list else f"{one['name']}: {_part(one)}" for one in preview["properties"]]
    inside = ", ".join([*parts, *(["..."] if preview["overflow"] else [])])
    if is_list:
        return f"[{inside}]"
    name = preview.get("description", "Object")
    return f"{{{inside}}}" if name == "Object" else f"{name} {{{inside}}}"


def _part(one: dict[str, Any]) -> str:
    return f"'{one['value']}'" if one["type"] == "string" else str(one.get("value", one["type"]))
