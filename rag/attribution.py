"""Whose words a quote is: those of the paper's publisher, or of whom the paper lets speak.

An inspection report's words are the inspectors', also where they retell what young people told them. In other papers
the sentence may name who says it ("The Director reported that …", "RESOLVED"), or stand in someone's speech. What can
not be told is None: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.authorities import Authority, find
from rag.types import Description
from rag.words import terms

INSPECTORS = "inspectors"
_UNTOLD = "the paper"  # where it does not say who publishes it
_INSPECTORS_OWN = re.compile(rf"{INSPECTORS}(?: \(.+\))?")
_INSPECTIONS = ("inspection", "focused visit", "monitoring visit")
_BEFORE, _BEHIND = 2500, 200  # characters of the page that are looked at around a quote

_SAYS = (
    r"(?:sa(?:id|ys?)|stat(?:ed?|es)|report(?:ed|s)?|add(?:ed|s)|explain(?:ed|s)?|advis(?:ed|es)|comment(?:ed|s)?|told"
    r"|ask(?:ed|s)?|query|queried|highlight(?:ed|s)|outlin(?:ed|es)|not(?:ed|es)|respond(?:ed|s)|confirm(?:ed|s)"
    r"|assur(?:ed|es)|felt|expressed|rais(?:ed|es)|acknowledg(?:ed|es)|warn(?:ed|s)|conclud(?:ed|es)|identif(?:ied|ies)"
    r"|show(?:ed|s)|suggest(?:ed|s)|describ(?:ed|es)|summaris(?:ed|es)|provid(?:ed|es)|present(?:ed|s)|list(?:ed|s))"
)
_PERSON = r"[A-Z][\w’'-]+(?:\s+(?:[A-Z]\.?|[A-Z][\w’'-]+)){0,3}"
_BODY = r"(?:committee|commission|panel|board|cabinet)"
_GROUP = (
    r"(?:(?:foster\s+)?(?:parents?|carers?)|mothers?|fathers?|(?:young|care[- ]experienced)\s+(?:people|persons?)"
    r"|child(?:ren)?(?:\s+in\s+care)?|care\s+leavers?|famil(?:y|ies)|social\s+workers?|staff|head\s?teachers?|partners)"
)
# At the head of a sentence; "(?i:…)" where the case of the letters tells nothing.
_OPENING = r"^\W*(?:(?i:however|also|in addition|in response|furthermore|finally),?\s+)?(?:(?i:according to)\s+)?"
_THEN = rf"(?:,[^,]{{1,80}},)?\s+(?:(?:also|then|further|has|have|had|be)\s+)*{_SAYS}\b"
_NAMED_FIRST = rf"(?:,|{_THEN})"  # "According to the council, …", "The council said …"

_INSPECTORS_SAY = re.compile(
    rf"{_OPENING}(?i:the\s+)?(?:Ofsted|(?i:inspectors?|HMI))\b(?:,|{_THEN}|\s+f(?:ou|i)nds?\b)"
    r"|\baccording to (?:Ofsted|(?:the\s+)?inspectors)\b"
    r"|\b(?:Ofsted|[Ii]nspectors)\s+(?:had\s+)?(?:found|noted|said|judged)\b"
)
_COUNCIL_SAYS = re.compile(rf"{_OPENING}(?i:the\s+|[\w’'-]+\s+)?(?i:council|local authority|borough)\b{_NAMED_FIRST}")
_REPORT_SAYS = re.compile(rf"{_OPENING}(?i:the|a|this)\s+(?:annual\s+)?report\b(?:\s+also)?{_NAMED_FIRST}")
_RESOLVED = re.compile(
    rf"^\W*(?:RESOLVED|Resolved|RECOMMENDED|AGREED)\b"
    rf"|^\W*(?i:the)\s+(?i:[\w\s&,-]{{0,40}}?{_BODY})\s+(?:RESOLVED|(?:then\s+|unanimously\s+)?"
    r"(?:resolved|agreed|noted|recommended|endorsed|asked|requested))\b"
)
_DECIDED = re.compile(r"(?:RESOLVED|RECOMMENDED|AGREED)\b[^\n]{0,40}[:–-]\s*$", re.MULTILINE)
_COUNCILLOR = re.compile(
    rf"{_OPENING}(?:The\s+[^,.]{{3,60}},\s+)?(?P<who>(?:Cllr|Councillor)\.?\s+{_PERSON}){_NAMED_FIRST}"
)
_CHAIR = re.compile(rf"{_OPENING}(?i:the)\s+(?:vice[- ])?(?i:chair(?:man|woman|person)?)\b{_NAMED_FIRST}")
_MEMBER = re.compile(
    rf"{_OPENING}(?i:(?P<one>a|one)\s+(?:committee\s+|commission\s+)?(?:member|councillor)"
    rf"|(?:some\s+|the\s+)?(?:members|councillors))\b(?:\s+of\s+the\s+{_BODY})?{_THEN}"
)
_OFFICER = re.compile(
    rf"{_OPENING}(?i:the|an?|one)\s+(?i:(?:lead\s+|report\s+|senior\s+)?officers?"
    rf"|(?:(?:corporate|assistant|deputy|strategic|interim|executive)\s+)*director|head\s+of\s+service|service\s+manager)\b(?!\s+general)(?:\s+(?:of|for)\s+[\w\s,&’'-]{{3,60}}?)?{_THEN}"
)
_GROUP_SAYS = re.compile(rf"{_OPENING}(?i:(?P<who>(?:one\s+|a\s+|some\s+|many\s+|most\s+)?{_GROUP})){_THEN}")
_BODY_SAYS = re.compile(
    rf"{_OPENING}(?:[Tt]he\s+)?(?P<who>[A-Z]{{3,6}}"
    rf"|(?:[A-Z][\w’'-]+\s+){{1,5}}(?:Partnership|Board|Trust|Service|Police|Authority))\b{_NAMED_FIRST}"
)

_MARKS = re.compile("[“”]")
_SPEAKER = re.compile(
    rf"(?P<who>[^.!?\n“”\"]{{3,170}}?)\s*\b(?:{_SAYS})(?:\s+(?:the\s+)?[\w’' -]{{1,40}})?\s*[:,]?\s*$",
)
_SPEAKER_BEHIND = re.compile(
    rf"^“?[^“”]{{0,600}}[,.!?]”\s*,?\s*(?:{_SAYS}\s+(?P<a>[^.“”\n]{{3,80}})|(?P<b>[^.“”\n]{{3,80}}?)\s+{_SAYS})"
)
_SENTENCE_ENDS = re.compile(r"[.!?][\"”’)]*\s+|\n\s*\n|\n\s*(?:[•◼\uf0b7-]|\d{1,3}\.)\s")


def attribution(description: Description, text: str, start: int, end: int) -> str | None:
    """Whose words `text[start:end]` are, as one may read it out: "inspectors (Ofsted)", "Newham Council", "a member of
    the committee". None where that cannot be told. `text` is the untouched text of the page."""
    source = _source(description)
    before = text[max(0, start - _BEFORE) : start]
    if speaker := _speaker(before, text[start : end + _BEHIND], end - start):
        return f"{speaker}, quoted by {source or _UNTOLD}"
    if description.value("kind") in _INSPECTIONS:
        return source
    opening = _opening(before)
    sentence = " ".join(f"{opening}{text[start:end]}".split())
    named = next((who for cue in _CUES if (who := cue(sentence, before, description))), None)
    if named is None or named == source:
        return source
    return f"{named}, as reported by {source or _UNTOLD}"


