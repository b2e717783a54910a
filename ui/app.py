"""The page as a Gradio app, and the server that shows it on this machine only.

Gradio takes seconds to import, so that happens inside the functions.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import ConsentMissing, FindingsError, UsageError
from rag.record import record
from rag.types import Writing
from ui import render, style

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

    from rag.backend.server import Server
    from rag.pipeline import Findings

HOST = "127.0.0.1"
REMEMBERED = 20  # questions of one page's conversation
SAMPLE_QUESTIONS = (
    "What did inspectors say about return home interviews in Newham?",
    "How many of Newham's looked-after children lived outside the borough in 2014?",
    "How was Newham judged overall in 2014?",
    "What was missing from children's assessments in Newcastle in 2018?",
)
_log = logging.getLogger("findings.ui")


def questions(findings: Findings) -> tuple[str, ...]:
    """Example questions about what the store holds."""
    if findings.sample:
        return SAMPLE_QUESTIONS
    said = [r.description for r in findings.store.records.values()]
    judged = sorted({p for d in said if d.judgements and (p := d.value("authority"))})
    places = judged or sorted({p for d in said if (p := d.value("authority"))})
    if not places:
        return ("What did inspectors say about supervision?", "What needs to improve?")
    first, last = places[0], places[-1]
    return tuple(
        dict.fromkeys(
            (
                f"What did inspectors say about supervision in {first}?",
                f"What needs to improve in {last}?",
                f"How was {first} judged overall?",
            )[: 3 if judged else 2]
        )
    )


class Live:
    """The papers in force at each question: the page stays up while others are indexed."""

    def __init__(self, findings: Findings):
        self._findings, self._lock = findings, threading.Lock()

    def __call__(self) -> Findings:
        with self._lock:
            self._findings = self._findings.latest()
            return self._findings


Shown = tuple[str, str, tuple[str, ...]]  # answer region and sources as markup, and the questions asked so far


def answered(live: Callable[[], Findings], question: str, earlier: Sequence[str] = ()) -> Iterator[Shown | None]:
    """What the page shows, as it comes: while a language model writes, what has stood up to verification so far (None
    where that is as before); last the answer, with this question as it was understood. Closing it calls the model off.
    Never raises: what went wrong is said in the answer region."""
    earlier, before = tuple(earlier), None
    try:
        findings = live()
        with contextlib.closing(findings.asking(question or "", earlier=earlier)) as steps:
            for step in steps:
                if isinstance(step, Writing):
                    yield None if step == before else (render.writing(step), "", earlier)
                    before = step
                else:
                    around = [findings.surroundings(citation) for one in step.claims for citation in one.citations]
                    markup = render.answer(step, findings.store.records), render.sources(step, around)
                    yield *markup, (*earlier, step.query.text)[-REMEMBERED:]
    except ConsentMissing:
        yield render.message(render.UNAGREED), "", earlier
    except FindingsError as error:
        yield render.message(str(error)), "", earlier
    except Exception:
        _log.exception("a question could not be answered")
        yield render.message(render.UNEXPECTED), "", earlier


def unagreed(findings: Findings) -> Server | None:
    """The language model's server on another machine that nobody has agreed to, if there is one."""
    server = findings.server()
    if server is None:
        return None
    from rag.backend import consent

    return None if consent.agreed(server, findings.settings) else server


