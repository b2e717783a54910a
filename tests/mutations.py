"""Ways to falsify a sentence, each a function from a sentence to the false ones that it can make of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

Mutation = Callable[[str], Iterator[str]]

_FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
_MONTHS = "January February March April June July August September October November December".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_TURNED = {
    "more": "fewer", "fewer": "more", "increased": "decreased", "decreased": "increased", "increase": "reduction",
    "reduction": "increase", "reduced": "increased", "higher": "lower", "lower": "higher", "rose": "fell",
    "fell": "rose", "improved": "deteriorated", "improving": "worsening", "improvement": "deterioration",
    "better": "worse", "stronger": "weaker", "strong": "weak", "weak": "strong", "above": "below", "below": "above",
    "timely": "late", "good": "poor", "poor": "good", "effective": "ineffective", "consistent": "inconsistent",
    "sufficient": "insufficient", "appropriate": "inappropriate", "always": "never", "early": "late",
}  # fmt: skip
_GRADES = {
    "requires improvement": "good", "Requires improvement": "Good", "inadequate": "good", "adequate": "outstanding",
    "judged good": "judged outstanding", "be good": "be outstanding", "as good": "as outstanding",
    "is good": "is outstanding", "'Good'": "'Outstanding'", "Good": "Outstanding",
}  # fmt: skip
_LIMIT = re.compile(
    r"\b(?:[Aa] (?:very )?small number of|[Aa] minority of|[Tt]he majority of|[Mm]ost(?: of)?|[Ss]ome(?: of)?|[Aa]lmost"
    r"|[Mm]any|[Ss]everal|[Ss]ometimes|[Gg]enerally|[Uu]sually|[Oo]ften) "
)
_WEAKENED = re.compile(r"\b((?:not|n't|n’t)) (?:always|consistently|routinely|yet|sufficiently|fully|all) ")
_NEGATION = re.compile(r"\b(?:not|no|never|without) |n[’']t\b")


def _swapped(text: str, at: re.Match[str], by: str) -> str:
    return text[: at.start()] + by + text[at.end() :]


def other_figure(text: str) -> Iterator[str]:
    for match in _FIGURE.finditer(text):
        digits = match[0]
        yield _swapped(text, match, str((int(digits[0]) % 9) + 1) + digits[1:])
        yield _swapped(text, match, digits[:-1] + str((int(digits[-1]) + 3) % 10) if digits[:-1] else digits + "0")


def two_figures_swapped(text: str) -> Iterator[str]:
    found = list(_FIGURE.finditer(text))
    for a, b in itertools.pairwise(found):
        # "25 May 2017" and "2017 May 25" are one day.
        if a[0] != b[0] and text[a.end() : b.start()].strip() not in (*_MONTHS, "May"):
            yield text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


def other_number_word(text: str) -> Iterator[str]:
    for match in re.finditer(rf"\b(?:{'|'.join(_WORDS[1:])})\b", text):
        yield _swapped(text, match, _WORDS[_WORDS.index(match[0]) - 1])


def negation_dropped(text: str) -> Iterator[str]:
    for match in _NEGATION.finditer(text):
        yield _swapped(text, match, "")


def limit_dropped(text: str) -> Iterator[str]:
    for match in _LIMIT.finditer(text):
        yield _swapped(text, match, "")


def weakening_dropped(text: str) -> Iterator[str]:
    for match in _WEAKENED.finditer(text):
        yield _swapped(text, match, f"{match[1]} ")


def other_month(text: str) -> Iterator[str]:
    for match in _MONTH.finditer(text):
        yield _swapped(text, match, _MONTHS[_MONTHS.index(match[0]) - 1])


def other_year(text: str) -> Iterator[str]:
    for match in _YEAR.finditer(text):
        yield _swapped(text, match, str(int(match[0]) + 1))


def other_place(text: str) -> Iterator[str]:
    for match in re.finditer(r"\b(?:Newham|Newcastle|London|England)\b", text):
        yield _swapped(text, match, "Croydon")


def other_person(text: str) -> Iterator[str]:
    for match in re.finditer(r"\b(?:Bailey|Ruiz|Sarah|Shirley|Whippey|Canto|Edwards|Summers)\b", text):
        yield _swapped(text, match, "Porter")


def other_grade(text: str) -> Iterator[str]:
    for grade, better in _GRADES.items():
        for match in re.finditer(rf"(?<!\w){re.escape(grade)}(?!\w)", text):
            yield _swapped(text, match, better)


def turned(text: str) -> Iterator[str]:
    for match in re.finditer(r"[A-Za-z]+", text):
        if other := _TURNED.get(match[0]):
            yield _swapped(text, match, other)


def share_in_another_form(text: str) -> Iterator[str]:
    for match in re.finditer(r"(\d+(?:\.\d+)?)(?:%| per cent)(?! ?%)", text):
        yield _swapped(text, match, match[1])
        yield _swapped(text, match, "two thirds")
        yield _swapped(text, match, "half")


def other_length(text: str) -> Iterator[str]:
    units = {"weeks": "months", "months": "years", "days": "weeks", "years": "months", "hours": "days"}
    for match in re.finditer(rf"(?<=\d )(?:{'|'.join(units)})\b", text):
        yield _swapped(text, match, units[match[0]])


def bound_added(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<=\s)\d+(?:[.,]\d+)*%", text):
        if not re.search(r"\b(?:almost|nearly|than|over|under) $", text[: match.start()], re.IGNORECASE):
            yield _swapped(text, match, f"more than {match[0]}")
            yield _swapped(text, match, f"nearly {match[0]}")


def disguised(text: str) -> Iterator[str]:
    """Other signs that look like the figures and letters, or that cannot be seen."""
    for match in _FIGURE.finditer(text):
        figure = match[0]
        if len(figure) > 1:
            yield _swapped(text, match, f"{figure[0]}\u200b{figure[1:]}")
            yield _swapped(text, match, f"{figure[0]}\u2060{figure[1:]}")
            yield _swapped(text, match, f"{figure[0]}\u00a0{figure[1:]}")
            yield _swapped(text, match, f"{figure[0]}\u0338{figure[1:]}")
        yield _swapped(text, match, "".join(chr(0x660 + int(c)) if c.isdigit() else c for c in figure))
        yield _swapped(text, match, "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] if c.isdigit() else c for c in figure))
        if match.start() and text[match.start() - 1] == " ":
            yield _swapped(text, match, f"\u2212{figure}")
            yield _swapped(text, match, f"-{figure}")
    for match in re.finditer(r"[aeo]", text):
        yield _swapped(text, match, {"a": "а", "e": "е", "o": "о"}[match[0]])  # Cyrillic
        return


def count_dropped(text: str) -> Iterator[str]:
    """ "87% of the children" → "the children", where no other figure is left."""
    for match in re.finditer(r"\b\d+(?:\.\d+)?(?:%| per cent) of ", text):
        false = _swapped(text, match, "")
        if not re.search(r"\d", false) and not re.search(rf"\b(?:{'|'.join(_WORDS)})\b", false):
            yield false


def whole_clause_only(text: str) -> Iterator[str]:
    """What is said or wished, without that it is so."""
    for match in re.finditer(r"^.{0,60}?\b(?:said|told inspectors|reported|felt|stated) that ", text):
        rest = text[match.end() :]
        yield rest[:1].upper() + rest[1:]
    for match in re.finditer(r"\bshould be\b", text):
        yield _swapped(text, match, "is")


def limit_behind_dropped(text: str) -> Iterator[str]:
    for match in re.finditer(
        r" (?:for|in|by) (?:most|some|a minority of|a small number of|many) [\w-]+(?=[.,;])", text
    ):
        yield _swapped(text, match, "")


def reason_made(text: str) -> Iterator[str]:
    given = (
        r"\b(?:because|since|so|thus|therefore|result|due|given|reason|impact|factor|led|lead|mean|caus|ensur|enabl"
        r"|explain|attribut|thanks|driven|undermin)"
    )
    for match in re.finditer(r", and (?=\w+ \w)", text):
        if not re.search(given, text):
            yield _swapped(text, match, " because ")


def exception_dropped(text: str) -> Iterator[str]:
    for match in re.finditer(r",? (?:except|apart from|other than|excluding) [^.,;]+", text):
        yield _swapped(text, match, "")


MUTATIONS: tuple[Mutation, ...] = (
    other_figure, two_figures_swapped, other_number_word, negation_dropped, limit_dropped, weakening_dropped,
    other_month, other_year, other_place, other_person, other_grade, turned, share_in_another_form, other_length,
    bound_added, disguised, count_dropped, whole_clause_only, limit_behind_dropped, reason_made, exception_dropped,
)  # fmt: skip


# ── what leaves a sentence true ──────────────────────────────────────────────────────────────────────────────────


def figures_as_words(text: str) -> Iterator[str]:
    for match in _FIGURE.finditer(text):
        if match[0].isdigit() and 1 <= int(match[0]) <= 12 and not text[match.end() :].startswith(("%", " per cent")):
            yield _swapped(text, match, _WORDS[int(match[0]) - 1])


def words_as_figures(text: str) -> Iterator[str]:
    for match in re.finditer(rf"\b(?:{'|'.join(_WORDS[1:])})\b", text):
        yield _swapped(text, match, str(_WORDS.index(match[0]) + 1))


def other_typography(text: str) -> Iterator[str]:
    yield text.replace("'", "’").replace("-", "‐")
    yield text.replace(" ", "\u00a0")
    yield text.rstrip(".")
    yield text.replace("%", " per cent") if "%" in text else text


HARMLESS: tuple[Mutation, ...] = (figures_as_words, words_as_figures, other_typography)
