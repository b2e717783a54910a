"""Where sentences begin and end in cleaned text."""

from __future__ import annotations

import re

# Never the end of a sentence, whatever follows.
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "st",
        "prof",
        "rev",
        "cllr",
        "cllrs",
        "sir",
        "hon",
        "messrs",
        "e.g",
        "eg",
        "i.e",
        "ie",
        "cf",
        "viz",
        "vs",
        "v",
        "approx",
        "para",
        "paras",
        "pp",
        "vol",
        "ed",
        "eds",
        "fig",
        "figs",
        "art",
        "ch",
        "sec",
        "nos",
        "dept",
    ]
)
# The end of a sentence only where what follows does not look like their continuation.
_BEFORE_FIGURE = frozenset(["no", "p", "tel", "ext", "s", "ss", "reg"])
_OFTEN_LAST = frozenset(["etc", "al", "inc", "ltd", "co", "plc", "jr", "sr", "a.m", "p.m", "am", "pm", "ph.d"])
# Possessive, and begun only at the first stop of a run: a page of leader dots must not be tried from every dot.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’‘)\]»]*+(?:\[\d{1,3}\])?(?=\s)")
# A stop that was printed without the space behind it: "… when they need to.The …", but no "www.Place.gov.uk".
_GLUED = re.compile(r"(?<=\s)[a-z]+\.(?=[A-Z][a-z]*\s)")
_TOKEN = re.compile(r"[^\s(\[‘“\"']+$")
_OPENERS = "\"'“‘([«"
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]$")
_OPENING = re.compile(
    r"\s+(?:The|This|That|These|Those|There|They|Their|In|It|Its|At|As|A|An|All|Any|And|But|By|For|From|However|If|He|She|We|"
    r"Since|When|Where|While|Who|What|Some|Most|Many|No|Not|On|One|Of|Although|After|Before|Despite|With|Children)\b"
)
# "(Recommendation)", "(Paragraphs 104 - 105)": a remark behind the stop belongs to the sentence it remarks on.
_REMARK = re.compile(r"\s*\([^().!?]{1,60}\)\.?(?=\s|$)")
_MARK = re.compile(r"[.!?][\"'”’)\]]?(\d{1,2})(?=\s+[\"'“‘(]?[A-Z])")


def split(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence of cleaned `text`, without the white space between them."""
    found = []
    at = _skip(text, 0)
    ends = {match.end(): match for match in _STOP.finditer(text) if _ends(text, match)}
    # A footnote mark glued to the full stop belongs to the sentence before it ("… visits.4 The …"); "8.5 The" is told
    # from it by the digit before the point.
    for match in _MARK.finditer(text):
        if match.start() and not text[match.start() - 1].isdigit() and _ends(text, match):
            ends[match.end()] = match
    ends |= {match.end(): match for match in _GLUED.finditer(text)}
    for end in sorted(ends):
        if end > at:
            if found and not any(c.isalnum() for c in text[at:end]):
                # A stray stop or sign is no sentence of its own.
                found[-1] = (found[-1][0], end)
                at = _skip(text, end)
                continue
            if remark := _REMARK.match(text, end):
                end = remark.end()
            found.append((at, end))
            at = _skip(text, end)
    rest = len(text.rstrip())
    if at < rest:
        if found and not any(c.isalnum() for c in text[at:rest]):
            found[-1] = (found[-1][0], rest)
        else:
            found.append((at, rest))
    return found


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether the stop at `match` ends a sentence."""
    after = _skip(text, match.end())
    follow = text[after : after + 2]
    if not follow:
        return True
    start = follow[1:] if follow[0] in _OPENERS else follow[0]
    if start and start[0].islower():
        # "… interviews.) and …", "What next? asked …": no sentence begins with a small letter.
        return False
    stop = match[0]
    if not stop.startswith(".") or stop.startswith(".."):
        return True
    before = _TOKEN.search(text, max(0, match.start() - 30), match.start())
    token = before[0] if before else ""
    word = token.lower().strip("“‘(\"'")
    if word in _TITLES:
        return False
    closed = len(stop) > 1
    if word in _BEFORE_FIGURE and follow[0].isdigit():
        return False
    if word in _OFTEN_LAST:
        return start[:1].isupper()
    if _INITIALS.fullmatch(token) and not closed:
        # "J. Smith" and "H.M. Inspectors", but "… of child M. The board …": no name begins as sentences do.
        return bool(_OPENING.match(text, match.end()))
    # "1. Children who …": a number that opens the text is a list mark, no sentence.
    return not (word.isdigit() and len(word) <= 3 and not text[: match.start()].strip(" 0123456789"))
