"""The sample for nginx in the documents, before a real `quiz serve`."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.postgres import free_port
from tests.serving.conftest import Installation
from tests.serving.test_server import soon
from tests.serving.test_slow_clients import Crowd
from tests.serving.wire import ask

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(NGINX is None, reason="nginx is not installed")]

AROUND = """
{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 1000; }}
http {{
access_log {folder}/access.log;
client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{sample}
}}
"""


@dataclass
class Proxy:
    """nginx at work: the port of its pages, the one that only leads there, and its folder."""

    port: int
    open_port: int
    folder: Path


def sample(quiz: int, port: int, open_port: int) -> str:
    """What the documents show, without TLS and at other ports."""
    (shown,) = re.findall(r"```nginx\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)
    assert "ssl_certificate " in shown
    without_tls = re.sub(r" *ssl_certificate.*\n", "", shown).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    return without_tls.replace("listen 80", f"listen 127.0.0.1:{open_port}").replace(":8000", f":{quiz}")


@pytest.fixture(scope="module")
def behind(installation: Installation) -> Iterator[Installation]:
    """An installation that is served for a proxy."""
    behind = installation.elsewhere()
    with behind.serving(QUIZ_PUBLIC_URL="https://quiz.example.org", QUIZ_PROXY_HOPS="1"):
        yield behind


@pytest.fixture(scope="module")
def proxy(behind: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder, port, open_port = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    user = "user root; " if os.geteuid() == 0 else ""
    written = AROUND.format(folder=folder, user=user, sample=sample(behind.port, port, open_port))
    (folder / "nginx.conf").write_text(written)
    assert NGINX is not None
    with subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL) as process:
        try:
            assert soon(lambda: (folder / "pid").exists() and _answers(port)), (folder / "error.log").read_text()
            yield Proxy(port, open_port, folder)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    with suppress(OSError):
        return (answer := ask(port, asking("/health"))) is not None and answer.status == 200
    return False


def asking(path: str, method: str = "GET", fields: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: quiz.example.org\r\n{fields}\r\n".encode()


def test_slow_clients_of_the_proxy_hold_up_nobody_and_are_given_up(behind: Installation, proxy: Proxy) -> None:
    sitting = replace(behind.sitting(), port=proxy.port, host="quiz.example.org", prefix="__Host-")
    with ExitStack() as stack:
        heads = stack.enter_context(Crowd(proxy.port, 60, asking("/health")[:-2] + b"X-Slow: ", b"a"))
        bodies = stack.enter_context(Crowd(proxy.port, 60, sitting.request(b"answer=", length=1000), b"a"))
        idle = stack.enter_context(Crowd(proxy.port, 60, b""))
        for _ in range(2):
            time.sleep(1)
            heads.drip()
            bodies.drip()
            assert _answers(proxy.port)
            assert [sitting.save(number) for number in (1, 2, 3, 4)] == [200] * 4
        assert (heads.waiting(), bodies.waiting(), idle.waiting()) == (60, 60, 60)
        for _ in range(14):
            time.sleep(1)
            heads.drip()
            bodies.drip()
        assert (heads.waiting(), bodies.waiting()) == (0, 0)


def test_the_proxy_refuses_what_is_too_large_or_too_much(proxy: Proxy) -> None:
    large = ask(proxy.port, asking("/sign-in", "POST", "Content-Length: 262145\r\n"))
    assert large is not None
    assert large.status == 413
    with Crowd(proxy.port, 210, asking("/sign-in", "POST", "Content-Length: 1000\r\n")) as crowd:
        assert soon(lambda: crowd.waiting() <= 200)
        one_more = ask(proxy.port, asking("/health"))
        assert one_more is not None
        assert one_more.status == 503
    assert soon(lambda: _answers(proxy.port))


def test_what_is_sent_in_the_open_is_refused_and_pages_are_led_to_https(proxy: Proxy) -> None:
    page = ask(proxy.open_port, asking("/sign-in?back=/banks"))
    assert page is not None
    assert (page.status, page.fields["location"]) == (301, "https://quiz.example.org/sign-in?back=/banks")
    for method in ("POST", "PUT", "DELETE"):
        answer = ask(proxy.open_port, asking("/sitting/x/question/1", method, "Content-Length: 0\r\n"))
        assert answer is not None
        assert answer.status == 403


def test_the_proxy_logs_no_invitation_and_believes_no_address(proxy: Proxy) -> None:
    statuses = set()
    for n in range(65):
        answer = ask(proxy.port, asking(f"/i/secret-{n}", fields=f"X-Forwarded-For: 10.0.0.{n}\r\n"))
        assert answer is not None
        statuses.add(answer.status)
    assert 429 in statuses
    assert "secret" not in (proxy.folder / "access.log").read_text()
