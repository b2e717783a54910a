"""The store: page texts, passages, vectors (Chroma) and BM25, in generations that are switched in one atomic step.

    STORE/
      CURRENT                 the name of the generation in force; replaced in one step
      writer.lock             held by the one writer
      generations/000007/
        manifest.json         model, dimension, chunking, program, counts
        papers.sqlite         documents, pages, blocks, passages
        chroma/               the vectors
        bm25/                 the lexical index

A writer works in a new generation, a copy of the one in force, and switches at the very end; whatever stops it before
leaves the old generation untouched, and the next writer clears the remains. The generation before the one in force is
kept, so that a reader that has it open goes on undisturbed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import codec
from rag.errors import StoreError, StoreMismatch, StoreMissing
from rag.lexical import LexicalIndex
from rag.types import Block, Description, Line, Passage

if TYPE_CHECKING:
    import numpy as np

FORMAT = 2
READER = 5  # raise when reading or cutting papers changes, so that unchanged papers are read anew
_AGAIN = "remove that folder and index the papers again"
COLLECTION = "passages"


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A document as the store keeps it, without its texts. `root` is the folder that was indexed."""

    name: str
    root: str
    path: str
    sha256: str
    format: str
    paged: bool
    pages: int
    words: int
    problems: tuple[str, ...]
    description: Description


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made with. A question must be embedded by the model that embedded the passages."""

    model: str
    model_sha256: str
    dimension: int
    passage_words: int
    program: str
    documents: int = 0
    passages: int = 0
    reader: int = READER
    format: int = FORMAT


def program_version() -> str:
    try:
        return metadata.version("findings")
    except metadata.PackageNotFoundError:
        return "0"


class Store:
    """One generation, open for reading."""

    def __init__(self, folder: Path):
        """Opens the generation in force of the store in `folder`. Raises StoreMissing, StoreMismatch, StoreError."""
        self.folder = Path(folder)
        self.generation = generation_in_force(self.folder)
        self._home = self.folder / "generations" / self.generation
        self.manifest = read_manifest(self._home)
        self._opening = threading.Lock()
        self._lexical: LexicalIndex | None = None
        self._collection: Any = None
        with _damage(self.folder):
            # The interface asks from several threads; the connection is only ever read.
            self._db = sqlite3.connect(
                f"{(self._home / 'papers.sqlite').absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            # A store that nobody asks any more closes itself: others may go on asking while a newer one takes over.
            self._closing = [weakref.finalize(self, self._db.close)]
            try:
                self._records = {r.name: r for r in read_records(self._db)}
                self._recognised = frozenset(self._db.execute("SELECT document, page FROM recognised").fetchall())
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        for close in self._closing:
            close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def records(self) -> dict[str, Record]:
        """All documents by name, sorted by name."""
        return self._records

    def page_text(self, document: str, page: int) -> str | None:
        """The untouched text of a page (from 0), None where there is no such page."""
        rows = self._rows("SELECT text FROM pages WHERE document=? AND page=?", (document, page))
        return rows[0][0] if rows else None

    def page_label(self, document: str, page: int) -> str | None:
        rows = self._rows("SELECT label FROM pages WHERE document=? AND page=?", (document, page))
        return rows[0][0] if rows else None

    def recognised(self, document: str, page: int) -> bool:
        """Whether the text of a page (from 0) is what OCR read on it."""
        return (document, page) in self._recognised

    def page_words(self, document: str, page: int) -> tuple[Line, ...]:
        """The words of a recognised page with their places; none of any other, whose file knows them."""
        if not self.recognised(document, page):
            return ()
        rows = self._rows("SELECT words FROM recognised WHERE document=? AND page=?", (document, page))
        return tuple(Line(start, end, tuple(box)) for start, end, *box in json.loads(rows[0][0]))

    def page_texts(self, documents: Iterable[str] | None = None) -> Iterator[tuple[str, int, str]]:
        """(document, page, text) of all pages of the documents, in order."""
        for name in self._records if documents is None else documents:
            for page, text in self._rows("SELECT page, text FROM pages WHERE document=? ORDER BY page", (name,)):
                yield name, page, text

    def blocks(self, document: str) -> list[Block]:
        rows = self._rows("SELECT block FROM blocks WHERE document=? ORDER BY position", (document,))
        return [codec.block_in(document, json.loads(row[0])) for row in rows]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        found = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._rows(f"SELECT id, document, passage FROM passages WHERE id IN ({marks})", part)
            found |= {id: codec.passage_in(id, name, json.loads(row)) for id, name, row in rows}
        return found

    def vector_search(
        self, vector: np.ndarray, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """At most `k` (passage id, cosine), best first; only passages of `documents` where given."""
        where = None if documents is None else {"document": {"$in": sorted(documents)}}
        count = self.manifest.passages
        if count == 0 or (documents is not None and not documents):
            return []
        with _damage(self.folder):
            found = self._vectors().query(
                query_embeddings=vector.reshape(1, -1), n_results=min(k, count), where=where, include=["distances"]
            )
        return [(id, 1.0 - distance) for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def vectors(self, document: str) -> tuple[list[str], np.ndarray]:
        """The ids of a paper's passages, and their vectors: float32 of shape (passages, dimension)."""
        import numpy as np

        with _damage(self.folder):
            found = self._vectors().get(where={"document": document}, include=["embeddings"])
        return found["ids"], np.asarray(found["embeddings"], dtype=np.float32).reshape(-1, self.manifest.dimension)

    def lexical_search(self, text: str, k: int, documents: Collection[str] | None = None) -> list[tuple[str, float]]:
        """At most `k` (passage id, BM25 score), best first; only passages of `documents` where given."""
        return self.lexical.search(text, k, documents)

    @property
    def lexical(self) -> LexicalIndex:
        with self._opening:
            if self._lexical is None:
                with _damage(self.folder):
                    self._lexical = LexicalIndex.load(self._home / "bm25")
            return self._lexical

    def _rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with _damage(self.folder):
            return self._db.execute(query, values).fetchall()

    def _vectors(self) -> Any:
        with self._opening:
            if self._collection is None:
                client = open_chroma(self._home / "chroma")
                self._closing.append(weakref.finalize(self, client.close))
                self._collection = client.get_collection(COLLECTION, embedding_function=None)
            return self._collection


