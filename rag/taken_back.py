"""What a person takes back of what was understood: the words of their question then narrow the search no longer."""

from __future__ import annotations

from dataclasses import replace

from rag.types import Query

DATES = "dates"  # in `Filters.taken_back`: the time as a whole, which is no place, kind or grade


def take_back(query: Query) -> Query:
    """The query without what `query.filters.taken_back` names."""
    gone = set(query.filters.taken_back)
    if not gone:
        return query
    kept = query.filters
    filters = replace(
        kept,
        authorities=tuple(one for one in kept.authorities if one not in gone),
        regions=tuple(one for one in kept.regions if one not in gone),
        kinds=tuple(one for one in kept.kinds if one not in gone),
        grades=tuple(one for one in kept.grades if one not in gone),
    )
    years, months = query.years, query.months
    if DATES in gone:
        filters, years, months = replace(filters, date_from=None, date_to=None), (), ()
    unknown = tuple(one for one in query.unknown_places if one not in gone)
    note = f"Taken back: {', '.join(kept.taken_back)}"
    notes = (*query.notes, note)
    return replace(query, filters=filters, years=years, months=months, unknown_places=unknown, notes=notes)
