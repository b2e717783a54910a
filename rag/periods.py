"""The years and months that a question names, and what it does with them: a range, "before", "since", "the latest"."""

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
    r"(?P<what>inspection|report|visit|focused\s+visit|monitoring\s+visit|letter|judgement|rating|grade|ofsted)\b",
    re.IGNORECASE,
)
_OF_PAPERS = re.compile(rf"{_YEAR}.{{0,40}}\b{_PAPER}\b|\b{_PAPER}\b.{{0,40}}{_YEAR}", re.IGNORECASE)
_LONGEST = 15  # years; a longer "range" is two numbers that happen to look like years


@dataclass(frozen=True, slots=True)
class Periods:
    """`years` named, in order (a range gives every year in it); `groups` the same by mention, a range being one group;
    `months` as (year, month). `before` (exclusive) and `since` (inclusive) are years that open a range. `latest` is
    what the question wants the latest of, "" where it does not. `of_papers`: the time is said of reports or visits,
    not only of what they tell."""

    years: tuple[int, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    before: int | None = None
    since: int | None = None
    latest: str = ""
    of_papers: bool = False

    @property
    def named(self) -> bool:
        return bool(self.years or self.before or self.since)


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
    return Periods(
        years=tuple(sorted({year for group in groups for year in group})),
        groups=tuple(groups),
        months=tuple((int(m["y"]), MONTHS[m["m"].lower()]) for m in _MONTH.finditer(question)),
        before=int(before["y"]) if before else None,
        since=int(since["y"]) if since else None,
        latest=re.sub(r"\s+", " ", latest["what"].lower()) if latest else "",
        of_papers=bool(_OF_PAPERS.search(question)),
    )


def _range(first: int, last: int) -> list[tuple[int, ...]]:
    return [tuple(range(first, last + 1))] if first < last <= first + _LONGEST else []
