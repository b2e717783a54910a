"""Files into the store: find, read, describe, cut, embed. By content: what has not changed is left as it is."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Literal

from rag.config import Settings
from rag.dates import month_in_words
from rag.embed import Embedder, load_embedder
from rag.errors import FindingsError, ReadError, UsageError
from rag.store import Manifest
from rag.types import Block, Description, Document, Passage
from rag.writer import StoreWriter, writing

GROUP = 512  # passages embedded at once: enough to keep both the processor and the disk busy

Status = Literal["read", "unchanged", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `reason` says why it failed, or what was noticed in reading it."""

    name: str
    status: Status
    reason: str = ""
    pages: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class IndexReport:
    outcomes: tuple[Outcome, ...]
    seconds: float

    def of(self, status: Status) -> list[Outcome]:
        return [o for o in self.outcomes if o.status == status]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with all that is made of it before it is embedded."""

    document: Document
    description: Description
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]


@dataclass(slots=True)
class Progress:
    """Called while indexing; the command line draws a bar with it. All do nothing unless set."""

    start: Callable[[int], None] = lambda total: None  # files that will be read
    step: Callable[[str], None] = lambda name: None  # one of them is done
    note: Callable[[str], None] = lambda message: None


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    root: str
    sha256: str = field(default="", compare=False)
    outside: bool = False  # a link in an indexed folder that leads out of it


def index(
    paths: Sequence[Path],
    folder: Path,
    settings: Settings,
    *,
    prune: bool = False,
    root_name: str | None = None,
    progress: Progress | None = None,
) -> IndexReport:
    """Add or update the files and folders `paths` in the store in `folder`, made where there is none.

    An unchanged file is skipped; with `prune`, papers that have vanished from the indexed folders leave the store.
    `root_name` is put before the names of these papers. One unreadable file never stops the rest. Raises UsageError
    for a path that does not exist or names that clash, FindingsError where nothing could be read, and store errors.
    """
    began = time.perf_counter()
    progress = progress or Progress()
    files = list(_discover(paths, root_name))
    if not files:
        from rag.load import SUFFIXES

        raise FindingsError(
            f"nothing to read in {', '.join(map(str, paths))}; papers end in {', '.join(sorted(SUFFIXES))}"
        )
    embedder = load_embedder(settings, progress.note)
    manifest = Manifest(embedder.name, embedder.checksum, embedder.dimension, settings.passage_words, program="")
    outcomes: list[Outcome] = []
    with writing(folder, manifest) as writer:
        changed = list(_sift(files, writer, outcomes))
        progress.start(len(changed))
        for papers in _grouped(_read_all(changed, settings, outcomes, progress)):
            _embed_and_add(papers, embedder, writer, outcomes)
            for file, _ in papers:
                progress.step(file.name)
        if prune:
            _prune(files, paths, writer, outcomes)
        if not writer.records:
            raise FindingsError(_nothing_read(outcomes))
    order = {f.name: i for i, f in enumerate(files)}
    outcomes.sort(key=lambda o: (order.get(o.name, len(order)), o.name))
    return IndexReport(tuple(outcomes), time.perf_counter() - began)


def remove(names: Sequence[str], folder: Path, manifest: Manifest) -> list[str]:
    """Take papers out of the store; returns their names. Raises UsageError, naming the first that is not there."""
    with writing(folder, manifest) as writer:
        known = writer.records
        for name in names:
            if name not in known:
                raise UsageError(f"the store holds no paper called {name!r}; findings documents lists them")
        for name in names:
            writer.remove(name)
    return list(names)


def search_text(description: Description, passage: Passage) -> str:
    """What both indexes hold of a passage: where and when it is from and below which headings, then its words."""
    lead = next((s.text for s in passage.leads if s and s not in passage.sentences), "")
    where = " ".join(filter(None, (description.value("authority"), month_in_words(description.date))))
    parts = (where, *passage.heading[-2:], f"{lead} {passage.text}".strip())
    return ". ".join(part for part in parts if part)


# ── finding files ────────────────────────────────────────────────────────────────────────────────────────────────


def _discover(paths: Sequence[Path], root_name: str | None) -> Iterator[_File]:
    from rag.load import SUFFIXES

    seen: dict[str, _File] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}; check the path")
        root = path if path.is_dir() else path.parent
        found = sorted(_walk(path)) if path.is_dir() else [path]
        for file in found:
            if path.is_dir() and file.suffix.lower() not in SUFFIXES:
                continue
            name = "/".join(filter(None, (root_name, file.relative_to(root).as_posix())))
            real, home = file.resolve(), root.resolve()
            outside = path.is_dir() and not real.is_relative_to(home)
            one = _File(real, name, str(home), outside=outside)
            if name in seen and seen[name].path != one.path:
                raise UsageError(
                    f"{seen[name].path} and {one.path} would both be called {name!r}; "
                    "index them separately, one of them with --root-name"
                )
            if name not in seen:
                seen[name] = one
                yield one


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder, hidden ones left out; symbolic links to folders are not followed, so no circles."""
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        yield from (Path(here) / name for name in names if not name.startswith("."))


