"""The seam to LlamaIndex: our retriever and query engine for other people's agents, their language models for ours.

from rag.llamaindex import FindingsQueryEngine
engine = FindingsQueryEngine.from_store("path/to/store")
print(engine.query("What did inspectors say about supervision in Newham in 2014?"))
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import LLM, CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from rag.config import Settings
from rag.errors import BackendError, ConfigError
from rag.pipeline import Findings
from rag.record import hit_record, record
from rag.types import Filters, Hit

# name → (module, class, package that holds it, the class's names for model, address, timeout and constant arguments)
BACKENDS: dict[str, tuple[str, str, str, dict[str, str], dict[str, Any]]] = {
    "ollama": (
        "llama_index.llms.ollama", "Ollama", "findings[ollama]",
        {"backend_model": "model", "backend_url": "base_url", "backend_timeout": "request_timeout"}, {},
    ),
    "openai-compatible": (
        "llama_index.llms.openai_like", "OpenAILike", "findings[openai]",
        {"backend_model": "model", "backend_url": "api_base", "backend_timeout": "timeout"}, {"is_chat_model": True},
    ),
}  # fmt: skip


def load_llm(backend: str, settings: Settings) -> Callable[[str], str]:
    """A function from prompt to reply. `backend` is a name in BACKENDS or `module:Class` of any LlamaIndex LLM.

    Raises ConfigError where there is no such thing; the function raises BackendError where the model fails."""
    model = _construct(backend, settings)

    def complete(prompt: str) -> str:
        try:
            return model.complete(prompt).text or ""
        except Exception as error:  # each client has errors of its own; all mean that there is no reply
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise BackendError(
                f"the backend {backend!r} gave no reply ({cause}); check that its server is running"
            ) from error

    return complete


def _construct(backend: str, settings: Settings) -> LLM:
    package, constant = "", {}
    if backend in BACKENDS:
        module, name, package, names, constant = BACKENDS[backend]
        constant = dict(constant)
    else:
        module, _, name = backend.partition(":")
        names = {"backend_model": "model"}
        if not name:
            raise ConfigError(
                f"unknown backend {backend!r}; use extractive, {', '.join(BACKENDS)} or module:Class of an LLM"
            )
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # importing a stranger's module can fail in any way
        fix = f"run: pip install '{package}'" if package else "check its spelling and that its package is installed"
        raise ConfigError(f"the backend {backend!r} cannot be loaded; {fix}") from error
    if not (isinstance(found, type) and issubclass(found, LLM)):
        raise ConfigError(f"the backend {backend!r} is not a LlamaIndex LLM class")
    given = {argument: value for setting, argument in names.items() if (value := getattr(settings, setting))}
    try:
        return found(**constant, **given)
    except Exception as error:
        cause = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConfigError(f"the backend {backend!r} cannot be set up ({cause}); set FINDINGS_BACKEND_MODEL") from error


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
