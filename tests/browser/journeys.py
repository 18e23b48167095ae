"""What candidates do in a browser, by mouse, by keyboard alone, or without JavaScript."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from quiz.domain.plans import Draw
from tests.factories import EACH, PASSWORD

ONE_OF_EACH = [Draw(bank="demo", count=EACH, objectives=["demo.1"])]
"""Draws one item of each kind from the test bank."""


class Hand(Protocol):
    """A way to work a page. `orders` is whether an order is given by moving lines, not by choosing positions."""

    page: Page
    orders: bool

    def press(self, button: Locator) -> None: ...
    def choose(self, option: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...
    def pick(self, field: Locator, value: str) -> None: ...


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

    def pick(self, field: Locator, value: str) -> None:
        field.select_option(value)


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

    def pick(self, field: Locator, value: str) -> None:
        self._reach(field)
        for _ in range(30):
            if field.input_value() == value:
                break
            self.page.keyboard.press("ArrowDown")
        expect(field).to_have_value(value)

    def _reach(self, target: Locator, by: str = "other => other === node") -> None:
        """Press Tab until the target, or one that counts as it, has the focus."""
        for _ in range(120):
            if target.evaluate(f"node => ({by})(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The tab key does not reach {target}")


# A question ------------------------------------------------------------------------------------------------------


def answer(hand: Hand, fields: Mapping[str, Sequence[str]]) -> None:
    """Answer a question so that its form submits these fields."""
    if hand.orders and hand.page.locator("[data-ordering]").count():
        order(hand, fields)
        return
    for name, values in fields.items():
        for value in values:
            _give(hand, hand.page.locator(f"[name='{name}']"), value)


def _give(hand: Hand, controls: Locator, value: str) -> None:
    match controls.first.evaluate("node => node.type"):
        case "select-one":
            hand.pick(controls, value)
        case "radio" | "checkbox":
            hand.choose(controls.and_(hand.page.locator(f"[value='{value}']")))
        case _:
            hand.write(controls, value)


def order(hand: Hand, fields: Mapping[str, Sequence[str]]) -> None:
    """Bring lines into an order by their buttons."""
    for name, (place,) in sorted(fields.items(), key=lambda field: int(field[1][0])):
        line = hand.page.locator("[data-place]").filter(has=hand.page.locator(f"[name='{name}']"))
        while line.evaluate("node => [...node.parentNode.children].indexOf(node)") != int(place) - 1:
            hand.press(line.get_by_role("button", name=re.compile("Move up")))
    if given(hand.page) != sorted([name, place] for name, (place,) in fields.items()):
        hand.press(button(hand.page, "Answer with this order"))


def given(page: Page) -> list[list[str]]:
    """The answer that the question's form holds: names and values as they would be sent."""
    read = """form => [...new FormData(form)].filter(([name, value]) => name.startsWith("answer") && value)"""
    return sorted(page.locator("form.question").evaluate(read))


def expect_saved(page: Page, but: str = "") -> None:
    """The line below the question says that its answer is saved, and when."""
    expect(page.locator("[data-save-text]")).to_have_text(re.compile(rf"^Saved \d\d:\d\d:\d\d \S+{but}$"))


# From the invitation to the receipt ------------------------------------------------------------------------------


def button(page: Page, name: str) -> Locator:
    """A button or a link that looks like one."""
    return page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))


Right = Callable[[Page], Mapping[str, Sequence[str]]]
"""What a page's form submits where its question is answered rightly."""


def practise(hand: Hand, link: str, right: Right) -> int:
    """From the invitation through every practice question to the page before the clock; how many there were."""
    page = hand.page
    page.goto(link)
    hand.press(button(page, "Get ready"))
    count = 0
    while True:
        count += 1
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^Practice {count} of"))
        answer(hand, right(page))
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
