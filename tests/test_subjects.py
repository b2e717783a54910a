from __future__ import annotations

import csv
from importlib import resources

import pytest

from rag.subjects import subjects


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("How well are young carers supported?", "young carers"),
        ("Are children privately fostered visited?", "private fostering"),
        ("Is there work on FGM?", "female genital mutilation"),
        ("How many are taught at home?", "elective home education"),
        ("children who are electively home educated", "elective home education"),
        ("Do they pay council tax?", "council tax"),
        ("Do kids see a dentist?", "dental care"),
        ("The local authority’s “staying put” policy", "staying put"),
    ],
)
def test_a_subject_is_known_by_any_of_its_names(text: str, subject: str) -> None:
    assert subject in subjects(text)


def test_carers_are_no_young_carers() -> None:
    assert "young carers" not in subjects("Carers help young people.")


def test_only_those_that_are_asked_for_are_looked_for() -> None:
    text = "Young carers and privately fostered children"
    assert subjects(text, ["young carers"]) == {"young carers"}
    assert subjects(text, []) == frozenset()


def test_every_form_names_its_subject_and_stands_once() -> None:
    with resources.files("rag.data").joinpath("subjects.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    assert len({row["subject"] for row in rows}) == len(rows) > 50
    for row in rows:
        forms = row["forms"].split("|")
        assert len(set(forms)) == len(forms)
        for form in forms:
            assert form == form.lower().strip() and row["subject"] in subjects(f"about {form}."), form
