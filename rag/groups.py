"""Groups of authorities that a text names: "inner London", "county councils", "Greater Manchester", "the Midlands".

`data/groups.csv` lists them, each by its regions, by its type of authority or by its members, and says on what the row
rests. The nine regions themselves are in `rag.authorities`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rag.authorities import authorities, find, region_spans


@dataclass(frozen=True, slots=True)
class Group:
    """Characters `start` to `end` of a text that name a group: whole `regions`, or else `members`, the names of its
    authorities."""

    name: str
    start: int
    end: int
    regions: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    pattern: re.Pattern[str]
    regions: tuple[str, ...]
    members: tuple[str, ...]


def find_groups(text: str) -> tuple[Group, ...]:
    """The groups that a text names, the regions among them, in order; what is part of an authority's name is none
    ("West Sussex"), and of two that overlap the longer counts."""
    taken = [(m.start, m.end) for m in find(text, asked=True)]
    found: list[Group] = []
    for group in sorted(_named(text), key=lambda g: (g.start - g.end, g.start)):
        if not any(group.start < end and start < group.end for start, end in taken):
            found.append(group)
            taken.append((group.start, group.end))
    return tuple(sorted(found, key=lambda g: g.start))


def _named(text: str) -> Iterator[Group]:
    for row in _rows():
        for match in row.pattern.finditer(text):
            yield Group(row.name, match.start(), match.end(), row.regions, row.members)
    for start, end, region in region_spans(text):  # last: "inner London" is less than London
        yield Group(region, start, end, regions=(region,))


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    with (resources.files("rag") / "data" / "groups.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_row(row) for row in csv.DictReader(file))


def _row(row: dict[str, str]) -> _Row:
    longest_first = sorted(row["asked"].split("|"), key=len, reverse=True)
    forms = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
    members = tuple(filter(None, row["members"].split("|")))
    if row["type"]:
        members = tuple(one.name for one in authorities() if one.type == row["type"])
    # Bodies that carry the name, and towns and districts that it is a part of, are not the group.
    pattern = re.compile(
        rf"(?<![\w-])(?<!mid\s)(?<!royal\s)(?:{forms})(?![\w-])"
        r"(?!\s+(?:east|west|police|ambulance|nhs|fire|combined|constabulary|hospitals?))",
        re.IGNORECASE,
    )
    return _Row(row["name"], pattern, tuple(filter(None, row["regions"].split("|"))), members)
