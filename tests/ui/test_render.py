"""The markup of answers and sources: what comes from papers and questions stays text, marks lead to sources."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace

import pytest
from markup import HOSTILE, SHOWN, Page, assert_inert

from rag.types import Filters, Query, Span, Writing
from ui.citing import Source
from ui.history import unkept
from ui.render import answer as render
from ui.render import frame
from ui.render.source import panel, place, source


def around(fakes) -> tuple[str, str, str]:
    before, _, after = fakes.page.partition(fakes.quote)
    return before, fakes.quote, after


def turn(fakes, answer, records=None, **named) -> str:
    citations = [citation for claim in answer.claims for citation in claim.citations]
    shown = [(Source(citation, address=citation.original), around(fakes), None) for citation in citations]
    return render.turn(dataclasses.replace(unkept(answer), id="a1", conversation="c1"), shown, records or {}, **named)


def card(fakes, citation, around_it=None, pages=None) -> str:
    return source("a1", 1, (Source(citation, address=citation.original), around_it or around(fakes), pages))


# ── hostile text ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hostile_question_stays_text(fakes):
    page = assert_inert(turn(fakes, fakes.answer(HOSTILE, fakes.claim())))
    assert SHOWN in page.text
    assert SHOWN in assert_inert(render.waiting(HOSTILE)).text
    assert SHOWN in assert_inert(render.writing(HOSTILE, Writing((fakes.claim(text=HOSTILE),), 2))).text


def test_a_hostile_paper_stays_text(fakes):
    span = Span(HOSTILE, 0, 0, 5)
    bad = fakes.citation(
        span=span, quote=HOSTILE, title=HOSTILE, authority=HOSTILE, date=HOSTILE, attribution=HOSTILE,
        label=HOSTILE, paragraph=HOSTILE, retold_from=HOSTILE, original="https://example.org/\"><script>x</script>",
    )  # fmt: skip
    assert_inert(turn(fakes, fakes.answer("q", fakes.claim(bad, text=HOSTILE, frame=HOSTILE))))
    page = assert_inert(card(fakes, bad, (HOSTILE, HOSTILE, HOSTILE), 3))
    assert page.marked == [SHOWN]
    shown = Source(bad, HOSTILE, HOSTILE, HOSTILE)
    assert_inert(source("a1", 1, (shown, (HOSTILE, HOSTILE, HOSTILE), 3)))


def test_hostile_notices_passages_withheld_and_suggestions_stay_text(fakes):
    record = fakes.record(HOSTILE, HOSTILE)
    query = Query("q", Filters(authorities=(HOSTILE,), kinds=(HOSTILE,)), unknown_places=(HOSTILE,), notes=(HOSTILE,))
    answer = fakes.answer(
        "q", notice=HOSTILE, query=query, withheld=(fakes.claim(text=HOSTILE, reason=HOSTILE),), backend=HOSTILE,
        suggestions=(HOSTILE,), searched={"documents": 1, "authorities": [HOSTILE], "from": HOSTILE, "to": HOSTILE},
    )  # fmt: skip
    page = assert_inert(turn(fakes, answer, {"newham.pdf": record}))
    assert SHOWN in page.all("data-follow") and SHOWN in page.all("data-drop")
    assert_inert(render.message(HOSTILE, HOSTILE))
    assert_inert(frame.consent(HOSTILE) + frame.backend_state(HOSTILE, False) + frame.noted(HOSTILE))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "//example.org",
     "file:///etc/passwd", "http:", "https://[", "", None],
)  # fmt: skip
def test_only_web_addresses_become_links(fakes, address):
    page = assert_inert(card(fakes, fakes.citation(retold_from="A letter", original=address)))
    assert page.all("href") == ["#mark-a1-1"]
    assert "Retold from A letter" in page.text


def test_the_original_is_linked_safely(fakes):
    for retold in ("A letter", None):
        page = assert_inert(card(fakes, fakes.citation(retold_from=retold, original='https://example.org/a?b="c"&d=1')))
        assert 'https://example.org/a?b="c"&d=1' in page.all("href")
        assert page.all("rel") == ["noopener noreferrer"]


# ── marks and sources ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_mark_points_to_a_source_and_back(fakes):
    claims = fakes.claim(), fakes.claim(fakes.citation(), fakes.citation(page=8)), fakes.claim()
    page = Page(turn(fakes, fakes.answer("q", *claims)))
    marks = [f"#mark-a1-{n}" for n in (1, 2, 3, 4)]
    sources = [f"#source-a1-{n}" for n in (1, 2, 3, 4)]
    assert [i for i in page.all("href") if i.startswith("#source")] == sources
    assert [f"#{i}" for i in page.all("id") if i.startswith("source-")] == sources
    assert [i for i in page.all("href") if i.startswith("#mark")] == marks
    assert [f"#{i}" for i in page.all("id") if i.startswith("mark-")] == marks
    assert len(page.all("id")) == len(set(page.all("id")))


def test_a_source_tells_where_it_stands_and_what_can_be_done_with_it(fakes):
    page = Page(card(fakes, fakes.citation()))
    for said in (
        "Newham: inspection, June 2014", "3 June 2014", "page 7 (printed 5)", "paragraph 27", "words of Ofsted",
        "Copy the citation", "This citation is wrong",
    ):  # fmt: skip
        assert said in page.text
    assert [re.sub(r"\s+", " ", text)[:24] for text in page.all("data-copy")] == [
        "“Supervision is regular ", "> Supervision is regular", "‘Supervision is regular "
    ]  # fmt: skip


def test_only_what_can_be_drawn_names_its_page(fakes):
    assert Page(card(fakes, fakes.citation())).all("data-page") == []
    drawn = Page(card(fakes, fakes.citation(), pages=43))
    start = fakes.citation().span.start
    assert [drawn.all(f"data-{name}") for name in ("page", "pages", "start", "end")] == [
        ["7"], ["43"], [str(start)], [str(fakes.citation().span.end)]
    ]  # fmt: skip


def test_a_source_tells_only_what_is_known(fakes):
    bare = fakes.citation(
        page=None, label=None, paragraph=None, title=None, authority=None, date=None, attribution=None
    )
    page = Page(card(fakes, bare))
    assert "None" not in page.text and "newham.pdf" in page.text
    assert [one for one in place(bare) if one] == ["date not stated"]


def test_retold_words_are_called_retold(fakes):
    assert "words of Ofsted, retold" in place(fakes.citation(retold_from="A letter"))


def test_the_panel_has_its_controls():
    page = Page(panel())
    assert set(page.all("data-panel")) == {"previous", "next", "close", "back", "on", "quoted", "out", "in"}


# ── quotes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_mark_holds_the_quote_and_the_paragraph_stands_around_it(fakes):
    page = Page(card(fakes, fakes.citation()))
    assert page.marked == ["Supervision is regular and well recorded."]
    assert "27. Managers oversee work. Supervision is regular and well recorded. Audits are new." in page.text


def test_a_quote_without_odd_signs_is_shown_letter_for_letter(fakes):
    quote = "It cost £5,000 & “more” — 33% <of> it."
    assert Page(card(fakes, fakes.citation(quote=quote), ("", quote, ""))).marked == [quote]


def test_signs_that_stand_for_others_are_mended_in_showing(fakes):
    quote = "\uf0b7 multi\ufffe\r\nagency\r\nwork[^2]"
    markup = card(fakes, fakes.citation(quote=quote), ("a\x00b ", quote, ""))
    assert "<mark>• multi-agency work<sup>2</sup></mark>" in markup
    assert "ab <mark>" in markup


# ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_verdicts_are_told_in_words_with_their_meaning(fakes):
    answer = fakes.answer("q", fakes.claim(), fakes.claim(verdict="supported"))
    text = Page(turn(fakes, answer)).text
    assert text.count("word for word") >= 2 and text.count("in other words") >= 2
    assert "every figure, date, grade and name is in the quote" in text


def test_what_sets_a_claim_apart_stands_once_before_it(fakes):
    good, bad = fakes.claim(label="strength"), fakes.claim(label="weakness")
    page = Page(turn(fakes, fakes.answer("q", good, good, bad)))
    assert page.text.count("Strengths") == 1 and page.text.count("Weaknesses") == 1


def test_abstaining_shows_the_notice_and_the_nearest_passages_folded(fakes):
    page = Page(turn(fakes, fakes.answer(), {"newham.pdf": fakes.record()}))
    assert "The papers do not say. Searched 1 paper on Newham" in page.text
    assert "Audits are new." in page.text and "What was searched" in page.text
    assert "3 June 2014 · page 7 · paragraph 27 · Findings › Audit" in page.text


def test_abstaining_without_passages(fakes):
    assert "Nearest passages" not in turn(fakes, fakes.answer(hits=()))


def test_an_answer_shows_no_passages_but_its_notes_and_what_was_withheld(fakes):
    answer = fakes.answer(
        "q", fakes.claim(), notice="Answered without the language model: no server.",
        withheld=(fakes.claim(text="It is 85%.", reason="85% is not in its quote"),),
    )  # fmt: skip
    page = Page(turn(fakes, answer))
    assert "Audits are new." in page.text, "in the surroundings of the quote"
    assert "Nearest passages" not in page.text
    assert "Answered without the language model" in page.text
    assert "Could not be verified: 1 sentence" in page.text and "85% is not in its quote" in page.text


def test_suggestions_are_buttons(fakes):
    assert Page(turn(fakes, fakes.answer(suggestions=("What next?",)))).all("data-follow") == ["What next?"]
    assert "suggested" not in turn(fakes, fakes.answer())


@pytest.mark.parametrize(
    ("filters", "chips"),
    [
        (Filters(), []),
        (Filters(authorities=("A", "Leeds, City of"), kinds=("news",)), ["A", "Leeds", "news"]),
        (Filters(date_from="2019-01-01", date_to="2022-12-31"), ["2019 to 2022"]),
        (Filters(date_from="2019-01-02", date_to="2019-06-30"), ["2 January 2019 to 30 June 2019"]),
        (Filters(date_to="2019-05", grades=("Good",)), ["Good", "until May 2019"]),
    ],
)
def test_what_was_understood_are_chips_to_take_away(filters, chips):
    page = Page(render.understood(Query("q", filters)))
    assert [name.removeprefix("Search without: ") for name in page.all("aria-label")] == chips
    assert len(page.all("data-drop")) == len(chips)


def test_a_place_without_papers_is_a_chip_too():
    query = Query("q", unknown_places=("Hull",), notes=("No paper about Hull is held",))
    page = Page(render.understood(query))
    assert page.all("data-drop") == ["Hull"] and "No paper about Hull is held." in page.text


def test_what_is_not_in_the_history_offers_no_link_to_it(fakes):
    kept = Page(turn(fakes, fakes.answer("q", fakes.claim())))
    assert "/?answer=a1" in kept.all("data-link") and "/export?answer=a1&form=docx" in kept.all("href")
    unsaved = Page(turn(fakes, fakes.answer("q", fakes.claim()), saved=False))
    assert unsaved.all("data-link") == [] and unsaved.all("data-conversation") == []


def test_what_is_still_to_come_is_busy(fakes):
    assert render.is_busy(render.waiting("q")) and render.is_busy(render.writing("q", Writing()))
    assert not render.is_busy(turn(fakes, fakes.answer("q", fakes.claim()))) and not render.is_busy(None)


def test_the_sample_banner_says_what_takes_their_place():
    assert "Add your own under Papers" in Page(frame.header(5, sample=True)).text
    assert "Sample papers" not in Page(frame.header(5, sample=False)).text


def test_a_message_is_a_sentence():
    shown = Page(render.message("What?", "the question is empty; ask something")).text
    assert "The question is empty; ask something." in shown
    assert "Ask “x”<" in render.message("", "ask “x”")


def test_facts_of_a_search_that_found_nothing():
    found = SimpleNamespace(searched={}, query=Query("q"), question="q", backend="extractive", seconds=0.1)
    assert "0.1 seconds" in Page(render.searched(found)).text
