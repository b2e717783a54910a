"""The Ask page: the conversation with the source beside it, the question, what narrows the search, who answers.

This module imports Gradio, which takes seconds: it is imported where the page is built."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any

import gradio as gr

from rag.errors import FindingsError
from rag.taken_back import DATES
from ui import backends
from ui.answering import Conversation, answered, narrowed, restored
from ui.history import History, Judged, now
from ui.live import Live, choices, questions
from ui.render import answer as render
from ui.render import frame
from ui.render.source import panel

QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def script(name: str) -> str:
    return resources.files("ui").joinpath(name).read_text(encoding="utf-8")


def part(markup: str = "", **named: Any) -> Any:
    """A piece of markup on the page."""
    return gr.HTML(markup, elem_classes="findings", apply_default_css=False, **({"js_on_load": None} | named))


class AskTab:
    """Builds the page within the tab that is open, and connects it to `page`."""

    def __init__(self, page: Any, live: Live, history: History):
        self._live, self._history = live, history
        findings = live()
        held = choices(findings)
        self._conversation = gr.State(Conversation())  # of this page alone: each has a conversation of its own
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=5, min_width=280, elem_id="talk"):
                self._past = part(elem_id="past", js_on_load=script("regions.js"))
                self._now = part(elem_id="now", js_on_load=script("regions.js"))
                self._noted = part(elem_id="noted")
                self._examples(findings)
                self._notice = part(elem_id="consent")
                self._agrees = gr.Button("I agree", elem_id="agree", visible=False, size="sm")
                with gr.Row(elem_id="asking", equal_height=True):
                    self._question = gr.Textbox(
                        label="Your question", lines=1, max_lines=6, elem_id="question", scale=5,
                        placeholder="What did inspectors say about …?  Then: and in 2022?",
                    )  # fmt: skip
                    self._ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=96)
                    # The embedded answerer is done before anybody could stop it.
                    models = findings.settings.backend != backends.EXTRACTIVE or findings.settings.backend_model
                    self._stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=96, visible=bool(models))
                with gr.Accordion("Narrow the search, choose who answers", open=False, elem_id="narrow"):
                    self._filters(held)
                    self._backend = gr.Dropdown(
                        backends.offered(findings), value=findings.settings.backend, label="Who answers",
                        elem_id="backend",
                    )  # fmt: skip
                    self._state = part(elem_id="backend-state")
            with gr.Column(scale=4, min_width=280, elem_id="beside"):
                self._panel = part(panel(), elem_id="panel-frame", js_on_load=script("panel.js"))
        self._connect(page)

    def _examples(self, findings: Any) -> None:
        with gr.Column(elem_id="examples"):
            part(frame.examples_lead())
            self._tries = [(gr.Button(text, size="sm"), text) for text in questions(findings)]

    def _filters(self, held: Any) -> None:
        several: dict[str, Any] = {"multiselect": True, "filterable": True, "min_width": 200}
        with gr.Row():
            self._authorities = gr.Dropdown(held.authorities, label="Authorities", elem_id="authorities", **several)
            self._regions = gr.Dropdown(held.regions, label="Regions", **several)
        with gr.Row():
            self._kinds = gr.Dropdown(held.kinds, label="Kinds of paper", **several)
            self._grades = gr.Dropdown(held.grades, label="Papers that give the grade", **several)
        with gr.Row():
            dated: dict[str, Any] = {"placeholder": "2019, 2019-03 or 2019-03-25", "max_lines": 1, "min_width": 200}
            self._since = gr.Textbox(label="From", elem_id="since", **dated)
            self._until = gr.Textbox(label="To", elem_id="until", **dated)

    @property
    def _controls(self) -> list[Any]:
        return [
            self._authorities, self._regions, self._kinds, self._grades, self._since, self._until, self._backend
        ]  # fmt: skip

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    def _connect(self, page: Any) -> None:
        shown = [self._past, self._now, self._conversation]
        given = [self._question, self._conversation, *self._controls]
        # Few at a time: a question keeps the processor busy, and a language model keeps its caller waiting.
        turn: dict[str, Any] = {
            "concurrency_id": "ask", "concurrency_limit": 4, "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        running = [gr.on([self._question.submit, self._ask.click], self.ask, given, shown, **turn)]
        for example, text in self._tries:
            filled = example.click(lambda text=text: text, outputs=self._question, **QUIET)
            running.append(filled.then(self.ask, given, shown, **turn))
        for region in (self._past, self._now):
            running.append(
                region.follow(self.follow, [self._conversation, *self._controls], [*shown, self._question], **turn)
            )
            running.append(
                region.drop(self.drop, [self._conversation, *self._controls], [*shown, *self._controls[:6]], **turn)
            )
            region.judge(self.judge, outputs=self._noted, **QUIET)
        self._panel.judge(self.judge, outputs=self._noted, **QUIET)
        self._stop.click(self.stopped, [self._question, self._now], self._now, cancels=running, **QUIET)
        self._agrees.click(self.agree, self._backend, [self._notice, self._agrees, self._state], **QUIET)
        self._backend.change(self.backend_state, self._backend, [self._notice, self._agrees, self._state], **QUIET)
        page.load(self.restore, outputs=shown, **QUIET)
        page.load(self.backend_state, self._backend, [self._notice, self._agrees, self._state], **QUIET)
        page.load(self.refresh, outputs=self._controls[:4], **QUIET)

    def ask(self, question: str, conversation: Conversation, *controls: Any) -> Iterator[tuple[Any, ...]]:
        """A question as it was typed."""
        yield from self._answered(question, conversation, controls)

    def follow(self, event: gr.EventData, conversation: Conversation, *controls: Any) -> Iterator[tuple[Any, ...]]:
        """A question that the page suggested, which goes into the box as well."""
        question = str(event.question)
        for step in self._answered(question, conversation, controls):
            yield *step, question

    def drop(self, event: gr.EventData, conversation: Conversation, *controls: Any) -> Iterator[tuple[Any, ...]]:
        """The question of a turn again, without what a chip of it says: the words of the question narrow the search no
        longer, and neither does the control that did."""
        value = str(event.value)
        turn = next((one for one in conversation.turns if one.kept.id == event.answer), None)
        if turn is None:
            yield (gr.skip(),) * 9
            return
        lists, dates, backend = controls[:4], controls[4:6], controls[6]
        lists = tuple([one for one in chosen or [] if one != value] for chosen in lists)
        dates = ("", "") if value == DATES else dates
        asked = turn.kept.answer
        gone = (*asked.query.filters.taken_back, value)
        earlier = conversation.before(turn.kept.id).asked
        for step in self._answered(asked.question, conversation, (*lists, *dates, backend), gone, earlier):
            yield *step, *lists, *dates

    def _answered(
        self, question: str, conversation: Conversation, controls: Sequence[Any], taken_back: Sequence[str] = (),
        earlier: Sequence[str] | None = None,
    ) -> Iterator[tuple[Any, Any, Any]]:  # fmt: skip
        past = "".join(turn.markup for turn in conversation.turns)
        *narrowing, backend = controls
        try:
            filters = narrowed(*narrowing, taken_back)
        except FindingsError as error:
            yield past, render.message(question or "", str(error)), gr.skip()
            return
        steps = answered(self._live, self._history, question, conversation, filters, backend, earlier)
        with contextlib.closing(steps):
            for markup, after in steps:
                now = gr.skip() if markup is None else markup
                yield past, now, gr.skip() if after is None else after
                past = gr.skip()

    def stopped(self, question: str, shown: str) -> Any:
        return render.message(question, render.STOPPED) if render.is_busy(shown) else gr.skip()

    def restore(self, request: gr.Request) -> tuple[Any, ...]:
        """What the page's address names: an answer of the history, or the conversation before a reload."""
        asked = request.query_params
        if not asked.get("answer") and not asked.get("conversation"):
            return (gr.skip(),) * 3  # there may be a question on the page already, asked while Findings was starting
        try:
            found = restored(
                self._live(), self._history, str(asked.get("answer", "")), str(asked.get("conversation", ""))
            )
        except FindingsError as error:
            return "", render.message("An earlier answer", str(error)), Conversation()
        markup = [turn.markup for turn in found.turns]
        return "".join(markup[:-1]), "".join(markup[-1:]), found

    def judge(self, event: gr.EventData) -> str:
        """What a person says of an answer or a citation."""
        said = event._data
        citation = said.get("citation")
        judged = Judged(
            str(said.get("answer", "")), now(), bool(said.get("good")), int(citation) if citation else None,
            str(said.get("reason", ""))[:500], str(said.get("right", ""))[:2000], bool(said.get("silent")),
        )  # fmt: skip
        try:
            self._history.judge(judged)
        except FindingsError as error:
            return frame.noted(str(error), bad=True)
        return frame.noted("Noted, on this computer; the Evaluate page has the file of all that was noted")

    # ── who answers ──────────────────────────────────────────────────────────────────────────────────────────────

    def backend_state(self, backend: str) -> tuple[Any, Any, Any]:
        """The question whether passages may go to another machine, as long as nobody has agreed to that, and how the
        chosen answerer is doing."""
        findings = self._live()
        server = backends.unagreed(findings, backend)
        found = backends.state(findings, backend)
        return (
            frame.consent(server.name) if server else "",
            gr.Button(visible=server is not None),
            frame.backend_state(found.said, found.ready),
        )

    def agree(self, backend: str) -> tuple[Any, Any, Any]:
        from rag.backend import consent

        try:
            if server := backends.unagreed(self._live(), backend):
                consent.agree(server)
        except FindingsError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return self.backend_state(backend)

    def refresh(self) -> tuple[Any, ...]:
        """The filters for the papers that are held now."""
        return tuple(gr.Dropdown(choices=found) for found in dataclasses.astuple(choices(self._live())))
