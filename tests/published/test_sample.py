"""The sample papers keep every figure of the papers that they retell, those of a paragraph or line together.

`tests/data/sample_figures.csv` is the table of them: paper, paragraph ("" for a line that stands outside numbered
ones), and the figures printed there, words for numbers among them. It is checked against the sample papers, and where
the originals are at hand against these too.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "sample"
TABLE = ROOT / "tests" / "data" / "sample_figures.csv"
ORIGINALS = {
    "newcastle-focused-visit-2018": "newcastle-focused-visit-2018-08-16.txt",
    "newham-focused-visit-news-2020": "newham-focused-visit-news-2020-10.txt",
    "newham-inspection-2014": "newham-inspection-2014-08-08.md",
    "newham-monitoring-visit-2022": "newham-monitoring-visit-2022-04-07.txt",
    "newham-scrutiny-commission-2024": "newham-scrutiny-commission-2024-12-02.md",
}
FIGURE = re.compile(
    r"£?\d+(?:[.,]\d+)*%?|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|thirds?|twice|doubled)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(\d{1,3})\. ")

Printed = set[tuple[str, frozenset[str]]]  # of every paragraph, or line outside one, with figures: these


def figures(text: str) -> Printed:
    """What a paper prints. A numbered paragraph that a page break cuts in two goes on after it."""
    lines: list[tuple[str, set[str]]] = []
    last, inside = 0, False
    for line in filter(None, map(str.strip, text.splitlines())):
        match = NUMBERED.match(line)
        begins = match is not None and int(match[1]) == last + 1
        if match and begins:
            last += 1
            line = line[match.end() :]
        printed = {figure.lower() for figure in FIGURE.findall(line.replace("%20", " "))}
        if inside and not begins:
            lines[-1][1].update(printed)
        else:
            lines.append((str(last) if begins else "", printed))
        inside = (begins or inside) and not line.endswith((".", "!", "?", ")"))
    return {(paragraph, frozenset(printed)) for paragraph, printed in lines if printed}


def table() -> dict[str, Printed]:
    rows: dict[str, Printed] = defaultdict(set)
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["paper"]].add((row["paragraph"], frozenset(row["figures"].split())))
    return rows


def retold(paper: str) -> Printed:
    _, _, body = (SAMPLE / f"{paper}.md").read_text(encoding="utf-8").split("---\n", 2)
    return figures(body)


@pytest.mark.parametrize("paper", ORIGINALS)
def test_every_figure_is_retold_in_its_paragraph_or_in_one_line(paper: str) -> None:
    told = retold(paper)
    missing = [
        row for row in table()[paper] if not any(row[0] == there and row[1] <= printed for there, printed in told)
    ]
    assert not missing


@pytest.mark.parametrize("paper", ORIGINALS)
def test_the_table_is_what_the_original_prints(paper: str, papers: Path) -> None:
    text = (papers / "briefing" / ORIGINALS[paper]).read_text(encoding="utf-8")
    # The mark of footnote 5 is glued to the year.
    assert figures(text.replace("20235", "2023")) == table()[paper]


def test_the_table_covers_every_sample_paper() -> None:
    assert set(table()) == {path.stem for path in SAMPLE.glob("*.md")}
    assert len(table()["newham-inspection-2014"]) > 80


def test_a_paragraph_goes_on_after_a_page_break_and_ends_at_its_full_stop() -> None:
    text = "In 2014\n\n1. Of 5 children, two\n\nwent 3 times.\n\nHeading 4\n\n2. Half.\n"
    assert figures(text) == {
        ("", frozenset({"2014"})),
        ("1", frozenset({"5", "two", "3"})),
        ("", frozenset({"4"})),
        ("2", frozenset({"half"})),
    }
