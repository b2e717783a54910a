"""Taking papers in, out and from the inspectorate's site while the page goes on: in steps that tell how far it has got
and can be called off."""

from __future__ import annotations

import dataclasses
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import Settings, papers_dir, store_dir
from rag.errors import Cancelled, FindingsError
from rag.index import Progress, index

if TYPE_CHECKING:
    from corpus.keep import Outcome
    from rag.index import IndexReport

CALLED_OFF = "Called off; what was indexed before is as it was"
UNEXPECTED = "Something went wrong, and {}; the window in which Findings runs says what happened"
_log = logging.getLogger("findings.ui")


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has got: what is being done, and of how many files how many are done (0 of 0: not known yet)."""

    said: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What became of it, in a line, and each file that failed or in which something was noticed, with the reason;
    whether it was done at all."""

    lead: str
    failed: tuple[tuple[str, str], ...] = ()
    noticed: tuple[tuple[str, str], ...] = ()
    done: bool = False


@dataclass(slots=True)
class Job:
    """One piece of work in a thread of its own. `steps` gives how it gets on, last its report. `undone` says what has
    not happened where it fails, `called_off` what is so after it was called off."""

    work: Callable[[Job], Report]
    undone: str = "nothing was added"
    called_off: str = CALLED_OFF
    cancel: threading.Event = field(default_factory=threading.Event)
    _told: queue.Queue[Step | Report] = field(default_factory=queue.Queue)

    def say(self, step: Step) -> None:
        """Tell how far it has got. Raises Cancelled where it was called off."""
        if self.cancel.is_set():
            raise Cancelled("called off")
        self._told.put(step)

    def call_off(self) -> None:
        """Have the work end at its next step. Whoever follows the steps is told at once, not only then."""
        self.cancel.set()
        self._told.put(Report(self.called_off))

    def steps(self) -> Iterator[Step | Report]:
        """Closing this calls the work off."""
        threading.Thread(target=self._run, daemon=True).start()
        try:
            while True:
                told = self._told.get()
                while isinstance(told, Step) and not self._told.empty():  # only the newest matters
                    told = self._told.get()
                yield told
                if isinstance(told, Report):
                    return
        finally:
            self.cancel.set()

    def _run(self) -> None:
        try:
            report = self.work(self)
        except Cancelled:
            report = Report(self.called_off)
        except FindingsError as error:
            report = Report(f"{self.undone.capitalize()}: {error}")
        except Exception:
            _log.exception(self.undone)
            report = Report(UNEXPECTED.format(self.undone))
        self._told.put(report)


def upload(files: Sequence[Path], settings: Settings) -> Job:
    """Keep copies of the files among the papers, and index them."""

    def work(job: Job) -> Report:
        from corpus.add import add
        from corpus.manifest import held
        from corpus.web import Web

        folder = papers_dir(settings)
        outcomes = []
        with held(folder) as manifest, Web() as web:
            for number, file in enumerate(files, 1):
                job.say(Step(f"Copying {file.name}.", number - 1, len(files)))
                one = add(str(file), web, manifest)
                reason = one.reason.removeprefix(f"{file.name} ")  # the page puts the name before it
                outcomes.append(dataclasses.replace(one, what=file.name, reason=reason))
        return _indexed(job, folder, settings, outcomes)

    return Job(work)


def take_in(path: Path, settings: Settings) -> Job:
    """Index a folder, or a file, where it is."""

    def work(job: Job) -> Report:
        return _reported([], index([path], store_dir(settings), settings, progress=_progress(job)))

    return Job(work)


def fetch_published(places: Sequence[str], since: int | None, settings: Settings, site: str | None = None) -> Job:
    """Fetch the published reports on authorities, and index them."""

    def work(job: Job) -> Report:
        from corpus import SITE
        from corpus.catalogue import chosen
        from corpus.fetch import fetch
        from corpus.manifest import held
        from corpus.web import Web

        folder = papers_dir(settings)
        with held(folder) as manifest, Web(allow_private=site is not None) as web:
            outcomes = fetch(
                chosen(places), web, manifest, since=since, site=site or SITE,
                note=lambda line: job.say(Step(f"Fetching the reports on {line}.")),
            )  # fmt: skip
        if not any(outcome.file for outcome in outcomes):
            return _reported(outcomes, None)
        return _indexed(job, folder, settings, outcomes)

    return Job(work)


def _indexed(job: Job, folder: Path, settings: Settings, outcomes: Sequence[Outcome]) -> Report:
    if not any(outcome.file for outcome in outcomes):
        return _reported(outcomes, None)
    return _reported(outcomes, index([folder], store_dir(settings), settings, progress=_progress(job)))


def _progress(job: Job) -> Progress:
    count = {"done": 0, "total": 0}

    def start(total: int) -> None:
        count["total"] = total
        job.say(Step("Reading the papers.", 0, total))

    def step(name: str) -> None:
        count["done"] += 1
        job.say(Step(f"Read {name}.", count["done"], count["total"]))

    return Progress(start, step, lambda message: job.say(Step(f"{message[:1].upper()}{message[1:]}.")))


def _reported(outcomes: Sequence[Outcome], report: IndexReport | None) -> Report:
    failed = [(one.what, one.reason) for one in outcomes if one.status == "failed"]
    noticed: list[tuple[str, str]] = []
    read = unchanged = 0
    if report:
        read, unchanged = len(report.of("read")), len(report.of("unchanged"))
        failed += [(one.name, one.reason) for one in report.of("failed")]
        noticed = [(one.name, one.reason) for one in (*report.of("read"), *report.of("unchanged")) if one.reason]
    counted = "1 paper was" if read == 1 else f"{read:,} papers were"
    known = f"; {unchanged:,} were there already" if unchanged else ""
    return Report(f"{counted} added{known}", tuple(failed), tuple(noticed), done=True)
