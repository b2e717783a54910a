"""What a question is about, without the places and times that narrow the search.

Every passage that is left after narrowing shares these; in a question's vector they would draw it to title pages and
opening lines, which name place and date and say nothing else.
"""

from __future__ import annotations

import re

from rag.authorities import find
from rag.dates import MONTHS

_TIME = re.compile(
    r"\b(?:(?:back\s+)?(?:in|by|during|from|since|of|at|the)\s+)?(?:(?:early|late|mid|spring|summer|autumn|winter|"
    + "|".join(sorted(MONTHS, key=len, reverse=True))
    + r")\.?,?[\s-]+)?(?:19|20)\d\d(?:\s*[-/–]\s*\d\d)?\b(?!\s*%|,\d)",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"(?<!\w)['’]s\b|\(\s*\)")


def topic(question: str) -> str:
    """The question without its places and years; the question itself where nothing else is left."""
    left = question
    for mention in reversed(find(question, asked=True)):
        left = f"{left[: mention.start]} {left[mention.end :]}"
    left = _LEFT_OVER.sub(" ", _TIME.sub(" ", left))
    left = re.sub(r"\s+", " ", left).strip(" ,:;-–—")
    return left if re.search(r"\w{3}", left) else question
