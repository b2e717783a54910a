from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from made import paper, store_of

from rag.answer import cite
from rag.store import Store
from rag.types import Citation, Claim, Description, Filters, Label, Query, Sentence, Span, Stated

PAGE = "27. Leaders should:\r\nvisit children\r\nkeep records."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = [
        paper(
            "a.pdf", PAGE, "Audits are new.", paged=True, title="Newham: inspection", publisher="Ofsted",
            authority="Newham", kind="inspection", inspection_start="2014-06-03", published="2014-08-08",
        ),
        paper("b.md", "Carers stayed.", retold_from="A letter", original="https://example.org/b"),
    ]  # fmt: skip
    with Store(store_of(tmp_path / "store", made)) as opened:
        yield opened


def span(quote: str) -> Span:
    return Span("a.pdf", 0, PAGE.index(quote), PAGE.index(quote) + len(quote))


LEAD = Sentence("Leaders should:", (span("Leaders should:"),))
ITEM = Sentence("visit children", (span("visit children"),))


# ── citations ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_citation_tells_what_is_known_of_its_paper(store: Store) -> None:
    (made,) = cite.cite([span("visit children\r\nkeep")], "27", store)
    assert made == Citation(
        span=span("visit children\r\nkeep"), quote="visit children\r\nkeep", page=1, label=None, paragraph="27",
        title="Newham: inspection", authority="Newham", date="2014-06-03",
        attribution="inspectors (Ofsted)", changed="gone",  # made papers have no file
    )  # fmt: skip


def test_a_paper_that_states_little_is_called_by_its_name_and_has_no_page(store: Store) -> None:
    (made,) = cite.cite([Span("b.md", 0, 0, 14)], None, store)
    assert (made.quote, made.page, made.title) == ("Carers stayed.", None, "b.md")
    assert (made.authority, made.date, made.attribution, made.paragraph) == (None, None, None, None)
    assert (made.retold_from, made.original) == ("A letter", "https://example.org/b")


def test_pages_count_from_one_and_each_span_is_a_citation_of_its_own(store: Store) -> None:
    made = cite.cite([span("keep records."), Span("a.pdf", 1, 0, 15)], None, store)
    assert [(c.page, c.quote) for c in made] == [(1, "keep records."), (2, "Audits are new.")]


def test_a_page_that_is_not_there_gives_an_empty_quote_which_verification_refuses(store: Store) -> None:
    (made,) = cite.cite([Span("a.pdf", 41, 0, 5)], None, store)
    assert made.quote == ""


def test_a_sentence_as_a_claim(store: Store) -> None:
    made = cite.claim(ITEM, "27", None, store)
    assert made == Claim("visit children", cite.cite(ITEM.spans, "27", store), frame="Newham, inspection of June 2014:")


def test_an_item_takes_its_lead_in_along_with_a_quote_of_its_own(store: Store) -> None:
    made = cite.claim(ITEM, "27", LEAD, store)
    assert made.text == "Leaders should: visit children"
    assert [c.quote for c in made.citations] == ["Leaders should:", "visit children"]


def test_a_claim_says_whose_words_it_repeats_where_they_are_not_the_inspectors(tmp_path: Path) -> None:
    text = "The officer reported that visits are late."
    made = paper("m.md", text, publisher="Newham Council", authority="Newham", kind="committee paper", published="2020")
    with Store(store_of(tmp_path / "store", [made])) as store:
        said = cite.claim(Sentence(text, (Span("m.md", 0, 0, len(text)),)), None, None, store)
    assert said.citations[0].attribution == "an officer, as reported by Newham Council"
    assert said.frame == "Newham, committee paper of 2020, according to Newham Council:", "the sentence names the rest"


# ── frames ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stated", "frame"),
    [
        ({}, ""),
        ({"authority": "Newham"}, "Newham, paper:"),
        ({"kind": "inspection"}, ""),
        ({"published": "2020-10"}, "paper of October 2020:"),
        ({"kind": "news", "published": "2020"}, "news of 2020:"),
        ({"authority": "Newham", "kind": "inspection"}, "Newham, inspection:"),
        ({"authority": "Newham", "kind": "other", "published": "2024-12-02"}, "Newham, paper of December 2024:"),
        (
            {"authority": "Newham", "kind": "focused visit", "inspection_start": "2020-10-27", "published": "2020-12"},
            "Newham, focused visit of October 2020:",
        ),
        # What is not described, or describes something else than where, when and what kind, is never part of it.
        ({"title": "A glowing report", "publisher": "Ofsted", "lead_inspector": "A. Person", "framework": "SIF"}, ""),
    ],
)  # fmt: skip
def test_a_frame_is_made_of_described_fields_alone(stated: dict[str, str], frame: str) -> None:
    assert cite.frame(Description(**{name: Stated(value) for name, value in stated.items()})) == frame


# ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────


def claim(text: str, citations: int = 1, frame: str = "Newham:") -> Claim:
    each = Citation(Span("a.pdf", 0, 0, 1), "x", 1, None, None, None, None, None, None)
    return Claim(text, (each,) * citations, frame=frame)


def test_markers_are_numbered_through_one_for_each_citation() -> None:
    shown, text = cite.compose([claim("One.", 2), claim("Two."), claim("Three.", 3)])
    assert text == "Newham: One. [1][2] Two. [3] Three. [4][5][6]"
    assert [c.text for c in shown] == ["One.", "Two.", "Three."]


def test_a_frame_is_said_only_where_it_changes() -> None:
    claims = [claim("One."), claim("Two."), claim("Three.", frame="Leeds:"), claim("Four.", frame=""), claim("Five.")]
    shown, text = cite.compose(claims)
    assert [c.frame for c in shown] == ["Newham:", "", "Leeds:", "", "Newham:"]
    assert text == "Newham: One. [1] Two. [2] Leeds: Three. [3] Four. [4] Newham: Five. [5]"


def test_nothing_composes_to_nothing() -> None:
    assert cite.compose([]) == ((), "")


# ── what was searched ────────────────────────────────────────────────────────────────────────────────────────────


def test_searched_counts_papers_pages_places_and_dates(store: Store) -> None:
    everything = {"documents": 2, "pages": 2, "authorities": ["Newham"], "from": "2014-06-03", "to": "2014-06-03"}
    assert cite.searched(None, store.records) == everything, "a paper without pages has none to count"
    assert cite.searched({"b.md"}, store.records) == {
        "documents": 1, "pages": 0, "authorities": [], "from": None, "to": None
    }  # fmt: skip
    assert cite.searched(set(), store.records)["documents"] == 0


def found(documents: int, places: int = 0, start: str | None = None, end: str | None = None) -> dict[str, object]:
    names = ["Barnet", "Kent", "Leeds", "York"][:places]
    return {"documents": documents, "pages": 0, "authorities": names, "from": start, "to": end}


@pytest.mark.parametrize(
    ("searched", "said"),
    [
        (found(0), "Searched 0 papers."),
        (found(1, 1, "2014-06-03", "2014-06-03"), "Searched 1 paper on Barnet, from June 2014."),
        (found(5, 3, "2014-06-03", "2020"), "Searched 5 papers on Barnet, Kent, Leeds, from June 2014 to 2020."),
        (found(9, 4), "Searched 9 papers on 4 places."),
    ],
)
def test_the_notice_says_what_was_searched(searched: dict[str, object], said: str) -> None:
    assert cite.notice(searched, Query("q")) == f"{cite.ABSTAINED} {said}"


def test_the_notice_names_places_without_papers() -> None:
    unknown = f"{cite.ABSTAINED} There are no papers on Leeds or York among those indexed."
    query = Query("q", unknown_places=("Leeds", "York"))
    assert cite.notice(found(5, 2), query) == unknown
    query = dataclasses.replace(query, filters=Filters(authorities=("Kent",)))
    assert cite.notice(found(5, 1), query) == f"{unknown} Searched 5 papers on Barnet."


# ── labels ───────────────────────────────────────────────────────────────────────────────────────────────────────


def labelled(store: Store, label: Label, date: str = "2014-06-03") -> Claim:
    (made,) = cite.cite([span("visit children")], None, store)
    return Claim("visit children", (dataclasses.replace(made, date=date),), "Newham:", label=label)


def test_a_label_is_said_once_for_all_that_it_heads_and_the_frame_again(store: Store) -> None:
    made = [labelled(store, label) for label in ("strength", "strength", "weakness")]
    _, text = cite.compose(made)  # type: ignore[arg-type]
    assert text == (
        "Strengths: Newham: visit children [1] visit children [2] Weaknesses: Newham: visit children [3]"
    )  # fmt: skip


@pytest.mark.parametrize(("date", "said"), [("2010-01-01", cite.EARLIER), ("2020-01-01", cite.LATER)])
def test_what_another_paper_says_otherwise_is_called_earlier_or_later(store: Store, date: str, said: str) -> None:
    _, text = cite.compose([labelled(store, ""), labelled(store, "otherwise", date)])
    assert f" {said}: Newham: visit children [2]" in text
