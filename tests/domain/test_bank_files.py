"""What is in a folder of banks: only regular files of the folder itself are read, and nothing there breaks a reader."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quiz.domain.banks import bank_folders, check_bank, files_of, state_of
from quiz.domain.files import Refused, read_any, read_regular
from quiz.domain.proofs import records
from quiz.domain.source import MAX_BYTES
from quiz.services.authoring import catalogue, unchanged
from quiz.services.publishing.loading import files_hash
from quiz.web.preview import create_preview
from tests import factories
from tests.domain.samples import places

SECRET = "c9a1f0-secret-key"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A sound bank in a folder of banks, and a secret beside that folder."""
    (tmp_path / "secret_key").write_text(f"{SECRET}: [\n")
    factories.write_bank(tmp_path / "banks", "demo", [factories.item("number", "one"), factories.item("number", "two")])
    return tmp_path / "banks" / "demo"


def _link_out(folder: Path, name: str) -> None:
    (folder / name).symlink_to(folder.parents[1] / "secret_key")


def _link_nowhere(folder: Path, name: str) -> None:
    (folder / name).symlink_to("robin@host.example.4711:1764374400")


def _link_to_itself(folder: Path, name: str) -> None:
    (folder / name).symlink_to(folder / name)


def _link_to_a_device(folder: Path, name: str) -> None:
    (folder / name).symlink_to("/dev/zero")


def _pipe(folder: Path, name: str) -> None:
    os.mkfifo(folder / name)


def _socket(folder: Path, name: str) -> None:
    here = Path.cwd()
    os.chdir(folder)  # The address of a socket is short.
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(name)
    finally:
        os.chdir(here)


def _folder(folder: Path, name: str) -> None:
    (folder / name).mkdir()


def _huge(folder: Path, name: str) -> None:
    with (folder / name).open("wb") as file:
        file.truncate(20_000_000_000)


