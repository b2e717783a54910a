"""The English local authorities responsible for children's services, and how to recognise them in running text.

`corpus/catalogue.csv` is the one list: name, provider number (URN) and page, codes, region and everyday short forms,
with the authorities that were abolished since inspections of the present kind began. `data/elsewhere.csv` names the
councils of Wales, Scotland and Northern Ireland, so that a question about one of them can be told that nothing is held.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from rag.spelling import Vocabulary, one_apart


@dataclass(frozen=True, slots=True)
class Authority:
    """One row of the list. Codes are empty where they are not known; `abolished` is the year in which it ended.
    `provider_page` is the inspectorate's page on it, which links to its reports."""

    name: str
    urn: str
    la_code: str
    ons_code: str
    region: str
    type: str
    provider_page: str = ""
    also_known_as: tuple[str, ...] = ()
    short_forms: tuple[str, ...] = ()
    statistical_neighbours: tuple[str, ...] = ()
    abolished: int | None = None
    successors: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The name without a note in brackets: "Dorset (before 2019)" and "Dorset" are one place."""
        return self.name.partition(" (")[0]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A council outside England, about which the papers read here hold nothing."""

    name: str
    nation: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters `start` to `end` of a text that name `place`. `end` includes a designation ("London Borough of",
    "City Council", "local authority"), and `designated` says that there is one; `exact` is False for a misspelling."""

    place: Authority | Elsewhere
    start: int
    end: int
    designated: bool = False
    exact: bool = True

    @property
    def name(self) -> str:
        return self.place.name


@lru_cache(maxsize=1)
def authorities() -> tuple[Authority, ...]:
    """Every authority of the list, by name."""
    return tuple(
        Authority(
            name=row["name"],
            urn=row["urn"],
            la_code=row["la_code"],
            ons_code=row["ons_code"],
            region=row["region"],
            type=row["type"],
            provider_page=row["provider_page"],
            also_known_as=_parts(row["also_known_as"], "|"),
            short_forms=_parts(row["short_forms"], "|"),
            statistical_neighbours=_parts(row["statistical_neighbours"], ","),
            abolished=int(row["abolished"]) if row["abolished"] else None,
            successors=_parts(row["successors"], "|"),
        )
        for row in _rows("corpus", "catalogue.csv")
    )


@lru_cache(maxsize=1)
def elsewhere() -> tuple[Elsewhere, ...]:
    """Councils of Wales, Scotland and Northern Ireland."""
    return tuple(Elsewhere(row["name"], row["nation"]) for row in _rows("rag.data", "elsewhere.csv"))


def authority(name: str) -> Authority | None:
    """The authority with exactly this name, or that this text as a whole names ("bucks", "Leeds City Council")."""
    for one in authorities():
        if one.name == name:
            return one
    named = find(name.strip().title() if name.islower() else name.strip())
    whole = [m for m in named if m.end - m.start == len(name.strip()) and isinstance(m.place, Authority)]
    return whole[0].place if whole else None  # type: ignore[return-value]


def find(text: str, asked: bool = False) -> tuple[Mention, ...]:
    """The authorities that a text names, in order; the longest name wins and mentions never overlap.

    Case does not matter, except for names that are ordinary words ("Reading", "Bury", "Bath"): without a capital these
    count only beside a year or a word such as "council". A name of seven letters or more may have one letter wrong; in
    a question that a person `asked`, who is told what it was read as, one of five.
    """
    words = list(_words(text, asked))
    found: list[Mention] = []
    i = 0
    while i < len(words):
        match = _longest(text, words, i)
        if match is None:
            i += 1
            continue
        length, place, exact = match
        if place is not None:
            mention = _designate(text, words[i].start, words[i + length - 1].end, place, exact)
            if _is_place(text, words, i, length, mention):
                found.append(mention)
        i += length
    return tuple(found)


# ── regions ──────────────────────────────────────────────────────────────────────────────────────────────────────

_REGIONS = {
    "London": r"(?:(?:inner|outer|greater)\s+)?london(?:['’]s)?"
    r"(?=\s+(?:boroughs?|councils?|(?:local\s+)?authorit|region))"
    r"|(?:across|in|around|of|inner|outer|greater)\s+(?:all\s+of\s+)?london(?!\s+borough)|^\W*london\W*$",
    "North East": r"north[\s-]east(?:ern)?",
    "North West": r"north[\s-]west(?:ern)?",
    "South East": r"south[\s-]east(?:ern)?",
    "South West": r"south[\s-]west(?:ern)?",
    "East Midlands": r"east\s+midlands?",
    "West Midlands": r"west\s+midlands?",
    "East of England": r"east(?:ern)?\s+(?:of\s+)?england",
    "Yorkshire and the Humber": r"york(?:shire|s)\s*(?:and|&)\s*(?:the\s+)?humber(?:side)?"
    r"|(?<!north\s)(?<!south\s)(?<!east\s)(?<!west\s)yorkshire",
}
# Bodies that carry a region's name are not the region; "south east London" is a part of one.
_REGION_RE = {
    name: re.compile(
        rf"(?<![\w-])(?:{pattern})(?!\w)(?!\s+(?:police|ambulance|nhs|fire|london|combined|regional))",
        re.IGNORECASE,
    )
    for name, pattern in _REGIONS.items()
}


def regions(text: str) -> tuple[str, ...]:
    """The English regions that a text names, in the order of the text. "North East Lincolnshire" names none."""
    return tuple(dict.fromkeys(name for _, _, name in region_spans(text)))


def region_spans(text: str) -> tuple[tuple[int, int, str], ...]:
    """The same, each as (start, end, region), as often as it is named."""
    taken = [(m.start, m.end) for m in find(text)]
    found = [
        (match.start(), match.end(), name)
        for name, pattern in _REGION_RE.items()
        for match in pattern.finditer(text)
        if not any(match.start() < end and start < match.end() for start, end in taken)
    ]
    return tuple(sorted(found))


def region(text: str) -> str | None:
    """The first region that a text names, or None."""
    return next(iter(regions(text)), None)


# ── how names are recognised ─────────────────────────────────────────────────────────────────────────────────────

# Names and short forms that are ordinary words when they carry no capital.
_WORDS_TOO = frozenset(
    ("reading", "bury", "bath", "barking", "wolves", "staffs", "wilts", "hove", "mk", "fife", "stirling")
)
# Phrases that begin or end like an authority's name and are something else.
_NOT_AUTHORITIES = """
    Newcastle under Lyme|Sutton Coldfield|Sutton in Ashfield|Sutton Bonington|Long Sutton|Bury St Edmunds
    Stoke Newington|Stoke Mandeville|Greater Manchester|Surrey Heath|East Surrey|Bradford on Avon|Kingston Lacy
    Kingston Blount|Derby Road|Bath Road|York Road|Reading Road|Liverpool Street|Leicester Square|New York
    Merton compliant|Merton compliance|Merton assessment|Merton assessments|Richmond North Yorkshire
    Newport Pagnell|Newport Isle of Wight|South Cambridgeshire|East Cambridgeshire|South Oxfordshire
    West Oxfordshire|North Warwickshire|South Derbyshire|North East Derbyshire|North West Leicestershire
    South Staffordshire|East Staffordshire|North Hertfordshire|East Hertfordshire|East Hampshire|West Lancashire
    North Norfolk|South Norfolk|Mid Suffolk|East Suffolk|West Suffolk|North Devon|Mid Devon|East Devon|West Devon
    North Dorset|West Dorset|East Dorset|Mid Sussex|Essex Street|East Northamptonshire|South Northamptonshire
    Westminster Hall|Westminster Abbey|Windsor Castle|Brighton Road|Durham Road|Royal Sutton Coldfield
    South Somerset|West Somerset|South Bedfordshire|Mid Bedfordshire|Chelsea's Choice
