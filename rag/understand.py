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

from rag.authorities import Authority, authorities, authority, find
from rag.expects import expects
from rag.graded import Graded, graded
from rag.groups import Group, find_groups
from rag.periods import Periods, periods
from rag.topic import topic
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
    "ilacs": ("inspection",),
}
_WHICH = r"(?<!since )\b(?:the|that|this|a|last|first|second|third|fourth|fifth|sixth|(?:19|20)\d\d)\s+(?:ofsted\s+)?"
# A kind narrows only where the question points at one paper of it, not where it speaks of such visits in general.
_KINDS: dict[str, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "news": r"\bcouncil(?:['’]s)?\s+(?:own\s+)?(?:story|news|article|press\s+release|web\s*page)"
        r"|\b(?:news|press)\s+(?:story|item|article|page|release)",
        "committee paper": r"\b(?:scrutiny|committee|commission|cabinet|council)\s+(?:\w+\s+)?"
        r"(?:papers?|reports?|pack|meeting|minutes|agenda)\b|\bscrutiny\s+(?:commission|committee|panel)\s+(?:on|of|in)\b"
        r"|\b(?:19|20)\d\d(?:/\d\d)?\s+papers\b",
        "monitoring visit": rf"{_WHICH}monitoring\s+visit\b(?!s)|\bmonitoring\s+(?:visit\s+)?letter",
        "focused visit": rf"{_WHICH}focuss?ed\s+visit\b(?!s)|\bfocuss?ed\s+(?:visit\s+)?letter",
        "inspection": r"(?<!since )\b(?:(?:19|20)\d\d|ilacs|full|single)\s+(?:ofsted\s+|full\s+|ilacs\s+)*"
        r"inspection\b(?!s)|\bin\s+the\s+inspection\b",
    }.items()
}
_FEW_PLACES = 12  # more cannot each be given a place among the passages
_SAID_OF_PAPER = re.compile(r"\b(?:inspect\w*|reports?|visit\w*|letters?|papers?|ofsted|hmis?)\b", re.IGNORECASE)


