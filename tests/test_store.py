from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made import MANIFEST, paper, put, store_of

from rag import store as module
from rag.errors import StoreBusy, StoreError, StoreMismatch, StoreMissing, StoreUnwritable
from rag.lexical import LexicalIndex
from rag.store import FORMAT, Manifest, Store, program_version
from rag.writer import writing

FIRST = paper("a.pdf", "Children waited. Plans were late.", "Visits were regular.", paged=True, authority="Newham")
SECOND = paper("sub/b #1 é.md", "Carers were pleased.")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return store_of(tmp_path / "store", [FIRST, SECOND])


def generations(folder: Path) -> list[str]:
    return sorted(p.name for p in (folder / "generations").iterdir())


# ── reading what was written ─────────────────────────────────────────────────────────────────────────────────────


def test_round_trip(folder: Path) -> None:
    with Store(folder) as store:
        assert list(store.records) == ["a.pdf", "sub/b #1 é.md"]
        record = store.records["a.pdf"]
        assert (record.pages, record.words, record.paged, record.root) == (2, 8, True, "/papers")
        assert record.description == FIRST.description
        assert store.page_text("a.pdf", 1) == "Visits were regular."
        assert store.page_label("a.pdf", 1) is None
        assert list(store.page_texts(["a.pdf"])) == [
            ("a.pdf", 0, "Children waited. Plans were late."),
            ("a.pdf", 1, "Visits were regular."),
        ]
        assert len(list(store.page_texts())) == 3
        assert tuple(store.blocks("a.pdf")) == FIRST.blocks
        assert store.passages(["sub/b #1 é.md#0000"]) == {"sub/b #1 é.md#0000": SECOND.passages[0]}
        assert (store.manifest.documents, store.manifest.passages) == (2, 3)
        assert store.manifest.program == program_version()


def test_what_is_not_there(folder: Path) -> None:
    with Store(folder) as store:
        assert store.page_text("a.pdf", 2) is None
        assert store.page_text("a.pdf", -1) is None
        assert store.page_text("none.pdf", 0) is None
        assert store.page_label("none.pdf", 0) is None
        assert store.blocks("none.pdf") == []
        assert store.passages([]) == {}
        assert store.passages(["none#0000"]) == {}
        assert list(store.page_texts(["none.pdf"])) == []


def test_vector_search(folder: Path) -> None:
    with Store(folder) as store:
        east = np.array([1, 0], dtype=np.float32)
        found = store.vector_search(east, 10)
        assert [id for id, _ in found][2] == "a.pdf#0001"
        assert found[0][1] == pytest.approx(1, abs=1e-6)
        assert found[2][1] == pytest.approx(np.cos(0.1), abs=1e-6)
        assert [id for id, _ in store.vector_search(east, 10, {"sub/b #1 é.md"})] == ["sub/b #1 é.md#0000"]
        assert len(store.vector_search(east, 1)) == 1
        assert store.vector_search(east, 10, set()) == []
        assert store.vector_search(east, 10, {"none.pdf"}) == []


def test_lexical_search(folder: Path) -> None:
    with Store(folder) as store:
        assert [id for id, _ in store.lexical_search("regular visits", 5)] == ["a.pdf#0001"]
        assert store.lexical_search("visit", 5, {"sub/b #1 é.md"}) == []


def test_many_passages_are_read_in_parts(tmp_path: Path) -> None:
    many = paper("long.txt", *(f"Sentence {n} here." for n in range(1203)))
    with Store(store_of(tmp_path / "store", [many])) as store:
        assert store.passages([p.id for p in many.passages]) == {p.id: p for p in many.passages}


def test_empty_store(tmp_path: Path) -> None:
    with Store(store_of(tmp_path / "store", [])) as store:
        assert store.records == {}
        assert store.vector_search(np.array([1, 0], dtype=np.float32), 5) == []
        assert store.lexical_search("anything", 5) == []
        assert store.lexical.frequency("anyth") == 0


