from __future__ import annotations

import pytest

from rag.load.text import read_text
from rag.parse import parse
from rag.parse.standing import is_standing
from rag.types import Document

CONTACT = "Piccadilly Gate Store Street Manchester T 0300 123 1231 enquiries@ofsted.gov.uk"


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Any complaints about the inspection should be sent to us. If you would like a copy of this, write.", True),
        ("Inspectors considered the quality of work. Wherever possible, they talked to children.", True),
        ("Inspectors considered the quality of work. It was poor in most cases.", False),
        ("The inspection was held under section 136 of the Act.", False),
        ("The inspection team consisted of seven inspectors.", False),
        ("It is Ofsted’s expectation that, as a minimum, children are helped.", True),
        ("It is Ofsted’s expectation that as a minimum children are helped.", True),
        ("Ofsted expects that, as a minimum, children are helped.", True),
        ("Ofsted expects that leaders act on this at once.", False),
        ("A full description of what the inspection judgements mean is given below.", True),
        ("© Crown copyright 2013", True),
        ("Telephone: 0300 123 1231", True),
        ("Telephone calls are answered within a day.", False),
        ("E 15 children were seen.", False),
        (CONTACT, True),
        ("The council has not put the plan on its page, www.ofsted.gov.uk.", False),
    ],
)
def test_what_stands_in_every_report(text: str, standing: bool):
    sentences = [part if part.endswith(".") else f"{part}." for part in text.split(". ")] if ". " in text else [text]
    assert is_standing(sentences) == standing


def test_nothing_of_the_kind_is_searched_and_what_follows_on_the_next_page_is():
    imprint = "The Office for Standards in Education, Children’s Services and Skills inspects care.\n\nWrite to us.\n"
    pages = [
        page
        for text in (f"Plans are late.\n\n{CONTACT}\n\n{imprint}", "Visits are timely.")
        for page in read_text(text.encode(), "a.txt")[0]
    ]
    document = Document("a.txt", "a.txt", "", "text", tuple(pages), True)
    assert [b.text for b in parse(document) if not b.general] == ["Plans are late.", "Visits are timely."]
