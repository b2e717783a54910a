"""The page in a browser, over the sample papers: everything a person does there, with the mouse and the keyboard."""

from __future__ import annotations

import io
import json
from urllib.parse import urlsplit

import docx
import pytest
from doing import ask, go, serious, settled

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # the page's libraries warn of each other

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"
NOWHERE = "What did Ofsted say about Tower Hamlets children's services?"


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_gets_sentences_with_marks_and_the_source_beside(page):
    ask(page, QUESTION)
    assert "298" in page.inner_text("#now .claim >> nth=0")
    assert page.locator("#now a.mark").count() == page.locator("#now .source").count() >= 1
    page.wait_for_selector("#panel mark")
    assert "Retold from" in page.inner_text("#panel")
    assert page.input_value("#question textarea") == QUESTION


def test_nothing_is_asked_of_another_machine(page):
    ask(page, QUESTION)
    for name in ("History", "Papers", "Evaluate", "Ask"):
        go(page, name)
        page.wait_for_timeout(400)
    hosts = {urlsplit(url).hostname for url in page.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}
    assert page.complaints == []  # what the page's own policy had to block would be here


def test_by_keyboard_a_mark_opens_its_source_and_escape_leads_back(page):
    ask(page, QUESTION, "Enter")
    mark = page.locator("#now .mark").nth(1)
    mark.focus()
    assert mark.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    assert page.inner_text("#panel-title").startswith("Source 2:")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.source") == "2"
    assert not page.is_visible("#panel")


def test_sources_can_be_gone_through(page):
    ask(page, QUESTION)
    page.locator("#now .mark").first.click()
    page.click("[data-panel=next]")
    assert page.inner_text("#panel-title").startswith("Source 2:")
    page.click("[data-panel=previous]")
    page.click("[data-panel=previous]", force=True)  # there is none before the first
    assert page.inner_text("#panel-title").startswith("Source 1:")


def test_a_citation_is_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.locator("#now .mark").first.click()
    for form, begins in (("Plain", "“"), ("Markdown", "> "), ("Harvard", "‘")):
        page.click(f"#panel-more button:has-text('{form}'), #panel-more [aria-label$='{form}']")
        page.wait_for_function("b => navigator.clipboard.readText().then(t => t.startsWith(b))", arg=begins)


def test_an_example_question_is_asked_at_once(page):
    example = page.locator("#examples button").first.inner_text()
    page.locator("#examples button").first.click()
    settled(page, example)
    assert page.input_value("#question textarea") == example
    assert not page.is_visible("#examples")


def test_no_answer_shows_what_was_searched_and_what_can_be_asked(page):
    ask(page, NOWHERE)
    assert page.inner_text("#now .notice").startswith("The papers do not say.")
    assert page.locator("#now .source").count() == 0 and not page.is_visible("#panel")
    page.click("#now summary:has-text('What was searched')")
    assert "Answered by" in page.inner_text("#now .facts")


def test_what_was_understood_can_be_taken_away(page):
    ask(page, "How was Newham judged overall in 2014?")
    chips = page.locator("#now .chip")
    assert [text.split()[0] for text in chips.all_inner_texts()] == ["Newham", "2014"]
    page.click("#now .chip[data-drop=dates]")
    page.wait_for_selector("#now >> text=Taken back: dates")
    assert [text.split()[0] for text in chips.all_inner_texts()] == ["Newham"]


def test_a_suggestion_is_asked(page):
    ask(page, QUESTION)
    suggestion = page.locator("#now .follow").first
    if suggestion.count() == 0:
        pytest.skip("the papers suggest nothing here")
    text = suggestion.inner_text()
    suggestion.click()
    settled(page, text)
    assert page.input_value("#question textarea") == text