# ── generations ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_writer_replaces_removes_and_relocates(folder: Path) -> None:
    with writing(folder, MANIFEST) as writer:
        put(writer, paper("a.pdf", "New words altogether.", sha256="2" * 64))
        writer.remove("sub/b #1 é.md")
        writer.remove("never there")
        writer.relocate("a.pdf", "/new", "/new/a.pdf")
    with Store(folder) as store:
        assert {name: (r.root, r.path, r.sha256) for name, r in store.records.items()} == {
            "a.pdf": ("/new", "/new/a.pdf", "2" * 64)
        }
        assert store.page_text("a.pdf", 1) is None
        assert store.lexical_search("visits carers", 5) == []
        assert [id for id, _ in store.vector_search(np.array([1, 0], dtype=np.float32), 5)] == ["a.pdf#0000"]


def test_a_writer_that_raises_leaves_the_old_generation_in_force_and_no_remains(folder: Path) -> None:
    before = (generations(folder), (folder / "CURRENT").read_text())
    with pytest.raises(ZeroDivisionError), writing(folder, MANIFEST) as writer:
        writer.remove("a.pdf")
        raise ZeroDivisionError
    assert (generations(folder), (folder / "CURRENT").read_text()) == before
    with Store(folder) as store:
        assert list(store.records) == ["a.pdf", "sub/b #1 é.md"]


def test_a_first_writer_that_raises_leaves_no_store(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "store", MANIFEST):
        raise ZeroDivisionError
    assert not (tmp_path / "store" / "generations").exists()
    with pytest.raises(StoreMissing):
        Store(tmp_path / "store")


def test_the_last_generation_but_one_is_kept_and_no_more(folder: Path) -> None:
    for n in range(3):
        with writing(folder, MANIFEST) as writer:
            put(writer, paper(f"{n}.txt", "One more."))
    assert generations(folder) == ["000003", "000004"]


def test_a_writer_that_changes_nothing_makes_no_generation(folder: Path) -> None:
    with writing(folder, MANIFEST) as writer:
        writer.remove("not there.txt")
    assert generations(folder) == ["000001"]
    with Store(folder) as store:
        assert len(store.records) == 2


def test_papers_read_by_another_version_of_the_reader_are_stale(folder: Path) -> None:
    with writing(folder, MANIFEST) as writer:
        assert not writer.stale
    with writing(folder, dataclasses.replace(MANIFEST, reader=MANIFEST.reader + 1)) as writer:
        assert writer.stale


def test_a_reader_keeps_working_while_a_writer_switches(folder: Path) -> None:
    with Store(folder) as reader:
        with writing(folder, MANIFEST) as writer:
            writer.remove("a.pdf")
            assert reader.page_text("a.pdf", 0) is not None
        # What it had not opened before the switch is still there, too.
        assert reader.page_text("a.pdf", 0) == "Children waited. Plans were late."
        assert [id for id, _ in reader.lexical_search("visits", 5)] == ["a.pdf#0001"]
        assert len(reader.vector_search(np.array([1, 0], dtype=np.float32), 5)) == 3
    with Store(folder) as fresh:
        assert list(fresh.records) == ["sub/b #1 é.md"]


def test_a_second_writer_is_told_that_the_store_is_busy(folder: Path) -> None:
    with (
        writing(folder, MANIFEST),
        pytest.raises(StoreBusy, match="another process is writing .*; try again"),
        writing(folder, MANIFEST),
    ):
        pass
    with writing(folder, MANIFEST):  # the lock is given back
        pass


