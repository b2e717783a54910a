"""Findings: ask inspection reports in plain words; every sentence of an answer stands on a quote of a named page.

In a program of your own:

    from rag import Findings, Settings

    with Findings.open(None, Settings.load()) as findings:
        print(findings.ask("What did inspectors say about supervision in Newham in 2014?").text)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.errors import FindingsError
    from rag.pipeline import Findings
    from rag.types import Answer, Filters

__all__ = ["Answer", "Filters", "Findings", "FindingsError", "Settings"]

# Fetched when first asked for: whoever needs one small module must not wait for all of them.
_HOMES = {
    "Answer": "rag.types",
    "Filters": "rag.types",
    "Findings": "rag.pipeline",
    "FindingsError": "rag.errors",
    "Settings": "rag.config",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
