"""Whatever stops `findings index`, the store answers as before, and running it again finishes the work."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import index as module
from rag.cli import main
from rag.config import Settings
from rag.index import Progress, index
from rag.pipeline import Findings
from rag.store import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "own"))


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "more"
    folder.mkdir()
    for number in range(6):
        (folder / f"p{number}.md").write_text(f"Paper {number} says that plans were late.", encoding="utf-8")
    return folder


def names(store: Path) -> set[str]:
    with Store(store) as opened:
        return set(opened.records)


def whole(store: Path, settings: Settings) -> None:
    """A store that answers and in which everything fits together."""
    with Findings.open(store, settings) as findings:
        records = findings.store.records
        assert len(findings.store.lexical._ids) == findings.store.manifest.passages
        assert findings.store.manifest.documents == len(records)
        assert {hit.passage.document for hit in findings.search("plans late", k=50)[1]} <= set(records)


def generations(store: Path) -> int:
    return len(list((store / "generations").iterdir()))


class Stop(Exception):
    pass


@pytest.mark.parametrize("error", [Stop, KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("when", ["start", "step"])
def test_an_error_or_an_interruption_changes_nothing(
    own: Path, papers: Path, settings: Settings, error: type[BaseException], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(own)
    monkeypatch.setattr(module, "GROUP", 2)

    def stop(*_: object) -> None:
        raise error

    with pytest.raises(error):
        index([papers], own, settings, progress=Progress(**{when: stop}))
    assert names(own) == before
    assert generations(own) == 1
    whole(own, settings)


def test_ctrl_c_says_that_nothing_was_changed(
    own: Path, papers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = names(own)
    monkeypatch.setattr(module, "_embed_and_add", interrupt)
    assert main(["index", "--store", str(own), str(papers)]) == 1
    assert capsys.readouterr().err == "findings: interrupted; nothing was changed\n"
    assert names(own) == before


def start(own: Path, papers: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rag", "index", "--store", str(own), str(papers)]
    environ = os.environ | {"PYTHONPATH": str(ROOT), "FINDINGS_WORKERS": "1"}
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def wait_for_draft(own: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while generations(own) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize("later", [0.0, 0.7])
def test_kill_at_any_time_and_run_again(own: Path, papers: Path, settings: Settings, later: float) -> None:
    before = names(own)
    process = start(own, papers)
    wait_for_draft(own, process)
    time.sleep(later)
    os.killpg(process.pid, signal.SIGKILL)  # the group that this test started: the program and its reader
    process.communicate()
    assert names(own) in (before, before | {f"p{n}.md" for n in range(6)})
    whole(own, settings)
    assert main(["index", "--store", str(own), str(papers)]) == 0
    assert names(own) == before | {f"p{n}.md" for n in range(6)}
    assert generations(own) <= 2
    whole(own, settings)


def test_asking_goes_on_while_papers_are_indexed(own: Path, papers: Path, settings: Settings) -> None:
    with Findings.open(own, settings) as findings:
        first = findings.ask("What did inspectors say about supervision in Newham in 2014?").text
        writer = threading.Thread(target=index, args=([papers], own, settings))
        writer.start()
        while writer.is_alive():
            assert findings.ask("What did inspectors say about supervision in Newham in 2014?").text == first
        writer.join()
        assert findings.ask("What did inspectors say about supervision in Newham in 2014?").text == first
    assert len(names(own)) == 11


def test_a_paper_that_changes_while_it_is_read_is_read_again_next_time(
    own: Path, papers: Path, settings: Settings
) -> None:
    changed = papers / "p0.md"

    def change(_: int) -> None:
        changed.write_text("Paper 0 says something new.", encoding="utf-8")

    index([papers], own, settings, progress=Progress(start=change))
    with Store(own) as store:
        text = store.page_text("p0.md", 0)
    report = index([papers], own, settings)
    assert [o.name for o in report.of("read")] == []
    assert text == "Paper 0 says something new.", "the hash that is kept is that of the text that is kept"


# ── stopped at one moment after another ──────────────────────────────────────────────────────────────────────────

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"
MORE = {f"p{n}.md" for n in range(6)}
posix = pytest.mark.skipif(os.name == "nt", reason="needs signals")

# Each moment: where the program stands still, on which call, and whether the new papers are in force by then.
MOMENTS = {
    "the old generation is copied": ("rag.writer.StoreWriter", "__init__", 1, False),
    "some papers are added": ("rag.writer.StoreWriter", "add", 4, False),
    "papers are in the databases": ("rag.writer.StoreWriter", "finish", 1, False),
    "the generation is complete": ("rag.writer.os", "replace", 1, False),
    "the generation is in force": ("rag.writer", "_clear", 2, True),
}
BEFORE = [moment for moment, (*_, in_force) in MOMENTS.items() if not in_force]

STOPPING = """
import pkgutil, sys
from rag.cli import main

