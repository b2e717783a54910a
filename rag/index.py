"""Files into the store: find, read, describe, cut, embed. By content: what has not changed is left as it is."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from rag.cells import passage_in_words
from rag.config import Settings
from rag.dates import month_in_words
from rag.display import readable
from rag.embed import Embedder, load_embedder
from rag.errors import FindingsError, ReadError, UsageError
from rag.readers import Paper, read_all
from rag.store import Manifest
from rag.types import Description, Passage
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
    if not files and not prune:
        from rag.load import SUFFIXES

        raise FindingsError(
            f"nothing to read in {', '.join(map(str, paths))}; papers end in {', '.join(sorted(SUFFIXES))}"
        )
    embedder = load_embedder(settings, progress.note)
    manifest = Manifest(embedder.name, embedder.checksum, embedder.dimension, settings.passage_words, program="")
    outcomes: list[Outcome] = []
    with writing(folder, manifest) as writer:
        same: dict[str, str] = {}
        changed = list(_sift(files, writer, outcomes, same))
        progress.start(len(changed))
        with contextlib.closing(_read(changed, settings, outcomes, progress)) as papers:
            for group in _grouped(papers):
                _embed_and_add(group, embedder, writer, outcomes)
                for file, _ in group:
                    progress.step(file.name)
        failed = {o.name: o for o in outcomes if o.status == "failed"}
        for name, kept in same.items():
            copy = Outcome(name, "unchanged", f"is the same as {kept}, which is kept")
            outcomes.append(replace(failed[kept], name=name) if kept in failed else copy)
        if prune:
            _prune(files, paths, writer, outcomes)
        if not writer.records and {o.status for o in outcomes} != {"removed"}:
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
    """What both indexes hold of a passage: place, kind and date of its paper, the headings above it, then its words."""
    lead = next((s.text for s in passage.leads if s and s not in passage.sentences), "")
    kind = description.value("kind")
    said = (description.value("authority"), kind if kind != "other" else None, month_in_words(description.date))
    where = " ".join(filter(None, said))
    parts = (where, *passage.heading[-2:], f"{lead} {passage_in_words(passage)}".strip())
    return ". ".join(part for part in parts if part)


# ── finding files ────────────────────────────────────────────────────────────────────────────────────────────────


def _discover(paths: Sequence[Path], root_name: str | None) -> Iterator[_File]:
    from rag.load import SUFFIXES

    seen: dict[str, _File] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}; check the path")
        root = path if path.is_dir() else path.parent
        # Links last: of a file and a link to it, the file is kept.
        found = sorted(_walk(path), key=lambda at: (at.is_symlink(), at)) if path.is_dir() else [path]
        for file in found:
            if path.is_dir() and file.suffix.lower() not in SUFFIXES and not file.is_dir():
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
    """Files below a folder, hidden ones left out; symbolic links to folders are not followed, so no circles. Those that
    lead out of the folder are named like files, so that the report says what is left out."""
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        linked = (Path(here) / name for name in folders if (Path(here) / name).is_symlink())
        yield from (at for at in linked if not at.resolve().is_relative_to(folder.resolve()))
        yield from (Path(here) / name for name in names if not name.startswith("."))


def _sift(
    files: Iterable[_File], writer: StoreWriter, outcomes: list[Outcome], same: dict[str, str]
) -> Iterator[_File]:
    """The files that are new or changed, with their hashes; notes the others as unchanged or unreadable, or in `same`
    with the name of the paper that they are copies of."""
    from rag.load import ocr, opened

    known = writer.records
    held = {record.sha256: name for name, record in known.items() if Path(record.path).is_file()}
    for file in files:
        name = str(file.path).encode("utf-8", "replace").decode("utf-8")
        if name != str(file.path):  # no database and no JSON could hold it
            outcomes.append(Outcome(Path(name).name, "failed", "its name is not UTF-8; rename it"))
            continue
        if file.outside:  # a downloaded folder must not have a person's other files read and shown
            outcomes.append(Outcome(file.name, "failed", "is a link out of the folder; index what it leads to"))
            continue
        try:
            with opened(file.path, readable(file.name)) as source:
                sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        except ReadError as error:
            outcomes.append(Outcome(file.name, "failed", str(error).removeprefix(f"{readable(file.name)} ")))
            continue
        record = known.get(file.name)
        if record and record.root != file.root and record.sha256 != sha256:
            raise UsageError(
                f"{file.name!r} is already in the store from {record.root} with other contents; "
                "give this folder a name of its own with --root-name"
            )
        unseen = record and ocr.available() and any(ocr.INSTALL in problem for problem in record.problems)
        if record and record.sha256 == sha256 and not writer.stale and not unseen:
            if record.path != str(file.path):
                writer.relocate(file.name, file.root, str(file.path))
            outcomes.append(Outcome(file.name, "unchanged", pages=record.pages))
        elif record is None and sha256 in held:
            same[file.name] = held[sha256]
        else:
            held.setdefault(sha256, file.name)
            yield _File(file.path, file.name, file.root, sha256)


def _prune(files: Sequence[_File], paths: Sequence[Path], writer: StoreWriter, outcomes: list[Outcome]) -> None:
    """Drop papers of the indexed folders whose files are gone."""
    roots = {str(p.resolve()) for p in paths if p.is_dir()}
    present = {f.name for f in files}
    for name, record in writer.records.items():
        if record.root in roots and name not in present:
            writer.remove(name)
            outcomes.append(Outcome(name, "removed", "its file is gone"))


# ── reading and adding ───────────────────────────────────────────────────────────────────────────────────────────


def _read(
    files: Sequence[_File], settings: Settings, outcomes: list[Outcome], progress: Progress
) -> Iterator[tuple[_File, Paper]]:
    """The papers that could be read, as they are; the others are noted."""
    workers = settings.workers or os.cpu_count() or 1
    with contextlib.closing(read_all([(f.path, f.name) for f in files], workers, settings.passage_words)) as results:
        for at, result in results:
            if isinstance(result, str):
                outcomes.append(Outcome(files[at].name, "failed", result))
                progress.step(files[at].name)
            else:
                yield files[at], result


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
