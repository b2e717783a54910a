from __future__ import annotations

import pytest

from rag.types import Filters, Query
from rag.understood import understood


@pytest.mark.parametrize(
    ("query", "searched", "text"),
    [
        (Query("q"), {}, "no place, date or kind of paper named."),
        (Query("q", Filters(authorities=("Newham",))), {"documents": 1}, "Newham; searched 1 paper."),
        (Query("q", Filters(("A", "B", "C"), date_from="2014-01-01", date_to="2014-12-31")), {}, "A, B and C · 2014."),
        (Query("q", Filters(date_from="2020-03-01")), {"documents": 2000}, "from 1 March 2020; searched 2,000 papers."),
        (Query("q", Filters(grades=("Good",), date_to="2019")), {}, "Good · until 2019."),
        (Query("q", unknown_places=("Leeds",)), {"documents": 9}, "Leeds."),
    ],
)
def test_in_one_sentence(query: Query, searched: dict[str, object], text: str) -> None:
    assert understood(query, searched) == text
