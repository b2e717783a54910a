from __future__ import annotations

import csv
import io

import pytest

from rag.catalogue import document_row, documents_csv
from rag.judgements import KEYS, OVERALL
from rag.store import Record
from rag.types import Description, Judgement, Span, Stated


def record(title: str = "Newham", **changes: object) -> Record:
    description = Description(
        title=Stated(title, (Span("a.pdf", 0, 3, 9),)),
        authority=Stated("Newham", basis="file name"),
        judgements=(Judgement("Overall", "Good", (Span("a.pdf", 1, 0, 4), Span("a.pdf", 1, 9, 12)), OVERALL),),
    )
    fields = {
        "name": "a.pdf", "root": "/r", "path": "/r/a.pdf", "sha256": "9" * 64, "format": "pdf", "paged": True,
        "pages": 2, "words": 30, "problems": ("cut short",), "description": description,
    }  # fmt: skip
    return Record(**(fields | changes))


def test_row() -> None:
    row = document_row(record())
    assert row["document"] == "a.pdf"
    assert (row["title"], row["authority"], row["published"]) == ("Newham", "Newham", None)
    assert row["judgements"] == {"Overall": {"key": OVERALL, "grade": "Good", "spans": [[2, 0, 4], [2, 9, 12]]}}
    assert (row["pages"], row["words"], row["extraction"]) == (2, 30, ["cut short"])
    assert row["stated"] == {
        "title": {"basis": "text", "spans": [[1, 3, 9]]},
        "authority": {"basis": "file name", "spans": []},
    }


def test_row_has_every_field_of_a_description() -> None:
    assert set(Description.__dataclass_fields__) <= set(document_row(record()))


def test_a_paper_without_pages_and_without_statements() -> None:
    row = document_row(record(paged=False, description=Description(), problems=()))
    assert (row["pages"], row["judgements"], row["stated"], row["extraction"]) == (None, {}, {}, [])


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv() -> None:
    rows = read(documents_csv([document_row(record()), document_row(record("Leeds; “Good”, 2\nlines"))]))
    assert [row["title"] for row in rows] == ["Newham", "Leeds; “Good”, 2 lines"]
    assert rows[0]["judgements"] == "Overall: Good"
    assert [rows[0][key] for key in KEYS] == ["Good" if key == OVERALL else "" for key in KEYS]
    assert rows[0]["published"] == ""
    assert rows[0]["extraction"] == "cut short"


def test_csv_of_nothing_is_its_header() -> None:
    assert documents_csv([]).startswith("document,title,publisher,authority,urn,")
    assert documents_csv([]).count("\n") == 1


@pytest.mark.parametrize(
    "title",
    ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "|cmd", "＝1", "=cmd|' /C calc'!A0"],
)
def test_no_cell_is_a_formula(title: str) -> None:
    (row,) = read(documents_csv([document_row(record(title))]))
    assert row["title"].startswith("'")
    assert row["title"].lstrip("'").strip() == title.strip()


@pytest.mark.parametrize("title", ["Newham", "3 June", "(draft)", "", "a=b"])
def test_harmless_cells_stay(title: str) -> None:
    (row,) = read(documents_csv([document_row(record(title))]))
    assert row["title"] == title
