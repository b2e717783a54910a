from __future__ import annotations

from pathlib import Path

import pytest
from made import paper, store_of

from rag import terminal
from rag.extraction import Extraction
from rag.index import IndexReport, Outcome
from rag.store import Record, Store
from rag.types import Answer, Block, Cell, Citation, Claim, Description, Hit, Passage, Query, Sentence, Span, Stated

EVIL = "red \x1b[31m\x07\x9b2J\u202etxt\x00\x85 \x7fend"
FORBIDDEN = set(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)])) | {"\u202e", "\r"}


def clean(text: str) -> bool:
    return not FORBIDDEN & set(text)


def citation(**changes: object) -> Citation:
    fields = {
        "span": Span("a.pdf", 2, 0, 5), "quote": "Plans\r\nwere late", "page": 3, "label": "1", "paragraph": "27",
        "title": "Title", "authority": "Newham", "date": "2014-06-03", "attribution": "Ofsted",
    }  # fmt: skip
    return Citation(**(fields | changes))


def answer(*claims: Claim, **changes: object) -> Answer:
    fields = {
        "question": "q", "text": " ".join(c.text for c in claims), "claims": claims, "abstained": not claims,
        "notice": "", "query": Query("q"), "hits": (), "searched": {},
    }  # fmt: skip
    return Answer(**(fields | changes))


def test_place() -> None:
    assert terminal.place(citation()) == "Title, Newham, 3 June 2014, page 3 (printed 1), paragraph 27, a.pdf"
    bare = citation(page=None, label=None, paragraph=None, authority=None, date=None)
    assert terminal.place(bare) == "Title, a.pdf"
    assert "printed" not in terminal.place(citation(label="3"))


def test_an_answer_with_its_sources() -> None:
    text = terminal.answer_text(
        answer(Claim("Plans were late.", (citation(), citation(quote="x"))), text="Late. [1][2]")
    )
    assert text.startswith("Late. [1][2]\n\n[1] Title")
    assert "“Plans were late”" in text
    assert "\n[2] " in text


def test_an_abstention_and_what_was_withheld() -> None:
    text = terminal.answer_text(
        answer(notice="The papers do not say.", withheld=(Claim("Invented.", (), reason="it has no quote"),))
    )
    assert text.startswith("The papers do not say.")
    assert "Could not be verified" in text
    assert "- Invented. (it has no quote)" in text


def test_an_abstention_shows_what_is_nearest_and_what_can_be_asked() -> None:
    near = [
        Hit(paper(f"{i}.pdf", f"Passage {i} " + "goes on " * 60 + "to its end.").passages[0], 0.1, i)
        for i in range(1, 6)
    ]
    text = terminal.answer_text(
        answer(notice="The papers do not say.", hits=tuple(near), suggestions=("What was said about plans in Kent?",))
    )
    assert [f"{i}.pdf" in text for i in range(1, 6)] == [True, True, True, False, False]
    assert "- 1.pdf, page 1: “Passage 1 goes on" in text
    assert "to its end" not in text
    assert "The papers can be asked instead:\n- What was said about plans in Kent?" in text


def test_an_answer_shows_what_can_also_be_asked() -> None:
    text = terminal.answer_text(answer(Claim("Late.", (citation(),)), text="Late. [1]", suggestions=("And plans?",)))
    assert text.endswith("The papers can also be asked:\n- And plans?")


def test_retold_papers_name_their_original() -> None:
    text = terminal.answer_text(answer(Claim("x", (citation(retold_from="The report", original="https://x.test/1"),))))
    assert "retold from The report" in text
    assert "original: https://x.test/1" in text
    assert "original: not named" in terminal.answer_text(answer(Claim("x", (citation(retold_from="R"),))))


def test_nothing_of_a_citation_commands_the_terminal() -> None:
    evil = citation(
        span=Span(EVIL, 0, 0, 1), quote=EVIL, label=EVIL, paragraph=EVIL, title=EVIL, authority=EVIL, retold_from=EVIL,
        original=EVIL,
    )  # fmt: skip
    claim = Claim(EVIL, (evil,), reason=EVIL)
    assert clean(terminal.answer_text(answer(claim, withheld=(claim,))))
    assert clean(terminal.place(evil))


def record(name: str, **stated: str) -> Record:
    description = Description(**{key: Stated(value) for key, value in stated.items()})
    return Record(name, "/", "/x", "", "pdf", True, 3, 9, (), description)


