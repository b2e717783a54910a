"""Whether a sentence holds the kind of thing that a question wants: a sum of money, a share, a count, a length of time,
a pace, a date, a person's name, the name of something, a reason, a list. A sentence on the very theme that holds no
such thing restates the question."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.answer.counted import counted, figured, shared
from rag.authorities import find
from rag.figures import MONTH, grades, plain
from rag.types import Expectation
from rag.words import terms

REASON, ITEMS = "reason", "items"
TOLD_BESIDE = frozenset((REASON, ITEMS))  # kinds that may as well stand in the sentences beside
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} )?{MONTH}\b|\b(?:19|20)\d\d\b|\b(?:days|weeks|months|years) ago\b"
    r"|\bduring (?:the|this) inspection\b|\blast (?:few |two |three |six |12 )?(?:days|weeks|months|years?)\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a (?:direct )?(?:result|consequence)|result(?:s|ed|ing)? (?:in|from)|results? of"
    r"|(?:this|which|delays?|changes?|these) mean[st]?|means? that|meaning|therefore|consequently|so (?:that|they)"
    r"|in order to|leads? to|led to|leading to|caus(?:e[sd]?|ing)|reasons?|attribut\w+|explain\w*|in response to"
    r"|contribut\w+ to|contributory|prevent(?:s|ed|ing)|hinder\w*|hamper\w*|imped\w+|lack(?:s|ed|ing)?|shortages?"
    r"|insufficient(?:ly)?|not enough|too (?:few|little)|pressures?|compounded|exacerbat\w+|undermin\w+|under-resourced"
    r"|inten(?:ded|tion)|to (?:avoid|prevent|minimise)|stems?|driven by|reflect(?:s|ing)?"
    r"|makes? it (?:difficult|hard\w*)|despite|capacity|demand)\b|, as (?:they|it|an?|the)\b"
)
_ITEMS = re.compile(
    r"\binclud(?:es?|ing|ed)\b|\bsuch as\b|\bnamely\b|[:;]|,[^,]{2,80}(?:,| and | or )|\bfor example\b| both .* and "
    r"|\b(?:needs? to|should|must)\b| and [^,.]{2,60},"
)
_MONEY = re.compile(r"£|\b(?:million|billion|pounds)\b")
_TIME = re.compile(
    r"\b(?:minute|hour|day|night|week|month|year|fortnight|decade)s?\b|\bsince .{0,20}\b(?:19|20)\d\d\b"
    r"|\b(?:daily|weekly|fortnightly|monthly|quarterly|termly|annual\w*|overnight|birthday|aged?)\b"
)
# How soon or how often may be told without a length of time.
_PACE = re.compile(
    rf"{_TIME.pattern}|\b(?:immediate|prompt|quick|swift|rapid|slow|regular|frequent|rare|seldom|often|earl(?:y|ier)"
    r"|later?|soon|straight ?away|once|timel(?:y|iness)|delay\w*|drift|wait\w*"
    r"|long(?:er)?|short(?:er)?|timescales?|frequency|pace|urgency|term)(?:ly)?\b"
)
# Two capitalised words in a row, none of which makes it the name of a body, an office or a day.
_PERSON = re.compile(
    r"(?<![.!?] )\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Councillor|Cllr)\.? )?[A-Z][a-z’'-]+(?: [A-Z]\.?)? [A-Z][a-z’'-]+\b"
)
_NO_PERSON = frozenset(
    "board council service services committee commission panel team partnership trust authority group local children "
    "childrens children’s child young people corporate parenting safeguarding scrutiny overview social care health "
    "education independent reviewing chief executive director head lead member strategy strategic plan report "
    "inspection ofsted county borough city royal london hub college school academy court family assistant deputy "
    "officer public mental north south east west home office january february march april may june july august "
    "september october november december monday tuesday wednesday thursday friday saturday sunday in the of staff "
    "forum business manager principal worker adviser coordinator nurse judge justice designated national act working "
    "together crown youth police probation prevention early help front door virtual looked after leaving".split()
)
# Who runs a thing may be told by a body or an office.
_RUNS = re.compile(
    r"\b(?:provided|run|led|managed|delivered|delegated|commissioned|chaired|headed|overseen|coordinated) (?:by|to)\b"
    r"|\b(?:chairs|leads|heads|runs|manages|oversees|coordinates|delivers|provides)\b"
    r"|\b(?:chairing|leading|in partnership with|provided through)\b"
)
_ROLE = re.compile(r"\b(?:chaired|led|headed|managed|run) by (?:the|an?|its|his|her) ")
_NAMED = re.compile(r"(?<=[a-z,;:‘'“\"] )[A-Z][\w’'&-]+|(?<=\()[A-Z][\w’'&-]+|[‘“\"]\w+")

_OFFICE = r"(?:director|chair|lead|leader|head|chief|inspector|hmi|mayor|councillor|person|man|woman)"
_WHICH = r"\b(?:which|what) (?!(?:did|do|does|have|has|had|is|was|are|were|can|will)\b)"
_OTHER = r"(?:(?:other|two|three|four|neighbouring|nearby|london|\d) )+"
_BODY = (
    r"(?:schools?|compan(?:y|ies)|firms?|charit(?:y|ies)|organi[sz]ations?|universit(?:y|ies)|colleges?"
    r"|towns?|estates?|programmes?|pilots?|software|apps?|schemes?|countr(?:y|ies)|nationalit(?:y|ies)"
    r"|languages?|hospitals?|(?:computer|it|electronic|recording) systems?)"
)
_ASKS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "money": r"\bhow much (?:\w+ )?(?:money|funding|cash)\b|\bhow many pounds\b"
        r"|\bhow much\b.{0,50}\b(?:spen[dt]\w*|cost|paid|pay\w*|save|earn|worth|budget|invest\w*|grant|overspen\w+)\b"
        r"|\bhow (?:big|large)\b.{0,40}\b(?:financ\w+|budget|overspend|deficit|debt|grant|funding|shortfall)\b"
        r"|\bwhat\b.{0,30}\b(?:cost|budget|salary|price|allowance|overspend)\b",
        "share": r"%|\b(?:percentages?|per ?cent|proportions?|fraction)\b|\b(?:what|which) share\b|\bshare of\b",
        "pace": r"\bhow (?:quick\w*|fast|soon|often|frequent\w*|prompt\w*)\b|\bwaiting times?\b",
        "time": r"\bhow (?:long|old)\b|\bhow many (?:days|weeks|months|years|hours)\b|\bwhat age\b",
        "count": r"\bhow (?:many|few)\b|\bhow (?:big|large)\b(?! an? )|\bnumbers? of\b",
        "figure": r"(?:^\W*|\bwhat(?:['’]s| is| was| were) )(?:the )?average\b",
        "person": rf"\bwho(?:['’]s| is| was| were| will be) (?:the|its|their) (?:[\w-]+ ){{0,3}}?{_OFFICE}s?\b"
        r"|\bwho will take over\b|\b(?:which|name the) (?:\w+ )?(?:inspector|hmi|person|councillor|director)s?\b"
        rf"|\bnames? of (?:the )?(?:[\w'’-]+ ){{0,2}}?{_OFFICE}s?\b",
        "runs": r"(?:^|[,:;] ?|\bin \d{4} )who (?:chair\w*|leads?|led|runs?|ran|heads?|headed|manages?|managed"
        r"|took over|replaced|(?:is|was) chairing)\b",
        "place": rf"{_WHICH}(?:{_OTHER}(?:council|borough|authority)|(?:\w+ ){{0,2}}?(?:councils|boroughs|authorities))"
        r"\b",
        "named": rf"{_WHICH}(?:\w+ )?{_BODY}\b|\bname (?:of\b|the\b|\d|two\b|three\b)"
        r"|\bwhich ones?\b(?=\W*$)|(?<!so-)\bcalled\b",
    }.items()
}
# "As soon as they arrive" tells it as well as a date.
_HABIT = re.compile(r"\bwhen (?:do|does|can|could|should|would|might)\b", re.IGNORECASE)
# Each task is told in a sentence of its own.
_TASKS = re.compile(
    r"\b(?:told|asked|improve\w*|recommend\w*|sort out|fix|still (?:have|had|need\w*))\b", re.IGNORECASE
)


def _person(text: str) -> bool:
    return bool(_ROLE.search(text)) or any(
        not {word.strip(".’'").lower() for word in match.group().split()} & _NO_PERSON
        for match in _PERSON.finditer(text)
    )


def _place(text: str, question: str) -> bool:
    own = {mention.place.name for mention in find(question, asked=True)}
    return any(mention.place.name not in own for mention in find(text))


def _named(text: str, question: str) -> bool:
    own = set(terms(question))  # the names that the question brings along are no answer
    return any(m.group()[0] in '‘“"' or not set(terms(m.group())) <= own for m in _NAMED.finditer(text))


_HOLDS: dict[str, Callable[[str, str], float]] = {
    "money": lambda text, _: bool(_MONEY.search(text)),
    "share": shared,
    "pace": lambda text, _: bool(_PACE.search(plain(text))),
    "time": lambda text, _: bool(_TIME.search(plain(text))),
    "count": counted,
    "person": lambda text, _: _person(text),
    "runs": lambda text, _: bool(_RUNS.search(plain(text))) or _person(text),
    "place": _place,
    "named": _named,
    "figure": figured,
    "date": lambda text, _: bool(_DATE.search(plain(text))),
    "grade": lambda text, _: bool(grades(text)) or "require improvement" in plain(text),
    REASON: lambda text, _: bool(_REASON.search(plain(text))),
    ITEMS: lambda text, _: bool(_ITEMS.search(plain(text))),
}
_BY_EXPECTATION: dict[Expectation, str] = {
    "figure": "figure", "date": "date", "grade": "grade", "reason": REASON, "list": ITEMS,
}  # fmt: skip
_ANY: frozenset[Expectation] = frozenset(("reason", "yes/no"))  # a number in such a question is not what it asks for


def wanted(question: str, expects: Expectation) -> str:
    """The kind of thing that the question wants, "" where any sentence may hold it."""
    if expects not in _ANY:
        for kind, pattern in _ASKS.items():
            if pattern.search(question):
                return kind
    if (expects == "date" and _HABIT.search(question)) or (expects == "list" and _TASKS.search(question)):
        return ""
    return _BY_EXPECTATION.get(expects, "")


def holds(kind: str, sentence: str, question: str = "") -> float | None:
    """How far the sentence holds a thing of that kind (see `wanted`), 0 to 1: a half is a figure of something else than
    what is counted. None where any sentence may."""
    return float(_HOLDS[kind](sentence, question)) if kind else None