def understand(question: str, known: Known, given: Filters = Filters()) -> Query:
    """The query for a question, over the papers that are `known`; what is `given` explicitly overrules the wording.

    `filters.authorities` holds the named places that have papers, by their names in the authority list;
    `unknown_places` those that have none. Where only such are named, `filters.authorities` is empty."""
    when = periods(question)
    notes: list[str] = []
    sought: Graded | None = None
    if given.authorities:
        places, unknown = tuple(_canonical(name) for name in given.authorities), ()
        sides = len(places)
    else:
        places, unknown, sides = _places(question, known, notes)
    named = bool(places or unknown)
    areas = given.regions
    if not named and not areas:
        places, areas, unknown = _grouped(find_groups(question), known, notes)
    within = [d for _, d in known if _in(d, places, areas)]
    filters = replace(given, authorities=places, regions=areas)
    dated = bool(given.date_from or given.date_to)
    if not named and not given.grades and not unknown:
        sought = graded(question)
    if sought:
        filters, within = _by_grade(sought, filters, within, notes)
    if not given.kinds:
        filters = replace(filters, kinds=_kinds(question, when, within, dated, notes))
    if filters.kinds:
        within = [d for d in within if d.value("kind") in filters.kinds]
    if dated:
        within = [d for d in within if d.within(given.date_from, given.date_to)]
    elif within and not (unknown and not places):
        filters = _narrowed(question, when, within, filters, notes, one_by_one=named, of_papers=sought is not None)
    if sought and sought.keys and not places:
        filters = _who_got(sought, [d for d in within if d.within(filters.date_from, filters.date_to)], filters, notes)
    if when.two and (pair := _pair(when, within, filters, notes)):
        filters = replace(filters, date_from=pair[0].days[0], date_to=pair[1].days[-1])
        years = tuple(sorted({int(one.days[0][:4]) for one in pair}))
        months = tuple((int(day[:4]), int(day[5:7])) for one in pair if len(day := one.days[0]) > 4)
        when = replace(when, years=years, months=months, groups=tuple((year,) for year in years))
    return Query(
        text=question,
        topic=topic(question),
        filters=filters,
        expects=expects(question, sides, _papers(when, within)),
        years=when.years,
        months=when.months,
        unknown_places=unknown,
        notes=tuple(notes),
    )


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _places(question: str, known: Known, notes: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Named authorities that have papers, named ones (English or not) that have none, and how many of those named have
    papers: one that is searched under its two successors is still one."""
    held = {name for _, d in known if (name := d.value("authority"))}
    here: dict[str, None] = {}
    sides: set[str] = set()
    missing: dict[str, None] = {}
    named: set[str] = set()
    for mention in find(question, asked=True):
        place = mention.place
        same = _same_place(place) if isinstance(place, Authority) else (place.name,)
        papers = [name for name in same if name in held]
        if not papers and isinstance(place, Authority):
            papers = [name for name in place.successors if name in held]
            if papers and place.name not in named:
                notes.append(f"{place.name} ended in {place.abolished}; papers about {_and(papers)} were searched.")
        if not mention.exact and place.name not in named:
            notes.append(f"“{question[mention.start : mention.end]}” was read as {place.name}.")
        here |= dict.fromkeys(papers)
        if papers:
            sides.add(place.name)
        else:
            missing[place.name] = None
        named.add(place.name)
    if missing:
        notes.append(f"No paper about {_and(missing)} is held.")
    return tuple(here), tuple(missing), len(sides)


def _same_place(place: Authority) -> tuple[str, ...]:
    """The authority and its namesake from before or after a reorganisation, the meant one first."""
    return (place.name, *(a.name for a in authorities() if a.place == place.place and a.name != place.name))


def _canonical(name: str) -> str:
    one = authority(name)
    return one.name if one else name


def _in(description: Description, places: Sequence[str], areas: Sequence[str]) -> bool:
    named = not places or description.value("authority") in places
    return named and (not areas or description.value("region") in areas)


def _grouped(
    groups: Sequence[Group], known: Known, notes: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(authorities, regions, groups that nothing is held of): what the groups that a question names narrow it to.

    Authorities are those that have papers, of all groups together; regions narrow these further."""
    held = dict.fromkeys(name for _, d in known if (name := d.value("authority")))
    areas = tuple(dict.fromkeys(region for group in groups for region in group.regions))
    inside = {d.value("authority") for _, d in known if _in(d, (), areas)}
    places: dict[str, None] = {}
    missing: dict[str, None] = {}
    for group in groups:
        if group.regions:
            here = [
                name for name in held if name in {d.value("authority") for _, d in known if _in(d, (), group.regions)}
            ]
        else:
            here = [name for name in held if name in group.members and name in inside]
            places |= dict.fromkeys(sorted(here))
            if here:
                notes.append(f"Of {group.name}, papers about {_few(sorted(here))} are held.")
        if not here:
            missing[group.name] = None
    if missing:
        notes.append(f"No paper about {_and(missing)} is held.")
    return tuple(places), areas, tuple(missing)


# ── kinds of paper ───────────────────────────────────────────────────────────────────────────────────────────────


def _kinds(
    question: str, when: Periods, within: Sequence[Description], dated: bool, notes: list[str]
) -> tuple[str, ...]:
    """The kinds of paper that the question points at, if there is such a paper of the place and the named year."""
    named = [kind for kind, pattern in _KINDS.items() if pattern.search(question)]
    if "news" in named:
        named = ["news"]  # "the council's story about the focused visit" is the story, not the visit
    elif when.since or when.before or when.pandemic or when.two or len(when.groups) > 1:
        return ()  # what happened over several years is told by papers of several kinds
    elif when.latest and not when.years:
        wanted = _LATEST_OF[when.latest]
        return wanted if any(d.value("kind") in wanted for d in within) else ()
    if not named or not within:
        return ()
    years = set() if dated else set(when.years)
    if not any(d.value("kind") in named and (not years or years & d.years) for d in within):
        notes.append(f"No {_or(named)} of that place and time is held; papers of every kind were searched.")
        return ()
    return tuple(named)


# ── grades ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_grade(
    sought: Graded, filters: Filters, within: Sequence[Description], notes: list[str]
) -> tuple[Filters, list[Description]]:
    """Only papers that give the grade that is asked about; all of them where none does."""
    said = " or ".join(sought.grades) + (f" for {sought.area}" if sought.area else "")
    giving = [d for d in within if sought.given_by(d)]
    if not giving:
        notes.append(f"No paper here gives the grade {said}; all were searched.")
        return filters, list(within)
    notes.append(f"Only papers that give the grade {said} were searched.")
    return replace(filters, grades=sought.grades), giving


