"""The reports known, from `reports.csv`, and which authorities a person means. The authorities themselves are the rows
of `catalogue.csv`, which `rag.authorities` reads."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rag.authorities import Authority, authorities, authority, region
from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Report:
    """A published report. `kind` is one of `rag.types.KINDS`; dates are ISO, "" where not known ("2020-10" where only
    the month is); `address` is that of its file, "" where not known."""

    urn: str
    kind: str
    inspection_start: str
    inspection_end: str
    published: str
    address: str


@lru_cache(maxsize=1)
def reports() -> tuple[Report, ...]:
    """Every report of the catalogue, by authority and date."""
    with (resources.files("corpus") / "reports.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Report(**row) for row in csv.DictReader(file))


def reports_on(one: Authority) -> tuple[Report, ...]:
    """The reports known on an authority, the oldest first."""
    return tuple(report for report in reports() if one.urn and report.urn == one.urn)


def chosen(names: Sequence[str], regions: Sequence[str] = (), everything: bool = False) -> tuple[Authority, ...]:
    """The authorities that a person named, by name or by region, or all that there are today; each once, in the order
    given. Raises UsageError for a name that is none."""
    found: list[Authority] = []
    for name in names:
        one = authority(name)
        if one is None:
            raise UsageError(f"{name!r} is no English local authority with children's services; check its spelling")
        found.append(one)
    today = [one for one in authorities() if one.abolished is None]
    for name in regions:
        meant = region(name)
        if meant is None:
            raise UsageError(f"{name!r} is no English region; for example: London, North East, South West")
        found += (one for one in today if one.region == meant)
    if everything:
        found += today
    if not found:
        raise UsageError("name authorities, a region with --region, or --all")
    return tuple({one.name: one for one in found}.values())
