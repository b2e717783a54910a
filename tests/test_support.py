from __future__ import annotations

import pytest

from rag.support import spelt, support

QUOTE = "Social workers visit children every week and record what the children say."


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        "Social workers visit children every week.",
        "Social workers make weekly visits to children.".replace("weekly visits", "visits every week"),
        "Every week social workers visit young people.",
        "What children say is recorded.",
    ],
)
def test_enough(text: str) -> None:
    assert support(text, QUOTE).enough


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It was given.",
        "Caravans roam hills.",
        "Social workers audit children every week.",
        "Teachers visit children every week.",
        "Children visit social workers every week.",
        "Social workers visit children every month.",
    ],
)
def test_not_enough(text: str) -> None:
    assert not support(text, QUOTE).enough


def test_one_run_of_words_may_stand_elsewhere_and_two_may_not() -> None:
    assert support("In 2014 visits fell in the borough.", "Visits fell in the borough in 2014.").enough
    quote = "Social workers told the court that parents had lied."
    assert not support("Parents told the court that social workers had lied.", quote).enough


def test_what_is_told() -> None:
    found = support("Social workers audit children.", QUOTE)
    assert found.held == {"social", "worker", "child"}
    assert found.new == {"audit"}
    assert found.replaced == (("audit", "visit"),)
    assert support("Carers trust managers.", "Managers trust carers.").displaced == 3
    assert support("", "").held == frozenset()


def test_a_sense_as_it_is_written() -> None:
    assert spelt("visit", QUOTE) == "visit"
    assert spelt("child", "Young people’s plans") == "Young"
    assert spelt("absent", QUOTE) == "absent"
