"""People's words to the papers' words: abbreviations spelt out and everyday forms beside the field's own.

The pairs lie in `rag/data/vocabulary.csv`: forms that people ask with, what papers write, what kind of pair it is
("abbreviation", "field term" or "everyday form"), and its source: the act, guidance, framework or published inspection
report that has the term, or "everyday form".
"""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources


@functools.cache
def _pairs() -> tuple[tuple[re.Pattern[str], str], ...]:
    with resources.files("rag.data").joinpath("vocabulary.csv").open(encoding="utf-8") as source:
        return tuple(
            (re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, row['asked'].split('|')))})(?![\w-])"), row["written"])
            for row in csv.DictReader(source)
        )


def written(question: str) -> str:
    """What papers write for the forms that a question uses, as one text; empty where it uses none."""
    asked = question.lower().replace("’", "'")
    return " ".join(words for pattern, words in _pairs() if pattern.search(asked))
