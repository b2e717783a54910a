from __future__ import annotations

import pytest

from rag.answer.recency import differs, open_in_time, rating
from rag.types import Filters, Query


@pytest.mark.parametrize(
    ("filters", "years", "is_open"),
    [
        (Filters(authorities=("Newham",)), (), True),
        (Filters(authorities=("Newham",)), (2014,), False),
        (Filters(authorities=("Newham",), date_from="2018-01-01"), (), False),
        (Filters(authorities=("Newham", "Kent")), (), True),
        (Filters(), (), False),
    ],
)
def test_a_question_is_open_in_time_where_it_names_places_and_no_date(
    filters: Filters, years: tuple[int, ...], is_open: bool
) -> None:
    assert open_in_time(Query("supervision", filters, years=years)) is is_open


@pytest.mark.parametrize(
    ("sentence", "good"),
    [
        ("Supervision is regular and reflective.", True),
        ("Plans are weak and visits are late.", False),
        ("Visits are regular but records are poor.", None),
        ("There are nine teams.", None),
        ("", None),
    ],
)
def test_a_sentence_rates_good_or_bad_only_where_all_of_it_does(sentence: str, good: bool | None) -> None:
    assert rating(sentence) is good


@pytest.mark.parametrize(
    ("expects", "a", "b", "differ"),
    [
        ("finding", "Supervision of social workers is regular.", "Supervision of social workers is irregular.", True),
        ("finding", "Supervision of social workers is regular.", "Supervision of social workers is strong.", False),
        ("finding", "Supervision of social workers is regular.", "Foster homes for babies are poor.", False),
        ("figure", "There were 45 children missing from school.", "There were 61 children missing from school.", True),
        ("figure", "There were 45 children missing from school.", "45 children were missing from school.", False),
        ("figure", "There were 45 children missing from school.", "Children were missing from school.", False),
        ("yes/no", "Children are visited regularly.", "Children are not visited regularly.", True),
    ],
)
def test_two_sentences_differ_only_where_it_is_plain(expects: str, a: str, b: str, differ: bool) -> None:
    assert differs(Query("Are children visited regularly?", expects=expects), a, b) is differ  # type: ignore[arg-type]
