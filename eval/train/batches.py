"""Examples as tensors: token ids made once, groups of questions with their passages put together, ahead of their use.

A step of training looks at some questions, each with several passages; the losses compare these within each question.
So a batch keeps, beside the rows that the model reads, which question (`group`) each row and each sentence belongs to
and the how-manieth (`place`) it is there.
"""

from __future__ import annotations

import dataclasses
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch

from rag.pairs import QUESTION_TOKENS, Pair, joined

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from eval.train.examples import Example, Labelled
    from eval.train.judged import Judged

LIMIT = 256  # tokens of a question and a passage together
ALIGNED = 8  # rows are filled up to a multiple of this, which matrix units like
CLIP = 1.0  # longest gradient
AHEAD = 6  # batches that are put together before they are asked for

Value = TypeVar("Value")
Row = tuple[str, "np.ndarray | None"]  # a passage's id and which of its sentences answer, None where nobody looked
Group = tuple[str, Sequence[Row]]  # a question and the passages it is compared on


def device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def tokenizer_of(folder: Path) -> Tokenizer:
    """The tokenizer of the model in `folder`, which neither cuts nor fills up."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder)).backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class Tokens:
    """The token ids of every question and passage of some examples.

    `questions[text]` and `texts[id]` (a passage as it is indexed) are lists of ids; `parts[id]` is what stands above a
    passage and its sentences; `documents[id]` names its paper.
    """

    def __init__(self, tokenizer: Tokenizer, made: Sequence[Example]):
        self.opening, self.closing, self.padding, self.hidden = (
            tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "[PAD]", "[MASK]")
        )
        passages = {one.id: one for each in made for one in (*each.right, *each.near, *each.found)}
        self.documents = {id: id.rpartition("#")[0] for id in passages}
        self.questions = _encoded(tokenizer, {each.question: each.question for each in made})
        self.texts = _encoded(tokenizer, {id: one.text for id, one in passages.items()})
        self.parts = _encoded_parts(tokenizer, passages)

    def pair(self, question: str, id: str) -> Pair:
        """What the cross-encoder reads of a question and a passage."""
        head, sentences = self.parts[id]
        return joined(self.questions[question], head, sentences, LIMIT, self.opening, self.closing)

    def question(self, text: str) -> list[int]:
        """What the embedder reads of a question."""
        return [self.opening, *self.questions[text][: QUESTION_TOKENS - 2], self.closing]

    def text(self, id: str, most: int) -> list[int]:
        """What the embedder reads of a passage, at most so many tokens."""
        return [self.opening, *self.texts[id][: most - 2], self.closing]


def _encoded(tokenizer: Tokenizer, texts: dict[str, str]) -> dict[str, list[int]]:
    found = tokenizer.encode_batch(list(texts.values()), add_special_tokens=False)
    return {key: each.ids for key, each in zip(texts, found, strict=True)}


def _encoded_parts(tokenizer: Tokenizer, passages: dict[str, Labelled]) -> dict[str, tuple[list[int], list[list[int]]]]:
    flat = [text for one in passages.values() for text in (one.above, *one.sentences)]
    found = (each.ids for each in tokenizer.encode_batch(flat, add_special_tokens=False))
    return {id: (next(found), [next(found) for _ in one.sentences]) for id, one in passages.items()}


@dataclass(frozen=True, slots=True)
class Batch:
    """`rows` rows of `tokens` tokens and, in them, `sentences` sentences. Places are from 0.

    ids, mask (rows, tokens)    what the model reads; segments are 0 for the question, 1 for the rest
    answers, known (rows,)      whether the passage answers (1 or 0), and whether anybody looked
    group, place (rows,)        the question it is for, and the how-manieth of that it is
    row, mark (sentences,)      where the model's output for the sentence stands
    sentence_… (sentences,)     the same of sentences
    taught, sentence_taught     the teachers' log-odds, None where there are none
    """

    ids: torch.Tensor
    segments: torch.Tensor
    mask: torch.Tensor
    answers: torch.Tensor
    known: torch.Tensor
    group: torch.Tensor
    place: torch.Tensor
    row: torch.Tensor
    mark: torch.Tensor
    sentence_answers: torch.Tensor
    sentence_known: torch.Tensor
    sentence_group: torch.Tensor
    sentence_place: torch.Tensor
    taught: torch.Tensor | None = None
    sentence_taught: torch.Tensor | None = None

    def to(self, where: str) -> Batch:
        """The same on a device, copied while that computes."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return Batch(**{name: v if v is None else v.to(where, non_blocking=True) for name, v in values.items()})


