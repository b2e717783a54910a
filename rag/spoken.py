"""The parts of a question: where it names places, where it names its time, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.authorities import Authority, find
from rag.groups import find_groups
from rag.periods import time_spans

_THE_BEFORE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_WITHIN = re.compile(r"(?:across|in|around|of)\s+(?:all\s+of\s+)?", re.IGNORECASE)  # "in London" is London
_ITS_COUNCILS = re.compile(r"\s+(?:boroughs|councils|authorities)\b", re.IGNORECASE)
# What only joins a place or a time to the rest.
_JOINING = re.compile(
    r"(?:\b(?:and|or|for|in|at|of|on|to|from|with|by|during|the|about|vs)\b|['’]s\b|[^\w£%&]|&)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to `end` name `name`, which is how it can be said in a sentence."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its `places` and its `times` as (start, end), each in order, none overlapping."""

    text: str
    places: tuple[Place, ...] = ()
    times: tuple[tuple[int, int], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.name for place in self.places))

    @property
    def when(self) -> tuple[str, ...]:
        """The times in the words of the text."""
        return tuple(self.text[start:end] for start, end in self.times)

    @property
    def rest(self) -> str:
        """The text without places and times, "" where no more than joining words is left."""
        left = self.text
        for start, end in sorted([*((p.start, p.end) for p in self.places), *self.times], reverse=True):
            left = f"{left[:start]} {left[end:]}"
        left = re.sub(r"(?<!\w)['’]s\b", " ", left)
        return "" if _JOINING.fullmatch(left) else " ".join(left.split())


def said(text: str) -> Said:
    """Any text in its parts."""
    places = [
        Place(m.start, m.end, (m.place.place if isinstance(m.place, Authority) else m.name).removesuffix(", City of"))
        for m in find(text, asked=True)
    ]
    for group in find_groups(text):
        article = _THE_BEFORE.search(text, 0, group.start)
        within = _WITHIN.match(text, group.start, group.end)
        start = article.start() if article else within.end() if within else group.start
        councils = _ITS_COUNCILS.match(text, group.end)
        end = councils.end() if councils else group.end
        places.append(Place(start, end, text[start:end]))
    places.sort(key=lambda place: place.start)
    times = [
        (start, end)
        for start, end in time_spans(text)
        if not any(start < place.end and place.start < end for place in places)
    ]
    return Said(text, tuple(places), tuple(times))
