"""The history: answers come back as they were, after a restart too, from SQLite and from PostgreSQL."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import getpass
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Settings
from rag.errors import HistoryError
from ui.history import History, Judged, address, now
from ui.kept import answer_of, answer_row

BIN = next((path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if getpass.getuser() == "root" else list(command)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this run, on a socket in a folder of its own."""
    if BIN is None:
        pytest.skip("needs PostgreSQL (apt-get install postgresql)")
    if getpass.getuser() == "root" and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL refuses to run as root, and there is no runuser")
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="findings-pg"))
    if getpass.getuser() == "root":
        shutil.chown(folder, "postgres")
    data = folder / "data"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(as_postgres(str(BIN / "initdb"), "-D", str(data), "-A", "trust", "-U", "findings"), **quiet)
    started = as_postgres(
        str(BIN / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"),
        "-o", f"-c listen_addresses='' -k {folder} -c fsync=off", "start",
    )  # fmt: skip
    subprocess.run(started, **quiet)
    yield f"postgresql://findings@/postgres?host={folder}"
    subprocess.run(as_postgres(str(BIN / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"), **quiet)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(history=f"sqlite:///{tmp_path / 'made' / 'history.sqlite'}")
    pytest.importorskip("psycopg")
    return Settings(history=request.getfixturevalue("postgres"))


@pytest.fixture
def opened(settings: Settings) -> Iterator[History]:
    with contextlib.closing(History(settings)) as history:
        for one in history.find() + history.find(sample=True):
            history.forget(one.conversation)
        yield history


def test_an_answer_comes_back_as_it_was(fakes, opened, settings):
    claims = fakes.claim(), fakes.claim(fakes.citation(page=None, original="https://example.org/a"), label="weakness")
    answer = fakes.answer(
        "Why?", *claims, withheld=(fakes.claim(reason="85% is not in its quote"),), suggestions=("b",)
    )
    kept = opened.keep(answer)
    opened.close()
    with contextlib.closing(History(settings)) as anew:  # as after a restart
        found = anew.answer(kept.id)
        assert found is not None
        assert dataclasses.replace(found.answer, hits=()) == dataclasses.replace(answer, hits=())
        assert found.asked_at == kept.asked_at and (found.conversation, found.position) == (kept.conversation, 0)
    assert opened.answer("none") is None and opened.conversation("none") == []


def test_an_abstention_keeps_the_nearest_passages(fakes):
    row = answer_row(fakes.answer())
    found = answer_of(row)
    assert found.hits[0].passage.text == "Audits are new." and found.hits[0].page == 7
    assert answer_row(found) == row


def test_a_conversation_is_in_order(fakes, opened):
    first = opened.keep(fakes.answer("One?", fakes.claim()))
    second = opened.keep(fakes.answer("Two?", fakes.claim()), first.conversation)
    other = opened.keep(fakes.answer("Three?", fakes.claim()))
    assert [one.id for one in opened.conversation(first.conversation)] == [first.id, second.id]
    assert other.conversation != first.conversation and second.position == 1


def test_answers_are_found_by_their_words_the_newest_first(fakes, opened):
    opened.keep(fakes.answer("About supervision?", fakes.claim()))
    opened.keep(fakes.answer("About 100% of homes?"))
    opened.keep(fakes.answer("A sample?", fakes.claim()), sample=True)
    assert [one.question for one in opened.find()] == ["About 100% of homes?", "About supervision?"]
    assert [one.question for one in opened.find("REGULAR about")] == ["About supervision?"]
    assert [one.question for one in opened.find("0% of")] == ["About 100% of homes?"]
    assert opened.find("%%") == [] and opened.find("_____") == []
    assert [one.question for one in opened.find(sample=True)] == ["A sample?"]
    assert len(opened.find(limit=1)) == 1


def test_what_is_forgotten_is_gone_with_what_was_said_of_it(fakes, opened):
    kept = opened.keep(fakes.answer("One?", fakes.claim()))
    opened.judge(Judged(kept.id, now(), False, 1, "wrong"))
    opened.forget(kept.conversation)
    assert opened.answer(kept.id) is None and [j for j, _ in opened.judged() if j.answer == kept.id] == []


def test_the_last_word_on_an_answer_counts(fakes, opened):
    kept = opened.keep(fakes.answer("One?", fakes.claim()))
    opened.judge(Judged(kept.id, now(), True))
    last = Judged(kept.id, now(), False, reason="It is of 2013", right="Audits are new", silent=False)
    opened.judge(last)
    opened.judge(Judged(kept.id, now(), False, 1, "Another place"))
    found = [judged for judged, _ in opened.judged() if judged.answer == kept.id]
    assert found[0] == last and found[1].citation == 1 and len(found) == 2


def test_signs_that_no_database_takes_do_not_lose_an_answer(fakes, opened):
    kept = opened.keep(fakes.answer("Why\0 \ud800?", fakes.claim(text="a\0b")))
    assert opened.find("Why")[0].id == kept.id


def test_several_at_once_do_not_mix(fakes, opened, settings):
    failed: list[Exception] = []

    def asks(name: str) -> None:
        try:
            with contextlib.closing(History(settings)) as own:
                first = own.keep(fakes.answer(f"{name} 0", fakes.claim()))
                for number in range(1, 5):
                    own.keep(fakes.answer(f"{name} {number}", fakes.claim()), first.conversation)
                asked = [one.answer.question for one in own.conversation(first.conversation)]
                assert asked == [f"{name} {number}" for number in range(5)]
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=asks, args=(f"person {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize(
    "where",
    ["nonsense", "sqlite:////proc/none/history.sqlite", "postgresql://u:secret@127.0.0.1:1/none", "mysql://x/y"],
)
def test_a_history_that_cannot_be_had_says_so_in_words(where, fakes):
    pytest.importorskip("psycopg")
    with contextlib.closing(History(Settings(history=where))) as history:
        with pytest.raises(HistoryError, match="set FINDINGS_HISTORY") as told:
            history.keep(fakes.answer("q"))
        assert "secret" not in str(told.value) and "\n" not in str(told.value)


def test_a_damaged_file_says_so_in_words(tmp_path, fakes):
    (tmp_path / "history.sqlite").write_bytes(b"not a database" * 100)
    settings = Settings(history=f"sqlite:///{tmp_path / 'history.sqlite'}")
    with (
        contextlib.closing(History(settings)) as history,
        pytest.raises(HistoryError, match="cannot be read or written"),
    ):
        history.find()


def test_the_default_is_a_file_in_the_data_folder():
    assert address(Settings()).startswith("sqlite:///") and address(Settings()).endswith("history.sqlite")
    assert os.environ["XDG_DATA_HOME"] in address(Settings())


def test_times_are_in_utc(fakes, history):
    kept = history.keep(fakes.answer("q"))
    assert kept.asked_at.tzinfo == datetime.UTC and history.find()[0].asked_at == kept.asked_at
