from __future__ import annotations

import asyncio
import dataclasses
import sys
import types
from pathlib import Path

import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.llms import LLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.retrievers import BaseRetriever

from rag.config import Settings
from rag.errors import BackendError, ConfigError, StoreMissing, UsageError
from rag.llamaindex import BACKENDS, FindingsQueryEngine, FindingsRetriever, ScriptedLLM, load_llm
from rag.pipeline import Findings
from rag.record import record
from rag.types import Filters

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"


# ── ours for others ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_retriever_is_one(findings: Findings) -> None:
    retriever = FindingsRetriever(findings, top_k=3)
    assert isinstance(retriever, BaseRetriever)
    nodes = retriever.retrieve(QUESTION)
    _, hits = findings.search(QUESTION, k=3)
    assert [node.node.node_id for node in nodes] == [hit.passage.id for hit in hits]
    assert nodes[0].score == pytest.approx(hits[0].score)
    assert nodes[0].get_content() == hits[0].passage.text
    assert nodes[0].metadata["document"] == hits[0].passage.document
    assert nodes[0].metadata["spans"]


def test_the_retriever_narrows(findings: Findings) -> None:
    nodes = FindingsRetriever(findings, Filters(kinds=("news",))).retrieve("visit")
    assert {node.metadata["document"] for node in nodes} == {"newham-focused-visit-news-2020.md"}


def test_the_retriever_works_inside_a_query_engine_of_llamaindex(findings: Findings) -> None:
    model = ScriptedLLM(replies=["A reply."])
    engine = RetrieverQueryEngine(
        FindingsRetriever(findings, top_k=2), get_response_synthesizer(llm=model, response_mode="compact")
    )
    response = engine.query(QUESTION)
    assert str(response) == "A reply."
    assert len(response.source_nodes) == 2
    assert response.source_nodes[0].get_content() in model.prompts[0]


def test_the_query_engine_is_one(findings: Findings) -> None:
    engine = FindingsQueryEngine(findings=findings)
    assert isinstance(engine, BaseQueryEngine)
    response = engine.query(QUESTION)
    answer = findings.ask(QUESTION)
    assert str(response) == answer.text
    # The record, but for the time that each took.
    assert response.metadata | {"seconds": 0} == record(answer) | {"seconds": 0}
    assert len(response.source_nodes) == 10


def test_the_query_engine_says_why_it_abstains(findings: Findings) -> None:
    response = FindingsQueryEngine(findings=findings).query("Supervision in Croydon?")
    assert str(response).startswith("The papers do not say.")
    assert response.metadata["abstained"] is True


def test_the_query_engine_waits_for_nobody(findings: Findings) -> None:
    response = asyncio.run(FindingsQueryEngine(findings=findings).aquery(QUESTION))
    assert str(response) == findings.ask(QUESTION).text


def test_errors_are_ours(findings: Findings) -> None:
    with pytest.raises(UsageError):
        FindingsQueryEngine(findings=findings).query(" ")


