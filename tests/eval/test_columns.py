from eval.against import compare
from eval.columns import Columns, of_comparison, of_stages, shown, shown_difference
from eval.questions import Evidence, Question
from eval.stages import sum_up


def asked(id, kind="fact"):
    return Question(id, "?", kind, (Evidence("a.md", None, id),), "-", ((id,),))


def record(id, *texts, **more):
    return {"id": id, "passages": [{"document": "a.md", "text": text} for text in texts], "seconds": 0.0125} | more


QUESTIONS = [asked("one"), asked("two"), asked("three", "list")]
GOOD = [record(q.id, q.id) for q in QUESTIONS]
WORSE = [record("one", "one"), record("two", "x", "two"), record("three", error="ValueError: a|b")]


def line(shown, name):
    return next(one for one in shown.splitlines() if one.strip(" |").startswith(name))


def test_values_and_differences_with_their_intervals():
    assert shown({"value": 0.8812, "interval": [0.811, 0.94]}) == "0.881 (0.81–0.94)"
    assert shown({"value": 1.0, "interval": None}) == "1.000"
    assert shown_difference({"value": 0.12, "interval": [-0.04, 0.2]}) == "+0.120 (-0.04…+0.20)"
    assert shown_difference({"value": 0.0, "interval": None}) == "+0.000"
    assert shown({"value": None, "interval": None}) == shown_difference({"value": None, "interval": None}) == "none"


def test_stages_stand_side_by_side():
    columns = of_stages(sum_up(QUESTIONS, {"dense": WORSE, "bm25": WORSE, "fused": GOOD}))
    text = columns.text()
    assert line(text, "dense").split() == ["dense", "bm25", "fused"]
    assert line(text, "recall@1").split()[:3] == ["recall@1", "0.333", "(0.00–1.00)"]
    assert "Earned (fused over dense)" in text
    assert "fact (2 questions)" in text
    assert "list (1 question)" in text
    assert line(text, "median").split() == ["median", "12.5", "12.5", "12.5"]
    assert "dense stopped by ValueError: a|b: three" in text
    rows = [one for one in text.splitlines() if one.startswith("  recall@")]
    assert len({one.index(one.split()[1]) for one in rows if "+" not in one}) == 1
    assert all(one == one.rstrip() for one in text.splitlines())
    assert max(map(len, text.splitlines())) <= 120


def test_five_stages_fit_a_wide_terminal():
    names = ("dense", "bm25", "fused", "narrowed", "reranked")
    text = of_stages(sum_up(QUESTIONS, dict.fromkeys(names, WORSE))).text()
    assert max(len(one) for one in text.splitlines() if "stopped" not in one) <= 120


def test_two_tools_stand_side_by_side():
    columns = of_comparison(compare(QUESTIONS, GOOD, WORSE[:2], "peer"))
    text = columns.text()
    assert text.startswith("Beside peer\n")
    assert line(text, "findings").split() == ["findings", "peer", "difference"]
    assert "+0.667 (+0.00…+1.00)" in line(text, "recall@1")
    assert "without a record of peer: three" in text
    assert line(text, "median").split() == ["median", "12.5", "12.5"]


def test_markdown_is_one_table_with_cells_escaped():
    for columns, cells in [
        (of_stages(sum_up(QUESTIONS, {"dense": WORSE, "fused": GOOD})), 4),
        (of_comparison(compare(QUESTIONS, GOOD, WORSE, "a|b")), 5),
    ]:
        rows = [one for one in columns.markdown().splitlines() if one.startswith("|")]
        assert {one.replace("\\|", "").count("|") for one in rows} == {cells + 1}
    assert "- dense stopped by" in of_stages(sum_up(QUESTIONS, {"dense": WORSE})).markdown()


def test_nothing_at_all():
    assert "none" in of_stages(sum_up([], {"dense": [], "fused": []})).text()
    assert "none" in of_comparison(compare([], [], [], "peer")).text()
    for made in (of_stages(sum_up([], {})), Columns("Empty", (), ())):
        assert made.text()
        assert made.markdown()


def test_long_lists_of_questions_are_cut():
    many = [asked(f"q{i}") for i in range(20)]
    assert "q11 and 8 more" in of_comparison(compare(many, [], [], "peer")).text()
