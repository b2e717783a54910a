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
import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import codec
from rag.errors import StoreBusy, StoreError, StoreMismatch, StoreMissing, StoreUnwritable
from rag.lexical import LexicalIndex
from rag.types import Block, Description, Document, Passage

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
_AGAIN = "remove that folder and index the papers again"
COLLECTION = "passages"
_SCHEMA = """
CREATE TABLE documents (name TEXT PRIMARY KEY, root TEXT, path TEXT, sha256 TEXT, format TEXT, paged INTEGER,
                        pages INTEGER, words INTEGER, problems TEXT, description TEXT);
CREATE TABLE pages (document TEXT, page INTEGER, label TEXT, text TEXT, PRIMARY KEY (document, page));
CREATE TABLE blocks (document TEXT, position INTEGER, block TEXT, PRIMARY KEY (document, position));
CREATE TABLE passages (id TEXT PRIMARY KEY, document TEXT, search TEXT, passage TEXT);
CREATE INDEX passages_of ON passages (document);
"""


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
    format: int = FORMAT


def program_version() -> str:
    try:
        return metadata.version("findings")
    except metadata.PackageNotFoundError:
        return "0"


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Store:
    """One generation, open for reading."""

    def __init__(self, folder: Path):
        """Opens the generation in force of the store in `folder`. Raises StoreMissing, StoreMismatch, StoreError."""
        self.folder = Path(folder)
        self.generation = _current(self.folder)
        if self.generation is None:
            raise StoreMissing(f"there is no store in {self.folder}; make one with: findings index PATH")
        self._home = self.folder / "generations" / self.generation
        self.manifest = _read_manifest(self._home)
        self._lexical: LexicalIndex | None = None
        self._collection: Any = None
        self._client: Any = None
        with _damage(self.folder):
            # The interface asks from several threads; the connection is only ever read.
            self._db = sqlite3.connect(
                f"{(self._home / 'papers.sqlite').absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            try:
                self._records = {r.name: r for r in _records(self._db)}
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        self._db.close()
        if self._client is not None:
            self._client.close()

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

    def lexical_search(self, text: str, k: int, documents: Collection[str] | None = None) -> list[tuple[str, float]]:
        """At most `k` (passage id, BM25 score), best first; only passages of `documents` where given."""
        return self.lexical.search(text, k, documents)

    @property
    def lexical(self) -> LexicalIndex:
        if self._lexical is None:
            with _damage(self.folder):
                self._lexical = LexicalIndex.load(self._home / "bm25")
        return self._lexical

    def _rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with _damage(self.folder):
            return self._db.execute(query, values).fetchall()

    def _vectors(self) -> Any:
        if self._collection is None:
            self._client = _chroma(self._home / "chroma")
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        return self._collection


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


class StoreWriter:
    """A new generation in the making. Use `writing()`."""

    def __init__(self, home: Path, manifest: Manifest):
        self.manifest = manifest
        self._home = home
        self._db = sqlite3.connect(home / "papers.sqlite")
        self._client = _chroma(home / "chroma")
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            # The graph is searched widely: a thousandth of a second buys nearly exact neighbours.
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400}},
        )
        self._batch = self._client.get_max_batch_size()

    @property
    def records(self) -> dict[str, Record]:
        return {r.name: r for r in _records(self._db)}

    def remove(self, document: str) -> None:
        """Take a document out; unknown names are ignored."""
        ids = [row[0] for row in self._db.execute("SELECT id FROM passages WHERE document=?", (document,))]
        for start in range(0, len(ids), self._batch):
            self._collection.delete(ids=ids[start : start + self._batch])
        for table, column in (
            ("documents", "name"),
            ("pages", "document"),
            ("blocks", "document"),
            ("passages", "document"),
        ):
            self._db.execute(f"DELETE FROM {table} WHERE {column}=?", (document,))

    def relocate(self, document: str, root: str, path: str) -> None:
        """Note that an unchanged document now lies elsewhere."""
        self._db.execute("UPDATE documents SET root=?, path=? WHERE name=?", (root, path, document))

    def add(
        self,
        document: Document,
        root: str,
        description: Description,
        blocks: Sequence[Block],
        passages: Sequence[Passage],
        search_texts: Sequence[str],
        vectors: np.ndarray,
    ) -> None:
        """Put a document in, in place of one of the same name. `vectors` is float32 (passages, dimension);
        `search_texts` is what the lexical index holds of each passage."""
        self.remove(document.name)
        words = sum(len(p.text.split()) for p in document.pages)
        self._db.execute(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?)",
            (document.name, root, document.path, document.sha256, document.format, document.paged, len(document.pages),
             words, json.dumps(document.problems), json.dumps(codec.description_out(description))),
        )  # fmt: skip
        self._db.executemany(
            "INSERT INTO pages VALUES (?,?,?,?)",
            [(document.name, i, page.label, page.text) for i, page in enumerate(document.pages)],
        )
        self._db.executemany(
            "INSERT INTO blocks VALUES (?,?,?)",
            [(document.name, i, json.dumps(codec.block_out(block))) for i, block in enumerate(blocks)],
        )
        self._db.executemany(
            "INSERT INTO passages VALUES (?,?,?,?)",
            [(p.id, p.document, text, json.dumps(codec.passage_out(p)))
             for p, text in zip(passages, search_texts, strict=True)],
        )  # fmt: skip
        for start in range(0, len(passages), self._batch):
            part = passages[start : start + self._batch]
            self._collection.add(
                ids=[p.id for p in part],
                embeddings=vectors[start : start + self._batch],
                metadatas=[{"document": p.document} for p in part],
            )

    def finish(self) -> Manifest:
        """Build the lexical index, write everything to disk and return the final manifest."""
        rows = self._db.execute("SELECT id, search FROM passages ORDER BY document, id").fetchall()
        LexicalIndex.build([r[0] for r in rows], [r[1] for r in rows]).save(self._home / "bm25")
        documents = self._db.execute("SELECT count(*) FROM documents").fetchone()[0]
        self._db.commit()
        self.close()
        manifest = dataclasses.replace(
            self.manifest, documents=documents, passages=len(rows), program=program_version()
        )
        _write_synced(self._home / "manifest.json", json.dumps(dataclasses.asdict(manifest), indent=1))
        return manifest

    def close(self) -> None:
        self._db.close()
        with contextlib.suppress(Exception):  # closing twice, or after a failure, is no news
            self._client.close()