def build(findings: Findings) -> gradio.Blocks:
    """The page over an open store, with the endpoint "/ask" that returns the JSON record of an answer."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read at import, before any Blocks can be told
    import gradio as gr

    live = Live(findings)

    def ask(question: str, earlier: list[str] | None = None) -> dict:
        """The answer to a question, every sentence with its quotes and where they stand. `earlier` are the questions
        asked before it, the oldest first."""
        try:
            return record(live().ask(question or "", earlier=[str(one) for one in earlier or ()]))
        except FindingsError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            _log.exception("a question could not be answered")
            raise gr.Error(render.UNEXPECTED, print_exception=False) from error

    def held() -> tuple[str, str]:
        """What changes when papers are indexed while the page is up."""
        records = live().store.records
        return render.header(len(records), findings.sample), render.documents(records.values())

    def part(markup: str = "", **named: str) -> gr.HTML:
        return gr.HTML(markup, elem_classes="findings", apply_default_css=False, **named)

    def show(question: str, earlier: tuple[str, ...]) -> Iterator[Any]:
        with contextlib.closing(answered(live, question, earlier)) as steps:
            for step in steps:
                yield (gr.skip(),) * 3 if step is None else step

    def stopped(shown: str) -> Any:
        return render.message(render.STOPPED) if render.is_writing(shown) else gr.skip()

    def asked_for() -> tuple[Any, Any]:
        """The question whether passages may go to another machine, as long as nobody has agreed to that."""
        server = unagreed(findings)
        return (render.consent(server.name) if server else ""), gr.Button(visible=server is not None)

    def agree() -> tuple[Any, Any]:
        from rag.backend import consent

        try:
            if server := unagreed(findings):
                consent.agree(server)
        except FindingsError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return asked_for()

    with gr.Blocks(title="Findings", analytics_enabled=False) as page:
        earlier = gr.State(())  # of this page alone: each has a conversation of its own
        header = part(held()[0], js_on_load=style.FOLLOW)
        question = gr.Textbox(
            label="Your question",
            placeholder="What did inspectors say about …?  Then: and in 2022? what about …?",
            lines=1,
            max_lines=5,
            elem_id="question",
        )
        with gr.Row():
            button = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=140)
            # The embedded answerer is done before anybody could stop it.
            stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=140, visible=findings.server() is not None)
        notice = part(elem_id="consent")
        agrees = gr.Button("I agree", elem_id="agree", scale=0, min_width=140, visible=False)
        with gr.Row():
            with gr.Column(scale=3, min_width=300):
                answer = part(elem_id="answer", js_on_load=style.ANNOUNCE)
            with gr.Column(scale=2, min_width=300):
                sources = part(elem_id="sources")
        part(render.examples_lead())
        with gr.Row(elem_id="examples"):
            examples = [gr.Button(text, size="sm", min_width=240) for text in questions(findings)]
        documents = part(held()[1])
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        page.load(held, outputs=[header, documents], **quiet)
        page.load(asked_for, outputs=[notice, agrees], **quiet)
        agrees.click(agree, outputs=[notice, agrees], **quiet)

        # Few at a time: a question keeps the processor busy, and a language model keeps its caller waiting.
        turn: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": 4}
        shown: dict[str, Any] = turn | {
            "fn": show,
            "inputs": [question, earlier],
            "outputs": [answer, sources, earlier],
            "show_progress_on": answer,
            "api_visibility": "private",
        }
        running = [gr.on([question.submit, button.click], **shown)]
        for example, text in zip(examples, questions(findings), strict=True):
            running.append(example.click(lambda text=text: text, outputs=question, **quiet).then(**shown))
        stop.click(stopped, inputs=answer, outputs=answer, cancels=running, **quiet)
        gr.api(ask, api_name="ask", **turn)
    return page.queue()


def application(findings: Findings) -> FastAPI:
    """The page as an ASGI application that answers to this machine's own names and lets the browser ask nobody else."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.guard import Headers

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Headers)
    # A foreign site whose name is made to point here must not read a person's papers.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    theme = gr.themes.Default(
        primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    )
    return gr.mount_gradio_app(
        app,
        build(findings),
        path="/",
        server_name=HOST,
        footer_links=[],
        run_history=False,
        show_error=True,
        app_kwargs={"openapi_url": None},
        max_file_size=1,  # nothing is uploaded
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme.set(  # lighter blues are too faint below white letters
            button_primary_background_fill="*primary_700",
            button_primary_background_fill_hover="*primary_800",
            button_primary_background_fill_dark="*primary_700",
        ),
        css=style.CSS,
    )


def _to_stderr(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def serve(
    findings: Findings, port: int, *, open_browser: bool = False, report: Callable[[str], None] = _to_stderr
) -> None:
    """Show the page on 127.0.0.1 until Ctrl-C. Raises UsageError where the port cannot be had."""
    with contextlib.closing(bind(port)) as listening:
        import uvicorn

        # The model loads while the person types; a question that comes sooner waits for it.
        threading.Thread(target=findings.warm, daemon=True).start()
        config = uvicorn.Config(
            application(findings), log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        report(f"Findings is at {address} (Ctrl-C stops it)")
        if open_browser:
            webbrowser.open(address)
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes any free one. Raises UsageError."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # On Windows the option of this name lets two programs share a port; there the exclusive one does what is meant.
    option = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    listening.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)  # from here on a browser that comes early waits instead of being refused
    except (OSError, OverflowError) as error:
        listening.close()
        reason = "cannot be used"
        if isinstance(error, OverflowError):
            reason = "is out of range"
        elif isinstance(error, PermissionError):
            reason = "is reserved, or in use by another program"
        elif error.errno == errno.EADDRINUSE:
            reason = "is in use by another program"
        other = 7860 if port != 7860 else 7861
        raise UsageError(f"port {port} on {HOST} {reason}; choose another: findings serve --port {other}") from error
    return listening
