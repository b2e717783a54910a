"""What a paper says of itself: whose it is, about whom, when, of which kind, with which grades.

Every value carries the characters it was read from. What the paper does not state stays None. The provider number and
region are looked up from the recognised authority; a date in the file name is taken only where the paper prints none.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator

from rag.authorities import Authority, Mention, authorities, find
from rag.dates import Dated, date_in_name, dates
from rag.frontmatter import front_matter, merged
from rag.judgements import judgements
from rag.title import Heading, heading
from rag.types import Block, Description, Document, Span, Stated

FRONT_PAGES = 3  # a cover may hold nothing, and the title then stands on the page after it


def describe(document: Document, blocks: tuple[Block, ...] = ()) -> Description:
    """The description of a document. Front matter comes before what the text says; `blocks` are not needed."""
    read = _from_text(document)
    front = front_matter(document)
    return _looked_up(read if front is None else merged(front, read))


def _from_text(document: Document) -> Description:
    top = heading(document)
    kind = _kind(document, top)
    is_inspectors = kind is not None and kind.value in ("inspection", "focused visit", "monitoring visit")
    start, end = _inspected(document, top, is_inspectors)
    return Description(
        title=_title(document, top),
        publisher=_publisher(document, is_inspectors),
        authority=_authority(document, top),
        kind=kind or Stated("other"),
        framework=_framework(document) if is_inspectors else None,
        inspection_start=start,
        inspection_end=end,
        published=_published(document, top, kind, start, end),
        lead_inspector=_lead_inspector(document) if is_inspectors else None,
        judgements=judgements(document) if kind is not None and kind.value == "inspection" else (),
    )


def _looked_up(description: Description) -> Description:
    """With provider number and region of the recognised authority; an abolished one by the date of the paper."""
    name = description.value("authority")
    one = next((a for a in authorities() if a.name == name), None)
    if one is None:
        return description
    urn = Stated(one.urn, basis="authority list") if one.urn else None
    return dataclasses.replace(description, urn=urn, region=Stated(one.region, basis="authority list"))


# ── finding things on the first pages ────────────────────────────────────────────────────────────────────────────


_Found = tuple[int, re.Match[str]]  # page and match


def _search(document: Document, pattern: re.Pattern[str], pages: int | None = FRONT_PAGES) -> Iterator[_Found]:
    for index, page in enumerate(document.pages[:pages]):
        for match in pattern.finditer(page.text):
            yield index, match


def _first(document: Document, pattern: re.Pattern[str], pages: int | None = FRONT_PAGES) -> _Found | None:
    return next(_search(document, pattern, pages), None)


def _stated(document: Document, page: int, start: int, end: int, value: str | None = None) -> Stated:
    printed = document.pages[page].text[start:end]
    return Stated(_one_line(printed) if value is None else value, (Span(document.name, page, start, end),))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\ufffe", "-")).strip()


_TITLE_PROPER = re.compile(r"(?:re-?)?inspection\b|review\s+of\b", re.IGNORECASE)


def _title(document: Document, top: Heading) -> Stated | None:
    """The lines of the heading in one, with a colon after the place that stands above the title proper."""
    spans = tuple(Span(document.name, top.page, start, end) for start, end in top.lines)
    value = ""
    for line in (_one_line(document.quote(span)) for span in spans):
        colon = ":" if _TITLE_PROPER.match(line) and value and find(value) and not value.endswith(" and") else ""
        value = f"{value}{colon} {line}".strip()
    return Stated(value, spans) if value else None


# ── whom it is about ─────────────────────────────────────────────────────────────────────────────────────────────

_ABOUT = re.compile(
    r"(?:inspection|re-?inspection|visit|review|services|board|arrangements|children)\s+(?:of|to|in|at|for|by)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"[\s,]+[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b")


def _authority(document: Document, top: Heading) -> Stated | None:
    """The authority of the heading; else of the first page, names with a designation first; else the one that the
    whole text names most; else, as a hint of last resort, the one in the file name."""
    for page, start, end in ((top.page, *top.extent), (top.page, 0, 2500)):
        scores: Counter[str] = Counter()
        where: dict[str, Mention] = {}
        if start == end:
            continue
        text = document.pages[page].text if document.pages else ""
        for mention in find(text[start:end]):
            is_address = _POSTCODE.match(text, start + mention.end)
            if isinstance(mention.place, Authority) and mention.exact and not is_address:
                weight = 3 if mention.designated else 1
                weight += 3 if _ABOUT.search(text[max(0, start + mention.start - 40) : start + mention.start]) else 0
                scores[mention.name] += weight
                if mention.name not in where or (mention.designated and not where[mention.name].designated):
                    where[mention.name] = mention
        best = scores.most_common(2)
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            mention = where[best[0][0]]
            return _stated(document, page, start + mention.start, start + mention.end, mention.name)
    return _named_most(document) or _named_in_file(document)


def _named_most(document: Document) -> Stated | None:
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, Mention]] = {}
    for index, page in enumerate(document.pages):
        for mention in find(page.text):
            if isinstance(mention.place, Authority) and mention.exact:
                counts[mention.name] += 1
                first.setdefault(mention.name, (index, mention))
    best = counts.most_common(2)
    if not best or best[0][1] < 2 or (len(best) == 2 and best[0][1] < 2 * best[1][1]):
        return None
    index, mention = first[best[0][0]]
    return _stated(document, index, mention.start, mention.end, mention.name)


def _named_in_file(document: Document) -> Stated | None:
    words = re.sub(r"[_/\\.]+|(?<=\d)-|-(?=\d)", " ", document.name)
    named = {m.name for m in find(words.title()) if isinstance(m.place, Authority) and m.exact}
    return Stated(named.pop(), basis="file name") if len(named) == 1 else None


# ── what it is ───────────────────────────────────────────────────────────────────────────────────────────────────

_LETTER = re.compile(
    r"^\s*Dear\b.{2,60}$|\bThis letter (?:summarises|sets out)|^Yours (?:sincerely|faithfully)", re.MULTILINE
)
_VISITS = {
    "monitoring visit": re.compile(r"monitoring\s+visit", re.IGNORECASE),
    "focused visit": re.compile(r"focuss?ed\s+visit|focuss?ed\s+assurance\s+visit|assurance\s+visit", re.IGNORECASE),
}
_INSPECTION = re.compile(
    r"(?:joint\s+targeted\s+area\s+)?(?:re-?)?inspection|review\s+of\s+the\s+effectiveness", re.IGNORECASE
)
_INSPECTED = re.compile(r"^\s*(?:Inspection\s+dates?|(?:Lead|Reporting)\s+inspector)\b", re.IGNORECASE | re.MULTILINE)
_MEETING = re.compile(
    r"\b(?:scrutiny\s+(?:commission|committee|panel|board)|overview\s+and\s+scrutiny|committee|cabinet\s+(?:meeting|report)|corporate\s+parenting\s+(?:board|panel)|commission|agenda\s+item|full\s+council)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\baccording\s+to\s+Ofsted\b|\b(?:Cllr|Councillor)\b|\bsaid\s*:|\bpress\s+release\b", re.IGNORECASE
)


def _kind(document: Document, top: Heading) -> Stated | None:
    if not document.pages:
        return None
    text = document.pages[top.page].text
    is_letter = bool(_first(document, _LETTER, None))
    is_report = bool(_first(document, _INSPECTED))
    reported = None if is_letter or is_report else _first(document, _REPORTED)
    if reported is None:
        for start, end in (top.extent, (0, 1500 if is_letter else 0)):
            for kind, pattern in _VISITS.items():
                if match := pattern.search(text, start, end):
                    return _stated(document, top.page, *match.span(), kind)
            if (is_letter or is_report) and (match := _INSPECTION.search(text, start, end)):
                return _stated(document, top.page, *match.span(), "inspection")
    if is_report:
        page, match = _first(document, _INSPECTED)  # type: ignore[misc]
        return _stated(document, page, *match.span(), "inspection")
    for start, end in (*top.lines, *_short_lines(text)):
        if match := _MEETING.search(text, start, end):
            return _stated(document, top.page, *match.span(), "committee paper")
    if reported:
        return _stated(document, reported[0], *reported[1].span(), "news")
    return None


def _short_lines(text: str) -> Iterator[tuple[int, int]]:
    """The first lines that may be headings: short, and no sentence."""
    for match in re.finditer(r"[^\r\n]+", text[:2500]):
        if len(match.group()) < 160 and not match.group().rstrip().endswith((".", ",", ";")):
            yield match.span()


_SIF = re.compile(r"services\s+for\s+children\s+in\s+need\s+of\s+help\s+and\s+protection", re.IGNORECASE)
_FRAMEWORKS = {
    "JTAI": re.compile(r"joint\s+targeted\s+area\s+inspection\s+of", re.IGNORECASE),
    "SIF": _SIF,
    "ILACS": re.compile(
        r"\(ILACS\)|The\s+impact\s+of\s+leaders\s+on\s+social\s+work\s+practice|inspection\s+of\s+local\s+authority\s+children['’]s"
        r"\s+(?:social\s+care\s+)?services",
        re.IGNORECASE,
    ),
}


def _framework(document: Document) -> Stated | None:
    for name, pattern in _FRAMEWORKS.items():
        if found := _first(document, pattern, 1):
            return _stated(document, found[0], *found[1].span(), name)
    return None


_OFSTED = re.compile(r"\bOfsted\b")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63})+)")


def _publisher(document: Document, is_inspectors: bool) -> Stated | None:
    """Ofsted for its own reports and letters; for other papers the domain of the address that they give in front."""
    if is_inspectors and (found := _first(document, _OFSTED, None)):
        return _stated(document, found[0], *found[1].span())
    found = _first(document, _MAIL, 1)
    if not is_inspectors and found and found[1].start() < 1500:
        return _stated(document, found[0], *found[1].span("domain"))
    return None


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_DATES_LABEL = re.compile(r"(?:Inspection|Visit|Review)\s+dates?\s*:?", re.IGNORECASE)
_VISITED = re.compile(
    r"\b(?:visit|inspection|visited|review)\b[^.]{0,200}?\b(?:on|between|from|in)\s+"
    r"(?=(?:the\s+)?\w{0,9},?\s*\d{1,2}\b)"
)
_BETWEEN = re.compile(r"\b(?:Between|From|On)\s+(?=\d{1,2}\b)[^.]{0,260}?\b(?:inspection|visit|inspected|visited)\b")
_PUBLISHED = re.compile(
    r"^\W*(?:(?:Report|Date)\s+published|Publication\s+date|Date\s+of\s+publication|Published(?:\s+on)?)\s*:?",
    re.IGNORECASE | re.MULTILINE,
)


def _inspected(document: Document, top: Heading, is_inspectors: bool) -> tuple[Stated | None, Stated | None]:
    """First and last day on which inspectors were there; for other papers the month that a heading puts to a visit."""
    if not is_inspectors:
        return _heading_month(document, top), None
    for pattern, reach in ((_DATES_LABEL, 40), (_VISITED, 40), (_BETWEEN, 0)):
        for page, match in _search(document, pattern):
            text = document.pages[page].text
            begin, stop = (match.end(), match.end() + reach + 30) if reach else match.span()
            for dated in dates(text, begin, stop):
                if dated.whole and dated.start - begin <= 12:
                    return _day(document, page, dated, dated.first), _day(document, page, dated, dated.last)
    return None, None


def _heading_month(document: Document, top: Heading) -> Stated | None:
    text = document.pages[top.page].text if document.pages else ""
    for start, end in top.lines:
        if re.search(r"\b(?:visit|inspection)\b", text[start:end], re.IGNORECASE):
            for dated in dates(text, start, end):
                return _day(document, top.page, dated, dated.first)
    return None


def _published(
    document: Document, top: Heading, kind: Stated | None, start: Stated | None, end: Stated | None
) -> Stated | None:
    for page, match in _search(document, _PUBLISHED):
        for dated in dates(document.pages[page].text, match.end(), match.end() + 40):
            if dated.whole and dated.start - match.end() <= 3:
                return _day(document, page, dated, dated.last)
    if document.pages and (kind is None or kind.value != "inspection" or not _first(document, _INSPECTED)):
        text = document.pages[top.page].text
        for begin, stop in top.lines if kind and kind.value == "committee paper" else ():
            for dated in dates(text, begin, stop):
                if dated.whole:
                    return _day(document, top.page, dated, dated.last)
        for line in re.finditer(r"[^\r\n]+", text[:2500]):  # a date that has a line to itself: a letter's or a page's
            found = dates(text, *line.span())
            alone = len(found) == 1 and len(line.group().strip()) <= found[0].end - found[0].start + 14
            if alone and found[0].whole and found[0].first == found[0].last:
                return _day(document, top.page, found[0], found[0].last)
    named = date_in_name(document.name)
    # A file may be named by the days of the inspection: such a date is not when the report came out.
    if named and not (start and end and start.value <= named <= end.value):
        return Stated(named, basis="file name")
    return None


def _day(document: Document, page: int, dated: Dated, value: str) -> Stated:
    return _stated(document, page, dated.start, dated.end, value)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_LEAD = re.compile(
    r"(?<!Deputy )(?<!deputy )\b(?:[Ll]ead|[Rr]eporting)\s+[Ii]nspector\s*:?\s*"
    r"(?P<name>[A-Z][\w'’\ufffe-]+(?:[ \t]+(?!HMI|Her\b|His\b|Ofsted)[A-Z][\w'’\ufffe-]*\.?){1,3})"
)


def _lead_inspector(document: Document) -> Stated | None:
    found = _first(document, _LEAD, None)
    return _stated(document, found[0], *found[1].span("name")) if found else None
