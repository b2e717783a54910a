"""The seam to LlamaIndex: our retriever and query engine for other people's agents. Their language models for ours are
in `rag.backend`.

from rag.llamaindex import FindingsQueryEngine
engine = FindingsQueryEngine.from_store("path/to/store")
print(engine.query("What did inspectors say about supervision in Newham in 2014?"))
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from rag.config import Settings
from rag.pipeline import Findings
from rag.record import hit_record, record
from rag.types import Filters, Hit


class ScriptedLLM(CustomLLM):
    """A language model that gives prepared replies in turn, the last one for ever: the test double.

    `prompts` holds what it was asked."""

    replies: Sequence[str] = ('{"claims": []}',)
    _asked: list[str] = PrivateAttr(default_factory=list)

    @property
    def prompts(self) -> list[str]:
        return self._asked

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        self._asked.append(prompt)
        return CompletionResponse(text=self.replies[min(len(self._asked), len(self.replies)) - 1])

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        reply = self.complete(prompt).text

        def pieces() -> CompletionResponseGen:
            yield CompletionResponse(text=reply, delta=reply)

        return pieces()


class FindingsRetriever(BaseRetriever):
    """Ranked passages as LlamaIndex nodes; their metadata says where they stand."""

    def __init__(self, findings: Findings, filters: Filters = Filters(), top_k: int = 10) -> None:
        super().__init__()
        self._findings, self._filters, self._top_k = findings, filters, top_k

    @classmethod
    def from_store(cls, folder: str | Path | None = None, **options: Any) -> FindingsRetriever:
        return cls(_open(folder), **options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        _, hits = self._findings.search(query_bundle.query_str, self._filters, self._top_k)
        return [_node(hit) for hit in hits]


class FindingsQueryEngine(CustomQueryEngine):
    """Verified answers as LlamaIndex responses; `response.metadata` is the answer's record."""

    findings: Any
    filters: Any = Filters()
    backend: str | None = None

    @classmethod
    def from_store(cls, folder: str | Path | None = None, **options: Any) -> FindingsQueryEngine:
        return cls(findings=_open(folder), **options)

    def custom_query(self, query_str: str) -> Response:
        answer = self.findings.ask(query_str, self.filters, self.backend)
        return Response(
            response=answer.text or answer.notice,
            source_nodes=[_node(hit) for hit in answer.hits[:10]],
            metadata=record(answer),
        )


def _open(folder: str | Path | None) -> Findings:
    return Findings.open(Path(folder) if folder else None, Settings.load())


def _node(hit: Hit) -> NodeWithScore:
    where = {key: value for key, value in hit_record(hit).items() if key not in ("text", "score")}
    node = TextNode(id_=hit.passage.id, text=hit.passage.text, metadata=where)
    return NodeWithScore(node=node, score=hit.score)
