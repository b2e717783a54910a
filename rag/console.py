"""Writing to the terminal: results to stdout, notes to stderr, and nothing that commands the terminal to either."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.display import harmless

if TYPE_CHECKING:
    from rag.index import Progress


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    # Pure ASCII where the terminal cannot show the rest; JSON leaves the upper control characters as they are.
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1)
    text = re.sub("[\x7f-\x9f\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text)
    sys.stdout.write(f"{text}\n")


def say(text: str) -> None:
    """A result for a person."""
    sys.stdout.write(f"{harmless(text)}\n")


def note(message: str) -> None:
    """A line about what is going on, or has gone wrong."""
    sys.stderr.write(f"findings: {harmless(message)}\n")


@contextlib.contextmanager
def progress_of_indexing() -> Iterator[Progress]:
    """What indexing calls: it draws a bar where somebody watches."""
    from tqdm import tqdm

    from rag.index import Progress

    with tqdm(total=0, unit="paper", disable=not sys.stderr.isatty(), file=sys.stderr, leave=False) as bar:

        def step(name: str) -> None:
            bar.set_postfix_str(harmless(name[-40:]), refresh=False)
            bar.update()

        yield Progress(bar.reset, step, note)
