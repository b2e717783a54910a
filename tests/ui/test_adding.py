"""Taking papers in: with progress, reasons for what failed, and called off without a trace."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import pytest

from rag.config import Settings
from rag.store import Store, current_generation
from ui.adding import CALLED_OFF, Report, Step, fetch_published, take_in, upload

PAPER = "# Visit to Leeds\n\nInspectors visited Leeds City Council in May 2019. Supervision is regular there.\n"


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    return dataclasses.replace(settings, store=str(tmp_path / "store"), papers=str(tmp_path / "papers"))


def files(tmp_path: Path) -> list[Path]:
    good, bad = tmp_path / "leeds.md", tmp_path / "broken.pdf"
    good.write_text(PAPER)
    bad.write_bytes(b"%PDF-1.4 nothing")
    return [good, bad]


def test_uploaded_papers_are_kept_and_indexed_and_what_failed_says_why(own, tmp_path):
    *steps, report = upload(files(tmp_path), own).steps()
    assert all(isinstance(step, Step) for step in steps) and report.lead == "1 paper was added"
    ((name, reason),) = report.failed
    assert "broken.pdf" in name and reason
    with Store(Path(own.store)) as store:
        (record,) = store.records.values()
        assert Path(record.path).read_text() == PAPER and Path(record.path).is_relative_to(own.papers)
    *_, again = upload(files(tmp_path)[:1], own).steps()
    assert again.lead == "0 papers were added; 1 were there already"


def test_a_folder_is_read_where_it_is(own, tmp_path):
    files(tmp_path)
    *_, report = take_in(tmp_path, own).steps()
    assert report.lead == "1 paper was added" and len(report.failed) == 1


def test_a_folder_that_is_not_there(own, tmp_path):
    (report,) = take_in(tmp_path / "none", own).steps()
    assert "there is no file or folder" in report.lead


def test_called_off_it_leaves_the_store_as_it_was(own, tmp_path):
    job = take_in(files(tmp_path)[0], own)
    job.cancel.set()
    assert list(job.steps()) == [Report(CALLED_OFF)]
    assert current_generation(Path(own.store)) is None


def test_leaving_it_calls_it_off(own, tmp_path):
    job = take_in(tmp_path, own)
    with contextlib.closing(job.steps()) as steps:
        files(tmp_path)
        next(steps)
    assert job.cancel.is_set()


def test_the_unexpected_is_one_calm_line(own, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("ui.adding.index", lambda *_, **__: 1 / 0)
    (report,) = take_in(tmp_path, own).steps()
    assert "Something went wrong" in report.lead and "ZeroDivisionError" in caplog.text


def test_a_place_that_is_none_is_not_fetched(own):
    (report,) = fetch_published(["Nowhere"], None, own).steps()
    assert "is no English local authority" in report.lead


def test_own_papers_take_the_place_of_the_samples(own, sample, tmp_path):
    from rag.pipeline import Findings
    from ui.live import Live

    with Findings(Store(sample), own, sample=True) as findings:
        live = Live(findings)
        assert live() is findings
        list(upload(files(tmp_path)[:1], own).steps())
        assert not live().sample and len(live().store.records) == 1
