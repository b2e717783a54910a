"""A stand-in for the program: papers, answers and what surrounds a quote, made by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace

import pytest

from rag.backend.server import Server
from rag.config import Settings
from rag.errors import UsageError
from rag.store import Record
from rag.types import (
    Answer,
    Citation,
    Claim,
    Description,
    Filters,
    Hit,
    Passage,
    Query,
    Sentence,
    Span,
    Stated,
    Writing,
)
from ui.history import History

PAGE = "27. Managers oversee work. Supervision is regular\r\nand well recorded. Audits are new."
QUOTE = "Supervision is regular\r\nand well recorded."
START = PAGE.index(QUOTE)


def make_record(name: str = "newham.pdf", title: str = "Newham: inspection, June 2014", paged: bool = True) -> Record:
    description = Description(
        title=Stated(title),
        publisher=Stated("Ofsted"),
        authority=Stated("Newham"),
        kind=Stated("inspection"),
        inspection_start=Stated("2014-06-03"),
    )
    return Record(name, "/papers", f"/papers/{name}", "0" * 64, "pdf", paged, 43, 20_000, (), description)


def make_citation(**changes: object) -> Citation:
    fields = {
        "span": Span("newham.pdf", 6, START, START + len(QUOTE)),
        "quote": QUOTE,
        "page": 7,
        "label": "5",
        "paragraph": "27",
        "title": "Newham: inspection, June 2014",
        "authority": "Newham",
        "date": "2014-06-03",
        "attribution": "Ofsted",
    }
    return Citation(**(fields | changes))


def make_claim(*citations: Citation, text: str = "Supervision is regular and well recorded.", **changes: str) -> Claim:
    fields = {"frame": "Newham, inspection of June 2014:", "verdict": "exact"}
    return Claim(text, citations or (make_citation(),), **(fields | changes))


def make_hit() -> Hit:
    sentence = Sentence("Audits are new.", (Span("newham.pdf", 6, 70, 85),))
    passage = Passage("p1", "newham.pdf", ("Findings", "Audit"), (sentence,), ("27",), ("paragraph",), (None,))
    return Hit(passage, 0.03, page=7, ranks={"bm25": 1})


def make_answer(question: str = "What about supervision?", *claims: Claim, **changes: object) -> Answer:
    fields = {
        "question": question,
        "text": " ".join(c.text for c in claims),
        "claims": claims,
        "abstained": not claims,
        "notice": "" if claims else "The papers do not say. Searched 1 paper on Newham, June 2014.",
        "query": Query(question, Filters(authorities=("Newham",))),
        "hits": (make_hit(),),
        "searched": {"documents": 1, "pages": 43, "authorities": ["Newham"], "from": "2014-06-03", "to": "2014-06-03"},
    }
    return Answer(**(fields | changes))


class FakeStore(SimpleNamespace):
    """What the page asks a store: its records, and of pages only that they have none of what it looks up."""

    def page_words(self, document: str, page: int) -> tuple[()]:
        return ()

    def page_label(self, document: str, page: int) -> str:
        return "5"


class FakeFindings:
    """Answers with a claim, unless the question asks for something else: "nothing", "crash", or is empty."""

    def __init__(
        self, *, sample: bool = False, records: tuple[Record, ...] = (make_record(),), remote: Server | None = None
    ):
        self.sample, self.remote = sample, remote
        # In memory: what a test asks is gone with it.
        self.settings = Settings(history="sqlite:///:memory:")
        self.store = FakeStore(records={r.name: r for r in records})
        self.asked: list[str] = []
        self.filters: list[Filters] = []

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def latest(self) -> FakeFindings:
        return self

    def server(self, backend: str | None = None) -> Server | None:
        return self.remote

    def asking(
        self, question: str, filters: Filters = Filters(), backend: str | None = None, *, earlier: Sequence[str] = ()
    ) -> Iterator[Writing | Answer]:
        self.filters.append(filters)
        if "model" in question:
            yield from (Writing(), Writing(), Writing((make_claim(),), 1))
        yield self.ask(question, earlier=earlier)

    def ask(self, question: str, *, earlier: Sequence[str] = ()) -> Answer:
        self.asked.append(question)
        self.earlier = tuple(earlier)
        if not question.strip():
            raise UsageError("the question is empty; ask something")
        if "crash" in question:
            raise RuntimeError("secret detail")
        return make_answer(question) if "nothing" in question else make_answer(question, make_claim())

    def surroundings(self, citation: Citation) -> tuple[str, str, str]:
        return PAGE[: citation.span.start], PAGE[citation.span.start : citation.span.end], PAGE[citation.span.end :]


@pytest.fixture
def fake() -> FakeFindings:
    return FakeFindings()


@pytest.fixture
def history(fake: FakeFindings) -> Iterator[History]:
    """An empty history, gone with the test."""
    with contextlib.closing(History(fake.settings)) as opened:
        yield opened


@pytest.fixture
def fakes() -> SimpleNamespace:
    """The makers of records, citations, claims, hits and answers, and the stand-in itself."""
    makers: dict[str, Callable[..., object]] = {
        "record": make_record,
        "citation": make_citation,
        "claim": make_claim,
        "hit": make_hit,
        "answer": make_answer,
        "findings": FakeFindings,
    }
    return SimpleNamespace(**makers, page=PAGE, quote=QUOTE)
