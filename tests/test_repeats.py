from __future__ import annotations

from collections.abc import Sequence

from made import paper

from rag.repeats import collapse as collapsed
from rag.store import Record
from rag.types import Description, Hit, Stated

SAID = "Most children were visited weekly by social workers who recorded wishes, feelings and plans in good time."
AGAIN = "Most children were visited weekly by social workers who recorded their wishes, feelings and plans in time."


def collapse(given: Sequence[Hit], **dates: str) -> tuple[Hit, ...]:
    """Over papers about York; `dates` are the days that they are of, by name without its ending."""
    records = {}
    for name in {hit.passage.document for hit in given}:
        date = dates.get(name.partition(".")[0])
        description = Description(authority=Stated("York"), published=Stated(date) if date else None)
        records[name] = Record(name, "", "", "", "pdf", True, 1, 1, (), description)
    return collapsed(given, records)


def hits(name: str, *pages: str) -> list[Hit]:
    return [Hit(passage, 1.0 - i / 10, i + 1) for i, passage in enumerate(paper(name, *pages).passages)]


def test_of_two_that_say_the_same_the_first_is_kept_with_both_places() -> None:
    first, other, again = hits("a.pdf", SAID, "Housing for care leavers was scarce in every part of the city.", AGAIN)
    kept = collapse([first, other, again])
    assert [hit.passage.id for hit in kept] == [first.passage.id, other.passage.id]
    assert [passage.id for passage in kept[0].also] == [again.passage.id]
    assert kept[1].also == ()


def test_the_same_words_in_another_paper_are_no_repeat() -> None:
    given = [*hits("a.pdf", SAID), *hits("b.pdf", SAID)]
    assert collapse(given) == tuple(given)
    assert collapse(given, a="2014-08-08", b="2022-04-07") == tuple(given)


def test_a_report_that_is_held_twice_gives_one_hit() -> None:
    first, again = [*hits("a.pdf", SAID), *hits("b.md", SAID)]
    (kept,) = collapse([first, again], a="2014-08-08", b="2014-08-08")
    assert (kept.passage, kept.also) == (first.passage, (again.passage,))


def test_a_long_passage_that_holds_a_short_one_says_more() -> None:
    longer = f"{SAID} Housing for care leavers was scarce. Health checks were late. Managers left the service often."
    given = hits("a.pdf", SAID, longer)
    assert collapse(given) == tuple(given)


def test_short_passages_are_never_repeats() -> None:
    given = hits("a.pdf", "Good.", "Good.")
    assert collapse(given) == tuple(given)


def test_nothing_and_one() -> None:
    assert collapse([]) == ()
    assert len(collapse(hits("a.pdf", SAID))) == 1
