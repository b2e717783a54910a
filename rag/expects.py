"""What kind of answer a question wants, told from its wording."""

from __future__ import annotations

import re

from rag.types import Expectation

_AUXILIARY = (
    r"(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would|should"
    r"|(?:is|are|did|does|was|were|has|have)n['’]t)"
)
# Where a question may begin: at its start, or after what sets the scene ("Kent 2017: did …", "In 2014, who …").
_OPENING = r"(?:^|[,:;?.(–—]\s*|\s[-–—]\s+|\b(?:and|so|but|(?:19|20)\d\d)\s+)\W*"
_OPENING_MARK = re.compile(r"\W*(?:(?:and|so|but|\d{4})\s+)?\W*", re.IGNORECASE)


def _opens(words: str) -> re.Pattern[str]:
    return re.compile(rf"{_OPENING}(?:{words})\b", re.IGNORECASE)


def _anywhere(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_MEASURE = (
    r"(?:share|percentage|per\s*cent|proportion|number|rate|fraction|amount|total|age|average|ratio|size|cost|budget)"
)
_FIGURE = (
    r"how\s+(?:many|much(?!\s+(?:of\s+a|better|worse|more|less)\b)"
    r"|(?:big|large)(?!\s+an?\s+(?:problem|issue|concern|worry|difference|impact|challenge|role|part|deal)\b)"
    r"|long|old|often|far|quick(?:ly)?|fast|soon|frequently|high|low|few)"
    rf"|(?:(?:up\s+)?(?:to|at|by|from)\s+)?what\s+(?:\w+\s+)?(?:{_MEASURE}|salary)"
    rf"|(?:what|which)\s+(?:is|was|were|are)\s+(?:the\s+)?(?:[\w-]+\s+){{0,2}}{_MEASURE}"
)
_GRADE = (
    r"(?:what|which)\b(?![^?]{0,30}\b(?:gcse|exam|school|a[\s-]level))[^?]{0,60}?"
    r"\b(?:grade[ds]?|rat(?:ed|ing)s?|judge?ments?|judged|marks?|scored?|rank(?:ed|ing))"
    r"|how\b[^?]{0,60}?\b(?:graded?|rated|(?:was|were)\s+judged|judged\s+overall)"
    r"|how\s+(?:was|were)\s+[^?]{2,60}?\bjudged\b(?!\s+to\s+have)"
    r"|what\s+(?:did|has|had)\s+[^?]{2,50}?\bg[eo]t\s+(?:for\s+(?:adoption|leadership|care\s+leavers|overall"
    r"|help\s+and\s+protection|children\s+(?:in\s+care|looked\s+after))|in\s+(?:its|the|their)\b[^?]{0,30}\binspection)"
    r"|what\s+(?:did|has|had)\s+[^?]{2,70}?\bg[eo]t(?=\s*(?:\?|$))"
)
_REASON = (
    r"why|how\s+come|for\s+what\s+reasons?|what\s+(?:were|are)\s+the\s+(?:main\s+)?reasons"
    r"|what(?:['’]s| is| was)?\s+(?:explains?|explained|behind|the\s+(?:main\s+)?reasons?|caused?|led\s+to|stopped"
    r"|prevented)"
)
_DATE = (
    rf"(?:since\s+)?when\s+{_AUXILIARY}|since\s+when"
    r"|(?:on\s+|in\s+|over\s+)?(?:what|which)\s+(?:\w+\s+)?(?:dates?|year|month|day)s?"
)
_NAME = (
    r"who|whose|whom|which\s+(?:hmis?|inspectors?|person|people)|name\s+of"
    r"|what(?:['’]s| is| was| were| are)\s+the\s+names?|what\s+(?:is|was)\s+\w+(?:\s+\w+){0,3}\s+called"
)
# After "which" or "what" a plural noun asks for a list; these words end in s, or stand before one, and do not.
_NOT_NOUN = (
    r"(?!(?:is|was|are|were|did|does|do|has|had|have|made|makes|brought|went|came|got|led|sort|kind|happens|goes|needs"
    r"|helps|stops|keeps|works|gets|comes|this|as|process|progress|access|focus|its|changed|happened|stopped)\b)"
)
_LIST = (
    r"list|name\s+(?:the|all|some|two|three|four|five)"
    r"|(?:which|what)\s+(?:are|were)\s+(?:the|some|all|its|their)\b(?![^?]*\blike\b)"
    rf"|(?:which|what)\s+(?:{_NOT_NOUN}[\w-]+\s+){{0,2}}?{_NOT_NOUN}(?:\w*[^\Ws]s|\w+ies)"
    r"(?=\s+(?:are|were|did|do|does|have|had|has|could|can|will|would|should|might|still|gets?|got|needs?|help|stop"
    r"|find|found|came|come|went|made|make|use|work|in|of|for|from|to|on|about|at|that|who|with|\w+ed)\b)"
    r"|what\s+(?:did|do|does|has|have|had)\b[^?]{0,60}\b(?:tell|told|want|need|recommend|have)\b[^?]{0,60}\bto\s+"
    r"(?:do|fix|sort|improve|work|get|put|change|tighten|address|develop)"
    r"|what\b[^?]{0,60}\b(?:told|asked)\s+to\b"
    r"|what\s+(?:else\s+)?(?:needs?|needed|must|should)\b[^?]{0,40}"
    r"\b(?:fix|improve|change|be\s+(?:done|fixed|improved)|get\s+better)"
    r"|what\s+(?:are|were)\s+[^?]{0,12}\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"
)

# Of those that begin at the same word the first counts.
_OPENERS: dict[Expectation, re.Pattern[str]] = {
    "figure": _opens(_FIGURE),
    "grade": _opens(_GRADE),
    "reason": _opens(_REASON),
    "date": _opens(_DATE),
    "name": _opens(_NAME),
    "list": _opens(_LIST),
    "yes/no": _opens(rf"{_AUXILIARY}\s+\w+|any"),
    "finding": _opens(r"what|which|how|where"),
}
# What gives a question away that has no question word, or a weak one.
_SIGNS: dict[Expectation, re.Pattern[str]] = {
    "grade": _anywhere(
        r"\b(?:graded?|rat(?:ed|ing)|overall\s+effectiveness|judged\s+(?:as|to\s+be|good|outstanding|inadequate))\b"
        r"|\b(?:get|got|given|awarded)\s+(?:an?\s+good|(?:an?\s+)?(?:outstanding|inadequate|requires\s+improvement))\b"
        r"(?=\s+(?:in|from|for|like|overall|grade|rating|too)\b|\s*[?.,]|\s*$)"
    ),
    "figure": _anywhere(
        r"(?<!\d)%|\b(?:number|percentage|proportion|share|rate|average|size|amount|cost)s?\s+of\b|\bpercentages?\b"
        r"|\bnumbers\b|\b(?:over|under)spend\b|\bwaiting\s+times?\b|\b(?:re-?referral|vacancy|turnover)\s+rates?\b"
    ),
    "list": _anywhere(
        r"\brecommendations?\b|\bareas?\s+(?:for|to)\s+improve(?:ment)?\b|\bmain\s+\w+s\b|\bpriority\s+actions?\b"
        r"|\bwhere\b.{0,40}\bfurther\s+to\s+go\b"
    ),
}
_SETS_SIDE_BY_SIDE = _anywhere(
    r"\bcompar(?:e|es|ed|ing|ison)\b|\bdifferen(?:ce|t)\b|\bversus\b|\bvs\b|\bboth\b"
    r"|\b(?:more|less|fewer|\w+er)\b.{0,80}\bthan\b|\bwhich\s+(?:of\s+(?:these|the)|place|council|authority|borough|one)\b"
)
_ASKS_TO_COMPARE = _anywhere(r"^\W*compare\b|\bhow\s+do(?:es)?\b.{0,60}\bcompare\b")


def expects(question: str, places: int = 0, papers: int = 0) -> Expectation:
    """The kind of answer wanted. `places` is how many places are named, `papers` how many different papers of theirs
    the named years can mean: two of either make a comparison, unless the question only asks who or when."""
    earliest = _earliest(question)
    asked = bool(_SETS_SIDE_BY_SIDE.search(question))
    if places >= 2 and (asked or earliest not in ("date", "name")):
        return "comparison"
    if papers >= 2 and (asked or earliest not in ("figure", "date", "name", "grade")):
        return "comparison"
    if places == 0 and _ASKS_TO_COMPARE.search(question):
        return "comparison"
    sign = next((kind for kind, pattern in _SIGNS.items() if pattern.search(question)), None)
    if earliest is None:
        return sign or "finding"
    if (earliest == "finding" and sign in ("grade", "list")) or (earliest == "yes/no" and sign == "grade"):
        return sign  # type: ignore[return-value]
    return earliest


def asks_for_grade(question: str) -> bool:
    """Whether a question that sets papers side by side asks how they were graded."""
    return bool(_SIGNS["grade"].search(question) or _OPENERS["grade"].search(question))


def _earliest(question: str) -> Expectation | None:
    """What the question word says that comes first; at the same place the more special reading."""
    found: list[tuple[int, int, Expectation]] = []
    for order, (kind, pattern) in enumerate(_OPENERS.items()):
        if match := pattern.search(question):
            mark = _OPENING_MARK.match(match.group())
            found.append((match.start() + (mark.end() if mark else 0), order, kind))
    return min(found)[2] if found else None
