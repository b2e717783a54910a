"""The marks that open a paragraph: bullets of every glyph, and numbers where their series is plausible."""

from __future__ import annotations

import re

# Glyphs that are bullets wherever they open a row; symbol fonts put theirs into Unicode's private area.
_SURE = "\ue000-\uf8ff◼■●•▪◦‣∙▫□○◆◇➢➤►▶✓✔❖·"
# Glyphs that may as well be the dash of a range or of an aside that the line break happened to put first.
_UNSURE = "–—−─‐‑\u0336*+-"
_BULLET = re.compile(rf"[{_SURE}]\s*|\u0336\s*|[{_UNSURE}]\s+(?=\S)|o\s+(?=\S)")
_LONE_BULLET = re.compile(rf"[{_SURE}{_UNSURE}]")
_DOTTED = re.compile(r"(\d{1,3})\.(?!\d)\s*")
_BARE = re.compile(r"(\d{1,3})\s+(?=[A-Z‘“\"'(])")
_LONE = re.compile(r"(\d{1,3})\.?")
_FOOTNOTE = re.compile(r"(?:(\d{1,2})(?!\d)\s*(?=[A-Z‘“\"'(h]|$)|([*†‡¹²³⁴⁵⁶⁷⁸⁹]+)\s*)")
_SECONDARY = frozenset("\uf02d–—−─‐-\u0336o◦○\uf06f")


def bullet(text: str) -> tuple[str, int, bool] | None:
    """The glyph that opens `text`, how many characters it takes with its space, and whether it is surely a bullet."""
    found = _BULLET.match(text)
    if not found or found.end() == len(text):
        return None
    glyph = found[0][0]
    return glyph, found.end(), glyph not in _UNSURE


def lone_bullet(text: str) -> bool:
    return bool(_LONE_BULLET.fullmatch(text))


def secondary(glyph: str) -> bool:
    """Whether `glyph` commonly marks the items of a list within a list."""
    return glyph in _SECONDARY


def footnote(text: str) -> tuple[str, int] | None:
    """The mark that opens a footnote, and how many characters it takes."""
    found = _FOOTNOTE.match(text)
    return (found[1] or found[2], found.end()) if found else None


class Series:
    """The numbers of paragraphs as they go on. Within a line's text any figure may stand; a paragraph's number is one
    more than the last (or a little more, where one was overlooked) and stands where the last one stood."""

    def __init__(self) -> None:
        self.last = 0
        self._left: float | None = None

    def take(self, text: str, left: float | None = None, opens: bool = True) -> tuple[str, int] | None:
        """The number that opens `text` and how many characters it takes; None where it is no paragraph's number.

        `left` is the row's place in points, None where unknown; `opens` says whether a paragraph may begin here.
        """
        dotted = _DOTTED.match(text)
        found = dotted or _BARE.match(text) or _LONE.fullmatch(text)
        if not found or not opens:
            return None
        number = int(found[1])
        aligned = self._left is None or left is None or abs(left - self._left) < 8
        follows = number == self.last + 1
        if dotted:
            plausible = number == 1 or (self.last < number <= self.last + 3 and (aligned or follows))
        else:
            plausible = self.last > 0 and follows and aligned and left is not None
        if not plausible or number == 0:
            return None
        self.last = number
        self._left = left
        return found[1], found.end()
