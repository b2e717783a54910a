from rag.cells import is_grade, passage_in_words, row_in_words
from rag.types import Cell, Passage, Sentence, Span

SPAN = (Span("a", 0, 0, 4),)


def row(*cells):
    return tuple(Cell(text, SPAN if text else (), header) for header, text in cells)


def test_a_judgement_reads_as_label_and_grade():
    cells = row(("Judgement", "Overall effectiveness"), ("Grade", "Requires improvement to be good"))
    assert row_in_words(cells) == "Overall effectiveness: Requires improvement to be good"
    assert row_in_words(row((None, ""), (None, "2.1 Adoption"), (None, "Good"))) == "2.1 Adoption: Good"


def test_figures_read_with_their_headers():
    cells = row(("Team", "North"), ("2021", "14"), ("2022:", ""), ("2023:", "9%"))
    assert row_in_words(cells) == "Team: North; 2021: 14; 2023: 9%"
    assert row_in_words(row((None, "North"), ("2021", "14"), ("2022", "-"))) == "North; 2021: 14; 2022: -"


def test_a_label_with_its_value_needs_no_headers():
    assert row_in_words(row((None, "Lead inspector:"), (None, "A Name"))) == "Lead inspector: A Name"
    assert row_in_words(row((None, "Alone"))) == "Alone"
    assert row_in_words(()) == ""


def test_only_what_is_nothing_else_is_a_grade():
    assert all(map(is_grade, ("Good", "INADEQUATE", "Require improvement", "Requires  improvement\nto be good")))
    assert not any(map(is_grade, ("", "Good practice", "Requires", "improvement", "2. Good")))


def test_a_passage_reads_as_its_rows_in_words_and_its_other_sentences_as_they_stand():
    sentences = (Sentence("Table 1:", SPAN), Sentence("North 14", SPAN))
    passage = Passage("a#0", "a", (), sentences, (None,) * 2, ("paragraph", "row"), (None,) * 2)
    assert passage_in_words(passage) == "Table 1: North 14"
    passage = Passage(
        "a#0", "a", (), sentences, (None,) * 2, ("paragraph", "row"), (None,) * 2,
        ((), row(("Team", "North"), ("Cases", "14"))),
    )  # fmt: skip
    assert passage_in_words(passage) == "Table 1: Team: North; Cases: 14."
    assert passage.text == "Table 1: North 14"
