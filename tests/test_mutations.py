"""Falsified sentences are withheld, true ones are kept: over the sample papers, over published ones where they are at
hand, and over sentences made for it."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import HARMLESS, MUTATIONS, Mutation

from rag.load import load
from rag.parse import parse
from rag.verify import assess

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"
MADE = (
    "In June 2014, 87% of children had a plan, up from 72% in March 2013.",
    "Managers do not always record supervision, and visits were never late.",
    "A small number of children in Newham waited more than 8.5 weeks; most did not.",
    "Six social workers and twelve carers left within 39 weeks of 3 May 2020.",
    "Overall effectiveness was judged good, and adoption requires improvement to be good.",
    "Shirley Bailey said that fewer children were placed outside London in 2015 than in 2014.",
    "The budget rose from £5,000 to £6.6 million, or 12 per cent more.",
    "Care leavers told inspectors that 33% of advisers should be trained, and visits are made.",
    "All plans are good for most children, apart from those for babies.",
    "Children are placed nearby, and 40% of parents are pleased.",
    "Timeliness improved in Newcastle but some plans were weak and early help was not consistently effective.",
)
FEW = settings(max_examples=60, deadline=None, derandomize=True)
NAMED = {"argvalues": MUTATIONS, "ids": [m.__name__ for m in MUTATIONS]}


@functools.cache
def sentences(folder: Path, pattern: str, most: int) -> list[str]:
    found = []
    for path in sorted(folder.glob(pattern))[:most]:
        for block in parse(load(path, path.name)):
            if block.kind in ("paragraph", "item"):
                found += [s.text for s in block.sentences if len(s.text.split()) > 4]
    return found


def sample() -> list[str]:
    return sentences(SAMPLE, "*.md", 9)


def passing(mutate: Mutation, text: str) -> list[str]:
    """The false sentences that would be shown."""
    return [false for false in mutate(text) if assess(false, [text])[0] != "withheld"]


def lost(change: Mutation, text: str) -> list[str]:
    """The true sentences that would be withheld, with the reason."""
    return [f"{true} ({found[1]})" for true in change(text) if (found := assess(true, [text]))[0] == "withheld"]


@pytest.mark.parametrize("text", MADE)
def test_sentences_themselves_are_exact(text: str) -> None:
    assert assess(text, [text]) == ("exact", "")


@pytest.mark.parametrize("mutate", **NAMED)
def test_false_sentences_made_for_it(mutate: Mutation) -> None:
    assert [false for text in MADE for false in passing(mutate, text)] == []
    assert any(list(mutate(text)) for text in MADE), "no sentence is altered by this at all"


@pytest.mark.parametrize("change", HARMLESS)
def test_true_sentences_made_for_it(change: Mutation) -> None:
    assert [true for text in MADE for true in lost(change, text)] == []


@pytest.mark.parametrize("mutate", **NAMED)
def test_false_sentences_of_the_sample(mutate: Mutation) -> None:
    fitting = [text for text in sample() if next(mutate(text), None)]
    if not fitting:
        pytest.skip("no sentence of the sample can be altered so")

    @FEW
    @given(st.sampled_from(fitting))
    def holds(text: str) -> None:
        assert passing(mutate, text) == []

    holds()


@FEW
@given(st.sampled_from(HARMLESS), st.data())
def test_true_sentences_of_the_sample(change: Mutation, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([text for text in sample() if "%20" not in text]))
    assert assess(text, [text]) == ("exact", "")
    assert lost(change, text) == []


@FEW
@given(st.data())
def test_two_falsehoods_at_once(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sample()))
    first, second = data.draw(st.sampled_from(MUTATIONS)), data.draw(st.sampled_from(MUTATIONS))
    for false in first(text):
        if again := next(second(false), None):
            # What the second undoes is true again.
            assert again == text or assess(again, [text])[0] in ("withheld", "exact")


@FEW
@given(st.sampled_from(MADE), st.text(max_size=40))
def test_whatever_is_put_behind_a_sentence_is_judged_without_failing(text: str, more: str) -> None:
    verdict, reason = assess(f"{text} {more}", [text])
    assert verdict in ("exact", "supported", "withheld")
    assert bool(reason) == (verdict == "withheld")


@pytest.mark.slow
@pytest.mark.parametrize("mutate", **NAMED)
def test_false_sentences_of_published_papers(mutate: Mutation, papers: Path) -> None:
    found = [text for text in sentences(papers / "ilacs", "*/*.pdf", 20) if next(mutate(text), None)]
    assert [false for text in found for false in passing(mutate, text)] == []
