"""Two devices, three tabs, and a network that drops, delays and repeats: no text is lost, and "saved" is never a lie.

The tabs run the code of the question page (`draft.mjs` and what it uses, in Node), the saves are those of the service,
on both stores. Whatever was shown as saved is stored for ever; a version is only ever replaced by a page that wrote it
or has shown it; and what was typed and is not stored is kept by its device until the candidate has given it up.
"""

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from quiz import paths
from quiz.domain.edits import Edit
from quiz.services.delivery import answering
from quiz.store import attempts
from quiz.store.database import reading
from tests.factories import NOW, Candidate, World

PROGRAM = Path(__file__).with_name("device.mjs")
DRAFT = paths.PACKAGE / "static" / "js" / "draft.mjs"
TABS = {"laptop, left": "laptop", "laptop, right": "laptop", "phone": "phone"}
"""The tabs in which the question is open, and the device of each."""


class Device:
    """A browser of the candidate, in a process of its own."""

    def __init__(self, node: str) -> None:
        self.process = subprocess.Popen(
            [node, str(PROGRAM), DRAFT.as_uri()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.kept: list[str] = []

    def do(self, action: str, tab: str = "", **values: Any) -> tuple[Any, Any]:
        """What an action in a tab gives, and the state of the tab's draft after it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"action": action, "tab": tab} | values) + "\n")
        said = json.loads(self.process.stdout.readline())
        self.kept = said["kept"]
        return said["result"], said["state"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


@dataclass
class Tab:
    """A page of the question, as the candidate and the network see it."""

    device: Device
    writer: str
    state: Any
    offered: answering.SaveOutcome | None = None
    """What the candidate is to choose against; nothing is sent until then."""


@dataclass
class Setting:
    """What all runs share."""

    world: World
    devices: dict[str, Device]
    runs: int = field(default=0)


class TwoDevices(RuleBasedStateMachine):
    """The candidate, the network and the server take turns in any order."""

    setting: ClassVar[Setting]

    @initialize()
    def begin(self) -> None:
        self.setting.runs += 1
        self.pages = 0
        world = self.setting.world
        self.candidate: Candidate = world.candidate(
            world.assessment(NOW), f"candidate{self.setting.runs}@example.org", NOW
        )
        world.start(self.candidate, NOW)
        self.number = next(n for n in range(1, 17) if world.question(self.candidate, n, NOW).item.kind == "short text")
        self.network: list[tuple[str, str, Any]] = []
        self.replies: list[tuple[str, str, Any, answering.SaveOutcome]] = []
        self.history: list[tuple[str, str]] = []
        self.seen: dict[str, set[int]] = defaultdict(set)
        self.typed: dict[str, tuple[str, str]] = {}
        for device in self.setting.devices.values():
            device.do("reset")
        self.tabs: dict[str, Tab] = {}
        for name in TABS:
            self.open(name)

    # What the candidate does ----------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(sorted(TABS)))
    def open(self, name: str) -> None:
        """A page is loaded; the one that stood there is gone without a word."""
        self.pages += 1
        shown = self.setting.world.question(self.candidate, self.number, NOW)
        device, writer = self.setting.devices[TABS[name]], f"page{self.pages}"
        text = "".join(shown.given.get("answer", []))
        restored, state = device.do("open", name, writer=writer, base=shown.seq, text=text)
        self.tabs[name] = Tab(device, writer, state)
        if restored:
            self.inherit(writer, restored)
        else:
            self.seen[writer].add(shown.seq)

    def inherit(self, writer: str, earlier: str) -> None:
        """A page that takes up what an earlier one could not deliver shows what stands on all that that one knew."""
        self.seen[writer] |= self.seen[earlier]
        self.seen[writer] |= {seq for seq, (author, _) in enumerate(self.history, start=1) if author == earlier}

    @rule(name=st.sampled_from(sorted(TABS)), text=st.sampled_from(["", "one", "two", "three"]), more=st.booleans())
    def type(self, name: str, text: str, more: bool) -> None:
        tab = self.tabs[name]
        if more:
            self.pages += 1
            text += f" {self.pages}"
        self.give_up(name)
        _, tab.state = tab.device.do("type", name, text=text)
        self.typed[tab.writer] = (TABS[name], text.strip())

    @rule(name=st.sampled_from(sorted(TABS)), keep=st.booleans())
    def choose(self, name: str, keep: bool) -> None:
        tab = self.tabs[name]
        if tab.offered is None:
            return
        self.seen[tab.writer].add(tab.offered.seq)
        if keep:
            _, tab.state = tab.device.do("insist", name, seq=tab.offered.seq)
            self.typed[tab.writer] = (TABS[name], tab.state["text"].strip())
        else:
            self.give_up(name)
            text = "".join(tab.offered.given.get("answer", []))
            _, tab.state = tab.device.do("follow", name, seq=tab.offered.seq, text=text)
        tab.offered = None

    def give_up(self, name: str) -> None:
        """What a tab shows goes: the candidate writes over it or does without, or the server knows it."""
        shown = (TABS[name], self.tabs[name].state["text"].strip())
        self.typed = {writer: typed for writer, typed in self.typed.items() if typed != shown}

    # What the pages and the network do ------------------------------------------------------------------------------

    @rule(name=st.sampled_from(sorted(TABS)))
    def send(self, name: str) -> None:
        tab = self.tabs[name]
        if tab.state["unsaved"] and tab.offered is None:
            packet, tab.state = tab.device.do("packet", name)
            self.network.append((name, tab.writer, packet))

    @precondition(lambda self: self.network)
    @rule(data=st.data(), again=st.booleans(), lost=st.booleans())
    def deliver(self, data: st.DataObject, again: bool, lost: bool) -> None:
        """A save reaches the server, whenever; it may come again, and its reply may be lost."""
        at = data.draw(st.integers(0, len(self.network) - 1))
        name, page, packet = self.network[at]
        if not again:
            del self.network[at]
        outcome = self.save(packet)
        if not lost:
            self.replies.append((name, page, packet, outcome))

    def save(self, packet: Any) -> answering.SaveOutcome:
        edit = Edit(packet["base"], packet["writer"], packet["edit"])
        who = self.candidate
        outcome = answering.save(
            self.setting.world.store,
            who.browser,
            who.invitation_id,
            self.number,
            edit,
            packet["fields"],
            False,
            lambda: NOW,
        )
        before, self.history = self.history, self.stored()
        assert self.history[: len(before)] == before
        if len(self.history) > len(before):
            replaced = len(before)
            author = before[-1][0] if before else ""
            assert author == edit.writer or replaced in self.seen[edit.writer] or not before, (
                f"{edit} replaced version {replaced}, which its page has never shown"
            )
        return outcome

    @precondition(lambda self: self.network)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        del self.network[data.draw(st.integers(0, len(self.network) - 1))]

    @precondition(lambda self: self.replies)
    @rule(data=st.data())
    def reply(self, data: st.DataObject) -> None:
        """A reply reaches its page, if that is still there; late ones come too."""
        name, page, packet, outcome = self.replies.pop(data.draw(st.integers(0, len(self.replies) - 1)))
        if page == self.tabs[name].writer:
            self.arrived(name, packet, outcome)

    def arrived(self, name: str, packet: Any, outcome: answering.SaveOutcome) -> None:
        """What the page does with a reply."""
        tab = self.tabs[name]
        if outcome.saved:
            self.seen[tab.writer].add(outcome.seq)
            restored, tab.state = tab.device.do("saved", name, packet=packet, seq=outcome.seq)
            if restored:
                self.inherit(tab.writer, restored)
            text = "".join(packet["fields"].get("answer", [])).strip()
            assert text in [stored for _, stored in self.history], "shown as saved, and not stored"
        elif tab.device.do("overtaken", name, packet=packet)[0] or tab.offered is not None:
            return
        elif outcome.settled:
            stored = "".join(outcome.given.get("answer", []))
            follows, state = tab.device.do("settled", name, packet=packet, seq=outcome.seq, text=stored)
            if follows:
                self.give_up(name)
                self.seen[tab.writer].add(outcome.seq)
            tab.state = state
        else:
            tab.offered = outcome

    # What must hold -------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        texts = {"", *(text for _, text in self.history)}
        for device, text in self.typed.values():
            kept = {words.strip() for words in self.setting.devices[device].kept}
            assert text in texts or text in kept, f"{text!r} is neither stored nor kept on the {device}"

    def stored(self) -> list[tuple[str, str]]:
        """Every version that was ever stored: its writer and its text."""
        with reading(self.setting.world.store) as session:
            form = attempts.form(session, self.candidate.invitation_id)
            assert form is not None
            rows = session.execute(
                sa.select(attempts.Response.writer, attempts.Response.answer)
                .filter_by(attempt_id=form.attempt_id, number=self.number)
                .order_by(attempts.Response.seq)
            )
            return [(writer or "", (json.loads(answer) or "").strip()) for writer, answer in rows]

    def teardown(self) -> None:
        """The network recovers: then every page comes to say what is stored, once the candidate has chosen."""
        if not hasattr(self, "tabs"):
            return
        for _ in range(100):
            for name, tab in self.tabs.items():
                if tab.offered is not None:
                    self.choose(name, keep=True)
                elif tab.state["unsaved"]:
                    packet, tab.state = tab.device.do("packet", name)
                    self.arrived(name, packet, self.save(packet))
        assert not any(tab.state["unsaved"] or tab.offered for tab in self.tabs.values())
        self.nothing_typed_is_lost()


@pytest.fixture
def devices() -> Iterator[dict[str, Device]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: apt-get install nodejs")
    made = {name: Device(node) for name in set(TABS.values())}
    yield made
    for device in made.values():
        device.close()


def test_two_devices_lose_no_text_in_any_order(world: World, devices: dict[str, Device]) -> None:
    class Machine(TwoDevices):
        setting = Setting(world, devices)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=150,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
