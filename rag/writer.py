"""Writing the store: a new generation is made beside the one in force, and takes over in one atomic step."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag import codec
from rag.errors import StoreBusy, StoreMismatch, StoreUnwritable
from rag.lexical import LexicalIndex
from rag.store import (
    COLLECTION,
    Manifest,
    Record,
    check_manifest,
    current_generation,
    open_chroma,
    program_version,
    read_manifest,
    read_records,
)
from rag.types import Block, Description, Document, Passage

if TYPE_CHECKING:
    import numpy as np

_SCHEMA = """
CREATE TABLE documents (name TEXT PRIMARY KEY, root TEXT, path TEXT, sha256 TEXT, format TEXT, paged INTEGER,
                        pages INTEGER, words INTEGER, problems TEXT, description TEXT);
CREATE TABLE pages (document TEXT, page INTEGER, label TEXT, text TEXT, PRIMARY KEY (document, page));
CREATE TABLE recognised (document TEXT, page INTEGER, words TEXT, PRIMARY KEY (document, page));
CREATE TABLE blocks (document TEXT, position INTEGER, block TEXT, PRIMARY KEY (document, position));
CREATE TABLE passages (id TEXT PRIMARY KEY, document TEXT, search TEXT, passage TEXT);
CREATE INDEX passages_of ON passages (document);
"""


class StoreWriter:
    """A new generation in the making; where nothing has `changed` in the end, it is given up. Use `writing()`.

    `stale` is true where the papers already there were read by another version of the reader."""

    def __init__(self, home: Path, manifest: Manifest, stale: bool = False):
        self.manifest = manifest
        self.changed = False
        self.stale = stale
        self._home = home
        self._db = sqlite3.connect(home / "papers.sqlite")
        self._client = open_chroma(home / "chroma")
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            # The graph is searched widely: a thousandth of a second buys nearly exact neighbours.
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400}},
        )
        self._batch = self._client.get_max_batch_size()

    @property
    def records(self) -> dict[str, Record]:
        return {r.name: r for r in read_records(self._db)}

    def remove(self, document: str) -> None:
        """Take a document out; unknown names are ignored."""
        ids = [row[0] for row in self._db.execute("SELECT id FROM passages WHERE document=?", (document,))]
        for start in range(0, len(ids), self._batch):
            self._collection.delete(ids=ids[start : start + self._batch])
        for table, column in (
            ("documents", "name"),
            ("pages", "document"),
            ("recognised", "document"),
            ("blocks", "document"),
            ("passages", "document"),
        ):
            gone = self._db.execute(f"DELETE FROM {table} WHERE {column}=?", (document,)).rowcount
            self.changed = self.changed or gone > 0

    def relocate(self, document: str, root: str, path: str) -> None:
        """Note that an unchanged document now lies elsewhere."""
        self.changed = True
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
        self.changed = True
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
        # The words of a recognised page are [start, end, left, bottom, right, top].
        self._db.executemany(
            "INSERT INTO recognised VALUES (?,?,?)",
            [(document.name, i, json.dumps([[word.start, word.end, *word.box] for word in page.words if word.box]))
             for i, page in enumerate(document.pages) if page.recognised],
        )  # fmt: skip
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
            (folder / "generations").mkdir(exist_ok=True)  # a writer that failed may just have removed it
            current = current_generation(folder)
            old = folder / "generations" / current if current else None
            if old:
                found = read_manifest(old)
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
                writer = StoreWriter(home, manifest, stale=bool(old) and found.reader != manifest.reader)
                yield writer
                if old and not writer.changed:
                    writer.close()
                    shutil.rmtree(home)
                    return
                writer.finish()
                draft = folder / "CURRENT.new"
                _write_synced(draft, home.name)
                os.replace(draft, folder / "CURRENT")
            except BaseException:
                if writer is not None:
                    writer.close()
                shutil.rmtree(home, ignore_errors=True)
                with contextlib.suppress(OSError):
                    (folder / "CURRENT.new").unlink(missing_ok=True)
                    (folder / "generations").rmdir()  # only where none was ever made
                raise
            _clear(folder, keep={home.name, current or home.name})
        finally:
            lock.release()


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


def _sqlite_cause(message: str, folder: Path) -> str:
    if "full" in message or "No space" in message:
        return f"the disk is full; free some space for the store in {folder}"
    return f"cannot write the store in {folder} ({message.splitlines()[0]}); choose another folder with --store"


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as sink:
        sink.write(text)
        sink.flush()
        os.fsync(sink.fileno())
