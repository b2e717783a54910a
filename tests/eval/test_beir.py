import json

import pytest
import pytrec_eval

from eval.beir import evaluate, read_set, text
from rag.errors import UsageError

TEXTS = {
    "bees/1": (
        "Bees",
        "Honey bees dance to tell each other where flowers are. The dance gives direction and distance.",
    ),
    "tea": ("", "Green tea is made of leaves that are steamed soon after picking, which keeps them from going brown."),
    "moon": ("The Moon", "Tides rise and fall twice a day because the Moon pulls at the sea. The Sun does so less."),
    "iron": ("Rust", "Iron rusts where water and air reach it together. Paint and oil keep both away from the metal."),
}
QUERIES = {"q1": "how do bees say where food is", "q2": "why are there tides", "q3": "what stops iron from rusting",
           "q4": "never judged"}  # fmt: skip
QRELS = {"q1": {"bees/1": 1}, "q2": {"moon": 2, "iron": 0}, "q3": {"iron": 1, "absent": 1}}


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "set"
    (home / "qrels").mkdir(parents=True)
    lines(home / "corpus.jsonl", [{"_id": id, "title": t, "text": x} for id, (t, x) in TEXTS.items()])
    lines(home / "queries.jsonl", [{"_id": id, "text": one} for id, one in QUERIES.items()])
    rows = [f"{query}\t{id}\t{gain}" for query, gains in QRELS.items() for id, gain in gains.items()]
    (home / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n", encoding="utf-8")
    (home / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n", encoding="utf-8")
    return home


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_set_is_indexed_searched_and_measured_as_trec_eval_does(folder, tmp_path, settings):
    out, steps = tmp_path / "out.jsonl", []
    summary = evaluate(folder, settings, out, lambda *step: steps.append(step))
    assert (summary["split"], summary["documents"], steps[0]) == ("test", 4, (4, 4))
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert summary["stages"]["errors"] == {}
    assert [one["id"] for one in records] == ["q1", "q2", "q3"]
    assert [one["documents"][0] for one in records] == ["bees/1", "moon", "iron"]
    run = {one["id"]: {name: float(-i) for i, name in enumerate(one["documents"])} for one in records}
    theirs = pytrec_eval.RelevanceEvaluator(QRELS, {"ndcg_cut.10", "recall.100", "map_cut.100"}).evaluate(run)
    for ours, their in (("ndcg@10", "ndcg_cut_10"), ("recall@100", "recall_100"), ("map", "map_cut_100")):
        told = summary["stages"]["columns"]["reranked"]["all"][ours]["value"]
        assert told == pytest.approx(sum(one[their] for one in theirs.values()) / 3, abs=1e-6)
    shown = text(summary)
    assert shown.startswith("4 documents, ")
    assert "nDCG@10" in shown
    assert json.loads(json.dumps(summary)) == summary


def test_the_only_judgements_are_taken_whatever_they_are_called(folder):
    (folder / "qrels" / "dev.tsv").unlink()
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "fold.tsv")
    assert read_set(folder).split == "fold"


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("corpus.jsonl", '{"text": "x"}', "'_id' is missing"),
        ("corpus.jsonl", '{"_id": "a", "text": 3}', "'title' and 'text' must be text"),
        ("queries.jsonl", '{"_id": "q1", "text": " "}', "'text' must be text"),
        ("queries.jsonl", '{"_id": "q9", "text": "x"}', "judges none of the queries"),
        ("qrels/test.tsv", "head\nq1 bees 1", "line 2: no query"),
        ("qrels/test.tsv", "head\nq1\tbees\tmany", "line 2: no query"),
    ],
)
def test_a_fault_is_named_with_its_file(folder, file, content, fault):
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=fault) as raised:
        read_set(folder)
    assert str(folder) in str(raised.value)


def test_what_is_missing_is_named(folder):
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "train.tsv")
    with pytest.raises(UsageError, match=r"there is dev\.tsv, train\.tsv"):
        read_set(folder)
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(UsageError, match="cannot read the documents"):
        read_set(folder)
