"""Real reading processes, and papers that kill, stall or overfill them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import readers
from rag.readers import CRASHED, TOO_LARGE, TOO_LONG, Paper, attempt, read_all


def task(path: Path, name: str, words: int, allow: Callable[[float], None]) -> Paper | str:
    """Does what the name says, in a reading process."""
    if name.startswith("crash"):
        os._exit(3)
    if name.startswith("sleep"):
        time.sleep(60)
    if name.startswith("allowed"):
        allow(60)
        time.sleep(2)
    if name.startswith("hungry"):
        try:
            return str(len(bytearray(400_000_000)))
        except MemoryError:
            return TOO_LARGE
    if name.startswith("once") and not path.exists():  # as one that the system killed, and that was not at fault
        path.touch()
        os._exit(3)
    return f"read by {os.getpid()}"


def read(names: list[str], workers: int, folder: Path = Path("/none")) -> dict[str, str]:
    said: dict[str, str] = {}
    for at, result in read_all([(folder / name, name) for name in names], workers, 160, task):
        assert names[at] not in said and isinstance(result, str)
        said[names[at]] = result
    return said


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("bad", [["b"], ["a", "b"], ["d"], ["a", "b", "c", "d"]])
def test_a_paper_that_kills_its_reader_is_named_and_the_rest_is_read(bad: list[str], workers: int) -> None:
    names = [f"crash {letter}" if letter in bad else letter for letter in "abcd"]
    said = read(names, workers)
    assert {name for name, reason in said.items() if reason == CRASHED} == {f"crash {letter}" for letter in bad}
    assert len(said) == 4


def test_a_paper_beside_which_a_reader_died_gets_a_second_try(tmp_path: Path) -> None:
    said = read(["once a", "b", "once c"], 2, tmp_path)
    assert set(said) == {"once a", "b", "once c"}
    assert all(reason.startswith("read by") for reason in said.values())


def test_one_that_takes_too_long_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SECONDS", 1.5)  # within which a process starts
    began = time.monotonic()
    said = read(["sleep", "a", "allowed b"], 2)
    assert said.pop("sleep") == TOO_LONG
    assert all(reason.startswith("read by") for reason in said.values()) and len(said) == 2
    assert time.monotonic() - began < 20


def test_time_in_which_nobody_listens_is_not_held_against_a_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SECONDS", 1.5)
    results = read_all([(Path(name), name) for name in "abc"], 2, 160, task)
    said = [next(results)]
    time.sleep(2)
    said += results
    assert all(reason.startswith("read by") for _, reason in said) and len(said) == 3


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux counts all that a process fills")
def test_one_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MEMORY", 300_000_000)
    said = read(["hungry", "b"], 1)
    assert said["hungry"] == TOO_LARGE and said["b"].startswith("read by")


def test_processes_are_used_again_and_end() -> None:
    said = read(list("abcdef"), 2)
    pids = {int(reason.split()[-1]) for reason in said.values()}
    assert len(pids) <= 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_closing_stops_what_is_in_work() -> None:
    results = read_all([(Path(name), name) for name in ("a", "sleep", "sleep too")], 2, 160, task)
    assert next(results)[0] == 0
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 5


def test_reasons_do_not_repeat_the_name(tmp_path: Path) -> None:
    (tmp_path / "a\nb.pdf").write_bytes(b"no pdf")
    reason = attempt(tmp_path / "a\nb.pdf", "a\nb.pdf", 160, lambda seconds: None)
    assert isinstance(reason, str) and reason.startswith("is not a PDF") and "\n" not in reason
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN, "only reading processes leave Ctrl-C to others"
