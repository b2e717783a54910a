from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made import paper, store_of

from rag.check import check_answer, check_quote
from rag.errors import UsageError
from rag.store import Store
from rag.types import Span

PAGES = ("About 85% of plans were\r\nlate.", "Visits were regular and carers", "stayed. About 85% of plans were late.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = [paper("a.pdf", *PAGES, paged=True), paper("b.md", "Carers were pleased. Plans were unsafe.")]
    with Store(store_of(tmp_path / "store", made)) as opened:
        yield opened


# ── quotes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_page_that_holds_the_quote(store: Store) -> None:
    spans = check_quote(store, "85% of plans  were late")
    assert spans == [Span("a.pdf", 0, 6, 29), Span("a.pdf", 2, 14, 36)]
    assert store.page_text("a.pdf", 0)[6:29] == "85% of plans were\r\nlate"


def test_in_one_paper(store: Store) -> None:
    assert check_quote(store, "carers were pleased", "b.md") == [Span("b.md", 0, 0, 19)]
    assert check_quote(store, "carers were pleased", "a.pdf") == []


@pytest.mark.parametrize("quote", ["5% of plans were late", "safe", "83% of plans", "never written here"])
def test_what_stands_nowhere(store: Store, quote: str) -> None:
    assert check_quote(store, quote) == []


@pytest.mark.parametrize("quote", ["", " ", "a", "–“”–", "[1]"])
def test_too_short(store: Store, quote: str) -> None:
    with pytest.raises(UsageError, match="too short to check; give at least 3 letters"):
        check_quote(store, quote)


def test_unknown_paper(store: Store) -> None:
    with pytest.raises(UsageError, match="no paper called 'c.pdf'; findings documents lists them"):
        check_quote(store, "plans were late", "c.pdf")


def test_a_long_quote_takes_no_longer_than_a_moment(store: Store) -> None:
    assert check_quote(store, "plans were late " * 20_000) == []


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check(store: Store, tmp_path: Path, *claims: Any) -> list[dict[str, Any]]:
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({"answer": "x", "claims": list(claims)}), encoding="utf-8")
    return check_answer(store, file)


def claim(text: str, quote: Any, document: Any = "a.pdf", page: Any = 1) -> dict[str, Any]:
    return {"text": text, "citations": [{"quote": quote, "document": document, "page": page}]}


def test_a_claim_that_stands(store: Store, tmp_path: Path) -> None:
    (row,) = check(store, tmp_path, claim("85% of plans were late.", "85% of plans were late"))
    assert (row["verdict"], row["reason"]) == ("exact", "")
    (quote,) = row["quotes"]
    assert (quote["found"], quote["as_cited"]) == (True, True)
    assert quote["where"] == [
        {"document": "a.pdf", "page": 1, "start": 6, "end": 29},
    ] + [{"document": "a.pdf", "page": 3, "start": 14, "end": 36}]


def test_a_paper_without_pages(store: Store, tmp_path: Path) -> None:
    (row,) = check(store, tmp_path, claim("Carers were pleased.", "Carers were pleased.", "b.md", None))
    assert row["verdict"] == "exact"
    assert row["quotes"][0]["where"][0]["page"] is None


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (claim("83% of plans were late.", "85% of plans were late"), "the figure 83 is not in its quote"),
        (claim("83% of plans were late.", "83% of plans were late"), "a quote is in none of the papers"),
        (claim("5% of plans were late.", "5% of plans were late"), "a quote is in none of the papers"),
        (claim("85 plans were late.", "85 of plans were late"), "the figure 85 is not in its quote"),
        (claim("85% of plans were late.", "85% of plans were late", page=2), "a quote stands elsewhere than cited"),
        (claim("Carers were pleased.", "Carers were pleased", "a.pdf"), "a quote stands elsewhere than cited"),
        (claim("Carers were pleased.", "Carers were pleased", "c.pdf"), "a quote stands elsewhere than cited"),
        (claim("Carers were pleased.", "Carers were pleased", None), "a quote stands elsewhere than cited"),
        (claim("Late.", ""), "a quote is in none of the papers"),
        ({"text": "Plans were late.", "citations": []}, "it has no quote"),
        ({"text": "Plans were late."}, "it has no quote"),
        ({}, "it has no quote"),
    ],
)
def test_a_claim_that_does_not(store: Store, tmp_path: Path, made: dict[str, Any], reason: str) -> None:
    (row,) = check(store, tmp_path, made)
    assert (row["verdict"], row["reason"]) == ("withheld", reason)


@pytest.mark.parametrize(
    "made",
    [
        {"text": None, "citations": "late"},
        {"text": 5, "citations": {"quote": "late"}},
        {"text": "x", "citations": [5, None, "plans were late", []]},
        {"text": "x", "citations": [{"quote": ["a"], "document": ["a.pdf"], "page": {"x": 1}}]},
        {"text": "85% of plans", "citations": [{"quote": "85% of plans", "document": {"a": 1}}]},
        {"text": "x", "citations": 7},
    ],
)
def test_whatever_another_tool_wrote_is_judged_and_not_crashed_on(
    store: Store, tmp_path: Path, made: dict[str, Any]
) -> None:
    (row,) = check(store, tmp_path, made)
    assert row["verdict"] == "withheld"


def test_a_quote_over_a_page_break(store: Store, tmp_path: Path) -> None:
    made = paper("c.pdf", "Carers and", "workers left soon.", paged=True)
    sentence = made.passages[0].sentences[0].__class__("Carers and workers left soon.", (
        Span("c.pdf", 0, 0, 10), Span("c.pdf", 1, 0, 18),
    ))  # fmt: skip
    import dataclasses

    passage = dataclasses.replace(made.passages[0], sentences=(sentence,))
    whole = made._replace(passages=(passage,))
    with Store(store_of(tmp_path / "other", [whole])) as other:
        assert check_quote(other, "and workers left") == [Span("c.pdf", 0, 7, 10), Span("c.pdf", 1, 0, 12)]
        (row,) = check(
            other, tmp_path, claim("Carers and workers left soon.", "Carers and workers left soon.", "c.pdf", 2)
        )
        assert row["verdict"] == "exact"


def test_json_lines_and_lists(store: Store, tmp_path: Path) -> None:
    one = {"claims": [claim("85% of plans were late.", "85% of plans were late")]}
    for text in (
        f"{json.dumps(one)}\n\n{json.dumps(one)}\n",
        json.dumps([one, one]),
        "\ufeff" + json.dumps([one, one]),
    ):
        (tmp_path / "many").write_text(text, encoding="utf-8")
        assert [row["verdict"] for row in check_answer(store, tmp_path / "many")] == ["exact", "exact"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON|holds no claims"),
        (b"{", "is not JSON; findings ask --json writes the form"),
        (b"\xff\xfe\x00", "cannot read"),
        (b"[]", "holds no claims"),
        (b"5", "holds no claims"),
        (b'{"claims": []}', "holds no claims; an answer has the keys"),
        (b'{"claims": 5}', "holds no claims"),
        (b'{"claims": "text"}', "holds no claims"),
        (b'{"claims": [1, "x"]}', "holds no claims"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_answer(store: Store, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(UsageError, match=said):
        check_answer(store, tmp_path / "bad.json")


def test_a_missing_file_or_a_folder(store: Store, tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(UsageError, match="cannot read .*; name a JSON file"):
            check_answer(store, path)