def _binary(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n\x00")


STRANGE: list[tuple[Callable[[Path, str], None], str, str]] = [
    (_link_out, "link", "leads out of its folder"),
    (_link_nowhere, "link", "leads nowhere"),
    (_link_to_itself, "link", "leads to itself"),
    (_link_to_a_device, "link", "leads out of its folder"),
    (_pipe, "unreadable", "not a regular file"),
    (_socket, "unreadable", "not a regular file"),
    (_folder, "unreadable", "it is a folder"),
    (_huge, "too-large", "20,000,000,000 bytes"),
    (_binary, "encoding", "not UTF-8"),
]
strange = pytest.mark.parametrize(("put", "code", "message"), STRANGE, ids=lambda one: getattr(one, "__name__", None))


def seen(demo: Path) -> Iterator[str]:
    """All that anybody is told of the banks: by the check, the pages, and what loading and proving ask."""
    root = demo.parent
    yield from map(str, check_bank(demo, "banks/demo").problems)
    yield from (str(problem) for check in catalogue.check_banks(root) for problem in check.problems)
    yield files_hash(demo, allow_unproven=False)
    yield unchanged.fingerprint([demo], {})
    browser = create_preview(root, 8001).test_client()
    for path in ("/banks", "/banks/demo", "/changes"):
        reply = browser.get(path, base_url="http://127.0.0.1:8001")
        assert reply.status_code == 200, reply.text
        yield reply.text


@strange
@pytest.mark.parametrize("name", ["items.yaml", "bank.yaml"])
def test_what_is_no_file_of_the_folder_is_named_and_not_read(
    demo: Path, name: str, put: Callable[[Path, str], None], code: str, message: str
) -> None:
    (demo / name).unlink(missing_ok=True)
    put(demo, name)
    (problem,) = [one for one in check_bank(demo, "demo").problems if one.file == f"demo/{name}"]
    assert (problem.line, problem.column, problem.code) == (1, 1, code)
    assert message in problem.message
    assert problem.fix
    assert SECRET not in "".join(seen(demo))


@strange
def test_records_that_are_no_file_of_the_folder_are_named_and_not_read(
    demo: Path, put: Callable[[Path, str], None], code: str, message: str
) -> None:
    put(demo, records.LOCK)
    assert places(check_bank(demo, "demo").problems) == [("demo/proofs.lock", 1, 1, "lock")]
    told = "".join(seen(demo))
    assert SECRET not in told
    assert str(demo.parents[1]) not in told


@strange
def test_what_editors_and_systems_hide_is_passed_over(
    demo: Path, put: Callable[[Path, str], None], code: str, message: str
) -> None:
    names = [".#items.yaml", "._items.yaml", ".items.yaml.swp", ".hidden.yml"]
    for name in names:
        put(demo, name)
    assert check_bank(demo).problems == ()
    assert not {demo / name for name in names} & set(files_of(demo))
    list(seen(demo))


def test_a_hidden_folder_is_no_bank(demo: Path) -> None:
    (demo.parent / ".git").mkdir()
    (demo.parent / ".git" / "config.yaml").write_text("a: 1")
    (demo / ".cache").mkdir()
    (demo / ".cache" / "x.yaml").write_text("a: 1")
    assert bank_folders(demo.parent) == [demo]
    assert check_bank(demo).problems == ()


def test_a_link_within_the_folder_is_read_as_volumes_of_containers_have_them(demo: Path) -> None:
    (demo / "..data").mkdir()
    for path in list(demo.glob("*.yaml")):
        path.rename(demo / "..data" / path.name)
        path.symlink_to(Path("..data") / path.name)
    checked = check_bank(demo)
    assert checked.problems == ()
    assert checked.bank
    assert len(checked.bank.items) == 2


def test_a_folder_that_is_a_link_elsewhere_is_named_and_not_followed(demo: Path, tmp_path: Path) -> None:
    factories.write_bank(tmp_path / "elsewhere", "other", [factories.item("number", SECRET)])
    (demo.parent / "other").symlink_to(tmp_path / "elsewhere" / "other")
    assert places(check_bank(demo.parent / "other", "banks/other").problems) == [("banks/other/", 1, 1, "link")]
    assert SECRET not in "".join(seen(demo))


def test_a_file_that_vanishes_after_the_folder_was_listed_is_not_there(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Path.iterdir

    def iterdir(self: Path) -> Iterator[Path]:
        yield from listed(self)
        if self == demo:
            yield demo / "vanished.yaml"

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert demo / "vanished.yaml" in files_of(demo)
    assert check_bank(demo).problems == ()
    list(seen(demo))


def test_a_file_that_nobody_may_read_is_a_problem(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str, *arguments: int, **more: int) -> int:
        if str(path).endswith("part-1.yaml"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refuse)
    (problem,) = check_bank(demo, "demo").problems
    assert problem.message == "this file cannot be read: Permission denied"
    list(seen(demo))


def test_a_folder_that_nobody_may_list_is_a_bank_with_a_problem(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Path.iterdir

    def refuse(self: Path) -> Iterator[Path]:
        if self == demo:
            raise PermissionError(13, "Permission denied", str(self))
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert bank_folders(demo.parent) == [demo]
    list(seen(demo))


@pytest.mark.parametrize("name", [b"\xff\xfe.yaml", b"a\nb.yaml", b"\x1b[31m.yaml", "\u202egnp.yaml".encode()])
def test_any_name_of_a_file_can_be_shown(demo: Path, name: bytes) -> None:
    (demo / os.fsdecode(name)).write_text("a: [")
    shown = "".join(seen(demo))
    shown.encode()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x" in shown or "\\u" in shown


def test_any_name_of_a_folder_can_be_shown(demo: Path) -> None:
    strange = demo.parent / os.fsdecode(b"\xff\n")
    demo.rename(strange)
    assert {problem.code for problem in check_bank(strange).problems} == {"bank-name"}
    browser = create_preview(strange.parent, 8001).test_client()
    assert browser.get("/banks", base_url="http://127.0.0.1:8001").status_code == 200


@pytest.mark.parametrize("name", ["more/x.yaml", "more/y.yml", "a/b/c/x.yaml"])
def test_yaml_in_a_sub_folder_is_pointed_out_because_it_is_not_read(demo: Path, name: str) -> None:
    (demo / name).parent.mkdir(parents=True)
    before = state_of(demo)
    (demo / name).write_text("anything")
    (problem,) = check_bank(demo, "demo").problems
    assert (problem.file, problem.code) == (f"demo/{name}", "sub-folder")
    assert state_of(demo) != before


def test_a_bank_that_is_put_too_deep_is_pointed_out(demo: Path) -> None:
    (demo.parent / "group").mkdir()
    demo.rename(demo.parent / "group" / "demo")
    assert bank_folders(demo.parent) == [demo.parent / "group"]
    told = {(problem.file, problem.code) for problem in check_bank(demo.parent / "group", "group").problems}
    assert told >= {("group/bank.yaml", "unreadable"), ("group/demo/bank.yaml", "sub-folder")}


@pytest.mark.parametrize("name", ["b.yml", "b.YAML", "b.Yml"])
def test_a_file_with_another_ending_is_pointed_out(demo: Path, name: str) -> None:
    (demo / name).write_text("anything")
    assert places(check_bank(demo, "demo").problems) == [(f"demo/{name}", 1, 1, "ending")]


def test_a_file_that_grows_while_it_is_read_has_its_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    told = os.fstat

    def small(descriptor: int) -> os.stat_result:
        found = list(told(descriptor))
        found[6] = 0
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", small)
    with pytest.raises(Refused):
        read_regular(tmp_path / "x.yaml", MAX_BYTES)


def test_a_plan_may_come_from_a_pipe_but_not_without_end(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"title: x")
    os.close(writing)
    assert read_any(Path(f"/dev/fd/{reading}"), MAX_BYTES) == b"title: x"
    os.close(reading)
    with pytest.raises(Refused):
        read_any(Path("/dev/zero"), MAX_BYTES)
