"""The endpoints for programs: in Gradio's own API by name, and the same as tools of the Model Context Protocol.

The docstrings and types here are what a program, or a language model with tools, is told of them.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr

from rag.catalogue import document_row
from rag.check import check_claims, check_quote
from rag.errors import FindingsError
from rag.record import claim_record, hit_record, query_record, record
from rag.types import Filters, Writing
from ui.answering import narrowed

if TYPE_CHECKING:
    from rag.pipeline import Findings

UNEXPECTED = "something went wrong; the window in which Findings runs says what happened"
MOST = 50  # passages that a search gives at most

Kind = Literal["inspection", "focused visit", "monitoring visit", "committee paper", "news", "other"]
Grade = Literal["Outstanding", "Good", "Requires improvement to be good", "Inadequate"]
_log = logging.getLogger("findings.ui")


def add_endpoints(live: Callable[[], Findings]) -> None:
    """Add `/ask`, `/search`, `/documents` and `/check` to the Blocks that are being built."""

    def ask(
        question: str,
        earlier: list[str] | None = None,
        authorities: list[str] | None = None,
        regions: list[str] | None = None,
        kinds: list[Kind] | None = None,
        grades: list[Grade] | None = None,
        date_from: str = "",
        date_to: str = "",
        backend: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Answer a question from published papers on children's services in England. Every sentence of the answer comes
        with quotes that stand in the papers letter for letter, and with the page and paragraph of each. Where the
        papers do not say, "abstained" is true and "notice" says what was searched. Example: {"question": "How was
        Newham judged overall in 2014?"}

        Args:
            question: the question in plain words; places and times in it narrow the search
            earlier: questions asked before in the same conversation, the oldest first, for follow-ups
            authorities: only papers on these local authorities, by their names, for example ["Newham"]
            regions: only papers on these regions of England, for example ["London"]
            kinds: only papers of these kinds
            grades: only papers that give one of these grades
            date_from: only papers from this day on, as 2019, 2019-03 or 2019-03-25
            date_to: only papers up to this day
            backend: who writes the answer, "extractive" for no language model; empty for what the settings name
        """
        filters = _narrowed(authorities, regions, kinds, grades, date_from, date_to)
        with _in_words():
            for step in live().asking(question or "", filters, backend or None, earlier=[*map(str, earlier or ())]):
                if isinstance(step, Writing):
                    claims = [claim_record(claim) for claim in step.claims]
                    yield {"writing": True, "claims": claims, "withheld": step.withheld}
                else:
                    yield record(step)

    def search(
        question: str,
        most: int = 10,
        authorities: list[str] | None = None,
        regions: list[str] | None = None,
        kinds: list[Kind] | None = None,
        grades: list[Grade] | None = None,
        date_from: str = "",
        date_to: str = "",
    ) -> dict[str, Any]:
        """Find the passages of the papers that fit a question best, with no answer made of them: what was understood,
        and the passages, best first, with paper, page, paragraph and text. Example: {"question": "return home
        interviews in Newham", "most": 5}

        Args:
            question: the question in plain words
            most: how many passages at most, 1 to 50
            authorities: only papers on these local authorities, by their names
            regions: only papers on these regions of England
            kinds: only papers of these kinds
            grades: only papers that give one of these grades
            date_from: only papers from this day on, as 2019, 2019-03 or 2019-03-25
            date_to: only papers up to this day
        """
        filters = _narrowed(authorities, regions, kinds, grades, date_from, date_to)
        with _in_words():
            query, hits = live().search(question or "", filters, max(1, min(MOST, int(most))))
            return {"understood": query_record(query), "passages": [hit_record(hit) for hit in hits]}

    def documents(authority: str = "") -> list[dict[str, Any]]:
        """List the papers that are held, with all that each states of itself: title, authority, kind, dates, lead
        inspector, judgements with their grades, pages. Example: {"authority": "Newham"}

        Args:
            authority: only papers on this local authority; empty for all
        """
        with _in_words():
            wanted = authority.strip().casefold()
            rows = [document_row(one) for one in live().store.records.values()]
            return [row for row in rows if not wanted or (row["authority"] or "").casefold() == wanted]

    def check(
        quote: str = "", document: str = "", claims: list[dict[str, Any]] | None = None, question: str = ""
    ) -> dict[str, Any]:
        """Check whether a quote stands in the papers, and where; or whether the claims of an answer, also one that
        another tool wrote, stand on their quotes. Example: {"quote": "Supervision is regular"}, or {"claims": [{"text":
        "Supervision is regular.", "citations": [{"quote": "Supervision is regular"}]}]}

        Args:
            quote: words to look for, letter for letter but for spaces and line breaks
            document: look for the quote in this paper only, named as in documents
            claims: claims to check instead, each with its text and citations, each of those with a quote
            question: the question that the claims answer, if there is one
        """
        with _in_words():
            store = live().store
            if claims:
                rows = check_claims(store, claims, question)
                return {"claims": rows, "stand": sum(row["verdict"] != "withheld" for row in rows)}
            spans = check_quote(store, quote or "", document or None)
            where = [
                {"document": s.document, "page": s.page + 1 if store.records[s.document].paged else None,
                 "start": s.start, "end": s.end}
                for s in spans
            ]  # fmt: skip
            return {"found": bool(spans), "where": where}

    turn: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": 4}
    gr.api(ask, api_name="ask", **turn)
    gr.api(search, api_name="search", **turn)
    gr.api(documents, api_name="documents")
    gr.api(check, api_name="check")


def _narrowed(
    authorities: list[str] | None, regions: list[str] | None, kinds: list[Kind] | None, grades: list[Grade] | None,
    date_from: str, date_to: str,
) -> Filters:  # fmt: skip
    with _in_words():
        return narrowed(authorities or (), regions or (), kinds or (), grades or (), date_from, date_to)


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """What goes wrong is told to the program in words, and nothing of the inside of this one."""
    try:
        yield
    except FindingsError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:
        _log.exception("a program could not be answered")
        raise gr.Error(UNEXPECTED, print_exception=False) from error
