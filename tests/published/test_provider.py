from __future__ import annotations

import pytest
from played_site import link

from corpus.provider import Listed, kind_of, licence, listed
from rag.errors import LayoutChanged
from rag.types import Kind

PAGE = "https://reports.ofsted.gov.uk/provider/44/80511"
FILE = "https://files.ofsted.gov.uk/v1/file/50192878"


def page(*links: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{''.join(links)}</body></html>".encode()


# ── what a link says ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kind", "published"),
    [
        ("Children's services inspection, pdf - 21 September 2022", "inspection", "2022-09-21"),
        ("children’s services focused visit, PDF - 01 august 2024", "focused visit", "2024-08-01"),
        ("Focussed visit: 5th Nov 2019 (PDF, 200 KB)", "focused visit", "2019-11-05"),
        ("Monitoring visit | 07/04/2022", "monitoring visit", "2022-04-07"),
        (
            "Monitoring visit of children's services inspection 2019, pdf - 10 October 2019",
            "monitoring visit",
            "2019-10-10",
        ),
        ("Joint area child protection inspection, pdf - 30 January 2024", "inspection", "2024-01-30"),
        ("Single inspection of LA children's services as pdf - 10 February 2015", "inspection", "2015-02-10"),
        ("Safeguarding and looked after children, 2011-11-18", "inspection", "2011-11-18"),
        ("Area SEND full inspection, pdf - 12 July 2024", None, "2024-07-12"),
        ("Special educational needs revisit, pdf", None, ""),
        ("Children's services inspection, pdf", "inspection", ""),
        ("Children's services inspection - 31 February 2022", "inspection", ""),
        ("A letter", None, ""),
    ],
)
def test_kind_and_date_in_several_forms(text: str, kind: Kind | None, published: str) -> None:
    (found,) = listed(page(link(FILE, text)), PAGE)
    assert (found.kind, found.published, found.address) == (kind, published, FILE)
    assert kind_of(text) == kind


@pytest.mark.parametrize("attribute", ["aria-label", "title"])
def test_hidden_text_in_an_attribute(attribute: str) -> None:
    made = f'<a class="x publication-link y" href="{FILE}" {attribute}="Focused visit - 1 May 2020">PDF</a>'
    assert listed(page(made), PAGE)[0].published == "2020-05-01"


# ── where it leads ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("href", "head", "address"),
    [
        ("/v1/file/1", "", "https://reports.ofsted.gov.uk/v1/file/1"),
        ("file/1", "", "https://reports.ofsted.gov.uk/provider/44/file/1"),
        ("//files.ofsted.gov.uk/v1/file/1", "", "https://files.ofsted.gov.uk/v1/file/1"),
        ("1", '<base href="https://files.ofsted.gov.uk/v1/file/">', "https://files.ofsted.gov.uk/v1/file/1"),
        (f" {FILE}#page=2 ", "", FILE),
    ],
)
def test_relative_links(href: str, head: str, address: str) -> None:
    assert listed(page(link(href, "Inspection"), head=head), PAGE)[0].address == address


def test_a_link_given_twice_is_one_and_the_date_is_taken_from_either() -> None:
    found = listed(page(link(FILE, "Inspection"), link(FILE, "Inspection, 21 September 2022"), link(FILE, "PDF")), PAGE)
    assert found == (Listed(FILE, "Report Inspection, 21 September 2022", "inspection", "2022-09-21"),)


@pytest.mark.parametrize("href", ["", "   ", "http://a.org:x/"])
def test_a_link_to_nowhere_is_passed_over(href: str) -> None:
    assert [one.address for one in listed(page(link(href, "Inspection"), link(FILE, "Inspection")), PAGE)] == [FILE]


# ── other pages ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\0\0\0",
        b"%PDF-1.4",
        page('<a class="document-link" href="/v1/file/1">Inspection</a>'),
        page('<a class="publication-linked" href="/v1/file/1">Inspection</a>'),
        page('<div class="publication-link">Inspection</div>'),
    ],
)
def test_a_page_that_is_laid_out_otherwise_says_so(data: bytes) -> None:
    with pytest.raises(
        LayoutChanged, match=r"no links of the class 'publication-link'.*layout has changed.*corpus add"
    ):
        listed(data, PAGE)


@pytest.mark.parametrize(
    ("encoding", "charset", "head"),
    [
        ("cp1252", "cp1252", ""),
        ("cp1252", None, '<meta charset="windows-1252">'),
        ("utf-16", "utf-16", ""),
        ("cp1252", None, ""),
        ("cp1252", "no-such-charset", ""),
    ],
)
def test_a_page_that_is_not_utf_8(encoding: str, charset: str | None, head: str) -> None:
    made = page(link(FILE, "Children’s services inspection – 21 September 2022"), head=head).decode().encode(encoding)
    (found,) = listed(made, PAGE, charset)
    assert (found.kind, found.published) == ("inspection", "2022-09-21")


@pytest.mark.parametrize(
    ("said", "is_under"),
    [
        ("All content is available under the Open Government Licence v3.0, except", "Open Government Licence v3.0"),
        ("open government\n licence, version 3.0", "Open Government Licence v3.0"),
        ("Open Government License", "Open Government Licence"),
        ("All rights reserved", ""),
        ("", ""),
    ],
)
def test_the_licence_is_what_the_page_says(said: str, is_under: str) -> None:
    assert licence(page(f"<footer>{said}</footer>")) == is_under
