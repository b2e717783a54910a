from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from made import store_of
from replies import Replies

from rag.answer import cite
from rag.answer.cite import ABSTAINED
from rag.config import Settings, store_dir
from rag.errors import (
    BackendError,
    BackendUnreachable,
    Cancelled,
    ConfigError,
    ConsentMissing,
    StoreMismatch,
    StoreMissing,
    UsageError,
)
from rag.index import index
from rag.pipeline import Findings
from rag.store import Store
from rag.types import Citation, Filters, Span, Writing

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"


def test_an_answer(findings: Findings) -> None:
    answer = findings.ask(QUESTION)
    assert not answer.abstained
    assert "416" in answer.text
    assert answer.backend == "extractive"
    assert answer.notice == ""
    assert answer.searched["authorities"] == ["Newham"]
    assert answer.seconds > 0
    citation = answer.claims[0].citations[0]
    assert citation.retold_from
    assert citation.original.startswith("https://")
    assert citation.page is None, "Markdown has no pages"


def test_places_without_papers(findings: Findings) -> None:
    answer = findings.ask("What did inspectors say about supervision in Croydon?")
    assert answer.abstained
    assert answer.text == ""
    assert answer.claims == ()
    assert answer.notice == f"{ABSTAINED} There are no papers on Croydon among those indexed."


def test_a_question_that_the_papers_do_not_answer(findings: Findings) -> None:
    answer = findings.ask("What is the capital of France?")
    assert answer.abstained
    assert answer.notice.startswith(f"{ABSTAINED} Searched 5 papers on ")


def test_a_follow_up_is_completed_searched_and_said(findings: Findings) -> None:
    whole = "How was Newham judged overall in 2014?"
    answer = findings.ask("and in 2014?", earlier=["How was Newham judged overall in 2019?"])
    assert (answer.question, answer.query.asked, answer.query.text) == ("and in 2014?", "and in 2014?", whole)
    assert answer.query.notes[0] == f"Understood as: “{whole}”"
    assert answer.claims == findings.ask(whole).claims != ()
    assert findings.ask(whole, earlier=["What about Leeds?"]).query.asked == ""
    overruled = findings.understand("and in 2014?", Filters(authorities=("Newcastle",)), earlier=[whole])
    assert overruled.filters.authorities == ("Newcastle upon Tyne",)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("What overall grade did Newham get in 2014?", "What overall grade did Newham get in 2014?"),
        ("What overall grade did Leeds get in 2014?", "How was Newham judged overall in 2014?"),
    ],
)
def test_a_language_model_may_word_a_follow_up(
    findings: Findings, monkeypatch: pytest.MonkeyPatch, reply: str, text: str
) -> None:
    monkeypatch.setattr(Findings, "model", lambda self, backend: Replies(reply))
    query = findings.understand("and in 2014?", earlier=["How was Newham judged overall in 2019?"], backend="a:B")
    assert query.text == text and text in query.notes[0]


@pytest.mark.parametrize("question", ["", " ", "\n\t"])
def test_an_empty_question(findings: Findings, question: str) -> None:
    with pytest.raises(UsageError, match="the question is empty; ask something like"):
        findings.ask(question)


def test_a_question_that_is_too_long(findings: Findings) -> None:
    with pytest.raises(UsageError, match="the question has 100,000 characters; ask in at most 2,000"):
        findings.ask("x" * 100_000)
    assert findings.ask("why " * 500).abstained


@pytest.mark.parametrize(
    "question",
    [
        "?",
        "🙂",
        "\x00",
        "\x1b[31m",
        "a" * 2000,
        "' OR 1=1 --",
        "{question} %s \\",
        "supervision\r\n\r\nIgnore",
        "子供",
        "٣",
    ],
)
def test_odd_questions_are_answered_or_refused(findings: Findings, question: str) -> None:
    findings.ask(question)


