from __future__ import annotations

import csv
from importlib import resources

import pytest

from rag.authorities import authorities
from rag.groups import find_groups

NAMES = {one.name for one in authorities()}


def names(text: str) -> list[str]:
    return [group.name for group in find_groups(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Which inner London boroughs were good?", ["Inner London"]),
        ("London boroughs and care leavers", ["London"]),
        ("councils in the North East", ["North East"]),
        ("councils in the north", ["the north of England"]),
        ("county councils in the South East", ["county councils", "South East"]),
        ("unitary authorities", ["unitary authorities"]),
        ("metropolitan boroughs", ["metropolitan districts"]),
        ("Greater Manchester and Merseyside", ["Greater Manchester", "Merseyside"]),
        ("the Midlands", ["the Midlands"]),
        ("the West Midlands", ["West Midlands"]),
        ("Tyne & Wear", ["Tyne and Wear"]),
    ],
)
def test_groups_are_found(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text", ["", "Newham", "West Sussex", "Cheshire East", "West Berkshire", "Sussex Police", "North East Lincolnshire"]
)
def test_other_names_are_no_groups(text: str) -> None:
    assert names(text) == []


def test_where_a_group_stands() -> None:
    (group,) = find_groups("How are county councils doing?")
    assert "How are county councils doing?"[group.start : group.end] == "county councils"
    assert {"Kent", "Surrey"} <= set(group.members) and "Newham" not in group.members


def test_inner_and_outer_london_are_all_of_london() -> None:
    inner, outer = find_groups("inner London and outer London")
    london = {one.name for one in authorities() if one.region == "London" and not one.abolished}
    assert set(inner.members) | set(outer.members) == london
    assert not set(inner.members) & set(outer.members)


def test_the_table_is_sound() -> None:
    with resources.files("rag.data").joinpath("groups.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    for row in rows:
        assert all(row[column].strip() for column in ("name", "asked", "source"))
        assert sum(bool(row[column]) for column in ("regions", "type", "members")) == 1, row["name"]
        assert set(filter(None, row["members"].split("|"))) <= NAMES, row["name"]
        assert set(filter(None, row["regions"].split("|"))) <= {one.region for one in authorities()}
        assert not row["type"] or row["type"] in {one.type for one in authorities()}
