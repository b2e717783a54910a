"""What the page fetches besides Gradio's own: pictures of pages, and files of answers and of what people said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.errors import FindingsError
from rag.types import Span
from ui.citing import Source
from ui.exports import FORMS
from ui.history import History, Kept
from ui.judged import as_lines, places, questions
from ui.pictures import Drawing
from ui.sources import sources_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

    from rag.pipeline import Findings

_log = logging.getLogger("findings.ui")


def add_routes(app: FastAPI, live: Callable[[], Findings], history: History, drawing: Drawing) -> None:
    """Add the addresses to the application; each answers a GET, changes nothing, and says in words what it cannot."""
    from starlette.responses import Response

    def refused(text: str, status: int = 404) -> Response:
        return Response(text, status, media_type="text/plain; charset=utf-8")

    def attached(name: str, media: str, data: bytes) -> Response:
        return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    # Not `async`: the server runs these in threads of their own, so that none of them keeps the others waiting.

    @app.get("/picture")
    def picture(document: str, page: int, start: int | None = None, end: int | None = None) -> Response:
        """A page (from 1) of a paper as PNG, with the characters from `start` to `end` boxed."""
        store = live().store
        record = store.records.get(document)
        if record is None:
            return refused("This paper is no longer among those indexed.")
        spans = () if start is None or end is None else (Span(document, page - 1, start, end),)
        try:
            made = drawing.picture(record, page, spans, store.page_words(document, page - 1))
        except FindingsError as error:
            return refused(f"{str(error)[:1].upper()}{str(error)[1:]}.", 409)
        headers = {
            "Cache-Control": "private, max-age=3600",
            "Printed-Page": quote(store.page_label(document, page - 1) or ""),
        }
        if made.top is not None:
            headers["Quote-Top"] = f"{made.top:.4f}"
        return Response(made.png, media_type="image/png", headers=headers)

    @app.get("/export")
    def export(form: str, answer: str = "", conversation: str = "") -> Response:
        """One answer or a conversation as a file."""
        chosen = FORMS.get(form)
        if chosen is None:
            return refused(f"There is no form {form!r}; there are {', '.join(FORMS)}.")
        findings = live()

        def sources(kept: Kept) -> Sequence[Source]:
            return [source for source, _, _ in sources_of(kept.answer, findings)]

        try:
            if answer:
                found = history.answer(answer)
                kept = [found] if found else []
            else:
                kept = history.conversation(conversation)
            if not kept:
                return refused("This answer is not in the history.")
            day = kept[-1].asked_at.astimezone().date().isoformat()
            return attached(f"findings-{day}{chosen.suffix}", chosen.media, chosen.make(kept, sources))
        except FindingsError as error:
            return refused(str(error), 503)

    @app.get("/questions.jsonl")
    def said() -> Response:
        """What people said of answers, as a question set for `findings eval`."""
        store = live().store
        try:
            rows, _ = questions(history.judged(), lambda words: places(store, words))
        except FindingsError as error:
            return refused(str(error), 503)
        return attached("findings-questions.jsonl", "application/jsonl", as_lines(rows))