def test_filters_narrow(findings: Findings) -> None:
    query, hits = findings.search("supervision", Filters(kinds=("focused visit",)), k=50)
    assert query.filters.kinds == ("focused visit",)
    records = findings.store.records
    assert {records[h.passage.document].description.value("kind") for h in hits} == {"focused visit"}
    nothing = findings.ask("supervision", Filters(date_from="2099"))
    assert nothing.abstained
    assert nothing.notice == f"{ABSTAINED} Searched 0 papers."


def test_surroundings(findings: Findings) -> None:
    citation = findings.ask(QUESTION).claims[0].citations[0]
    before, quote, after = findings.surroundings(citation)
    assert quote == citation.quote
    assert before + quote + after in findings.store.page_text(citation.span.document, citation.span.page)
    nowhere = dataclasses.replace(citation, span=Span(citation.span.document, 99, 0, 5))
    assert findings.surroundings(nowhere) == ("", "", "")
    assert isinstance(citation, Citation)


def test_many_threads_get_the_same_answer(findings: Findings, sample: Path, settings: Settings) -> None:
    with Findings.open(sample, settings) as fresh, ThreadPoolExecutor(4) as pool:
        texts = {answer.text for answer in pool.map(fresh.ask, [QUESTION] * 8)}
    assert texts == {findings.ask(QUESTION).text}


def test_what_was_indexed_since_is_found(tmp_path: Path, settings: Settings) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.md").write_text("Supervision of social workers was regular.", encoding="utf-8")
    index([papers], tmp_path / "store", settings)
    with Findings.open(tmp_path / "store", settings) as old:
        assert old.latest() is old
        (papers / "b.md").write_text("Foster carers were pleased with their training.", encoding="utf-8")
        index([papers], tmp_path / "store", settings)
        assert len(old.search("foster carers")[1]) == 1
        with old.latest() as new:
            assert new is not old
            assert {hit.passage.document for hit in new.search("foster carers")[1]} == {"a.md", "b.md"}
            assert new.latest() is new


def test_a_known_place_is_answered_and_the_unknown_one_beside_it_named(findings: Findings) -> None:
    answer = findings.ask("What did inspectors say about supervision in Newham and in Croydon?")
    assert answer.query.unknown_places == ("Croydon",)
    assert "No paper about Croydon is held." in answer.query.notes
    assert {c.authority for claim in answer.claims for c in claim.citations} == {"Newham"}


@pytest.mark.parametrize(
    ("question", "filters", "searched"),
    [
        ("supervision", Filters(), (5, "2014-06-03", "2024-12-02")),
        ("supervision in Newham in 2014", Filters(), (1, "2014-06-03", "2014-06-03")),
        ("supervision", Filters(kinds=("focused visit",)), (1, "2018-07-24", "2018-07-24")),
        ("supervision", Filters(date_from="2018", date_to="2022"), (3, "2018-07-24", "2022-03-03")),
    ],
)
def test_what_was_searched(findings: Findings, question: str, filters: Filters, searched: tuple[int, str, str]) -> None:
    found = findings.ask(question, filters).searched
    assert (found["documents"], found["from"], found["to"]) == searched
    assert found["pages"] == 0, "Markdown has none"


def test_surroundings_are_the_paragraph_that_the_quote_stands_in(findings: Findings) -> None:
    _, hits = findings.search("Did social workers in Newcastle have regular supervision in 2018?")
    found = next(s for hit in hits for s in hit.passage.sentences if "regular supervision" in s.text)
    (citation,) = cite.cite(found.spans, None, findings.store)
    before, quote, after = findings.surroundings(citation)
    assert "\n\n" not in before + quote + after
    assert after.strip().startswith("Risk was not routinely reviewed")
    assert (before + quote + after).endswith("managers did not challenge them.")


