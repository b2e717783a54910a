from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import rag.asking
from rag.asking import settle_consent, wait
from rag.backend import consent
from rag.backend.server import server_at
from rag.cli import main
from rag.config import Settings
from rag.errors import BackendError, ConsentMissing
from rag.types import Answer, Claim, Query, Writing

FAR = server_at("https://models.example.org/v1")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """What a person at a terminal sees; `typed` puts in what they type."""
    shown = Screen()
    monkeypatch.setattr("rag.asking.sys", SimpleNamespace(stderr=shown, stdin=Screen()))
    return shown


def typed(text: str) -> None:
    rag.asking.sys.stdin = Screen(text)


def over(server: object) -> SimpleNamespace:
    return SimpleNamespace(server=lambda backend: server, settings=Settings())


# ── consent ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_asked_once(screen: Screen) -> None:
    typed("y\n")
    settle_consent(over(FAR), None, agree=False)
    assert "https://models.example.org, which is not known to be on this machine" in screen.getvalue()
    said = len(screen.getvalue())
    settle_consent(over(FAR), None, agree=False)
    assert len(screen.getvalue()) == said


@pytest.mark.parametrize("reply", ["n\n", "\n", "", "perhaps\n"])
def test_whoever_does_not_agree_sends_nothing(screen: Screen, reply: str) -> None:
    typed(reply)
    with pytest.raises(
        ConsentMissing, match="nothing was sent to .*; ask without a language model: --backend extractive"
    ):
        settle_consent(over(FAR), None, agree=False)
    assert not consent.agreed(FAR, Settings())


def test_where_nobody_can_be_asked_the_option_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.asking.sys", SimpleNamespace(stderr=io.StringIO(), stdin=io.StringIO("y\n")))
    with pytest.raises(ConsentMissing, match="agree with --agree"):
        settle_consent(over(FAR), None, agree=False)
    settle_consent(over(FAR), None, agree=True)
    settle_consent(over(FAR), None, agree=False)


def test_what_stays_here_is_asked_of_nobody(screen: Screen) -> None:
    settle_consent(over(None), None, agree=False)
    settle_consent(over(server_at("http://127.0.0.1:1")), None, agree=False)
    assert screen.getvalue() == ""


@pytest.mark.parametrize("json_wanted", [[], ["--json"]])
def test_the_command_without_consent(
    sample: Path, capsys: pytest.CaptureFixture[str], json_wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code = main(["ask", "Why?", "--store", str(sample), "--backend", "openai-compatible", *json_wanted])
    out, err = capsys.readouterr()
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "would go to https://api.openai.com" in err and "--agree" in err


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def steps(*last: object) -> Iterator[Writing | Answer]:
    yield Writing()
    yield Writing((Claim("One.", ()),), 2)
    for one in last:
        if isinstance(one, Exception):
            raise one
        yield one  # type: ignore[misc]


ANSWER = Answer("Q?", "", (), True, "", Query("Q?"), (), {})


def test_progress_is_one_line_that_goes_away(screen: Screen) -> None:
    assert wait(steps(ANSWER), "ollama\x1b[2J") is ANSWER
    shown = screen.getvalue()
    assert "ollama" in shown and "\x1b" not in shown and "\n" not in shown
    assert "0 sentences stand up to the check" in shown
    assert "1 sentence stands up to the check, 2 withheld" in shown
    assert shown.endswith("\r") and shown.rsplit("\r", 2)[1].strip() == ""


def test_elsewhere_there_is_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    assert wait(steps(ANSWER), "ollama") is ANSWER
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BackendError("x")])
def test_interrupted_it_is_called_off(screen: Screen, error: BaseException) -> None:
    closed = []

    def waiting() -> Iterator[Writing | Answer]:
        try:
            yield Writing()
            raise error
        finally:
            closed.append(True)

    with pytest.raises(type(error)):
        wait(waiting(), "ollama")
    assert closed and screen.getvalue().endswith("\r")
