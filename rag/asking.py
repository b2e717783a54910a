"""Asking in the terminal while a language model may write: whether passages may go to its server, and how it gets on.

Questions and progress go to stderr; a person can answer and watch only where that, and the input, are a terminal.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.display import harmless
from rag.errors import ConsentMissing
from rag.types import Answer, Writing

if TYPE_CHECKING:
    from rag.pipeline import Findings


def settle_consent(findings: Findings, backend: str | None, agree: bool) -> None:
    """See to it that a person has agreed to the backend's server, by option or asked once; what they agree to is
    remembered. Raises ConsentMissing."""
    server = findings.server(backend)
    if server is None:
        return
    from rag.backend import consent

    if not consent.agreed(server, findings.settings) and (agree or _agrees(server.name)):
        consent.agree(server)
    consent.require(server, findings.settings)


def _agrees(server: str) -> bool:
    """Ask the person. False where there is nobody to ask; raises ConsentMissing for a no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(
        f"Your question and the passages found for it will go to {harmless(server)}, which is not known to be on this "
        "machine.\nThis is asked once. Do you agree? [y/N] "
    )
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    raise ConsentMissing(f"nothing was sent to {server}; ask without a language model: --backend extractive")


def wait(steps: Iterator[Writing | Answer], backend: str) -> Answer:
    """The answer at the end of the steps; meanwhile one line on a terminal says what stands up to the check."""
    began, shown = time.monotonic(), 0
    watched = sys.stderr.isatty()
    try:
        for step in steps:
            if isinstance(step, Answer):
                return step
            if watched:
                line = f"{backend} is writing, {time.monotonic() - began:.0f} s: {_checked(step)}"
                sys.stderr.write(f"\r{harmless(line).ljust(shown)}")
                sys.stderr.flush()
                shown = len(line)
    finally:
        if shown:
            sys.stderr.write(f"\r{' ' * shown}\r")
        with contextlib.suppress(AttributeError):
            steps.close()  # type: ignore[attr-defined]
    raise AssertionError("asking ends with an answer")


def _checked(step: Writing) -> str:
    count = len(step.claims)
    stand = f"{count} {'sentence stands' if count == 1 else 'sentences stand'} up to the check"
    return f"{stand}, {step.withheld} withheld" if step.withheld else stand
