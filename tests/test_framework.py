from __future__ import annotations

import pytest

from rag.framework import framework
from rag.title import heading
from rag.types import Document, Page


def of(*lines: str) -> str | None:
    """The framework of a paper of one page, whose every span quotes something."""
    document = Document("a.pdf", "a.pdf", "", "pdf", (Page("\r\n".join(lines)),), True)
    found = framework(document, heading(document))
    assert found is None or all(document.quote(span).strip() for span in found.spans)
    return found.value if found else None


DATES = "Inspection dates: 8 to 19 January 2024"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (("Inspection of Leeds local ", "authority children’s services"), "ILACS"),
        (("Inspection of Swindon Borough Council", "local authority children’s services"), "ILACS"),
        (("Leeds City Council", "Inspection of children’s social care services"), "ILACS"),
        (("Inspection of the London Borough of Bexley’s ", "children’s services"), "ILACS"),
        (("Leeds", "Inspection of local authority children’s social care ", "services"), "ILACS"),
        (("Inspection of services for children in need of help and ", "protection, children looked after and Care "
          "Leavers1"), "SIF"),
        (("Reinspection of services for children in need of help and ", "protection, children looked after and care ",
          "leavers"), "SIF"),
        (("Surrey Board", "Review of the effectiveness of the Local Safeguarding Children ", "Board"), "LSCB review"),
        (("Joint targeted area inspection of Sefton",), "JTAI"),
        (("Inspection of looked after children ", "services", "Kent County Council"), "looked after children"),
        (("Inspection of safeguarding and ", "looked after children services", "Kent"),
         "safeguarding and looked after children"),
        (("Inspection of local authority ", "arrangements for the protection ", "of children"),
         "protection of children"),
        (("Inspection of Kent County Council fostering service",), "fostering"),
        (("Notes on Leeds",), None),
    ],
)  # fmt: skip
def test_titles(title: tuple[str, ...], name: str | None):
    assert of(*title, DATES) == name


def test_words_of_an_older_framework_in_the_text_do_not_make_it_one():
    text = "Inspection of services for children in need of help and protection, children looked after and care leavers"
    assert of("Inspection of Leeds local authority children’s services", DATES, text) == "ILACS"


def test_the_table_tells_where_the_title_does_not():
    assert of("Leeds", DATES, "The impact of leaders on social work ", "practice Good") == "ILACS"
    assert of("Leeds", DATES, "2. Children looked after and achieving ", "permanence Good") == "SIF"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("This was a short inspection.", "ILACS short"),
        ("This inspection was a standard inspection under the framework.", "ILACS standard"),
        ("Since the last short inspection, services have improved.", "ILACS"),
        ("The previous inspection was a standard inspection.", "ILACS"),
    ],
)
def test_standard_and_short_only_where_the_paper_says_so(said: str, name: str):
    assert of("Inspection of Leeds local authority children’s services", DATES, said) == name
    assert of("Short inspection of Leeds local authority children’s services", DATES) == "ILACS short"


def test_a_visit_follows_the_framework_that_it_names():
    assert of("Dear Ann", "Monitoring visit to Leeds", "This letter summarises a visit.") is None
    assert of("Dear Ann", "Monitoring visit to Leeds", "This letter is in line with the ILACS framework.") == "ILACS"
    assert of("Dear Ann", "Focused visit to Leeds", "This letter summarises a visit.") == "ILACS"
