"""Requests that nobody would think of, to every route, as everybody who could send them."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from quiz.services.people import accounts
from quiz.store.database import Store
from quiz.web.access import candidate_cookie
from tests.factories import PASSWORD, World
from tests.pages import Page

ODD_METHODS = ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST", "PROPFIND"]

NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "00",
    "1e9",
    "9" * 30,
    "1.5",
    "NaN",
    "Infinity",
    "-0",
    "٣",
    "true",
    "null",
    "None",
    "[]",
    "{}",
    "a" * 300,
    "x" * 20_000,
    "\x00",
    "\x0b",
    "\r\n",
    "\u2028",
    "\u202e",
    "\ud7ff",
    "\ufeff",
    "é",
    "e\u0301",
    "😀" * 50,
    "ﷺ" * 20,
    "'",
    '"',
    "`",
    "\\",
    "%",
    "%25",
    "%2527",
    "%00",
    "../../etc/passwd",
    "..\\",
    "/",
    "//evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{%raw%}",
    "${7*7}",
    "%(x)s",
    "{0.__class__}",
    "' OR 1=1 --",
    "=1+1",
    "@SUM(A1)",
    "a@b",
    "a@b.example",
    "Ada <ada@example.org>",
    "2026-01-01T00:00",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-02-30T25:61",
    "demo",
    "demo.1",
    "practice",
    "yes",
    "on",
    "page",
    "next",
    "previous",
    "overview",
    "[" * 3000,
    '{"a":' * 2000,
    '{"path": "/assessments/new", "fields": []}',
    "(a+)+$",
    "A" * 70,
]
"""Values at the edges of what any field takes."""

HEADERS: list[dict[str, str]] = [
    {},
    {},
    {},
    {"Accept": "application/json"},
    {"Accept": "text/html;q=0.1, */*;q=nonsense"},
    {"Accept": "," * 500},
    {"Accept-Language": "xx-" * 200},
    {"Content-Type": "application/json"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "text/plain; charset=nonsense"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Origin": "null"},
    {"Referer": "http://localhost/%ff"},
    {"Host": "evil.example"},
    {"Host": "[::1"},
    {"Host": "a:b:c"},
    {"X-Forwarded-For": "1.2.3.4, junk", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    {"If-None-Match": '"' * 300},
    {"If-Modified-Since": "Sat, 99 Foo 9999 99:99:99 GMT"},
    {"Range": "bytes=9999999999999999999999-1,-,5-1"},
    {"Cookie": "quiz-staff=" + "x" * 43},
    {"Cookie": "=;;; quiz-visitor=\x7f; a=" + "b" * 3000},
    {"Content-Length": "7"},
]


@dataclass
class Somebody:
    """Who sends: a client with their cookies, the ids they know, and the forms they have been shown."""

    name: str
    client: FlaskClient
    known: dict[str, list[str]]
    forms: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Found:
    """What came of the requests: statuses, and every fault with the request that showed it."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


