"""The harness of the browser lab: one Chromium, one server for all hosts, and a browser context for each request."""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from quiz.labs.harness import devtools, raw_responses, replies
from quiz.labs.harness.devtools import Gone, Late, Refused, TooMuch
from quiz.labs.harness.page_facts import PROBE, Crashed, Facts, thrown
from quiz.labs.harness.raw_server import RawServer
from quiz.labs.harness.replies import Answer

_PLACE = re.compile(r"^([ \t]*)\{\{probe\}\}[ \t]*$", re.MULTILINE)
_WIDTH, _HEIGHT = 1280, 720
_BUDGET = 3000
"""Milliseconds that pass for a page once it is opened; its timers up to then have run, in no time of ours."""
_START = 60.0
"""Seconds that a browser may take to start."""
_MOMENT = 0.02
_HOME = "http://localhost"
_TEXT = (
    '(v => typeof v === "number" ? (Object.is(v, -0) ? "-0" : String(v)) : typeof v === "bigint" ? v + "n" : '
    "(() => { try { const t = JSON.stringify(v); "
    'return t === undefined || (t === "{}" && v.constructor !== Object) ? String(v) : t } '
    "catch { return String(v) } })())"
)
"""Writes a value as text: JSON where it has that form."""
_COMPUTED = (
    "((selector, name) => { const [where, pseudo] = selector.split('::');"
    " const found = document.querySelector(where);"
    " return found ? getComputedStyle(found, pseudo ? '::' + pseudo : null).getPropertyValue(name) : '' })"
)
_SWITCHES = (
    *("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync"),
    *("--disable-breakpad", "--disable-crash-reporter", "--disable-extensions", "--disable-dev-shm-usage"),
    *("--ignore-certificate-errors", "--hide-scrollbars", "--mute-audio", "--force-device-scale-factor=1"),
    *("--force-color-profile=srgb", "--js-flags=--max-old-space-size=256", f"--window-size={_WIDTH},{_HEIGHT}"),
)


class Chromium:
    """The browser and the server it speaks with."""

    def __init__(self, program: str, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._facts: Facts | None = None
        listener = socket.create_server(("127.0.0.1", 0))
        self._server = RawServer(listener, {}, tls=_certificate())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        port = listener.getsockname()[1]
        _as_other_windows()
        switches = (*_SWITCHES, f"--host-resolver-rules=MAP * 127.0.0.1:{port}", "--user-data-dir=profile")
        self._browser = devtools.Browser([program, *switches, "about:blank"], self._event)
        self._own = self._warmed_up(time.monotonic() + _START)

    def _event(self, session: str, method: str, event: dict[str, Any]) -> None:
        if self._facts is not None and session == self._facts.session:
            self._facts.take(method, event)

    def observe(self, question: dict[str, Any]) -> Answer:
        """Open a request's pages in a context of their own and say what was seen."""
        request = question["request"]
        if fault := _unsuitable(request):
            return {"failed": fault}
        until = time.monotonic() + self._seconds
        self._server.files = _files(request)
        try:
            context = self._browser.call(until, "Target.createBrowserContext")["browserContextId"]
            visit = _Visit(self._browser, self._facts_of(context, until), until)
            observation, tired = visit.made(request, question["locale"], question["time_zone"])
            if not tired:
                self._facts = None
                self._browser.call(time.monotonic() + 2, "Target.disposeBrowserContext", browserContextId=context)
                tired = not self._as_before(time.monotonic() + 2)
        except Gone:
            return {"observation": {"exceeded": "the browser, which ended"}, "tired": True}
        except (Late, Refused) as error:
            return {"failed": f"the browser does not answer ({type(error).__name__}: {error})", "tired": True}
        return {"observation": observation, "tired": tired}

    def _warmed_up(self, until: float) -> set[str]:
        """Open a page and close it again, so that no request is slow for being the first; what there is then."""
        own = self._targets(until)
        context = self._browser.call(until, "Target.createBrowserContext")["browserContextId"]
        session = self._facts_of(context, until).session
        self._browser.call(until, "Page.navigate", session, url=f"{_HOME}/")
        self._browser.call(until, "Runtime.evaluate", session, expression="document.readyState")
        self._facts = None
        self._browser.call(until, "Target.disposeBrowserContext", browserContextId=context)
        return own

    def _targets(self, until: float) -> set[str]:
        """All pages, workers and contexts there are, by their ids."""
        pages = self._browser.call(until, "Target.getTargets")["targetInfos"]
        contexts = self._browser.call(until, "Target.getBrowserContexts")["browserContextIds"]
        return {page["targetId"] for page in pages} | set(contexts)

    def _as_before(self, until: float) -> bool:
        """Whether nothing of a request is left: no page, no worker, no context, and nobody whom the server answers."""
        while self._targets(until) != self._own or self._server.busy:
            if time.monotonic() > until - 1:
                return False
            time.sleep(_MOMENT)
        return True

    def _facts_of(self, context: str, until: float) -> Facts:
        target = self._browser.call(until, "Target.createTarget", url="about:blank", browserContextId=context)
        attached = self._browser.call(until, "Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._facts = Facts(attached["sessionId"], target["targetId"], self._most)
        return self._facts


def _as_other_windows() -> None:
    """Contexts are private windows, which block third-party cookies; ours shall treat them as other windows do."""
    settings = Path("profile/Default/Preferences")
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"profile": {"cookie_controls_mode": 0}}))


