"""What a sentence asserts that can be checked word by word: figures, dates, grades, names, negations, quantities."""

from __future__ import annotations

import re
import unicodedata

_SMALL = {w: str(n) for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
_SMALL_WORD = re.compile(r"\b(?:" + "|".join(_SMALL) + r")\b")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_MARKER = re.compile(r"\[\^?\d+\]")  # "[1]" of an answer, "[^1]" of a footnote: no figure of the sentence
_INVISIBLE = re.compile("[\u00ad\ufffe\ufeff\u200b\u0002]\\s*")
_PLAIN = str.maketrans("’‘“”–—−─", "''\"\"----")

_MONTHS = frozenset("january february march april june july august september october november december".split())
_GRADES = re.compile(r"\b(?:outstanding|good|requires improvement|inadequate|adequate)\b")
_NEGATIONS = frozenset(
    "not no never none neither nor without cannot n't insufficient insufficiently lack lacks lacked lacking".split()
)
_QUANTITIES = frozenset(
    """all almost always consistently every few fewer generally majority many minority most mostly nearly often only rarely
    routinely several small some sometimes usually vast""".split()
)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w’'-]+")


def plain(text: str) -> str:
    """Lower case, composed, straight quotes and hyphens, invisible characters and line breaks gone."""
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip().lower()


def letters(text: str) -> str:
    """The letters and digits alone: what must be the same when only layout differs."""
    return "".join(c for c in plain(_MARKER.sub(" ", text)) if c.isalnum())


def figures(text: str) -> set[str]:
    """The whole figures of a text, small number words as digits: '8.5% of six' → {'8.5', '6'}."""
    text = _MARKER.sub(" ", plain(text))
    return set(_FIGURE.findall(_SMALL_WORD.sub(lambda m: _SMALL[m.group()], text)))


def months(text: str) -> set[str]:
    # "May" is a verb too: it counts as a month only beside a figure.
    low = plain(text)
    found = {w for w in re.findall(r"[a-z]+", low) if w in _MONTHS}
    return found | ({"may"} if re.search(r"\b\d{1,2} may\b|\bmay \d{4}\b", low) else set())


def grades(text: str) -> set[str]:
    return set(_GRADES.findall(plain(text)))


def negations(text: str) -> set[str]:
    low = plain(text).replace("n't", " n't")
    return {w for w in re.findall(r"n't|[a-z]+", low) if w in _NEGATIONS}


def quantities(text: str) -> set[str]:
    return {w for w in re.findall(r"[a-z]+", plain(text)) if w in _QUANTITIES}


def names(text: str) -> set[str]:
    """Capitalised words inside sentences, possessives cut off, lower-cased."""
    return {re.sub(r"['’]s$", "", m.group()).lower() for m in _NAME.finditer(text)} - _MONTHS - {"i", "may"}
