"""The page of a run, the plots in it and the failures that it lists."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from eval import page, plots
from eval.failures import failures
from eval.questions import Evidence, Question
from eval.report import tables
from eval.summary import summarise
from rag.errors import FindingsError

BAD = "<script>alert('x')</script> & co"
QUOTE = "There were five children."


def asked(id, kind="fact", **more):
    if kind == "unanswerable":
        return Question(id, f"What of {id}?", kind, **more)
    return Question(id, f"What of {id}?", kind, (Evidence("a.md", None, QUOTE),), "Five.", (("five", "5"),), **more)


def record(id, answer="There were five children.", **more):
    passages = [{"document": "a.md", "page": None, "text": QUOTE}]
    return {
        "id": id,
        "answer": answer,
        "abstained": not answer,
        "claims": [],
        "passages": passages,
        "seconds": 0.1,
    } | more


QUESTIONS = [
    asked("good"), asked("wrong"), asked("refused", held_out=True), asked("slip"), asked("long"), asked("gone"),
    asked("lost"), asked("invented", "unanswerable"), asked("declined", "unanswerable", after=("Before?",)),
]  # fmt: skip
RECORDS = [
    record("good"), record("wrong", BAD), record("refused", "", notice="nothing found"),
    record("slip", "", abstained=False, error="ValueError: x"), record("long", "five " * 200),
    record("lost", passages=[]), record("invented"), record("declined", ""),
]  # fmt: skip


@pytest.fixture
def summary():
    return summarise(QUESTIONS, RECORDS, lambda document, number: QUOTE)


def test_each_failure_says_what_is_wrong(summary):
    told = {one.question.id: one.wrong for one in failures(QUESTIONS, RECORDS, summary["failed"])}
    assert told == {
        "wrong": ("does not say “five”",),
        "refused": ("declined, though the papers do say",),
        "slip": ("stopped by an error: ValueError: x",),
        "long": ("says it, in too many words",),
        "gone": ("there is no record of it",),
        "lost": ("1 of 1 pieces of evidence not among the first 10 passages",),
        "invented": ("answered, though the papers do not say",),
    }


def test_broken_quotes_are_failures_too():
    failed = {"not_verbatim": ["good"], "not_at_span": ["good"], "figure_not_in_quote": ["good"], "uncited": ["good"]}
    ((wrong,),) = ([one.wrong for one in failures(QUESTIONS[:1], RECORDS[:1], failed)],)
    assert len(wrong) == 4


class Parsed(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.said = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [
            value for name, value in attrs if name in ("src", "href", "srcset", "action") or name[:2] == "on"
        ]

    def handle_data(self, data):
        self.said += data


def test_the_page_stands_by_itself_and_shows_each_failure_beside_what_was_expected(summary):
    text = page.html(summary | {"fallen": ["right is 0.1"]}, tables(summary), QUESTIONS, RECORDS)
    found = Parsed(text)
    assert found.links == []
    assert not {"script", "link", "img", "iframe"} & set(found.tags)
    assert "url(" not in text
    assert "http" not in text
    assert found.tags.count("details") == 7
    for words in ("Five.", "Must say: five or 5", QUOTE, BAD, "nothing found", "held out", "The gate is not passed"):
        assert words in found.said, words
    assert "Before?" not in found.said  # that question was declined, as it should be


def test_a_page_without_questions(summary):
    nothing = summarise([], [], lambda document, number: None)
    assert "0 questions" in Parsed(page.html(nothing, tables(nothing), [], [])).said


def test_a_page_is_written_whole_or_the_place_is_named(tmp_path):
    page.write(tmp_path / "page.html", "whole")
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(FindingsError, match="--html"):
        page.write(tmp_path / "gone" / "page.html", "whole")


# ── plots ────────────────────────────────────────────────────────────────────────────────────────────────────────


def shapes(svg, tag):
    return list(ElementTree.fromstring(svg).iter(tag))


def test_bars_are_as_long_as_their_values():
    svg = plots.bars([("a<b", 0.5, (0.25, 0.75)), ("all", 1.0, None), ("none yet", None, None)], "a & b")
    half, whole = (float(one.get("width")) for one in shapes(svg, "rect"))
    assert half == pytest.approx(whole / 2)
    (whisker,) = (one for one in shapes(svg, "path") if one.get("class") == "whisker")
    low, high = map(float, re.match(r"M([\d.]+) [\d.]+H([\d.]+)", whisker.get("d")).groups())
    assert high - low == pytest.approx(half, abs=0.2)
    assert "none" in [one.text for one in shapes(svg, "text")]


def test_a_line_rises_where_its_values_do():
    svg = plots.lines({"ours": [(1, 0.5), (10, 1.0)], "theirs": [(1, 0.2), (10, 0.9)], "none": []}, "t", "k")
    drawn = [one.get("d") for one in shapes(svg, "path") if "line" in one.get("class")]
    assert len(drawn) == 2
    for path in drawn:
        (x1, y1), (x2, y2) = (map(float, point.split()) for point in path[1:].split("L"))
        assert x1 < x2
        assert y1 > y2  # upwards on a page


def test_a_histogram_counts_each_value_once():
    svg = plots.histogram([0.1, 0.1, 0.5, 1.0], "t", "seconds", bins=2)
    assert [one.text for one in shapes(svg, "title")] == ["2", "2"]


@pytest.mark.parametrize("svg", [plots.bars([], ""), plots.lines({}, "", ""), plots.histogram([], "", ""),
                                 plots.histogram([0.0], "", ""), plots.lines({"a": [(1, 0.5)]}, "", "")])  # fmt: skip
def test_nothing_to_draw_is_still_a_picture(svg):
    assert ElementTree.fromstring(svg).tag == "svg"
