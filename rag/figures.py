"""What a sentence asserts that can be checked word by word: figures, dates, grades, names, negations, quantities."""

from __future__ import annotations

import re
import unicodedata

_SMALL = {w: str(n) for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
_TEENS = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
# "twenty-six" is one figure, and no six.
_NUMBER_WORD = re.compile(rf"\b(?:({_TENS})(?:(?:-\s?|\s)?({_UNITS}))?|({_TEENS}|{'|'.join(_SMALL)}))\b")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_GLUED = re.compile(r"(?<=[a-z])\d+(?:[.,]\d+)*")  # a footnote mark at the end of a word: "board1"
_SHARE = re.compile(r"(\d+(?:[.,]\d+)*)(?:\s?%|\s?per\s?cent\b)?")
_JOINT_BEFORE = re.compile("[\u00ad\ufffe]\\s*$")
_JOINT_AFTER = re.compile("^[\u00ad\ufffe]\\s*")
_YEAR = re.compile(r"(?:19|20)\d\d")
MARKER = re.compile(r"\[\^?\d+\]")  # "[1]" of an answer, "[^1]" of a footnote: no figure of the sentence
_INVISIBLE = re.compile("[\u00ad\ufffe\ufeff\u200b\u0002]\\s*")
_PLAIN = str.maketrans("’‘“”–—−─", "''\"\"----")

_MONTHS = frozenset("january february march april june july august september october november december".split())
_GRADES = re.compile(r"\b(?:outstanding|good|requires improvement|inadequate|adequate)\b")
_NEGATIONS = frozenset(
    """not no never none neither nor without cannot n't insufficient insufficiently lack lacks lacked lacking fail fails
    failed failing failure failures hardly barely seldom nothing nobody nowhere""".split()
)
_LIMITS = frozenset(
    """almost few fewer generally majority many minority most mostly nearly often only rarely routinely several small
    some sometimes usually vast""".split()
)
_QUANTITIES = _LIMITS | frozenset(
    """all always consistently every billion dozen double doubled half halves halved hundred hundreds million quarter
    quarters third thirds thousand thousands treble trebled twice""".split()
)
_DIRECTIONS = {
    "rise": re.compile(r"\b(?:increas\w*|ris(?:e|es|en|ing)|rose|grow\w*|grew|higher|more)\b"),
    "fall": re.compile(r"\b(?:decreas\w*|declin\w*|reduc\w*|fall(?:s|en|ing)?|fell|drop\w*|lower\w*|less|fewer)\b"),
    "improvement": re.compile(r"\b(?:improv\w*|better|strengthen\w*)\b"),
    "worsening": re.compile(r"\b(?:declin\w*|deteriorat\w*|worse\w*|weaken\w*)\b"),
}
_REVERSING = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w’'-]+")


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
    return set().union(_number_words(text), *(_FIGURE.findall(_in_digits(t)) for t in both))


def free_figures(text: str) -> set[str]:
    """The figures that stand by themselves: a footnote mark glued to a word is none."""
    both = text, text.replace("\ufffe", "-")
    return set().union(_number_words(text), *(_FIGURE.findall(_GLUED.sub(" ", _in_digits(t))) for t in both))


def shares(text: str) -> list[str]:
    """The figures in order, those in per cent with their sign: '87 of 90 (97%)' → ['87', '90', '97%']."""
    return [m[1] if m[1] == m[0] else f"{m[1]}%" for m in _SHARE.finditer(_in_digits(text))]


def in_order(text: str, quote: str) -> bool:
    """Do the figures that both hold come in the same order? Else "from 72 to 87" could be turned round. Years, which
    a sentence may well name first, do not count."""
    theirs = shares(quote)
    common = [f for f in dict.fromkeys(shares(text)) if f in theirs and not _YEAR.fullmatch(f)]
    rest = iter(theirs)
    return all(f in rest for f in common)


def _in_digits(text: str) -> str:
    """Small number words as digits; larger ones are figures in words, see `_number_words`."""
    return _NUMBER_WORD.sub(lambda m: _SMALL.get(m[0], " "), MARKER.sub(" ", plain(text)))


def _number_words(text: str) -> list[str]:
    found = _NUMBER_WORD.finditer(plain(text))
    return ["-".join(filter(None, m.groups())) for m in found if m[0] not in _SMALL]


def months(text: str) -> set[str]:
    # "May" is a verb too: it counts as a month only beside a figure.
    low = plain(text)
    found = {w for w in re.findall(r"[a-z]+", low) if w in _MONTHS}
    return found | ({"may"} if re.search(r"\b\d{1,2} may\b|\bmay \d{4}\b", low) else set())


def grades(text: str) -> set[str]:
    return set(_GRADES.findall(plain(text)))


def negations(text: str) -> list[str]:
    low = plain(text).replace("n't", " n't")
    return [w for w in re.findall(r"n't|[a-z]+", low) if w in _NEGATIONS]


def quantities(text: str) -> set[str]:
    return {w for w in re.findall(r"[a-z]+", plain(text)) if w in _QUANTITIES}


def limits(text: str) -> set[str]:
    """The quantity words that say: not all."""
    return quantities(text) & _LIMITS


def directions(text: str) -> set[str]:
    """Which ways things go: rise, fall, improvement, worsening."""
    low = plain(text)
    return {name for name, pattern in _DIRECTIONS.items() if pattern.search(low)}


def reversed_words(text: str, quote: str) -> set[str]:
    """Words of the text that its quote has with the opposite sense: "effective" for "ineffective"."""
    own, theirs = (set(re.findall(r"[a-z]{4,}", plain(t))) for t in (text, quote))
    added = {w for w in own - theirs for p in _REVERSING if w.startswith(p) and w.removeprefix(p) in theirs - own}
    return added | {w for w in own - theirs for p in _REVERSING if p + w in theirs}


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


def names(text: str) -> set[str]:
    """Capitalised words inside sentences, possessives cut off, lower-cased."""
    return {re.sub(r"['’]s$", "", m.group()).lower() for m in _NAME.finditer(text)} - _MONTHS - {"i", "may"}
