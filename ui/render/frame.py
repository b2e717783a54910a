"""What stands around the answers: the head of the page, what it says of language models, and what it has noted."""

from __future__ import annotations

from ui.render.text import count, here, safe, sentence


def header(papers: int, sample: bool) -> str:
    """The name of the program, what it does, and, over the sample papers, that they are samples."""
    banner = (
        '<p class="banner"><strong>Sample papers.</strong> '
        f"The {count(papers, 'paper', 'papers')} here are retellings in other words, made for trying Findings out; "
        "each links to its original. Add your own under Papers: they then take the place of the samples.</p>"
    )
    return (
        '<header><h1>Findings</h1><p class="lead">Ask the inspection reports in plain words; check every word of the '
        f"answer.</p>{banner if sample else ''}</header>"
    )


def examples_lead() -> str:
    return "<h2>Questions to try</h2>"


def consent(server: str) -> str:
    """Where passages would go, which the person has to agree to."""
    return (
        '<p class="notice">A language model writes the answers: your questions and the passages found for them will go '
        f"to {safe(server)}, which is not known to be on this machine. Nothing is sent before you agree, and you are "
        "asked once.</p>"
    )


def backend_state(state: str, good: bool) -> str:
    """How the chosen answerer is doing, in words; the sign before them is no more than an ornament."""
    sign = "●" if good else "▲"
    kind = "good" if good else "bad"
    return f'<p class="state {kind}"><span aria-hidden="true">{sign}</span> {safe(state)}</p>'


def noted(text: str, *, bad: bool = False) -> str:
    """What has just been done, or could not be."""
    return f'<p class="{"error" if bad else "note"}">{safe(sentence(text))}</p>' if text else ""


def questions_noted() -> str:
    """Where the questions are that came of what people said of answers."""
    return (
        '<p class="quiet">What you called helpful or wrong becomes a question set: '
        f'<a href="{here("/questions.jsonl")}" download>download it</a>, run it below, or with '
        "<code>findings eval</code>.</p>"
    )