def stop_at(where, what, turn):
    owner = pkgutil.resolve_name(where)
    original, turns = getattr(owner, what), []

    def stopping(*args, **named):
        turns.append(1)
        if len(turns) == turn:
            print("here", flush=True)
            sys.stdin.readline()
        return original(*args, **named)

    setattr(owner, what, stopping)

if __name__ == "__main__":  # not in the reading processes, which import this file again
    where, what, turn, *argv = sys.argv[1:]
    stop_at(where, what, int(turn))
    sys.exit(main(argv))
"""


@contextlib.contextmanager
def standing(own: Path, papers: Path, moment: str) -> Iterator[subprocess.Popen[str]]:
    """`findings index` in another process, standing still at the moment until it gets a line."""
    where, what, turn, _ = MOMENTS[moment]
    script = papers.parent / "stopping.py"
    script.write_text(STOPPING, encoding="utf-8")
    command = [sys.executable, str(script), where, what, str(turn), "index", str(papers), "--store", str(own)]
    environ = os.environ | {"PYTHONPATH": str(ROOT), "FINDINGS_WORKERS": "1"}
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n", process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def answer(own: Path, settings: Settings) -> str:
    with Findings.open(own, settings) as findings:
        return findings.ask(QUESTION).text


@posix
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_a_moment(
    own: Path, papers: Path, settings: Settings, moment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before, said = names(own), answer(own, settings)
    assert "416" in said
    with standing(own, papers, moment) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    in_force = MOMENTS[moment][3]
    assert names(own) == (before | MORE if in_force else before)
    assert answer(own, settings) == said
    assert main(["index", str(papers), "--store", str(own)]) == 0
    assert f"read {0 if in_force else len(MORE)} " in capsys.readouterr().out
    assert names(own) == before | MORE
    whole(own, settings)
    assert not (own / "CURRENT.new").exists()
    assert generations(own) <= 2, "remains of the killed one are cleared up"


@posix
def test_killed_before_there_is_a_store(papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "first"
    with standing(store, papers, "the generation is complete") as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert main(["documents", "--store", str(store)]) == 1
    assert "there is no store in" in capsys.readouterr().err
    assert main(["index", str(papers), "--store", str(store)]) == 0
    assert names(store) == MORE
    assert generations(store) == 1


def session(leader: int) -> list[int]:
    """Living processes that the leader and its children started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, _, _, number = stat.read_text().rpartition(")")[2].split()[:4]
            if int(number) == leader and state != "Z":
                found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_no_reader_outlives_a_killed_indexer(own: Path, papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOMENTS, "a paper has come", ("rag.index", "Outcome", 1, False))
    with standing(own, papers, "a paper has come") as process:
        assert len(session(process.pid)) > 1, "a reader is at work"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        until = time.monotonic() + 5
        while (left := session(process.pid)) and time.monotonic() < until:
            time.sleep(0.02)
        assert not left


@posix
@pytest.mark.parametrize("moment", BEFORE[::2])
def test_interrupted_at_a_moment(own: Path, papers: Path, moment: str) -> None:
    before, current = names(own), (own / "CURRENT").read_text()
    with standing(own, papers, moment) as process:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: a reader gets it too
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (1, "", "findings: interrupted; nothing was changed\n")
    assert names(own) == before
    assert (own / "CURRENT").read_text() == current
    assert generations(own) == 1


@posix
@pytest.mark.parametrize("later", [0.1, 0.4])
def test_interrupted_at_work(own: Path, tmp_path: Path, later: float) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(20):
        visits = [f"Visit {n} of worker {number} was on time and the plan for it had been signed." for n in range(150)]
        (many / f"{number}.md").write_text("\n\n".join(visits), encoding="utf-8")
    before = names(own)
    with standing(own, many, "the old generation is copied") as process:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(later)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (1, "", "findings: interrupted; nothing was changed\n")
    assert names(own) == before


# ── two at once ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_writers_at_once(own: Path, papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = names(own)
    with standing(own, papers, "papers are in the databases") as process:
        for command in (["index", str(papers)], ["remove", min(before)]):
            assert main([*command, "--store", str(own)]) == 1
            said = capsys.readouterr()
            busy = f"findings: another process is writing the store in {own}; try again when it is done\n"
            assert (said.out, said.err) == ("", busy)
        _, err = process.communicate("\n", timeout=20)
        assert (process.returncode, err) == (0, "")
    assert names(own) == before | MORE


def test_asking_while_another_process_takes_over(own: Path, papers: Path, settings: Settings) -> None:
    said = answer(own, settings)
    with Findings.open(own, settings) as opened:
        with standing(own, papers, "the generation is complete") as process:
            assert answer(own, settings) == said
            process.communicate("\n", timeout=20)
            assert process.returncode == 0
        assert opened.ask(QUESTION).text == said, "a reader goes on undisturbed"
        assert not MORE & set(opened.store.records)
    assert names(own) >= MORE
    assert answer(own, settings) == said
