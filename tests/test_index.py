from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import index as module
from rag import readers
from rag.config import Settings
from rag.embed import Embedder
from rag.errors import FindingsError, StoreMissing, UsageError
from rag.index import Outcome, Progress, index, remove, search_text
from rag.load import ocr
from rag.store import Store
from rag.types import Cell, Description, Passage, Sentence, Span, Stated

SETTINGS = Settings(workers=1)


def read_here(papers: Sequence[tuple[Path, str]], workers: int, words: int) -> Iterator[tuple[int, Any]]:
    for at, (path, name) in enumerate(papers):
        yield at, readers.attempt(path, name, words, lambda seconds: None)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes and no model, which are not the point here: `test_processes_and_model` has both."""

    def encode(texts: Sequence[str], progress: Any) -> np.ndarray:
        return np.array([[1, len(text) % 7] for text in texts], dtype=np.float32)

    monkeypatch.setattr(module, "load_embedder", lambda settings, note: Embedder("tiny", "0" * 64, 2, encode))
    monkeypatch.setattr(module, "read_all", read_here)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    papers = tmp_path / "papers"
    (papers / "sub").mkdir(parents=True)
    (papers / "a.md").write_text("# Newham\n\nPlans were late. Visits were regular.\n", encoding="utf-8")
    (papers / "sub" / "b.txt").write_text("Carers were pleased with their training.\n", encoding="utf-8")
    return papers


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def statuses(report: module.IndexReport) -> dict[str, str]:
    return {o.name: o.status for o in report.outcomes}


def held(store: Path) -> list[str]:
    with Store(store) as opened:
        return list(opened.records)


def test_first_time(folder: Path, store: Path) -> None:
    report = index([folder], store, SETTINGS)
    assert statuses(report) == {"a.md": "read", "sub/b.txt": "read"}
    assert report.seconds > 0
    with Store(store) as opened:
        assert list(opened.records) == ["a.md", "sub/b.txt"]
        assert opened.records["a.md"].root == str(folder.resolve())
        assert opened.page_text("a.md", 0).count("Plans were late.") == 1
        assert opened.manifest.passages == sum(o.passages for o in report.outcomes)


def test_unchanged_skipped_changed_replaced_new_added(folder: Path, store: Path) -> None:
    index([folder], store, SETTINGS)
    (folder / "a.md").write_text("Plans were early.", encoding="utf-8")
    (folder / "c.md").write_text("New words.", encoding="utf-8")
    seen: list[int] = []
    report = index([folder], store, SETTINGS, progress=Progress(start=seen.append))
    assert statuses(report) == {"a.md": "read", "c.md": "read", "sub/b.txt": "unchanged"}
    assert seen == [2]
    with Store(store) as opened:
        assert opened.page_text("a.md", 0) == "Plans were early."
        assert opened.lexical_search("late", 5) == []


def test_twice_the_same_path_is_one_paper(folder: Path, store: Path) -> None:
    assert len(index([folder, folder], store, SETTINGS).outcomes) == 2


def test_vanished_files_stay_unless_pruned(folder: Path, store: Path) -> None:
    index([folder], store, SETTINGS)
    (folder / "a.md").unlink()
    assert statuses(index([folder], store, SETTINGS)) == {"sub/b.txt": "unchanged"}
    assert held(store) == ["a.md", "sub/b.txt"]
    assert statuses(index([folder], store, SETTINGS, prune=True)) == {"sub/b.txt": "unchanged", "a.md": "removed"}
    assert held(store) == ["sub/b.txt"]


def test_pruning_touches_only_the_folders_that_are_indexed(folder: Path, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "z.md").write_text("Other words.", encoding="utf-8")
    index([folder, other], store, SETTINGS)
    (folder / "a.md").unlink()
    (other / "z.md").unlink()
    index([folder], store, SETTINGS, prune=True)
    assert held(store) == ["sub/b.txt", "z.md"]


def test_a_file_that_can_no_longer_be_read_is_not_pruned(folder: Path, store: Path) -> None:
    index([folder], store, SETTINGS)
    (folder / "a.md").write_bytes(b"")
    report = index([folder], store, SETTINGS, prune=True)
    assert statuses(report)["a.md"] == "failed"
    assert held(store) == ["a.md", "sub/b.txt"]


def test_two_roots_with_the_same_name_are_refused(folder: Path, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("Quite another paper.", encoding="utf-8")
    with pytest.raises(
        UsageError, match="would both be called 'a.md'; index them separately, one of them with --root-name"
    ):
        index([folder, other], store, SETTINGS)
    index([folder], store, SETTINGS)
    with pytest.raises(
        UsageError, match="'a.md' is already in the store from .*papers with other contents.*--root-name"
    ):
        index([other], store, SETTINGS)
    assert held(store) == ["a.md", "sub/b.txt"]
    index([other], store, SETTINGS, root_name="other")
    assert held(store) == ["a.md", "other/a.md", "sub/b.txt"]


def test_the_same_paper_elsewhere_is_noted_there(folder: Path, store: Path, tmp_path: Path) -> None:
    index([folder], store, SETTINGS)
    moved = folder.rename(tmp_path / "moved")
    assert set(statuses(index([moved], store, SETTINGS)).values()) == {"unchanged"}
    with Store(store) as opened:
        assert opened.records["a.md"].path == str(moved / "a.md")
        assert opened.records["a.md"].root == str(moved)


def test_an_unreadable_file_does_not_stop_the_rest(folder: Path, store: Path) -> None:
    (folder / "bad.pdf").write_bytes(b"no pdf")
    (folder / "empty.md").write_bytes(b"")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    report = index([folder], store, SETTINGS)
    failed = {o.name: o.reason for o in report.of("failed")}
    assert set(failed) == {"bad.pdf", "empty.md", "gone.md"}
    assert all(failed.values())
    assert held(store) == ["a.md", "sub/b.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(folder: Path, store: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    report = index([folder], store, SETTINGS)
    assert [(o.name, o.reason) for o in report.of("failed")] == [("pipe.md", "is no ordinary file; save it as one")]


def test_hidden_files_and_other_kinds_are_passed_over(folder: Path, store: Path) -> None:
    (folder / ".hidden.md").write_text("Hidden.", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("Hidden.", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    assert set(statuses(index([folder], store, SETTINGS))) == {"a.md", "sub/b.txt"}


def test_a_file_named_outright_is_tried_whatever_its_suffix(folder: Path, store: Path) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG")
    report = index([folder / "a.md", folder / "picture.png"], store, SETTINGS)
    assert statuses(report) == {"a.md": "read", "picture.png": "failed"}


@pytest.mark.parametrize(
    "name", ["two words.md", "naïve – “x”.md", "a#0001.md", "100%.md", "-rf.md", "UPPER.MD", "a.b.md"]
)
def test_names(folder: Path, store: Path, name: str) -> None:
    (folder / name).write_text("Unusual words here.", encoding="utf-8")
    assert statuses(index([folder], store, SETTINGS))[name] == "read"
    with Store(store) as opened:
        assert opened.page_text(name, 0) == "Unusual words here."
        assert [id for id, _ in opened.lexical_search("unusual", 5, {name})] == [f"{name}#0000"]


@pytest.mark.skipif(os.name == "nt", reason="names are always Unicode there")
def test_a_name_that_is_not_utf8(folder: Path, store: Path) -> None:
    (folder / os.fsdecode(b"b\xff.md")).write_text("Unnameable.", encoding="utf-8")
    report = index([folder], store, SETTINGS)
    assert [(o.name, o.reason) for o in report.of("failed")] == [("b?.md", "its name is not UTF-8; rename it")]
    assert held(store) == ["a.md", "sub/b.txt"]


def test_the_same_paper_under_two_names_is_kept_once(folder: Path, store: Path) -> None:
    (folder / "copy.md").write_bytes((folder / "a.md").read_bytes())
    report = index([folder], store, SETTINGS)
    assert {o.name: (o.status, o.reason) for o in report.outcomes}["copy.md"] == (
        "unchanged",
        "is the same as a.md, which is kept",
    )
    report = index([folder / "sub"], store, SETTINGS)
    assert [(o.name, o.reason) for o in report.outcomes] == [("b.txt", "is the same as sub/b.txt, which is kept")]
    assert held(store) == ["a.md", "sub/b.txt"]
    (folder / "a.md").unlink()
    assert statuses(index([folder], store, SETTINGS, prune=True)) == {
        "a.md": "removed", "copy.md": "read", "sub/b.txt": "unchanged",
    }  # fmt: skip
    assert held(store) == ["copy.md", "sub/b.txt"]


def test_pages_that_wait_for_ocr_are_read_once_it_is_there(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noticing(papers: Sequence[tuple[Path, str]], workers: int, words: int) -> Iterator[tuple[int, Any]]:
        for at, paper in read_here(papers, workers, words):
            problem = f"pictures without text, perhaps scans: page 2; {ocr.INSTALL}"
            yield at, replace(paper, document=replace(paper.document, problems=(problem,)))

    monkeypatch.setattr(ocr, "available", lambda: False)
    monkeypatch.setattr(module, "read_all", noticing)
    index([folder], store, SETTINGS)
    assert set(statuses(index([folder], store, SETTINGS)).values()) == {"unchanged"}
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(module, "read_all", read_here)
    assert set(statuses(index([folder], store, SETTINGS)).values()) == {"read"}
    assert set(statuses(index([folder], store, SETTINGS)).values()) == {"unchanged"}


def test_circles_of_links_end(folder: Path, store: Path) -> None:
    (folder / "sub" / "up").symlink_to(folder, target_is_directory=True)
    assert set(statuses(index([folder], store, SETTINGS))) == {"a.md", "sub/b.txt"}


def test_a_link_to_another_folder_is_named_and_not_followed(folder: Path, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.md").write_text("Not to be read.")
    (folder / "sub" / "away").symlink_to(other, target_is_directory=True)
    report = index([folder], store, SETTINGS)
    assert [(o.name, o.reason) for o in report.of("failed")] == [
        ("sub/away", "is a link out of the folder; index what it leads to")
    ]
    assert not any("c.md" in name for name in statuses(report))


def test_a_path_that_does_not_exist(store: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file or folder .*none; check the path"):
        index([tmp_path / "none"], store, SETTINGS)
    assert not store.exists()


def test_a_folder_with_nothing_to_read(store: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FindingsError, match=r"nothing to read in .*empty; papers end in .*\.pdf"):
        index([tmp_path / "empty"], store, SETTINGS)
    assert not store.exists()


def test_nothing_readable_leaves_no_store(folder: Path, store: Path) -> None:
    for path in (folder / "a.md", folder / "sub" / "b.txt"):
        path.write_bytes(b"")
    with pytest.raises(FindingsError, match=r"none of the papers could be read: .*\(and 1 more\)"):
        index([folder], store, SETTINGS)
    with pytest.raises(StoreMissing):
        Store(store)


def test_pruning_an_emptied_folder_empties_the_store(folder: Path, store: Path) -> None:
    index([folder], store, SETTINGS)
    for name in ("a.md", "sub/b.txt"):
        (folder / name).unlink()
    with pytest.raises(FindingsError, match="nothing to read"):
        index([folder], store, SETTINGS)
    assert statuses(index([folder], store, SETTINGS, prune=True)) == {"a.md": "removed", "sub/b.txt": "removed"}
    assert held(store) == []
    with pytest.raises(FindingsError, match="the store would be empty"):
        index([folder], store, SETTINGS, prune=True)


def test_pruning_the_last_paper_is_refused(folder: Path, store: Path, tmp_path: Path) -> None:
    index([folder / "a.md"], store, SETTINGS)
    (folder / "a.md").unlink()
    (folder / "sub" / "b.txt").write_bytes(b"")
    with pytest.raises(FindingsError):
        index([folder], store, SETTINGS, prune=True)
    assert held(store) == ["a.md"]


def test_a_fault_of_ours_in_one_paper_costs_only_that(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(path: Path, name: str, words: int, allow: Any) -> readers.Paper:
        if name == "a.md":
            raise (MemoryError if words == 7 else KeyError)("x")
        return real(path, name, words)

    real = readers.read_paper
    monkeypatch.setattr(readers, "read_paper", fault)
    (failed,) = index([folder], store, SETTINGS).of("failed")
    assert failed.reason == "could not be read (KeyError: 'x')"
    (failed,) = index([folder], store.with_name("two"), Settings(passage_words=7)).of("failed")
    assert failed.reason == readers.TOO_LARGE


def test_remove(folder: Path, store: Path) -> None:
    index([folder], store, SETTINGS)
    with Store(store) as opened:
        manifest = opened.manifest
    with pytest.raises(UsageError, match="no paper called 'c.md'; findings documents lists them"):
        remove(["a.md", "c.md"], store, manifest)
    assert held(store) == ["a.md", "sub/b.txt"]
    assert remove(["a.md"], store, manifest) == ["a.md"]
    assert held(store) == ["sub/b.txt"]
    remove(["sub/b.txt"], store, manifest)
    assert held(store) == []


def test_search_text() -> None:
    lead = Sentence("Leaders should:", (Span("a", 0, 0, 5),))
    item = Sentence("visit children.", (Span("a", 0, 6, 9),))
    description = Description(
        authority=Stated("Newham"), kind=Stated("focused visit"), inspection_start=Stated("2014-06-03")
    )
    passage = Passage("a#0000", "a", ("Report", "Findings", "Plans"), (item,), (None,), ("item",), (lead,))
    said = "Findings. Plans. Leaders should: visit children."
    assert search_text(description, passage) == f"Newham focused visit June 2014. {said}"
    assert search_text(dataclasses.replace(description, kind=Stated("other")), passage) == f"Newham June 2014. {said}"
    with_lead = Passage("a#0000", "a", (), (lead, item), (None,) * 2, ("item",) * 2, (None, lead))
    assert search_text(Description(), with_lead) == "Leaders should: visit children."
    caption, cells = Sentence("Table 1:", lead.spans), (Cell("North", item.spans), Cell("14", item.spans, "Cases"))
    row = Passage("a#0", "a", ("H",), (Sentence("North 14", item.spans),), (None,), ("row",), (caption,), (cells,))
    assert search_text(Description(), row) == "H. Table 1: North; Cases: 14."


def test_report_is_in_the_order_of_the_files(folder: Path, store: Path) -> None:
    (folder / "0.md").write_bytes(b"")
    assert [o.name for o in index([folder], store, SETTINGS).outcomes] == ["0.md", "a.md", "sub/b.txt"]
    assert Outcome("a", "read").reason == ""


def test_a_script_without_a_guard_is_not_run_again_by_its_readers(folder: Path, store: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"""
import numpy
from pathlib import Path
from rag import index as module
from rag import readers
from rag.config import Settings
from rag.embed import Embedder

print("run")
encode = lambda texts, progress: numpy.ones((len(texts), 2), dtype=numpy.float32)
module.load_embedder = lambda settings, note: Embedder("tiny", "0" * 64, 2, encode)
report = module.index([Path({str(folder)!r})], Path({str(store)!r}), Settings(workers=1))
print(*(o.status for o in report.outcomes))
""",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(Path(module.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONPATH": path}
    )
    assert done.stdout.split() == ["run", "read", "read"], done.stderr


def test_processes_and_model(folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    from rag.embed import load_embedder

    monkeypatch.setattr(module, "read_all", readers.read_all)
    monkeypatch.setattr(module, "load_embedder", load_embedder)
    (folder / "bad.docx").write_bytes(b"PK\x03\x04 no archive")
    report = index([folder], store, settings)
    assert statuses(report) == {"a.md": "read", "bad.docx": "failed", "sub/b.txt": "read"}
    with Store(store) as opened:
        assert (opened.manifest.dimension, opened.manifest.model) == (384, "findings-minilm")
