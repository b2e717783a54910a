from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from corpus.manifest import NAME, Manifest, Paper, held, replace_file
from rag.errors import CorpusError

PAPER = Paper(
    file="Newham/a.pdf", address="https://a.org/1", fetched="2026-11-27T09:00:00+00:00", sha256="0" * 64, bytes=1
)


def test_what_is_put_in_is_there_when_it_is_read_again(tmp_path: Path) -> None:
    Manifest(tmp_path).put(PAPER)
    again = Manifest(tmp_path)
    assert again.papers == {PAPER.file: PAPER}
    assert again.at("https://a.org/1") == PAPER
    assert again.at("https://a.org/2") is None and again.at("") is None


def test_a_folder_without_one_has_no_papers(tmp_path: Path) -> None:
    assert Manifest(tmp_path / "none").papers == {}


def test_whatever_stops_writing_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = Manifest(tmp_path)
    manifest.put(PAPER)

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        manifest.put(Paper(file="b.pdf"))
    assert set(Manifest(tmp_path).papers) == set(manifest.papers) == {PAPER.file}


@pytest.mark.parametrize("file", ["../a.pdf", "/etc/a.pdf", "a/../../b.pdf", "", "a//b.pdf"])
def test_a_path_that_leads_out_of_the_folder(tmp_path: Path, file: str) -> None:
    (tmp_path / NAME).write_text(json.dumps({"format": 1, "papers": [{"file": file}]}))
    with pytest.raises(CorpusError, match="cannot be read"):
        Manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "papers": [{"x": 1}]}', "\xff"])
def test_a_damaged_one_is_named_with_the_fix(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_bytes(text.encode("latin-1"))
    with pytest.raises(CorpusError, match=r"manifest\.json cannot be read .*; move it away and fetch again"):
        Manifest(tmp_path)


def test_one_of_a_later_program_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(json.dumps({"format": 2, "papers": []}))
    with pytest.raises(CorpusError, match="format 2"):
        Manifest(tmp_path)


def test_two_do_not_download_to_one_folder_at_once(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(CorpusError, match="another findings is downloading"), held(tmp_path):
        pass
    with held(tmp_path):
        pass


def test_intact_is_letter_for_letter(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "a.pdf").write_bytes(b"as it is")
    manifest = Manifest(tmp_path)
    paper = Paper(file="a.pdf", sha256=hashlib.sha256(b"as it is").hexdigest())
    assert manifest.intact(paper)
    replace_file(tmp_path / "a.pdf", b"as it was")
    assert not manifest.intact(paper)
    (tmp_path / "a.pdf").unlink()
    assert not manifest.intact(paper)
