"""What a client may do, and what comes of it: no server, no package."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from rag.backend import model as module
from rag.backend.model import LONGEST, TRIES, Model
from rag.backend.server import Server, server_at
from rag.config import Settings
from rag.errors import (
    BackendError,
    BackendRefused,
    BackendReply,
    BackendTimeout,
    BackendUnreachable,
    Cancelled,
)

SERVER = Server("http://127.0.0.1:1", "", False)  # without an address there is nothing to try to connect to
KEY = "sk-secret"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACK_OFF", 0.005)
    monkeypatch.setattr(module, "TICK", 0.02)


class Client:
    """Streams what each function gives, the last one's for ever; has no whole reply but `whole`."""

    def __init__(self, *streams: Callable[[], Iterator[str]], whole: str = ""):
        self.streams, self.whole = list(streams), whole
        self.asked = 0

    def stream_complete(self, prompt: str) -> Iterator[Any]:
        self.asked += 1
        stream = self.streams[min(self.asked, len(self.streams)) - 1]
        return (SimpleNamespace(delta=piece, text=None) for piece in stream())

    def complete(self, prompt: str) -> Any:
        return SimpleNamespace(text=self.whole)


def of(client: Any, **settings: float) -> Model:
    return Model("some", client, SERVER, Settings(**({"backend_timeout": 2.0} | settings)), "SOME_KEY", KEY)


def raising(error: Exception, *before: str) -> Callable[[], Iterator[str]]:
    def stream() -> Iterator[str]:
        yield from before
        raise error

    return stream


def refused(status: int, text: str = "no", **headers: str) -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "http://127.0.0.1/")
    return httpx.HTTPStatusError(text, request=request, response=httpx.Response(status, headers=headers))


def test_pieces_come_as_they_are_and_ticks_between() -> None:
    def slow() -> Iterator[str]:
        yield "a"
        time.sleep(0.1)
        yield "b"

    pieces = list(of(Client(slow)).stream("prompt"))
    assert "".join(pieces) == "ab"
    assert "" in pieces[1:-1]


def test_one_that_only_grows_its_text() -> None:
    class Growing:
        def stream_complete(self, prompt: str) -> Iterator[Any]:
            return (SimpleNamespace(delta=None, text=text) for text in ("a", "ab", "abc"))

    assert of(Growing()).complete("prompt") == "abc"


@pytest.mark.parametrize("error", [NotImplementedError(), ValueError("no response")])
def test_one_that_cannot_stream_or_gives_nothing(error: Exception) -> None:
    assert of(Client(raising(error), whole="all")).complete("prompt") == "all"
    assert of(Client(lambda: iter(()), whole="all")).complete("prompt") == "all"


PASSING = [ConnectionRefusedError("refused"), httpx.ConnectError("no way"), refused(429), refused(500), refused(529)]


@pytest.mark.parametrize("error", PASSING)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    client = Client(raising(error), raising(error), lambda: iter("ok"))
    assert of(client).complete("prompt") == "ok"
    client = Client(raising(error))
    with pytest.raises(
        BackendUnreachable, match=r"the backend 'some' .*; (check that its server is running|try again)"
    ):
        of(client).complete("prompt")
    assert client.asked == TRIES


