"""The clients of other protocols than OpenAI's, each against a scripted server: a stream, and a server that fails."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from openai_server import Behaviour, Handler, fails, serving

from rag.backend import model as module
from rag.backend.registry import BACKENDS, load
from rag.config import Settings
from rag.errors import BackendError, BackendRefused, BackendUnreachable

PIECES = ["One ", "“two” ", "three."]
KEY = "sk-never-to-be-seen"


def ollama(handler: Handler) -> None:
    handler.begin(kind="application/x-ndjson")
    for number, piece in enumerate(PIECES, 1):
        message = {"role": "assistant", "content": piece}
        line = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": number == len(PIECES)}
        handler.wfile.write(json.dumps(line).encode() + b"\n")


def anthropic(handler: Handler) -> None:
    message = {
        "id": "1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip
    events: list[dict[str, object]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
            for piece in PIECES
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    handler.begin()
    for event in events:
        handler.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())


SCRIPTS: dict[str, Behaviour] = {"ollama": ollama, "anthropic": anthropic}


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], module.Model]:
    monkeypatch.setattr(module, "BACK_OFF", 0.01)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)

    def of(backend: str, url: str) -> module.Model:
        pytest.importorskip(BACKENDS[backend].module)
        wanted = {"backend_model": "claude-3-haiku-20240307", "backend_timeout": 10.0}
        return load(backend, Settings(backend_url=url.removesuffix("/v1"), **wanted))

    return of


@pytest.mark.parametrize("backend", SCRIPTS)
def test_a_reply_comes_in_pieces(backend: str, loaded: Callable[[str, str], module.Model]) -> None:
    with serving(SCRIPTS[backend]) as server:
        assert [piece for piece in loaded(backend, server.url).stream("prompt") if piece] == PIECES
    (body,) = server.asked
    assert body["stream"] is True
    assert "prompt" in json.dumps(body["messages"])


@pytest.mark.parametrize("backend", SCRIPTS)
@pytest.mark.parametrize(
    ("status", "kind", "times"), [(500, BackendUnreachable, 3), (429, BackendUnreachable, 3), (400, BackendRefused, 1)]
)
def test_failures_are_told_and_counted(
    backend: str, status: int, kind: type[BackendError], times: int, loaded: Callable[[str, str], module.Model]
) -> None:
    with serving(fails(status, f"no, {KEY}")) as server, pytest.raises(kind, match=f"HTTP {status}") as caught:
        loaded(backend, server.url).complete("prompt")
    assert len(server.asked) == times, "nobody but us tries again"
    if BACKENDS[backend].variable:  # else it was given no key
        assert KEY not in str(caught.value)


def test_ollamas_client_follows_nobody_elsewhere(loaded: Callable[[str, str], module.Model]) -> None:
    with serving(ollama) as other, serving(fails(307, location=f"{other.url}/api/chat")) as server:
        with pytest.raises(BackendError):
            loaded("ollama", server.url).complete("prompt")
        assert other.asked == []


@pytest.mark.parametrize("backend", SCRIPTS)
def test_a_server_that_is_gone(backend: str, loaded: Callable[[str, str], module.Model]) -> None:
    with serving(SCRIPTS[backend]) as server:
        model = loaded(backend, server.url)
    with pytest.raises(BackendUnreachable, match="cannot be reached"):
        model.complete("prompt")