def test_several_people_at_once_get_their_own_answers(sample: Path, settings: Settings, findings: Findings) -> None:
    questions = [
        "Who wrote the March 2022 letter about Newham?",
        "What grade did Newham get for adoption in 2014?",
        "What was Newcastle told to improve in 2018?",
        "What did inspectors say about supervision in Croydon?",
    ]
    alone = [findings.ask(question).text for question in questions]
    assert len(set(alone)) == len(questions)
    with Findings.open(sample, settings) as fresh, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(fresh.ask, questions * 4))
    assert [answer.question for answer in answers] == questions * 4
    assert [answer.text for answer in answers] == alone * 4


# ── which store ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_that_was_asked_for_is_never_replaced_by_the_sample(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(StoreMissing):
        Findings.open(tmp_path / "none", settings)
    with pytest.raises(StoreMissing):
        Findings.open(None, dataclasses.replace(settings, store=str(tmp_path / "none")))


def test_a_store_of_another_model(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(StoreMismatch, match="made with the embedding model 'tiny', not 'findings-minilm'"):
        Findings.open(store_of(tmp_path / "store", []), settings)


def test_the_sample_until_there_is_a_store_of_ones_own(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    import shutil

    from rag import pipeline

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made: list[Path] = []

    def index(paths: list[Path], folder: Path, *_: object, **__: object) -> None:
        made.append(folder)
        shutil.copytree(sample, folder)

    monkeypatch.setattr(pipeline, "index", index)
    said: list[str] = []
    for _ in range(2):
        with Findings.open(None, settings, said.append) as opened:
            assert opened.sample
            assert len(opened.store.records) == 5
    assert len(made) == 1
    assert made[0].name.startswith("sample-")
    assert said == ["no papers indexed yet: preparing the sample papers (once)"]
    shutil.copytree(sample, store_dir(settings))
    with Findings.open(None, settings) as opened:
        assert not opened.sample


# ── language models ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | Exception], list[str]]:
    """Has the backend give a reply (or raise); returns the prompts it gets."""

    def use(reply: str | Exception) -> list[str]:
        model = Replies(reply)
        monkeypatch.setattr(Findings, "model", lambda self, backend: model)
        return model.prompts

    return use


def reply(text: str, quote: str, passage: int = 1) -> str:
    return json.dumps({"claims": [{"text": text, "quotes": [{"passage": passage, "quote": quote}]}]})


def test_a_model_answers_with_what_stands_in_its_quote(
    findings: Findings, scripted: Callable[[str], list[str]]
) -> None:
    quote = findings.search(QUESTION)[1][0].passage.sentences[0].text
    prompts = scripted(reply(quote, quote))
    answer = findings.ask(QUESTION, backend="ollama")
    assert (answer.backend, answer.notice, answer.withheld) == ("ollama", "", ())
    assert answer.claims[0].text == quote
    assert answer.claims[0].verdict == "exact"
    assert QUESTION in prompts[0]


def test_what_a_model_invents_is_withheld(findings: Findings, scripted: Callable[[str], list[str]]) -> None:
    quote = findings.search(QUESTION)[1][0].passage.sentences[0].text
    scripted(reply("Exactly 98765 children lived there.", quote))
    answer = findings.ask(QUESTION, backend="ollama")
    assert [c.text for c in answer.withheld] == ["Exactly 98765 children lived there."]
    assert "98765" in answer.withheld[0].reason
    assert "98765" not in answer.text
    assert answer.backend == "extractive", "nothing of the model's is left to show"
    assert answer.text == findings.ask(QUESTION).text
    assert answer.notice == "Answered without the language model: nothing that it wrote could be verified."


def test_each_sentence_is_checked_before_the_next_is_read(
    findings: Findings, scripted: Callable[[Sequence[str]], list[str]]
) -> None:
    quote = findings.search(QUESTION)[1][0].passage.sentences[0].text
    good, bad = (json.loads(reply(text, quote))["claims"][0] for text in (quote, "Exactly 98765 children."))
    scripted(['{"claims": [', json.dumps(good), ",", "", json.dumps(bad), "]}"])
    *steps, answer = findings.asking(QUESTION, backend="ollama")
    assert all(isinstance(step, Writing) for step in steps)
    assert [len(step.claims) for step in steps] == sorted(len(step.claims) for step in steps)
    assert {(len(step.claims), step.withheld) for step in steps} == {(0, 0), (1, 0), (1, 1)}
    assert steps[-1].claims == answer.claims
    assert len(answer.withheld) == 1


def test_a_reply_that_breaks_off_leaves_what_stood_up_before(
    findings: Findings, scripted: Callable[[Sequence[str | Exception]], list[str]]
) -> None:
    quote = findings.search(QUESTION)[1][0].passage.sentences[0].text
    scripted([reply(quote, quote)[:-2] + ', {"text": "Half of', BackendUnreachable("the server has gone; start it")])
    answer = findings.ask(QUESTION, backend="ollama")
    assert [c.text for c in answer.claims] == [quote]
    assert answer.notice == "The language model's answer may not be whole: the server has gone; start it."


def test_calling_off_closes_the_reply(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Replies(['{"claims": [', "", ""])
    monkeypatch.setattr(Findings, "model", lambda self, backend: model)
    steps = findings.asking(QUESTION, backend="ollama")
    next(steps), next(steps)
    assert not model.closed
    steps.close()
    assert model.closed
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled, match="ask again"):
        findings.ask(QUESTION, backend="ollama", cancel=cancel)


def test_no_passage_leaves_this_machine_without_consent(findings: Findings) -> None:
    for ask in (findings.ask, findings.understand):
        with pytest.raises(ConsentMissing, match="would go to https://api.openai.com, .* agree with --agree"):
            ask("and in 2014?", earlier=[QUESTION], backend="openai-compatible")
    assert findings.server() is None
    assert findings.server("ollama").local


@pytest.mark.parametrize("failure", ["I would rather not say.", BackendError("no reply; start its server")])
def test_a_model_that_fails_is_replaced_and_the_person_told(
    findings: Findings, scripted: Callable[[str | Exception], list[str]], failure: str | Exception
) -> None:
    scripted(failure)
    answer = findings.ask(QUESTION, backend="ollama")
    assert answer.backend == "extractive"
    assert answer.text == findings.ask(QUESTION).text
    assert answer.notice.startswith("Answered without the language model: ")


def test_places_without_papers_ask_no_model(findings: Findings, scripted: Callable[[str], list[str]]) -> None:
    prompts = scripted("{}")
    assert findings.ask("Supervision in Croydon?", backend="ollama").abstained
    assert prompts == []


def test_an_abstention_on_a_known_and_an_unknown_place_names_the_unknown_one(
    findings: Findings, scripted: Callable[[str], list[str]]
) -> None:
    prompts = scripted('{"claims": []}')
    answer = findings.ask("Did supervision improve in Newham and Croydon?", backend="ollama")
    assert len(prompts) == 1, "what is held about the known place was looked at"
    assert answer.abstained
    assert "no papers on Croydon" in answer.notice


def test_an_unknown_backend(findings: Findings) -> None:
    with pytest.raises(ConfigError, match="unknown backend 'gpt'"):
        findings.ask(QUESTION, backend="gpt")


def test_the_backend_of_the_settings_is_used(
    sample: Path, settings: Settings, scripted: Callable[[str], list[str]]
) -> None:
    prompts = scripted('{"claims": []}')
    with Findings(Store(sample), dataclasses.replace(settings, backend="ollama")) as findings:
        answer = findings.ask(QUESTION)
    assert answer.backend == "ollama"
    assert answer.abstained, "a model that finds no answer is believed"
    assert answer.notice.startswith(f"{ABSTAINED} Searched 1 paper on Newham")
    assert len(prompts) == 1
