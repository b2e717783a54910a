"""The page over a stand-in for the program, and its endpoint over the loopback address."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from rag.backend.server import Server
from rag.errors import ConsentMissing, UsageError
from rag.types import Writing
from ui import app, render

pytestmark = pytest.mark.filterwarnings("ignore")  # gradio and its server warn of each other


@pytest.fixture
def served(fake):
    """The address of the page over the stand-in, served from a thread."""
    import uvicorn

    listening = app.bind(0)
    server = uvicorn.Server(uvicorn.Config(app.application(fake), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)
    listening.close()
    gc.collect()  # clients leave event loops open; better noticed here than blamed on another test


def answered(*asked):
    """What is shown in the end."""
    *_, last = app.answered(*asked)
    return last


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_and_its_sources(fake):
    answer, sources, _ = answered(lambda: fake, "What about supervision?")
    assert 'href="#source-1"' in answer and 'id="source-1"' in sources


def test_an_error_is_said_in_words(fake):
    answer, sources, _ = answered(lambda: fake, "  ")
    assert "The question is empty; ask something." in answer and sources == ""
    assert "empty" in answered(lambda: fake, None)[0]


def test_the_unexpected_is_one_calm_line_and_logged(fake, caplog):
    answer, *_ = answered(lambda: fake, "crash")
    assert render.UNEXPECTED in answer and "secret detail" not in answer
    assert "secret detail" in caplog.text and "Traceback" in caplog.text


def test_a_conversation_is_remembered(fake):
    *_, earlier = answered(lambda: fake, "What about supervision?")
    assert earlier == ("What about supervision?",)
    *_, earlier = answered(lambda: fake, "and in 2022?", earlier)
    assert fake.earlier == ("What about supervision?",)
    assert earlier == ("What about supervision?", "and in 2022?")
    assert answered(lambda: fake, "crash", earlier)[2] == earlier
    assert answered(lambda: fake, "", earlier)[2] == earlier
    many = tuple(f"Question {i}?" for i in range(50))
    assert len(answered(lambda: fake, "One more?", many)[2]) == app.REMEMBERED


def test_only_what_was_checked_is_shown_while_a_model_writes(fake):
    first, same, second, last = app.answered(lambda: fake, "Ask the model")
    assert "The language model is writing" in first[0] and "claim" not in first[0]
    assert same is None, "nothing new"
    assert "Supervision is regular and well recorded." in second[0] and "1 sentence withheld so far" in second[0]
    assert second[1] == "" and 'id="source-1"' in last[1]


def test_without_consent_the_page_says_where_to_give_it(fake, monkeypatch):
    def asking(*_, **__):
        raise ConsentMissing("agree with --agree")
        yield

    monkeypatch.setattr(fake, "asking", asking)
    shown, *_ = answered(lambda: fake, "What about supervision?")
    assert "with the button above" in shown and "--agree" not in shown


def test_stopping_replaces_only_what_is_being_written(fake):
    stop = next(f.fn for f in app.build(fake).fns.values() if f.name == "stopped")
    assert render.STOPPED in stop(render.writing(Writing()))
    assert render.STOPPED not in str(stop("<p>An answer.</p>"))
    assert render.STOPPED not in str(stop(None))


def test_stopping_calls_the_model_off(fake):
    steps = app.answered(lambda: fake, "Ask the model")
    next(steps)
    steps.close()
    assert fake.asked == []


# ── a language model on another machine ──────────────────────────────────────────────────────────────────────────


def test_the_page_asks_once_before_passages_leave_this_machine(fakes, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    server = Server("https://models.example.org", "https://models.example.org/v1", False)
    findings = fakes.findings(remote=server)
    assert app.unagreed(findings) == server
    assert "https://models.example.org" in render.consent(app.unagreed(findings).name)
    page = app.build(findings)
    agree = next(f for f in page.fns.values() if f.name == "agree")
    assert agree.fn()[0] == ""
    assert app.unagreed(findings) is None


def test_nothing_is_asked_of_what_stays_here(fakes):
    assert app.unagreed(fakes.findings()) is None
    assert app.unagreed(fakes.findings(remote=Server("http://127.0.0.1:1", "http://127.0.0.1:1", True))) is None


# ── questions to begin with ──────────────────────────────────────────────────────────────────────────────────────


def test_example_questions_name_places_that_are_held(fakes):
    assert app.questions(fakes.findings(sample=True)) == app.SAMPLE_QUESTIONS
    assert any("Newham" in q for q in app.questions(fakes.findings()))
    assert app.questions(fakes.findings(records=()))


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_importing_the_page_is_light():
    code = "import sys, ui; sys.exit(bool({'gradio', 'fastapi', 'uvicorn', 'chromadb', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


def test_the_page_has_one_public_endpoint(fake):
    page = app.build(fake)
    public = [f.api_name for f in page.fns.values() if f.api_visibility == "public"]
    assert public == ["ask"]
    assert page.analytics_enabled is False


def test_the_endpoint_returns_the_record(served, fake, fakes):
    from gradio_client import Client

    client = Client(served, verbose=False, analytics_enabled=False)
    found = client.predict("What about supervision?", api_name="/ask")
    assert found["claims"][0]["citations"][0]["quote"] == fakes.quote
    assert json.dumps(found)
    client.predict("and in 2022?", ["What about supervision?"], api_name="/ask")
    assert fake.earlier == ("What about supervision?",)
    with pytest.raises(Exception, match="the question is empty"):
        client.predict(" ", api_name="/ask")
    with pytest.raises(Exception, match="Something went wrong"):
        client.predict("crash", api_name="/ask")


def test_several_people_get_their_own_answers(served):
    from gradio_client import Client

    clients = [Client(served, verbose=False, analytics_enabled=False) for _ in range(3)]
    jobs = [c.submit(f"Question {i}?", api_name="/ask") for i, c in enumerate(clients)]
    assert [job.result(timeout=30)["question"] for job in jobs] == [f"Question {i}?" for i in range(3)]


def test_the_page_keeps_the_browser_here(served):
    with urllib.request.urlopen(served) as response:
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert response.headers["referrer-policy"] == "no-referrer"
        assert '<html\n\tlang="en"' in response.read().decode()


@pytest.mark.parametrize(
    "path",
    ["docs", "redoc", "openapi.json", "gradio_api/runs", "monitoring", f"gradio_api/file={Path(__file__).resolve()}"],
)
def test_nothing_else_is_served(served, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(served + path)
    assert refused.value.code in (403, 404)


def test_another_host_name_is_refused(served):
    request = urllib.request.Request(served, headers={"Host": "papers.example.org"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 400


# ── serving ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_port_in_use_names_cause_and_fix(fake):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port} on 127.0.0.1 is in use.*--port"):
            app.serve(fake, port)


def test_a_port_out_of_range(fake):
    with pytest.raises(UsageError, match="out of range"):
        app.serve(fake, 70_000)


def test_only_this_machine_is_listened_to():
    with app.bind(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_stops_it_cleanly():
    here = Path(__file__).parent
    code = "import conftest; from ui.app import serve; serve(conftest.FakeFindings(), 0)"
    paths = os.pathsep.join([str(here), str(here.parents[1])])
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths}, stderr=subprocess.PIPE, text=True
    )
    line = process.stderr.readline()
    assert line.startswith("Findings is at http://127.0.0.1:")
    address = line.split()[3]
    with urllib.request.urlopen(address) as response:
        assert response.status == 200
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
