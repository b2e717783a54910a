import json
from collections import Counter
from pathlib import Path

import pytest

from eval.questions import KINDS, Evidence, Question, read_questions
from rag.errors import UsageError

PROJECT = Path(__file__).resolve().parents[2]

GOOD = {
    "id": "q1",
    "question": "How many?",
    "kind": "fact",
    "evidence": [{"document": "a.md", "page": None, "quote": "There were five."}],
    "answer": "Five.",
    "must_include": [["five", "5"]],
}
NOTHING = {"id": "q2", "question": "Who?", "kind": "unanswerable", "evidence": [], "answer": "", "must_include": []}


def written(tmp_path, *lines):
    path = tmp_path / "set.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("".join(f"{line}\n" for line in text), encoding="utf-8")
    return path


def test_a_question_is_read_with_all_its_fields(tmp_path):
    assert read_questions(written(tmp_path, GOOD)) == [
        Question(
            id="q1",
            question="How many?",
            kind="fact",
            evidence=(Evidence("a.md", None, "There were five."),),
            answer="Five.",
            must_include=(("five", "5"),),
        )
    ]


def test_order_is_kept_and_empty_lines_and_unknown_keys_are_passed_over(tmp_path):
    path = written(tmp_path, GOOD | {"note": "of no account"}, "", "   ", NOTHING)
    assert [q.id for q in read_questions(path)] == ["q1", "q2"]


def test_alternatives_of_evidence_are_read(tmp_path):
    other = {"document": "b.pdf", "page": 3, "quote": "Five there were."}
    row = GOOD | {"evidence": [GOOD["evidence"][0] | {"or": [other]}]}
    (question,) = read_questions(written(tmp_path, row))
    assert [place.document for place in question.evidence[0].places] == ["a.md", "b.pdf"]


def test_an_unanswerable_question_has_no_evidence_and_needs_none(tmp_path):
    bare = {key: NOTHING[key] for key in ("id", "question", "kind")}
    for row in (NOTHING, bare):
        (question,) = read_questions(written(tmp_path, row))
        assert (question.answerable, question.evidence, question.must_include) == (False, (), ())


def test_a_line_separator_inside_a_string_does_not_cut_the_line(tmp_path):
    (question,) = read_questions(written(tmp_path, GOOD | {"question": "one\u2028two\u0085three"}))
    assert question.question == "one\u2028two\u0085three"


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = written(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_questions(path)) == 1


def without(name):
    return {key: value for key, value in GOOD.items() if key != name}


def evidence(**changes):
    row = GOOD["evidence"][0] | changes
    return GOOD | {"evidence": [{key: value for key, value in row.items() if value != "gone"}]}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON"),
        ("[]", "not a JSON object"),
        *((without(name), f"the field {name!r} is missing") for name in GOOD),
        (GOOD | {"kind": "riddle"}, "unknown kind 'riddle'"),
        (GOOD | {"id": 7}, "'id' must be text"),
        (GOOD | {"question": "  "}, "'question' must be text and not empty"),
        (GOOD | {"evidence": []}, "'evidence' must be a list and not empty"),
        (GOOD | {"evidence": ["a.md"]}, "'evidence' must be a list of objects"),
        (GOOD | {"must_include": []}, "'must_include' must be a list and not empty"),
        (GOOD | {"must_include": ["five"]}, "'must_include' must be a list of lists"),
        (GOOD | {"must_include": [[]]}, "'must_include' must be a list of lists"),
        (GOOD | {"must_include": [["five", " "]]}, "'must_include' must be a list of lists"),
        (evidence(document="gone"), "the field 'document' is missing"),
        (evidence(page="gone"), "the field 'page' is missing"),
        (evidence(quote="gone"), "the field 'quote' is missing"),
        (evidence(page=0), "'page' must be a whole number from 1"),
        (evidence(page=True), "'page' must be a whole number from 1"),
        (evidence(page="3"), "'page' must be a whole number from 1"),
        (evidence(quote="…!"), "holds no letter and no digit"),
        (evidence(**{"or": [{"document": "b.md", "page": None}]}), "the field 'quote' is missing"),
        (GOOD | {"id": "first"}, "the id 'first' was used on line 1"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path, line, fault):
    path = written(tmp_path, GOOD | {"id": "first"}, "", line)
    with pytest.raises(UsageError) as raised:
        read_questions(path)
    assert str(raised.value).startswith(f"{path}, line 3: ")
    assert fault in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("lines", [(), ("", "  ")])
def test_a_file_without_questions_is_refused(tmp_path, lines):
    path = written(tmp_path, *lines)
    with pytest.raises(UsageError, match="line 1: no questions"):
        read_questions(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path in (tmp_path / "gone.jsonl", tmp_path):
        with pytest.raises(UsageError, match="cannot read the questions in"):
            read_questions(path)
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(UsageError, match="not UTF-8"):
        read_questions(latin)


# ── the set that ships ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sample():
    return read_questions(PROJECT / "eval" / "questions" / "sample.jsonl")


def collapsed(text):
    return " ".join(text.split())


def test_the_sample_set_is_large_enough_and_has_all_kinds(sample):
    count = Counter(question.kind for question in sample)
    assert len(sample) >= 60
    assert set(count) == set(KINDS)


def test_every_quote_of_the_sample_set_stands_in_its_paper(sample):
    folder = PROJECT / "corpus" / "sample"
    texts = {path.name: collapsed(path.read_text(encoding="utf-8")) for path in folder.glob("*.md")}
    places = [(q.id, place) for q in sample for one in q.evidence for place in one.places]
    missing = [(id, p.document) for id, p in places if collapsed(p.quote) not in texts.get(p.document, "")]
    assert missing == []
    assert {place.page for _, place in places} == {None}  # Markdown has no pages


def test_comparisons_of_the_sample_set_need_two_papers(sample):
    for question in sample:
        if question.kind == "compare":
            assert len({one.document for one in question.evidence}) >= 2, question.id


def test_the_reference_answers_of_the_sample_set_hold_their_key_facts(sample):
    from eval.wording import plain

    for question in sample:
        for fact in question.must_include:
            assert any(plain(wording) in plain(question.answer) for wording in fact), (question.id, fact)
