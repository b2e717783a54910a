import json
import sys
import types

import pytest

from eval import peers
from eval.peers import Found, Paper, asking, papers_of, search_all
from eval.peers.windows import OVERLAP, WORDS, windows
from eval.questions import Question

ASKED = [Question("q", "How many monitoring visits had Newham had by March 2022?", "fact")]


def paper(*pages, paged=True):
    return Paper("a", None, pages, paged)


def test_windows_hold_every_word_and_overlap():
    words = [f"w{i}" for i in range(400)]
    cut = windows([paper(" ".join(words), "", "short")])
    assert [one.page for one in cut] == [1, 1, 1, 3]
    assert all(len(one.text.split()) <= WORDS for one in cut)
    assert {word for one in cut[:3] for word in one.text.split()} == set(words)
    assert cut[0].text.split()[-OVERLAP:] == cut[1].text.split()[:OVERLAP]
    assert windows([paper("few", paged=False)]) == [Found("a", None, "few")]
    assert windows([paper("")]) == windows([]) == []


def test_a_follow_up_is_put_behind_what_it_follows():
    heard = []
    ask = asking(lambda question, k: heard.append(question) or [Found("a", 2, "text")])
    record = ask(Question("q", "and in 2022?", "fact", after=("What of supervision?",)))
    assert heard == ["What of supervision? and in 2022?"]
    assert record["passages"] == [{"document": "a", "page": 2, "text": "text"}]


def test_a_long_passage_is_read_on_in_pieces_with_ranks_of_their_own():
    words = [f"w{i}" for i in range(450)]
    record = asking(lambda question, k: [Found("a", 2, " ".join(words)), Found("b", 1, "short"), Found("c", 1, "")])(
        ASKED[0]
    )
    assert [len(one["text"].split()) for one in record["passages"]] == [200, 200, 50, 1]
    assert " ".join(one["text"] for one in record["passages"][:3]) == " ".join(words)
    many = asking(lambda question, k: [Found("a", 2, " ".join(words))] * k)(ASKED[0])
    assert len(many["passages"]) == 10


def test_papers_are_those_of_the_store(findings):
    found = papers_of(findings)
    assert [one.name for one in found] == list(findings.store.records)
    assert all(one.path.is_file() and one.pages and not one.paged for one in found)


@pytest.mark.parametrize("name", ["bm25", "dense"])
def test_the_two_peers_that_need_no_package_find_what_is_asked(findings, name):
    from importlib import import_module

    search = import_module(f"eval.peers.{name}").build(papers_of(findings))
    found = search(ASKED[0].question, 10)
    assert len(found) == 10
    assert any("fifth monitoring visit" in one.text for one in found)


def test_a_peer_that_cannot_run_is_named_and_the_others_go_on(findings, tmp_path, monkeypatch):
    def broken(papers):
        raise RuntimeError("no\nsuch page")

    fakes = {"good": lambda papers: lambda question, k: [Found("a", 1, "x")], "broken": broken}
    for name, build in fakes.items():
        monkeypatch.setitem(sys.modules, f"eval.peers.{name}", types.SimpleNamespace(build=build))
    monkeypatch.setitem(sys.modules, "eval.peers.absent", None)  # importing it raises ImportError
    monkeypatch.setattr(peers, "PEERS", {name: name for name in ("absent", "broken", "good")})
    made, left_out = search_all(findings, ASKED, tmp_path / "out.jsonl", lambda done, total: None)
    assert [row["id"] for row in made["good"]] == ["q"]
    assert left_out["broken"] == "RuntimeError: no such page"
    assert "pip install '.[peers]'" in left_out["absent"]
    (row,) = (tmp_path / "out.good.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(row) == made["good"][0]
