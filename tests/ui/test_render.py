"""Markup: what comes from papers and questions stays text, marks point to cards, the quote is the quote."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from rag.types import Filters, Query, Span
from ui import render

HOSTILE = """<script>alert(1)</script><img src=x onerror="alert(1)">' " & ${alert(1)} {{value}}"""
VOID = {"br", "img", "hr", "input"}


class Page(HTMLParser):
    """Reads markup strictly enough to notice what does not belong: every tag, attribute, id and link, and the text
    inside of each `mark`."""

    def __init__(self, markup: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], f"unclosed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def around(fakes) -> tuple[str, str, str]:
    before, _, after = fakes.page.partition(fakes.quote)
    return before, fakes.quote, after


def assert_inert(markup: str) -> Page:
    page = Page(markup)
    assert not {"script", "img", "iframe", "style", "link", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert all(href.startswith(("#", "https://", "http://")) for href in page.all("href"))
    return page


# ── hostile text ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hostile_question_stays_text(fakes):
    page = assert_inert(render.answer(fakes.answer(HOSTILE, fakes.claim()), {}))
    assert HOSTILE in page.text


def test_a_hostile_paper_stays_text(fakes):
    span = Span(HOSTILE, 0, 0, 5)
    bad = fakes.citation(
        span=span, quote=HOSTILE, title=HOSTILE, authority=HOSTILE, date=HOSTILE, attribution=HOSTILE,
        label=HOSTILE, paragraph=HOSTILE, retold_from=HOSTILE, original="https://example.org/\"><script>x</script>",
    )  # fmt: skip
    answer = fakes.answer("q", fakes.claim(bad, text=HOSTILE, frame=HOSTILE))
    assert_inert(render.answer(answer, {}))
    page = assert_inert(render.sources(answer, [(HOSTILE, HOSTILE, HOSTILE)]))
    assert page.marked == [HOSTILE]


def test_hostile_notices_passages_withheld_and_catalogue_stay_text(fakes):
    record = fakes.record(HOSTILE, HOSTILE)
    query = Query("q", Filters(authorities=(HOSTILE,), kinds=(HOSTILE,)), unknown_places=(HOSTILE,), notes=(HOSTILE,))
    answer = fakes.answer(
        "q", notice=HOSTILE, query=query, withheld=(fakes.claim(text=HOSTILE, reason=HOSTILE),), backend=HOSTILE
    )
    assert_inert(render.answer(answer, {"newham.pdf": record}))
    assert_inert(render.documents([record]))
    assert_inert(render.message(HOSTILE))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "//example.org",
     "file:///etc/passwd", "http:", "https://[", "", None],
)  # fmt: skip
def test_only_web_addresses_become_links(fakes, address):
    citation = fakes.citation(retold_from="A letter", original=address)
    page = assert_inert(render.card(1, citation, around(fakes)))
    assert page.all("href") == ["#mark-1"]
    assert "Retold from A letter" in page.text


def test_the_original_is_linked_safely(fakes):
    citation = fakes.citation(retold_from="A letter", original='https://example.org/a?b="c"&d=1')
    page = assert_inert(render.card(1, citation, around(fakes)))
    assert 'https://example.org/a?b="c"&d=1' in page.all("href")
    assert page.all("rel") == ["noopener noreferrer"]


# ── marks and cards ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_mark_points_to_a_card_and_back(fakes):
    claims = fakes.claim(), fakes.claim(fakes.citation(), fakes.citation(page=8)), fakes.claim()
    answer = fakes.answer("q", *claims)
    marks = Page(render.answer(answer, {}))
    cards = Page(render.sources(answer, [around(fakes)] * 4))
    assert marks.all("href") == [f"#source-{n}" for n in (1, 2, 3, 4)]
    assert [i for i in cards.all("id") if re.fullmatch(r"source-\d+", i)] == [f"source-{n}" for n in (1, 2, 3, 4)]
    assert cards.all("href") == marks_of(marks) == [f"#mark-{n}" for n in (1, 2, 3, 4)]
    assert "[2][3]" in marks.text


def marks_of(page: Page) -> list[str]:
    return [f"#{i}" for i in page.all("id") if i.startswith("mark-")]


def test_one_citation_one_card(fakes):
    answer = fakes.answer("q", fakes.claim())
    page = Page(render.sources(answer, [around(fakes)]))
    assert page.tags.count("article") == 1
    for said in (
        "Newham: inspection, June 2014",
        "3 June 2014",
        "page 7 (printed 5)",
        "paragraph 27",
        "words of Ofsted",
    ):
        assert said in page.text


def test_no_citation_no_sources(fakes):
    assert render.sources(fakes.answer("q"), []) == ""