@contextlib.contextmanager
def writing(folder: Path, manifest: Manifest) -> Iterator[StoreWriter]:
    """A writer on the store in `folder`, made where there is none; what it did is in force when the block ends
    without an error, and never happened otherwise.

    Raises StoreBusy, StoreUnwritable, and StoreMismatch where the store was made with another model or chunking.
    """
    from filelock import FileLock, Timeout

    folder = Path(folder)
    with _disk_errors(folder):
        (folder / "generations").mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "writer.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreBusy(f"another process is writing the store in {folder}; try again when it is done") from error
        try:
            current = _current(folder)
            old = folder / "generations" / current if current else None
            if old:
                found = _read_manifest(old)
                check_manifest(found, manifest, folder)
                if found.passage_words != manifest.passage_words:
                    raise StoreMismatch(
                        f"the store in {folder} was made with passages of {found.passage_words} words, not "
                        f"{manifest.passage_words}; set FINDINGS_PASSAGE_WORDS={found.passage_words} or index into "
                        "another folder with --store"
                    )
            _clear(folder, keep={current} if current else set())
            home = folder / "generations" / f"{int(current or 0) + 1:06d}"
            writer = None
            try:
                if old:
                    shutil.copytree(old, home)
                    shutil.rmtree(home / "bm25", ignore_errors=True)
                else:
                    home.mkdir()
                    with contextlib.closing(sqlite3.connect(home / "papers.sqlite")) as db:
                        db.executescript(_SCHEMA)
                writer = StoreWriter(home, manifest)
                yield writer
                writer.finish()
                draft = folder / "CURRENT.new"
                _write_synced(draft, home.name)
                os.replace(draft, folder / "CURRENT")
            except BaseException:
                if writer is not None:
                    writer.close()
                shutil.rmtree(home, ignore_errors=True)
                raise
            _clear(folder, keep={home.name, current or home.name})
        finally:
            lock.release()


def check_manifest(found: Manifest, wanted: Manifest, folder: Path) -> None:
    """Raises StoreMismatch, naming the cause and the fix, where the two cannot work together."""
    if (found.model_sha256, found.dimension) != (wanted.model_sha256, wanted.dimension):
        raise StoreMismatch(
            f"the store in {folder} was made with the embedding model {found.model!r}, not {wanted.model!r}; "
            f"set FINDINGS_MODEL={found.model} or index into another folder with --store"
        )


def _clear(folder: Path, keep: set[str]) -> None:
    """Remove generations that nobody needs: remains of a writer that was stopped, and those before the last one.

    A reader on Windows may still have one open; it goes next time.
    """
    for home in (folder / "generations").iterdir():
        if home.name not in keep:
            shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """The ways in which a disk says no, as one error that names the fix."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreUnwritable(f"the disk is full; free some space for the store in {folder}") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise StoreUnwritable(
                f"cannot write the store in {folder} ({os.strerror(error.errno).lower()}); "
                "choose a folder that you may write to with --store"
            ) from error
        raise
    except sqlite3.OperationalError as error:
        raise StoreUnwritable(_sqlite_cause(str(error), folder)) from error
    except Exception as error:
        # Chroma wraps what SQLite says into errors of its own.
        if type(error).__module__.partition(".")[0] in ("chromadb", "chromadb_rust_bindings"):
            raise StoreUnwritable(_sqlite_cause(str(error), folder)) from error
        raise


@contextlib.contextmanager
def _damage(folder: Path) -> Iterator[None]:
    """Whatever SQLite, Chroma and BM25 say of files that are cut short or gone, as one error that names the fix."""
    try:
        yield
    except Exception as error:
        cause = (str(error).splitlines() or [""])[0] or type(error).__name__
        raise StoreError(f"the store in {folder} is damaged ({cause}); {_AGAIN}") from error


def _sqlite_cause(message: str, folder: Path) -> str:
    if "full" in message or "No space" in message:
        return f"the disk is full; free some space for the store in {folder}"
    return f"cannot write the store in {folder} ({message.splitlines()[0]}); choose another folder with --store"


# ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _current(folder: Path) -> str | None:
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


def _read_manifest(home: Path) -> Manifest:
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


def _records(db: sqlite3.Connection) -> Iterator[Record]:
    for row in db.execute("SELECT * FROM documents ORDER BY name").fetchall():
        name, root, path, sha256, format, paged, pages, words, problems, description = row
        yield Record(
            name, root, path, sha256, format, bool(paged), pages, words, tuple(json.loads(problems)),
            codec.description_in(name, json.loads(description)),
        )  # fmt: skip


def _chroma(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as sink:
        sink.write(text)
        sink.flush()
        os.fsync(sink.fileno())
