"""Settings as operators write them, the names that a service answers to, and keys that are replaced."""

import logging
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from quiz.app import create_app
from quiz.config import Settings, Unusable, read_settings
from quiz.store.database import open_store
from tests.conftest import settings
from tests.factories import PASSWORD, World
from tests.pages import Browser, Page

KEY = "Zk3vQ9tYb1Lw7RxN5cD2hG8mJ4pS6uFa"
OTHER_KEY = "uT7eW2kX9nB4qM1zC6yH3jV8rL5dP0gS"


def read(tmp_path: Path, **environ: str) -> Settings:
    return read_settings({"QUIZ_DATA_DIR": str(tmp_path)} | environ)


@pytest.mark.parametrize(
    ("url", "written", "hosts"),
    [
        ("http://[::1]:8000", "http://[::1]:8000", ["[::1]:8000", "[::1]", "localhost:8000", "127.0.0.1"]),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000", ["127.0.0.1:8000", "LOCALHOST"]),
        ("https://quiz.müller.example", "https://quiz.xn--mller-kva.example", ["quiz.xn--mller-kva.example"]),
        ("https://QUIZ.Example.ORG", "https://quiz.example.org", ["quiz.example.org", "Quiz.Example.Org:443"]),
        ("HTTPS://quiz.example.org:443", "https://quiz.example.org", ["quiz.example.org", "quiz.example.org."]),
        ("https://quiz.example.org.:8443", "https://quiz.example.org:8443", ["quiz.example.org:8443"]),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]", ["[2001:db8::1]"]),
        ("https://192.0.2.1", "https://192.0.2.1", ["192.0.2.1"]),
        ("https://例え.テスト", "https://xn--r8jz45g.xn--zckzah", ["xn--r8jz45g.xn--zckzah"]),
    ],
)
def test_an_address_is_answered_however_it_is_written(tmp_path: Path, url: str, written: str, hosts: list[str]) -> None:
    made = read(tmp_path, QUIZ_PUBLIC_URL=url)
    assert made.public_url == written
    client = create_app(made).test_client()
    for host in hosts:
        assert client.get("/sign-in", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "quiz.example.org.evil.example", "[::2]", "", "a b", "evil.example:80"):
        assert client.get("/sign-in", headers={"Host": host}).status_code == 400, host


def test_a_name_is_written_as_browsers_look_it_up(tmp_path: Path) -> None:
    assert read(tmp_path, QUIZ_PUBLIC_URL="https://STRAßE.example").public_url == "https://xn--strae-oqa.example"
    assert read(tmp_path, QUIZ_PUBLIC_URL="https://\uff41bc.example").public_url == "https://abc.example"


