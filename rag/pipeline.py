"""The program as one object: open a store, ask it, look into it."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import cite
from rag.answer.suggest import suggestions
from rag.config import Settings, data_dir, store_dir
from rag.embed import Embedder, load_embedder, model_identity
from rag.errors import BackendError, StoreMissing, UsageError
from rag.followup import follow_up, reworded
from rag.index import Progress, index
from rag.repeats import collapse
from rag.rerank import Reranker, load_reranker, rerank
from rag.retrieve import allowed, retrieve
from rag.store import FORMAT, READER, Manifest, Store, check_manifest, current_generation
from rag.taken_back import take_back
from rag.types import Answer, Citation, Claim, Filters, Hit, Query, Writing
from rag.understand import understand
from rag.verify import verify

if TYPE_CHECKING:
    from rag.backend.model import Model
    from rag.backend.server import Server

EXTRACTIVE = "extractive"
WEIGHED = 20  # passages that an answerer gets
REWORDING = 0.25  # share of the time for a language model that it may take to word a follow-up


class Findings:
    """A store with all that is needed to ask it. `sample` is true for the shipped sample papers."""

    def __init__(
        self, store: Store, settings: Settings, *, sample: bool = False, report: Callable[[str], None] = print
    ):
        """Raises StoreMismatch where the store was made with another model than the settings name."""
        name, checksum = model_identity(settings)
        found = store.manifest
        check_manifest(found, Manifest(name, checksum, found.dimension, settings.passage_words, ""), store.folder)
        self.store, self.settings, self.sample = store, settings, sample
        self._report = report
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._reranker: Reranker | None = None
        self._models: dict[str, Model] = {}

    @classmethod
    def open(
        cls, folder: Path | None, settings: Settings, report: Callable[[str], None] = lambda message: None
    ) -> Findings:
        """The store in `folder`; without one, the person's own, else the shipped sample papers, indexed on first use.

        `report` gets a line about anything that takes time. Raises StoreMissing and the other store errors."""
        if folder is not None or settings.store:  # a store that was asked for is never replaced by the sample papers
            return cls(Store(folder or store_dir(settings)), settings, report=report)
        try:
            return cls(Store(store_dir(settings)), settings, report=report)
        except StoreMissing:
            return cls(Store(_sample_store(settings, report)), settings, sample=True, report=report)

    def latest(self) -> Findings:
        """This, or the same over what has been indexed since; the person's own papers take the place of the sample
        papers as soon as there are any. Whoever still asks this one is not disturbed."""
        own = store_dir(self.settings)
        folder = own if self.sample and current_generation(own) is not None else self.store.folder
        if folder == self.store.folder and current_generation(folder) in (self.store.generation, None):
            return self
        sample = self.sample and folder == self.store.folder
        newer = Findings(Store(folder), self.settings, sample=sample, report=self._report)
        newer._embedder, newer._reranker, newer._models = self._embedder, self._reranker, self._models
        return newer

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Findings:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded when first needed. It may be used from several threads, as all of this may."""
        with self._lock:
            if self._embedder is None:
                self._embedder = load_embedder(self.settings, self._report)
            return self._embedder

    @property
    def reranker(self) -> Reranker | None:
        """The cross-encoder, loaded when first needed; None where the settings name none."""
        with self._lock:
            if self._reranker is None:
                self._reranker = load_reranker(self.settings)
            return self._reranker

    def server(self, backend: str | None = None) -> Server | None:
        """Where passages go when a language model of `backend` (the settings' where None) answers; None for the
        embedded answerer. Raises ConfigError."""
        backend = backend or self.settings.backend
        if backend == EXTRACTIVE:
            return None
        from rag.backend.registry import server_of

        return server_of(backend, self.settings)

    def model(self, backend: str) -> Model:
        """The language model, made when first needed. Raises ConfigError, and ConsentMissing where nobody has agreed
        to its server."""
        from rag.backend import registry
        from rag.backend.consent import require

        require(registry.server_of(backend, self.settings), self.settings)
        with self._lock:
            if backend not in self._models:
                self._models[backend] = registry.load(backend, self.settings)
            return self._models[backend]

    def warm(self) -> None:
        """Load all that the first question would have to wait for."""
        self.search("warm up", k=1)

    def understand(
        self,
        question: str,
        filters: Filters = Filters(),
        *,
        earlier: Sequence[str] = (),
        backend: str = EXTRACTIVE,
        cancel: threading.Event | None = None,
    ) -> Query:
        """What the question asks for after those asked `earlier`, the oldest first; a language model of `backend` may
        word what a follow-up stands for. Raises UsageError for an empty or overlong one, and what `model` raises."""
        # Bytes that are no UTF-8 come from a terminal as half characters, which no tokenizer takes.
        question = " ".join(question.encode("utf-8", "replace").decode("utf-8").split())
        if not question:
            raise UsageError('the question is empty; ask something like "What did inspectors say about supervision?"')
        if len(question) > self.settings.max_question:
            raise UsageError(
                f"the question has {len(question):,} characters; ask in at most {self.settings.max_question:,}"
            )
        known = [(name, record.description) for name, record in self.store.records.items()]
        whole = follow_up(question, earlier)
        if not whole or len(whole) > self.settings.max_question:
            return take_back(understand(question, known, filters))
        if backend != EXTRACTIVE:
            model, seconds = self.model(backend), REWORDING * self.settings.backend_timeout
            whole = reworded(question, earlier, whole, lambda prompt: model.complete(prompt, cancel, seconds))
        query = take_back(understand(whole, known, filters))
        return dataclasses.replace(query, asked=question, notes=(f"Understood as: “{whole}”", *query.notes))

    def search(
        self,
        question: str,
        filters: Filters = Filters(),
        k: int = 10,
        *,
        earlier: Sequence[str] = (),
        backend: str = EXTRACTIVE,
        cancel: threading.Event | None = None,
    ) -> tuple[Query, tuple[Hit, ...]]:
        """The question as understood and the best `k` passages."""
        query = self.understand(question, filters, earlier=earlier, backend=backend, cancel=cancel)
        most = max(k, self.settings.rerank_passages)
        hits = collapse(retrieve(query, self.store, self.embedder, self.settings, most), self.store.records)
        if (reranker := self.reranker) is not None:
            hits = rerank(query, hits, self.store.records, reranker, self.settings)
        return query, hits[:k]

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        backend: str | None = None,
        *,
        earlier: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> Answer:
        """The answer: claims that stood up to verification, or an abstention that says what was searched. `earlier` are
        the questions of the conversation so far, the oldest first, which a follow-up is completed from; once `cancel`
        is set, a language model is no longer waited for."""
        *_, answer = self.asking(question, filters, backend, earlier=earlier, cancel=cancel)
        assert isinstance(answer, Answer)
        return answer

    def asking(
        self,
        question: str,
        filters: Filters = Filters(),
        backend: str | None = None,
        *,
        earlier: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> Iterator[Writing | Answer]:
        """The same as it comes: while a language model writes, several times a second what has stood up to verification
        so far, and last the answer. Closing the iterator calls it off.

        Raises UsageError, ConfigError, ConsentMissing, and Cancelled once `cancel` is set."""
        began = time.perf_counter()
        backend = backend or self.settings.backend
        model = None if backend == EXTRACTIVE else self.model(backend)
        query, hits = self.search(question, filters, WEIGHED, earlier=earlier, backend=backend, cancel=cancel)
        kept: tuple[Claim, ...] = ()
        withheld: tuple[Claim, ...] = ()
        used, note = backend, ""
        if not query.unknown_places or query.filters.authorities:
            if model is not None:
                kept, withheld, note = yield from self._written(query, hits, model, cancel)
            if model is None or (note and not kept):
                from rag.answer import extractive

                claims, more = extractive.draft(query, hits, self.store, self.embedder, self.settings)
                kept, fallen = verify(claims, self.store.page_text, query.text)
                withheld += fallen
                used, note = EXTRACTIVE, " ".join(filter(None, (note, more)))
        shown, text = cite.compose(kept)
        found = cite.searched(allowed(query.filters, self.store.records), self.store.records)
        if withheld and not shown:
            note = " ".join(filter(None, ("Nothing that was drafted could be verified, so it is not shown.", note)))
        notice = note if shown else " ".join(filter(None, (cite.notice(found, query), note)))
        yield Answer(
            question=question,
            text=text,
            claims=shown,
            abstained=not shown,
            notice=notice,
            query=query,
            hits=hits,
            searched=found,
            withheld=withheld,
            backend=used,
            seconds=time.perf_counter() - began,
            suggestions=suggestions(query, hits, shown, self.store),
        )

    def _written(
        self, query: Query, hits: tuple[Hit, ...], model: Model, cancel: threading.Event | None
    ) -> Generator[Writing, None, tuple[tuple[Claim, ...], tuple[Claim, ...], str]]:
        """Has the model write, each claim verified as soon as it is complete. Returns (claims that stand, claims
        withheld, what the person should know of it)."""
        kept: tuple[Claim, ...] = ()
        withheld: tuple[Claim, ...] = ()
        if not hits:
            return kept, withheld, ""
        from rag.answer import llm

        yield Writing()
        try:
            with contextlib.closing(model.stream(llm.prompt(query, hits, self.store), cancel)) as pieces:
                for claim in llm.draft(pieces, hits, self.store):
                    if claim is not None:
                        stand, fall = verify([claim], self.store.page_text, query.text)
                        kept, withheld = kept + stand, withheld + fall
                    yield Writing(cite.compose(kept)[0], len(withheld))
        except BackendError as error:
            said = "The language model's answer may not be whole" if kept else "Answered without the language model"
            return kept, withheld, f"{said}: {error}."
        if withheld and not kept:
            return kept, withheld, "Answered without the language model: nothing that it wrote could be verified."
        return kept, withheld, ""

    def surroundings(self, citation: Citation) -> tuple[str, str, str]:
        """The untouched text before, in and after a quote, as far as the paragraph (or page) around it reaches."""
        span = citation.span
        text = self.store.page_text(span.document, span.page) or ""
        start, end = span.start, span.end
        for block in self.store.blocks(span.document):
            here = [s for sentence in block.sentences for s in sentence.spans if s.page == span.page]
            if any(s.start <= span.start and span.end <= s.end for s in here):
                start, end = min(s.start for s in here), max(s.end for s in here)
                break
        return text[start : span.start], text[span.start : span.end], text[span.end : end]


def _sample_store(settings: Settings, report: Callable[[str], None]) -> Path:
    """The shipped sample papers in a store of their own, one for each version and place of them, reader, model and
    passage size."""
    with resources.as_file(resources.files("corpus") / "sample") as folder:
        made_with = model_identity(settings), settings.passage_words, FORMAT, READER, str(folder)
        digest = hashlib.sha256(repr(made_with).encode())
        for path in sorted(folder.glob("*.md")):
            digest.update(path.read_bytes())
        target = data_dir() / f"sample-{digest.hexdigest()[:12]}"
        try:
            Store(target).close()
        except StoreMissing:
            report("no papers indexed yet: preparing the sample papers (once)")
            index([folder], target, settings, progress=Progress(note=report))
    return target
