"""Old browsers, strict networks and shared computers: a candidate gets to the receipt all the same."""

import http.client
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journeys
from tests.browser.conftest import Desk, Site
from tests.browser.journeys import Mouse, button
from tests.factories import EACH

MISSING = """
  for (const name of ["timeout", "any"]) delete AbortSignal[name];
  for (const name of ["BroadcastChannel", "structuredClone", "navigation", "trustedTypes"]) delete window[name];
  for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed"]) delete Array.prototype[name];
  for (const name of ["requestSubmit"]) delete HTMLFormElement.prototype[name];
  for (const name of ["at"]) delete String.prototype[name];
  for (const name of ["groupBy", "hasOwn"]) delete Object[name];
  delete Promise.withResolvers;
  delete Crypto.prototype.randomUUID;
"""
"""What browsers of some years ago, such as Safari 15, do not have."""


def take(page: Page, site: Site, link: str) -> None:
    """From the link to the receipt, with every question answered rightly."""
    hand = Mouse(page)
    page.goto(link)
    button(page, "Get ready").click()
    button(page, "Skip the practice").click()
    button(page, "Start the clock").click()
    for number in range(1, EACH + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of {EACH}")
        journeys.answer(hand, site.right(page))
        page.get_by_role("button", name="Save and").first.click()
    expect(page.get_by_text(f"{EACH} answered.", exact=True)).to_be_visible()
    journeys.finish(hand)
    expect(page.get_by_text(f"{EACH} of {EACH} questions")).to_be_visible()


def link_of(site: Site) -> str:
    candidate = site.world.candidate(site.world.assessment(draws=journeys.ONE_OF_EACH, minutes=20))
    return f"/i/{candidate.link}"


def test_a_browser_without_newer_features_saves_and_gets_to_the_receipt(desk: Desk, site: Site) -> None:
    browser = desk.browser(candidate := site.started())
    browser.add_init_script(MISSING)
    page = desk.question(candidate, "short text", browser)
    page.locator("input.answer-text").fill("word")
    journeys.expect_saved(page)
    take(page, site, link_of(site))


def test_a_page_whose_scripts_do_not_load_works_as_without_them(desk: Desk, site: Site) -> None:
    browser = desk.browser()
    browser.route(re.compile(r"\.mjs$"), lambda route: route.abort())
    page = browser.new_page()
    page.goto(link_of(site))
    button(page, "Get ready").click()
    button(page, "Skip the practice").click()
    button(page, "Start the clock").click()
    for _ in range(EACH):
        journeys.answer(Mouse(page, orders=False), site.right(page))
        page.get_by_role("button", name="Save and").first.click()
    journeys.finish(Mouse(page))
    expect(page.get_by_text(f"{EACH} of {EACH} questions")).to_be_visible()


# A network that refuses ------------------------------------------------------------------------------------------


class StrictProxy(BaseHTTPRequestHandler):
    """Passes on what an ordinary form needs: GET, HEAD, and POST of a form; anything else is forbidden."""

    server: "StrictServer"

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            self._forbid()
        else:
            self._pass_on()

    def __getattr__(self, name: str) -> Callable[[], None]:
        """What any other method does."""
        if name.startswith("do_"):
            return self._forbid
        raise AttributeError(name)

    def _forbid(self) -> None:
        self.server.refused.append(self.command)
        self.send_response(403)
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"Forbidden")

    def _pass_on(self) -> None:
        there = http.client.HTTPConnection(self.server.there)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        there.request(self.command, self.path, body or None, dict(self.headers.items()))
        reply = there.getresponse()
        content = reply.read()
        self.send_response_only(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        there.close()

    def log_message(self, *_: object) -> None:
        """Without a line for each request."""


class StrictServer(ThreadingHTTPServer):
    """A web firewall in front of a site."""

    def __init__(self, there: str) -> None:
        super().__init__(("127.0.0.1", 0), StrictProxy)
        self.there = there
        self.refused: list[str] = []


@pytest.fixture
def strict(site: Site) -> Iterator[StrictServer]:
    server = StrictServer(urlsplit(site.url).netloc)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_network_that_passes_only_forms_passes_every_save(desk: Desk, site: Site, strict: StrictServer) -> None:
    browser = desk.browser(base_url=f"http://127.0.0.1:{strict.server_port}")
    page = browser.new_page()
    take(page, site, link_of(site))
    assert strict.refused == []


# A shared computer -----------------------------------------------------------------------------------------------


def test_who_leaves_a_shared_computer_leaves_nothing_and_the_link_opens_again(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    page.locator("input.answer-text").fill("word")
    journeys.expect_saved(page)
    page.goto(f"/sitting/{candidate.invitation_id}/overview")
    page.get_by_role("link", name="sign out on this computer").click()
    button(page, "Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.go_back()
    page.goto(f"/sitting/{candidate.invitation_id}/overview")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in here")
    assert [cookie["name"] for cookie in page.context.cookies() if candidate.invitation_id in cookie["name"]] == []
    page.goto(f"/i/{candidate.link}")
    button(page, "Go back to your quiz").click()
    expect(page.get_by_text("1 answered,")).to_be_visible()