def check_manifest(found: Manifest, wanted: Manifest, folder: Path) -> None:
    """Raises StoreMismatch, naming the cause and the fix, where the two cannot work together."""
    if (found.model_sha256, found.dimension) != (wanted.model_sha256, wanted.dimension):
        raise StoreMismatch(
            f"the store in {folder} was made with the embedding model {found.model!r}, not {wanted.model!r}; "
            f"set FINDINGS_MODEL={found.model} or index into another folder with --store"
        )


@contextlib.contextmanager
def _damage(folder: Path) -> Iterator[None]:
    """Whatever SQLite, Chroma and BM25 say of files that are cut short or gone, as one error that names the fix."""
    try:
        yield
    except Exception as error:
        cause = (str(error).splitlines() or [""])[0] or type(error).__name__
        raise StoreError(f"the store in {folder} is damaged ({cause}); {_AGAIN}") from error


def generation_in_force(folder: Path) -> str:
    """The name of the generation in force. Raises StoreMissing where there is none, and StoreError."""
    if (name := current_generation(folder)) is None:
        raise StoreMissing(f"there is no store in {folder}; make one with: findings index PATH")
    return name


def current_generation(folder: Path) -> str | None:
    """The name of the generation in force, None where there is none."""
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"cannot read the store in {folder} ({error.strerror}); check its permissions") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"the store in {folder} is damaged; {_AGAIN}") from error
    return name or None


def read_manifest(home: Path) -> Manifest:
    try:
        row = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
        if row.get("format") != FORMAT:
            raise StoreMismatch(
                f"the store in {home.parent.parent} has format {row.get('format')}, this program reads {FORMAT}; "
                + _AGAIN
            )
        return Manifest(**row)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise StoreError(f"the store in {home.parent.parent} is damaged; {_AGAIN}") from error


def read_records(db: sqlite3.Connection) -> Iterator[Record]:
    for row in db.execute("SELECT * FROM documents ORDER BY name").fetchall():
        name, root, path, sha256, format, paged, pages, words, problems, description = row
        yield Record(
            name, root, path, sha256, format, bool(paged), pages, words, tuple(json.loads(problems)),
            codec.description_in(name, json.loads(description)),
        )  # fmt: skip


def open_chroma(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
