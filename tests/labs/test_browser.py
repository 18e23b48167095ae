"""The browser lab: what pages show, say and send, and that no page breaks it."""

from collections.abc import Iterator

import pytest

from quiz.domain.proofs.observations import Call, Observation, Request
from quiz.labs.base import CONDITIONS, LabMissing, Worker
from quiz.labs.browser import BrowserLab

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    try:
        with BrowserLab().open("") as opened:
            yield opened
    except LabMissing as missing:
        pytest.skip(str(missing))


def observe(worker: Worker, program: str = "", *calls: Call | str, **more: object) -> Observation:
    made = tuple(Call(path=one) if isinstance(one, str) else one for one in calls)
    request = Request.model_validate({"lab": "browser", "program": program, "calls": made, **more})
    return worker.observe(request, CONDITIONS[0])


def sent(seen: Observation, number: int = -1) -> dict[str, str]:
    return {name.lower(): value for name, value in seen.responses[number].sent}


def sets(cookie: str) -> str:
    return f"HTTP/1.1 200 OK\nSet-Cookie: {cookie}\nContent-Type: text/html\nContent-Length: 0\n"


def test_styles_are_computed(worker: Worker) -> None:
    page = "<style>#a::before { content: 'x'; color: blue } p { color: red; width: 50% }</style><p id=a>text"
    ask = (("#a", "color"), ("#a", "width"), ("#a::before", "color"), ("#none", "color"), ("p[", "color"))
    assert observe(worker, page, ask=ask).computed == {
        "#a color": "rgb(255, 0, 0)",
        "#a width": "632px",
        "#a::before color": "rgb(0, 0, 255)",
    }


def test_pages_cannot_forge_styles(worker: Worker) -> None:
    page = "<p style='color: red'>text<script>getComputedStyle = () => ({getPropertyValue: () => 'forged'})</script>"
    assert observe(worker, page, ask=(("p", "color"),)).computed == {"p color": "rgb(255, 0, 0)"}


def test_the_console_is_output_and_timers_run(worker: Worker) -> None:
    page = (
        "<script>\nsetTimeout(() => console.log('late'), 2000);\nPromise.resolve().then(() => console.log('soon'));\n"
        "console.log('%s has %d', 'it', 2, -0, [1, 'b'], {a: null});\nconsole.error('not this');\n</script>"
    )
    assert observe(worker, page).printed == "it has 2 -0 [1, 'b'] {a: null}\nsoon\nlate\n"


@pytest.mark.parametrize(
    ("script", "kind", "message", "line"),
    [
        ("null.f()", "TypeError", "Cannot read properties of null (reading 'f')", 3),
        ("class Mine extends Error {}\nthrow new Mine('no')", "Mine", "no", 4),
        ("Promise.reject(new RangeError('far'))", "RangeError", "far", 3),
        ("throw 'text'", "string", "text", 3),
        ("let x = ;", "SyntaxError", "Unexpected token ';'", 3),
    ],
)
def test_the_first_uncaught_error_is_reported(worker: Worker, script: str, kind: str, message: str, line: int) -> None:
    thrown = observe(worker, f"<p>one\n<script>\n{script}\n</script>").thrown
    assert thrown is not None
    assert (thrown.kind, thrown.message, thrown.line) == (kind, message, line)


@pytest.mark.parametrize(
    ("program", "probe", "value"),
    [
        ("<p>a</p><p>b</p>", "document.querySelectorAll('p').length", "2"),
        ("<script>let kept = {a: [1, 'b']}</script>", "kept", '{"a":[1,"b"]}'),
        ("<script>\n{ let inner = 5n;\n  {{probe}}\n}\n</script>", "inner + 1n", "6n"),
        ("", "typeof undefined", '"undefined"'),
        ("", "-0", "-0"),
        ("", "await Promise.resolve(3)", "3"),
        ("", "new Map()", "[object Map]"),
    ],
)
def test_probes_have_values(worker: Worker, program: str, probe: str, value: str) -> None:
    assert observe(worker, program, probe=probe).returned == value


def test_a_probe_that_fails_has_none(worker: Worker) -> None:
    seen = observe(worker, "<p>a", probe="missing.name")
    assert seen.returned is None
    assert seen.thrown is not None
    assert seen.thrown.kind == "ReferenceError"


def test_modules_and_sheets_are_served(worker: Worker) -> None:
    page = '<link rel=stylesheet href=a.css><p>x<script type=module>import {a} from "/m.js"; console.log(a)</script>'
    files = {"a.css": "p { color: rgb(1, 2, 3) }", "/m.js": "export const a = 'imported';"}
    seen = observe(worker, page, files=files, ask=(("p", "color"),))
    assert (seen.printed, seen.computed) == ("imported\n", {"p color": "rgb(1, 2, 3)"})