class _Visit:
    """One request's way through its pages."""

    def __init__(self, browser: devtools.Browser, facts: Facts, until: float) -> None:
        self._browser, self._facts, self._until = browser, facts, until
        self._bodies: dict[str, str] = {}

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(self._until, method, self._facts.session, **parameters)

    def made(self, request: dict[str, Any], locale: str, zone: str) -> tuple[dict[str, Any], bool]:
        """What was seen, and whether the browser is of no further use."""
        facts = self._facts
        seen: dict[str, Any] = {}
        try:
            self._prepare(locale, zone)
            if request["calls"]:
                for call in request["calls"]:
                    self._follow(call)
            else:
                self._open(f"{_HOME}/")
            seen["computed"] = self._computed(request["ask"])
            if request["probe"] is not None and not _PLACE.search(request["program"]):
                facts.returned = self._probed(request["probe"])
        except Late:
            seen["ended"] = False
        except TooMuch:
            seen["exceeded"] = "output"
        except Crashed:
            seen["exceeded"] = "memory"
        seen |= {
            "printed": facts.printed[: _printable(seen, facts)],
            "thrown": facts.thrown,
            "returned": facts.returned,
        }
        if request["calls"]:
            seen["responses"] = facts.responses(self._bodies)
        stuck = "exceeded" in seen or "ended" in seen
        return {name: value for name, value in seen.items() if value is not None}, stuck

    def _prepare(self, locale: str, zone: str) -> None:
        for domain in ("Page", "Runtime", "Network", "Inspector"):
            self._call(f"{domain}.enable")
        self._call("Page.setLifecycleEventsEnabled", enabled=True)
        self._call("Emulation.setLocaleOverride", locale=locale)
        self._call("Emulation.setTimezoneOverride", timezoneId=zone)
        self._call("Runtime.addBinding", name=PROBE)

    def _follow(self, call: dict[str, Any]) -> None:
        """Open a call's address as a user does who types it; anything but a plain GET is fetched by the open page."""
        url = call["path"] if "://" in call["path"] else f"{_HOME}{call['path']}"
        if call["method"] == "GET" and not call["headers"] and not call["body"]:
            self._open(url)
        else:
            self._fetch(url, call)
        for hop in self._facts.hops:
            if hop["request"] not in self._bodies:
                self._bodies[hop["request"]] = self._body(hop["request"])

    def _open(self, url: str) -> None:
        self._facts.watched = "Document"
        self._call("Emulation.setVirtualTimePolicy", policy="advance")
        failed = self._call("Page.navigate", url=url).get("errorText", "")
        if failed and failed != "net::ERR_ABORTED" and self._facts.thrown is None:
            self._facts.thrown = {"kind": "NoAnswer", "message": failed}
        if not failed:
            self._settle()

    def _settle(self) -> None:
        """Let the page load and its own time pass; where it goes to another page meanwhile, do the same there."""
        facts = self._facts
        while True:
            while not facts.loaded:
                self._listen()
            facts.idle = False
            self._call("Emulation.setVirtualTimePolicy", policy="pauseIfNetworkFetchesPending", budget=_BUDGET)
            while facts.loaded and not facts.idle:
                self._listen()
            if facts.loaded:
                return

    def _listen(self) -> None:
        """Take an event, and answer the page's dialogs as a user does who presses Enter."""
        self._browser.listen(self._until)
        while self._facts.dialogs:
            self._facts.dialogs -= 1
            self._call("Page.handleJavaScriptDialog", accept=True)

    def _fetch(self, url: str, call: dict[str, Any]) -> None:
        self._facts.watched = "Fetch"
        options = {"method": call["method"], "headers": call["headers"], "credentials": "include"}
        if call["body"]:
            options["body"] = call["body"]
        self._call("Emulation.setVirtualTimePolicy", policy="advance")
        asked = f"fetch({json.dumps(url)}, {json.dumps(options)}).then(answer => answer.text())"
        result = self._call("Runtime.evaluate", expression=asked, awaitPromise=True)
        if "exceptionDetails" in result and self._facts.thrown is None:
            self._facts.thrown = thrown(result["exceptionDetails"])

    def _body(self, request: str) -> str:
        try:
            return devtools.body(self._call("Network.getResponseBody", requestId=request))
        except Refused:
            return ""

    def _probed(self, expression: str) -> str | None:
        """The value of an expression in the page as it is now."""
        result = self._call("Runtime.evaluate", expression=f"{_TEXT}((\n{expression}\n))", replMode=True)
        if "exceptionDetails" in result:
            self._facts.thrown = self._facts.thrown or thrown(result["exceptionDetails"]) | {"line": 0}
            return None
        return str(result["result"].get("value"))

    def _computed(self, ask: list[list[str]]) -> dict[str, str] | None:
        if not ask:
            return None
        # Seen from a world of its own, where the page cannot have replaced what is used.
        world = self._call("Page.createIsolatedWorld", frameId=self._facts.frame)["executionContextId"]
        found = {}
        for selector, name in ask:
            asked = f"{_COMPUTED}({json.dumps(selector)}, {json.dumps(name)})"
            value = self._call("Runtime.evaluate", expression=asked, contextId=world)["result"].get("value")
            if isinstance(value, str) and value:
                found[f"{selector} {name}"] = value
        return found