@pytest.mark.parametrize(
    "url",
    [
        *("quiz.example.org", "ftp://quiz.example.org", "https://", "https://[::1", "https://quiz.example.org:99999"),
        *("https://user:secret@quiz.example.org", "https://quiz.example.org/sub", "https://quiz.example.org?x=1"),
        *(
            "https://quiz example.org",
            "https://-quiz.example.org",
            "https://quiz..example.org",
            "https://quiz.example.org#x",
        ),
        *("http://quiz.example.org", "http://127.0.0.1.example.org", "https://quiz/../x", "https://quiz\\evil.example"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_its_setting(tmp_path: Path, url: str) -> None:
    for name in ("QUIZ_PUBLIC_URL", "QUIZ_STAFF_URL"):
        with pytest.raises(Unusable, match=name):
            read(tmp_path, **{name: url})


def test_a_wrong_host_is_logged_once_with_the_setting(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    name = f"once-{secrets.token_hex(4)}.example"  # What was logged is remembered for as long as the process runs.
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            response = app.test_client().get("/sign-in", headers={"Host": "wrong.example\u00e9"})
            response = app.test_client().get("/sign-in", headers={"Host": name})
    assert response.status_code == 400
    assert "does not go by that name" in Page(response).text
    lines = [record.getMessage() for record in caplog.records if name in record.getMessage()]
    assert len(lines) == 1
    assert "QUIZ_PUBLIC_URL" in lines[0]


@pytest.mark.parametrize("name", ["a?b", "a#b", "a b", "ä ö", "a%20b", "a%3Fb", "a@b:c", "a;b&c=d", "'quoted\"", "猫"])
def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    made = read(tmp_path / name)
    store = open_store(made.database_url)
    with store.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    store.dispose()
    assert (tmp_path / name / "quiz.sqlite3").exists()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with create_app(made).app_context():
        assert (tmp_path / name / "secret_key").exists()


# Two names -------------------------------------------------------------------------------------------------------


@pytest.fixture
def apart(app: Flask) -> Flask:
    """The application where staff and candidates have names of their own."""
    app.extensions["settings"] = replace(
        app.extensions["settings"], public_url="https://quiz.example.org", staff_url="https://staff.example.org"
    )
    return app


def get(app: Flask, host: str, path: str) -> Any:
    return app.test_client().get(path, base_url=f"https://{host}")


def test_staff_and_candidates_can_have_names_of_their_own(apart: Flask, world: World) -> None:
    candidate = world.candidate(world.assessment())
    for path in (f"/i/{candidate.link}", f"/sitting/{candidate.invitation_id}/ready"):
        assert get(apart, "quiz.example.org", path).status_code in (200, 401)
        assert get(apart, "staff.example.org", path).status_code == 404
    for path in ("/", "/sign-in", "/assessments", "/banks", "/account"):
        assert get(apart, "staff.example.org", path).status_code in (200, 303)
        assert get(apart, "quiz.example.org", path).status_code == 404
    for host in ("quiz.example.org", "staff.example.org"):
        assert get(apart, host, "/health").status_code == 200
    for host in ("localhost", "127.0.0.1", "example.org"):
        assert get(apart, host, "/health").status_code == 400


def test_the_two_names_share_no_cookie(apart: Flask, world: World) -> None:
    client = apart.test_client()
    page = Page(client.get("/sign-in", base_url="https://staff.example.org"))
    sent = page.form("/sign-in") | {"email": world.user("recruiter"), "password": PASSWORD}
    signed_in = client.post("/sign-in", data=sent, base_url="https://staff.example.org")
    assert signed_in.status_code == 303
    for cookie in signed_in.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        assert "Domain" not in cookie
    assert client.get("/assessments", base_url="https://staff.example.org").status_code == 200
    assert client.get("/assessments", base_url="https://quiz.example.org").status_code == 404


def test_links_lead_to_the_name_of_candidates(apart: Flask, world: World) -> None:
    client, assessment = apart.test_client(), world.assessment()
    page = Page(client.get("/sign-in", base_url="https://staff.example.org"))
    sent = page.form("/sign-in") | {"email": world.user("recruiter"), "password": PASSWORD}
    client.post("/sign-in", data=sent, base_url="https://staff.example.org")
    page = Page(client.get(f"/assessments/{assessment}", base_url="https://staff.example.org"))
    sent = page.form("/invitations") | {"name": "Ada", "email": "ada@example.org"}
    path = f"/assessments/{assessment}/invitations"
    shown = client.post(path, data=sent, base_url="https://staff.example.org", follow_redirects=True)
    assert "https://quiz.example.org/i/" in shown.get_data(as_text=True)


@pytest.mark.parametrize(
    ("public", "staff"),
    [
        ("https://quiz.example.org", "https://quiz.example.org:8443"),
        ("https://quiz.example.org", "https://QUIZ.example.org"),
        ("https://quiz.example.org", "http://127.0.0.1:8000"),
    ],
)
def test_names_that_are_not_apart_are_refused(tmp_path: Path, public: str, staff: str) -> None:
    with pytest.raises(Unusable, match="QUIZ_STAFF_URL"):
        read(tmp_path, QUIZ_PUBLIC_URL=public, QUIZ_STAFF_URL=staff)


# Secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        *("short", "x" * 40, "abcabcabcabcabcabcabcabcabcabcabcabc", "change-me-change-me-change-me-1234567"),
        *("this is the default SECRET KEY of the docs", "Example-Key-9x8y7z6w5v4u3t2s1r0q-abcdef"),
    ],
)
def test_a_key_that_is_short_or_made_up_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(Unusable, match="QUIZ_SECRET_KEY"):
        read(tmp_path, QUIZ_SECRET_KEY=key)
    with pytest.raises(Unusable, match="QUIZ_SECRET_KEY"):
        read(tmp_path, QUIZ_SECRET_KEY=KEY, QUIZ_SECRET_KEY_FALLBACKS=key.replace(" ", "_"))


def test_secrets_can_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "old").write_text(f"{OTHER_KEY}\n{KEY[::-1]}\n")
    (tmp_path / "url").write_text("postgresql+psycopg://quiz:hidden@db.example.org/quiz\n")
    names = ("QUIZ_SECRET_KEY_FILE", "QUIZ_SECRET_KEY_FALLBACKS_FILE", "QUIZ_DATABASE_URL_FILE")
    files = dict(zip(names, (str(tmp_path / name) for name in ("key", "old", "url")), strict=True))
    made = read(tmp_path, **files)
    assert (made.secret_key, made.secret_key_fallbacks) == (KEY, (OTHER_KEY, KEY[::-1]))
    assert made.database_url == "postgresql+psycopg://quiz:hidden@db.example.org/quiz"
    for name in names:
        for wrong, word in ((tmp_path / "nowhere", "cannot be read"), (tmp_path, "cannot be read")):
            with pytest.raises(Unusable, match=f"{name} is .*{word}"):
                read(tmp_path, **files | {name: str(wrong)})
        with pytest.raises(Unusable, match="both set"):
            read(tmp_path, **files | {name.removesuffix("_FILE"): KEY})
        (tmp_path / "empty").write_text("\n")
        with pytest.raises(Unusable, match="empty"):
            read(tmp_path, **files | {name: str(tmp_path / "empty")})


def test_what_was_made_with_a_key_that_was_replaced_still_holds(
    tmp_path: Path, store_url: str, app: Flask, world: World
) -> None:
    def served(key: str, *fallbacks: str) -> Flask:
        made = replace(settings(tmp_path, store_url), secret_key=key, secret_key_fallbacks=fallbacks)
        return create_app(made)

    def moved(browser: Browser, app: Flask) -> Browser:
        """The same browser after a restart with other keys."""
        after = Browser(app)
        cookie = browser.client.get_cookie("quiz-staff")
        assert cookie
        after.client.set_cookie("quiz-staff", cookie.value)
        return after

    before = Browser(served(KEY))
    page = before.sign_in(world.user("recruiter"), PASSWORD)
    form = before.open("/assessments/new").form("/assessments/new") | {"title": "x", "minutes": "20", "draw demo": "4"}
    rotated = moved(before, served(OTHER_KEY, KEY))
    assert rotated.open("/assessments").path == page.path
    assert rotated.client.post("/assessments/new", data=form).status_code == 303
    assert rotated.open("/assessments/new").form("/assessments/new")["csrf_token"] != form["csrf_token"]
    dropped = moved(before, served(OTHER_KEY))
    assert dropped.client.post("/assessments/new", data=form | {"title": "y"}).status_code == 403
