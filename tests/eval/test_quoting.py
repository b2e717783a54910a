import dataclasses
import hashlib
import json
import types
from collections import Counter
from pathlib import Path

import pytest

from corpus.catalogue import chosen
from corpus.catalogue import reports as listed
from eval.questions import KINDS, Evidence, Place, Question, read_questions
from eval.quoting import quoted, reports
from rag.errors import UsageError

QUESTIONS = Path(__file__).resolve().parents[2] / "eval" / "questions"
PAGE = "Nothing here. There were five children. All waited."
QUOTE = "There were five children."
SHA, OTHER = "a" * 64, "b" * 64


def check(quote):
    return hashlib.sha256(quote.encode()).hexdigest()[:12]


def place(sha256=SHA, start=14, quote=QUOTE, alternatives=()):
    return Place("a report", sha256, 2, start, start + len(quote), check(quote), alternatives)


def asked(id, *evidence):
    return Question(id, "?", "fact" if evidence else "unanswerable", evidence)


def store(**papers):
    """Papers by name → SHA-256, each with PAGE as its second page."""
    records = {name: types.SimpleNamespace(name=name, sha256=sha256) for name, sha256 in papers.items()}
    return types.SimpleNamespace(records=records, page_text=lambda name, page: PAGE if page == 1 else "")


def test_the_words_are_taken_from_the_paper_whatever_it_is_called():
    found = quoted([asked("q", place())], store(mine=SHA, another=OTHER))
    assert found.questions[0].evidence == (Evidence("mine", 2, QUOTE),)
    assert (found.left_out, found.missing) == ((), {})


def test_a_paper_under_two_names_and_another_place_are_alternatives():
    (question,) = quoted(
        [asked("q", place(alternatives=(place(OTHER),)))], store(one=SHA, two=SHA, three=OTHER)
    ).questions
    assert [one.document for one in question.evidence[0].places] == ["one", "two", "three"]


def test_a_question_is_asked_where_one_of_its_places_is_there():
    found = quoted([asked("q", place(alternatives=(place(OTHER),)))], store(three=OTHER))
    assert [one.document for one in found.questions[0].evidence[0].places] == ["three"]


def test_evidence_with_words_is_left_as_it_is():
    evidence = Evidence("a.md", None, "x")
    assert quoted([asked("q", evidence)], store()).questions == (asked("q", evidence),)


def test_questions_whose_papers_are_not_there_are_left_out_and_named():
    found = quoted([asked("q", place()), asked("r", place(), place(OTHER)), asked("n")], store(mine=SHA))
    assert [one.id for one in found.questions] == ["q", "n"]
    assert (found.left_out, found.missing) == (("r",), {OTHER: "a report"})


def test_without_any_of_the_papers_it_is_said_which_and_how_to_get_them():
    known = next(one for one in reports().values() if " " in one.authority)
    with pytest.raises(UsageError) as raised:
        quoted([asked("q", place()), asked("r", place(known.sha256)), asked("n")], store())
    said = str(raised.value)
    assert f"{known.authority} ({known.published}), a report" in said or f"a report, {known.authority}" in said
    assert f'findings corpus fetch "{known.authority}"' in said
    with pytest.raises(UsageError, match="index them first"):
        quoted([asked("q", place())], store())


@pytest.mark.parametrize("wrong", [place(start=13), place(start=400), dataclasses.replace(place(), page=1)])
def test_a_page_that_is_extracted_otherwise_is_no_evidence(wrong):
    with pytest.raises(UsageError, match=r"page . of mine does not hold .*constraints\.txt"):
        quoted([asked("q", wrong)], store(mine=SHA))


# ── reading the form ─────────────────────────────────────────────────────────────────────────────────────────────

ROW = {"document": "a", "sha256": SHA, "page": 2, "start": 14, "end": 39, "check": check(QUOTE)}


def written(tmp_path, **changes):
    evidence = [{key: value for key, value in (ROW | changes).items() if value != "gone"}]
    row = {"id": "q", "question": "?", "kind": "fact", "evidence": evidence, "answer": "5", "must_include": [["5"]]}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    return path


def test_a_place_is_read_with_its_alternatives(tmp_path):
    (question,) = read_questions(written(tmp_path, **{"or": [ROW | {"sha256": OTHER}]}))
    assert question.evidence == (
        Place("a", SHA, 2, 14, 39, check(QUOTE), (Place("a", OTHER, 2, 14, 39, check(QUOTE)),)),
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sha256": "abc"}, "'sha256' in 'evidence' must be 64 hexadecimal digits"),
        ({"check": "gone"}, "the field 'check' is missing"),
        ({"check": "X" * 12}, "'check' in 'evidence' must be 12 hexadecimal digits"),
        ({"page": None}, "whole numbers"),
        ({"page": 0}, "whole numbers"),
        ({"start": "gone"}, "whole numbers"),
        ({"end": 14}, "whole numbers"),
        ({"start": True}, "whole numbers"),
        ({"or": [{"document": "a", "page": None, "quote": "x"}]}, "have none either"),
        ({"quote": "x", "or": [ROW]}, "need one as well"),
    ],
)
def test_a_fault_of_a_place_is_named(tmp_path, changes, fault):
    with pytest.raises(UsageError, match=fault):
        read_questions(written(tmp_path, **changes))


# ── the set that ships ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shipped():
    return read_questions(QUESTIONS / "reports.jsonl")


def test_the_set_over_reports_is_large_half_of_it_held_out_and_has_all_kinds(shipped):
    assert len(shipped) >= 150
    for half in (False, True):
        count = Counter(one.kind for one in shipped if one.held_out is half)
        assert set(count) == set(KINDS)
        assert sum(count.values()) >= len(shipped) // 2 - 1


def test_its_papers_are_known_reports_that_can_be_fetched(shipped):
    known = reports()
    used = {p.sha256: p.document for q in shipped for one in q.evidence for p in one.places}
    assert used == {sha256: one.document for sha256, one in known.items()}
    assert len(known) == 40
    addresses = {one.address for one in listed()}
    assert {one.address for one in known.values()} <= addresses
    assert len(chosen([one.authority for one in known.values()])) == len({one.authority for one in known.values()})


def test_it_holds_no_words_of_the_reports(shipped):
    assert all(isinstance(p, Place) for q in shipped for one in q.evidence for p in one.places)
    assert max(len(wording.split()) for q in shipped for fact in q.must_include for wording in fact) < 12


def test_every_place_holds_its_words(shipped, papers, tmp_path, settings):
    """Over two of the reports: all of them take minutes to index."""
    from rag.index import index
    from rag.store import Store

    few = {"80503/2023-12-01", "80565/2019-05-21"}
    files = [path for part in ("80503_hounslow", "80565_suffolk") for path in (papers / "ilacs" / part).glob("*.pdf")]
    hashes = {one.sha256 for one in reports().values() if one.document in few}
    wanted = [path for path in files if hashlib.sha256(path.read_bytes()).hexdigest() in hashes]
    assert len(wanted) == len(few)
    index(wanted, tmp_path / "store", settings)
    with Store(tmp_path / "store") as opened:
        found = quoted(shipped, opened)
    real = [one for one in found.questions if one.answerable]
    assert len(real) >= 4
    assert all(len(one.quote) > 10 for q in real for one in q.evidence)
    assert set(found.missing.values()) == {one.document for one in reports().values()} - few
