from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from made import Made, paper, store_of

from rag.extraction import Extraction, check_reading, extraction_row
from rag.store import Store
from rag.types import Block, Judgement, Sentence, Span

WHOLE = {
    "authority": "Newham",
    "kind": "inspection",
    "framework": "SIF",
    "inspection_start": "2014-06-03",
    "published": "2014-08-08",
    "lead_inspector": "A Name",
}


def inspection(*pages: str, graded: bool = True, **changes: str) -> Made:
    made = paper("a.pdf", *pages, paged=True, **(WHOLE | changes))
    if graded:
        judgements = (Judgement("Overall", "Good", ()),)
        made = made._replace(description=dataclasses.replace(made.description, judgements=judgements))
    return made


def reading(made: Made, folder: Path) -> Extraction:
    with Store(store_of(folder / "store", [made])) as store:
        return check_reading(store, store.records[made.document.name])


def numbered(*numbers: int | str | None) -> Made:
    """A paper of one page with a paragraph for each number."""
    made = inspection(" ".join(f"Plan {n}." for n in numbers))
    blocks = []
    at = 0
    for n in numbers:
        text = f"Plan {n}."
        span = Span("a.pdf", 0, at, at + len(text))
        blocks.append(Block("paragraph", (Sentence(text, (span,)),), number=None if n is None else str(n)))
        at += len(text) + 1
    return made._replace(blocks=tuple(blocks))


def test_nothing_amiss(tmp_path: Path) -> None:
    found = reading(inspection("Plans were late.", "Visits were regular."), tmp_path)
    assert found == Extraction("a.pdf", "good", 2, (), 1.0, 2, (), (), ())


def test_pages_without_text(tmp_path: Path) -> None:
    found = reading(inspection("Plans were late.", " \n", ""), tmp_path)
    assert (found.silent, found.grade, found.reasons) == ((2, 3), "poor", ("pages 2 and 3 without text",))


def test_one_blank_page_among_many_is_a_slip(tmp_path: Path) -> None:
    made = inspection(*["Plans were late."] * 11, "")
    found = reading(made, tmp_path)
    assert (found.silent, found.grade, found.reasons) == ((12,), "fair", ("page 12 without text",))


@pytest.mark.parametrize(("left_out", "grade"), [(1, "good"), (5, "fair"), (50, "poor")])
def test_letters_outside_blocks(tmp_path: Path, left_out: int, grade: str) -> None:
    made = inspection("x")
    text = "x" * (100 - left_out) + " " + "y" * left_out
    block = Block("paragraph", (Sentence("x", (Span("a.pdf", 0, 0, 100 - left_out),)),))
    page = dataclasses.replace(made.document.pages[0], text=text)
    made = made._replace(document=dataclasses.replace(made.document, pages=(page,)), blocks=(block,), passages=())
    found = reading(made, tmp_path)
    assert found.share == pytest.approx(1 - left_out / 100)
    assert found.grade == grade
    if left_out > 1:
        assert found.reasons == (f"{left_out}% of its letters are in no paragraph, list or table",)


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((1, 2, 3), ()),
        ((1, 2, 4, 6), (3, 5)),
        ((2, 3), (1,)),
        ((1, 2, 1, 2), ()),
        ((1, None, 2), ()),
        (("1.1", "1.2"), ()),
        ((), ()),
    ],
)
def test_numbering(tmp_path: Path, numbers: tuple[int | str | None, ...], missing: tuple[int, ...]) -> None:
    assert reading(numbered(*numbers), tmp_path).missing_numbers == missing


def test_many_missing_numbers_are_counted(tmp_path: Path) -> None:
    found = reading(numbered(1, 9), tmp_path)
    assert (found.grade, found.reasons) == ("poor", ("paragraphs 2, 3, 4, 5, 6 and 2 more not found",))


def test_missing_fields_by_kind(tmp_path: Path) -> None:
    found = reading(inspection("Plans.", graded=False), tmp_path / "1")
    assert (found.missing_fields, found.grade) == (("judgements",), "poor")
    made = paper("a.pdf", "Plans.", kind="monitoring visit", authority="Newham", inspection_start="2022-03-02")
    found = reading(made, tmp_path / "2")
    assert (found.missing_fields, found.grade) == (("published",), "fair")
    assert found.reasons == ("no publication date found",)
    assert reading(paper("a.md", "Plans."), tmp_path / "3").missing_fields == ("authority",)
    joint = reading(inspection("Plans.", graded=False, framework="JTAI"), tmp_path / "4")
    assert (joint.missing_fields, joint.grade) == ((), "good")


def test_what_the_loader_noticed(tmp_path: Path) -> None:
    made = inspection("Plans.")
    made = made._replace(document=dataclasses.replace(made.document, problems=("page 2 cannot be read",)))
    found = reading(made, tmp_path)
    assert (found.grade, found.reasons) == ("fair", ("page 2 cannot be read",))


def test_row(tmp_path: Path) -> None:
    row = extraction_row(reading(inspection("Plans were late."), tmp_path))
    assert row == {
        "document": "a.pdf", "reading": "good", "pages": 1, "pages_without_text": [], "share_in_blocks": 1.0,
        "numbered_paragraphs": 1, "missing_paragraphs": [], "missing_fields": [], "reasons": [],
    }  # fmt: skip
