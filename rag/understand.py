"""A question as asked → where to search, and what kind of answer it wants.

Narrowing has to be safe: a year in a question may be the year of a paper or a year that a paper tells about. So the
papers of the named places are narrowed to those that were inspected or published in a named year, and where there
are none of these, time does not narrow at all and a note says so. `date_from` and `date_to` stand for "any of
inspection start, inspection end and publication falls on or between them".
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.authorities import Authority, authorities, authority, find, regions
from rag.expects import expects
from rag.periods import Periods, periods
from rag.types import Description, Filters, Query

Known = Sequence[tuple[str, Description]]  # (document, its description)

_INSPECTORS = ("inspection", "focused visit", "monitoring visit")
# "The latest …" → kinds of paper among which the latest is meant.
_LATEST_OF: dict[str, tuple[str, ...]] = {
    "inspection": ("inspection",),
    "focused visit": ("focused visit",),
    "monitoring visit": ("monitoring visit",),
    "visit": ("focused visit", "monitoring visit"),
    "letter": ("focused visit", "monitoring visit"),
    "judgement": ("inspection",),
    "rating": ("inspection",),
    "grade": ("inspection",),
    "report": _INSPECTORS,
    "ofsted": _INSPECTORS,
}
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("news", re.compile(
        r"\bcouncil(?:['’]s)?\s+own\s+(?:story|news|article|account|page|statement)|\b(?:news|press)\s+(?:story|item|article|page|release)"
        r"|\bcouncil(?:['’]s)?\s+(?:news|press\s+release|web\s*page)", re.IGNORECASE)),
    ("committee paper", re.compile(
        r"\b(?:scrutiny|committee|commission|cabinet|council)\s+(?:\w+\s+)?(?:papers?|reports?|pack|meeting|minutes|agenda)\b"
        r"|\bscrutiny\s+(?:commission|committee|panel)\s+(?:on|of|in)\b|\b(?:19|20)\d\d(?:/\d\d)?\s+papers\b", re.IGNORECASE)),
    ("monitoring visit", re.compile(
        r"(?<!since )\b(?:the|that|this|a|latest|last|first|second|third|fourth|fifth|sixth|(?:19|20)\d\d)\s+(?:ofsted\s+)?monitoring\s+visit\b(?!s)"
        r"|\bmonitoring\s+(?:visit\s+)?letter", re.IGNORECASE)),
    ("focused visit", re.compile(
        r"(?<!since )\b(?:the|that|this|a|latest|last|first|(?:19|20)\d\d)\s+(?:ofsted\s+)?focuss?ed\s+visit\b(?!s)|\bfocuss?ed\s+(?:visit\s+)?letter",
        re.IGNORECASE)),
    ("inspection", re.compile(
        r"(?<!since )\b(?:(?:19|20)\d\d|ilacs|full|single|latest)\s+(?:ofsted\s+|full\s+|ilacs\s+)*inspection\b(?!s)|\bin\s+the\s+inspection\b",
        re.IGNORECASE)),
)  # fmt: skip
_SAID_OF_PAPER = re.compile(r"\b(?:inspect\w*|reports?|visit\w*|letters?|papers?|ofsted|hmis?)\b", re.IGNORECASE)


def understand(question: str, known: Known, given: Filters = Filters()) -> Query:
    """The query for a question, over the papers that are `known`; what is `given` explicitly overrules the wording.

    `filters.authorities` holds the named places that have papers, by their names in the authority list;
    `unknown_places` those that have none. With no place known, `filters.authorities` is empty."""
    when = periods(question)
    notes: list[str] = []
    if given.authorities:
        places, unknown = tuple(_canonical(name) for name in given.authorities), ()
        sides = len(places)
    else:
        places, unknown, sides = _places(question, known, notes)
    areas = given.regions or (() if places or unknown else regions(question))
    within = [d for _, d in known if _in(d, places, areas)]
    filters = replace(given, authorities=places, regions=areas)
    if not given.kinds:
        filters = replace(filters, kinds=_kinds(question, when, within, bool(given.date_from or given.date_to), notes))
    if filters.kinds:
        within = [d for d in within if d.value("kind") in filters.kinds]
    if given.date_from or given.date_to:
        within = [d for d in within if dated_within(d, given.date_from, given.date_to)]
    elif within:
        filters = _dated(question, when, within, bool(places or areas), filters, notes)
    return Query(
        text=question,
        filters=filters,
        expects=expects(question, sides, _papers(when, within)),
        years=when.years,
        unknown_places=unknown,
        notes=tuple(notes),
    )


def dated_within(description: Description, date_from: str | None, date_to: str | None) -> bool:
    """Whether any of inspection start, inspection end and publication lies within the dates, both inclusive. A date
    that is less exact ("2020-10") is compared as far as it goes."""
    days = [d for name in ("inspection_start", "inspection_end", "published") if (d := description.value(name))]
    if not date_from and not date_to:
        return True
    return any(
        (not date_from or day >= date_from[: len(day)]) and (not date_to or day[: len(date_to)] <= date_to) for day in days
    )


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _places(question: str, known: Known, notes: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Named authorities that have papers, named ones (English or not) that have none, and how many were named."""
    held = {name for _, d in known if (name := d.value("authority"))}
    here: dict[str, None] = {}
    missing: dict[str, None] = {}
    named: set[str] = set()
    for mention in find(question):
        place = mention.place
        same = _same_place(place) if isinstance(place, Authority) else (place.name,)
        papers = [name for name in same if name in held]
        if not papers and isinstance(place, Authority):
            papers = [name for name in place.successors if name in held]
            if papers and place.name not in named:
                notes.append(f"{place.name} ended in {place.abolished}; papers about {_and(papers)} were searched.")
        if not mention.exact and mention.name not in named:
            notes.append(f"“{question[mention.start : mention.end]}” was read as {mention.name}.")
        here |= dict.fromkeys(papers)
        if not papers:
            missing[place.name] = None
        named.add(place.name)
    if missing:
        notes.append(f"No paper about {_and(missing)} is held.")
    return tuple(here), tuple(missing), len(named)


