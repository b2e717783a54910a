"""When two wordings count as the same. The program's own notions of this (`rag.figures`, `rag.words`) are left out
on purpose: a slip there must not excuse itself here."""

from __future__ import annotations

import re
import unicodedata

# Typographic quotes, dashes and the minus sign as a keyboard has them.
_TYPED = {ord(c): "'" for c in "\u2018\u2019"} | {ord(c): '"' for c in "\u201c\u201d"}
_TYPED |= {ord(c): "-" for c in "\u2013\u2014\u2212"}
# Soft hyphen, the extractor's mark for a hyphen at a line end, byte-order mark, zero-width space, start of text:
# not seen in print, so the word goes on behind the line break.
_UNSEEN = re.compile("[\u00ad\ufffe\ufeff\u200b\u0002]\\s*")

_NO_LETTER = re.compile(r"(?<=\d)([.,])(?=\d)|[\W_]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARKER = re.compile(r"\[\d+\]")
_ENGLISH_WORD = re.compile(r"\b[a-z]+\b")
_DIGITS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip


def plain(text: str) -> str:
    """Lower case, in compatibility composition (NFKC), quotes and dashes as typed, unseen characters gone, every run
    of white space one space."""
    typed = unicodedata.normalize("NFKC", text).translate(_TYPED)
    return " ".join(_UNSEEN.sub("", typed).split()).lower()


def words(text: str) -> list[str]:
    """The words in order; a hyphenated word is one, because a hyphen at a line end cannot be told from it."""
    return [word for word in re.split(r"\W+", plain(text).replace("-", "")) if word]


def letters(text: str) -> str:
    """Letters and digits alone, and the point or comma between two digits: '8.5 % of All' → '8.5ofall'."""
    return _NO_LETTER.sub(lambda m: m[1] or "", plain(text))


def numbers(text: str) -> list[str]:
    """The whole numbers in order, repeats kept, 'one' to 'twelve' as digits; markers such as [1] are none."""
    unmarked = _MARKER.sub(" ", plain(text))
    return _NUMBER.findall(_ENGLISH_WORD.sub(lambda m: _DIGITS.get(m[0], m[0]), unmarked))
