"""Reading pages strictly: a browser without JavaScript that refuses HTML that is not valid."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

_HTML = "{http://www.w3.org/1999/xhtml}"


class Page:
    """A page, its forms and its text. Raises AssertionError for invalid HTML, a missing title or a second h1."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.path = urlsplit(response.request.url).path
        parser = html5lib.HTMLParser(namespaceHTMLElements=True)
        self.root = parser.parse(self.html)
        wrong = [(place, code) for place, code, _ in parser.errors]
        assert not wrong, f"{self.path}: invalid HTML at (line, column) {wrong[:5]}"
        ids = [element.get("id") for element in self.root.iter() if element.get("id")]
        twice = {id for id in ids if ids.count(id) > 1}
        assert not twice, f"{self.path}: these ids stand twice: {twice}"
        assert self.title, f"{self.path}: the page has no title"
        assert len(self.all("h1")) == 1, f"{self.path}: a page has one h1"

    def all(self, tag: str) -> list[Any]:
        return list(self.root.iter(f"{_HTML}{tag}"))

    @property
    def title(self) -> str:
        return "".join(text for element in self.all("title") for text in element.itertext()).strip()

    @property
    def text(self) -> str:
        """The words of the page, white space folded."""
        main = self.all("main")[0]
        return re.sub(r"\s+", " ", " ".join(main.itertext()))

    @property
    def links(self) -> list[str]:
        return [element.get("href") for element in self.all("a") if element.get("href")]

    def form(self, action: str = "") -> dict[str, Any]:
        """What the form whose action ends so would send as it stands: names to values."""
        form = next(form for form in self.all("form") if (form.get("action") or "").endswith(action))
        sent: dict[str, Any] = {}
        for element in form.iter():
            name, tag = element.get("name"), element.tag.removeprefix(_HTML)
            if not name or element.get("disabled") is not None or tag not in ("input", "select", "textarea"):
                continue
            if tag == "select":
                chosen = [option for option in element.iter(f"{_HTML}option") if option.get("selected") is not None]
                sent[name] = chosen[0].get("value") if chosen else ""
            elif element.get("type") in ("radio", "checkbox"):
                if element.get("checked") is not None:
                    sent.setdefault(name, []).append(element.get("value"))
            else:
                sent[name] = "".join(element.itertext()) if tag == "textarea" else element.get("value") or ""
        return sent

    def names(self, prefix: str) -> list[str]:
        """The names of inputs that begin so, each once, in order."""
        inputs = [e for tag in ("input", "select", "textarea") for e in self.all(tag)]
        return sorted({e.get("name") for e in inputs if (e.get("name") or "").startswith(prefix)})

    def values(self, name: str) -> list[str]:
        """The values that a name can take."""
        options = [
            o.get("value") for s in self.all("select") if s.get("name") == name for o in s.iter(f"{_HTML}option")
        ]
        return [value for value in options if value] + [
            e.get("value")
            for e in self.all("input")
            if e.get("name") == name and e.get("type") in ("radio", "checkbox")
        ]


class Browser:
    """A browser without JavaScript: follows redirects, keeps cookies, fills in forms."""

    def __init__(self, app: Flask, use_cookies: bool = True) -> None:
        self.client = app.test_client(use_cookies)

    def open(self, path: str, status: int = 200, **options: Any) -> Page:
        response = self.client.get(path, follow_redirects=True, **options)
        assert response.status_code == status, (
            f"GET {path}: {response.status_code}\n{response.get_data(as_text=True)[:600]}"
        )
        return Page(response)

    def send(self, page: Page, action: str, values: Mapping[str, Any] | None = None, status: int = 200) -> Page:
        """Fill in and send the form whose action ends so."""
        form = next(form for form in page.all("form") if (form.get("action") or "").endswith(action))
        data = {name: value for name, value in (page.form(action) | dict(values or {})).items() if value is not None}
        response = self.client.post(form.get("action") or page.path, data=data, follow_redirects=True)
        assert response.status_code == status, (
            f"POST {action}: {response.status_code}\n{response.get_data(as_text=True)[:800]}"
        )
        return Page(response)

    def sign_in(self, email: str, password: str) -> Page:
        return self.send(self.open("/sign-in"), "/sign-in", {"email": email, "password": password})
