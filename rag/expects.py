"""What kind of answer a question wants, told from its wording."""

from __future__ import annotations

import re

from rag.types import Expectation

_AUXILIARY = (
    r"(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would|should|isn['’]t|aren['’]t|didn['’]t|doesn['’]t|wasn['’]t"
    r"|weren['’]t|hasn['’]t|haven['’]t)"
)
# Where a question may begin: at its start, or after what sets the scene ("Kent 2017: did …", "In 2014, who …").
_OPENING = r"(?:^|[,:;?.(–—]\s*|\s[-–—]\s+|\b(?:and|so|but|(?:19|20)\d\d)\s+)\W*"


def _opens(words: str) -> re.Pattern[str]:
    return re.compile(rf"{_OPENING}(?:{words})\b", re.IGNORECASE)


_COMPARES = re.compile(
    r"\bcompar(?:e|es|ed|ing|ison)\b|\bdifferen(?:ce|t)\b|\bversus\b|\bvs\b\.?|\b(?:more|less|fewer|better|worse|higher|lower|faster|slower"
    r"|bigger|smaller|\w+er)\b.{0,80}\bthan\b|\bboth\b|\bwhich\s+(?:of\s+(?:these|the)|place|council|authority|borough|one)\b",
    re.IGNORECASE,
)
_ASKS_TO_COMPARE = re.compile(r"^\W*compare\b|\bhow\s+do(?:es)?\b.{0,60}\bcompare\b", re.IGNORECASE)

# In order: the first whose pattern is met wins among those that begin earliest in the question.
_FIGURE = (
    r"how\s+(?:many|much(?!\s+(?:of\s+a|better|worse|more|less)\b)|big|large|long|old|often|far|quick(?:ly)?|fast|soon|frequently|high|low|few)"
    r"|(?:(?:up\s+)?(?:to|at|by|from)\s+)?what\s+(?:\w+\s+)?(?:share|percentage|per\s*cent|proportion|number|rate|fraction|amount|total|age|average|ratio|size|cost|salary|budget)(?!\s+(?:of\s+the\s+quality))"
    r"|(?:what|which)\s+(?:is|was|were|are)\s+(?:the\s+)?(?:\w+\s+){0,2}(?:share|percentage|proportion|number|rate|average|ratio|size|total|amount|cost|budget|re-?referral rate)"
)
_GRADE = (
    r"(?:what|which)\b(?![^?]{0,30}\b(?:gcse|exam|school|a[\s-]level))[^?]{0,60}?\b(?:grade[ds]?|rat(?:ed|ing)s?|judge?ments?|judged|marks?|scored?|rank(?:ed|ing))"
    r"|how\b[^?]{0,60}?\b(?:graded?|rated|was\s+judged|were\s+judged|judged\s+overall)"
    r"|what\s+(?:did|has|had)\s+[^?]{2,50}?\bg[eo]t\s+(?:for\s+(?:adoption|leadership|care\s+leavers|help\s+and\s+protection|children\s+(?:in\s+care|looked\s+after)|overall)"
    r"|in\s+(?:its|the|their)\b[^?]{0,30}\binspection)"
)
# A plural noun after "which" or "what", but no verb that ends in s ("what happens …") and nothing else that does.
_NOT_NOUN = r"(?!(?:is|was|are|were|did|does|do|has|had|have|made|makes|brought|went|came|got|led|sort|kind|happens|goes|needs|helps|stops|keeps|works|gets|comes|this|as|process|progress|access|focus|its|changed|happened|stopped)\b)"
_LIST = (
    r"list|name\s+(?:the|all|some|two|three|four|five)|(?:which|what)\s+(?:are|were)\s+(?:the|some|all|its|their)\b(?![^?]*\blike\b)"
    rf"|(?:which|what)\s+(?:{_NOT_NOUN}[\w-]+\s+){{0,2}}?{_NOT_NOUN}(?:\w*[^\Ws]s|\w+ies)"
    r"(?=\s+(?:are|were|did|do|does|have|had|has|could|can|will|would|should|might|still|gets?|got|needs?|needed|help(?:ed)?|stop(?:ped)?|find|found|came|come|went|made"
    r"|make|use[ds]?|work(?:ed)?|in|of|for|from|to|on|about|at|that|who|with|\w+ed)\b)"
    r"|what\s+(?:did|do|does|has|have|had)\b[^?]{0,60}\b(?:tell|told|want|need|recommend|have)\b[^?]{0,60}\bto\s+"
    r"(?:do|fix|sort|improve|work|get|put|change|tighten|address|develop)"
    r"|what\b[^?]{0,60}\b(?:told|asked)\s+to\b|what\s+(?:else\s+)?(?:needs?|needed|must|should)\b[^?]{0,40}\b(?:fix|improve|change|be\s+(?:done|fixed|improved)|get\s+better)"
    r"|what\s+(?:are|were)\s+[^?]{0,12}\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"
)
_OPENERS: tuple[tuple[Expectation, re.Pattern[str]], ...] = (
    ("figure", _opens(_FIGURE)),
    ("grade", _opens(_GRADE)),
    ("reason", _opens(r"why|how\s+come|what(?:['’]s| is| was)?\s+(?:explains?|explained|behind|the\s+(?:main\s+)?reasons?|caused?|led\s+to|stopped|prevented|held\s+\w+\s+back)"
                      r"|what\s+(?:were|are)\s+the\s+reasons|for\s+what\s+reasons?")),
    ("date", _opens(rf"(?:since\s+)?when\s+{_AUXILIARY}|(?:on\s+|in\s+|over\s+)?(?:what|which)\s+(?:\w+\s+)?(?:dates?|year|month|day)s?|since\s+when")),
    ("name", _opens(r"who|whose|whom|which\s+(?:hmis?|inspectors?|person|people)|what(?:['’]s| is| was| were| are)\s+the\s+names?|name\s+of"
                    r"|what\s+(?:is|was)\s+\w+(?:\s+\w+){0,3}\s+called")),
    ("list", _opens(_LIST)),
    ("yes/no", _opens(rf"{_AUXILIARY}\s+(?!not\b)\w+|any")),
    ("finding", _opens(r"what|which|how|where")),
)
_ANYWHERE: tuple[tuple[Expectation, re.Pattern[str]], ...] = (
    ("grade", re.compile(r"\b(?:graded?|rat(?:ed|ing)|overall\s+effectiveness|judged\s+(?:as|to\s+be|good|outstanding|inadequate))\b|\b(?:get|got|given|awarded)\s+(?:a|an)\s+"
                         r"(?:good|outstanding|inadequate|requires\s+improvement)\b(?=\s+(?:in|from|for|like|overall|grade|rating|too)\b|\s*[?.,]|\s*$)", re.IGNORECASE)),
    ("figure", re.compile(r"(?<!\d)%|\b(?:number|percentage|proportion|share|rate|average|size|amount|cost)s?\s+of\b|\bpercentages?\b|\bnumbers\b|\boverspend\b|\bunderspend\b"
                          r"|\bwaiting\s+times?\b|\b(?:re-?referral|vacancy|turnover)\s+rates?\b", re.IGNORECASE)),
    ("list", re.compile(r"\brecommendations?\b|\bareas?\s+(?:for|to)\s+improve(?:ment)?\b|\bmain\s+\w+s\b|\bpriority\s+actions?\b|\bwhere\b.{0,40}\bfurther\s+to\s+go\b",
                        re.IGNORECASE)),
)  # fmt: skip


