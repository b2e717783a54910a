"""The page of the papers: the table of all, the timeline of a place, adding, fetching and removing."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.authorities import authorities
from rag.config import papers_dir
from rag.errors import FindingsError
from rag.index import remove
from rag.load import SUFFIXES
from ui.adding import CALLED_OFF, Job, Report, fetch_published, take_in, upload
from ui.ask_tab import QUIET, part, script
from ui.live import Live, choices
from ui.render import frame, papers

SAMPLES_STAY = "the sample papers cannot be removed; add papers of your own, and they take their place"
ONE_OR_THE_OTHER = "Papers are chosen and a folder is named: take away one of them, and add one after the other."


class DocumentsTab:
    """Builds the page within `tab`, and connects it; `head` makes the page's header anew when papers change."""

    def __init__(self, page: Any, tab: Any, live: Live, header: Any, head: Callable[[], str]):
        self._live, self._head = live, head
        self._job: Job | None = None  # the last that was begun; there is one at a time
        part("<h2>Papers</h2>")
        with gr.Accordion("Add papers", open=False, elem_id="add"):
            files = gr.File(
                label="Papers to add", file_count="multiple", file_types=sorted(SUFFIXES), elem_id="files", height=170
            )
            with gr.Row():
                folder = gr.Textbox(
                    label="or a folder on this computer, which is read where it is", elem_id="folder", max_lines=1,
                    placeholder=str(Path.home() / "papers"),
                )  # fmt: skip
            with gr.Row():
                add = gr.Button("Add these", variant="primary", elem_id="add-them", scale=0, min_width=140)
        with gr.Accordion("Fetch published reports", open=False, elem_id="fetch"):
            places = gr.Dropdown(
                [one.name for one in authorities() if one.abolished is None], multiselect=True, filterable=True,
                label="Authorities", elem_id="fetch-places",
            )  # fmt: skip
            since = gr.Textbox(
                label="Published in this year or later", placeholder="2019", max_lines=1, elem_id="fetch-since"
            )
            fetch = gr.Button("Fetch from the inspectorate's site", elem_id="fetch-them", scale=0, min_width=260)
        self._progress = part(elem_id="adding")
        cancel = gr.Button("Cancel", elem_id="cancel-adding", scale=0, min_width=140, visible=False)
        with gr.Accordion("The timeline of a place", open=False):
            place = gr.Dropdown([], label="Place", elem_id="place")
            timeline = part(papers.timeline("", []))
        gr.Textbox(
            label="Show only papers with these words", elem_id="filter-papers", max_lines=1,
            placeholder="a place, a kind, a year, a grade …",
        )  # fmt: skip
        self._table = part(elem_id="papers-table", js_on_load=script("lists.js"))
        self._noted = part(elem_id="papers-noted")

        now = [self._table, place, header]
        tab.select(self.held, outputs=now, **QUIET).then(self.graded, outputs=self._table, **QUIET)
        place.change(self.timeline, place, timeline, **QUIET)
        self._table.remove(self.remove, outputs=[self._noted, *now], **QUIET)
        # One at a time: the store has one writer.
        work: dict[str, Any] = {
            "concurrency_id": "adding", "concurrency_limit": 1, "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        told = [self._progress, cancel, *now]
        running = [
            add.click(self.add, [files, folder], [*told, files, folder], **work),
            fetch.click(self.fetch, [places, since], told, **work),
        ]
        cancel.click(self.called_off, outputs=[self._progress, cancel], cancels=running, **QUIET)

    # ── the papers that are held ─────────────────────────────────────────────────────────────────────────────────

    def held(self) -> tuple[Any, ...]:
        findings = self._live()
        return self.table(), gr.Dropdown(choices=choices(findings).authorities), self._head()

    def table(self, *, all_of_them: bool = False) -> str:
        findings = self._live()
        readings = self._live.readings(all_of_them=all_of_them)
        return papers.table(findings.store.records.values(), readings, removable=not findings.sample)

    def graded(self) -> str:
        """The table with how each paper was read, which takes seconds for many papers."""
        return self.table(all_of_them=True)

    def timeline(self, place: str | None) -> str:
        records = self._live().store.records.values()
        return papers.timeline(place or "", [r for r in records if r.description.value("authority") == place])

    def remove(self, event: gr.EventData) -> tuple[Any, ...]:
        name = str(event.name)
        findings = self._live()
        try:
            if findings.sample:
                raise FindingsError(SAMPLES_STAY)
            record = findings.store.records.get(name)
            remove([name], findings.store.folder, findings.store.manifest)
            # A copy that was made or fetched for Findings goes too: the next paper added would bring it back.
            if record and Path(record.path).is_relative_to(papers_dir(findings.settings).resolve()):
                Path(record.path).unlink(missing_ok=True)
        except (FindingsError, OSError) as error:
            return frame.noted(str(error), bad=True), *self.held()
        return frame.noted(f"{name} was removed"), *self.held()

    # ── adding ───────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, files: list[str] | None, folder: str | None) -> Iterator[tuple[Any, ...]]:
        settings = self._live().settings
        named = (folder or "").strip()
        # What was added is no longer chosen: it would be taken again with the next.
        emptied = (None, "")
        if files and named:
            yield self._said(ONE_OR_THE_OTHER, 2)
        elif files:
            yield from self._shown(upload([Path(file) for file in files], settings), emptied)
        elif named:
            yield from self._shown(take_in(Path(named).expanduser(), settings), emptied)
        else:
            yield self._said("Choose papers first, or name a folder.", 2)

    def fetch(self, places: list[str] | None, since: str | None) -> Iterator[tuple[Any, ...]]:
        year = (since or "").strip()
        this = datetime.date.today().year
        if not places:
            yield self._said("Choose authorities first.")
        elif year and not (year.isdecimal() and 1990 <= int(year) <= this):
            yield self._said(f"“{year}” is no year from 1990 to {this}.")
        else:
            yield from self._shown(fetch_published(places, int(year) if year else None, self._live().settings))

    def _said(self, words: str, more: int = 0) -> tuple[Any, ...]:
        """Words where the progress would be, and all else as it is."""
        return papers.report(words, (), ()), *(gr.skip(),) * (4 + more)

    def _shown(self, job: Job, after: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """How the work gets on, and a button to call it off; last what became of it, and the papers as they are now.
        `after` are values for further controls, set once the work has been done."""
        self._job = job
        as_they_are = (gr.skip(),) * len(after)
        with contextlib.closing(job.steps()) as steps:
            for step in steps:
                if isinstance(step, Report):
                    told = papers.report(f"{step.lead}.", step.failed, step.noticed)
                    rest = after if step.done else as_they_are
                    yield told, gr.Button(visible=False), self.graded(), *self.held()[1:], *rest
                else:
                    told = papers.progress(step.said, step.done, step.total)
                    yield told, gr.Button(visible=True), *(gr.skip(),) * 3, *as_they_are

    def called_off(self) -> tuple[Any, Any]:
        if self._job is not None:
            self._job.call_off()
        return papers.report(f"{CALLED_OFF}.", (), ()), gr.Button(visible=False)
