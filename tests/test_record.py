from __future__ import annotations

import json

from rag.pipeline import Findings
from rag.record import claim_record, filters_record, hit_record, query_record, record
from rag.types import Answer, Citation, Claim, Filters, Hit, Passage, Query, Sentence, Span

CITATION = Citation(Span("a.pdf", 2, 4, 9), "Plans", 3, "1", "27", "Title", "Newham", "2014-06-03", "Ofsted")
SENTENCE = Sentence("Plans.", (Span("a.pdf", 2, 4, 10), Span("a.pdf", 3, 0, 2)))
HIT = Hit(
    Passage("a.pdf#0000", "a.pdf", ("H",), (SENTENCE,) * 2, (None, "7"), ("paragraph",) * 2, (None, None)),
    0.123456789, 3, {"bm25": 1},
)  # fmt: skip


def made(**changes: object) -> Answer:
    fields = {
        "question": "Why?", "text": "Plans. [1]", "claims": (Claim("Plans.", (CITATION,), "Newham:", "exact"),),
        "abstained": False, "notice": "", "query": Query("Why?"), "hits": (HIT,) * 12, "searched": {"documents": 1},
        "withheld": (Claim("No.", (), reason="it has no quote", verdict="withheld"),), "seconds": 0.123456,
    }  # fmt: skip
    return Answer(**(fields | changes))


def test_it_has_the_keys_of_a_result() -> None:
    row = record(made())
    assert {"answer", "abstained", "claims", "passages", "seconds"} <= set(row)
    assert {"notice", "understood", "searched", "withheld", "question", "backend"} <= set(row)
    (claim,) = row["claims"]
    assert set(claim) == {"text", "frame", "verdict", "citations"}
    (cited,) = claim["citations"]
    assert {"document", "page", "paragraph", "quote", "start", "end"} <= set(cited)
    assert {"title", "authority", "date", "label", "attribution"} <= set(cited)
    assert all({"document", "page", "text"} <= set(passage) for passage in row["passages"])


def test_values() -> None:
    row = record(made())
    assert row["seconds"] == 0.1235
    assert len(row["passages"]) == 10, "the ten best"
    assert row["passages"][0] == {
        "document": "a.pdf", "page": 3, "paragraph": "7", "heading": ["H"], "text": "Plans. Plans.", "score": 0.123457,
        "ranks": {"bm25": 1}, "spans": [[3, 4, 10], [4, 0, 2]] * 2,
    }  # fmt: skip
    assert row["claims"][0]["citations"][0]["page"] == 3
    assert row["withheld"][0]["reason"] == "it has no quote"


def test_a_retold_paper_says_so() -> None:
    import dataclasses

    retold = dataclasses.replace(CITATION, retold_from="Report", original="https://x.test")
    (cited,) = claim_record(Claim("x", (retold,)))["citations"]
    assert (cited["retold_from"], cited["original"]) == ("Report", "https://x.test")
    assert "retold_from" not in claim_record(Claim("x", (CITATION,)))["citations"][0]


def test_an_abstention() -> None:
    row = record(made(text="", claims=(), abstained=True, notice="The papers do not say.", hits=(), withheld=()))
    assert (row["answer"], row["abstained"], row["claims"], row["passages"]) == ("", True, [], [])


def test_a_passage_without_pages_or_number() -> None:
    passage = Passage("b.md#0000", "b.md", (), (SENTENCE,), (None,), ("item",), (None,))
    row = hit_record(Hit(passage, 0.5))
    assert (row["page"], row["paragraph"], row["ranks"]) == (None, None, {})


def test_query_and_filters() -> None:
    filters = Filters(("Newham",), ("London",), ("news",), ("Good",), "2014", "2015-01")
    assert filters_record(filters) == {
        "authorities": ["Newham"], "regions": ["London"], "kinds": ["news"], "grades": ["Good"], "from": "2014",
        "to": "2015-01",
    }  # fmt: skip
    row = query_record(
        Query("Why?", filters=filters, expects="reason", years=(2014,), unknown_places=("York",), notes=("Note.",))
    )
    assert row["expects"] == "reason"
    assert row["unknown_places"] == ["York"]
    assert row["from"] == "2014"


def test_it_survives_json(findings: Findings) -> None:
    row = record(findings.ask("What did inspectors say about supervision in Newham in 2014?"))
    assert json.loads(json.dumps(row)) == row
