"""The subjects that inspectors write about by name. Where a question is about one of them and what was found never
names it, nearness in meaning is no answer: "young carers" are not "carers".

The forms by which people and papers name each lie in `rag/data/subjects.csv`.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Collection
from importlib import resources

from rag.figures import plain


@functools.cache
def _forms() -> dict[str, re.Pattern[str]]:
    with resources.files("rag.data").joinpath("subjects.csv").open(encoding="utf-8") as source:
        return {
            row["subject"]: re.compile(
                rf"(?<![a-z])(?:{'|'.join(map(re.escape, row['forms'].split('|')))})(?:'?s)?(?![a-z])"
            )
            for row in csv.DictReader(source)
        }


def subjects(text: str, among: Collection[str] | None = None) -> frozenset[str]:
    """The subjects that a text names, of those `among` where given."""
    forms = _forms()
    sought = forms if among is None else among
    low = plain(text) if sought else ""
    return frozenset(name for name in sought if forms[name].search(low))