KILLED = """
import sys, time
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from made import MANIFEST, paper, put
from rag.writer import writing
with writing(Path(sys.argv[1]), MANIFEST) as writer:
    put(writer, paper("c.txt", "Half a paper."))
    writer.remove("a.pdf")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_kill_of_a_writer_changes_nothing_and_the_next_one_clears_up(folder: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(folder), str(ROOT / "tests"), str(ROOT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "writing\n"
        with pytest.raises(StoreBusy), writing(folder, MANIFEST):
            pass
        process.send_signal(signal.SIGKILL)
    assert generations(folder) == ["000001", "000002"]
    with Store(folder) as store:
        assert list(store.records) == ["a.pdf", "sub/b #1 é.md"]
    with writing(folder, MANIFEST) as writer:
        assert list(writer.records) == ["a.pdf", "sub/b #1 é.md"]
        put(writer, paper("d.txt", "A whole paper."))
    assert generations(folder) == ["000001", "000002"]
    with Store(folder) as store:
        assert list(store.records) == ["a.pdf", "d.txt", "sub/b #1 é.md"]
        assert len(store.vector_search(np.array([1, 0], dtype=np.float32), 9)) == 4


def test_remains_of_a_draft_pointer_do_no_harm(folder: Path) -> None:
    (folder / "CURRENT.new").write_text("0000")
    with writing(folder, MANIFEST) as writer:
        writer.remove("a.pdf")
    assert (folder / "CURRENT").read_text() == "000002"
    assert not (folder / "CURRENT.new").exists()


# ── what a disk can say ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnwritable, match="not a directory.*--store"), writing(tmp_path / "file", MANIFEST):
        pass
    with pytest.raises(StoreMissing):
        Store(tmp_path / "file")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EROFS, "read-only file system.*choose a folder"),
        (errno.EACCES, "permission denied.*choose a folder"),
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "the disk is full"),
    ],
)
@pytest.mark.parametrize("where", ["mkdir", "copytree", "replace"])
def test_a_disk_that_says_no(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, where: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr({"mkdir": Path, "copytree": shutil, "replace": os}[where], where, refuse)
        with pytest.raises(StoreUnwritable, match=said), writing(folder, MANIFEST) as writer:
            writer.remove("a.pdf")
    assert generations(folder) == ["000001"]
    with Store(folder) as store:
        assert len(store.records) == 2


def test_a_database_that_finds_the_disk_full(folder: Path) -> None:
    with (
        pytest.raises(StoreUnwritable, match="the disk is full; free some space"),
        writing(folder, MANIFEST) as writer,
    ):
        writer._db.execute("PRAGMA max_page_count = 1")
        put(writer, paper("big.txt", *["Many words. " * 5000] * 20))
    assert generations(folder) == ["000001"]


def test_a_failure_of_the_vector_database_is_a_store_error(folder: Path) -> None:
    from chromadb.errors import InternalError

    with pytest.raises(StoreUnwritable, match="the disk is full"), writing(folder, MANIFEST):
        raise InternalError("error returned from database: (code: 13) database or disk is full")
    with pytest.raises(StoreUnwritable, match="readonly database.*choose another folder"), writing(folder, MANIFEST):
        raise InternalError("attempt to write a readonly database")


def test_other_errors_pass_as_they_are(folder: Path) -> None:
    with pytest.raises(OSError, match="odd"), writing(folder, MANIFEST):
        raise OSError(errno.EIO, "odd")


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────────────


def home(folder: Path) -> Path:
    return folder / "generations" / (folder / "CURRENT").read_text()


def use(folder: Path) -> None:
    with Store(folder) as store:
        store.page_text("a.pdf", 0)
        store.passages(["a.pdf#0000"])
        store.lexical_search("visits", 3)
        store.vector_search(np.array([1, 0], dtype=np.float32), 3)


def test_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="there is no store in .*; make one with: findings index PATH"):
        Store(tmp_path / "none")


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_an_empty_pointer_is_no_store(folder: Path, content: bytes) -> None:
    (folder / "CURRENT").write_bytes(content)
    with pytest.raises(StoreMissing):
        Store(folder)


@pytest.mark.parametrize("content", [b"000009", b"garbage", b"\xff\xfe\x00", b"a\x00b"])
def test_a_damaged_pointer(folder: Path, content: bytes) -> None:
    (folder / "CURRENT").write_bytes(content)
    with pytest.raises(StoreError, match="damaged; remove that folder and index the papers again"):
        Store(folder)
    with pytest.raises(StoreError, match="damaged"), writing(folder, MANIFEST):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', '{"format": 1}', '{"format": 1, "extra": 2}'])
def test_a_damaged_manifest(folder: Path, content: str) -> None:
    (home(folder) / "manifest.json").write_text(content)
    with pytest.raises(StoreError, match="remove that folder and index the papers again"):
        Store(folder)


def test_a_store_of_another_format(folder: Path) -> None:
    at = home(folder) / "manifest.json"
    at.write_text(json.dumps(json.loads(at.read_text()) | {"format": 99}))
    with pytest.raises(StoreMismatch, match=f"has format 99, this program reads {FORMAT}; remove that folder"):
        Store(folder)


def test_a_missing_database(folder: Path) -> None:
    (home(folder) / "papers.sqlite").unlink()
    with pytest.raises(StoreError, match="damaged"):
        use(folder)


@pytest.mark.parametrize("keep", [0, 10, 100, 5000])
def test_a_database_cut_short(folder: Path, keep: int) -> None:
    at = home(folder) / "papers.sqlite"
    at.write_bytes(at.read_bytes()[:keep])
    with pytest.raises(StoreError, match="damaged"):
        use(folder)


def test_a_database_overwritten(folder: Path) -> None:
    at = home(folder) / "papers.sqlite"
    content = at.read_bytes()
    at.write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    with pytest.raises(StoreError, match="damaged"):
        use(folder)


def test_a_description_that_is_not_json(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(home(folder) / "papers.sqlite")) as db:
        db.execute("UPDATE documents SET description='{'")
        db.commit()
    with pytest.raises(StoreError, match="damaged"):
        Store(folder)


@pytest.mark.parametrize("what", ["chroma", "bm25", "bm25/ids.json", "chroma/chroma.sqlite3"])
def test_a_missing_index(folder: Path, what: str) -> None:
    at = home(folder) / what
    shutil.rmtree(at) if at.is_dir() else at.unlink()
    with pytest.raises(StoreError, match="damaged"):
        use(folder)


@pytest.mark.parametrize("what", ["bm25/ids.json", "bm25/params.index.json", "bm25/indptr.csc.index.npy"])
def test_a_damaged_index(folder: Path, what: str) -> None:
    at = home(folder) / what
    assert at.is_file()
    at.write_bytes(b"{")
    with pytest.raises(StoreError, match="damaged"):
        use(folder)


# ── what fits together ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("change", [{"model": "other", "model_sha256": "1" * 64}, {"dimension": 3}])
def test_another_model(folder: Path, change: dict[str, object]) -> None:
    wanted = Manifest(**(vars_of(MANIFEST) | change))
    with (
        pytest.raises(StoreMismatch, match=r"made with the embedding model 'tiny'.*set FINDINGS_MODEL=tiny or index"),
        writing(folder, wanted),
    ):
        pass
    assert generations(folder) == ["000001"]


def test_another_passage_size(folder: Path) -> None:
    with (
        pytest.raises(StoreMismatch, match="passages of 110 words, not 50; set FINDINGS_PASSAGE_WORDS=110"),
        writing(folder, Manifest(**(vars_of(MANIFEST) | {"passage_words": 50}))),
    ):
        pass


def vars_of(manifest: Manifest) -> dict[str, object]:
    import dataclasses

    return dataclasses.asdict(manifest)


def test_the_search_text_is_what_the_lexical_index_holds(tmp_path: Path) -> None:
    one = paper("a.txt", "Plain words.")
    with writing(tmp_path / "store", MANIFEST) as writer:
        writer.add(
            one.document, "/", one.description, one.blocks, one.passages, ["Newham supervision"],
            np.array([[1, 0]], dtype=np.float32),
        )  # fmt: skip
    with Store(tmp_path / "store") as store:
        assert [id for id, _ in store.lexical_search("Newham", 3)] == ["a.txt#0000"]
        assert store.lexical_search("plain", 3) == []


def test_a_reader_may_be_asked_from_several_threads(folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Store(folder) as store, ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda _: store.page_text("a.pdf", 1), range(200)))
    assert set(texts) == {"Visits were regular."}


def test_the_version_of_an_uninstalled_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise module.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(module.metadata, "version", missing)
    assert program_version() == "0"


def test_lexical_index_of_the_store_is_loaded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    monkeypatch.setattr(LexicalIndex, "load", lambda at: loads.append(at) or LexicalIndex([], None))
    with Store(folder) as store:
        assert store.lexical is store.lexical
    assert len(loads) == 1
