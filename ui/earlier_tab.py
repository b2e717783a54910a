"""The page of earlier answers: found by their words, opened by their links, deleted."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.errors import FindingsError
from ui.ask_tab import QUIET, part, script
from ui.history import FOUND, History
from ui.live import Live
from ui.render import earlier, frame


class EarlierTab:
    """Builds the page within `tab`, and connects it."""

    def __init__(self, page: Any, tab: Any, live: Live, history: History):
        self._live, self._history = live, history
        part("<h2>Earlier answers</h2>")
        words = gr.Textbox(label="Words of the question or the answer", elem_id="find-earlier", max_lines=1)
        listed = part(elem_id="earlier-list", js_on_load=script("lists.js"))
        tab.select(self.find, words, listed, **QUIET)
        words.change(self.find, words, listed, **QUIET)
        listed.forget(self.forget, words, listed, **QUIET)

    def find(self, words: str) -> str:
        try:
            found = self._history.find(words or "", sample=self._live().sample)
        except FindingsError as error:
            return frame.noted(str(error), bad=True)
        return earlier.listed(found, words or "", FOUND)

    def forget(self, event: gr.EventData, words: str) -> str:
        try:
            self._history.forget(str(event.conversation))
        except FindingsError as error:
            return frame.noted(str(error), bad=True)
        return self.find(words)