def _who_got(sought: Graded, within: Sequence[Description], filters: Filters, notes: list[str]) -> Filters:
    """Only the places that got the grade in the area, where these are few enough to be heard one by one: the papers of
    others may give the same grade to something else."""
    places = sorted({name for d in within if sought.given_by(d) and (name := d.value("authority"))})
    if not 0 < len(places) <= _FEW_PLACES:
        return filters
    notes.append(f"It was given to {_and(places)}.")
    return replace(filters, authorities=tuple(places))


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _narrowed(
    question: str,
    when: Periods,
    within: Sequence[Description],
    filters: Filters,
    notes: list[str],
    *,
    one_by_one: bool,
    of_papers: bool,
) -> Filters:
    """The filters with the dates that the question's time comes to. `one_by_one`: the places are named each, and so
    every one has to have its say; `of_papers`: the question is about the papers of that time."""
    if when.latest and not when.years:
        return _latest(within, filters, notes)
    if not when.named:
        return filters
    of_papers = of_papers or when.of_papers or when.pandemic == "since"
    if not filters.authorities and not filters.regions and not of_papers:
        return filters  # a year alone, over all places, is as often one that reports tell about
    first, last = _month(question, when, within) or _bounds(when)
    if not any(d.within(first, last) for d in within):
        notes.append(f"No paper from {_spoken(when)} is held here; papers of every year were searched.")
        return filters
    if when.pandemic:
        notes.append("The pandemic was taken to have begun in March 2020.")
    for place in filters.authorities if one_by_one and len(filters.authorities) > 1 else ():
        first, last = _with_nearest(place, within, first, last, notes)
    notes.append(f"Only papers from {_span(first, last)} were searched.")
    return replace(filters, date_from=first, date_to=last)


def _bounds(when: Periods) -> tuple[str | None, str | None]:
    if when.pandemic:
        return when.bounds
    if when.since:
        return f"{min((when.since, *when.years))}-01-01", None
    if when.years:
        return f"{min(when.years)}-01-01", f"{max(when.years)}-12-31"
    # Reports tell of the years before them: only where it is papers that came "before" is that year left out.
    return None, f"{(when.before or 0) - (1 if when.of_papers else 0)}-12-31"


def _month(question: str, when: Periods, within: Sequence[Description]) -> tuple[str, str] | None:
    """The month, where the question says of a paper or visit that it was in that month, and there is one that was."""
    if len(when.months) != 1 or when.since or not _SAID_OF_PAPER.search(question):
        return None
    year, month = when.months[0]
    first, last = f"{year}-{month:02d}-01", f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"
    return (first, last) if when.years == (year,) and any(d.within(first, last) for d in within) else None