def _same_place(place: Authority) -> tuple[str, ...]:
    """The authority and its namesake from before or after a reorganisation, the meant one first."""
    return (place.name, *(a.name for a in authorities() if a.place == place.place and a.name != place.name))


def _canonical(name: str) -> str:
    one = authority(name)
    return one.name if one else name


def _in(description: Description, places: Sequence[str], areas: Sequence[str]) -> bool:
    return (not places or description.value("authority") in places) and (not areas or description.value("region") in areas)


# ── kinds of paper ───────────────────────────────────────────────────────────────────────────────────────────────


def _kinds(question: str, when: Periods, within: Iterable[Description], dated: bool, notes: list[str]) -> tuple[str, ...]:
    """The kind of paper that the question speaks of, if there is such a paper of that place and, where years are
    named, of one of these; two kinds named are both searched."""
    named = [kind for kind, pattern in _KINDS if pattern.search(question)]
    if "news" in named:  # "the council's story about the focused visit" is the story, not the visit
        named = ["news"]
    elif when.since or when.before or len(when.groups) > 1:
        return ()  # what is told of several years is told by papers of several kinds
    if when.latest and not when.years and "news" not in named:
        wanted = _LATEST_OF.get(when.latest, ())
        return wanted if any(d.value("kind") in wanted for d in within) else ()
    if not named:
        return ()
    papers = [d for d in within if d.value("kind") in named]
    years = set(when.years)
    if years and not dated:
        papers = [d for d in papers if years & _of(d)]
    if not papers:
        notes.append(f"No {_or(named)} of that place and time is held; papers of every kind were searched.")
        return ()
    return tuple(named)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of(description: Description) -> set[int]:
    """The years that count as a paper's: of its inspection and of its publication."""
    days = [description.value(name) for name in ("inspection_start", "inspection_end", "published")]
    return {int(day[:4]) for day in days if day}


def _dated(
    question: str, when: Periods, within: Sequence[Description], placed: bool, filters: Filters, notes: list[str]
) -> Filters:
    if when.latest and not when.years:
        return _latest(within, filters, notes)
    if not when.named:
        return filters
    if not placed and not when.of_papers:
        return filters  # a year alone, over all places, is as often one that reports tell about
    first, last = _bounds(when)
    if not any(dated_within(d, first, last) for d in within):
        notes.append(f"No paper from {_spoken(when)} is held here; papers of every year were searched.")
        return filters
    months = _months(question, when, within)
    if months:
        first, last = months
    return replace(filters, date_from=first, date_to=last)


def _bounds(when: Periods) -> tuple[str | None, str | None]:
    first = f"{min(when.years)}-01-01" if when.years else None
    last = f"{max(when.years)}-12-31" if when.years else None
    if when.since:
        first = f"{min((when.since, *when.years))}-01-01"
        last = None
    if when.before and not when.years:
        # Reports tell of the years before them: only where it is papers that were "before" is that year left out.
        last = f"{when.before - (1 if when.of_papers else 0)}-12-31"
    return first, last


def _months(question: str, when: Periods, within: Sequence[Description]) -> tuple[str, str] | None:
    """The month, where the question says of a paper or visit that it was in that month, and there is one that was."""
    if len(when.months) != 1 or when.since or set(when.years) != {when.months[0][0]} or not _SAID_OF_PAPER.search(question):
        return None
    year, month = when.months[0]
    first, last = f"{year}-{month:02d}-01", f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"
    return (first, last) if any(dated_within(d, first, last) for d in within) else None


def _latest(within: Sequence[Description], filters: Filters, notes: list[str]) -> Filters:
    """From the latest paper of each place on."""
    newest: dict[str | None, str] = {}
    for description in within:
        if date := description.date:
            place = description.value("authority")
            newest[place] = max(newest.get(place, ""), date)
    if not newest:
        return filters
    if len(newest) == 1:
        notes.append("Narrowed to the latest paper held.")
    return replace(filters, date_from=min(newest.values()))


def _papers(when: Periods, within: Sequence[Description]) -> int:
    """How many different papers the named years can mean, each range of years being one."""
    held = [_of(d) for d in within]
    groups = [set(group) for group in when.groups if any(years & set(group) for years in held)]
    matched = [i for i, years in enumerate(held) if any(years & group for group in groups)]
    return min(len(groups), len(matched))


def _spoken(when: Periods) -> str:
    if when.years:
        return _or(str(y) for y in when.years) if len(when.years) < 4 else f"{when.years[0]} to {when.years[-1]}"
    return f"before {when.before}" if when.before else f"{when.since} on"


def _and(names: Iterable[str]) -> str:
    *most, last = list(names)
    return f"{', '.join(most)} and {last}" if most else last


def _or(names: Iterable[str]) -> str:
    *most, last = list(names)
    return f"{', '.join(most)} or {last}" if most else last
