"""The words of a sentence that decide what it says: negations, quantities, directions, opposites, names."""

from __future__ import annotations

import re
from collections import Counter

from rag.figures import MONTHS, plain
from rag.words import terms

_NEGATIONS = frozenset(
    """not no never none neither nor without cannot insufficient insufficiently lack lacks lacked lacking fail fails
    failed failing failure failures hardly barely seldom rarely scarcely nothing nobody nowhere unable absence absent
    little""".split()
)
NEGATION = re.compile(
    rf"n't\b|\b(?:too few|yet to|instead of|rather than|unlike)\b|(?<!\ba )\b(?:{'|'.join(sorted(_NEGATIONS))})\b"
)
_FREE = frozenset("none nobody nothing nowhere never absent neither".split())  # may stand behind what they negate
_CLAUSE_END = re.compile(r"[.;:,](?=\s|$)")
NEGATED = 3  # content words behind a negation that it may negate
_QUANTITIES = frozenset(
    """all always consistently every billion dozen double doubled half halves halved hundred hundreds million quarter
    quarters third thirds thousand thousands treble trebled twice both each entirely fully completely universally
    wholly""".split()
)
_DIRECTIONS = {
    "rise": re.compile(r"\b(?:increas\w*|ris(?:e|es|en|ing)|rose|grow\w*|grew|higher|more|greater|up from|doubled)\b"),
    "fall": re.compile(
        r"\b(?:decreas\w*|declin\w*|reduc\w*|fall(?:s|en|ing)?|fell|drop\w*|lower\w*|less|fewer|smaller|down from"
        r"|halved)\b"
    ),
    "improvement": re.compile(r"\b(?:improv\w*|better|strengthen\w*|stronger)\b"),
    "worsening": re.compile(r"\b(?:declin\w*|deteriorat\w*|worse\w*|weaken\w*|weaker)\b"),
}
_REVERSING = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
_OPPOSITES = """
    strong/weak strengths/weaknesses strength/weakness high/low above/below more/fewer more/less early/late
    positive/negative effective/poor good/poor good/weak strong/poor timely/late prompt/slow promptly/slowly
    quickly/slowly quick/slow timely/delayed better/worse first/last internal/external inside/outside
    within/outside before/after start/end started/ended boys/girls male/female mother/father mothers/fathers
    majority/minority most/few accept/reject accepted/rejected agreed/refused open/closed safe/harmed
    former/current previous/current previous/next primary/secondary local/national regional/national
    maximum/minimum highest/lowest longest/shortest long/short longer/shorter younger/older young/old
    largest/smallest large/small always/never always/rarely always/sometimes often/rarely often/seldom
    regularly/rarely all/none all/some every/no all/few many/few clear/confused success/failure succeeded/failed
    progress/decline gained/lost rise/fall rose/fell risen/fallen increase/decrease increased/decreased
    increasing/decreasing increased/reduced upheld/dismissed permanent/temporary public/private rural/urban
    formal/informal well/poorly well/badly widely/narrowly broad/narrow easy/difficult easily/difficulty
    support/oppose supported/opposed permitted/forbidden praised/criticised excellent/poor sufficient/limited
    comprehensive/limited robust/weak confident/worried happy/unhappy satisfied/concerned present/absent
    ahead/behind up/down morning/evening day/night
""".split()
_OPPOSITE: dict[str, frozenset[str]] = {}
for _pair in _OPPOSITES:
    for _one, _other in (_pair.split("/"), _pair.split("/")[::-1]):
        _OPPOSITE[_one] = _OPPOSITE.get(_one, frozenset()) | {_other}
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w’'-]+")
_FIRST_NAME = re.compile(
    r"^\W*([A-Z][\w’'-]+)(?=\s+[A-Z][a-z]|(?:[’']s)?\s+(?:said|says|told|led|chaired|noted|explained|reported|wrote)\b)"
)
_OPENERS = frozenset("the a an this that these those in on at of for and but however its their his her".split())
_TYPOGRAPHIC = frozenset("‘’“”–—‐‑−…\u00a0\u2009\u202f£€•")


