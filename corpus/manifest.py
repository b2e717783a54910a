"""The manifest of a folder of papers: of each, where it came from, when, and what its bytes were.

PAPERS/
  manifest.json        this
  Newham/…, added/…    the papers
  .parts/              downloads that are not whole yet
  .lock                held by the one that downloads
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import CorpusError

FORMAT = 1
NAME = "manifest.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was fetched or added. `file` is its path below the folder, with `/`; `address` is "" for a file of
    this machine; `fetched` is the time in UTC; `licence` is what the site says, "" where it says nothing; `listed` is
    what the site calls it; `etag` and `modified` are what to ask with whether it has changed."""

    file: str = ""
    address: str = ""
    fetched: str = ""
    sha256: str = ""
    bytes: int = 0
    licence: str = ""
    listed: str = ""
    authority: str = ""
    urn: str = ""
    kind: str = ""
    published: str = ""
    etag: str = ""
    modified: str = ""


class Manifest:
    """The papers of a folder. What is put in is on disk when `put` returns."""

    def __init__(self, folder: Path):
        """Reads the manifest, empty where there is none. Raises CorpusError where it is damaged."""
        self.folder = folder
        self.papers = {paper.file: paper for paper in _read(folder / NAME)}

    def at(self, address: str) -> Paper | None:
        """The paper that came from an address."""
        return next((paper for paper in self.papers.values() if address and paper.address == address), None)

    def put(self, paper: Paper) -> None:
        """Add a paper, or what has become of it, in one step: whatever stops it leaves the manifest as it was."""
        papers = self.papers | {paper.file: paper}
        row = {"format": FORMAT, "papers": [dataclasses.asdict(papers[file]) for file in sorted(papers)]}
        replace_file(self.folder / NAME, (json.dumps(row, indent=1, ensure_ascii=False) + "\n").encode())
        self.papers = papers

    def intact(self, paper: Paper) -> bool:
        """Whether the paper's file is there and is what it was."""
        with contextlib.suppress(OSError):
            return digest(self.folder / paper.file) == paper.sha256
        return False


def _read(path: Path) -> list[Paper]:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if row["format"] != FORMAT:
            raise CorpusError(f"{path} has format {row['format']}, this program reads {FORMAT}; use another folder")
        papers = [Paper(**paper) for paper in row["papers"]]
        if any(not paper.file or {"", "..", "."} & set(paper.file.split("/")) for paper in papers):
            raise ValueError("a path leads out of the folder")
        return papers
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CorpusError(
            f"{path} cannot be read ({type(error).__name__}); move it away and fetch again: no paper is lost by that"
        ) from error


@contextlib.contextmanager
def held(folder: Path) -> Iterator[Manifest]:
    """The manifest of a folder, made where there is none, while no other process downloads there. Raises
    CorpusError."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(folder / ".lock").acquire(timeout=0)
    except Timeout as error:
        raise CorpusError(f"another findings is downloading to {folder}; wait until it is done") from error
    with lock:
        yield Manifest(folder)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    made = path.with_name(f".{path.name}.new")
    with made.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(made, path)
