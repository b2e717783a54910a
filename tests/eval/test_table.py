from eval.questions import Evidence, Question
from eval.run import summarise
from eval.table import markdown_table, text_table

QUESTIONS = [
    Question("q1", "How many?", "fact", (Evidence("a.md", None, "There were five."),), "", (("five",),)),
    Question("n1", "Who?", "unanswerable"),
]
RECORD = {
    "id": "q1",
    "answer": "There were five.",
    "abstained": False,
    "claims": [
        {"text": "There were 6.", "citations": [{"document": "a.md", "page": None, "quote": "There were five."}]}
    ],
    "seconds": 0.25,
    "backend": "extractive",
}
MACHINE = {"machine": {"processors": 2, "passages": 12345, "model": "a|b"}}


def summary(records=(RECORD,)):
    return summarise(QUESTIONS, records, lambda document, page: None if page else "There were five.") | MACHINE


def line(shown, name):
    (found,) = [one for one in shown.splitlines() if name in one]
    return found


def test_text_is_aligned_and_says_what_falls_short():
    shown = text_table(summary())
    assert line(shown, "right answers").split() == ["right", "answers", "1.000"]
    assert "of 1, FALLS SHORT: only 1 will do" in line(shown, "figures that stand in their own quote")
    assert "FALLS SHORT" not in line(shown, "letter for letter")
    assert line(shown, "a figure not in its quote") == "  a figure not in its quote (1): q1"
    assert "12,345" in shown
    places = {one.rindex("1.000") for one in shown.splitlines() if "1.000" in one}
    assert len(places) == 1
    assert all(one == one.rstrip() for one in shown.splitlines())


def test_an_interval_stands_beside_its_figure():
    shown = text_table({"mrr": 0.5, "intervals": {"mrr": [0.25, 0.756], "right": None}, "right": 1.0})
    assert line(shown, "reciprocal rank").split()[3:] == ["0.500", "95", "in", "100:", "0.25–0.76"]
    assert "100:" not in line(shown, "right answers")


def test_markdown_is_one_table_with_cells_escaped():
    shown = markdown_table(summary())
    rows = [one for one in shown.splitlines() if one.startswith("|")]
    assert all(one.replace("\\|", "").count("|") == 5 for one in rows)
    assert "a\\|b" in shown
    assert "- a figure not in its quote (1): q1" in shown


def test_an_error_is_shown_with_its_cause_and_long_lists_are_cut():
    shown = text_table(summary([{"id": "q1", "error": "ValueError: no"}]))
    assert "stopped by an error: ValueError: no (1): q1" in shown
    assert "without a record (1): n1" in shown
    many = {"failed": {"wrong": [f"q{i}" for i in range(20)]}, "questions": 20}
    assert "q11 and 8 more" in text_table(many)


def test_nothing_at_all():
    empty = summarise([], [], lambda document, page: None)
    for shown in (text_table(empty), markdown_table(empty)):
        assert "none" in shown
        assert not shown.endswith("\n")


def test_nearly_one_is_shown_with_four_places():
    assert "0.9999" in text_table({"quotes_verbatim": 0.9999, "quotes": 20000})