class PageFuzzer:
    """Sends random requests; each is a pure function of the seed and of what came before."""

    patience = 20.0
    """Seconds after which a request counts as one that hangs."""

    def __init__(self, app: Flask, store: Store, seed: int) -> None:
        self.app, self.rng, self.found = app, random.Random(seed), Found()
        self.world = World(app, store)
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        self.known = self._furnish()
        self.people = [self._anonymous, *(self._staff(role) for role in ("recruiter", "author", "admin"))]
        self.people += [self._candidate(stage) for stage in ("invited", "running", "over")]
        self.somebodies = [make() for make in self.people]

    def _furnish(self) -> dict[str, list[str]]:
        assessment = self.world.assessment()
        return {"assessment_id": [assessment], "invitation_id": [], "link": [], "bank": ["demo", "practice"]}

    # Who sends --------------------------------------------------------------------------------------------------

    def _anonymous(self) -> Somebody:
        return Somebody("anonymous", self.app.test_client(), self.known)

    def _staff(self, role: str) -> Callable[[], Somebody]:
        def make() -> Somebody:
            client = self.app.test_client()
            email = f"{role}{self.rng.randrange(10**9)}@example.org"
            self.world.user(role, email)
            address = ".".join(str(self.rng.randrange(1, 255)) for _ in range(4))
            token = accounts.sign_in(self.world.store, email, PASSWORD, address, datetime.now(UTC))
            client.set_cookie("quiz-staff", getattr(token, "token", token))
            return Somebody(role, client, self.known)

        return make

    def _candidate(self, stage: str) -> Callable[[], Somebody]:
        def make() -> Somebody:
            client = self.app.test_client()
            email = f"{stage}{self.rng.randrange(10**9)}@example.org"
            candidate = self.world.candidate(self.known["assessment_id"][0], email)
            if stage != "invited":
                self.world.start(candidate, datetime.now(UTC) - timedelta(minutes=1))
            if stage == "over":
                self.world.finish(candidate)
            client.set_cookie(f"quiz-{candidate_cookie(candidate.invitation_id)}", candidate.browser)
            self.known["invitation_id"] = [*self.known["invitation_id"], candidate.invitation_id][-40:]
            self.known["link"] = [*self.known["link"], candidate.link][-40:]
            return Somebody(f"candidate, {stage}", client, self.known | {"invitation_id": [candidate.invitation_id]})

        return make

    # One request ------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Send one request and look at the reply."""
        at = self.rng.randrange(len(self.somebodies))
        if self.rng.random() < 0.01:  # Signed out, finished, thrown out by a limit: somebody new comes.
            self.somebodies[at] = self.people[at]()
        somebody = self.somebodies[at]
        query = self._junk() if self.rng.random() < 0.3 else {}
        if somebody.forms and self.rng.random() < 0.4:
            path, fields = self.rng.choice(somebody.forms[-30:])
            method, data = "POST", self._mutated(fields)
        else:
            rule = self.rng.choice(self.rules)
            path, data = self._address(rule, somebody), self._junk()
            method = self.rng.choice(ODD_METHODS if self.rng.random() < 0.1 else sorted(rule.methods or {"GET"}))
        self._send(somebody, method, path, query, data, dict(self.rng.choice(HEADERS)))

    def _send(
        self, somebody: Somebody, method: str, path: str, query: dict[str, Any], data: Any, headers: dict[str, str]
    ) -> None:
        sent = f"{somebody.name}: {method} {path!r} query {str(query)[:300]} data {str(data)[:600]} headers {headers}"
        body = data if method in ("POST", "PUT", "PATCH") else None
        if body is not None and "Content-Type" in headers:
            body = repr(body).encode(errors="surrogatepass")
        begin = time.perf_counter()
        reply = somebody.client.open(path, method=method, query_string=query, data=body, headers=headers)
        readable = reply.mimetype in ("text/html", "application/json", "text/plain")
        text = reply.get_data(as_text=True) if readable else ""
        took = time.perf_counter() - begin
        self.found.slowest = max(self.found.slowest, took)
        self.found.statuses[somebody.name, reply.status_code] += 1
        if reply.status_code >= 500 or "Traceback (most recent" in text:
            self.found.faults.append(f"{reply.status_code} for {sent}")
        if took > self.patience:
            self.found.faults.append(f"{took:.0f} s for {sent}")
        if method == "GET" and reply.mimetype == "text/html" and text.startswith("<!doctype"):
            self._remember_forms(somebody, reply, sent)

    def _remember_forms(self, somebody: Somebody, reply: Any, sent: str) -> None:
        try:
            page = Page(reply)
        except AssertionError as error:
            self.found.faults.append(f"{error} for {sent}")
            return
        for form in page.all("form"):
            if (form.get("method") or "get").lower() == "post":
                action = form.get("action") or page.path
                somebody.forms.append((action, page.form(action)))

    # What it holds ----------------------------------------------------------------------------------------------

    def _address(self, rule: Rule, somebody: Somebody) -> str:
        def filled(found: re.Match[str]) -> str:
            known = somebody.known.get(found["name"], [])
            if known and self.rng.random() < 0.85:
                return self.rng.choice(known)
            if (found["converter"] or "").startswith("int") and self.rng.random() < 0.9:
                return str(self.rng.choice([0, 1, 2, 3, 17, 500, 501, 10**12]))
            return self._value().replace("?", "").replace("#", "")[:500] or "x"

        return re.sub(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>\w+)>", filled, rule.rule)

    def _mutated(self, fields: dict[str, Any]) -> dict[str, Any]:
        changed = dict(fields)
        for _ in range(self.rng.choice([0, 0, 1, 1, 2, 5])):
            name = self.rng.choice([*changed, *fields, "answer", "answer-1", "go", "extra"])
            if name == "csrf_token" and self.rng.random() < 0.9:
                continue
            if self.rng.random() < 0.2:
                changed.pop(name, None)
            elif self.rng.random() < 0.2:
                changed[name] = [self._value() for _ in range(self.rng.choice([0, 2, 60]))]
            else:
                changed[name] = self._value()
        return {name: value for name, value in changed.items() if value is not None}

    def _junk(self) -> dict[str, Any]:
        names = [
            "search",
            "sort",
            "page",
            "after",
            "before",
            "state",
            "bank",
            "minutes",
            "back",
            "answer",
            "seq",
            "edit",
            "base",
            "kept",
        ]
        return {self.rng.choice(names): self._value() for _ in range(self.rng.randrange(4))}

    def _value(self) -> str:
        value = self.rng.choice(NASTY)
        if self.rng.random() < 0.15:
            value += self.rng.choice(NASTY)[:2000]
        if self.rng.random() < 0.05:
            value = "".join(
                chr(self.rng.choice([self.rng.randrange(128), self.rng.randrange(0xD7FF)])) for _ in range(30)
            )
        return value