def test_filters_narrow_the_search(page):
    page.get_by_role("button", name="Narrow the search").click()
    page.fill("#authorities input", "newc")
    page.keyboard.press("Enter")
    page.fill("#since input, #since textarea", "2018")
    ask(page, "What was missing from assessments?")
    assert "Newcastle upon Tyne" in page.inner_text("#now .chips")
    page.fill("#since input, #since textarea", "May")
    ask(page, "What was missing?")
    assert "is no date" in page.inner_text("#now .error")


def test_the_answerer_tells_how_it_is_doing(page):
    page.get_by_role("button", name="Narrow the search").click()
    page.wait_for_selector("#backend-state >> text=Ready")


def test_an_empty_and_a_long_question_are_answered_in_words_and_not_lost(page):
    page.fill("#question textarea", "  ")
    page.click("#ask")
    page.wait_for_selector("#now .error >> text=question is empty")
    long = "Newham " * 400
    ask(page, long)
    assert "ask in at most" in page.inner_text("#now .error")
    assert page.input_value("#question textarea") == long


def test_a_hostile_question_stays_text(page):
    hostile = (
        "Newham <img src=x onerror=\"document.title='a'\"> ${document.title='b'} {{value}} `return home interviews`?"
    )
    ask(page, hostile)
    page.wait_for_timeout(300)
    assert page.inner_text("#now .asked") == hostile
    assert page.title() == "Findings" and page.locator("#now img").count() == 0


def test_a_follow_up_is_understood_from_the_question_before(page):
    ask(page, "How was Newham judged overall in 2014?")
    ask(page, "and in 2019?")
    assert "Understood as: “How was Newham judged overall in 2019?”" in page.inner_text("#now .understood")
    assert page.locator("#past .turn").count() == 1


# ── what stays ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reload_restores_the_conversation_and_what_was_being_typed(page):
    ask(page, QUESTION)
    ask(page, "How was Newham judged overall in 2014?")
    page.fill("#question textarea", "and half a quest")
    page.reload()
    page.wait_for_selector("#now .turn")
    assert page.locator(".turn").count() == 2
    page.wait_for_function("document.querySelector('#question textarea').value !== ''")
    assert page.input_value("#question textarea") == "and half a quest"
    page.locator("#past .mark").nth(1).click()
    assert "298" in page.inner_text("#panel mark")


def test_two_tabs_do_not_mix(page, sample_address):
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(sample_address)
    other.wait_for_selector("#ask")
    ask(other, "and in 2019?")
    assert "Understood as" not in other.inner_text("#now")
    assert other.locator(".turn").count() == 1 and page.locator(".turn").count() == 1


def test_an_earlier_answer_is_found_and_its_link_reopens_it(page):
    ask(page, "How was Newham judged overall in 2014?")
    go(page, "History")
    page.fill("#find-earlier input, #find-earlier textarea", "judged overall 2014")
    page.wait_for_selector("#earlier-list a >> nth=0")
    page.locator("#earlier-list a").first.click()
    page.wait_for_selector("#now .turn .mark")
    assert "Requires improvement" in page.inner_text("#now .claim >> nth=0")
    page.goto(page.url.split("?")[0] + "?answer=none")
    page.wait_for_selector("#now .error >> text=not in the history")


def test_a_conversation_is_deleted(page):
    ask(page, "How was Newham judged overall in 2014?")
    answer = page.get_attribute("#now .turn", "data-answer")
    go(page, "History")
    page.on("dialog", lambda dialog: dialog.accept())
    page.wait_for_selector(f"#earlier-list a[href='/?answer={answer}']")
    page.locator("#earlier-list [data-forget]").first.click()
    page.wait_for_selector(f"#earlier-list a[href='/?answer={answer}']", state="detached")


def test_answers_are_exported(page):
    ask(page, QUESTION)
    files = {}
    for name in ("Word", "Markdown", "JSON"):
        with page.expect_download() as download:
            page.locator("#now .tools").get_by_text(name, exact=True).last.click()
        files[name] = download.value.path().read_bytes()
    assert any("298" in paragraph.text for paragraph in docx.Document(io.BytesIO(files["Word"])).paragraphs)
    assert b"298" in files["Markdown"] and json.loads(files["JSON"])["answers"][0]["question"] == QUESTION