def test_redirects_are_followed_and_told(worker: Worker) -> None:
    files = {"/old": "HTTP/1.1 302 Found\nLocation: /new\nSet-Cookie: a=1\nSet-Cookie: b=2\nContent-Length: 0\n"}
    seen = observe(worker, "", "/old", files=files | {"/new": "<h1>New</h1>"})
    assert [one.status for one in seen.responses] == [302, 200]
    assert [value for name, value in seen.responses[0].headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert (seen.responses[1].body, sent(seen)["cookie"]) == ("<h1>New</h1>", "a=1; b=2")
    assert not {"user-agent", "sec-ch-ua"} & set(sent(seen))


@pytest.mark.parametrize(
    ("cookie", "origin", "kept"),
    [
        ("a=1", "http://shop.example", True),
        ("a=1; Secure", "http://shop.example", False),
        ("a=1; Secure", "https://shop.example", True),
        ("__Host-a=1; Secure; Path=/", "https://shop.example", True),
        ("__Host-a=1; Secure; Path=/x", "https://shop.example", False),
        ("__Host-a=1; Secure; Path=/; Domain=shop.example", "https://shop.example", False),
        ("a=1; SameSite=None", "https://shop.example", False),
        ("a=1; Max-Age=0", "https://shop.example", False),
    ],
)
def test_cookies_are_kept_or_refused(worker: Worker, cookie: str, origin: str, kept: bool) -> None:
    seen = observe(worker, "", f"{origin}/", f"{origin}/again", files={"/": sets(cookie), "/again": "<p>again"})
    assert ("cookie" in sent(seen)) is kept


@pytest.mark.parametrize(("same_site", "crosses"), [("Strict", False), ("Lax", True), ("None; Secure", True)])
def test_same_site_rules_links_from_elsewhere(worker: Worker, same_site: str, crosses: bool) -> None:
    files = {
        "/": sets(f"a=1; SameSite={same_site}"),
        "https://other.example/": "<script>location = 'https://shop.example/page'</script>",
        "/page": "<p>page",
    }
    seen = observe(worker, "", "https://shop.example/", "https://other.example/", files=files)
    assert ("cookie" in sent(seen)) is crosses
    assert sent(seen)["sec-fetch-site"] == "cross-site"


@pytest.mark.parametrize(("attributes", "kept"), [("Secure; SameSite=None", True), ("Secure; SameSite=Lax", False)])
def test_images_of_other_sites_set_cookies_as_in_a_window_that_is_not_private(
    worker: Worker, attributes: str, kept: bool
) -> None:
    files = {
        "https://shop.example/": '<img src="https://counter.example/pixel" alt="">',
        "/pixel": sets(f"a=1; {attributes}"),
        "/counted": "<p>counted",
    }
    seen = observe(worker, "", "https://shop.example/", "https://counter.example/counted", files=files)
    assert ("cookie" in sent(seen)) is kept


def test_other_calls_are_fetched_by_the_page(worker: Worker) -> None:
    files = {"/api": "HTTP/1.1 201 Created\nContent-Length: 2\n\nok"}
    seen = observe(worker, "<p>page", "/", Call(method="POST", path="/api", body="a=1"), files=files)
    assert (seen.responses[-1].status, seen.responses[-1].body) == (201, "ok")
    assert sent(seen)["origin"] == "http://localhost"
    refused = observe(worker, "<p>page", "/", Call(method="PUT", path="http://other.example/api"), files=files)
    assert refused.thrown is not None
    assert (refused.thrown.kind, refused.thrown.message) == ("TypeError", "Failed to fetch")


def test_conditions_change_locale_and_zone(worker: Worker) -> None:
    request = Request(lab="browser", program="<script>console.log(new Date(0).toLocaleString())</script>")
    assert len({worker.observe(request, condition).printed for condition in CONDITIONS}) == 3


@pytest.mark.parametrize(
    ("script", "fact"),
    [
        ("while (true);", "ended=False"),
        ("setInterval(() => console.log(1), 500)", r"printed='1\n1\n1\n1\n1\n"),
        ("location.reload()", "ended=False"),
        ("while (true) console.log('x'.repeat(1000))", "exceeded='output'"),
        ("console.log('x'.repeat(1e7))", "exceeded='output'"),
        ("alert(1); console.log(confirm('really'))", r"printed='true\n'"),
        ("for (let n = 0; n < 50; n++) open('/')", "ended=True"),
        ("fetch('http://192.0.2.1/').then(r => console.log(r.status))", "printed=''"),
        ("fetch('file:///etc/passwd').catch(e => console.log(e.name))", r"printed='TypeError\n'"),
        ("location = 'chrome://crash'", "thrown=None"),
        ("observedByLab('forged'); while (true);", "ended=False"),
    ],
)
def test_hostile_pages_are_contained(worker: Worker, script: str, fact: str) -> None:
    assert fact in repr(observe(worker, f"<script>{script}</script>"))
    assert observe(worker, "<p>well", probe="document.body.textContent.trim()").returned == '"well"'


def test_a_page_that_eats_memory_is_ended(worker: Worker) -> None:
    seen = observe(worker, "<script>const kept = []; while (true) kept.push(new Array(1e6).fill(1.5))</script>")
    assert seen.exceeded is not None or not seen.ended
    assert observe(worker, "<p>well", probe="1 + 1").returned == "2"


def test_nothing_is_kept_from_one_request_to_the_next(worker: Worker) -> None:
    observe(worker, "", "/", files={"/": sets("a=1; Max-Age=1000")})
    observe(worker, "<script>localStorage.a = 1</script>")
    assert "cookie" not in sent(observe(worker, "<p>page", "/"))
    assert observe(worker, "<p>page", probe="localStorage.length").returned == "0"
