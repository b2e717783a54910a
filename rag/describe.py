"""What a paper says of itself: whose it is, about whom, when, of which kind, with which grades.

Every value carries the characters it was read from. What the paper does not state stays None. The provider number and
region are looked up from the recognised authority; a date in the file name is taken only where the paper prints none.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from rag.authorities import Authority, Mention, authorities, find
from rag.dates import Dated, date_in_name, dates
from rag.framework import framework
from rag.frontmatter import front_matter, merged
from rag.judgements import judgements
from rag.printed import first, one_line, search, stated
from rag.title import Heading, heading
from rag.types import Block, Description, Document, Span, Stated


def describe(document: Document, blocks: tuple[Block, ...] = ()) -> Description:
    """The description of a document. Front matter comes before what the text says; without `blocks` the
    grades of a table whose text comes in another order than it is read may be missed."""
    read = _from_text(document, blocks)
    front = front_matter(document)
    return _looked_up(read if front is None else merged(front, read))


def _from_text(document: Document, blocks: tuple[Block, ...]) -> Description:
    top = heading(document)
    kind = _kind(document, top)
    is_inspectors = kind is not None and kind.value in ("inspection", "focused visit", "monitoring visit")
    start, end = _inspected(document, top, is_inspectors)
    return Description(
        title=_title(document, top),
        publisher=_publisher(document, is_inspectors),
        authority=_authority(document, top),
        kind=kind or Stated("other"),
        framework=framework(document, top) if is_inspectors else None,
        inspection_start=start,
        inspection_end=end,
        published=_published(document, top, kind, start, end),
        lead_inspector=_lead_inspector(document) if is_inspectors else None,
        judgements=judgements(document, blocks) if kind is not None and kind.value == "inspection" else (),
    )


def _looked_up(description: Description) -> Description:
    """With provider number and region of the recognised authority. Of two authorities that bore one name, one after the
    other, the one that there was at the date of the paper."""
    one = next((a for a in authorities() if a.name == description.value("authority")), None)
    if one is None or description.authority is None:
        return description
    if description.date:
        year = int(description.date[:4])
        ages = sorted((a for a in authorities() if a.place == one.place), key=lambda a: a.abolished or 9999)
        one = next((a for a in ages if year < (a.abolished or 9999)), one)
    return dataclasses.replace(
        description,
        authority=dataclasses.replace(description.authority, value=one.name),
        urn=Stated(one.urn, basis="authority list") if one.urn else None,
        region=Stated(one.region, basis="authority list"),
    )


_TITLE_PROPER = re.compile(r"(?:re-?)?inspection\b|review\s+of\b", re.IGNORECASE)


def _title(document: Document, top: Heading) -> Stated | None:
    """The lines of the heading in one, with a colon after the place that stands above the title proper."""
    spans = tuple(Span(document.name, top.page, start, end) for start, end in top.lines)
    value = ""
    for line in (one_line(document.quote(span)) for span in spans):
        colon = ":" if _TITLE_PROPER.match(line) and value and find(value) and not value.endswith(" and") else ""
        value = f"{value}{colon} {line}".strip()
    return Stated(value, spans) if value else None


# ── whom it is about ─────────────────────────────────────────────────────────────────────────────────────────────

_ABOUT = re.compile(
    r"(?:inspection|re-?inspection|visit|review|services|board|arrangements|children)\s+(?:of|to|in|at|for|by)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_BETWEEN_TWO = re.compile(r"\s*,?\s*(?:and|&|as\s+well\s+as)\s+(?:of\s+|to\s+|in\s+)?(?:the\s+)?", re.IGNORECASE)
_POSTCODE = re.compile(r"[\s,]+[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b")


def _authority(document: Document, top: Heading) -> Stated | None:
    """The authority of the heading; else of the first page, names with a designation first; else the one that the
    whole text names most; else, as a hint of last resort, the one in the file name. A heading that names two as one
    subject leaves it open: what is found in one place must not be told of the other."""
    if _names_two(document, top):
        return None
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
            return stated(document, page, start + mention.start, start + mention.end, mention.name)
    return _named_most(document) or _named_in_file(document)


def _names_two(document: Document, top: Heading) -> bool:
    if not document.pages:
        return False
    start, end = top.extent
    text = document.pages[top.page].text[start:end]
    named = [mention for mention in find(text) if isinstance(mention.place, Authority) and mention.exact]
    return any(
        first.name != second.name and _BETWEEN_TWO.fullmatch(text, first.end, second.start)
        for first, second in pairwise(named)
    )


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
    return stated(document, index, mention.start, mention.end, mention.name)


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
_INSPECTED = re.compile(
    r"^\s*(?:Inspection\s+dates?|Dates?\s+of\s+(?:the\s+)?inspection|Inspected\s+(?:on|from|between)"
    r"|(?:Lead|Reporting)\s+inspector)\b",
    re.IGNORECASE | re.MULTILINE,
)
_OF_MEETING = r"\b(?:Date\s+of\s+(?:the\s+)?meeting|Meeting\s+date)\b"
_MEETING = re.compile(
    r"\b(?:scrutiny\s+(?:commission|committee|panel|board)|overview\s+and\s+scrutiny|committee|cabinet\s+(?:meeting|report)"
    r"|corporate\s+parenting\s+(?:board|panel)|(?<!quality\s)commission|agenda\s+item|full\s+council)\b|" + _OF_MEETING,
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\baccording\s+to\s+Ofsted\b|\b(?:Cllr|Councillor)\b|\bsaid\s*:|\bpress\s+release\b", re.IGNORECASE
)


def _kind(document: Document, top: Heading) -> Stated | None:
    if not document.pages:
        return None
    text = document.pages[top.page].text
    is_letter = bool(first(document, _LETTER, None))
    is_report = bool(first(document, _INSPECTED))
    reported = None if is_letter or is_report else first(document, _REPORTED)
    # A letter that is put before a committee stands behind the paper that does so.
    of_meeting = None if is_report or _LETTER.search(text) else _meets(document, top)
    if reported is None and not of_meeting:
        for start, end in (top.extent, (0, 1500 if is_letter and not is_report else 0)):
            for kind, pattern in _VISITS.items():
                if match := pattern.search(text, start, end):
                    return stated(document, top.page, *match.span(), kind)
            if (is_letter or is_report) and (match := _INSPECTION.search(text, start, end)):
                return stated(document, top.page, *match.span(), "inspection")
    if is_report:
        page, match = first(document, _INSPECTED)  # type: ignore[misc]
        return stated(document, page, *match.span(), "inspection")
    if met := of_meeting or _meets(document, top):
        return stated(document, top.page, *met.span(), "committee paper")
    if reported:
        return stated(document, reported[0], *reported[1].span(), "news")
    return None


def _meets(document: Document, top: Heading) -> re.Match[str] | None:
    """The body to which a paper goes, where its heading or the lines below name one."""
    text = document.pages[top.page].text
    lines = (*top.lines, *_short_lines(text))
    return next((match for start, end in lines if (match := _MEETING.search(text, start, end))), None)


def _short_lines(text: str) -> Iterator[tuple[int, int]]:
    """The first lines that may be headings: short, and no sentence."""
    for match in re.finditer(r"[^\r\n]+", text[:2500]):
        if len(match.group()) < 160 and not match.group().rstrip().endswith((".", ",", ";")):
            yield match.span()


_OFSTED = re.compile(r"\bOfsted\b")
_OFSTEDS = re.compile(r"\bofsted(?=\.gov\.uk\b)|(?<=gov\.uk/)ofsted\b", re.IGNORECASE)  # a letter may name it so only
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63})+)")


def _publisher(document: Document, is_inspectors: bool) -> Stated | None:
    """Ofsted for its own reports and letters; for other papers the domain of the address that they give in front."""
    if is_inspectors and (found := first(document, _OFSTED, None) or first(document, _OFSTEDS, None)):
        return stated(document, found[0], *found[1].span(), "Ofsted")
    found = first(document, _MAIL, 1)
    if not is_inspectors and found and found[1].start() < 1500:
        return stated(document, found[0], *found[1].span("domain"))
    return None


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_DATES_LABEL = re.compile(
    r"(?:\b(?:Inspection|Visit|Review)\s+dates?|\bDates?\s+of\s+(?:the\s+)?(?:inspection|visit|review)"
    r"|^[ \t]*Inspected\s+(?:on|from|between))\s*:?",
    re.IGNORECASE | re.MULTILINE,
)
_VISITED = re.compile(
    r"\b(?:visit|inspection|visited|review)\b(?:\bSt\.|[^.]){0,200}?\b(?:on|between|from|in)\s+"
    r"(?=(?:the\s+)?\w{0,9},?\s*\d{1,2}(?:st|nd|rd|th)?\b)"
)
_BETWEEN = re.compile(
    r"\b(?:Between|From|On)\s+(?=\d{1,2}(?:st|nd|rd|th)?\b)(?:\bSt\.|[^.]){0,260}?\b(?:inspection|visit|inspected|visited)\b"
)
_PUBLISHED = re.compile(
    r"^\W*(?:(?:Report|Date)\s+published|Publication\s+date|Date\s+of\s+publication|Published(?:\s+on)?)\s*:?",
    re.IGNORECASE | re.MULTILINE,
)


_MET_ON = re.compile(rf"(?:{_PUBLISHED.pattern}|{_OF_MEETING})\s*:?", _PUBLISHED.flags)
_MORE_FOLLOWS = re.compile(r"\s*(?:to|until|and|[-‐‑‒–—―−─\ufffe])\s*(?:\w+day\s+)?\d", re.IGNORECASE)
_REACH = 110  # characters: two stays, each with its months and years
_AND_THEN = re.compile(r"\s*(?:,|and|&|,\s*and)\s*", re.IGNORECASE)


def _inspected(document: Document, top: Heading, is_inspectors: bool) -> tuple[Stated | None, Stated | None]:
    """First and last day on which inspectors were there; for other papers the month that a heading puts to a visit.

    A report prints them after a label, a letter in a sentence. Where the label's dates cannot be read, or only the
    first can, the rest stays None."""
    if not is_inspectors:
        return _heading_month(document, top), None
    labelled = next(search(document, _DATES_LABEL), None)
    for pattern, reach in ((_DATES_LABEL, _REACH),) if labelled else ((_VISITED, _REACH), (_BETWEEN, 0)):
        for page, match in search(document, pattern):
            text = document.pages[page].text
            begin, stop = (match.end(), match.end() + reach) if reach else match.span()
            found = [d for d in dates(text, begin, stop) if d.whole]
            if found and found[0].start - begin <= 12 and not re.search(r"\d", text[begin : found[0].start]):
                first = last = found[0]
                for further in found[1:]:  # "13 to 17 May 2019 and 3 to 7 June 2019"
                    if further.last > last.last and _AND_THEN.fullmatch(text, last.end, further.start):
                        last = further
                start = _day(document, page, first, first.first)
                is_cut = last.first == last.last and _MORE_FOLLOWS.match(text, last.end)
                return start, None if is_cut else _day(document, page, last, last.last)
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
    of_meeting = kind is not None and kind.value == "committee paper"
    for page, match in search(document, _MET_ON if of_meeting else _PUBLISHED):
        for dated in dates(document.pages[page].text, match.end(), match.end() + 40):
            if dated.whole and dated.start - match.end() <= 3:
                return _day(document, page, dated, dated.last)
    if document.pages and (kind is None or kind.value != "inspection" or not first(document, _INSPECTED)):
        text = document.pages[top.page].text
        for begin, stop in top.lines if of_meeting else ():
            for dated in dates(text, begin, stop):
                if dated.whole:
                    return _day(document, top.page, dated, dated.last)
        for line in re.finditer(r"[^\r\n]+", text[:2500]):  # a date that has a line to itself: a letter's or a page's
            found = dates(text, *line.span())
            alone = len(found) == 1 and len(line.group().strip()) <= found[0].end - found[0].start + 14
            if alone and found[0].whole and found[0].first == found[0].last:
                return _day(document, top.page, found[0], found[0].last)
    return _dated_by_name(document, start, end)


def _dated_by_name(document: Document, start: Stated | None, end: Stated | None) -> Stated | None:
    """The date in the file name, as a hint of last resort: a report comes out after the inspection, and soon."""
    named, last = date_in_name(document.name), end or start
    if named is None or (last and not last.value < named <= f"{int(last.value[:4]) + 2}{last.value[4:]}"):
        return None
    return Stated(named, basis="file name")


def _day(document: Document, page: int, dated: Dated, value: str) -> Stated:
    return stated(document, page, dated.start, dated.end, value)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_NAME = (
    r"(?!(?:HMI|Her|His|Senior|Ofsted|Judgements?|Deputy|Team|Report|Quality|Social|Regulatory|Age)\b)"
    r"[A-ZÀ-ÖØ-Þ][\w.'’‑\ufffe-]*"
)
_NAMES = (
    r"(?:Dr\.?|Mr|Mrs|Ms|Miss)?[ \t]*(?P<name>"
    + _NAME
    + r"(?:{gap}(?:(?:de|van|der|den|von|la|le|du)[ \t]+){{0,2}}"
    + _NAME
    + r"){{1,4}}?)"
)
_RANK = r"[,\s(–—-]*(?:Senior\s+|Regional\s+)?(?:HMI\b|H(?:er|is)\s+Majesty|(?:Ofsted|Social\s+Care|Regulatory)\s+Insp)"
_LEAD = r"(?<![Dd]eputy\s)\b(?:[Ll]ead|[Rr]eporting)\s+(?:[Ii]nspectors?|HMI)(?:\s+on[ \t]site)?\s*[:–-]?\s*"
# A name that a line end parts goes on as far as the rank behind it; without a rank it ends with its line.
_LEADS = (
    re.compile(
        _LEAD + _NAMES.format(gap=r"[ \t\u00a0]+") + rf"(?<![‑\ufffe-])(?={_RANK}|[ \t]*(?:[\r\n,;.(]|\Z|and\b))"
    ),
    re.compile(_LEAD + _NAMES.format(gap=r"\s+") + rf"(?={_RANK})"),
)


def _lead_inspector(document: Document) -> Stated | None:
    """The name after the first "Lead inspector", without titles and rank."""
    found = [hit for pattern in _LEADS if (hit := first(document, pattern, None))]
    if not found:
        return None
    page, match = min(found, key=lambda hit: (hit[0], hit[1].start()))
    name = stated(document, page, *match.span("name"))
    return dataclasses.replace(name, value=re.sub(r"(?<=-) | ?\.$", "", name.value))
