"""While Findings starts: the question is taken in a browser already, and nothing of it is lost, whatever comes next."""

from __future__ import annotations

import contextlib
import threading

import pytest
from doing import ask, go, serious, settled, sticks_out
from page_server import served

from rag.errors import StoreMissing
from ui import serving
from ui.starting import Starting

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # the page's libraries warn of each other

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"
KEPT = "Your question is kept"


class Slow:
    """Builds the page over the sample papers once `go` is set."""

    def __init__(self, findings):
        self.findings, self.go = findings, threading.Event()

    def __call__(self, tell):
        from ui import app

        tell("reading paper 1 of 5")
        assert self.go.wait(120)
        return app.application(self.findings)


@pytest.fixture
def build(sample_findings):
    return Slow(sample_findings)


@pytest.fixture
def starting(tab, build):
    """The tab, on the page that is there until the page is."""
    with served(Starting(build, lambda: None)) as address:
        tab.goto(address)
        tab.wait_for_selector("#draft")
        yield tab
        build.go.set()


def test_what_is_asked_meanwhile_is_answered_and_asked_once(starting, build):
    starting.wait_for_selector("#note >> text=reading paper 1 of 5")
    starting.fill("#draft", QUESTION)
    starting.press("#draft", "Enter")
    assert KEPT in starting.inner_text("#state")
    build.go.set()
    settled(starting, QUESTION)
    assert "298" in starting.inner_text("#now .claim >> nth=0")
    # The page came up with the question asked, and goes on from it.
    ask(starting, "and in 2019?")
    assert starting.locator("#past .turn").count() == 1
    starting.reload()
    starting.wait_for_selector("#now .turn")
    assert starting.locator(".turn").count() == 2
    assert starting.complaints == []


def test_what_is_only_typed_is_in_the_box_and_not_asked(starting, build):
    starting.click("button")  # there is nothing to ask yet
    assert KEPT not in starting.inner_text("#state")
    starting.fill("#draft", "What about super")
    build.go.set()
    starting.wait_for_function("document.querySelector('#question textarea')?.value === 'What about super'")
    go(starting, "Papers")
    starting.wait_for_selector("#papers-table >> text=5 of 5 papers")  # so a question that was sent would be there
    assert starting.locator(".turn").count() == 0


def test_a_question_in_a_conversation_from_before_follows_it_up(starting, build, sample_address):
    other = starting.context.new_page()
    other.goto(sample_address)
    ask(other, "How was Newham judged overall in 2014?")
    conversation = other.url.partition("?")[2]
    starting.goto(f"{starting.url}?{conversation}")
    starting.fill("#draft", "and in 2019?")
    starting.click("button")
    build.go.set()
    settled(starting, "and in 2019?")
    assert "How was Newham judged overall in 2019?" in starting.inner_text("#now .understood")
    assert starting.locator(".turn").count() == 2


def test_where_it_cannot_start_that_is_said_and_the_question_is_kept(tab, sample_findings):
    go, said = threading.Event(), []

    def open_papers(report):
        assert go.wait(60)
        raise StoreMissing("no papers are indexed")

    def serve():
        with contextlib.suppress(StoreMissing):
            serving.serve(open_papers, 0, report=said.append)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    while not said:
        thread.join(0.01)
    tab.goto(said[0].split()[3])
    tab.fill("#draft", QUESTION)
    tab.click("button")
    go.set()
    tab.wait_for_selector("#state >> text=has stopped")
    assert tab.input_value("#draft") == QUESTION
    thread.join(20)
    assert not thread.is_alive()


def test_a_question_that_is_too_long_is_not_cut(starting):
    """The page itself says so later; a part of the question would be answered as if it were the whole."""
    starting.fill("#draft", "")
    starting.click("#draft")
    starting.keyboard.insert_text("Newham " * 400)
    assert len(starting.input_value("#draft")) == 2800


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_seen_and_heard(starting, scheme):
    starting.emulate_media(color_scheme=scheme)
    assert serious(starting) == []
    assert starting.get_by_label("Your question").is_visible()
    assert starting.evaluate("document.activeElement.id") == "draft"
    starting.fill("#draft", QUESTION)
    starting.press("#draft", "Enter")
    assert serious(starting) == []
    assert not sticks_out(starting, 320)
