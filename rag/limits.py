"""How far a sentence goes: what in its quote limits, wishes, supposes or weakens, and may not be dropped or added."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rag.figures import MONTHS, NUMBER_WORD, in_digits, plain
from rag.wording import NEGATION, negations
from rag.words import terms

# Words that say how far a sentence goes, in classes: who keeps the class keeps the sense. What they hang on follows.
_LIMITS = {
    "most": r"most|mostly|majority|mainly|largely|predominantly|primarily",
    "some": r"some|several|sometimes|occasionally|at times|in places|partly|partially|in part",
    "few": r"(?<!too )few|fewer|minority|(?:very )?small (?:number|proportion|minority|group)|low (?:number|proportion)"
    r"|limited number",
    "many": r"many|large (?:number|proportion)|high (?:number|proportion)s?|numerous",
    "nearly": r"almost|nearly|virtually|vast",
    "often": r"often|frequently",
    "usually": r"usually|generally|routinely|normally|typically|in general|tend(?:s|ed)? to",
    "only": r"only|just|rarely|seldom",
    "relatively": r"relatively|comparatively|somewhat|broadly|fairly",
    "must": r"should|must|need(?:s|ed)? to|ought to|ha(?:s|ve|d) to|required to|ensur(?:e|es|ing) that|make sure"
    r"|recommend(?:s|ed|ation)?(?: that)?"
    r"|^\W*(?:\d+\W+)?(?:ensure|improve|increase|strengthen|develop|take action|accelerate|embed|establish|implement"
    r"|reduce|continue to|evaluate|review)",
    "meant": r"will|plan(?:s|ned)? to|intend(?:s|ed)? to|intention|hop(?:e|es|ed|ing) to"
    r"|want(?:s|ed)? to|aim(?:s|ed)? to|propos(?:es|ed) to"
    r"|expect(?:s|ed)? to|(?:is|are|was|were) due to|scheduled to|beginning to|starting to|begun to|seek(?:s|ing)? to"
    r"|tr(?:y|ies|ied|ying) to",
    "perhaps": r"might|could|would|likely(?: to)?|possibly|possible|potential(?:ly)?|appear(?:s|ed)? to"
    r"|seem(?:s|ed)? to",
    "if": r"if|unless|whether|(?:^|(?<=\. ))(?:when|where)",
    "once": r"previously|formerly|historically|until (?:very )?recently|used to|at (?:the|that) time|in the past",
    "said": r"told(?: \w+)?|informed|said|say|says|state[ds]?|reported|report that|felt|feel|believe[ds]?|think"
    r"|thought|describe[ds]?|claim(?:s|ed)?|alleg\w+|according to|in the view of|perceive[ds]?",
    "denied": r"den(?:y|ies|ied)|reject(?:s|ed)?|disput(?:es|ed)|doubt(?:s|ed)?|question(?:s|ed)",
    "part": r"half|quarters?|thirds?",
    "bound": r"(?:more|less|fewer|greater) than|at least|at most|up to",
    "against": r"stop(?:s|ped)?|ceas(?:es|ed)|avoid\w*|prevent\w*|reduc\w*|minimis\w*|eliminat\w*|tackl\w*",
}
_OF_CLAUSES = frozenset("must meant perhaps if said denied once".split())
CLAUSE = 3  # content words that tell whether a clause is repeated
_LIMIT = re.compile("|".join(rf"(?P<{name}>(?:\b|(?=\W))(?:{words})\b)" for name, words in _LIMITS.items()))
# After a negation these weaken it: "do not always record" is not "do not record".
_WEAKENED = re.compile(
    r"(?:\b(?:not|never|cannot)|n't|\bno)(?: (?:yet|been|being|be|have|has|had|all|always))*? "
    r"(?P<word>always|all|every|everyone|consistent(?:ly)?|routinely|regularly|fully|entirely|completely|sufficient(?:ly)?"
    r"|adequate(?:ly)?|well|enough|systematic(?:ally)?|yet|effective(?:ly)?|clear(?:ly)?|good|strong|robust(?:ly)?"
    r"|universally)\b"
)
# What limits hang on is behind these words.
_EMPTY = frozenset(
    """number proportion case percentage minority group inspector inspect ofsted major sever mani few often usual
    everi""".split()
)
# "87% of children", "six carers": without its figure a part becomes all. Years and days of a month count nothing.
_COUNT = re.compile(
    rf"(?<![\d.,£/(-])\b(?!(?:19|20)\d\d\b|1\b|one\b)(?:\d+(?:[.,]\d+)*|{NUMBER_WORD.pattern})"
    r"(?:%|\s?per\s?cent\b)?"
    rf"(?![\d/-])(?! (?:{'|'.join(sorted(MONTHS))}|may|to|and|or)\b)"
)
_PREPOSITION = re.compile(r"\b(?:for|in|by|to|of|with|among|at|on|from)(?: the| a| an)? $")
_EXCEPT = re.compile(r"\b(?:except|apart from|other than|aside from|excluding|with the exception of|but not)\b")
BEFORE = 3  # content words before "for most children" or "apart from adoption" that these limit
# What makes one thing the reason of another.
_CAUSE = re.compile(
    r"\b(?:because|therefore|consequently|as a result|due to|owing to|led to|leads to|caus(?:e|es|ed|ing))\b"
)
_REASON = re.compile(
    rf"{_CAUSE.pattern}|\b(?:thus|so|which means|means that|meaning|result(?:s|ed|ing)? in|leading to|given|thanks to"
    r"|attribut\w+|reasons?|impact\w*|factors?|explain\w*|enabl\w+|driven|undermined)\b"
)


def limits(text: str) -> Counter[str]:
    """The classes of words that say how far a sentence goes: "Most, but not …" → {"most": 1}."""
    return Counter(name for name, _ in _limits(plain(text)))


def dropped(text: str, quote: str) -> list[str]:
    """Words of the quote that limit, wish or weaken, where the text says without them what they hang on: the first
    content word behind, and before a limit with a preposition. "Most plans are good" limits "plans", "good for most
    children" limits "good". What is said, wished or supposed is a whole clause, and any of its first words tells that
    it is repeated."""
    low, own = plain(quote), set(terms(text))
    hangs: dict[str, list[str]] = {}
    for name, match in _limits(low):
        hung = _behind(low, match.end(), CLAUSE if name in _OF_CLAUSES else 1)
        if hung and name not in _OF_CLAUSES and _PREPOSITION.search(low[: match.start()]):
            hung += _before(low, match.start())
        if _repeats(own, hung):
            hangs.setdefault(name, []).append(match[0].strip(" -•"))
    has = limits(text)
    found = [words[0] for name, words in hangs.items() if len(words) > has[name]]
    weakened = Counter(m["word"] for m in _WEAKENED.finditer(low) if _repeats(own, _behind(low, m.end(), 1)))
    found += weakened - Counter(m["word"] for m in _WEAKENED.finditer(plain(text)))
    if (
        (match := _EXCEPT.search(low))
        and not _EXCEPT.search(plain(text))
        and _repeats(own, _before(low, match.start()))
    ):
        found.append(match[0])
    return found + _uncounted(text, quote)


def _uncounted(text: str, quote: str) -> list[str]:
    """Figures of the quote that count what the text names without any figure."""
    low, own = plain(quote), set(terms(text))
    if any(char.isdigit() for char in in_digits(text)) or NUMBER_WORD.search(plain(text)):
        return []
    return [m[0] for m in _COUNT.finditer(low) if own & set(_behind(low, m.end(), 1))]


def added(text: str, quote: str) -> set[str]:
    """The classes of limits that the text sets and its quote does not, those that only weaken it left out; and a reason
    that the quote does not give."""
    found = set(limits(text)) - set(limits(quote)) - {"some", "often", "perhaps", "relatively", "if", "said", "once"}
    if len(_CAUSE.findall(plain(text))) > len(_REASON.findall(plain(quote))):
        found.add("because")
    return found


def left_out(rest: str, text: str) -> str | None:
    """A negation, or a word that limits or wishes, in the rest of a clause, whose like the text has not."""
    low = plain(rest)
    if (negation := NEGATION.search(low)) and not negations(text):
        return negation[0]
    has = limits(text)
    return next((match[0].strip(" -•") for name, match in _limits(low) if name not in has), None)


def _limits(low: str) -> Iterator[tuple[str, re.Match[str]]]:
    for match in _LIMIT.finditer(low):
        yield str(match.lastgroup), match


def _repeats(own: set[str], hung: list[str]) -> bool:
    return not hung or not own.isdisjoint(hung)


def _behind(low: str, at: int, most: int) -> list[str]:
    """The first content words behind a place of a plain text, within its clause."""
    clause = re.split(r"[.;:](?=\s|$)", low[at : at + 120], maxsplit=1)[0]
    return [t for t in terms(clause) if t not in _EMPTY][:most]


def _before(low: str, at: int) -> list[str]:
    clause = re.split(r"[.;:](?=\s)", low[max(0, at - 120) : at])[-1]
    return [t for t in terms(clause) if t not in _EMPTY][-BEFORE:]
