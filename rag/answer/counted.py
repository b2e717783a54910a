"""Whether a sentence counts what a question asks the number or the share of: "How many foster carers …" is not answered
by "333 children live with foster families"."""

from __future__ import annotations

import functools
import re

from rag.figures import MONTH, figures, in_digits, ordinals, plain
from rag.wording import abbreviates
from rag.words import terms

_AND_ON = r"(?:(?:[ ,-]|and|to|or){1,9}\d+){0,6}"
# Figures that count nothing: of laws and stages, of ages, of days and years, of places in a row, parts of words.
_COUNTS_NOTHING = re.compile(
    r"\b(?:section|regulation|paragraph|recommendation|key stage|level|stage|part|schedule|tier|phase|page)s? \d+\b"
    rf"|\b(?:aged?|ages)(?: of| between| over| under| from| up to)* \d+{_AND_ON}|\b\d+{_AND_ON}[ -]years?[ -]olds?\b"
    rf"|\b(?:over|under)-?\d+s\b|\b\d{{1,2}}{_AND_ON} {MONTH}\b|\b\d+(?:st|nd|rd|th)\b|\b\d+-(?=[a-z])"
    r"|\b(?:19|20)\d\d(?:[-/]\d\d(?:\d\d)?)?\b|\b1 of the\b|\bno (?:longer|more|doubt)\b"
)
# Amounts without a figure that still count; "many" and "a significant number" do not.
_AMOUNTS = frozenset("no none both half third thirds quarter quarters majority dozen couple handful twice".split())
_SHARES = _AMOUNTS - {"no", "both", "dozen", "couple", "handful", "twice"} | {"all", "every", "fifth", "fifths"}
_SO_MANY_OF = re.compile(r"\b\d+(?:(?: out)? of| in) (?:the |all |every )?\d")
_ASKED = re.compile(
    r"\b(?:how (?:many|few)(?P<open> of)?|(?:numbers?|percentages?|per ?cent|proportions?|shares?|fraction) of"
    r"|%(?: of)?) (?P<what>.{2,70}?)"
    r"(?=[?,.;:(]|$| (?:did|do|does|was|were|is|are|has|have|had|can|could|will|would|should|in|of|from|with|who|that"
    r"|which|to|for|on|at|by|per|and|between)\b)"
)
_OPEN = re.compile(r"(?:did|do|does|was|were|is|are|has|have|had|can|could)\b")  # "how many were …"
_PLURAL = re.compile(r"\w*[^\Wsu]s|people|children|men|women")
_OWNERS = re.compile(r"\w+(?:'s|s')(?=\s)")
_PEOPLE = frozenset(
    terms(
        "child children kids youngsters teenagers youth young people person adults pupils students babies toddlers"
        " girls boys siblings lac cla uasc leavers victims staff members attendees participants delegates"
    )
)
_OCCASIONS = frozenset(terms("times occasions"))
_SHARED_OUT = re.compile(r"\b(?:each|per(?! ?cent)|average|typical(?:ly)?|apiece)\b")
_EACH = re.compile(r"\b(?:each|every|per|averag\w+|mean|typical\w*|apiece|caseloads?|between)\b")


def counted(sentence: str, question: str) -> float:
    """1 where the sentence has a figure, which the question does not bring along, and speaks of what is to be counted;
    a half where it has a figure of something else, else 0."""
    what = _what(plain(question))
    if what in _OCCASIONS:
        return float(bool(ordinals(sentence)) or figured(sentence, question))
    if _SHARED_OUT.search(plain(question)) and not _EACH.search(plain(sentence)):
        return 0.0
    amounts = _AMOUNTS.intersection(re.findall(r"[a-z]+", _counting(sentence)))
    return _of_what(bool(amounts) or figured(sentence, question), what, sentence)


def shared(sentence: str, question: str) -> float:
    """The same for a share: in per cent, as a fraction, or so many of so many."""
    low = _counting(sentence)
    has = "%" in low or bool(_SO_MANY_OF.search(low)) or not _SHARES.isdisjoint(re.findall(r"[a-z]+", low))
    return _of_what(has, _what(plain(question)), sentence)


def figured(sentence: str, question: str) -> bool:
    """Whether the sentence has a figure that counts something and that the question does not bring along."""
    return bool(_figures(sentence) - _figures(question))


def _counting(text: str) -> str:
    return _COUNTS_NOTHING.sub(" ", in_digits(text))


@functools.lru_cache(maxsize=256)
def _figures(text: str) -> set[str]:
    return figures(_counting(text)) | {figure for figure in figures(text) if not figure[0].isdigit()}


def _of_what(has: bool, what: str, sentence: str) -> float:
    if not has or not what or abbreviates(what, sentence):
        return float(has)
    return 1.0 if any(_is(term, what) for term in terms(sentence)) else 0.5


@functools.lru_cache(maxsize=64)  # it is asked for every sentence
def _what(question: str) -> str:
    """The stem of what is to be counted, "" where it is left open."""
    asked = _ASKED.search(question)
    if not asked or asked["open"] or _OPEN.match(asked["what"]):
        return ""
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", _OWNERS.sub(" ", asked["what"]))
    plural = next((word for word in words if _PLURAL.fullmatch(word)), words[-1] if words else "")
    return next(iter(terms(plural)), "")


def _is(term: str, what: str) -> bool:
    one, other = term.removesuffix("s"), what.removesuffix("s")  # abbreviations keep theirs: "HMIs"
    return one == other or (what in _PEOPLE and term in _PEOPLE) or (len(what) > 3 and term.startswith(what))
