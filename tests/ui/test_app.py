"""The page over a stand-in for the program, and its endpoint over the loopback address."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from page_server import served as served_from_thread

from rag.backend.server import Server
from rag.errors import ConsentMissing, HistoryError, UsageError
from rag.types import Filters, Writing
from ui import app, backends, live, serving
from ui.answering import REMEMBERED, Conversation, answered, narrowed, restored
from ui.render import answer as render
from ui.render import frame

pytestmark = pytest.mark.filterwarnings("ignore")  # gradio and its server warn of each other


def served_at(findings, history=None):
    """The address of the page over the stand-in, served from a thread."""
    return served_from_thread(app.application(findings, history))


@pytest.fixture
def served(fake, history):
    with served_at(fake, history) as address:
        yield address


def asked(fake, history, question, conversation=Conversation(), **named):
    """The steps of an answer."""
    return list(answered(lambda: fake, history, question, conversation, **named))


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_and_its_sources(fake, history):
    waits, (markup, after) = asked(fake, history, "What about supervision?")
    assert render.is_busy(waits[0]) and waits[1] is None
    (turn,) = after.turns
    assert f'href="#source-{turn.kept.id}-1"' in markup and f'id="source-{turn.kept.id}-1"' in markup
    assert history.conversation(after.id)[0].answer.question == "What about supervision?"


def test_an_error_is_said_in_words(fake, history):
    for question in ("  ", None):
        ((markup, after),) = asked(fake, history, question)
        assert "The question is empty; ask something." in markup and after is None


def test_the_unexpected_is_one_calm_line_and_logged(fake, history, caplog):
    *_, (markup, after) = asked(fake, history, "crash")
    assert render.UNEXPECTED in markup and "secret detail" not in markup and after is None
    assert "secret detail" in caplog.text and "Traceback" in caplog.text


def test_a_conversation_is_remembered(fake, history):
    *_, (_, first) = asked(fake, history, "What about supervision?")
    *_, (_, second) = asked(fake, history, "and in 2022?", first)
    assert fake.earlier == ("What about supervision?",)
    assert second.asked == ("What about supervision?", "and in 2022?") and second.id == first.id
    many = Conversation(first.id, first.turns * 50)
    *_, (_, after) = asked(fake, history, "One more?", many)
    assert len(after.turns) == REMEMBERED
    assert second.before(second.turns[1].kept.id).asked == ("What about supervision?",)
    assert second.before("none") == second


def test_a_reload_and_a_link_restore_it(fake, history):
    *_, (_, first) = asked(fake, history, "What about supervision?")
    *_, (markup, second) = asked(fake, history, "and in 2022?", first)
    found = restored(fake, history, conversation=second.id)
    assert found.id == second.id and found.asked == second.asked and found.turns[1].markup == markup
    assert restored(fake, history, answer=first.turns[0].kept.id) == found
    assert restored(fake, history, conversation="none") == Conversation() == restored(fake, history)
    with pytest.raises(UsageError, match="not in the history"):
        restored(fake, history, answer="none")


def test_a_quote_whose_paper_has_gone_since_stands_alone(fake, history):
    *_, (_, after) = asked(fake, history, "What about supervision?")
    fake.store.records.clear()
    markup = restored(fake, history, conversation=after.id).turns[0].markup
    assert "Supervision is regular" in markup and "Audits are new" not in markup and "data-pages" not in markup
    assert "no longer where it was indexed" in markup


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(fake, history, monkeypatch, caplog):
    def keep(*_, **__):
        raise HistoryError("the disk is full")

    monkeypatch.setattr(history, "keep", keep)
    *_, (markup, after) = asked(fake, history, "What about supervision?")
    assert "Supervision is regular" in markup and "Copy link" not in markup and after.id is None
    assert "the disk is full" in caplog.text


def test_only_what_was_checked_is_shown_while_a_model_writes(fake, history):
    _, first, same, second, last = asked(fake, history, "Ask the model")
    assert "The language model is writing" in first[0] and 'class="claim"' not in first[0]
    assert same[0] is None, "nothing new"
    assert "Supervision is regular and well recorded." in second[0] and "1 sentence withheld so far" in second[0]
    assert "source-" not in second[0] and "source-" in last[0]


def test_without_consent_the_page_says_where_to_give_it(fake, history, monkeypatch):
    def asking(*_, **__):
        raise ConsentMissing("agree with --agree")
        yield

    monkeypatch.setattr(fake, "asking", asking)
    *_, (markup, _) = asked(fake, history, "What about supervision?")
    assert "with the button above" in markup and "--agree" not in markup


def test_stopping_replaces_only_what_is_being_written(fake, history):
    stop = next(f.fn for f in app.build(fake, history).fns.values() if f.name == "stopped")
    assert render.STOPPED in stop("q", render.writing("q", Writing()))
    assert render.STOPPED not in str(stop("q", "<p>An answer.</p>"))
    assert render.STOPPED not in str(stop("q", None))


def test_stopping_calls_the_model_off(fake, history):
    steps = answered(lambda: fake, history, "Ask the model", Conversation())
    next(steps), next(steps)
    steps.close()
    assert fake.asked == []


# ── what narrows a search ────────────────────────────────────────────────────────────────────────────────────────


def test_the_controls_become_filters():
    assert narrowed((), None, [], (), "", None) == Filters()
    found = narrowed(["Newham"], ["London"], ["news"], ["Good"], " 2019 ", "2022-03", ["dates"])
    assert found == Filters(("Newham",), ("London",), ("news",), ("Good",), "2019", "2022-03", ("dates",))


@pytest.mark.parametrize(("since", "until", "said"), [("May", "", "no date"), ("2022", "2019-01", "turn them round")])
def test_dates_that_are_none(since, until, said):
    with pytest.raises(UsageError, match=said):
        narrowed((), (), (), (), since, until)


def test_what_can_be_filtered_by_is_what_is_held(fakes):
    found = live.choices(fakes.findings())
    assert found.authorities == ["Newham"] and found.kinds == ["inspection"] and found.grades == []


# ── a language model on another machine ──────────────────────────────────────────────────────────────────────────


def test_the_page_asks_once_before_passages_leave_this_machine(fakes, history, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    server = Server("https://models.example.org", "https://models.example.org/v1", False)
    findings = fakes.findings(remote=server)
    assert backends.unagreed(findings) == server
    assert "https://models.example.org" in frame.consent(backends.unagreed(findings).name)
    page = app.build(findings, history)
    agree = next(f for f in page.fns.values() if f.name == "agree")
    assert agree.fn("x")[0] == ""
    assert backends.unagreed(findings) is None


def test_nothing_is_asked_of_what_stays_here(fakes):
    assert backends.unagreed(fakes.findings()) is None
    assert backends.unagreed(fakes.findings(remote=Server("http://127.0.0.1:1", "http://127.0.0.1:1", True))) is None


# ── questions to begin with ──────────────────────────────────────────────────────────────────────────────────────


def test_example_questions_name_places_that_are_held(fakes):
    assert live.questions(fakes.findings(sample=True)) == live.SAMPLE_QUESTIONS
    assert any("Newham" in q for q in live.questions(fakes.findings()))
    assert live.questions(fakes.findings(records=()))


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_importing_the_page_is_light():
    code = "import sys, ui; sys.exit(bool({'gradio', 'fastapi', 'uvicorn', 'chromadb', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


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
            serving.serve(lambda report: fake, port)


def test_a_port_out_of_range(fake):
    with pytest.raises(UsageError, match="out of range"):
        serving.serve(lambda report: fake, 70_000)


def test_only_this_machine_is_listened_to():
    with serving.bind(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_stops_it_cleanly():
    here = Path(__file__).parent
    code = "import conftest; from ui.serving import serve; serve(lambda report: conftest.FakeFindings(), 0)"
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
