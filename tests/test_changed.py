from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from rag.changed import since_indexed
from rag.config import Settings
from rag.index import index
from rag.pipeline import Findings
from rag.record import record
from rag.store import Record
from rag.terminal import answer_text
from rag.types import Description

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.txt"
    path.write_bytes(b"as it was")
    return path


def held(path: Path) -> Record:
    import hashlib

    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Record(path.name, str(path.parent), str(path), sha256, "text", False, 1, 3, (), Description())


def test_a_paper_as_it_was(paper: Path) -> None:
    one = held(paper)
    assert since_indexed(one) == since_indexed(one) == ""


def test_one_byte_that_changes_is_noticed_though_size_and_date_stay(paper: Path) -> None:
    one = held(paper)
    assert since_indexed(one) == ""
    before = paper.stat()
    time.sleep(0.02)  # so that the file system can tell the two times apart
    paper.write_bytes(b"as it wos")
    os.utime(paper, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert since_indexed(one) == "changed"


def test_a_paper_that_is_gone_or_no_file_any_more(paper: Path) -> None:
    one = held(paper)
    paper.unlink()
    assert since_indexed(one) == "gone"
    paper.mkdir()
    assert since_indexed(one) == "changed"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_its_place_is_not_read(paper: Path) -> None:
    one = held(paper)
    paper.unlink()
    os.mkfifo(paper)
    assert since_indexed(one) == "changed"


def test_an_answer_says_that_its_paper_has_changed(tmp_path: Path, settings: Settings) -> None:
    source = Path(__file__).resolve().parents[1] / "corpus" / "sample" / "newham-inspection-2014.md"
    paper = tmp_path / "papers" / source.name
    paper.parent.mkdir()
    paper.write_bytes(source.read_bytes())
    index([paper.parent], tmp_path / "store", settings)
    with Findings.open(tmp_path / "store", settings) as findings:
        before = findings.ask(QUESTION)
        paper.write_bytes(paper.read_bytes() + b"\n")
        after = findings.ask(QUESTION)
        paper.unlink()
        last = findings.ask(QUESTION)
    said = "the paper has changed since it was indexed"
    assert said not in answer_text(before) and said in " ".join(answer_text(after).split())
    assert "no longer where it was indexed" in " ".join(answer_text(last).split())
    assert "changed" not in record(before)["claims"][0]["citations"][0]
    assert record(after)["claims"][0]["citations"][0]["changed"] == "changed"
    assert {c.changed for claim in last.claims for c in claim.citations} == {"gone"}
    assert before.text == after.text == last.text
