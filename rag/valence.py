"""Words that rate something, each on a scale with a good and a bad end: "prompt" and "delays" are ends of one scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ANY = "any"  # general words: they rate on every scale


@dataclass(frozen=True, slots=True)
class Valued:
    """Characters `start` to `end` of a plain text that rate on `scale`. `good` counts in that they are `negated`."""

    scale: str
    good: bool
    negated: bool
    start: int
    end: int


# scale → (good end, bad end), as patterns of whole words in lower case
_SCALES: dict[str, tuple[str, str]] = {
    "time": (
        r"timely|prompt(?:ly)?|quick(?:ly)?|swift(?:ly)?|on time|in time|in good time|speedy|fast(?: enough)?"
        r"|immediate(?:ly)?|within (?:statutory |the )?timescales?|without (?:\w+ )?delay",
        r"delay(?:s|ed)?|late|slow(?:ly)?|drift(?:ed|s)?|(?:for )?(?:far )?too long|overdue|backlogs?"
        r"|drag(?:s|ged|ging)? on|untimely|long waits?|behind schedule",
    ),
    "frequency": (
        r"regular(?:ly)?|frequent(?:ly)?|routine(?:ly)?|often enough",
        r"irregular(?:ly)?|infrequent(?:ly)?|sporadic(?:ally)?|rare(?:ly)?|seldom",
    ),
    "consistency": (
        r"consistent(?:ly)?|consistency",
        r"inconsistent(?:ly)?|inconsistenc(?:y|ies)|variab(?:le|ility)|patchy|uneven|too varied",
    ),
    "enough": (
        r"sufficient(?:ly)?|enough|plenty(?: of)?|ample",
        r"insufficient(?:ly)?|lack(?:s|ed|ing)?(?: of)?|shortages?(?: of)?|short of|too few|too little|scarce|scarcity"
        r"|not enough|limited",
    ),
    "safety": (r"safe(?:ly)?", r"unsafe|in danger|harmed"),
    "stability": (
        r"stable|stability|permanent",
        r"unstable|instability|turnover|too many changes|frequent changes|high vacanc\w+|churn",
    ),
    "load": (
        r"manageable|reasonable caseloads?",
        r"unmanageable|overstretched|overloaded|overwhelmed|overworked|too busy|too high|excessive|too much work"
        r"|higher than optimal|heavy (?:case|work)loads?|high caseloads?|stretched",
    ),
    "clarity": (r"clear(?:ly)?", r"unclear|confus(?:ed|ing|ion)|vague"),
    "currency": (r"up[ -]to[ -]date", r"out[ -]of[ -]date|outdated"),
    "change": (
        r"improv(?:e|es|ed|ing|ement|ements)|better|strengthened|getting better|made progress|progress made",
        r"wors(?:e|ened|ening)|deteriorat\w+|declin(?:e|ed|ing)|weakened|slipped",
    ),
    "number": (
        r"increas(?:e|es|ed|ing)|ris(?:e|en|ing)|rose|gone up|grew|grown|higher",
        r"decreas(?:e|es|ed|ing)|reduc(?:e|es|ed|tion|ing)|fall(?:en|ing)?|fell|gone down|come down|coming down"
        r"|going down|lower|dropped",
    ),
    "feeling": (
        r"happy|satisfied|pleased|valued|proud",
        r"unhappy|dissatisfied|frustrated|anxious about|let down",
    ),
    "togetherness": (
        r"joined[ -]up|well[ -]co-?ordinated|co-?ordinated|(?:works?|worked|working) (?:well |closely )?together"
        r"|collaborat\w+",
        r"disjointed|fragmented|unco-?ordinated|poorly co-?ordinated|in silos",
    ),
    ANY: (
        r"good enough|any good|good|well|strong(?:ly)?|effective(?:ly)?|excellent|outstanding|robust(?:ly)?"
        r"|positive(?:ly)?|high[ -]quality|impressive|thorough(?:ly)?|successful(?:ly)?|properly|helpful"
        r"|up to scratch|up to standard",
        r"requir(?:es|ed|ing) improvement(?: to be good)?|need(?:s|ed|ing)? (?:to (?:be )?improved?"
        r"|(?:further )?improvement)|not good enough|poor(?:ly)?|weak(?:ly|ness|nesses)?|ineffective(?:ly)?"
        r"|inadequate(?:ly)?|bad(?:ly)?|under-?developed|superficial|problems?|troubles?|difficult(?:y|ies)|shortcomings?|failings?"
        r"|failures?|concerns?|deficits?|gaps?|barriers?",
    ),
}
_WORDS = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        f"(?P<{scale}_{end}>{words})"
        for scale, ends in _SCALES.items()
        for end, words in zip(("good", "bad"), ends, strict=True)
    )
    + r")(?![\w-])"
)
_NEGATED = re.compile(
    r"\b(?:no|none|nobody|neither)(?:\W+(?!and\b|or\b|but\b)[\w'-]+){0,8}?\W*$"
    r"|(?:\b(?:not|never|nor|without|cannot|hardly|lack(?:s|ed|ing)?(?: of)?|fail(?:s|ed|ing)?|rarely|seldom"
    r"|insufficient(?:ly)?|far from|free (?:of|from)|less)\b|n't\b)(?:\W+(?!and\b|or\b|because\b)[\w'-]+){0,4}?\W*$"
)
# "reduced delays", "improve the poor records": what is done about it leaves open how it is.
_TOUCHED = re.compile(
    r"\b(?:reduc\w+|avoid\w*|prevent\w*|minimis\w+|tackl\w+|address\w*|improv\w+|challeng\w+|escalat\w+|rais\w+)"
    r"(?:\W+[\w'-]+){0,2}\W*$"
)
# What a paper may speak of without finding fault: "support for children with problems", "staff respond to concerns".
_MATTER = re.compile(r"problems?|troubles?|difficult(?:y|ies)|concerns?|barriers?|harmed|in danger")


def verdict(text: str) -> bool | None:
    """Whether all that judges in a plain text is good (True) or bad (False); None where it is mixed or nothing judges.
    That numbers rise or fall is neither, and troubles that are only spoken of are nobody's weakness."""
    found = {
        one.good for one in valued(text) if one.scale != "number" and not _MATTER.fullmatch(text, one.start, one.end)
    }
    return found.pop() if len(found) == 1 else None


def valued(text: str) -> Iterator[Valued]:
    """What rates in a plain text (see `rag.figures.plain`), in order."""
    for match in _WORDS.finditer(text):
        scale, end = match.lastgroup.rsplit("_", 1)  # type: ignore[union-attr]
        before = text[: match.start()]
        if end == "bad" and _TOUCHED.search(before):
            continue
        negated = bool(_NEGATED.search(before))
        yield Valued(scale, (end == "good") != negated, negated, match.start(), match.end())
