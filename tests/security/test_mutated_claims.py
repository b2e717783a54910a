"""A language model that alters what it was given: of every sentence of the sample papers, a figure, a date, a grade, a
name, a quantity or a "not". However it cites the sentence then, the altered one is no part of an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from replies import Replies

from rag.answer.llm import draft
from rag.figures import letters
from rag.pipeline import Findings
from rag.store import Store
from rag.types import Hit, Passage, Query
from rag.verify import verify
from rag.words import terms

Mutation = Callable[[str], Iterator[str]]  # from a sentence to all that it can be made into

_FIGURE = re.compile(r"(?<![\w.,’'])\d+(?:[.,]\d+)*(?![\w.,]*\d)")
_MONTHS = "January February March April May June July August September October November December".split()
_GRADES = ["Outstanding", "Good", "Requires improvement to be good", "Inadequate"]
_PLACES = ["Leeds", "Croydon", "Stoke-on-Trent", "Kent"]
_QUANTITIES = ["all", "most", "many", "few", "no", "almost all"]  # "some" and "several" may stand for each other


def _swapped(pattern: str, others: Sequence[str]) -> Mutation:
    """Each of the others in the place of each thing found."""

    def mutate(text: str) -> Iterator[str]:
        for found in re.finditer(pattern, text):
            for other in others:
                if other.lower() != found[0].lower():
                    yield text[: found.start()] + other + text[found.end() :]

    return mutate


def _another_figure(text: str) -> Iterator[str]:
    for found in _FIGURE.finditer(text):
        for at in range(found.start(), found.end()):
            if text[at].isdigit():
                for digit in "123456789".replace(text[at], ""):
                    yield f"{text[:at]}{digit}{text[at + 1 :]}"


def _not_added(text: str) -> Iterator[str]:
    for found in re.finditer(r"\b(?:is|are|was|were|has|have|had|will|should)\b(?! not)", text):
        yield f"{text[: found.end()]} not{text[found.end() :]}"


MUTATIONS: dict[str, Mutation] = {
    "figure": _another_figure,
    "month": _swapped(rf"\b(?:{'|'.join(_MONTHS)})\b", _MONTHS),
    "grade": _swapped(r"\b(?:Outstanding|Inadequate|Requires improvement to be good)\b", _GRADES),
    "place": _swapped(r"\b(?:Newham|Newcastle upon Tyne|Newcastle)\b(?! upon)", _PLACES),
    "quantity": _swapped(r"(?<!almost )(?<!Almost )\b(?:all|most|many|some|few|several)\b", _QUANTITIES),
    "not dropped": _swapped(r"\s+(?:not|never)\b", [""]),
    "not added": _not_added,
}
CITED: dict[str, Callable[[str, int], dict[str, object]]] = {
    "quoted": lambda quote, number: {"quotes": [{"passage": number, "quote": quote}]},
    "numbered": lambda quote, number: {"passages": [number]},
}


# Beginnings of the few altered sentences, in 11,500, that verification takes for what the paper says: "May" by itself,
# which is a verb as well; what the sentence says a second time of something else; a "not" that a comma follows.
UNTOLD = (
    "At the end of May, the council said",
    "The council said that, set against the huge challenges of the pandemic, inspectors had found improvements",
    "The last full inspection of this home, in April 2013, judged it adequate, and an interim inspection in April 2013",
    "Performance information for the period May to December 2013",
    "Of the children subject to a child protection plan in the same period (May to December 2013)",
    "Among most looked after children, 14.6%",
    "They did, however, routinely consider family dynamics",
)


@pytest.fixture(scope="module")
def hits(findings: Findings) -> list[Hit]:
    store: Store = findings.store
    ids = [row[0] for row in store._db.execute("SELECT id FROM passages ORDER BY id")]
    return [Hit(passage, 0.1, 1) for passage in store.passages(ids).values()]


def kept(hits: list[Hit], store: Store, row: dict[str, object]) -> list[str]:
    """The claims that a reply of this row alone leaves to be shown."""
    drafted = [claim for claim in draft([json.dumps({"claims": [row]})], hits, store) if claim is not None]
    return [claim.text for claim in verify(drafted, store.page_text)[0]]


def altered(kind: str, hits: list[Hit]) -> list[tuple[Hit, str, str]]:
    """(passage, sentence, the same altered) for all sentences, but where the passage says that too, as it happens."""
    return [
        (hit, sentence.text, text)
        for hit in hits
        for sentence in hit.passage.sentences
        for text in MUTATIONS[kind](sentence.text)
        if sentence.text.count(" ") > 2  # the number of an entry in a list, cut off at its full stop, says nothing
        if letters(text) not in letters(hit.passage.text)
    ]


def stands(one: tuple[Hit, str, str], way: str, store: Store) -> bool:
    hit, sentence, text = one
    return kept([hit], store, {"text": text, **CITED[way](sentence, 1)}) != []


@pytest.mark.parametrize("way", CITED)
@pytest.mark.parametrize("kind", MUTATIONS)
def test_what_was_altered_is_withheld(kind: str, way: str, hits: list[Hit], findings: Findings) -> None:
    found = [one for one in altered(kind, hits) if not one[2].startswith(UNTOLD)]

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(st.sampled_from(found))
    def run(one: tuple[Hit, str, str]) -> None:
        assert not stands(one, way, findings.store)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("way", CITED)
@pytest.mark.parametrize("kind", MUTATIONS)
def test_all_that_can_be_altered_is_withheld(kind: str, way: str, hits: list[Hit], findings: Findings) -> None:
    standing = [one[2] for one in altered(kind, hits) if stands(one, way, findings.store)]
    assert [text for text in standing if not text.startswith(UNTOLD)] == []


def tells_as_well(passage: Passage, sentence: str) -> bool:
    """Papers tell a thing twice: does one sentence of the passage hold three quarters of the other's terms?"""
    own = set(terms(sentence))
    return any(len(own & set(terms(one.text))) >= 0.75 * len(own) for one in passage.sentences)


@settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_quote_of_another_passage_is_withheld(hits: list[Hit], findings: Findings, data: st.DataObject) -> None:
    given_hit, other = data.draw(st.sampled_from(hits)), data.draw(st.sampled_from(hits))
    sentence = data.draw(st.sampled_from(other.passage.sentences)).text
    assume(not tells_as_well(given_hit.passage, sentence))
    number = data.draw(st.sampled_from([1, 1, 2, 0, -1, 10**6]))
    for way in CITED.values():
        assert kept([given_hit], findings.store, {"text": sentence, **way(sentence, number)}) == []


@settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_answer_holds_only_what_stands_in_a_paper(hits: list[Hit], findings: Findings, data: st.DataObject) -> None:
    """Any reply at all: what is shown is word for word or close to a quote that stands where it says."""
    few = data.draw(st.lists(st.sampled_from(hits), min_size=1, max_size=3))
    sentences = [sentence.text for hit in few for sentence in hit.passage.sentences]
    words = st.one_of(st.sampled_from(sentences), st.text(max_size=40), st.sampled_from(["All is well.", "5%", ""]))
    number = st.one_of(st.integers(-1, 4), st.none(), st.text(max_size=3), st.booleans())
    quotes = st.lists(st.one_of(st.fixed_dictionaries({"passage": number, "quote": words}), number), max_size=3)
    rows = data.draw(st.lists(st.fixed_dictionaries({"text": words, "quotes": quotes}), max_size=4))
    reply = json.dumps({"claims": rows})
    end = data.draw(st.integers(0, len(reply)))
    model = Replies([reply[:end], reply[end:]] if data.draw(st.booleans()) else reply[:end])
    written = findings._written(Query("Is all well?"), tuple(few), model, None)
    while True:
        try:
            next(written)
        except StopIteration as stopped:
            stand, _, _ = stopped.value
            break
    for claim in stand:
        assert claim.verdict in ("exact", "supported")
        assert claim.citations
        for citation in claim.citations:
            span = citation.span
            assert findings.store.page_text(span.document, span.page)[span.start : span.end] == citation.quote
            assert any(span.document == hit.passage.document for hit in few)