def _sift(files: Iterable[_File], writer: StoreWriter, outcomes: list[Outcome]) -> Iterator[_File]:
    """The files that are new or changed, with their hashes; notes the others as unchanged or unreadable."""
    known = writer.records
    for file in files:
        name = str(file.path).encode("utf-8", "replace").decode("utf-8")
        if name != str(file.path):  # no database and no JSON could hold it
            outcomes.append(Outcome(Path(name).name, "failed", "its name is not UTF-8; rename it"))
            continue
        if file.outside:  # a downloaded folder must not have a person's other files read and shown
            outcomes.append(Outcome(file.name, "failed", "is a link out of the folder; index what it leads to"))
            continue
        if not file.path.is_file() and file.path.exists():  # opening a pipe or device could wait for ever
            outcomes.append(Outcome(file.name, "failed", "is no ordinary file"))
            continue
        try:
            with file.path.open("rb") as source:
                sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        except OSError as error:
            outcomes.append(Outcome(file.name, "failed", f"cannot be opened ({(error.strerror or 'error').lower()})"))
            continue
        record = known.get(file.name)
        if record and record.root != file.root and record.sha256 != sha256:
            raise UsageError(
                f"{file.name!r} is already in the store from {record.root} with other contents; "
                "give this folder a name of its own with --root-name"
            )
        if record and record.sha256 == sha256 and not writer.stale:
            if record.path != str(file.path):
                writer.relocate(file.name, file.root, str(file.path))
            outcomes.append(Outcome(file.name, "unchanged", pages=record.pages))
        else:
            yield _File(file.path, file.name, file.root, sha256)


def _prune(files: Sequence[_File], paths: Sequence[Path], writer: StoreWriter, outcomes: list[Outcome]) -> None:
    """Drop papers of the indexed folders whose files are gone."""
    roots = {str(p.resolve()) for p in paths if p.is_dir()}
    present = {f.name for f in files}
    for name, record in writer.records.items():
        if record.root in roots and name not in present:
            writer.remove(name)
            outcomes.append(Outcome(name, "removed", "its file is gone"))


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read_paper(path: Path, name: str, passage_words: int) -> Paper:
    """One file, up to its passages. Raises ReadError."""
    from rag.chunk import chunk
    from rag.describe import describe
    from rag.load import load
    from rag.parse import parse

    document = load(path, name)
    blocks = parse(document)
    passages = chunk(document, blocks, passage_words)
    if not passages:
        raise ReadError("holds no readable sentences")
    return Paper(document, describe(document, blocks), blocks, passages)


def _attempt(path: Path, name: str, passage_words: int) -> Paper | str:
    """In a reading process: a paper, or in words why not. No exception crosses the border between processes."""
    try:
        return read_paper(path, name, passage_words)
    except ReadError as error:
        return str(error).removeprefix(f"{name} ")  # the report names the file itself
    except MemoryError:
        return "is too large for this machine's memory"
    except Exception as error:  # a fault of ours in one paper must not cost the others
        return f"could not be read ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''})"


