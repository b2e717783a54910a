"""The page as a Gradio app, and as an application that answers this machine only.

Gradio takes seconds to import, so that happens inside the functions.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ui.guard import HOST, middleware
from ui.history import History
from ui.live import Live
from ui.pictures import Drawing

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

    from rag.pipeline import Findings

UPLOAD = "100mb"  # the largest paper that the page takes


def build(findings: Findings, history: History, live: Live | None = None) -> gradio.Blocks:
    """The page over an open store, with the endpoints for programs."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read at import, before any Blocks can be told
    import gradio as gr

    from ui.ask_tab import QUIET, AskTab, part, script
    from ui.documents_tab import DocumentsTab
    from ui.earlier_tab import EarlierTab
    from ui.evaluate_tab import EvaluateTab
    from ui.programs import add_endpoints
    from ui.render import frame

    live = live or Live(findings)

    def head() -> str:
        now = live()
        return frame.header(len(now.store.records), now.sample)

    with gr.Blocks(title="Findings", analytics_enabled=False) as page:
        add_endpoints(live)  # first, so that theirs are the names
        header = part(head(), js_on_load=script("page.js"))
        part('<p id="said" class="unseen" role="status" aria-live="polite"></p>')
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask"):
                AskTab(page, live, history)
            with gr.Tab("History", id="earlier") as tab:
                EarlierTab(page, tab, live, history)
            with gr.Tab("Papers", id="papers") as tab:
                DocumentsTab(page, tab, live, header, head)
            with gr.Tab("Evaluate", id="evaluate") as tab:
                EvaluateTab(page, tab, live, history)
        page.load(head, outputs=header, **QUIET)
    return page.queue()


def application(findings: Findings, history: History | None = None, drawing: Drawing | None = None) -> FastAPI:
    """The page as an ASGI application that answers to this machine's own names and lets the browser ask nobody else."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from fastapi import FastAPI

    from ui.ask_tab import script
    from ui.routes import add_routes

    live, history = Live(findings), history or History(findings.settings)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, middleware=middleware())
    add_routes(app, live, history, drawing or Drawing())
    theme = gr.themes.Default(
        primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    )
    return gr.mount_gradio_app(
        app,
        build(findings, history, live),
        path="/",
        server_name=HOST,
        footer_links=[],
        run_history=False,
        show_error=True,
        app_kwargs={"openapi_url": None},
        max_file_size=UPLOAD,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=True,
        theme=theme.set(  # lighter blues are too faint below white letters
            button_primary_background_fill="*primary_700",
            button_primary_background_fill_hover="*primary_800",
            button_primary_background_fill_dark="*primary_700",
        ),
        css=script("page.css"),
    )
