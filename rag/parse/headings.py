"""Which drafts are headings, how deep, and which headings open text that is about no place in particular."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from rag.parse.rows import Draft

_Style = tuple[float, bool]  # size in points, bold

_CONTENTS = re.compile(r"(?:table of )?contents", re.IGNORECASE)
_ENTRY = re.compile(r".*\S[\s.…]+\d{1,3}")
_GENERAL = re.compile(
    r"^what (?:[\w ]{0,40})judge?ments? mean|judge?ments? and what they mean|^grade descriptors?|"
    r"^what (?:the|our) grades mean|^the grade characteristics|^(?:table of )?contents$",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"(?:in )?an? (?:(?:outstanding|good|inadequate) )?(?:local authority|LSCB|local safeguarding children board)"
    r"(?: \(LSCB\))?(?: that| which)? (?:is (?:outstanding|good|inadequate)\b|requires improvement\b|leads\b)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:inspection dates?|dates? of (?:the )?(?:inspection|visit)|report published|published|publication date|"
    r"lead inspector|reporting inspector|team inspectors?|inspectors?|age group|inspection number|unique reference|"
    r"urn|visit dates?|date|author|telephone|email|e-mail|website|senior quality assurance manager|"
    r"quality assurance manager|previous inspection|report of)\b[^.]{0,3}\s*(?:date)?[:\s]",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:(?:is|are|was|were)(?:\s+to\s+be)?\s+(?:outstanding|good|adequate|inadequate)|"
    r"requires?\s+improvement(?:\s+to\s+be\s+good)?)\W*$"
)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|did|does|do|will|can|could|should|must|not)\b")
_PARTICLES = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
_MAX_WORDS = 32
_MAX_CAPTION = 9
_MAX_TOPIC = 14
_MAX_ENTRY = 300
_MAX_LEVEL = 8
_FRONT = 2


def is_contents(text: str) -> bool:
    return bool(_CONTENTS.fullmatch(text.strip()))


def contents_entry(text: str) -> bool:
    """Whether `text` ends as the entries of a table of contents do: with a page number."""
    return len(text) < _MAX_ENTRY and bool(_ENTRY.fullmatch(text))


def is_joint(text: str) -> bool:
    """Whether a line is nothing but the word between the halves of a title."""
    return text == "and"


def is_general(text: str) -> bool:
    """Whether a heading opens a description of grades in general, or a table of contents."""
    return bool(_GENERAL.search(text))


def is_definition(text: str) -> bool:
    """Whether a paragraph says what a grade means of any authority or board: "An LSCB that is good …"."""
    return bool(_DEFINITION.match(text))


def is_labelled(text: str) -> bool:
    """Whether `text` is a line of the kind "Lead inspector: …" that a front page prints as boldly as headings."""
    return bool(_LABELLED.match(text))


def is_judgement(text: str) -> bool:
    """Whether a heading is a judgement in full: "The graded judgement for … is that it requires improvement"."""
    return bool(_JUDGED.search(text))


def is_statement(text: str) -> bool:
    """Whether a line without a final stop says something all the same, as no title does."""
    return bool(_FINITE.search(text)) and not text.endswith(("?", ":")) and not text.startswith(("What", "How", "Why"))


class Headings:
    """Tells headings by type: larger than the body, or bold throughout."""

    def __init__(self, body: float) -> None:
        self._body = body

    def joined(self, drafts: list[Draft]) -> list[Draft]:
        """`drafts` with the halves of a title as one: what stands below both is not below the second alone."""
        found: list[Draft] = []
        for draft in drafts:
            if len(found) > 1 and is_joint(found[-1].text) and all(map(self._is_heading, (found[-2], draft))):
                joint, title = found.pop(), found[-1]
                title.segments += [*joint.segments, *draft.segments]
                title.rows += draft.rows  # without the joint, which may look otherwise
            else:
                found.append(draft)
        return found

    def mark(self, drafts: list[Draft]) -> list[Draft]:
        """`drafts` with kind and level of the headings among them set: the larger the type, the higher."""
        found = list(self._styled(draft for draft in drafts if self._is_heading(draft)))
        for draft, following in pairwise(drafts):
            if not self._is_heading(draft) and self._is_caption(draft, following):
                draft.kind = "heading"
                draft.level = _MAX_LEVEL
                draft.caption = True
        styles = sorted({style for _, style in found}, reverse=True)
        for draft, style in found:
            draft.kind = "heading"
            draft.level = min(styles.index(style) + 1, _MAX_LEVEL)
        return drafts

    def _is_caption(self, draft: Draft, following: Draft) -> bool:
        """Whether a short line of body type heads the paragraphs and items below it. Above what is marked, by a number
        or a bullet, it may be longer and say something: nothing else is set between one list and the next."""
        if draft.kind != "paragraph" or draft.number or len(draft.rows) != 1 or draft.rows[0].page < _FRONT:
            return False
        text = draft.text
        marked = bool(following.number or following.glyph)
        longest = _MAX_TOPIC if marked else _MAX_CAPTION
        if not text[0].isupper() or not text[-1].isalpha() or ":" in text or len(text.split()) > longest:
            return False
        capitals = {word[0].isupper() for word in text.split()[1:] if word not in _PARTICLES}
        if (is_statement(text) and not marked) or is_labelled(text) or (len(capitals) > 1 and not following.number):
            return False
        ended = following.rows[-1].ended or following.glyph
        return following.kind in ("paragraph", "item") and bool(ended) and len(following.text) > len(text)

    def _styled(self, drafts: Iterable[Draft]) -> Iterator[tuple[Draft, _Style]]:
        """The headings with their styles. Judgements that open sections are set no larger than the headings in them:
        all rank with the heading above the first, unless that only names it, or else half a point above their size."""
        rank: _Style = (0.0, False)
        above: list[tuple[str, _Style]] = []
        for draft in drafts:
            style: _Style = (round(draft.size), draft.bold)
            if draft.kind == "heading":
                higher = next((found for text, found in reversed(above) if not draft.text.startswith(text)), style)
                rank = max(rank, (style[0] + 0.5, True)) if rank[0] or higher <= style else higher
                style = rank
            above.append((draft.text, style))
            yield draft, style

    def _is_heading(self, draft: Draft) -> bool:
        if draft.kind == "heading":
            return True
        if draft.kind != "paragraph" or draft.number or not draft.rows or not self._body:
            return False
        if not (draft.size >= self._body + 1.0 or (draft.bold and draft.size > 0.9 * self._body)):
            return False
        text = draft.text
        if len(text.split()) > _MAX_WORDS or text.endswith((".", ",", ";")) or is_labelled(text):
            return False
        return any(c.isalpha() for c in text)