def _read_all(
    files: Sequence[_File], settings: Settings, outcomes: list[Outcome], progress: Progress
) -> Iterator[tuple[_File, Paper]]:
    """Papers as reading processes finish them. A file that kills its process is named and left out."""
    import multiprocessing

    waiting = list(files)
    suspects: list[_File] = []  # in work when a process died: read again alone, to find the culprit

    def done(file: _File, result: Paper | str) -> Iterator[tuple[_File, Paper]]:
        if isinstance(result, str):
            outcomes.append(Outcome(file.name, "failed", result))
            progress.step(file.name)
        else:
            yield file, result

    workers = settings.workers or os.cpu_count() or 1
    while waiting or suspects:
        alone = bool(suspects)
        queue = [suspects.pop()] if alone else waiting
        if not alone:
            waiting = []
        running: dict[Future[Paper | str], _File] = {}
        context = multiprocessing.get_context("spawn")  # pypdfium2 and OpenVINO do not survive a fork
        with ProcessPoolExecutor(min(workers, len(queue)), mp_context=context, initializer=_start_reader) as pool:
            try:
                while queue or running:
                    # Few in flight: finished papers are large and must not pile up.
                    while queue and len(running) < 2 * workers:
                        file = queue[0]  # it stays there until the pool, which may just have broken, has taken it
                        with _starting():
                            running[pool.submit(_attempt, file.path, file.name, settings.passage_words)] = file
                        del queue[0]
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        result = future.result()
                        yield from done(running.pop(future), result)
            except BrokenProcessPool:
                if alone:
                    culprit = next(iter(running.values()), None) or queue[0]
                    yield from done(culprit, "crashed the reader; the file is probably damaged")
                else:
                    suspects, waiting = [*running.values(), *suspects], queue
            except BaseException:  # stopped: what is still waiting need not be read
                pool.shutdown(wait=False, cancel_futures=True)
                raise


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    """Processes started in here hear no Ctrl-C while they start, before they can be told to leave it to this one; and
    they do not run the calling program again, as they would to find what it defines: a script that calls `index`
    without a `__main__` guard would call it once more in each of them."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    blocks = hasattr(signal, "pthread_sigmask")  # not on Windows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else set()
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if blocks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_reader() -> None:
    """A reading process finishes its paper on Ctrl-C, since one that dies holding a queue's lock hangs the others; and
    ends with the process that started it, even where that was killed."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _grouped(papers: Iterator[tuple[_File, Paper]]) -> Iterator[list[tuple[_File, Paper]]]:
    group: list[tuple[_File, Paper]] = []
    for one in papers:
        group.append(one)
        if sum(len(paper.passages) for _, paper in group) >= GROUP:
            yield group
            group = []
    if group:
        yield group


def _embed_and_add(
    papers: list[tuple[_File, Paper]], embedder: Embedder, writer: StoreWriter, outcomes: list[Outcome]
) -> None:
    texts = [[search_text(paper.description, p) for p in paper.passages] for _, paper in papers]
    vectors = embedder.embed([text for part in texts for text in part])
    start = 0
    for (file, paper), part in zip(papers, texts, strict=True):
        writer.add(
            paper.document, file.root, paper.description, paper.blocks, paper.passages, part,
            vectors[start : start + len(part)],
        )  # fmt: skip
        start += len(part)
        outcomes.append(
            Outcome(file.name, "read", "; ".join(paper.document.problems), len(paper.document.pages), len(part))
        )


def _nothing_read(outcomes: Sequence[Outcome]) -> str:
    failed = sorted((o for o in outcomes if o.status == "failed"), key=lambda o: o.name)
    if not failed:
        return "the store would be empty; name a folder that holds papers"
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"none of the papers could be read: {failed[0].name} {failed[0].reason}{more}"