def test_what_a_person_says_of_an_answer_becomes_a_question(page, sample_address):
    ask(page, QUESTION)
    page.click("#now [data-judge=good]")
    page.wait_for_selector("#noted >> text=Noted")
    page.locator("#now .mark").first.click()
    page.click("#panel-more summary")
    page.click("#panel-more .objection button")
    answer = page.get_attribute("#now .turn", "data-answer")
    page.wait_for_timeout(300)
    lines = page.request.get(f"{sample_address}questions.jsonl").text().splitlines()
    assert answer in [json.loads(line)["id"] for line in lines]


# ── the other pages ──────────────────────────────────────────────────────────────────────────────────────────────


def test_papers_are_sorted_filtered_and_shown_in_order_of_time(page):
    go(page, "Papers")
    page.wait_for_selector("#papers-table >> text=read well")
    assert page.inner_text("#papers-table [role=status]") == "5 of 5 papers"
    page.fill("#filter-papers input, #filter-papers textarea", "newcastle")
    assert page.inner_text("#papers-table [role=status]") == "1 of 5 papers"
    page.fill("#filter-papers input, #filter-papers textarea", "")
    page.click("#papers-table button:has-text('Authority')")
    assert page.get_attribute("#papers-table th:nth-child(2)", "aria-sort") == "ascending"
    assert "Newcastle" in page.inner_text("#papers-table tbody tr >> nth=0")
    page.get_by_role("button", name="The timeline of a place").click()
    page.click("#place input")
    page.get_by_role("option", name="Newham").click()
    page.wait_for_selector(".timeline >> text=2014")


# ── looks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, QUESTION)
    page.locator("#now .mark").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("History", "Papers", "Evaluate"):
        tab = page.get_by_role("tab", name=name)
        if not tab.is_visible():
            page.locator(".overflow-menu button").first.click()
            page.locator(f".overflow-dropdown button:has-text('{name}')").click()
        else:
            tab.click()
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_can_be_heard(page):
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator("main").count() == 1 and page.locator("header").count() == 1
    assert page.locator("h1").all_inner_texts() == ["Findings"]
    assert page.get_by_label("Your question").count() == 1
    ask(page, QUESTION)
    page.wait_for_function("document.getElementById('said').textContent.startsWith('Answer: ')")
    assert "298" in page.inner_text("#said")
    assert page.get_attribute("#said", "aria-live") == "polite"


def test_on_paper_every_quote_is_there(page):
    ask(page, QUESTION)
    page.emulate_media(media="print")
    assert page.is_visible("#now .sources mark >> nth=0")
    assert not page.is_visible("#asking") and not page.is_visible("#panel")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_serious_in_any_state(page, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.reload()
    page.wait_for_selector("#ask")
    found = []

    def look(state: str) -> None:
        page.wait_for_timeout(400)  # until what fades in has its own colours
        found.extend((state, *one) for one in serious(page))

    look("empty")
    page.get_by_role("button", name="Narrow the search").click()
    look("filters")
    ask(page, QUESTION)
    look("answered")
    page.locator("#now .mark").first.click()
    page.click("#panel-more summary")
    page.click("#now [data-judge=bad]")
    look("source")
    ask(page, NOWHERE)
    page.click("#now summary >> nth=0")
    look("abstained")
    ask(page, "Newham " * 400)
    look("error")
    if width > 400:  # in a narrow window the same pages are behind a menu
        for name in ("History", "Papers", "Evaluate"):
            go(page, name)
            look(name)
        go(page, "Papers")
        for name in ("The timeline of a place", "Add papers", "Fetch published reports"):
            page.get_by_role("button", name=name).click()
        look("papers, unfolded")
    assert found == []
