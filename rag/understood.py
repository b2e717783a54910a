"""What was understood of a question, in words for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.dates import in_words
from rag.types import Query


def understood(query: Query, searched: Mapping[str, object]) -> str:
    """The places, times, kinds and grades that the search was narrowed to, as one sentence; the notes are not in it.

    `searched` is that of an answer; it may be empty."""
    wanted = query.filters
    groups = (wanted.authorities + query.unknown_places, wanted.regions, wanted.kinds, wanted.grades)
    parts = [_listed(group) for group in groups if group]
    parts += filter(None, [period(wanted.date_from, wanted.date_to)])
    said = " · ".join(parts) if parts else "no place, date or kind of paper named"
    count = searched.get("documents")
    if isinstance(count, int) and (wanted.authorities or not query.unknown_places):
        said += f"; searched {count:,} {'paper' if count == 1 else 'papers'}"
    return f"{said}."


def period(start: str | None, end: str | None) -> str:
    """A time in words: whole years as years, other dates as they are; "" where both ends are open."""
    if start and end and start[4:] == "-01-01" and end[4:] == "-12-31":
        start, end = start[:4], end[:4]
    first, last = in_words(start), in_words(end)
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"from {first}" if first else f"until {last}" if last else ""


def _listed(items: Sequence[str]) -> str:
    items = [item.removesuffix(", City of") for item in items]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