def _printable(seen: dict[str, Any], facts: Facts) -> int:
    """How much of what was printed is reported: too much of it is of no use."""
    return 1000 if seen.get("exceeded") == "output" else len(facts.printed)


def _unsuitable(request: dict[str, Any]) -> str:
    """What is wrong with a request before it is run; empty where nothing is."""
    for call in request["calls"]:
        if not re.match(r"/|https?://[^/]", call["path"]):
            return f"`{call['path']}` is no address: write `/...`, `http://host/...` or `https://host/...`"
    return ""


def _files(request: dict[str, Any]) -> dict[str, str]:
    """What the server serves: the program as `/`, beside the files. A fragment is no page of the nineties."""
    program = request["program"]
    if request["probe"] is not None:
        value = request["probe"].replace("\n", " ")
        program = _PLACE.sub(lambda found: f"{found[1]}{PROBE}({_TEXT}(({value})));", program)
    if not raw_responses.is_raw(program) and not re.match(r"\s*<(!doctype|html)\b", program, re.IGNORECASE):
        program = f"<!doctype html>{program}"
    return {"/": program, **request["files"]}


def _certificate() -> ssl.SSLContext:
    """A server context whose certificate nobody vouches for; the browser is told not to mind."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate, settings = (Path(folder) / name for name in ("key", "certificate", "settings"))
        settings.write_text("[req]\ndistinguished_name=name\n[name]\n")
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-config", str(settings), "-subj", "/CN=lab", "-days", "30"),
                *("-keyout", str(key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


def main() -> None:
    """Arguments: the browser's program, the seconds one request may take, and the bytes it may print."""
    os.chdir(os.environ["HOME"])
    replies.serve(lambda: Chromium(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])).observe)


if __name__ == "__main__":
    main()
