"""The marks that open a paragraph: bullets of every glyph, and numbers where their series is plausible."""

from __future__ import annotations

import re
from collections.abc import Collection

# Glyphs that are bullets wherever they open a row; symbol fonts put theirs into Unicode's private area.
_SURE = "\ue000-\uf8ff◼■●•▪◦‣∙▫□○◆◇➢➤►▶✓✔❖·"
# Glyphs that may as well be the dash of a range or of an aside that the line break happened to put first.
_UNSURE = "–—−─‐‑\u0336*+-"
_BULLET = re.compile(rf"[{_SURE}]\s*|\u0336\s*|[{_UNSURE}]\s+(?=\S)|o\s+(?=\S)")
_LONE_BULLET = re.compile(rf"[{_SURE}{_UNSURE}]")
_DOTTED = re.compile(r"(\d{1,3})\.(?!\d)\s*")
_STEPPED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=[A-Z‘“\"'(])")
_LETTERED = re.compile(r"\(?([a-z]|[ivx]{2,5})\)\s+(?=\S)")
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
_BARE = re.compile(r"(\d{1,3})\s+(?=[A-Z‘“\"'(])")
_LONE = re.compile(r"(\d{1,3})\.?")
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FOOTNOTE = re.compile(rf"(?:(\d{{1,2}})(?!\d)\s*(?=[A-Z‘“\"'(h]|$)|([*†‡]+|[{SUPERSCRIPTS}]+)\s*)")
_AS_DIGITS = str.maketrans(SUPERSCRIPTS, "0123456789")
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


def lettered(text: str, before: Collection[str]) -> tuple[str, int] | None:
    """The letter or small Roman numeral that opens an item, "(a)", "b)", "(iii)", and how many characters it takes;
    None unless it begins a list or follows one of those `before` it in the list."""
    found = _LETTERED.match(text)
    if not found or not (found[1] in ("a", "i") or any(found[1] in _after(label) for label in before)):
        return None
    return found[1], found.end()


def _after(label: str) -> set[str]:
    """What may come behind `label`: "i" is a letter and a numeral."""
    following = {_ROMAN[_ROMAN.index(label) + 1]} if label in _ROMAN[:-1] else set()
    return following | ({chr(ord(label) + 1)} if len(label) == 1 else set())


def numbered(text: str) -> bool:
    """Whether `text` opens with a number and a stop: "2. Children …", "2.1 Adoption …"."""
    return bool(_DOTTED.match(text) or _STEPPED.match(text))


def secondary(glyph: str) -> bool:
    """Whether `glyph` commonly marks the items of a list within a list."""
    return glyph in _SECONDARY


def footnote(text: str) -> tuple[str, int] | None:
    """The mark that opens a footnote, superscripts as digits, and how many characters it takes."""
    found = _FOOTNOTE.match(text)
    return (plain_mark(found[1] or found[2]), found.end()) if found else None


def plain_mark(mark: str) -> str:
    return mark.translate(_AS_DIGITS)


class Series:
    """The numbers of paragraphs as they go on. Within a line's text any figure may stand; a paragraph's number is one
    more than the last (or a little more, where one was overlooked) and stands where the last one stood."""

    def __init__(self) -> None:
        self.last = 0
        self._step: tuple[int, ...] = ()  # the last number of the kind "2.1"
        self._left: float | None = None

    def take(self, text: str, left: float | None = None, opens: bool = True) -> tuple[str, int] | None:
        """The number that opens `text` and how many characters it takes; None where it is no paragraph's number.

        `left` is the row's place in points, None where unknown; `opens` says whether a paragraph may begin here.
        """
        if opens and (stepped := _STEPPED.match(text)):
            return self._stepped(stepped)
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

    def _stepped(self, found: re.Match[str]) -> tuple[str, int] | None:
        """The number of a committee paper's paragraph, "3.2" or "3.2.1": one step on from the last on some level, or
        the first of a section, so that no rate or sum of money that opens a line is taken for one."""
        step, last = tuple(map(int, found[1].split("."))), self._step
        depth = next((i for i, (a, b) in enumerate(zip(step, last, strict=False)) if a != b), len(last))
        if depth >= len(step) or any(n != 1 for n in step[depth + 1 :]):
            return None
        # Where a section or a paragraph was overlooked, the next is a little farther on.
        reach = 1 if depth == len(last) else 3 - min(depth, 1)
        if last and not 0 < step[depth] - (*last, 0)[depth] <= reach:
            return None
        self._step = step
        return found[1], found.end()
