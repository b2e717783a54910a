"""The years and months that a question names, and what it does with them: a range, "before", "since", "the latest"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import MONTHS

_YEAR = r"(?<![\d£.,/-])(?:19[89]\d|20[0-4]\d)(?!\d|[.,]\d|%)"
_SHORT = r"(?:\d{2}|20\d{2})"
_SPLIT = re.compile(rf"(?P<a>{_YEAR})\s*[/–—-]\s*(?P<b>{_SHORT})(?!\d|-\d)")
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+(?:\w+\s+)?(?P<a>{_YEAR})\s+(?:and|to|until|up\s+to)\s+(?:\w+\s+)?(?P<b>{_YEAR})"
    rf"|(?P<c>{_YEAR})\s+(?:to|until)\s+(?P<d>{_YEAR})",
    re.IGNORECASE,
)
_NAMED_PAPERS = re.compile(r"\s+(?:\w+\s+){0,2}(?:inspections|reports|visits|letters|papers)\b", re.IGNORECASE)
_PAPER = r"(?:inspections?|reports?|visits?|letters?|ofsted|ilacs|papers?|judgements?)"
_BEFORE = re.compile(rf"\b(?:before|prior\s+to|until|up\s+to(?!\s+(?:june|july|march|april|the)))\s+(?P<y>{_YEAR})(?!\s+(?:\w+\s+)?{_PAPER})", re.IGNORECASE)
_SINCE = re.compile(rf"\b(?:since|after|following)\s+(?:(?:being|it\s+was|getting|failing)\b[^?.,]{{0,30}}?\b(?:in|of)\s+)?(?:(?:the|its|their|that|early|late|mid|\w+['’]s|{'|'.join(MONTHS)})[\s-]+){{0,3}}(?P<y>{_YEAR})", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:tell|told|recommend\w*|need(?:s|ed)?\s+to|should|areas?\s+(?:for|to)\s+improve\w*)\b", re.IGNORECASE)
_ONWARDS = re.compile(rf"(?P<y>{_YEAR})\s+(?:onwards?|and\s+(?:after|later|since))", re.IGNORECASE)
_ANY_YEAR = re.compile(_YEAR)
_MONTH = re.compile(rf"\b(?P<m>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?,?\s+(?:of\s+)?(?P<y>{_YEAR})", re.IGNORECASE)
_APOSTROPHE_YEAR = re.compile(r"(?<![\w])['’](?P<y>[012]\d)\b(?=\s*(?:inspection|report|visit|ofsted|$|[?,.]))", re.IGNORECASE)
_LATEST = re.compile(
    r"\b(?:latest|most\s+recent|newest)\s+(?:ofsted\s+|ilacs\s+|full\s+|published\s+)*"
    r"(?P<what>inspection|report|visit|focused\s+visit|monitoring\s+visit|letter|papers?|judgement|rating|grade|ofsted)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Periods:
    """`years` that are named (a range gives every year in it); `months` as (year, month); `before` and `since` are
    years that open a range downwards (exclusive) or upwards (inclusive); `latest` is the kind of paper that is asked
    for in its latest issue ("" where the question does not)."""

    years: tuple[int, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    before: int | None = None
    since: int | None = None
    latest: str = ""
    of_papers: bool = False  # the time is said of a report or visit, not only of what it tells
    groups: tuple[tuple[int, ...], ...] = ()  # `years` by mention: those of one range are one group

    @property
    def named(self) -> bool:
        return bool(self.years or self.before or self.since)


def periods(question: str) -> Periods:
    """What a question says about time. "2016-17" and "2023/24" name both years; "the year up to June 2014" names
    2014; "since its 2019 inspection" is 2019 and after, "before 2019" is up to 2018."""
    groups: list[tuple[int, ...]] = []
    before = since = None
    for match in _SPLIT.finditer(question):
        first = int(match["a"])
        second = int(match["b"]) if len(match["b"]) == 4 else first // 100 * 100 + int(match["b"])
        if first < second <= first + 15:
            groups.append(tuple(range(first, second + 1)))
    for match in _BETWEEN.finditer(question):
        first, second = int(match["a"] or match["c"]), int(match["b"] or match["d"])
        if first < second <= first + 15 and not _NAMED_PAPERS.match(question, match.end()):
            groups.append(tuple(range(first, second + 1)))
    if (match := _BEFORE.search(question)) and not re.search(r"\bsince\b", question[: match.start()], re.IGNORECASE):
        before = int(match["y"])
    if match := _SINCE.search(question) or _ONWARDS.search(question):
        # What a place was told to do "after the 2018 visit" stands in that visit's own letter.
        since = None if _TOLD.search(question) else int(match["y"])
    single = [int(m.group()) for m in _ANY_YEAR.finditer(question)]
    single += [2000 + int(m["y"]) for m in _APOSTROPHE_YEAR.finditer(question)]
    in_range = {year for group in groups for year in group}
    groups += [(year,) for year in dict.fromkeys(single) if year not in in_range]
    if before and groups == [(before,)]:
        groups.clear()
    months = tuple((int(m["y"]), MONTHS[m["m"].lower()]) for m in _MONTH.finditer(question))
    latest = _LATEST.search(question)
    return Periods(
        tuple(sorted({year for group in groups for year in group})),
        months,
        before,
        since,
        re.sub(r"\s+", " ", latest["what"].lower()) if latest else "",
        bool(re.search(rf"(?:{_YEAR}).{{0,40}}\b{_PAPER}\b|\b{_PAPER}\b.{{0,40}}(?:{_YEAR})", question, re.IGNORECASE)),
        tuple(groups),
    )
