"""Whether a sentence holds the kind of thing that a question wants: a sum of money, a share, a count, a length of time,
a date, a person's name, the name of something, a reason. A sentence on the very theme that holds no such thing
restates the question."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.figures import figures, free_figures, grades, plain
from rag.types import Expectation
from rag.words import terms

REASON = "reason"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DATE = re.compile(rf"\b(?:\d{{1,2}} )?{_MONTH}\b|\b(?:19|20)\d\d\b")
_REASON = re.compile(
    r"\b(?:because|due to|as a result|owing to|reasons?|this means|means that|meaning|so that|so they|in order to|since"
    r"|therefore|consequently|leads? to|led to|leading to|caus(?:e[sd]?|ing)|which (?:has|have|means)|attribut\w+"
    r"|explain\w*|despite|given|contribut\w+|result(?:s|ed|ing)? (?:in|from)|impact\w*|affect\w*|hamper\w*|hinder\w*"
    r"|following|enabl\w+|allow\w*|ensur\w+|to (?:avoid|help|make|reduce|improve|support|prevent)|pressures?|demand"
    r"|shortages?|lack of|insufficient)\b"
)
_MONEY = re.compile(r"£|\b(?:million|billion|pounds)\b")
_SHARE = re.compile(r"%|\bper ?cent\b|\b(?:half|third|quarter|fifth|majority|all|none|most|every|proportion)s?\b")
_TIME = re.compile(
    r"\b(?:minute|hour|day|week|month|year|working day|fortnight)s?\b|\b(?:daily|weekly|monthly|annual\w*)\b"
)
_AMOUNT = re.compile(r"\b(?:no|none|all|both|few|several|many|most|half|a (?:small|large|significant) number)\b")
# Two capitalised words in a row, none of which makes it the name of a body or an office.
_PERSON = re.compile(
    r"(?<![.!?] )\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Councillor|Cllr)\.? )?[A-Z][a-z’'-]+(?: [A-Z]\.?)? [A-Z][a-z’'-]+\b"
)
_OF_BODIES = frozenset(
    "board council service services committee panel team partnership trust authority group local children childrens "
    "children’s child young people corporate parenting safeguarding social care health education independent reviewing "
    "chief executive director head lead member strategy strategic plan report inspection ofsted county borough city "
    "royal london hub college school academy court family assistant deputy officer public mental north south east "
    "west january february march april may june july august september october november december in the of staff "
    "forum".split()
)
_NO_COUNT = re.compile(r"\b(?:one|two|three|\d+)-(?=[a-z])|\b(?:19|20)\d\d\b|\bone of\b", re.IGNORECASE)
_ROLE = re.compile(r"\b(?:chaired|led|headed|managed|run) by (?:the|an?|its|his|her) ")
_NAMED = re.compile(r"(?<=[a-z,;:(‘'“\"] )[‘'“\"]?[A-Z][\w’'&-]+|[‘“\"][A-Z]")

_ASKS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "money": r"\b(?:how much (?:money|funding|cash)|how much\b.{0,40}\b(?:spen[dt]\w*|cost|paid|pay|save|earn|worth"
        r"|budget|invest\w*)|what\b.{0,30}\b(?:cost|budget|salary|spend|price|allowance|overspend)\b)",
        "share": r"%|\b(?:percentages?|per ?cent|proportions?|share|fraction)\b",
        "time": r"\bhow (?:long|quick\w*|fast|soon|often|frequent\w*|old)\b"
        r"|\bhow many (?:days|weeks|months|years|hours)\b",
        "count": r"\bhow (?:many|few|big|large)\b|\bnumbers? of\b",
        "person": r"\b(?:who (?:is|was|chair\w*|leads?|led|runs?|ran|heads?|manages?|took over|replaced)|name of the"
        r"|which (?:inspector|hmi|person|councillor|director)\w*"
        r"|what(?:['’]s| is| was) the name of the (?:director|chair|lead|head|chief|inspector))\b",
        "named": r"\b(?:which|what) (?:\w+ ){0,2}?(?:schools?|compan(?:y|ies)|firms?|charit(?:y|ies)|organi[sz]ations?"
        r"|boroughs?|councils?|authorit(?:y|ies)|universit(?:y|ies)|colleges?|providers?|agenc(?:y|ies)|towns?|estates?"
        r"|programmes?|pilots?|models?|systems?|software|apps?|schemes?|countr(?:y|ies)|nationalit(?:y|ies)|languages?"
        r"|hospitals?|ones)\b|\bcalled\b|\bname (?:of\b|the\b|\d|two\b|three\b)",
    }.items()
}


def _person(text: str) -> bool:
    return bool(_ROLE.search(text)) or any(
        not {word.strip(".’'").lower() for word in match.group().split()} & _OF_BODIES
        for match in _PERSON.finditer(text)
    )


def _figure(text: str) -> bool:
    text = _NO_COUNT.sub(" ", text)
    return bool(figures(text) or free_figures(text))


_HOLDS: dict[str, Callable[[str], bool]] = {
    "money": lambda text: bool(_MONEY.search(text)),
    "share": lambda text: bool(_SHARE.search(text)),
    "time": lambda text: bool(_TIME.search(text)),
    "count": lambda text: _figure(text) or bool(_AMOUNT.search(plain(text))),
    "person": _person,
    "named": lambda text: bool(_NAMED.search(text)),
    "figure": _figure,
    "date": lambda text: bool(_DATE.search(plain(text))),
    "grade": lambda text: bool(grades(text)),
    REASON: lambda text: bool(_REASON.search(plain(text))),
}
_BY_EXPECTATION: dict[Expectation, str] = {
    "figure": "figure", "date": "date", "grade": "grade", "reason": REASON,
}  # fmt: skip


def wanted(question: str, expects: Expectation) -> str:
    """The kind of thing that the question wants, "" where any sentence may hold it."""
    for kind, pattern in _ASKS.items():
        if pattern.search(question):
            return kind
    return _BY_EXPECTATION.get(expects, "")


def holds(kind: str, sentence: str, question: str = "") -> bool | None:
    """Whether the sentence holds a thing of that kind (see `wanted`); None where any sentence may."""
    if not kind:
        return None
    if kind == "named":  # the names that the question brings along are no answer
        own = set(terms(question))
        return any(not set(terms(match.group())) <= own for match in _NAMED.finditer(sentence))
    return _HOLDS[kind](sentence)
