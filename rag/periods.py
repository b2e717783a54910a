"""The years and months that a question names, and what it does with them: a range, "before", "since", "the latest",
"since the pandemic began", "between the two inspections"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import MONTHS

_YEAR = r"(?<![\d£.,/-])(?:19[89]\d|20[0-4]\d)(?!\d|[.,]\d|%)"
_MONTH_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_PAPER = r"(?:inspections?|inspectors|reports?|visits?|letters?|ofsted|ilacs|papers?|judgements?)"

_SPLIT = re.compile(rf"(?P<a>{_YEAR})\s*[/–—-]\s*(?P<b>20\d\d|\d\d)(?!\d|-\d)")  # 2016-17, 2023/24
_RANGE = re.compile(
    rf"\b(?:between|from)\s+(?:\w+\s+)?(?P<a>{_YEAR})\s+(?:and|to|until|up\s+to)\s+(?:\w+\s+)?(?P<b>{_YEAR})"
    rf"|(?P<c>{_YEAR})\s+(?:to|until)\s+(?P<d>{_YEAR})",
    re.IGNORECASE,
)
# "between the 2014 and 2019 inspections" means these two and not what lies between them.
_TWO_PAPERS = re.compile(r"\s+(?:\w+\s+){0,2}(?:inspections|reports|visits|letters|papers)\b", re.IGNORECASE)
_BEFORE = re.compile(
    rf"\b(?:before|prior\s+to|until|up\s+to)\s+(?P<y>{_YEAR})(?!\s+(?:\w+\s+)?{_PAPER})", re.IGNORECASE
)
_SINCE = re.compile(
    r"\b(?:since|after|following)\s+(?:(?:being|it\s+was|getting|failing)\b[^?.,]{0,30}?\b(?:in|of)\s+)?"
    rf"(?:(?:the|its|their|that|early|late|mid|\w+['’]s|{_MONTH_NAME})[\s-]+){{0,3}}(?P<y>{_YEAR})",
    re.IGNORECASE,
)
_ONWARDS = re.compile(rf"(?P<y>{_YEAR})\s+(?:onwards?|and\s+(?:after|later|since))", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(?:tell|told|recommend\w*|need(?:s|ed)?\s+to|should|areas?\s+(?:for|to)\s+improve\w*)\b", re.IGNORECASE
)
_ANY_YEAR = re.compile(_YEAR)
_MONTH = re.compile(rf"\b(?P<m>{_MONTH_NAME})\.?,?\s+(?:of\s+)?(?P<y>{_YEAR})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?<!\w)['’](?P<y>[012]\d)\b(?=\s*(?:inspection|report|visit|ofsted|$|[?,.]))", re.IGNORECASE)
_LATEST = re.compile(
    r"\b(?:latest|most\s+recent|newest)\s+(?:ofsted\s+|ilacs\s+|full\s+|published\s+)*"
    r"(?P<what>inspection|report|visit|focused\s+visit|monitoring\s+visit|letter|judgement|rating|grade|ofsted|ilacs)\b",
    re.IGNORECASE,
)
_OF_PAPERS = re.compile(rf"{_YEAR}.{{0,40}}\b{_PAPER}\b|\b{_PAPER}\b.{{0,40}}{_YEAR}", re.IGNORECASE)
_PANDEMIC_NAME = (
    r"(?:the\s+)?(?:first\s+|national\s+)?(?:(?:covid|corona(?:virus)?)(?:[\s-]*19)?(?:\s+(?:pandemic|crisis|outbreak"
    r"|lockdowns?))?|(?:global\s+)?pandemic|lockdowns?)"
)
_PANDEMIC = re.compile(
    r"\b(?:(?P<since>since|after|following|from)\s+(?:the\s+(?:start|beginning|outbreak|onset|arrival)\s+of\s+)?"
    r"|(?P<before>before|prior\s+to|pre)[\s-]+"
    r"|(?P<during>during|throughout|amid|in)\s+(?:the\s+(?:height|middle|midst|course)\s+of\s+)?)"
    rf"{_PANDEMIC_NAME}\b(?:\s+(?:began|started|hit|struck|broke\s+out))?",
    re.IGNORECASE,
)
# In England: declared on 11 March 2020, the first lockdown on 23 March; the last rules ended in 2022.
_PANDEMIC_BOUNDS: dict[str, tuple[str | None, str | None]] = {
    "since": ("2020-03-01", None),
    "before": (None, "2020-03-31"),
    "during": ("2020-03-01", "2022-12-31"),
}
_TWO = re.compile(
    r"\b(?:between|in|at|of|from)\s+(?:(?:the|its|their|these|those|both|\w+['’]s)\s+){1,2}"
    r"(?:(?:last|latest|most\s+recent|past|full|ofsted|ilacs|two|2)\s+){0,4}"
    r"(?P<what>inspection|focused\s+visit|monitoring\s+visit|visit|letter|report|judgement)s\b"
    r"|\bfrom\s+one\s+(?P<one>inspection|visit|report)\s+to\s+the\s+(?:next|other)\b",
    re.IGNORECASE,
)
_TWO_SAID = re.compile(r"\b(?:two|2|both|between|one)\b", re.IGNORECASE)
_LONGEST = 15  # years; a longer "range" is two numbers that happen to look like years


@dataclass(frozen=True, slots=True)
class Periods:
    """`years` named, in order (a range gives every year in it); `groups` the same by mention, a range being one group;
    `months` as (year, month). `before` (exclusive) and `since` (inclusive) are years that open a range. `latest` is
    what the question wants the latest of, "" where it does not; `two` is what it sets the last two of against each
    other. `of_papers`: the time is said of reports or visits, not only of what they tell. `pandemic` is "since",
    "before" or "during", with its `bounds` as (first, last)."""

    years: tuple[int, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    before: int | None = None
    since: int | None = None
    latest: str = ""
    two: str = ""
    of_papers: bool = False
    pandemic: str = ""

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        return _PANDEMIC_BOUNDS.get(self.pandemic, (None, None))

    @property
    def named(self) -> bool:
        return bool(self.years or self.before or self.since or self.pandemic)


def periods(question: str) -> Periods:
    """What a question says about time. "2016-17" and "2023/24" name both years; "the year up to June 2014" names
    2014; "since its 2019 inspection" is 2019 and after; "before 2019" alone names no year."""
    groups: list[tuple[int, ...]] = []
    for match in _SPLIT.finditer(question):
        first = int(match["a"])
        second = int(match["b"]) if len(match["b"]) == 4 else first // 100 * 100 + int(match["b"])
        groups += _range(first, second)
    for match in _RANGE.finditer(question):
        if not _TWO_PAPERS.match(question, match.end()):
            groups += _range(int(match["a"] or match["c"]), int(match["b"] or match["d"]))
    ranged = {year for group in groups for year in group}
    single = [int(m.group()) for m in _ANY_YEAR.finditer(question)]
    single += [2000 + int(m["y"]) for m in _SHORT_YEAR.finditer(question)]
    groups += [(year,) for year in dict.fromkeys(single) if year not in ranged]
    before = _BEFORE.search(question)
    if before and re.search(r"\bsince\b", question[: before.start()], re.IGNORECASE):
        before = None  # "better since the inspection before 2017" is told in the report of 2017
    since = _SINCE.search(question) or _ONWARDS.search(question)
    if since and _TOLD.search(question):
        since = None  # what a place was told to do "after the 2018 visit" stands in that visit's own letter
    if before and groups == [(int(before["y"]),)]:
        groups.clear()
    latest = _LATEST.search(question)
    two = next((m for m in _TWO.finditer(question) if _TWO_SAID.search(m.group())), None)
    pandemic = None if groups or before or since else _PANDEMIC.search(question)
    return Periods(
        years=tuple(sorted({year for group in groups for year in group})),
        groups=tuple(groups),
        months=tuple((int(m["y"]), MONTHS[m["m"].lower()]) for m in _MONTH.finditer(question)),
        before=int(before["y"]) if before else None,
        since=int(since["y"]) if since else None,
        latest=re.sub(r"\s+", " ", latest["what"].lower()) if latest and not two else "",
        two=re.sub(r"\s+", " ", (two["what"] or two["one"]).lower()) if two and not groups else "",
        of_papers=bool(_OF_PAPERS.search(question)),
        pandemic=next((name for name, said in pandemic.groupdict().items() if said), "") if pandemic else "",
    )


def _range(first: int, last: int) -> list[tuple[int, ...]]:
    return [tuple(range(first, last + 1))] if first < last <= first + _LONGEST else []


def time_spans(question: str) -> tuple[tuple[int, int], ...]:
    """Where a question names its time, as (start, end) with the words that belong to it ("between 2019 and 2022",
    "in July 2022", "since the pandemic began", "at the latest inspection"), in order; they never overlap."""
    found: list[tuple[int, int]] = []
    for pattern in _SPOKEN:
        for match in pattern.finditer(question):
            if not any(match.start() < end and start < match.end() for start, end in found):
                found.append(match.span())
    return tuple(sorted(found))


_DAY_MONTH = rf"(?:(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:{_MONTH_NAME})\.?,?\s+(?:of\s+)?"
_MOMENT = (
    rf"(?:(?:early|late|mid|the\s+year|the|its|their|spring|summer|autumn|winter)[\s-]+)*(?:{_DAY_MONTH})?{_YEAR}"
    r"(?:\s*[/–—-]\s*\d\d(?:\d\d)?)?"
)
_SPOKEN = (
    re.compile(
        rf"\b(?:between|from)\s+{_MOMENT}\s+(?:and|to|until|up\s+to)\s+{_MOMENT}|{_MOMENT}\s+(?:to|until)\s+{_MOMENT}",
        re.IGNORECASE,
    ),
    _PANDEMIC,
    re.compile(rf"(?:\bbetween\s+.{{0,30}})?{_TWO.pattern}", re.IGNORECASE),
    re.compile(
        r"(?:\b(?:at|in|from|of|since|after|by)\s+)?(?:\b(?:the|its|their)\s+)?" + _LATEST.pattern, re.IGNORECASE
    ),
    re.compile(
        rf"(?:\b(?:in|by|during|from|since|of|at|before|after|until|up\s+to|prior\s+to|following|around)\s+)?{_MOMENT}"
        r"(?:\s+(?:onwards?|and\s+(?:after|later|since)))?",
        re.IGNORECASE,
    ),
)
