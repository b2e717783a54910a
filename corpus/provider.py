"""The inspectorate's page on an authority: which reports it links to, and under which licence.

Such a link has the class `publication-link`. A text in it that is hidden on the screen, for those who have pages read
out, says kind and date: "Children's services inspection, pdf - 21 September 2022".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx

from rag.dates import date_in_name
from rag.errors import LayoutChanged
from rag.types import Kind

LINK = "publication-link"

_MOST = 1000  # links of a page
_LICENCE = re.compile(r"Open\s+Government\s+Licen[cs]e(?:,?\s+v(?:ersion)?\s*\.?(\d(?:\.\d)?))?", re.IGNORECASE)
# The kinds, the narrower first. Reports on special educational needs are about schools and health as much.
_KINDS: tuple[tuple[str, Kind | None], ...] = (
    (r"\bsend\b|special\s+educational\s+needs", None),
    (r"focus+ed\s+visit", "focused visit"),
    (r"monitoring", "monitoring visit"),
    (r"inspection|safeguarding|looked[\s-]+after|joint\s+targeted", "inspection"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A report that the page links to. `kind` is None where it is about something else; `published` is an ISO date, ""
    where the page does not say; `text` is what the page says of it."""

    address: str
    text: str
    kind: Kind | None
    published: str


def listed(page: bytes, url: str, charset: str | None = None) -> tuple[Listed, ...]:
    """The reports that a page links to, each once, in its order. Raises LayoutChanged where it links to none."""
    tree = _tree(page, charset)
    links = [] if tree is None else tree.xpath(f"//a[contains(concat(' ', normalize-space(@class), ' '), ' {LINK} ')]")
    if not links:
        raise LayoutChanged(
            f"{url} has no links of the class {LINK!r}: its layout has changed, or it is no page on an authority; "
            "save the reports by hand and take them in with findings corpus add"
        )
    base = next(iter(tree.xpath("//base/@href")), "")
    found: dict[str, Listed] = {}
    for link in links[:_MOST]:
        said = (*link.itertext(), link.get("aria-label", ""), link.get("title", ""))
        text = " ".join(" ".join(said).split())
        address = _joined(url, base, link.get("href", "").strip())
        published = date_in_name(text) or ""
        known = found.get(address)
        if address and (known is None or (published and not known.published)):
            found[address] = Listed(address, text, kind_of(text), published)
    return tuple(found.values())


def kind_of(text: str) -> Kind | None:
    """The kind of a report by what a page calls it, None for one that is not on children's social care."""
    return next((kind for pattern, kind in _KINDS if re.search(pattern, text, re.IGNORECASE)), None)


def licence(page: bytes, charset: str | None = None) -> str:
    """The open licence that a page says its contents are under, "" where it says none."""
    tree = _tree(page, charset)
    said = None if tree is None else _LICENCE.search(tree.text_content())
    if said is None:
        return ""
    return f"Open Government Licence v{said[1]}" if said[1] else "Open Government Licence"


def _tree(page: bytes, charset: str | None) -> Any:
    """The page as lxml reads it, None where there is nothing in it."""
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding=charset)
    except LookupError:  # an encoding that there is none of
        parser = html.HTMLParser()
    try:
        return html.document_fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _joined(url: str, base: str, href: str) -> str:
    """The whole address of a link, without the part that names a place in a page; "" where it is none."""
    try:
        return str(httpx.URL(url).join(base).join(href).copy_with(fragment=None)) if href else ""
    except (httpx.InvalidURL, UnicodeError):
        return ""
