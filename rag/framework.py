"""Under which framework a paper of the inspectorate was written, from what it prints; never from its date."""

from __future__ import annotations

import re

from rag.printed import first, stated
from rag.title import Heading
from rag.types import Document, Stated

# What reports print of the framework they follow: in the title, or by labels that only it has. The first that is found
# counts. Before 2013 every kind of inspection had a framework of its own, which is named by its subject.
_FRAMEWORKS: tuple[tuple[str, str], ...] = (
    ("JTAI", r"joint\s+targeted\s+area\s+inspection"),
    ("SIF", r"services\s+for\s+children\s+in\s+need\s+of\s+help\s+and\s+protection,\s+children\s+looked\s+after"
            r"\s+and\s+care\s+leavers"),
    ("ILACS", r"focuss?ed\s+(?:assurance\s+)?visit\b"
              r"|inspection\s+of\s+(?:\S+\s+){0,9}?(?:local\s+authority|council|borough|district)\s+children['’]s\s+services"
              r"|inspection\s+of\s+(?:local\s+authority\s+)?children['’]s\s+(?:social\s+care\s+)?services"
              r"|inspection\s+of\s+(?:\S+\s+){1,9}?children['’]s\s+services"),
    ("LSCB review", r"review\s+of\s+the\s+effectiveness\s+of\s+the\s+local\s+safeguarding\s+children\s+board"),
    ("safeguarding and looked after children", r"inspection\s+of\s+safeguarding\s+and\s+looked\s+after\s+children"),
    ("looked after children", r"inspection\s+of\s+(?:services\s+for\s+)?looked\s+after\s+children"),
    ("protection of children", r"inspection\s+of\s+(?:local\s+authority\s+)?arrangements\s+for\s+the\s+protection\s+of"
                               r"\s+children"),
    ("fostering", r"inspection\s+of\s+(?:\S+\s+){0,9}?fostering"),
    ("adoption", r"inspection\s+of\s+(?:\S+\s+){0,9}?adoption"),
)  # fmt: skip
_IN_TITLE = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _FRAMEWORKS)
_IN_TEXT = (
    ("ILACS", re.compile(r"\bILACS\b|The\s+impact\s+of\s+leaders\s+on\s+social\s+work\s+practice")),
    (
        "SIF",
        re.compile(rf"{_FRAMEWORKS[1][1]}|Children\s+looked\s+after\s+and\s+achieving\s+permanence", re.IGNORECASE),
    ),
)
# "Since the last short inspection" says nothing of this one.
_SORT = re.compile(
    r"\bthis\s+(?:inspection\s+)?(?:was|is)\s+an?\s+(?:ILACS\s+)?(?P<sort>standard|short)\s+inspection\b", re.IGNORECASE
)
_SORT_OF_TITLE = re.compile(r"\b(?P<sort>standard|short)\s+inspection\b", re.IGNORECASE)


def framework(document: Document, top: Heading) -> Stated | None:
    """The framework that the title names, else the one whose words stand on the first pages; "standard" and "short"
    only where an ILACS report says so."""
    found = _framework_of_title(document, top) or _framework_of_text(document)
    if found is None or found.value != "ILACS":
        return found
    titled = top.lines and _SORT_OF_TITLE.search(document.pages[top.page].text, *top.extent)
    said = (top.page, titled) if titled else first(document, _SORT)
    if said is None:
        return found
    sort = stated(document, said[0], *said[1].span("sort"))
    return Stated(f"ILACS {sort.value.lower()}", found.spans + sort.spans)


def _framework_of_title(document: Document, top: Heading) -> Stated | None:
    for name, pattern in _IN_TITLE if top.lines else ():
        if match := pattern.search(document.pages[top.page].text, *top.extent):
            return stated(document, top.page, *match.span(), name)
    return None


def _framework_of_text(document: Document) -> Stated | None:
    for name, pattern in _IN_TEXT:
        if found := first(document, pattern, 2):
            return stated(document, found[0], *found[1].span(), name)
    return None
