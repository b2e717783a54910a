from __future__ import annotations

import pytest

from rag.spoken import said


@pytest.mark.parametrize(
    ("text", "names", "when", "rest"),
    [
        ("", (), (), ""),
        ("and Newcastle?", ("Newcastle upon Tyne",), (), ""),
        ("and in 2022?", (), ("in 2022",), ""),
        ("adoption in Bucks since 2017", ("Buckinghamshire",), ("since 2017",), "adoption in"),
        ("Newham's caseloads", ("Newham",), (), "caseloads"),
        ("in the North East and in Hull", ("the North East", "Kingston Upon Hull"), (), ""),
        ("London boroughs", ("London boroughs",), (), ""),
        ("between 2014 and 2019", (), ("between 2014 and 2019",), ""),
        ("since the pandemic began", (), ("since the pandemic began",), ""),
        ("between the last two inspections", (), ("between the last two inspections",), ""),
        ("at the latest inspection, 18 July 2022", (), ("at the latest inspection", "18 July 2022"), ""),
    ],
)
def test_parts(text: str, names: tuple[str, ...], when: tuple[str, ...], rest: str) -> None:
    parts = said(text)
    assert (parts.names, parts.when, parts.rest) == (names, when, rest)
