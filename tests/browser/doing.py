"""What the tests of the page do again and again."""

from __future__ import annotations

from typing import Any

import pytest

SERIOUS = ("serious", "critical")


def ask(page: Any, question: str, key: str = "") -> None:
    """Ask, and wait until this question is no longer being answered."""
    page.fill("#question textarea", question)
    page.press("#question textarea", key) if key else page.click("#ask")
    settled(page, question)


def settled(page: Any, question: str) -> None:
    page.wait_for_function(
        """asked => [...document.querySelectorAll('#now .turn:not([aria-busy])')].some(
            turn => turn.querySelector('.asked').textContent.trim() === asked.trim())""",
        arg=question,
    )


def go(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def press_until(page: Any, button: str, region: str, words: str) -> None:
    """Press the button until the words are there: Gradio drops a click while it still takes note that what the button
    had begun was called off."""
    page.wait_for_function(
        """([button, region, words]) => {
            if (document.querySelector(region).innerText.includes(words)) return true;
            document.querySelector(button).click();
            return false;
        }""",
        arg=[button, region, words],
        polling=500,
    )


def serious(page: Any) -> list[tuple[str, str]]:
    """What axe finds that is serious: the rule and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS]


def sticks_out(page: Any, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth") > width