def expects(question: str, places: int = 0, papers: int = 0) -> Expectation:
    """The kind of answer wanted. `places` is how many places are named, `papers` how many different years of theirs
    are named for which papers are held: two of either make a comparison where the question sets them side by side."""
    earliest = _earliest(question)
    asked = bool(_COMPARES.search(question))
    if places >= 2 and (asked or earliest not in ("date", "name")):
        return "comparison"
    if papers >= 2 and (asked or earliest not in ("figure", "date", "name", "grade")):
        return "comparison"
    if places == 0 and _ASKS_TO_COMPARE.search(question):
        return "comparison"
    anywhere = next((kind for kind, pattern in _ANYWHERE if pattern.search(question)), None)
    if earliest is None:
        return anywhere or "finding"
    if earliest in ("yes/no", "finding") and anywhere == "grade":
        return "grade"
    if earliest == "finding" and anywhere == "list":
        return "list"
    return earliest


def _earliest(question: str) -> Expectation | None:
    """What the question word says that comes first; at the same place the more special reading."""
    best: tuple[int, int, Expectation] | None = None
    for order, (kind, pattern) in enumerate(_OPENERS):
        if match := pattern.search(question):
            # Where the question proper starts, behind the punctuation or "and" that opens it.
            start = match.start() + len(re.match(r"\W*(?:(?:and|so|but|\d{4})\s+)?\W*", match.group(), re.IGNORECASE)[0])  # type: ignore[index]
            if best is None or (start, order) < best[:2]:
                best = (start, order, kind)
    return best[2] if best else None
