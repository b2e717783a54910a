"""While the page is being built: a browser gets a page at once, everything else waits, and a failure ends it all."""

from __future__ import annotations

import contextlib
import json
import threading
import urllib.error
import urllib.request

import pytest

from rag.errors import StoreMissing
from ui import serving
from ui.starting import Starting

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def the_page():
    from fastapi import FastAPI
    from starlette.responses import PlainTextResponse

    page = FastAPI()
    page.add_route("/", lambda request: PlainTextResponse("the page"))
    page.add_route("/config", lambda request: PlainTextResponse("its settings"))
    return page


class Slow:
    """Builds the page once `go` is set; then it raises `error`, if any."""

    def __init__(self, error=None):
        self.go, self.error = threading.Event(), error

    def __call__(self, tell):
        tell("reading paper 1 of 5")
        assert self.go.wait(30)
        if self.error:
            raise self.error
        return the_page()


@contextlib.contextmanager
def started(build):
    import uvicorn

    with serving.bind(0) as listening:
        starting = Starting(build, lambda: setattr(server, "should_exit", True))
        server = uvicorn.Server(uvicorn.Config(starting, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield starting, f"http://127.0.0.1:{listening.getsockname()[1]}/", thread
        build.go.set()
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def got(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as response:
        return response.read().decode(), response.headers


def test_a_browser_is_shown_a_page_with_a_question_box_meanwhile():
    build = Slow()
    with started(build) as (_, address, _thread):
        page, headers = got(address, **BROWSER)
        assert "<textarea" in page
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert json.loads(got(address + "starting")[0]) == {"ready": False, "note": "reading paper 1 of 5"}


def test_the_page_takes_over():
    build = Slow()
    with started(build) as (_, address, _thread):
        got(address, **BROWSER)
        build.go.set()
        assert got(address + "config")[0] == "its settings"
        assert got(address, **BROWSER)[0] == "the page"
        assert json.loads(got(address + "starting")[0])["ready"]


def test_programs_wait_until_the_page_is_there():
    build = Slow()
    with started(build) as (_, address, _thread):
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(got(address + "config")[0]))
        waiting.start()
        waiting.join(0.3)
        assert answers == []
        build.go.set()
        waiting.join(30)
        assert answers == ["its settings"]


def test_what_cannot_be_opened_stops_the_server_and_those_who_wait_are_told():
    build = Slow(StoreMissing("no papers are indexed"))
    with started(build) as (starting, address, thread):
        answers = []

        def ask():
            try:
                got(address + "config")
            except urllib.error.HTTPError as refused:
                with refused:
                    answers.append(refused.code)

        waiting = threading.Thread(target=ask)
        waiting.start()
        waiting.join(0.3)
        build.go.set()
        waiting.join(30)
        thread.join(20)
        assert (answers, thread.is_alive()) == ([503], False)
        assert starting.failure is build.error


def test_it_can_be_stopped_before_the_page_is_there():
    build = Slow()
    import uvicorn

    with serving.bind(0) as listening:
        starting = Starting(build, lambda: None)
        server = uvicorn.Server(uvicorn.Config(starting, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        got(f"http://127.0.0.1:{listening.getsockname()[1]}/", **BROWSER)
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
        assert starting.failure is None
        assert starting._making.is_alive()
        build.go.set()
        starting.wait()  # in native code it would be aborted by the interpreter's end
        assert not starting._making.is_alive()


def test_another_host_name_is_refused_from_the_beginning():
    build = Slow()
    with started(build) as (_, address, _thread):
        with pytest.raises(urllib.error.HTTPError) as refused:
            got(address, Host="papers.example.org", **BROWSER)
        with refused.value:
            assert refused.value.code == 400


def test_serving_raises_what_the_papers_cannot_be_opened_for():
    said = []
    error = StoreMissing("no papers are indexed")

    def open_papers(report):
        report("looking")
        raise error

    with pytest.raises(StoreMissing) as raised:
        serving.serve(open_papers, 0, report=said.append)
    assert raised.value is error
    assert said[0].startswith("Findings is at http://127.0.0.1:")
    assert said[1] == "looking"