def according_to(said: str | None, text: str = "") -> str:
    """The words that tell a reader so, "according to Newham Council". Empty where the words are the inspectors' own,
    and where it cannot be told whose they are. Whom the `text` names itself, as in "The report says …", is left out."""
    if said is None or _INSPECTORS_OWN.fullmatch(said):
        return ""
    who, _, source = said.partition(", as reported by ")
    if source and not set(terms(who)).isdisjoint(terms(text)):
        return f"according to {source}" if source != _UNTOLD else ""
    return f"according to {said}"


def _source(description: Description) -> str | None:
    """Who wrote the paper: its publisher, a council by its own name."""
    publisher = description.value("publisher")
    if description.value("kind") in _INSPECTIONS:
        return f"{INSPECTORS} ({publisher})" if publisher else INSPECTORS
    if publisher is None:
        return None
    council = next((m.place for m in find(publisher) if m.designated or ".gov.uk" in publisher.lower()), None)
    return _council(council) if isinstance(council, Authority) else publisher


def _council(one: Authority) -> str:
    return f"{one.place} County Council" if one.type == "County" else f"{one.place} Council"


def _of_authority(description: Description) -> str | None:
    place = description.value("authority")
    one = next((m.place for m in find(place)), None) if place else None
    return _council(one) if isinstance(one, Authority) else None