def test_from_a_store(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FindingsQueryEngine.from_store(sample, filters=Filters(kinds=("news",)))
    assert {n.metadata["document"] for n in engine.query("visit").source_nodes} == {"newham-focused-visit-news-2020.md"}
    engine.findings.close()
    retriever = FindingsRetriever.from_store(str(sample), top_k=1)
    assert len(retriever.retrieve("visit")) == 1
    retriever._findings.close()
    monkeypatch.setenv("FINDINGS_STORE", str(tmp_path / "none"))
    with pytest.raises(StoreMissing):
        FindingsQueryEngine.from_store()


# ── others' for ours ─────────────────────────────────────────────────────────────────────────────────────────────


def module_of(monkeypatch: pytest.MonkeyPatch, **classes: object) -> None:
    stranger = types.ModuleType("stranger")
    vars(stranger).update(classes)
    monkeypatch.setitem(sys.modules, "stranger", stranger)


def test_any_llm_class_by_name() -> None:
    assert load_llm("rag.llamaindex:ScriptedLLM", Settings())("prompt") == '{"claims": []}'


def test_the_test_double_gives_its_replies_in_turn() -> None:
    model = ScriptedLLM(replies=["one", "two"])
    assert [model.complete("a").text, model.complete("b").text, model.complete("c").text] == ["one", "two", "two"]
    assert model.prompts == ["a", "b", "c"]
    assert "".join(part.delta for part in model.stream_complete("d")) == "two"


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("gpt", "unknown backend 'gpt'; use extractive, ollama, openai-compatible or module:Class"),
        ("", "unknown backend ''"),
        ("no.such.module:X", "cannot be loaded; check its spelling and that its package is installed"),
        ("json:NoSuchClass", "cannot be loaded"),
        (":X", "cannot be loaded"),
        ("..x:Y", "cannot be loaded"),
        ("json:JSONDecoder", "is not a LlamaIndex LLM class"),
        ("json:dumps", "is not a LlamaIndex LLM class"),
    ],
)
def test_what_is_no_backend(backend: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_llm(backend, Settings())


@pytest.mark.parametrize("backend", sorted(BACKENDS))
def test_a_missing_package_names_how_to_get_it(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, package, _, _ = BACKENDS[backend]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=rf"cannot be loaded; run: pip install '{package[:8]}"):
        load_llm(backend, Settings())


@pytest.mark.parametrize("backend", sorted(BACKENDS))
def test_settings_reach_the_class_by_its_own_names(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, _, names, constant = BACKENDS[backend]
    given: dict[str, object] = {}

    class Model(ScriptedLLM):
        def __init__(self, **arguments: object) -> None:
            super().__init__()
            given.update(arguments)

    stranger = types.ModuleType(module)
    setattr(stranger, name, Model)
    monkeypatch.setitem(sys.modules, module, stranger)
    load_llm(backend, Settings(backend_model="m", backend_url="http://127.0.0.1:1", backend_timeout=7.0))
    wanted = {"backend_model": "m", "backend_url": "http://127.0.0.1:1", "backend_timeout": 7.0}
    assert given == {argument: wanted[setting] for setting, argument in names.items()} | constant


@pytest.mark.parametrize("error", [ValueError(), ValueError("two\nlines"), RuntimeError("x")])
def test_a_class_that_cannot_be_set_up(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    class Bad(ScriptedLLM):
        def __init__(self, **_: object) -> None:
            raise error

    module_of(monkeypatch, Bad=Bad)
    with pytest.raises(ConfigError, match=r"cannot be set up \(.+\); set FINDINGS_BACKEND_MODEL") as caught:
        load_llm("stranger:Bad", Settings())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "error", [ConnectionError("refused\nmore"), TimeoutError(), ValueError("bad"), KeyError("x"), OSError(5, "no")]
)
def test_every_failure_of_a_model_is_a_backend_error(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    class Failing(ScriptedLLM):
        def complete(self, prompt: str, formatted: bool = False, **_: object) -> None:
            raise error

    module_of(monkeypatch, Failing=Failing)
    with pytest.raises(BackendError, match=r"gave no reply \(.+\); check that its server is running") as caught:
        load_llm("stranger:Failing", Settings())("prompt")
    assert "\n" not in str(caught.value)


def test_a_model_out_of_reach_is_a_note_to_the_person(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(ScriptedLLM):
        def complete(self, prompt: str, formatted: bool = False, **_: object) -> None:
            raise ConnectionError("connection refused")

    module_of(monkeypatch, Away=Away)
    answer = findings.ask(QUESTION, backend="stranger:Away")
    assert answer.backend == "extractive"
    assert "connection refused" in answer.notice
    assert answer.text


def test_the_double_is_an_llm() -> None:
    assert issubclass(ScriptedLLM, LLM)
    assert dataclasses.is_dataclass(Settings)
