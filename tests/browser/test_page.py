"""The page in a browser, over the sample papers."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # the page's libraries warn of each other

QUESTION = "What did inspectors say about return home interviews in Newham?"


def ask(page, question: str) -> None:
    page.fill("#question textarea", question)
    page.click("#ask")


def test_a_question_gets_a_marked_quote(page):
    ask(page, QUESTION)
    page.wait_for_selector("#sources mark")
    assert "return home interviews" in " ".join(page.locator("#sources mark").all_inner_texts())
    assert page.locator("#answer .claim").count() >= 1
    assert page.input_value("#question textarea") == QUESTION
    cards = page.locator("#sources article")
    assert page.locator("#answer a.mark").count() == cards.count()
    assert "Retold from" in cards.first.inner_text()


def test_nothing_is_asked_of_another_machine(page):
    ask(page, QUESTION)
    page.wait_for_selector("#sources mark")
    page.wait_for_timeout(500)
    hosts = {urlsplit(url).hostname for url in page.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}
    assert page.complaints == []  # what the page's own policy had to block would be here


def test_enter_asks_and_a_mark_leads_to_its_card_and_back(page):
    page.fill("#question textarea", QUESTION)
    page.press("#question textarea", "Enter")
    mark = page.locator("#mark-1")
    mark.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "source-1"
    page.click("#source-1 h3 a")
    assert page.evaluate("document.activeElement.id") == "mark-1"


def test_a_mark_does_not_load_the_page_anew(page):
    page.goto(page.url + "?__theme=dark")
    ask(page, QUESTION)
    page.click("#mark-1")
    page.wait_for_timeout(300)
    assert page.locator("#sources mark").count() >= 1


def test_an_example_question_is_asked_at_once(page):
    page.locator("#examples button").first.click()
    page.wait_for_selector("#sources mark")
    assert page.input_value("#question textarea") == page.locator("#examples button").first.inner_text()


def test_no_answer_shows_what_was_searched_and_the_nearest_passages(page):
    ask(page, "What did Ofsted say about Tower Hamlets children's services?")
    page.wait_for_selector("#answer .notice")
    assert page.locator("#answer .notice").inner_text().startswith("The papers do not say.")
    assert page.locator("#sources article").count() == 0


def test_an_empty_question_is_answered_in_words(page):
    ask(page, "  ")
    page.wait_for_selector("#answer .error")
    assert "question is empty" in page.locator("#answer .error").inner_text()


def test_a_long_question_stays_in_the_box(page):
    long = "Newham " * 400
    ask(page, long)
    page.wait_for_selector("#answer .error")
    assert "ask in at most" in page.locator("#answer .error").inner_text()
    assert page.input_value("#question textarea") == long


def test_a_hostile_question_stays_text(page):
    hostile = (
        "Newham <img src=x onerror=\"document.title='a'\"> ${document.title='b'} {{value}} `return home interviews`?"
    )
    ask(page, hostile)
    page.wait_for_selector("#answer .asked")
    page.wait_for_timeout(300)
    assert page.locator("#answer .asked").inner_text() == hostile
    assert page.title() == "Findings"
    assert page.locator("#answer img").count() == 0


@pytest.mark.parametrize("width", [320, 400, 1280])
def test_nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, QUESTION)
    page.wait_for_selector("#sources mark")
    page.click("details.papers summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_can_be_heard(page):
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator("main").count() == 1
    assert page.locator("h1").all_inner_texts() == ["Findings"]
    assert page.get_attribute("[aria-label=Answer]", "aria-live") == "polite"
    assert page.get_by_label("Your question").count() == 1
    ask(page, QUESTION)
    page.wait_for_selector("#sources mark")
    assert page.get_attribute("[aria-label=Answer]", "aria-live") == "polite"
    mark = page.locator("#sources mark").first
    assert mark.evaluate("e => getComputedStyle(e).borderBottomStyle") == "solid"


def test_a_follow_up_is_understood_from_the_question_before(page):
    ask(page, "How was Newham judged overall in 2014?")
    page.wait_for_selector("#sources mark")
    ask(page, "and in 2019?")
    page.wait_for_selector("#answer .understood >> text=Understood as: “How was Newham judged overall in 2019?”")
    assert "and in 2019?" in page.locator("#answer .asked").inner_text()
