"""The page of evaluations: run a question set, see its figures and every wrong answer, compare two runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import FindingsError
from ui import evaluating
from ui.adding import Job, Report
from ui.ask_tab import QUIET, part
from ui.history import History
from ui.live import Live
from ui.render import evaluation, frame, papers


class EvaluateTab:
    """Builds the page within `tab`, and connects it."""

    def __init__(self, page: Any, tab: Any, live: Live, history: History):
        self._live, self._history = live, history
        self._job: Job | None = None  # the last that was begun; there is one at a time
        part("<h2>Evaluate</h2>" + frame.questions_noted())
        sets = evaluating.sets(sample=live().sample)
        with gr.Row():
            chosen = gr.Dropdown(sets, value=sets[0][1] if sets else None, label="Question set", elem_id="question-set")
            file = gr.File(
                label="or a question set of your own (.jsonl)",
                file_types=[".jsonl"],
                elem_id="own-questions",
                height=170,
            )
        with gr.Row():
            run = gr.Button("Run", variant="primary", elem_id="run", scale=0, min_width=140)
            cancel = gr.Button("Cancel", elem_id="cancel-run", scale=0, min_width=140, visible=False)
        progress = part(elem_id="running")
        with gr.Row():
            shown = gr.Dropdown([], label="Run", elem_id="shown-run")
            other = gr.Dropdown([], label="Compare with", elem_id="other-run")
        figures = part(elem_id="figures")
        comparison = part(elem_id="comparison")

        tab.select(self.runs, outputs=[shown, other], **QUIET).then(self.figures, shown, figures, **QUIET)
        running = run.click(
            self.run, [chosen, file], [progress, cancel, shown, other, figures],
            concurrency_id="evaluating", concurrency_limit=1, show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        cancel.click(self.called_off, outputs=[progress, cancel], cancels=running, **QUIET)
        shown.input(self.figures, shown, figures, **QUIET).then(self.compared, [shown, other], comparison, **QUIET)
        other.input(self.compared, [shown, other], comparison, **QUIET)

    def runs(self) -> tuple[Any, Any]:
        names = evaluating.runs()
        return gr.Dropdown(choices=names, value=names[0] if names else None), gr.Dropdown(choices=names, value=None)

    def run(self, chosen: str | None, file: str | None) -> Iterator[tuple[Any, ...]]:
        findings = self._live()
        try:
            questions = Path(file) if file else evaluating.question_set(chosen or "", findings, self._history)
        except FindingsError as error:
            yield frame.noted(str(error), bad=True), *(gr.skip(),) * 4
            return
        self._job = evaluating.run(findings, questions)
        with contextlib.closing(self._job.steps()) as steps:
            for step in steps:
                if not isinstance(step, Report):
                    told = papers.progress(step.said, step.done, step.total)
                    yield told, gr.Button(visible=True), *(gr.skip(),) * 3
                elif step.lead in evaluating.runs():
                    told = frame.noted("done; the figures and the wrong answers are below")
                    yield told, gr.Button(visible=False), *self.runs(), self.figures(step.lead)
                else:
                    told = frame.noted(step.lead, bad=step.lead != evaluating.CALLED_OFF)
                    yield told, gr.Button(visible=False), *(gr.skip(),) * 3

    def called_off(self) -> tuple[Any, Any]:
        if self._job is not None:
            self._job.call_off()
        return frame.noted(evaluating.CALLED_OFF), gr.Button(visible=False)

    def figures(self, name: str | None) -> str:
        from eval.table import sections

        if not name:
            return ""
        try:
            found = evaluating.summary(name)
            rows = evaluating.wrong(name)
        except FindingsError as error:
            return frame.noted(str(error), bad=True)
        drawn = evaluation.figures(sections(found), evaluating.shares(found))
        return evaluation.summary_note(found) + drawn + evaluation.wrong(rows, found["questions"])

    def compared(self, name: str | None, other: str | None) -> str:
        if not name or not other or name == other:
            return ""
        try:
            return evaluation.columns(evaluating.compared(name, other))
        except FindingsError as error:
            return frame.noted(str(error), bad=True)
