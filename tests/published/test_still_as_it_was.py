from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus.manifest import Manifest, Paper
from corpus.verify import SAID, Checked, verify
from rag.store import Record
from rag.types import Description


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    manifest = Manifest(tmp_path)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
        manifest.put(Paper(file=name, sha256=hashlib.sha256(name.encode()).hexdigest()))
    return tmp_path


def indexed(*paths: Path) -> dict[str, Record]:
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return {
        path.name: Record(path.name, str(path.parent), str(path), sha256, "text", False, 1, 1, (), Description())
        for path, sha256 in digests.items()
    }


def states(folder: Path, records: dict[str, Record]) -> list[tuple[str, str]]:
    return [(one.document, one.state) for one in verify(Manifest(folder), records)]


def test_all_as_it_was(folder: Path) -> None:
    records = indexed(folder / "a.txt", folder / "b.txt")
    assert states(folder, records) == [("a.txt", "as it was"), ("b.txt", "as it was")]


def test_one_changed_byte(folder: Path) -> None:
    records = indexed(folder / "a.txt", folder / "b.txt")
    (folder / "a.txt").write_text("a.txu")
    assert verify(Manifest(folder), records)[0] == Checked("a.txt", "changed")
    assert "its bytes have changed, and answers from it are marked so" in SAID["changed"]


def test_one_that_is_gone(folder: Path) -> None:
    records = indexed(folder / "a.txt", folder / "b.txt")
    (folder / "b.txt").unlink()
    assert states(folder, records)[1] == ("b.txt", "gone")


def test_one_that_is_not_indexed_or_was_with_other_contents(folder: Path) -> None:
    assert states(folder, {})[0] == ("a.txt", "not indexed")
    (folder / "a.txt").write_text("other")
    records = indexed(folder / "a.txt")
    (folder / "a.txt").write_text("a.txt")
    assert states(folder, records)[0] == ("a.txt", "indexed otherwise")


def test_of_two_that_are_the_same_the_store_keeps_one(folder: Path) -> None:
    manifest = Manifest(folder)
    (folder / "copy.txt").write_text("a.txt")
    manifest.put(Paper(file="copy.txt", sha256=manifest.papers["a.txt"].sha256))
    assert states(folder, indexed(folder / "a.txt", folder / "b.txt"))[2] == ("copy.txt", "as it was")


def test_papers_that_were_indexed_from_elsewhere(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("own") / "mine.txt"
    own.write_text("mine")
    records = indexed(own)
    assert states(folder, records)[2] == ("mine.txt", "as it was")
    own.write_text("Mine")
    assert states(folder, records)[2] == ("mine.txt", "changed")
    own.unlink()
    assert states(folder, records)[2] == ("mine.txt", "gone")


def test_nothing_at_all(tmp_path: Path) -> None:
    assert verify(Manifest(tmp_path), {}) == []
