from __future__ import annotations

import pytest

from rag.bindings import misplaced

SHARES = "29% are entitled in primary schools and 41% in secondary schools."


@pytest.mark.parametrize(
    ("text", "quote", "word"),
    [
        ("41% are entitled in primary schools and 29% in secondary schools.", SHARES, "41%"),
        ("29% are entitled in secondary schools and 41% in primary schools.", SHARES, "secondari"),
        ("In primary schools 29% are entitled.", SHARES, None),
        ("41% in secondary schools.", SHARES, None),
        ("23 carers left and children waited.", "23 children waited and carers left.", "carer"),
        ("Children wait and are not seen.", "Children do not wait and are seen.", "not"),
        ("Children are seen and do not wait.", "Children do not wait and are seen.", None),
        ("Referrals fell while plans rose.", "Referrals rose while plans fell.", "<fall>"),
        ("Plans rose while referrals fell.", "Referrals fell while plans rose.", None),
        ("In 2014, timeliness rose from 72% to 87%.", "Timeliness rose from 72% to 87% in 2014.", None),
        ("72% in 2015 and 87% in 2014.", "72% in 2014 and 87% in 2015.", "2015"),
        ("Leaders were outstanding, adoption good.", "Leaders were good, adoption outstanding.", "outstanding"),
        ("The team of Brown met Smith.", "The team of Smith met Brown.", "brown"),
        ("It is good at visiting.", "It is good at recording and poor at visiting.", "visit"),
        ("It is poor at visiting.", "It is good at recording and poor at visiting.", None),
        ("Supervision does not focus on plans.", "Supervision is regular but does not focus on plans.", None),
        ("Children over 5 are seen weekly.", "Children under 5 are seen weekly, over 5 monthly.", "more than 5"),
        ("Inadequate.", "It was judged inadequate.", None),
        ("Nothing shared.", "Quite other words.", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_misplaced(text: str, quote: str, word: str | None) -> None:
    assert misplaced(text, quote) == word
