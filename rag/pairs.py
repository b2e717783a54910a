"""A question and a passage as one sequence of tokens, which is how the cross-encoder reads them.

    [CLS] question [SEP] headings and lead-in [SEP] sentence [SEP] sentence [SEP] …

The [CLS] stands for the passage, the [SEP] that closes a sentence for that sentence: the model's outputs there say how
likely each answers (Nogueira and Cho, Passage re-ranking with BERT, 2019, with one more mark a sentence).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import Passage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION_TOKENS = 48
ABOVE_TOKENS = 40  # of the headings and the lead-in, which say what the sentences are about


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids with their segments (0 for the question, 1 for the rest); `marks[i]` is the position that stands for
    sentence i. Sentences that the limit cuts off have none: `marks` is then shorter than the passage."""

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    marks: tuple[int, ...]


def above(passage: Passage) -> str:
    """The last two headings over a passage, and the lead-in of its first list where it stands elsewhere."""
    lead = next((s.text for s in passage.leads if s and s not in passage.sentences), "")
    return ". ".join(filter(None, (*passage.heading[-2:], lead)))


def pairs(tokenizer: Tokenizer, limit: int, question: str, passages: Sequence[tuple[str, Sequence[str]]]) -> list[Pair]:
    """One pair for each of `passages` ((what stands above it, its sentences)), each of at most `limit` tokens."""
    opening, closing = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    texts = [question, *(text for head, sentences in passages for text in (head, *sentences))]
    encoded = iter(tokenizer.encode_batch(texts, add_special_tokens=False))
    asked = next(encoded).ids
    return [
        joined(asked, next(encoded).ids, [next(encoded).ids for _ in sentences], limit, opening, closing)
        for _, sentences in passages
    ]


def joined(
    question: Sequence[int], head: Sequence[int], sentences: Sequence[Sequence[int]], limit: int,
    opening: int, closing: int,
) -> Pair:  # fmt: skip
    """The pair of a question and a passage that are token ids already; `opening` is [CLS] and `closing` is [SEP]."""
    asked = [opening, *question[:QUESTION_TOKENS], closing]
    ids = [*asked, *head[:ABOVE_TOKENS], closing]
    marks: list[int] = []
    for sentence in sentences:
        room = limit - len(ids) - 1
        if room <= 0:
            break
        ids += [*sentence[:room], closing]
        marks.append(len(ids) - 1)
    return Pair(tuple(ids), (0,) * len(asked) + (1,) * (len(ids) - len(asked)), tuple(marks))