def _with_nearest(
    place: str, within: Sequence[Description], first: str | None, last: str | None, notes: list[str]
) -> tuple[str | None, str | None]:
    """The dates, widened to the nearest paper of a place that would otherwise have none to compare with."""
    papers = [d for d in within if d.value("authority") == place and d.date]
    if not papers or any(d.within(first, last) for d in papers):
        return first, last
    near = int((first or last or "")[:4])
    year = min((int((d.date or "")[:4]) for d in papers), key=lambda y: (abs(y - near), -y))
    notes.append(f"No paper about {place} from {_span(first, last)} is held; the nearest, of {year}, was taken in.")
    return first and min(first, f"{year}-01-01"), last and max(last, f"{year}-12-31")


def _latest(within: Sequence[Description], filters: Filters, notes: list[str]) -> Filters:
    """From the latest paper of each place on."""
    newest: dict[str | None, str] = {}
    for description in within:
        if date := description.date:
            place = description.value("authority")
            newest[place] = max(newest.get(place, ""), date)
    if not newest or (len(newest) > 1 and not filters.authorities):
        return filters  # "the latest" of every place is no one span of time
    notes.append(f"Only papers from {_span(min(newest.values()), None)} were searched.")
    return replace(filters, date_from=min(newest.values()))


def _pair(
    when: Periods, within: Sequence[Description], filters: Filters, notes: list[str]
) -> tuple[Description, Description] | None:
    """The last two papers of the kind that the question sets against each other, of the one place that it names; None,
    with a note, where there are no two."""
    wanted = _LATEST_OF.get(when.two, _INSPECTORS)
    if len(filters.authorities) != 1 or filters.date_from or filters.date_to:
        return None
    papers = sorted((d for d in within if d.value("kind") in wanted and d.date), key=lambda d: d.date or "")
    if len(papers) < 2:
        notes.append(f"No two {when.two}s of {filters.authorities[0]} are held.")
        return None
    first, last = papers[-2:]
    said = _and(
        f"{calendar.month_name[int(d[5:7])]} {d[:4]}" if len(d) > 4 else d for d in (first.days[0], last.days[0])
    )
    notes.append(f"The two {when.two}s were taken to be those of {said}; papers from one to the other were searched.")
    return first, last


def _papers(when: Periods, within: Iterable[Description]) -> int:
    """How many different papers the named years can mean, each range of years being one."""
    held = [d.years for d in within]
    groups = [set(group) for group in when.groups if any(years & set(group) for years in held)]
    return min(len(groups), sum(any(years & group for group in groups) for years in held))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _spoken(when: Periods) -> str:
    if when.years:
        return _or(map(str, when.years)) if len(when.years) < 4 else f"{when.years[0]} to {when.years[-1]}"
    if when.pandemic:
        return f"{when.pandemic} the pandemic"
    return f"before {when.before}" if when.before else f"{when.since} on"


def _span(first: str | None, last: str | None) -> str:
    """ "2014", "2014 to 2019", "March 2022", "18 July 2022 on", "2018 or before"."""
    if first and last and first[:7] == last[:7]:
        return f"{calendar.month_name[int(first[5:7])]} {first[:4]}"
    if first and last:
        return first[:4] if first[:4] == last[:4] else f"{first[:4]} to {last[:4]}"
    if first:
        whole_year = len(first) == 4 or first.endswith("-01-01")
        month = "" if whole_year else f"{calendar.month_name[int(first[5:7])]} "
        day = "" if whole_year or len(first) < 10 else f"{int(first[8:])} "
        return f"{day}{month}{first[:4]} on"
    month = f"{calendar.month_name[int(last[5:7])]} " if last and len(last) > 4 and last[5:7] != "12" else ""
    return f"{month}{(last or '')[:4]} or before"


def _few(names: Sequence[str]) -> str:
    """The names, the first of them where they are many."""
    return _and(names if len(names) <= _FEW_PLACES else [*names[:6], f"{len(names) - 6} more"])


def _and(names: Iterable[str]) -> str:
    *most, last = [name.removesuffix(", City of") for name in names]
    return f"{', '.join(most)} and {last}" if most else last


def _or(names: Iterable[str]) -> str:
    *most, last = list(names)
    return f"{', '.join(most)} or {last}" if most else last
