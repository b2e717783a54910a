from __future__ import annotations

import pytest

from rag.taken_back import DATES, take_back
from rag.types import Filters, Query

NARROW = Filters(("Newham", "Barnet"), ("London",), ("news",), ("Good",), "2019-01-01", "2019-12-31")


def query(*gone: str) -> Query:
    from dataclasses import replace

    return Query("q", replace(NARROW, taken_back=gone), years=(2019,), unknown_places=("Hull",))


def test_nothing_taken_back_changes_nothing() -> None:
    assert take_back(query()) == query()


@pytest.mark.parametrize(
    ("gone", "field", "left"),
    [("Newham", "authorities", ("Barnet",)), ("London", "regions", ()), ("news", "kinds", ()), ("Good", "grades", ())],
)
def test_what_is_taken_back_narrows_no_longer(gone: str, field: str, left: tuple[str, ...]) -> None:
    found = take_back(query(gone))
    assert getattr(found.filters, field) == left
    assert f"Taken back: {gone}" in found.notes and found.filters.date_from == "2019-01-01"


def test_the_time_and_a_place_without_papers() -> None:
    found = take_back(query(DATES, "Hull"))
    assert (found.filters.date_from, found.filters.date_to, found.years) == (None, None, ())
    assert found.unknown_places == () and found.filters.taken_back == (DATES, "Hull")
