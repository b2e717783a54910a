"""The words of a sentence that decide what it says: negations, limits, wishes, directions, opposites, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rag.figures import MONTHS, plain
from rag.words import terms

_NEGATIONS = frozenset(
    """not no never none neither nor without cannot insufficient insufficiently lack lacks lacked lacking fail fails
    failed failing failure failures hardly barely seldom rarely scarcely nothing nobody nowhere unable absence absent
    little""".split()
)
_NEGATION = re.compile(rf"n't\b|\btoo few\b|(?<!\ba )\b(?:{'|'.join(sorted(_NEGATIONS))})\b")
_FREE = frozenset("none nobody nothing nowhere never absent neither".split())  # may stand behind what they negate
_CLAUSE_END = re.compile(r"[.;:,](?=\s|$)")
NEGATED = 3  # content words behind a negation that it may negate
_QUANTITIES = frozenset(
    """all always consistently every billion dozen double doubled half halves halved hundred hundreds million quarter
    quarters third thirds thousand thousands treble trebled twice both each entirely fully completely universally
    wholly""".split()
)
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
    "meant": r"will|plan(?:s|ned)? to|intend(?:s|ed)? to|intention|aim(?:s|ed)? to|propos(?:es|ed) to"
    r"|expect(?:s|ed)? to|(?:is|are|was|were) due to|scheduled to|beginning to|starting to|begun to|seek(?:s|ing)? to"
    r"|tr(?:y|ies|ied|ying) to",
    "perhaps": r"might|could|would|likely(?: to)?|possibly|possible|potential(?:ly)?|appear(?:s|ed)? to"
    r"|seem(?:s|ed)? to",
    "if": r"if|unless|whether|where necessary|when necessary|until",
    "said": r"told(?: \w+)?|informed|said|say|says|reported|report that|felt|feel|believe[ds]?|think|thought"
    r"|describe[ds]?|claim(?:s|ed)?|alleg\w+|according to|in the view of|perceive[ds]?",
    "denied": r"den(?:y|ies|ied)|reject(?:s|ed)?|disput(?:es|ed)|doubt(?:s|ed)?|question(?:s|ed)",
    "against": r"avoid\w*|prevent\w*|reduc\w*|minimis\w*|eliminat\w*|tackl\w*",
}
_OF_CLAUSES = frozenset("must meant perhaps if said denied".split())
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
    return [m[0] for m in _NEGATION.finditer(plain(text))]


def lost_negation(text: str, quote: str) -> str | None:
    """A negation of the quote that the text does not repeat although it says what is negated there: any of the next
    content words, or of "none" and the like, which may stand behind, any word of its clause."""
    low, own = plain(quote), set(terms(text))
    touched = [m[0] for m in _NEGATION.finditer(low) if own & _negated(low, m)]
    return touched[0] if len(touched) > len(negations(text)) else None


def _negated(low: str, negation: re.Match[str]) -> set[str]:
    behind = terms(_CLAUSE_END.split(low[negation.end() :], maxsplit=1)[0])
    if negation[0] in _FREE:
        return {*behind, *terms(_CLAUSE_END.split(low[: negation.start()])[-1])}
    return set(behind[:NEGATED] or terms(low[: negation.start()])[-NEGATED:])  # "…, but not all of them."


def quantities(text: str) -> set[str]:
    """Words that count without a figure; "each" and "every" are one."""
    return {w.replace("each", "every") for w in re.findall(r"[a-z]+", plain(text)) if w in _QUANTITIES}


def limits(text: str) -> Counter[str]:
    """The classes of words that say how far a sentence goes: "Most, but not …" → {"most": 1}."""
    return Counter(name for name, _, _ in _limits(plain(text)))


def dropped_limits(text: str, quote: str) -> list[str]:
    """Words of the quote that limit, wish or weaken, where the text says without them what they hang on: the first
    content word behind. "Most plans are good" limits "plans". What is said, wished or supposed is a whole clause, and
    any of its first words tells that it is repeated."""
    low, own, said = plain(quote), set(terms(text)), plain(text)
    hangs: dict[str, list[str]] = {}
    for name, word, end in _limits(low):
        if _repeats(own, _following(low, end, CLAUSE if name in _OF_CLAUSES else 1)):
            hangs.setdefault(name, []).append(word)
    has = limits(text)
    found = [words[0] for name, words in hangs.items() if len(words) > has[name]]
    weakened = Counter(m["word"] for m in _WEAKENED.finditer(low) if _repeats(own, _following(low, m.end(), 1)))
    return found + list(weakened - Counter(m["word"] for m in _WEAKENED.finditer(said)))


def _repeats(own: set[str], following: list[str]) -> bool:
    return not following or not own.isdisjoint(following)


def added_limits(text: str, quote: str) -> set[str]:
    """The classes of limits that the text sets and its quote does not; those that only weaken it may be added."""
    return set(limits(text)) - set(limits(quote)) - {"some", "often", "perhaps", "relatively", "if", "said"}


def _limits(low: str) -> Iterator[tuple[str, str, int]]:
    for match in _LIMIT.finditer(low):
        yield str(match.lastgroup), match[0].strip(" -•"), match.end()


def _following(low: str, at: int, most: int) -> list[str]:
    """The first content words behind a place of a plain text, within its clause."""
    clause = re.split(r"[.;:]", low[at : at + 120], maxsplit=1)[0]
    return [t for t in terms(clause) if t not in _EMPTY][:most]


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
    return {n for n in names(text) if not set(terms(n)) <= held and not _abbreviates(n, quote)}


def _abbreviates(name: str, quote: str) -> bool:
    """Is the name made of the first letters of words that follow each other in the quote: "IROs" for "independent
    reviewing officers"? Small words between them may count or not."""
    wanted = name.removesuffix("s")
    if not re.fullmatch(r"[a-z]{3,6}", wanted):
        return False
    words = re.findall(r"[a-z]+", plain(quote))
    large = [w for w in words if w not in ("of", "the", "and", "for", "in")]
    return any(wanted in "".join(w[0] for w in kept) for kept in (words, large))


def turns(rest: str, text: str) -> str | None:
    """A negation, or a word that limits or wishes, in the rest of a clause, whose like the text has not."""
    low = plain(rest)
    if (negation := _NEGATION.search(low)) and not negations(text):
        return negation[0]
    has = limits(text)
    return next((word for name, word, _ in _limits(low) if name not in has), None)


def strange_signs(text: str, quote: str) -> set[str]:
    """Characters beyond ASCII and common typography that the quote does not hold: letters of another script that look
    like ours, figures of another kind, and what cannot be seen at all."""
    return {c for c in text if not c.isascii() and c not in _TYPOGRAPHIC} - set(quote)
