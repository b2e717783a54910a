import json
from pathlib import Path

import pytest

from eval.report import Wanted, markdown, report, text
from rag.errors import UsageError

SAMPLE = Path(__file__).resolve().parents[2] / "eval" / "questions" / "sample.jsonl"


@pytest.fixture
def three(tmp_path):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()[:3]
    path = tmp_path / "three.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def quiet(done, total):
    pass


def test_nothing_more_is_measured_than_is_asked_for(findings, three, tmp_path):
    summary = report(findings, three, tmp_path / "out.jsonl", quiet)
    assert not {"stages", "against"} & set(summary)
    assert "Stages" not in text(summary)


def test_stages_and_an_earlier_run_that_is_replaced(findings, three, tmp_path):
    out, other = tmp_path / "out.jsonl", tmp_path / "other.jsonl"
    ids = [json.loads(line)["id"] for line in three.read_text(encoding="utf-8").splitlines()]
    for path in (out, other):
        path.write_text("\n".join(json.dumps({"id": id}) for id in ids), encoding="utf-8")
    summary = report(findings, three, out, quiet, wanted=Wanted(stages=True, against=[out, other]))
    assert list(summary["stages"]["columns"])[-1] == "reranked"
    assert [one["name"] for one in summary["against"]] == ["out", "other"]
    for one in summary["against"]:
        assert one["difference"]["all"]["recall@10"]["value"] == summary["recall@10"] > 0
    for shown in (text(summary), markdown(summary)):
        assert shown.count("Stages of the search") == shown.count("Beside out") == shown.count("Beside other") == 1
    assert json.loads(json.dumps(summary)) == summary


def test_what_cannot_be_compared_is_refused_before_anything_is_asked(three, tmp_path):
    with pytest.raises(UsageError, match="cannot read the results in"):
        report(None, three, tmp_path / "out.jsonl", quiet, wanted=Wanted(against=[tmp_path / "gone.jsonl"]))
    assert not (tmp_path / "out.jsonl").exists()
