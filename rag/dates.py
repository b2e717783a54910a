"""Dates as English papers print them, found in text and turned into ISO, with where they stand."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+(?:the\s+)?)?(?<![\d.,/£])(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_ANY_DAY = r"(?:\w{3,6}day\s+)?\d{1,2}(?:st|nd|rd|th)?"
_MORE_DAYS = r"(?:\s*,\s*\d{1,2}(?:st|nd|rd|th)?)*"
_YEAR = r"(?:19|20)\d\d(?![\d/])"
_TO = r"(?:\s*\b(?:to|until|till|and)\s+|(?<=\d)to\s*|\s*[-‐‑‒–—―−─\ufffe]\s*(?:to\s+)?)"
_RANGE = (
    rf"{_DAY.format('d1')}{_MORE_DAYS}(?:\s*(?P<m1>{_MONTH}))?(?:,?\s*(?P<y1>{_YEAR}))?{_TO}"
    rf"{_DAY.format('d2')}\s*(?P<m2>{_MONTH}),?\s*(?P<y2>{_YEAR})"
)
# Two stays of which only the last says the year: "16 to 20 January and 6 to 10 February 2023".
_STAYS = (
    rf"{_DAY.format('d6')}(?:\s*(?P<m6>{_MONTH}))?{_TO}{_ANY_DAY}(?:\s*(?P<m7>{_MONTH}))?"
    rf"(?:\s*,\s*(?:and\s+)?|\s*&\s*|\s+and\s+){_ANY_DAY}(?:\s*{_MONTH})?{_TO}"
    rf"{_DAY.format('d8')}\s*(?P<m8>{_MONTH}),?\s*(?P<y8>{_YEAR})"
)
_SINGLE = rf"{_DAY.format('d3')}\s*(?:of\s+)?(?P<m3>{_MONTH}),?\s*(?P<y3>{_YEAR})"
_AMERICAN = rf"\b(?P<m4>{_MONTH})\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>{_YEAR})"
_MONTH_ONLY = rf"\b(?P<m5>{_MONTH})\s+(?P<y5>{_YEAR})"
# "13/05/2019": the day first, as English papers put it, so that "05/13/2019" is none.
_FIGURES = r"(?<![\d.,/£])(?P<d{0}>\d{{1,2}})(?P<s{0}>[/.-])(?P<m{0}>\d{{1,2}})(?P=s{0})(?P<y{0}>" + _YEAR + ")"
_NUMERIC = rf"{_FIGURES.format(9)}(?:{_TO}{_FIGURES.format(10)})?"
_ANY = re.compile("|".join((_NUMERIC, _STAYS, _RANGE, _SINGLE, _AMERICAN, _MONTH_ONLY)), re.IGNORECASE)
_IN_NAME = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_.](?P<m>\d\d)[-_.](?P<d>\d\d)(?!\d)")

_ISO = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")

_NUMBER = {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
MONTHS: dict[str, int] = {name.lower(): i for i, name in enumerate(calendar.month_name) if name} | _NUMBER


@dataclass(frozen=True, slots=True)
class Dated:
    """Characters `start` to `end` of a text that print a date or a range of dates, and what they mean in ISO.

    `first` and `last` are equal for a single date, and "2020-10" for a month alone."""

    first: str
    last: str
    start: int
    end: int

    @property
    def whole(self) -> bool:
        """Whether it goes down to the day."""
        return len(self.first) == 10


def dates(text: str, start: int = 0, end: int | None = None) -> tuple[Dated, ...]:
    """Every date in characters `start` to `end` of `text`, in order. Impossible ones ("31 February") are left out."""
    found = (_read(match) for match in _ANY.finditer(text, start, len(text) if end is None else end))
    return tuple(d for d in found if d is not None)


def date_in_name(name: str) -> str | None:
    """The last full date in a file name ("… - 21 september 2022.pdf", "letter-2018-08-16.txt") as ISO."""
    spoken = [d.last for d in dates(re.sub(r"[_]", " ", name)) if d.whole]
    numeric = [iso for m in _IN_NAME.finditer(name) if (iso := _iso(m["y"], int(m["m"]), m["d"]))]
    return next(iter((numeric + spoken)[-1:]), None)


def _read(match: re.Match[str]) -> Dated | None:
    g = match.groupdict()
    if g["d9"]:
        first = _iso(g["y9"], int(g["m9"]), g["d9"])
        last = _iso(g["y10"], int(g["m10"]), g["d10"]) if g["d10"] else first
    elif g["d8"]:
        month = _month(g["m8"])
        first_month = _month(g["m6"] or g["m7"] or g["m8"])
        year = int(g["y8"]) - (first_month > month)
        first, last = _iso(year, first_month, g["d6"]), _iso(g["y8"], month, g["d8"])
    elif g["d2"]:
        month = _month(g["m2"])
        first_month = _month(g["m1"]) if g["m1"] else month
        # "29 November to 10 January 2022" begins the year before; so does no other range without a year of its own.
        year = int(g["y1"]) if g["y1"] else int(g["y2"]) - (first_month > month)
        first, last = _iso(year, first_month, g["d1"]), _iso(g["y2"], month, g["d2"])
    elif g["d3"] or g["d4"]:
        year, name, day = (g["y3"], g["m3"], g["d3"]) if g["d3"] else (g["y4"], g["m4"], g["d4"])
        first = last = _iso(year, _month(name), day)
    else:
        first = last = f"{g['y5']}-{_month(g['m5']):02d}"
    if not first or not last or first > last:
        return None
    return Dated(first, last, match.start(), match.end())


def _month(name: str) -> int:
    return _NUMBER[name[:3].lower()]


def _iso(year: str | int, month: int, day: str) -> str | None:
    if not 1 <= month <= 12 or not 1 <= int(day) <= calendar.monthrange(int(year), month)[1]:
        return None
    return f"{int(year):04d}-{month:02d}-{int(day):02d}"


def in_words(date: str | None) -> str:
    """'2014-06-03' → '3 June 2014', '2020-10' → 'October 2020', '2014' → '2014', None → ''; what is no ISO date is
    returned as it is."""
    found = _ISO.fullmatch(date or "")
    if not found:
        return date or ""
    year, month, day = found.groups()
    return " ".join(filter(None, (day and str(int(day)), month and calendar.month_name[int(month)], year)))


def month_in_words(date: str | None) -> str:
    """'2014-06-03' → 'June 2014'."""
    return in_words(date[:7]) if date and _ISO.fullmatch(date) else in_words(date)
