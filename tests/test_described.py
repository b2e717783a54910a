"""What published papers say of themselves, against a table made by reading them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.describe import describe
from rag.judgements import KEYS
from rag.load import load

TABLE = Path(__file__).parent / "data" / "described.csv"
FIELDS = (
    "authority", "urn", "kind", "framework", "inspection_start", "inspection_end", "published", "lead_inspector",
)  # fmt: skip
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def _named(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Judgements that fit no key, as label and grade."""
    for entry in filter(None, row["without_key"].split(";")):
        label, _, grade = entry.partition("=")
        yield label, grade


@pytest.mark.parametrize("row", ROWS, ids=[Path(row["document"]).parent.name + row["published"] for row in ROWS])
def test_a_paper_is_described_as_it_reads(row: dict[str, str], papers: Path) -> None:
    path = papers / row["document"]
    if not path.is_file():
        pytest.skip(f"the paper is not here: {row['document']}")
    document = load(path, row["document"])
    found = describe(document)
    assert {name: found.value(name) or "" for name in FIELDS} == {name: row[name] for name in FIELDS}
    assert found.published is not None and found.published.basis == row["published_from"]
    grades = {judgement.key or judgement.label: judgement.grade for judgement in found.judgements}
    assert grades == {key: row[key] for key in KEYS if row[key]} | dict(_named(row))
    assert len(grades) == len(found.judgements)
    for judgement in found.judgements:
        label, _ = (" ".join(document.quote(span).split()) for span in judgement.spans)
        assert label == judgement.label


def test_the_table_covers_frameworks_years_and_outcomes() -> None:
    assert {row["framework"] for row in ROWS} >= {"ILACS", "SIF", "looked after children", "LSCB review"}
    assert {row["published"][:4] for row in ROWS} >= {str(year) for year in range(2013, 2026)} - {"2021", "2023"}
    assert all(row["inspection_start"] <= row["inspection_end"] < row["published"] for row in ROWS)