@pytest.mark.parametrize("error", PASSING)
def test_once_something_has_come_it_is_not_tried_again(error: Exception) -> None:
    client = Client(raising(error, "a"))
    with pytest.raises(BackendError):
        of(client).complete("prompt")
    assert client.asked == 1


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (
            refused(401),
            BackendRefused,
            r"does not accept the key \(HTTP 401\); set SOME_KEY, or run: keyring set finding",
        ),
        (refused(403), BackendRefused, "does not accept the key"),
        (refused(404, "no model"), BackendRefused, r"HTTP 404: no model\); set FINDINGS_BACKEND_MODEL"),
        (refused(400, f"bad\n{KEY}"), BackendRefused, r"refuses the request \(HTTP 400: bad …\); try another model"),
        (httpx.ReadTimeout("slow"), BackendTimeout, "did not reply in time"),
        (TimeoutError(), BackendTimeout, r"in time \(TimeoutError\)"),
        (ValueError("x" * 1000), BackendError, "xxx…"),
        (KeyError(KEY), BackendError, "…"),
    ],
)
def test_every_failure_is_ours_in_one_line_without_the_key(error: Exception, kind: type, said: str) -> None:
    class Whole(Client):
        def complete(self, prompt: str) -> Any:
            raise error

    client = Whole(raising(error))
    with pytest.raises(kind, match=said) as caught:
        of(client).complete("prompt")
    assert client.asked == 1
    assert KEY not in str(caught.value) and "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert caught.value.__cause__ is None, "a traceback shows no key either"


def test_wrapped_errors_are_told_by_their_cause() -> None:
    def stream() -> Iterator[str]:
        try:
            raise ConnectionResetError("gone")
        except ConnectionResetError as error:
            raise RuntimeError("the client's own") from error
        yield ""

    with pytest.raises(BackendUnreachable, match="gone"):
        of(Client(stream)).complete("prompt")


def test_a_server_is_left_alone_for_as_long_as_it_asks() -> None:
    client = Client(raising(refused(429, **{"retry-after": "0.2"})), lambda: iter("ok"))
    began = time.monotonic()
    assert of(client).complete("prompt") == "ok"
    assert time.monotonic() - began >= 0.2


def hanging(*before: str) -> Callable[[], Iterator[str]]:
    def stream() -> Iterator[str]:
        yield from before
        time.sleep(5)

    return stream


@pytest.mark.parametrize("before", [(), ("a",)])
def test_the_time_is_limited_as_a_whole(before: tuple[str, ...]) -> None:
    began = time.monotonic()
    with pytest.raises(BackendTimeout, match="was not done after 0.2 seconds; raise FINDINGS_BACKEND_TIMEOUT"):
        of(Client(hanging(*before))).complete("prompt", seconds=0.2)
    assert time.monotonic() - began < 1


def test_an_endless_reply_is_given_up() -> None:
    read = []

    def endless() -> Iterator[str]:
        while True:
            read.append(1)
            yield "x" * 1000

    with pytest.raises(BackendReply, match="has no end; try another model"):
        of(Client(endless)).complete("prompt")
    time.sleep(0.1)
    count = len(read)
    assert count < 2 * LONGEST / 1000
    time.sleep(0.1)
    assert len(read) == count, "nobody reads on"


def test_calling_off() -> None:
    cancel = threading.Event()
    threading.Timer(0.1, cancel.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled, match="ask again"):
        of(Client(hanging("a"))).complete("prompt", cancel)
    assert time.monotonic() - began < 1


def test_closing_stops_the_reading() -> None:
    closed = threading.Event()

    def stream() -> Iterator[str]:
        try:
            while True:
                yield "a"
                time.sleep(0.01)
        finally:
            closed.set()

    pieces = of(Client(stream)).stream("prompt")
    next(pieces)
    pieces.close()
    assert closed.wait(2)


def test_a_model_in_this_process_takes_one_at_a_time() -> None:
    running, most = [], []

    def stream() -> Iterator[str]:
        running.append(1)
        most.append(len(running))
        time.sleep(0.05)
        running.pop()
        yield "a"

    model = Model("some", Client(stream), Server("this process", "", True), Settings())
    threads = [threading.Thread(target=model.complete, args=("prompt",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_a_server_that_nothing_listens_at_is_not_waited_for(unused_port: int) -> None:
    client = Client(hanging())
    model = Model("some", client, server_at(f"http://127.0.0.1:{unused_port}/"), Settings())
    with pytest.raises(BackendUnreachable, match="cannot be reached"):
        model.complete("prompt")
    assert client.asked == 0


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
