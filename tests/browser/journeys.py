"""What candidates do in a browser, by mouse, by keyboard alone, or without JavaScript."""

import re
from collections.abc import Sequence
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from quiz.domain.plans import Draw
from tests.factories import PASSWORD

ONE_OF_EACH = [Draw(bank="demo", count=8, objectives=["demo.1"])]
"""Draws one item of each kind from the test bank."""

KINDS = {
    "single choice": "input[type=radio].choice-input[name=answer]",
    "multiple response": "input[type=checkbox][name=answer]",
    "true/false set": ".statements",
    "short text": "input.answer-text",
    "number": "input.answer-number",
    "ordering": "[data-ordering]",
    "matching": ".pairs",
    "code line": ".code-lines",
}
"""What tells the kinds apart on a page."""


class Hand(Protocol):
    """A way to work a page. `orders` is whether an order is given by moving lines, not by choosing positions."""

    page: Page
    orders: bool

    def press(self, button: Locator) -> None: ...
    def choose(self, option: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...
    def pick(self, field: Locator, option: str | re.Pattern[str]) -> None: ...


class Mouse:
    """Points and types."""

    def __init__(self, page: Page, orders: bool = True) -> None:
        self.page, self.orders = page, orders

    def press(self, button: Locator) -> None:
        button.click()

    def choose(self, option: Locator) -> None:
        option.check()

    def write(self, field: Locator, text: str) -> None:
        field.click()
        field.press_sequentially(text)

    def pick(self, field: Locator, option: str | re.Pattern[str]) -> None:
        field.select_option(label=field.locator("option").filter(has_text=option).inner_text())


class Keyboard:
    """Never points: Tab, Space, Enter and the arrow keys reach everything."""

    def __init__(self, page: Page) -> None:
        self.page, self.orders = page, True

    def press(self, button: Locator) -> None:
        self._reach(button)
        self.page.keyboard.press("Enter")

    def choose(self, option: Locator) -> None:
        if option.get_attribute("type") == "checkbox":
            self._reach(option)
        else:
            # Of radio buttons the tab key reaches one, and the arrow keys reach the others.
            self._reach(option, by="other => other.name === node.name && other.type === node.type")
            for _ in range(30):
                if option.evaluate("node => node === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
        if not option.is_checked():
            self.page.keyboard.press("Space")
        expect(option).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.type(text)

    def pick(self, field: Locator, option: str | re.Pattern[str]) -> None:
        self._reach(field)
        wanted = field.locator("option").filter(has_text=option).get_attribute("value")
        assert wanted is not None
        for _ in range(30):
            if field.input_value() == wanted:
                break
            self.page.keyboard.press("ArrowDown")
        expect(field).to_have_value(wanted)

    def _reach(self, target: Locator, by: str = "other => other === node") -> None:
        """Press Tab until the target, or one that counts as it, has the focus."""
        for _ in range(120):
            if target.evaluate(f"node => ({by})(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The tab key does not reach {target}")


# A question ------------------------------------------------------------------------------------------------------


def kind(page: Page) -> str:
    """The kind of the question on the page."""
    return next(kind for kind, mark in KINDS.items() if page.locator(f"form {mark}").count())


def answer(hand: Hand) -> None:
    """Answer a question of the test banks rightly."""
    page = hand.page
    match kind(page):
        case "single choice":
            hand.choose(page.get_by_role("radio", name=re.compile("right$")))
        case "multiple response":
            for text in ("one", "two"):
                hand.choose(page.get_by_role("checkbox", name=re.compile(f" {text}$")))
        case "true/false set":
            for text, truth in (("holds", "True"), ("fails", "False")):
                statement = page.get_by_role("radiogroup", name=re.compile(f" {text}$"))
                hand.choose(statement.get_by_role("radio", name=truth))
        case "short text":
            hand.write(page.locator("input.answer-text"), "word")
        case "number":
            hand.write(page.locator("input.answer-number"), "12.5")
        case "ordering":
            order(hand, [f"step {n}" for n in (1, 2, 3)])
        case "matching":
            for n in (1, 2):
                hand.pick(page.get_by_label(re.compile(f"prompt {n}$")), re.compile(f"match {n}$"))
        case "code line":
            hand.choose(page.get_by_role("radio", name=re.compile(r"^Line 4\b")))


def order(hand: Hand, texts: Sequence[str]) -> None:
    """Bring lines into an order: by their buttons, or by choosing positions."""
    page = hand.page
    for place, text in enumerate(texts):
        words = page.locator("[data-place-text]").filter(has_text=re.compile(f"{text}$"))
        line = page.locator("[data-place]").filter(has=words)
        if not hand.orders:
            hand.pick(line.get_by_role("combobox"), str(place + 1))
            continue
        while page.locator("[data-place-text]").all_inner_texts()[place] != words.inner_text():
            hand.press(line.get_by_role("button", name=re.compile("Move up")))


def given(page: Page) -> list[list[str]]:
    """The answer that the question's form holds: names and values as they would be sent."""
    read = """form => [...new FormData(form)].filter(([name, value]) => name.startsWith("answer") && value)"""
    return sorted(page.locator("form[data-question]").evaluate(read))


def expect_saved(page: Page, but: str = "") -> None:
    """The line below the question says that its answer is saved, and when."""
    expect(page.locator("[data-save-text]")).to_have_text(re.compile(rf"^Saved \d\d:\d\d:\d\d{but}$"))


# From the invitation to the receipt ------------------------------------------------------------------------------


def button(page: Page, name: str) -> Locator:
    """A button or a link that looks like one."""
    return page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))


def practise(hand: Hand, link: str) -> int:
    """From the invitation through every practice question to the page before the clock; how many there were."""
    page = hand.page
    page.goto(link)
    hand.press(button(page, "Get ready"))
    count = 0
    while True:
        count += 1
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^Practice {count} of"))
        answer(hand)
        hand.press(button(page, "Try this answer"))
        expect(page.get_by_text("In the quiz this answer would now be saved.")).to_be_visible()
        if not (next_one := button(page, "Next practice question")).count():
            break
        hand.press(next_one)
    hand.press(button(page, "Done with the practice"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready when you are")
    return count


def finish(hand: Hand) -> None:
    """From the overview to the receipt."""
    page = hand.page
    hand.press(button(page, "Finish the quiz"))
    hand.press(button(page, "Finish and hand in"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in")


# Staff -----------------------------------------------------------------------------------------------------------


def sign_in(page: Page, email: str) -> None:
    """Sign in with the password that every account of the tests has."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Sign in").click()
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()


def invite(page: Page, name: str, email: str) -> str:
    """Invite somebody from the page of an assessment; the link."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address", exact=True).fill(email)
    button(page, "Make the link").click()
    return page.get_by_label("Personal link").input_value()
