"""The markup of papers, earlier answers and evaluations."""

from __future__ import annotations

import datetime

from markup import HOSTILE, SHOWN, Page, assert_inert

from eval.columns import Columns
from rag.extraction import Extraction
from rag.types import Judgement
from ui.evaluating import Wrong
from ui.history import Listed
from ui.render import earlier, evaluation, papers


def reading(name: str, *reasons: str) -> Extraction:
    return Extraction(name, "fair" if reasons else "good", 43, (), 1.0, 10, (), (), reasons)


def test_the_table_has_a_row_a_paper_with_its_grades_and_warnings(fakes):
    record = fakes.record()
    page = Page(papers.table([record], {record.name: reading(record.name, "pages 3 without text")}, removable=True))
    for said in ("Newham: inspection, June 2014", "3 June 2014", "43", "read with gaps", "pages 3 without text"):
        assert said in page.text
    assert page.all("data-remove") == ["newham.pdf"] and page.tags.count("tr") == 2
    assert "2014-06-03" in page.all("data-order")


def test_what_is_not_graded_yet_says_so_and_samples_stay(fakes):
    page = Page(papers.table([fakes.record()], {}, removable=False))
    assert "being checked" in page.text and page.all("data-remove") == []


def test_no_papers():
    assert "no papers yet" in papers.table([], {}, removable=True)


def test_hostile_papers_stay_text(fakes):
    record = fakes.record(HOSTILE, HOSTILE)
    page = assert_inert(papers.table([record], {HOSTILE: reading(HOSTILE, HOSTILE)}, removable=True))
    assert page.all("data-remove") == [SHOWN]
    assert_inert(papers.timeline(HOSTILE, [record]))
    assert_inert(papers.progress(HOSTILE, 1, 2) + papers.report(HOSTILE, [(HOSTILE, HOSTILE)], [(HOSTILE, HOSTILE)]))


def test_the_timeline_is_in_order_of_time(fakes):
    import dataclasses

    from rag.types import Description, Stated

    old, new, undated = (fakes.record(name, name) for name in ("old", "new", "undated"))
    new = dataclasses.replace(
        new,
        description=dataclasses.replace(
            new.description,
            inspection_start=Stated("2022-01-01"),
            judgements=(Judgement("Overall", "Good", ()),),
        ),
    )
    undated = dataclasses.replace(undated, description=Description(title=Stated("undated")))
    text = Page(papers.timeline("Newham", [undated, new, old])).text
    assert text.index("old") < text.index("new") < text.index("undated") and "Overall: Good" in text
    assert "Choose a place" in papers.timeline("", [])


def test_progress_and_report():
    assert 'value="3"' in papers.progress("Read a.pdf.", 3, 8) and "3 of 8" in papers.progress("Read a.pdf.", 3, 8)
    assert "value" not in papers.progress("Fetching.", 0, 0)
    text = Page(papers.report("1 paper was added.", [("b.pdf", "is empty")], [])).text
    assert "Could not be taken in (1)" in text and "b.pdf: is empty" in text


def listed(question: str, text: str) -> Listed:
    return Listed("a1", "c1", datetime.datetime(2026, 5, 1, 9, 30, tzinfo=datetime.UTC), question, text)


def test_earlier_answers_are_links_by_day():
    page = Page(earlier.listed([listed("Why?", "Because. " * 80), listed("And?", "")], "", 50))
    assert page.all("href") == ["/?answer=a1"] * 2 and page.all("data-forget") == ["c1"] * 2
    assert page.text.count("2026") == 1 and "The papers do not say." in page.text and "…" in page.text


def test_nothing_earlier():
    assert "Nothing has been asked yet." in earlier.listed([], "", 50)
    assert "No earlier answer holds these words." in earlier.listed([], "x", 50)


def test_hostile_earlier_answers_stay_text():
    assert_inert(earlier.listed([listed(HOSTILE, HOSTILE)], "", 50))


def test_an_evaluation_shows_figures_bars_and_wrong_answers():
    page = assert_inert(
        evaluation.figures([(HOSTILE, [("right answers", "0.9", HOSTILE)])], [("Right answers", 0.9, "90%")])
        + evaluation.wrong([Wrong(HOSTILE, "declined", HOSTILE, HOSTILE)], 10)
        + evaluation.columns(Columns(HOSTILE, (HOSTILE, "b"), ((HOSTILE, ((HOSTILE, ("1", "2")),)),), (HOSTILE,)))
    )
    assert "1 of 10 answers is wrong" in page.text and "width:90.0%" in page.all("style")
    assert "None of the 10 answers is wrong" in evaluation.wrong([], 10)
