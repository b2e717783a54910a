"""Citation recall and precision as the literature has them, with the judges that stand in for its model or its people.

Gao and others, Enabling Large Language Models to Generate Text with Citations (ALCE), 2023, arXiv 2305.14627, and Liu
and others, Evaluating Verifiability in Generative Search Engines, 2023, arXiv 2304.09848. Both ask of each sentence of
an answer whether its citations, taken together, support it (recall), and of each citation whether it has a part in it
(precision). ALCE takes the mean over answers and lets a model of textual entailment judge; Liu and others count over
all sentences and let people judge, who may also call a support partial.

Here a sentence is a claim and a citation its quote, and a judge says yes or no. There are two:

- `verifier`: the program's own (`rag.verify`). Every claim that is shown has passed it, so that for our own answers its
  recall is 1 unless something broke between drafting and showing; it tells what other tools' answers are worth by the
  same rule. It withholds sentences in free words that a person would accept.
- `words`: nothing of the program's. All numbers of the sentence stand in the quotes, and nine tenths of its words. It
  is blind to the order of words, and so to who did what to whom.

Neither is a model of entailment, so the figures are not to be held against those of the papers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval import metrics
from eval.wording import numbers, words

Judge = Callable[[str, Sequence[str]], bool]  # (sentence, quotes) → do the quotes together support it?

_HELD = 0.9  # share of a sentence's words that its quotes hold where words judge


@dataclass(frozen=True, slots=True)
class Statement:
    """Whether a sentence's citations together support it, of each whether it does alone, and of each that does not
    whether the sentence falls without it."""

    supported: bool
    alone: tuple[bool, ...]
    needed: tuple[bool, ...]

    @property
    def precise(self) -> tuple[bool, ...]:
        """ALCE, section 3: a citation is irrelevant that does not support the sentence alone and that the others
        support it without. One of a sentence that is not supported has no part in anything."""
        return tuple(self.supported and (a or n) for a, n in zip(self.alone, self.needed, strict=True))

    @property
    def associated(self) -> tuple[bool, ...]:
        """Liu and others, section 2: a citation counts that fully supports its sentence, or that partially does where
        all together do and none does alone. Partial, for a judge who only says yes or no: the sentence falls without
        it."""
        partly = self.supported and not any(self.alone)
        return tuple(a or (partly and n) for a, n in zip(self.alone, self.needed, strict=True))


def statement(text: str, quotes: Sequence[str], judge: Judge) -> Statement:
    """What the judge says of a sentence and its quotes."""
    supported = bool(quotes) and judge(text, [*dict.fromkeys(quotes)])
    does = {quote: judge(text, [quote]) for quote in set(quotes)}
    return Statement(
        supported,
        tuple(does[quote] for quote in quotes),
        tuple(
            supported and not does[quote] and not judge(text, [*dict.fromkeys([*quotes[:i], *quotes[i + 1 :]])])
            for i, quote in enumerate(quotes)
        ),
    )


def alce(answers: Sequence[Sequence[Statement]]) -> dict[str, float | None]:
    """{"recall", "precision"}: means over the answers that say anything of Σ supported / sentences and Σ precise /
    citations; an answer without a citation has the precision 0."""
    said = [answer for answer in answers if answer]
    recalls = [sum(one.supported for one in answer) / len(answer) for answer in said]
    precisions = [_share([good for one in answer for good in one.precise]) or 0.0 for answer in said]
    return {"recall": metrics.mean(recalls), "precision": metrics.mean(precisions)}


def liu(answers: Sequence[Sequence[Statement]]) -> dict[str, float | None]:
    """{"recall", "precision", "f1"}: Σ supported / sentences and Σ associated / citations over all answers, and
    2·recall·precision / (recall + precision). Every sentence counts as worth verifying."""
    said = [one for answer in answers for one in answer]
    recall = _share([one.supported for one in said])
    precision = _share([good for one in said for good in one.associated])
    if recall is None or precision is None:
        return {"recall": recall, "precision": precision, "f1": None}
    both = recall + precision
    return {"recall": recall, "precision": precision, "f1": 2 * recall * precision / both if both else 0.0}


def measure(records: Iterable[metrics.Record]) -> dict[str, Any]:
    """{"sentences", "citations": counts, judge: {"alce": …, "liu": …}} over what the records assert; those that abstain
    assert nothing and are left out."""
    said = [(_question(record), record.get("claims") or []) for record in records if not metrics.abstained(record)]
    told: dict[str, Any] = {
        "sentences": sum(len(answer) for _, answer in said),
        "citations": sum(len(_quotes(claim)) for _, answer in said for claim in answer),
    }
    for name, judge in {"verifier": by_verifier, "words": by_words}.items():
        answers = [
            [statement(one.get("text") or "", _quotes(one), functools.partial(judge, question=asked)) for one in answer]
            for asked, answer in said
        ]
        told[name] = {"alce": _rounded(alce(answers)), "liu": _rounded(liu(answers))}
    return told


def by_verifier(text: str, quotes: Sequence[str], question: str = "") -> bool:
    """Does the program's verifier let the sentence stand on the quotes? "Yes" and "No" stand on the `question` too."""
    from rag.verify import assess

    return assess(text, quotes, question)[0] != "withheld"


def by_words(text: str, quotes: Sequence[str], question: str = "") -> bool:
    """Do the quotes together hold every number of the text and nine tenths of its words?"""
    held = {word for quote in quotes for word in words(quote)}
    own, counted = words(text), {number for quote in quotes for number in numbers(quote)}
    enough = sum(word in held for word in own) >= _HELD * len(own)
    return bool(own) and enough and all(number in counted for number in numbers(text))


def _question(record: metrics.Record) -> str:
    """What was asked, a follow-up in full."""
    return (record.get("understood") or {}).get("text") or record.get("question") or ""


def _quotes(claim: Mapping[str, Any]) -> list[str]:
    return [citation.get("quote") or "" for citation in claim.get("citations") or []]


def _share(good: Sequence[bool]) -> float | None:
    return sum(good) / len(good) if good else None


def _rounded(told: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 4) for name, value in told.items()}
