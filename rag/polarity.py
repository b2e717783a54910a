"""Does a sentence of a paper say Yes or No to a question? Told only where it is plain; everything else is None.

The question is taken apart into what it asks about (its terms), whether it asks for something good or bad of it ("in
good time?", "delays?") and how much it claims ("any", "all"). The sentence must then speak of the same thing and affirm
or negate it in one clause without a limit: "some", "most" and "not always" are neither Yes nor No to a plain question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.figures import figures, plain
from rag.valence import ANY, Valued, valued
from rag.vocabulary import written
from rag.words import terms

SPOKEN_OF = 0.5  # share of what is asked about that must be spoken of, where the sentence rates it
SAID = 0.7  # the same where the sentence must say the thing itself

_AUXILIARY = (
    r"(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would"
    r"|(?:is|are|did|do|does|was|were|has|have|had|could)n't)"
)
_ASKED = re.compile(
    rf"(?:^|[,:;?.(]\s*|\s-\s+|\b(?:and|so|but|(?:19|20)\d\d)\s+)(?:{_AUXILIARY}|any)\s+(?P<rest>[^?]+)"
)
_OTHER_QUESTION = re.compile(r"\b(?:what|why|how|who|whose|whom|which)\b|\b(?:when|where)\b(?![^?]*,)")
_FURTHER = re.compile(r"\s*(?:,|;|\s-\s|\band\b|\bbut\b)\s*(?:so\s+)?(?:what|why|how|who|whose|which|when|where)\b.*")
_AND_ASKED = re.compile(rf"(?:,|;|\s-\s|\band\b|\bbut\b)\s*(?:so\s+)?{_AUXILIARY}\s+(?!(?:been|not)\b)")
_SOURCE = re.compile(
    r"\([^)]*\)|\s-\s.*|,?\s*\b(?:according to|going by|per|as of|in|by|at|from|of)\s+(?:the\s+)?"
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
    r"|jul|aug|sept?|oct|nov|dec|spring|summer|autumn|winter|early|late|mid|latest|last)\b[\s-]*)?(?:\d{4}(?:/\d\d)?\b"
    r"|(?:report|inspection|visit)\b)(?:\s+(?:report|inspection|visit|ofsted\b.*))*"
)
_SAID_TO_BE = re.compile(
    r"^(?:it\s+(?:true|right|the case)\s+(?:that\s+)?|(?:ofsted|(?:the\s+)?inspectors?|they)\s+"
    r"(?:find|found|say|said|think|thought|report(?:ed)?|see|seen|conclude|notice)\s+(?:out\s+)?(?:that\s+|if\s+)?)"
)
# Two things at once, a choice, a comparison, a hindrance: no single sentence says yes or no to these.
_OF_SEVERAL = re.compile(
    r"\b(?:stop(?:s|ped)?|prevent\w*|struggl\w+|hold back|held back|or(?! not\b)|both|than|versus|vs|compared|between"
    r"|same|more often|differ\w*)\b"
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|without|nor|neither|cannot)\b|n't\b|\b(?:did|was|were)nt\b"
)
_FAILING = re.compile(r"\b(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|neglect(?:s|ed|ing)?) to\b")
_EXISTS = re.compile(r"^there\b|\b(?:any|anything|anyone|anybody|ever|some|something)\b")
_ALL = re.compile(r"\b(?:all|every|everyone|everything|each|always|fully|entirely|completely)\b")
_MOST = re.compile(r"\b(?:most|mostly|majority|generally|usually)\b")
# "did they know about the problems?": what stands behind a preposition is not what the question rates.
_OF_OBJECT = re.compile(
    r"\b(?:about|of|with|to|for|into|on|from|against|despite|during|after|by)\s+(?:[\w'-]+\s+){0,3}$"
)
_FEW = re.compile(r"(?<!\ba )\bfew\b")
_PRONOUN = re.compile(r"\b(?:they|it|them|their|its)\b")

_CLAUSE = re.compile(
    r"\s*(?:[;:]|\.(?=\s)|\b(?:but|however|although|though|while|whilst|whereas|despite|unless|except"
    r"|yet(?=\s+\w+ (?:is|are|do)))\b"
    r"|,\s*(?:and|which|who|with|as a result)\b)\s*,?"
)
# What is wished for, supposed or past is not said to be so.
_UNREAL = re.compile(
    r"\b(?:should|must|needs? to|would|could|might|may|will|if|whether|plan(?:s|ned)? to|intend\w*|aims? to|in order to"
    r"|ensure that|make sure|to ensure|previous(?:ly)?|historic(?:al)?(?:ly)?|in the past|at the time|until recently"
    r"|no longer|used to|had been|beginning to|starting to|begun to|becoming|expected to|recommend\w*"
    r"|potential(?:ly)?|planned|further work|await\w*|pending)\b"
)
_TASK = re.compile(
    r"^\W*(?:\d+\W+)?(?:ensure|improve|increase|strengthen|develop|review|make|take|provide|reduce|continue|raise|embed"
    r"|establish|implement|evaluate)\b"
)
# An area for improvement is put as a noun: "• The quality of plans." says nothing about them.
_NAMED = re.compile(
    r"^\W*(?:[•◼-]|the (?:quality|range|number|timeliness|consistency|effectiveness|availability|sufficiency|use)\b)"
    r"(?!.*\b(?:is|are|was|were|has|have|had|do|does|did|can|remains?|receives?)\b)"
)
_PARTLY_NOT = re.compile(
    r"\b(?:not|n't) (?:yet )?(?:always|all|every|everyone|fully|entirely|completely|in all|for all|universally)\b"
    r"|\bnot\b[^,;]{0,60}\b(?:for|in|by|to) (?:all|every)\b"
)
_LIMITED = re.compile(
    r"\b(?:some|sometimes|several|most|mostly|majority|minority|(?:a )?small (?:number|proportion|minority)"
    r"|(?:a )?few(?:er)?|almost|nearly|generally|usually|largely|mainly|partly|partially|occasionally|many|often"
    r"|in places|increasingly|about|over|only|typically|in part|relatively|tend(?:s|ed)?|other|others|limited number)\b"
)
_TOO_MANY = re.compile(r"\btoo (?:many|often|few|much)\b|\boften enough\b|\bmore than\b")
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|unable to|without|lack(?:s|ed|ing)?(?: of)?"
    r"|absence of|rarely|seldom|hardly|little|too few|insufficient(?:ly)?|fail(?:s|ed|ing|ure)?(?: to)?"
    r"|refus(?:e|es|ed|al)(?: to)?|struggl(?:e|es|ed)(?: to)?|not enough|limited|less|exempt\w*"
    r"|free from|free of|instead of|rather than|stop(?:s|ped)?|cease[sd]?|prevent\w*|avoid\w*"
    r"|exclud\w*|den(?:y|ies|ied)|withdr\w+|missing out on)\b|n't\b"
)
_TAKES_BACK = re.compile(rf"{_NOT.pattern}|\b(?:too early|yet|remains?|more work|further to go)\b")
_UNFINISHED = re.compile(r"\b(?:remains? outstanding|is outstanding|are outstanding|still to be|yet to be|yet to)\b")

# Words that nearly every question or sentence shares, and ways of asking.
_GENERAL = frozenset(
    terms(
        "children child kids young people council councils authority authorities local ofsted inspectors inspection "
        "report area place borough county city service services social care really actually properly still yet get got "
        "getting make made anything something everyone good job thing things way kind sort have having true find found "
        "right papers paper visit's any every always all most enough"
    )
)
# Everyday words and those that papers use for the same.
_SAME = tuple(
    frozenset(terms(group))
    for group in (
        "visit visited visits see seen saw",
        "plan plans planning",
        "worker workers staff practitioner practitioners pas advisers",
        "parent parents family families mum mums dad dads",
        "receive receives received offer offered offers given give provide provided provides access",
        "boss bosses manager managers leader leaders management leadership",
        "record recorded records recording written notes",
        "listen listened hear heard voice views",
        "supervise supervised supervision",
        "train trained training",
        "fix fixed tackle tackled resolve resolved addressed address",
        "house housed housing accommodation home homes",
        "school schools education educated",
        "talk talked speak spoken spoke interview interviewed",
        "know knows known aware understand understands understood",
        "job jobs employment work",
        "feel feels felt",
        "help helped helps support supported supports backed",
        "missing runaway runaways",
        "assess assessed assessment assessments",
    )
)


@dataclass(frozen=True, slots=True)
class _Question:
    terms: tuple[str, ...]  # what it asks about, without what rates it
    alike: Mapping[str, frozenset[str]]  # term → the terms of what papers write for it
    rated: tuple[Valued, ...]  # how it wants that to be
    exists: bool
    all: bool
    most: bool
    inverted: bool  # "did they fail to …": Yes is that they did not


def polarity(question: str, sentence: str) -> bool | None:
    """True where the sentence plainly says Yes to the question, False where it plainly says No, else None.

    None too for a question that is not one of yes or no, that is put in the negative ("are there no …?"), that offers a
    choice or compares, and for a sentence that only wishes, supposes or looks back."""
    asked = _read(question)
    if asked is None:
        return None
    said = plain(sentence)
    if _TASK.search(said) or _NAMED.search(said) or said.endswith("?"):
        return None
    answers = [(clause, _answer(asked, clause, said)) for clause in _clauses(said)]
    given = {answer for _, answer in answers if answer is not None}
    if len(given) != 1 or given == {"unclear"}:
        return None
    is_yes = given == {"yes"}
    # "…, but this is not yet effective": what another clause takes back, the sentence does not say.
    if is_yes and not _asks_for_bad(asked) and any(_takes_back(clause) for clause, answer in answers if answer is None):
        return None
    return is_yes


def _asks_for_bad(asked: _Question) -> bool:
    return bool(asked.rated) and not asked.rated[0].good


def _takes_back(clause: str) -> bool:
    return bool(_TAKES_BACK.search(clause)) or any(not one.good for one in valued(clause))


def _read(question: str) -> _Question | None:
    text = plain(question)
    match = _ASKED.search(text)
    if match is None or _OTHER_QUESTION.search(text[: match.start("rest")]):
        return None
    rest = _FURTHER.sub("", match["rest"])
    rest = _SAID_TO_BE.sub("", _SOURCE.sub(" ", f"{rest} ").strip())
    if _OF_SEVERAL.search(rest) or _AND_ASKED.search(rest) or _NEGATIVE.search(rest):
        return None
    inverted = bool(_FAILING.search(rest))
    rest = _FAILING.sub(" ", rest)
    before = _SOURCE.sub(" ", text[: match.start()]) if _PRONOUN.search(rest) else ""
    rated = tuple(one for one in valued(rest) if not _OF_OBJECT.search(rest[: one.start]))
    if rated and rated[0].start == 0:  # "did weak challenge hold it back?" asks about something else than weakness
        return None
    about = rest
    for one in sorted(rated, key=lambda v: -v.start):
        about = f"{about[: one.start]} {about[one.end :]}"
    kept = tuple(dict.fromkeys(t for t in terms(f"{before} {about}") if t not in _GENERAL | _places(question)))
    alike = {
        t: frozenset(found)
        for w in re.findall(r"[\w'-]+", f"{before} {about}")
        for t in terms(w)
        if (found := terms(written(w)))
    }
    return _Question(
        kept, alike, rated, bool(_EXISTS.search(rest)), bool(_ALL.search(rest)), bool(_MOST.search(rest)), inverted
    )


def _places(question: str) -> set[str]:
    from rag.authorities import find

    return {t for mention in find(question) for t in terms(question[mention.start : mention.end])}


def _clauses(said: str) -> Iterator[str]:
    at = 0
    for match in [*_CLAUSE.finditer(said), None]:
        clause = said[at : match.start() if match else len(said)].strip(" ,.")
        if clause:
            yield clause
        at = match.end() if match else at


def _answer(asked: _Question, clause: str, said: str) -> Literal["yes", "no", "unclear"] | None:
    """What the clause answers; "unclear" where it speaks of the matter without settling it, None where it does not."""
    if asked.rated:
        relevant = _relevant(asked, clause)
        if not relevant or _share(asked, said) < SPOKEN_OF:
            return None
        affirmed = _agrees(asked, clause, relevant)
    else:
        share = _share(asked, clause)
        if not asked.terms or share < SPOKEN_OF:
            return None
        affirmed = _affirms(asked, clause) if share >= SAID else None
    if affirmed is None or _UNREAL.search(clause) or not figures(" ".join(asked.terms)) <= figures(said):
        return "unclear"
    return _as_far_as(asked, clause, affirmed != asked.inverted)


def _as_far_as(asked: _Question, clause: str, is_yes: bool) -> Literal["yes", "no", "unclear"]:
    """The answer, given the limits that the clause sets and what the question claims."""
    limited = _LIMITED.search(_TOO_MANY.sub(" ", clause))
    if _PARTLY_NOT.search(clause):
        is_clear = asked.all and not is_yes
    elif asked.all:
        is_clear = not limited and (not is_yes or bool(_ALL.search(clause)))
    elif asked.most:
        is_clear = is_yes and bool(_MOST.search(clause))
    elif limited:
        is_clear = asked.exists and is_yes and not _FEW.search(clause)
    else:
        is_clear = True
    return "unclear" if not is_clear else "yes" if is_yes else "no"


def _relevant(asked: _Question, clause: str) -> list[Valued]:
    """What rates the matter in the clause, on the scales that the question asks about; a general word ("good",
    "problems") asks about every scale."""
    scales = {one.scale for one in asked.rated}
    found = list(valued(clause))
    if scales == {ANY}:
        return found
    return [one for one in found if one.scale in scales] if scales - {ANY} <= {one.scale for one in found} else []


def _agrees(asked: _Question, clause: str, relevant: Sequence[Valued]) -> bool | None:
    """Whether the clause rates the matter as the question wants it; None where it does both, or it cannot be told."""
    wanted = {one.good for one in asked.rated}
    found = {one.good for one in relevant}
    if len(wanted) > 1 or len(found) > 1:
        return None
    # "did not know that a child was unsafe": a negation of something else leaves the rating open.
    starts = {one.start for one in relevant}
    for negation in _NOT.finditer(clause):
        if negation.start() in starts:
            continue
        if not any(one.negated and negation.start() <= one.start for one in relevant):
            return None
    return wanted == found


def _affirms(asked: _Question, clause: str) -> bool | None:
    """Whether what is asked is said or negated; None where a negation stands behind all of it."""
    if _UNFINISHED.search(clause):
        return False
    negations = list(_NOT.finditer(clause))
    if not negations:
        return True if all(one.good for one in valued(clause)) else None
    if len(negations) > 1:
        return None
    behind = clause[negations[0].end() :]
    return False if _share(asked, behind) > 0 else None


def _share(asked: _Question, text: str) -> float:
    """The share of the question's terms that the text holds, in the same or in like words; 1 where it has none."""
    held = set(terms(text))
    for group in _SAME:
        if group & held:
            held |= group
    spoken = [t in held or bool((like := asked.alike.get(t)) and like <= held) for t in asked.terms]
    return sum(spoken) / len(spoken) if spoken else 1.0
