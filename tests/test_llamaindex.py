from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.llms import LLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.retrievers import BaseRetriever

from rag.errors import StoreMissing, UsageError
from rag.llamaindex import FindingsQueryEngine, FindingsRetriever, ScriptedLLM
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


# ── the test double ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_test_double_gives_its_replies_in_turn() -> None:
    model = ScriptedLLM(replies=["one", "two"])
    assert [model.complete("a").text, model.complete("b").text, model.complete("c").text] == ["one", "two", "two"]
    assert model.prompts == ["a", "b", "c"]
    assert "".join(part.delta for part in model.stream_complete("d")) == "two"


def test_the_double_is_an_llm() -> None:
    assert issubclass(ScriptedLLM, LLM)