def test_hits() -> None:
    sentence = Sentence("Plans were late.", (Span("a.pdf", 1, 0, 16),))
    hit = Hit(Passage("a.pdf#0000", "a.pdf", (), (sentence,), (None,), ("paragraph",), (None,)), 0.1, 2)
    records = {"a.pdf": record("a.pdf", authority="Newham")}
    text = terminal.hits_text(Query("q", notes=("Narrowed.",)), [hit], records)
    assert text == "Narrowed.\n\n1. Newham, page 2, a.pdf\n   Plans were late."
    assert terminal.hits_text(Query("q"), [], {}) == "No passage fits."


def test_index_report() -> None:
    outcomes = (
        Outcome("a.pdf", "read", "", 2, 5), Outcome("b.pdf", "read", "cut short", 1000, 1),
        Outcome("c.pdf", "failed", "is empty"), Outcome("d.pdf", "unchanged"),
    )  # fmt: skip
    assert terminal.index_report(IndexReport(outcomes, 1.25)).splitlines() == [
        "read 2 (1,002 pages, 6 passages), unchanged 1, removed 0, failed 1; 1.2 s",
        "failed: c.pdf: is empty",
        "noticed: b.pdf: cut short",
    ]


def test_a_file_name_forges_no_line_of_the_report() -> None:
    text = terminal.index_report(IndexReport((Outcome(f"x\nread 99 {EVIL}", "failed", f"bad\n{EVIL}"),), 0.0))
    assert len(text.splitlines()) == 2
    assert clean(text)


def test_documents() -> None:
    row = {
        "authority": None,
        "kind": EVIL,
        "inspection_start": "2014-06-03",
        "published": None,
        "pages": 3,
        "document": "a",
    }
    lines = terminal.documents_text([row]).splitlines()
    assert lines[0].split() == ["authority", "kind", "inspected", "published", "pages", "document"]
    assert lines[1].startswith("-")
    assert lines[-1] == "1 paper"
    assert clean("\n".join(lines))
    assert terminal.documents_text([]).splitlines()[-1] == "0 papers"


def test_readings_the_poor_ones_first() -> None:
    good = Extraction("a.pdf", "good", 1, (), 1.0, 0, (), (), ())
    poor = Extraction("b.pdf", "poor", 1, (1,), 1.0, 0, (), (), ("page 1 without text",))
    assert terminal.readings_text([good, poor]).splitlines() == [
        "poor  b.pdf: page 1 without text",
        "good  a.pdf: nothing amiss",
        "1 good, 0 fair, 1 poor",
    ]


def test_found_and_pages(tmp_path: Path) -> None:
    with Store(store_of(tmp_path / "s", [paper("a.pdf", "Plans.", paged=True), paper("b.md", "Plans.")])) as store:
        assert terminal.found_text([], store) == "The quote is in none of the papers."
        assert terminal.found_text([Span("a.pdf", 0, 0, 5), Span("b.md", 0, 0, 5)], store).splitlines() == [
            "a.pdf, page 1, characters 0 to 5",
            "b.md, characters 0 to 5",
        ]


def test_page_text() -> None:
    block = Block("paragraph", (), number="7")
    text = terminal.page_text(record("a.pdf"), 2, "1", [(block, "Plans\r\nwere late.")])
    assert text.splitlines() == ["a.pdf, page 2 of 3 (printed 1)", "", "[paragraph 7]", "Plans were late."]
    row = Block("row", (), cells=(Cell("Overall"), Cell(""), Cell("Good", (), "Grade")))
    text = terminal.page_text(record("a.pdf"), 2, None, [(row, "Overall\r\nGood")])
    assert text.splitlines()[2:] == ["[row]", "Overall | | Good"]


def test_checked() -> None:
    where = [{"document": "a.pdf", "page": 3}]
    rows = [
        {"text": "Late.", "verdict": "exact", "reason": "", "quotes": [{"quote": "Late", "where": where}]},
        {"text": "Early.", "verdict": "withheld", "reason": "no", "quotes": [{"quote": "Early", "where": []}]},
    ]
    text = terminal.checked_text(rows)
    assert "“Late” stands in a.pdf, page 3" in text
    assert "“Early” not found" in text
    assert text.endswith("1 of 2 claims stand.")


def test_lines_fit_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    text = terminal.answer_text(answer(Claim("x", ()), text="word " * 100))
    assert max(map(len, text.splitlines())) <= 50


def test_notes_come_first() -> None:
    assert terminal.answer_text(answer(notice="n", query=Query("q", notes=("A note.",)))) == "A note.\n\nn"