"""
_GAP = re.compile(r"[\s\-\ufffe‐‑–.]*")
_COMMA_GAP = re.compile(r"[\s\-\ufffe‐‑–.,]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|&")
_BEFORE = re.compile(
    r"(?:\bLBC?(?:\s+of)?|(?:the\s+)?(?:london|royal|metropolitan|unitary)\s+borough\s+of|(?:the\s+)?(?:city|county|borough)\s+of"
    r"|metropolitan\s+district\s+of|council\s+of)(?:\s+the)?(?:\s+(?:city|county)\s+of)?\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:['’]s)?\s+(?:(?:city|county|borough|metropolitan|district|unitary|royal|mbc|m\.b\.c\.)\s+){0,3}"
    r"(?:council|local\s+authority|la|mbc|bc|cc|lbc|authority|borough)(?![\w])(?!\s+tax)",
    re.IGNORECASE,
)
_CITY_OF = re.compile(r",?\s+(?:city|county)\s+of(?=\s*(?:$|[\r\n,;.?!)]|council\b|inspection\b))", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|cllr|councillor|sir|lord|lady|baroness|professor|prof)\.?\s+$", re.IGNORECASE
)
_YEAR = re.compile(r"[\s,:('’-]*(?:19|20)\d\d\b")
# "bury children's services", "in bury"; but "progress in reading" and "in the bath".
_SERVICE_AFTER = re.compile(
    r"\s+(?:children['’]?s\s+(?:services|social\s+care)|care\s+leavers|lscb|mash|ofsted|inspection)\b", re.IGNORECASE
)
_IN_BEFORE = re.compile(r"\b(?:in|from|near|at|to)\s+$", re.IGNORECASE)
_YEAR_BEFORE = re.compile(r"\b(?:19|20)\d\d[\s,:]+$")
_VERB_AFTER = re.compile(
    r"\s+(?:the|a|an|this|these|that|those|through|between|about|of|to|with|their|his|her|books?|stories"
    r"|(?:,\s*)?(?:and\s+)?(?:writing|maths|mathematics|spelling|phonics|numeracy|age|ages|skills|levels?|scores?|recovery))\b"
    r"|,\s*writing\b",
    re.IGNORECASE,
)


_SAME = {"&": "and", "saint": "st", "upon": "on", "upn": "on", "uopn": "on", "apon": "on", "upo": "on"}


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    start: int
    end: int
    shown: str
    exact: bool = True


def _rows(package: str, name: str) -> list[dict[str, str]]:
    with (resources.files(package) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parts(cell: str, separator: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in cell.split(separator) if p.strip())


def _key(word: str) -> str:
    word = word.casefold().replace("’", "'")
    return _SAME.get(word, word)


def _keys(form: str) -> tuple[str, ...]:
    return tuple(_key(w) for w in _WORD.findall(form))


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, ...], Authority | Elsewhere | None]:
    """Name as a tuple of word keys → whom it names; None for a phrase that is to be passed over."""
    table: dict[tuple[str, ...], Authority | Elsewhere | None] = {}
    for line in _NOT_AUTHORITIES.strip().splitlines():
        table |= {_keys(phrase): None for phrase in line.split("|")}
    for row in _rows("rag.data", "elsewhere.csv"):
        place = Elsewhere(row["name"], row["nation"])
        for form in (row["name"], *_parts(row["short_forms"], "|")):
            table[_keys(form)] = place
    for one in authorities():
        forms = [*one.also_known_as, *one.short_forms]
        if " (" not in one.name:
            forms.append(one.name)
        for form in forms:
            head, _, tail = form.partition(", ")
            if tail in ("City of", "County of"):
                forms += [head, f"{tail} {head}"]
            table[_keys(form.replace(",", ""))] = one
    return table


@lru_cache(maxsize=2)
def _vocabulary(asked: bool = False) -> Vocabulary:
    english = [k for k, place in _names().items() if isinstance(place, Authority)]
    alone = {one.name.casefold() for one in authorities()} if asked else set()
    targets = {w for k in english for w in k}
    return Vocabulary(targets, {w for k in _names() for w in k} | _WORDS_TOO, targets & alone)


@lru_cache(maxsize=1)
def _longest_name() -> int:
    return max(len(k) for k in _names())


def _words(text: str, asked: bool = False) -> Iterator[_Word]:
    vocabulary = _vocabulary(asked)
    names = _names()
    for match in _WORD.finditer(text):
        key = _key(match.group())
        if key in vocabulary.known:
            yield _Word(key, match.start(), match.end(), match.group())
        elif len(key) > 4 and key[-1] == "s" and names.get((key[:-1],)) and key[:-1] not in {*_WORDS_TOO, "york"}:
            yield _Word(key[:-1], match.start(), match.end(), match.group())  # "newhams": the apostrophe forgotten
        else:
            meant = vocabulary.correct(key)
            yield _Word(meant or key, match.start(), match.end(), match.group(), exact=meant is None)


def _longest(text: str, words: list[_Word], i: int) -> tuple[int, Authority | Elsewhere | None, bool] | None:
    """The longest name that begins with word `i`: how many words it has, whom it names, whether it is spelt so."""
    names = _names()
    best = None
    key: tuple[str, ...] = ()
    for j in range(i, min(i + _longest_name(), len(words))):
        if j > i:
            gap = text[words[j - 1].end : words[j].start]
            commas = key[:1] in (("bournemouth",), ("newry",), ("armagh",)) or words[j].key in ("city", "county")
            if not (_COMMA_GAP if commas else _GAP).fullmatch(gap):
                break
        key += (words[j].key,)
        if key in names:
            best = (j - i + 1, names[key], all(w.exact for w in words[i : j + 1]))
    near = _nearly(text, words, i, best[0] if best else 0)
    return near or best


@lru_cache(maxsize=1)
def _by_word() -> dict[tuple[int, str], list[tuple[str, ...]]]:
    """Names of several words by their first and by their second word, as (place in the name, word)."""
    table: dict[tuple[int, str], list[tuple[str, ...]]] = {}
    for key, place in _names().items():
        if len(key) > 1 and isinstance(place, Authority):
            table.setdefault((0, key[0]), []).append(key)
            table.setdefault((1, key[1]), []).append(key)
    return table


def _nearly(text: str, words: list[_Word], i: int, longer_than: int) -> tuple[int, Authority, bool] | None:
    """A name of several words, one of which has a letter wrong: "Noth Somerset" must not be taken for Somerset."""
    after = words[i + 1].key if i + 1 < len(words) else ""
    candidates = [*_by_word().get((0, words[i].key), ()), *_by_word().get((1, after), ())]
    found: dict[int, set[Authority]] = {}
    for key in candidates:
        here = words[i : i + len(key)]
        if len(key) <= longer_than or len(here) < len(key):
            continue
        wrong = [(w.key, k) for w, k in zip(here, key, strict=True) if w.key != k]
        if len(wrong) != 1 or any(not _GAP.fullmatch(text[a.end : b.start]) for a, b in pairwise(here)):
            continue
        word, meant = wrong[0]
        sure = len(key) >= 3 or (len(meant) >= 4 and word[0] == meant[0])
        near = one_apart(word, meant) or (meant == "on" and one_apart(word, "upon"))
        if sure and near and word not in _vocabulary().known:
            found.setdefault(len(key), set()).add(_names()[key])  # type: ignore[arg-type]
    if not found:
        return None
    length = max(found)
    return (length, found[length].pop(), False) if len(found[length]) == 1 else None


def _designate(text: str, start: int, end: int, place: Authority | Elsewhere, exact: bool) -> Mention:
    before = _BEFORE.search(text, max(0, start - 60), start)
    after = _CITY_OF.match(text, end) or _AFTER.match(text, end)
    designated = bool(before or after)
    begin = before.start() if before else start
    if before and text[begin : begin + 4].lower() == "the ":
        begin += len(text[begin:]) - len(text[begin + 3 :].lstrip())
    return Mention(place, begin, after.end() if after else end, designated, exact)


def _is_place(text: str, words: list[_Word], i: int, length: int, mention: Mention) -> bool:
    first = words[i]
    if _PERSON.search(text, max(0, first.start - 14), first.start):
        return False
    if length > 1 or first.key not in _WORDS_TOO:
        return True
    by_year = _YEAR.match(text, first.end) or _YEAR_BEFORE.search(text, max(0, first.start - 8), first.start)
    if mention.designated or by_year or _SERVICE_AFTER.match(text, first.end):
        return True
    if first.key in ("bury", "barking") and _IN_BEFORE.search(text, max(0, first.start - 6), first.start):
        return True
    if text[first.end : first.end + 2] in ("'s", "’s"):
        return True
    return first.shown[0].isupper() and not _VERB_AFTER.match(text, first.end)
