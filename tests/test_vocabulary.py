from __future__ import annotations

import csv
from importlib import resources

import pytest

from rag.vocabulary import written


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What about LAC?", "looked after children in care"),
        ("kids who run away", "missing from home"),
        ("Was CSE tackled?", "child sexual exploitation"),
        ("staff turnover", "changes of social worker"),
        ("children looked after", ""),
        ("CLA", "looked after children in care"),
        ("kids in care", "looked after children in care"),
        ("What is a MASH?", "multi-agency safeguarding hub"),
        ("UASC numbers", "unaccompanied asylum-seeking children"),
        ("PEPs", "personal education plan"),
        ("IROs", "independent reviewing officer"),
        ("SGO", "special guardianship order"),
        ("the LADO", "designated officer"),
        ("EHCPs", "education health and care plan"),
        ("NEET", "not in education employment or training"),
        ("under the SIF", "single inspection framework"),
        ("the last ILACS", "inspection of local authority children's services"),
    ],
)
def test_asked_forms_bring_written_ones(question: str, words: str) -> None:
    assert words in written(question)


@pytest.mark.parametrize("question", ["", "Where is the town hall?", "What is a black hole?", "Iron and pepper"])
def test_other_words_bring_nothing(question: str) -> None:
    assert written(question) == ""


def test_the_table_is_sound() -> None:
    with resources.files("rag.data").joinpath("vocabulary.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    forms = [form for row in rows for form in row["asked"].split("|")]
    assert len(forms) == len(set(forms))
    assert all(form == form.lower().strip() and form for form in forms)
    assert {row["basis"] for row in rows} == {"abbreviation", "field term", "everyday form"}
    assert all(row["source"].strip() and row["written"].strip() for row in rows)
    assert all(row["source"] != "everyday form" for row in rows if row["basis"] != "everyday form")
    assert len(rows) >= 70