def collate(tokens: Tokens, groups: Sequence[Group], judged: Judged | None = None) -> Batch:
    """One batch of all passages of `groups`, with what `judged` says of each where it is given."""
    rows = [(question, id, labels) for question, chosen in groups for id, labels in chosen]
    pairs = [tokens.pair(question, id) for question, id, _ in rows]
    ids, mask = filled([pair.ids for pair in pairs], tokens.padding)
    asked = np.array([len(pair.ids) - sum(pair.segments) for pair in pairs])
    segments = mask & (np.arange(ids.shape[1]) >= asked[:, None])

    sizes = np.array([len(chosen) for _, chosen in groups])
    group = np.repeat(np.arange(len(groups)), sizes)
    counts = np.array([len(pair.marks) for pair in pairs])
    row = np.repeat(np.arange(len(rows)), counts)
    known = np.array([labels is not None for *_, labels in rows])
    labels = [
        np.zeros(count, bool) if labels is None else labels[:count]
        for (*_, labels), count in zip(rows, counts, strict=True)
    ]
    values = {
        "ids": ids, "segments": segments, "mask": mask,
        "answers": np.array([labels is not None and labels.any() for *_, labels in rows], np.float32),
        "known": known, "group": group, "place": _places(sizes),
        "row": row, "mark": np.array([mark for pair in pairs for mark in pair.marks], np.int64),
        "sentence_answers": np.concatenate(labels).astype(np.float32), "sentence_known": known[row],
        "sentence_group": group[row], "sentence_place": _places(np.bincount(group[row], minlength=len(groups))),
    }  # fmt: skip
    if judged is not None:
        said = [judged[question, id] for question, id, _ in rows]
        values["taught"] = np.array([passage for passage, _ in said], np.float32)
        values["sentence_taught"] = np.concatenate([sentences for _, sentences in said]).astype(np.float32)
    return Batch(**{name: _pinned(torch.from_numpy(value)) for name, value in values.items()})


def filled(rows: Sequence[Sequence[int]], padding: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of ids as one array (rows, tokens), filled up with `padding`, and where the ids stand in it."""
    sizes = np.array([len(row) for row in rows])
    mask = np.arange(-(-sizes.max() // ALIGNED) * ALIGNED) < sizes[:, None]
    ids = np.full(mask.shape, padding, np.int64)
    ids[mask] = np.concatenate([np.asarray(row, np.int64) for row in rows])
    return ids, mask


def _places(sizes: np.ndarray) -> np.ndarray:
    """0, 1, … for as many as there are in each group: [2, 3] → [0, 1, 0, 1, 2]."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _pinned(tensor: torch.Tensor) -> torch.Tensor:
    """In memory that a graphics card copies from while it computes, where there is one."""
    return tensor.pin_memory() if torch.cuda.is_available() else tensor


def prefetch(jobs: Iterable[Callable[[], Value]]) -> Iterator[Value]:
    """The results of `jobs` in order, made in another thread; what a job raises is raised here."""
    done: queue.Queue[tuple[Value | None, BaseException | None] | None] = queue.Queue(AHEAD)

    def work() -> None:
        try:
            for job in jobs:
                done.put((job(), None))
        except BaseException as error:
            done.put((None, error))
        done.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (item := done.get()) is not None:
        value, error = item
        if error is not None:
            raise error
        yield value  # type: ignore[misc]


def descend(model: torch.nn.Module, optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    """One step against the gradient of `loss`, whose length over the model's parameters is cut to `CLIP`."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimiser.step()


def rate(step: int, steps: int, warm: int, least: float) -> float:
    """The share of the full learning rate at `step` (from 0): rising over the first `warm`, then falling to `least`."""
    return min((step + 1) / warm, max(least, (steps - step) / (steps - warm)))
