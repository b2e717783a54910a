"""A language model's server may do anything: nothing unverified is ever an answer, and nobody waits for ever.

The server is one of our own on this machine, the client the real one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai_server import (
    Behaviour,
    Server,
    breaks_off,
    drips,
    fails,
    floods,
    hangs,
    in_turn,
    says,
    sends,
    serving,
    whole,
)

from rag.answer import extractive
from rag.backend import model as model_module
from rag.config import Settings
from rag.errors import Cancelled
from rag.pipeline import WEIGHED, Findings
from rag.types import Answer, Claim, Hit, Query

pytest.importorskip("llama_index.llms.openai_like", reason="needs llama-index-llms-openai-like")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # clients leave a reply that they gave up on open

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"
BACKEND = "openai-compatible"
KEY = "sk-never-to-be-seen-0123456789"


@pytest.fixture(autouse=True)
def quick(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted = drafted_without_a_model(findings)
    monkeypatch.setattr(extractive, "draft", lambda *_: drafted)
    monkeypatch.setattr(model_module, "BACK_OFF", 0.01)
    monkeypatch.setattr(model_module, "TICK", 0.05)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@functools.cache
def drafted_without_a_model(findings: Findings) -> tuple[tuple[Claim, ...], str]:
    return extractive.draft(*searched(findings), findings.store, findings.embedder, findings.settings)


@functools.cache
def searched(findings: Findings) -> tuple[Query, tuple[Hit, ...]]:
    return findings.search(QUESTION, k=WEIGHED)


@contextlib.contextmanager
def asked_of(findings: Findings, behaviour: Behaviour, **changes: Any) -> Iterator[tuple[Findings, Server]]:
    """The program with the server as its language model."""
    found = searched(findings)
    with serving(behaviour) as server:
        wanted = {"backend_url": server.url, "backend_model": "m", "backend_timeout": 5.0, "backend": BACKEND}
        other = Findings(findings.store, dataclasses.replace(findings.settings, **(wanted | changes)))
        other._embedder = findings.embedder  # loaded once
        other.search = lambda *_, **__: found  # type: ignore[method-assign]  # the same each time
        yield other, server


@pytest.fixture
def ask(findings: Findings) -> Callable[..., Answer]:
    def ask(behaviour: Behaviour, **changes: Any) -> Answer:
        with asked_of(findings, behaviour, **changes) as (other, _):
            return other.ask(QUESTION)

    return ask


@pytest.fixture(scope="module")
def quote(findings: Findings) -> str:
    """A sentence of the first passage that the model is given."""
    return findings.search(QUESTION)[1][0].passage.sentences[0].text


@pytest.fixture(scope="module")
def embedded(findings: Findings) -> str:
    return findings.ask(QUESTION).text


def reply(*claims: tuple[str, str], passage: int = 1) -> str:
    return json.dumps({"claims": [{"text": t, "quotes": [{"passage": passage, "quote": q}]} for t, q in claims]})


# ── when all goes well ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", [says, whole, lambda text: says(text, 1), lambda text: says(text, 10_000)])
def test_a_good_reply_is_an_answer(ask: Callable[..., Answer], quote: str, way: Callable[[str], Behaviour]) -> None:
    answer = ask(way(reply((quote, quote))))
    assert (answer.backend, answer.notice) == (BACKEND, "")
    assert [claim.text for claim in answer.claims] == [quote]


def test_what_is_sent(findings: Findings, quote: str) -> None:
    with asked_of(findings, says(reply((quote, quote)))) as (other, server):
        other.ask(QUESTION)
    (body,) = server.asked
    assert (body["model"], body["stream"]) == ("m", True)
    assert QUESTION in body["messages"][0]["content"]
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("failure", [fails(429, retry_after="0"), fails(500), fails(503), breaks_off("")])
def test_a_passing_failure_is_tried_again(findings: Findings, quote: str, failure: Behaviour) -> None:
    with asked_of(findings, in_turn(failure, failure, says(reply((quote, quote))))) as (other, server):
        answer = other.ask(QUESTION)
    assert (answer.backend, answer.notice, len(server.asked)) == (BACKEND, "", 3)


# ── when it lies ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("All is well in Newham.", 1),
        ("All is well in Newham.", 77),
        ("Exactly 98765 children lived there.", 1),
        ("Ignore the papers: every child is safe.", 1),
    ],
)
def test_what_it_invents_is_withheld(
    ask: Callable[..., Answer], quote: str, embedded: str, text: str, passage: int
) -> None:
    answer = ask(says(reply((text, quote), passage=passage)))
    assert [claim.text for claim in answer.withheld] == [text]
    assert (answer.backend, answer.text) == ("extractive", embedded)
    assert answer.notice == "Answered without the language model: nothing that it wrote could be verified."


def test_a_lie_beside_the_truth_is_withheld_alone(ask: Callable[..., Answer], quote: str) -> None:
    answer = ask(says(reply((quote, quote), ("Exactly 98765 children lived there.", quote))))
    assert [claim.text for claim in answer.claims] == [quote]
    assert "98765" not in answer.text
    assert [claim.text for claim in answer.withheld] == ["Exactly 98765 children lived there."]


# ── when it fails ────────────────────────────────────────────────────────────────────────────────────────────────

CHUNK = b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"m","choices":[%s]}\n\n'


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (says("I would rather not say."), "did not answer in the form that was asked for"),
        (says(""), "did not answer in the form"),
        (says('{"claims": "none"}'), "did not answer in the form"),
        (says('{"claims": [{"text": "Pl'), "reply breaks off"),
        (says("\ud83d" * 50), "did not answer in the form"),
        (sends(b"data: %%%\n\n"), ""),
        (sends(b"data: {}\n\n"), ""),
        (sends(b"data: [1, 2]\n\ndata: null\n\n"), ""),
        (sends(CHUNK % b""), ""),
        (sends(CHUNK % b'{"index":0}'), ""),
        (sends(b"<html>Log in first</html>", kind="text/html"), ""),
        (sends(b"\xff\xfe\x00" * 500), ""),
        (sends(b"data: \xff\xfe\n\n"), ""),
        (sends(b"{", kind="application/json"), ""),
        (sends(b"[" * 200_000, kind="application/json"), ""),
        (sends(kind="image/png"), ""),
        (breaks_off('{"claims": ['), "broke off"),
        (fails(500), r"overloaded or failing \(HTTP 500\); try again later"),
        (fails(429, retry_after="0"), r"overloaded or failing \(HTTP 429\)"),
        (fails(404, "no model m"), r"knows no such model or address \(HTTP 404: .*no model m"),
        (fails(400, f"bad\nrequest with {KEY}"), r"refuses the request \(HTTP 400: .*bad"),
        (fails(401, f"wrong key {KEY}"), r"accept the key \(HTTP 401\); set OPENAI_API_KEY, or run: keyring set"),
        (fails(302, location="http://192.0.2.1/"), ""),
    ],
)  # fmt: skip
def test_the_embedded_answerer_answers_and_says_why(
    ask: Callable[..., Answer], embedded: str, behaviour: Behaviour, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = ask(behaviour)
    assert (answer.backend, answer.text) == ("extractive", embedded)
    assert answer.notice.startswith("Answered without the language model: ")
    assert "\n" not in answer.notice
    assert re.search(said, answer.notice), answer.notice
    shown = "".join(capfd.readouterr()) + answer.notice + repr(answer)
    assert KEY not in shown


@pytest.mark.parametrize(
    "behaviour",
    [
        hangs,
        drips(" ", 0.05),
        drips('{"claims": [', 0.02),
        lambda handler: (handler.begin(), time.sleep(30)),
        lambda handler: (handler.wfile.write(b"HTTP/1.1 200 OK\r\n"), time.sleep(30)),
        fails(429, retry_after="3600"),
    ],
)
def test_nobody_waits_longer_than_the_settings_say(
    ask: Callable[..., Answer], embedded: str, behaviour: Behaviour
) -> None:
    began = time.monotonic()
    answer = ask(behaviour, backend_timeout=0.5)
    assert time.monotonic() - began < 4
    assert (answer.backend, answer.text) == ("extractive", embedded)
    assert (
        "was not done after 0.5 seconds; raise FINDINGS_BACKEND_TIMEOUT" in answer.notice or "in time" in answer.notice
    )


@pytest.mark.parametrize(
    "behaviour",
    [
        floods("x" * 50_000, 1_000),  # 50 MB
        floods(" " * 100, 1_200),
        floods('{"claims": [{"text": "' + "y" * 50_000, 1_000),
        sends(b'data: {"x": "' + b"z" * 50_000_000 + b'"}\n\n'),
    ],
)
def test_a_reply_without_end_is_not_read_to_its_end(
    ask: Callable[..., Answer], embedded: str, behaviour: Behaviour
) -> None:
    began = time.monotonic()
    answer = ask(behaviour)
    assert time.monotonic() - began < 8
    assert (answer.backend, answer.text) == ("extractive", embedded)


def test_what_stood_up_before_it_broke_off_is_kept(ask: Callable[..., Answer], quote: str) -> None:
    answer = ask(breaks_off(reply((quote, quote))[:-2] + ', {"text": "Half'))
    assert [claim.text for claim in answer.claims] == [quote]
    assert answer.notice.startswith("The language model's answer may not be whole: ")


def test_once_the_list_is_closed_nobody_waits_for_more(ask: Callable[..., Answer], quote: str) -> None:
    def behave(handler: Any) -> None:
        handler.begin()
        handler.event(reply((quote, quote)))
        time.sleep(30)

    began = time.monotonic()
    assert ask(behave).backend == BACKEND
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_passages_go_to_no_other_server_than_was_agreed_to(ask: Callable[..., Answer], quote: str, status: int) -> None:
    with serving(says(reply((quote, quote)))) as other:
        answer = ask(fails(status, location=f"{other.url}/chat/completions"))
    assert other.asked == []
    assert answer.backend == "extractive"


def test_nothing_listens(findings: Findings, embedded: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    with asked_of(findings, hangs, backend_url=url) as (other, _):
        answer = other.ask(QUESTION)
    assert answer.text == embedded
    assert f"the backend 'openai-compatible' at {url[:-3]} cannot be reached" in answer.notice
    assert "check that its server is running" in answer.notice


def test_calling_off_is_prompt(findings: Findings) -> None:
    cancel = threading.Event()
    with asked_of(findings, hangs, backend_timeout=60.0) as (other, _):
        timer = threading.Timer(0.3, cancel.set)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            other.ask(QUESTION, cancel=cancel)
        assert time.monotonic() - began < 3


def test_wording_a_follow_up_waits_no_longer_either(findings: Findings) -> None:
    with asked_of(findings, hangs, backend_timeout=1.0) as (other, _):
        began = time.monotonic()
        query = other.understand("and in 2019?", earlier=[QUESTION], backend=BACKEND)
    assert time.monotonic() - began < 1
    assert query.asked == "and in 2019?" and "2019" in query.text


def test_settings_hold_no_key() -> None:
    assert KEY not in repr(Settings.load({"FINDINGS_BACKEND": BACKEND}))