def negations(text: str) -> list[str]:
    return [m[0] for m in NEGATION.finditer(plain(text))]


def lost_negation(text: str, quote: str) -> str | None:
    """A negation of the quote that the text does not repeat although it says what is negated there: any of the next
    content words, or of "none" and the like, which may stand behind, any word of its clause."""
    low, own = plain(quote), set(terms(text))
    touched = [m[0] for m in NEGATION.finditer(low) if own & _negated(low, m)]
    return touched[0] if len(touched) > len(negations(text)) else None


def _negated(low: str, negation: re.Match[str]) -> set[str]:
    behind = terms(_CLAUSE_END.split(low[negation.end() :], maxsplit=1)[0])
    if negation[0] in _FREE:
        return {*behind, *terms(_CLAUSE_END.split(low[: negation.start()])[-1])}
    # "has not, however, done so" and "…, but not all of them": what is negated stands beyond the clause, or before.
    return set((behind or terms(low[negation.end() :]) or terms(low[: negation.start()])[-NEGATED:])[:NEGATED])


def quantities(text: str) -> set[str]:
    """Words that count without a figure; "each" and "every" are one."""
    return {w.replace("each", "every") for w in re.findall(r"[a-z]+", plain(text)) if w in _QUANTITIES}


def directions(text: str) -> Counter[str]:
    """Which ways things go, and how often it is said: rise, fall, improvement, worsening."""
    low = plain(text)
    return Counter(name for name, pattern in _DIRECTIONS.items() for _ in pattern.finditer(low))


def direction(word: str) -> str | None:
    return next((name for name, pattern in _DIRECTIONS.items() if pattern.fullmatch(word)), None)


def reversed_words(text: str, quote: str) -> set[str]:
    """Words of the text that its quote has with the opposite sense: "effective" for "ineffective", "strong" for
    "weak"."""
    own, theirs = (set(re.findall(r"[a-z]{2,}", plain(t))) for t in (text, quote))
    new, gone = own - theirs, theirs - own
    turned = {w for w in new if _OPPOSITE.get(w, frozenset()) & gone}
    long = {w for w in new if len(w) >= 4}
    turned |= {
        w for w in long for p in _REVERSING if w.startswith(p) and w.removeprefix(p) in gone and len(w) > len(p) + 3
    }
    return turned | {w for w in long for p in _REVERSING if p + w in theirs}


def names(text: str) -> set[str]:
    """Capitalised words inside sentences, and a name that opens one, possessives cut off, lower-cased."""
    found = {m.group() for m in _NAME.finditer(text)}
    if (first := _FIRST_NAME.match(text)) and first[1].lower() not in _OPENERS:
        found.add(first[1])
    return {re.sub(r"['’]s$", "", name).lower() for name in found} - MONTHS - {"i", "may"}


def missing_names(text: str, quote: str) -> set[str]:
    """Names of the text that are not in the quote, unless they abbreviate its words."""
    held = set(terms(quote))
    return {n for n in names(text) if not set(terms(n)) <= held and not abbreviates(n, quote)}


def abbreviates(name: str, quote: str) -> bool:
    """Is the name made of the first letters of words that follow each other in the quote: "IROs" for "independent
    reviewing officers"? Small words between them may count or not."""
    wanted = name.removesuffix("s")
    if not re.fullmatch(r"[a-z]{3,6}", wanted):
        return False
    words = re.findall(r"[a-z]+", plain(quote))
    large = [w for w in words if w not in ("of", "the", "and", "for", "in")]
    return any(wanted in "".join(w[0] for w in kept) for kept in (words, large))


def strange_signs(text: str, quote: str) -> set[str]:
    """Characters beyond ASCII and common typography that the quote does not hold: letters of another script that look
    like ours, figures of another kind, and what cannot be seen at all."""
    return {c for c in text if not c.isascii() and c not in _TYPOGRAPHIC} - set(quote)