def test_a_card_tells_only_what_is_known(fakes):
    bare = fakes.citation(
        page=None, label=None, paragraph=None, title=None, authority=None, date=None, attribution=None
    )
    page = Page(render.card(1, bare, around(fakes)))
    assert "None" not in page.text and "newham.pdf" in page.text
    assert render.place(bare) == ["date not stated"]


def test_retold_words_are_called_retold(fakes):
    assert "words of Ofsted, retold" in render.place(fakes.citation(retold_from="A letter"))


# ── quotes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_mark_holds_the_quote_and_the_paragraph_stands_around_it(fakes):
    page = Page(render.card(1, fakes.citation(), around(fakes)))
    assert page.marked == ["Supervision is regular and well recorded."]
    assert "27. Managers oversee work. Supervision is regular and well recorded. Audits are new." in page.text


def test_a_quote_without_odd_signs_is_shown_letter_for_letter(fakes):
    quote = "It cost £5,000 & “more” — 33% <of> it."
    page = Page(render.card(1, fakes.citation(quote=quote), ("", quote, "")))
    assert page.marked == [quote]


def test_signs_that_stand_for_others_are_mended_in_showing(fakes):
    quote = "\uf0b7 multi\ufffe\r\nagency\r\nwork[^2]"
    markup = render.card(1, fakes.citation(quote=quote), ("a\x00b ", quote, ""))
    assert "<mark>• multi-agency work<sup>2</sup></mark>" in markup
    assert "ab <mark>" in markup


def test_surroundings_of_another_text_are_not_shown(fakes):
    page = Page(render.card(1, fakes.citation(), ("before ", "something else", " after")))
    assert page.marked == ["Supervision is regular and well recorded."]
    assert "before" not in page.text and "something else" not in page.text


# ── the rest ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_abstaining_shows_the_notice_and_the_nearest_passages_folded(fakes):
    page = Page(render.answer(fakes.answer(), {"newham.pdf": fakes.record()}))
    assert "The papers do not say. Searched 1 paper on Newham" in page.text
    assert page.tags.count("details") == 1 and "Audits are new." in page.text
    assert "3 June 2014 · page 7 · paragraph 27 · Findings › Audit" in page.text


def test_abstaining_without_passages(fakes):
    page = Page(render.answer(fakes.answer(hits=()), {}))
    assert "details" not in page.tags


def test_an_answer_shows_no_passages_but_its_notes_and_what_was_withheld(fakes):
    answer = fakes.answer(
        "q", fakes.claim(), notice="Answered without the language model: no server.",
        withheld=(fakes.claim(text="It is 85%.", reason="85% is not in its quote"),),
    )  # fmt: skip
    page = Page(render.answer(answer, {}))
    assert "Audits are new." not in page.text
    assert "Answered without the language model" in page.text
    assert "Could not be verified: 1 sentence" in page.text and "85% is not in its quote" in page.text


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(), "no place, date or kind of paper named; searched 1 paper."),
        (Filters(authorities=("A", "B", "C"), kinds=("news",)), "A, B and C · news; searched 1 paper."),
        (Filters(date_from="2019-01-01", date_to="2022-12-31"), "2019 to 2022; searched 1 paper."),
        (Filters(date_from="2019-01-01", date_to="2019-12-31"), "2019; searched 1 paper."),
        (Filters(date_from="2019-01-02", date_to="2019-06-30"), "2 January 2019 to 30 June 2019; searched 1 paper."),
        (Filters(date_from="2019"), "from 2019; searched 1 paper."),
        (Filters(date_to="2019-05", grades=("Good",)), "Good · until May 2019; searched 1 paper."),
    ],
)
def test_what_was_understood(fakes, filters, said):
    page = Page(render.understood(fakes.answer(query=Query("q", filters))))
    assert page.text == f"Understood: {said}"


def test_a_place_without_papers_was_not_searched(fakes):
    query = Query("q", unknown_places=("Hull",), notes=("No paper about Hull is held",))
    page = Page(render.understood(fakes.answer(query=query)))
    assert page.text == "Understood: Hull. No paper about Hull is held."


def test_the_sample_banner_says_how_to_index(fakes):
    assert "findings index PATH" in Page(render.header(5, sample=True)).text
    assert "Sample papers" not in Page(render.header(5, sample=False)).text


def test_the_catalogue_lists_papers_by_authority(fakes):
    page = Page(render.documents([fakes.record(), fakes.record("page.md", "A page", paged=False)]))
    assert "Papers held (2)" in page.text and page.tags.count("li") == 2
    assert "inspection · 3 June 2014 · 43 pages" in page.text
    assert Page(render.documents([])).text == "Papers held (0)There are none yet."


def test_a_message_is_a_sentence():
    assert "The question is empty; ask something." in Page(render.message("the question is empty; ask something")).text
    assert "Ask “x”<" in render.message("ask “x”")
