"""The figures, dates and grades that a sentence asserts, read so that two wordings of one figure are the same."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_SMALL = {w: str(n) for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
_TEENS = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
# "twenty-six" is one figure, and no six.
NUMBER_WORD = re.compile(rf"\b(?:({_TENS})(?:(?:-\s?|\s)?({_UNITS}))?|({_TEENS}|{'|'.join(_SMALL)}))\b")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_GLUED = re.compile(r"(?<=[a-z])\d+(?:[.,]\d+)*")  # a footnote mark at the end of a word: "board1"
_PER_CENT = re.compile(r"(?<=\d)\s?per\s?cent\b")
_SHARE = re.compile(r"(\d+(?:[.,]\d+)*)(?:\s?%)?")
_JOINT_BEFORE = re.compile("[\u00ad\ufffe]\\s*$")
_JOINT_AFTER = re.compile("^[\u00ad\ufffe]\\s*")
_YEAR = re.compile(r"(?:19|20)\d\d")
MARKER = re.compile(r"\[\^?\d+\]")  # "[1]" of an answer, "[^1]" of a footnote: no figure of the sentence
_INVISIBLE = re.compile("[\u00ad\ufffe\ufeff\u200b\u0002]\\s*")
_PLAIN = str.maketrans("’‘“”‐–—−─", "''\"\"-----")

MONTHS = frozenset("january february march april june july august september october november december".split())
_GRADES = re.compile(r"\b(?:outstanding|good|requires improvement(?: to be good)?|inadequate|adequate)\b")
_AMOUNT = re.compile(
    r"(?P<sign>(?<![\w.,%)])-(?=[£$€]?\d))?(?P<money>[£$€])?(?P<figure>\d+(?:[.,]\d+)*)"
    r"(?:\s?(?P<share>%)|\s?(?P<size>million|billion|thousand|hundred|m|bn|k)\b)?"
)
_LASTING = re.compile(r"(?P<figure>\d+(?:[.,]\d+)*)[\s-](?:(?:working|school|calendar)\s)?(?P<unit>[a-z]+?)s?\b")
_UNITS = frozenset("minute hour day week month year term".split())
_ORDINALS = {
    w: str(n)
    for n, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
# "two thirds" and "a quarter of" are no ordinals; nor is a "second" of time.
_ORDINAL = re.compile(
    rf"(?<!\bat )(?<!\d )(?<!\ba )\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<figure>\d+)(?:st|nd|rd|th))\b"
)
MONTH = rf"(?:{'|'.join(sorted(MONTHS | {'may'}))})"
_DAYS = re.compile(
    rf"\b(?P<days>\d{{1,2}}(?:st|nd|rd|th)?(?:\s*(?:,|and|to|or|-)\s*\d{{1,2}}(?:st|nd|rd|th)?)*)\s+(?:of\s+)?(?P<month>{MONTH})\b"
    rf"|\b(?P<month_first>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)"
)
_MONTH_OF_YEAR = re.compile(rf"\b(?P<month>{MONTH})\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?(?P<year>(?:19|20)\d\d)\b")
# What bounds a figure, in classes of like meaning.
_BOUNDS = {
    "at least": r"at least|no (?:fewer|less) than|not (?:fewer|less) than|a minimum of",
    "at most": r"up to|no more than|not more than|at most|a maximum of",
    "more than": r"more than|over|above|exceed(?:s|ed|ing)?|in excess of|greater than|just over",
    "less than": r"fewer than|less than|under|below|just under|nearly|almost",
    "about": r"about|approximately|around|roughly|some|circa|an estimated",
}
_BOUND = re.compile("|".join(rf"(?P<{name.replace(' ', '_')}>\b(?:{words})\Z)" for name, words in _BOUNDS.items()))


def plain(text: str) -> str:
    """Lower case, composed, straight quotes and hyphens, invisible characters and line breaks gone."""
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip().lower()


def letters(text: str) -> str:
    """The letters and digits alone: what must be the same when only layout differs."""
    return "".join(c for c in plain(MARKER.sub(" ", text)) if c.isalnum())


def figures(text: str) -> set[str]:
    """The whole figures of a text, small number words as digits: '8.5% of six' → {'8.5', '6'}."""
    # A hyphen at a line's end may belong to a word or not, so both readings count.
    both = text, text.replace("\ufffe", "-")
    return set().union(_number_words(text), *(_FIGURE.findall(in_digits(t)) for t in both))


def free_figures(text: str) -> set[str]:
    """The figures that stand by themselves: a footnote mark glued to a word is none."""
    both = text, text.replace("\ufffe", "-")
    return set().union(_number_words(text), *(_FIGURE.findall(_GLUED.sub(" ", in_digits(t))) for t in both))


def shares(text: str) -> list[str]:
    """The figures in order, those in per cent with their sign: '87 of 90 (97%)' → ['87', '90', '97%']."""
    return [m[1] if m[1] == m[0] else f"{m[1]}%" for m in _SHARE.finditer(in_digits(text))]


def repeated(text: str, quotes: Iterable[str]) -> set[str]:
    """Figures that the text has oftener than its quotes: one that stands there once cannot be put for another too."""
    held: Counter[str] = Counter()
    for quote in quotes:
        held += _counted(quote)
    return set(Counter(shares(text)) - held)


def _counted(text: str) -> Counter[str]:
    return Counter(shares(text)) | Counter(shares(text.replace("\ufffe", "-")))


def amounts(text: str) -> set[str]:
    """The figures with what their size hangs on: '-5%, £6.6 million and 12' → {'-5%', '£6.6million', '12'}."""
    found = set()
    for m in (m for one in (text, text.replace("\ufffe", "-")) for m in _AMOUNT.finditer(in_digits(one))):
        size = {"m": "million", "bn": "billion", "k": "thousand"}.get(m["size"], m["size"])
        found.add(f"{m['sign'] or ''}{m['money'] or ''}{m['figure']}{'%' if m['share'] else size or ''}")
    return found


def in_order(text: str, quote: str) -> bool:
    """Do the figures that both hold come in the same order? Else "from 72 to 87" could be turned round. The year of a
    quote that names but one does not count: a sentence may well name it first."""
    theirs = shares(quote)
    years = {f for f in theirs if _YEAR.fullmatch(f)}
    common = [f for f in dict.fromkeys(shares(text)) if f in theirs and not (f in years and len(years) == 1)]
    rest = iter(theirs)
    return all(f in rest for f in common)


def other_lasting(text: str, quote: str) -> str | None:
    """A length of time of the text ("39 months") whose figure has another unit in the quote, or none of that kind."""
    own, theirs = _lasting(text), _lasting(quote)
    for figure, units in own.items():
        for unit in units - theirs.get(figure, set()):
            if figure in theirs or not any(unit in held for held in theirs.values()):
                return f"{figure} {unit}s"
    return None


def _lasting(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for m in _LASTING.finditer(in_digits(text)):
        if m["unit"] in _UNITS:
            found.setdefault(m["figure"], set()).add(m["unit"])
    return found


def ordinals(text: str, in_words: bool = False) -> set[str]:
    """The places in a row: 'the fifth, and 6th' → {'5', '6'}; `in_words` only those written as words."""
    low = MARKER.sub(" ", plain(text))
    found = (_ORDINALS.get(m["word"] or "", "") or ("" if in_words else m["figure"]) for m in _ORDINAL.finditer(low))
    return {f for f in found if f}


def dates(text: str) -> set[str]:
    """Days with their month and months with their year, as far as the text joins them: '3 and 4 March 2022' →
    {'3 march', '4 march', 'march 2022'}."""
    low = plain(text)
    found = {f"{m['month']} {m['year']}" for m in _MONTH_OF_YEAR.finditer(low)}
    for m in _DAYS.finditer(low):
        days = re.findall(r"\d+", m["days"] or m["day"])
        found |= {f"{int(day)} {m['month'] or m['month_first']}" for day in days}
    return found


def bounds(text: str) -> dict[str, set[str]]:
    """Each figure with what bounds it: 'at least 5, or 6' → {'5': {'at least'}, '6': {''}}."""
    found: dict[str, set[str]] = {}
    low = in_digits(text)
    for m in _AMOUNT.finditer(low):
        found.setdefault(m["figure"], set()).add(bound_before(low, m.start()))
    return found


def bound_before(low: str, at: int) -> str:
    """The class of what bounds the figure at a place of a text (see `in_digits`), "" where nothing does."""
    bound = _BOUND.search(low[max(0, at - 24) : at].rstrip())
    return bound.lastgroup.replace("_", " ") if bound else ""  # type: ignore[union-attr]


def in_digits(text: str) -> str:
    """Plain, with small number words as digits and per cent as a sign; larger number words, which are figures of their
    own, are left out: see `_number_words`."""
    return _PER_CENT.sub("%", NUMBER_WORD.sub(lambda m: _SMALL.get(m[0], " "), MARKER.sub(" ", plain(text))))


def _number_words(text: str) -> list[str]:
    found = NUMBER_WORD.finditer(plain(text))
    return ["-".join(filter(None, m.groups())) for m in found if m[0] not in _SMALL]


def months(text: str) -> set[str]:
    # "May" is a verb too: it counts as a month only beside a figure.
    low = plain(text)
    found = {w for w in re.findall(r"[a-z]+", low) if w in MONTHS}
    return found | ({"may"} if re.search(r"\b\d{1,2} may\b|\bmay \d{4}\b", low) else set())


def grades(text: str) -> set[str]:
    """The words of the grades; "requires improvement to be good" is one, and no good."""
    return {found.removesuffix(" to be good") for found in _GRADES.findall(plain(text))}


def cut(text: str, start: int, end: int) -> bool:
    """Does text[start:end] begin or end inside a word or a figure? "5%" cut out of "85%" or "safe" out of "unsafe" is
    printed there letter for letter, and says something else."""
    for at in (start, end):
        # A word goes on behind the hyphen that a line's end made.
        before, after = _JOINT_BEFORE.sub("", text[max(0, at - 9) : at]), _JOINT_AFTER.sub("", text[at : at + 9])
        if not before or not after:
            continue
        left, right = before[-1], after[0]
        if left.isdigit() and right.isdigit():
            return True
        # Two words printed without a space ("AdoptionGood") may be parted.
        if left.isalpha() and right.isalpha() and not (left.islower() and right.isupper()):
            return True
    decimal_before = re.search(r"\d[.,]$", text[max(0, start - 2) : start]) and text[start : start + 1].isdigit()
    decimal_after = re.match(r"[.,]\d", text[end : end + 2]) and text[max(0, end - 1) : end].isdigit()
    return bool(decimal_before or decimal_after)
