"""Cleaned text beside the untouched one: what is searched and shown, with the source position of every character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# A hyphen that PDFium found at a line's end, and the invisible one that only marks where a word may break.
_JOINT = "\ufffe"
_SOFT = "\u00ad"
# Signs without width, and the arrow with which web pages lead back from a footnote.
_UNSEEN = "\u21a9\u200b\u200c\u200d\u2060\ufeff"
# One pattern for everything that is not copied as it stands; the name of the group says what becomes of it.
_SPECIAL = re.compile(
    r"(?P<mark>\[\^[^\]\s]{1,20}\])"
    r"|(?P<tag></?(?:p|br|b|i|u|em|strong|sup|sub|span|div|a)(?:\s[^<>]{0,200})?/?>)"
    r"|(?P<stars>\*{2,3}|__(?=\w)|(?<=\w)__)"
    r"|(?P<pipe>\|)"
    r"|(?P<range>(?<=\d)[-–][ \t]*(?:\r\n|\r|\n)\s*(?=\d))"  # "2014–" / "15"
    r"|(?P<broken>-[ \t]*(?:\r\n|\r|\n)\s*(?=[^\W\d_]))"
    rf"|(?P<joint>{_JOINT}\s*)"
    rf"|(?P<soft>{_SOFT}(?:[ \t]*(?:\r\n|\r|\n)\s*)?)"
    rf"|(?P<none>[\ue000-\uf8ff\ufff9-\ufffb{_UNSEEN}])"
    r"|(?P<ligature>[\ufb00-\ufb06])"
    r"|(?P<space> \s+|[^\S ]\s*)"  # a single space is copied like a letter: most are, and they are every sixth sign
)
# A space that another follows, and one that a mark left between a word and the stop behind it.
_LOOSE = re.compile(r" +(?= )| +(?=[,.;:)](?:\s|$))")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_BREAK = re.compile(rf"(?:[{_JOINT}{_SOFT}]|-[ \t]*[\r\n])\s*[^\W\d_]+")
_LEFT = re.compile(r"[^\W\d_]+$")
# What follows the hyphen in "deci-sion" and is never the second word of a compound.
_ENDING = re.compile(r"[a-z]?(?:[st]ions?|ments?|ness|it(?:y|ies)|[ai]bl[ey]|[ae]nces?|ings?|ously|ally|tives?)")
_RIGHT = re.compile(r"[^\W\d_]+")


def clean(
    text: str, start: int, end: int, words: Set[str] = frozenset(), marks: Iterable[tuple[int, int]] = ()
) -> tuple[str, list[int]]:
    """The readable form of `text[start:end]` and, for each of its characters, its position in `text`.

    Runs of white space become one space; a hyphen at a line's end stays where the parts read as a compound and goes
    where `words` (the document's own, see `vocabulary`) knows them as one word; bullets of symbol fonts and the marks
    of Markdown are left out. Digits are never altered, dropped or joined, but for `marks`: the places (start, end) of
    footnote marks, in order, which are left out.
    """
    parts: list[str] = []
    offsets: list[int] = []

    def put(piece: str, at: int, step: int) -> None:
        parts.append(piece)
        offsets.extend(range(at, at + len(piece)) if step else [at] * len(piece))

    at = start
    for stop, resume in [*((a, b) for a, b in marks if start <= a and b <= end), (end, end)]:
        for found in _SPECIAL.finditer(text, at, stop):
            put(text[at : found.start()], at, 1)
            at = found.end()
            kind = found.lastgroup
            if kind in ("space", "pipe", "tag"):
                put(" ", found.start(), 0)
            elif kind in ("joint", "broken"):
                if not _one_word(text, found.start(), at, start, end, words):
                    put("-", found.start(), 0)
            elif kind == "range":
                put(found[0][0], found.start(), 0)
            elif kind == "ligature":
                put(_LIGATURES[found[0]], found.start(), 0)
            elif kind == "soft" and _between_digits(text, found.start(), at, start, end):
                put("-", found.start(), 0)
        put(text[at:stop], at, 1)
        at = resume
    return _squeezed("".join(parts), offsets)


def _squeezed(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Without the double, leading and trailing spaces, and those before a stop, that leaving marks out makes."""
    if not (text[:1] == " " or text[-1:] == " " or _LOOSE.search(text)):
        return text, offsets
    dropped = [found.span() for found in _LOOSE.finditer(text)]
    kept: list[str] = []
    places: list[int] = []
    at = len(text) - len(text.lstrip(" "))
    for start, end in [*dropped, (len(text.rstrip(" ")), len(text))]:
        if at < start:
            kept.append(text[at:start])
            places.extend(offsets[at:start])
        at = max(at, end)
    return "".join(kept), places


def _one_word(text: str, joint: int, after: int, start: int, end: int, words: Set[str]) -> bool:
    left = _LEFT.search(text, max(start, joint - 40), joint)
    right = _RIGHT.match(text, after, end)
    if not left or not right:
        return False
    pair = left[0].lower(), right[0].lower()
    if not words or "-".join(pair) in words:
        return False
    return "".join(pair) in words or (pair[1] not in words and bool(_ENDING.fullmatch(pair[1])))


def _between_digits(text: str, at: int, after: int, start: int, end: int) -> bool:
    return start < at and after < end and text[at - 1].isdigit() and text[after].isdigit()


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words of `texts` in lower case, compounds with their hyphens, but for what follows a hyphen at a line's end:
    what `clean` tells broken words by."""
    return frozenset(word for text in texts for word in _WORD.findall(_BREAK.sub(" ", text).lower()))