# ── speech ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _speaker(before: str, behind: str, length: int) -> str | None:
    """Who speaks, where the quote stands wholly in speech: a mark opens it and none closes it before the quote. A
    speech of several paragraphs opens each with a mark and closes only the last."""
    quote = behind[:length]
    marks = list(_MARKS.finditer(before))
    is_open = bool(marks) and marks[-1][0] == "“"
    if not (is_open or quote.lstrip().startswith("“")) or re.search(r"”\W*\w", quote):
        return None
    opening = len(before)
    for mark in reversed(marks):
        if mark[0] == "”":
            break
        opening = mark.start()
        if match := _SPEAKER.search(before[max(0, opening - 230) : opening]):
            return _name(match["who"])
    if match := _SPEAKER.search(before[max(0, opening - 230) : opening]):
        return _name(match["who"])
    if match := _SPEAKER_BEHIND.search(behind):
        return _name(match["a"] or match["b"])
    return None


def _name(who: str) -> str | None:
    """ "Cllr Ann Brown, Cabinet Member for …" → "Cllr Ann Brown"; None for a mere pronoun."""
    name = re.sub(r"^(?:and|but|as|when)\s+", "", " ".join(who.split()).split(",")[0].strip(" ’'"), flags=re.IGNORECASE)
    if re.fullmatch(r"(?:s?he|they|it|who|which|one|and|also)?", name, re.IGNORECASE):
        return None
    return (
        name if re.match(r"[A-Z]", name) and not re.match(r"(?:The|A|An|One|Some|Many|Young)\b", name) else _lower(name)
    )


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


# ── who says it, in the sentence itself ──────────────────────────────────────────────────────────────────────────


def _opening(before: str) -> str:
    """What stands of the sentence before the quote."""
    ends = list(_SENTENCE_ENDS.finditer(before))
    return before[ends[-1].end() :] if ends else before


def _inspectors(sentence: str, before: str, description: Description) -> str | None:
    return INSPECTORS if _INSPECTORS_SAY.search(sentence) else None


def _decision(sentence: str, before: str, description: Description) -> str | None:
    if description.value("kind") != "committee paper":
        return None
    if not _RESOLVED.search(sentence) and not _DECIDED.search(before.rstrip(" \t\r\n")):
        return None
    return _committee(description)


def _committee(description: Description) -> str:
    """ "a scrutiny committee of Newham Council", from the title and the authority, as far as they say."""
    title = description.value("title") or ""
    body = re.search(rf"\b{_BODY}\b", title, re.IGNORECASE)
    name = body[0].lower() if body else "committee"
    if name == "cabinet":
        said = "the cabinet"
    else:
        said = f"a scrutiny {name}" if re.search(r"\bscrutiny\b", title, re.IGNORECASE) else f"a {name}"
    council = _of_authority(description)
    return f"{said} of {council}" if council else said


def _report(sentence: str, before: str, description: Description) -> str | None:
    if not _REPORT_SAYS.search(sentence):
        return None
    return "a report to the committee" if description.value("kind") == "committee paper" else "a report"


def _of_council(sentence: str, before: str, description: Description) -> str | None:
    return _of_authority(description) or "the council" if _COUNCIL_SAYS.search(sentence) else None


def _councillor(sentence: str, before: str, description: Description) -> str | None:
    match = _COUNCILLOR.search(sentence)
    return match["who"] if match else None


def _member(sentence: str, before: str, description: Description) -> str | None:
    if description.value("kind") != "committee paper":
        return None
    if _CHAIR.search(sentence):
        return "the chair of the committee"
    match = _MEMBER.search(sentence)
    return None if match is None else "a member of the committee" if match["one"] else "members of the committee"


def _officer(sentence: str, before: str, description: Description) -> str | None:
    return "an officer" if _OFFICER.search(sentence) else None


def _group(sentence: str, before: str, description: Description) -> str | None:
    match = _GROUP_SAYS.search(sentence)
    return _lower(match["who"]) if match else None


def _body(sentence: str, before: str, description: Description) -> str | None:
    match = _BODY_SAYS.search(sentence)
    return f"the {match['who']}" if match else None


_CUES: tuple[Callable[[str, str, Description], str | None], ...] = (
    _decision, _councillor, _member, _officer, _report, _of_council, _group, _inspectors, _body,
)  # fmt: skip
