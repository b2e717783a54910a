"""Text to search terms: lower-cased, without stop words, stemmed. One definition for the index and every comparison."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# Function words carry no topic. Negations and quantities stay: they decide what a finding says.
STOPWORDS = frozenset(
    """a about after again all also although am among an and any are as at be because been before being between both
    but by can could did do does doing done down during each either else ever for from further get gets getting
    go going got had has have having he her here hers him his how however i if in into is it its itself just let
    like may me might more much must my of off on once onto or other our out over own per rather really
    regarding said same say says shall she should since so some still such than that the their theirs them
    themselves then there these they thing things this those though through thus to together too toward towards
    under until up upon us very was way we well were what whatever when where whether which while who whom whose
    why will with within would yet you your""".split()
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """The search terms of a text, in order, repeats kept."""
    found = [t.replace("’", "'") for t in _TOKEN.findall(text.lower())]
    bare = [t[:-2] if t.endswith("'s") else t for t in found]
    return _stemmer().stemWords([t for t in bare if t not in STOPWORDS])
