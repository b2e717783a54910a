"""Trains the cross-encoder that reads question and passage together: does it answer, and which of its sentences?

Three teachers are trained on the labels, from different layers and with different settings; a student then learns from
the mean of what they say of all that a search found, beside the labels (Hinton, Vinyals and Dean 2015, "Distilling the
knowledge in a neural network"), which makes it as good as the three together.

The loss is the same for passages and for sentences: listwise over those of a question, so that the right ones come
first, and binary, so that the log-odds mean something alone.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from eval.train.batches import Batch, Group, Row, Tokens, collate, descend, device, prefetch, rate
from eval.train.examples import Example, Labelled, aside
from eval.train.judged import Judged
from eval.train.say import say

ALONE = 0.5  # weight of the binary loss of passages beside their listwise one
SENTENCES = 2.0  # weight of the binary loss of sentences
LISTED_SENTENCES = 0.5  # weight of the listwise loss of sentences
LABELS = 0.3  # weight of the labels where there are teachers
STRAY = 0.25  # share of the questions that get a passage of another paper as well: people ask what papers never say
BEST = 3  # the first so many right passages of a search are used: further ones answer less well
HEAD_RATE = 1e-3  # of the two outputs, which start from chance
DECAY = 0.01  # of matrices; shifts and scales do not decay
LEAST = 0.02  # share of the rate that is left in the end
READ = 1024  # pairs that are judged together
TOLD = 50  # steps between two lines about the loss
NOTHING = -1e4  # log-odds of what is not there


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one is trained: `groups` questions a step, each with `near` passages beside the right one."""

    name: str
    seed: int
    rate: float
    groups: int
    near: int
    steps: int
    warm: int
    dropout: float = 0.1


# The numbers of steps are those that fitted into the time that there was, three or four times through all questions.
FIRST = Recipe("first teacher", seed=1, rate=3e-4, groups=32, near=5, steps=904, warm=97)
SECOND = Recipe("second teacher", seed=2, rate=2e-4, groups=24, near=8, steps=758, warm=130, dropout=0.15)
THIRD = Recipe("third teacher", seed=3, rate=3e-4, groups=32, near=5, steps=879, warm=97)
STUDENT = Recipe("student", seed=9, rate=2e-4, groups=24, near=9, steps=1167, warm=130)


class CrossEncoder(torch.nn.Module):
    """A transformer with two outputs a token, as passage (at [CLS]) and as sentence (at its [SEP])."""

    def __init__(self, inner: Any):
        super().__init__()
        self.inner = inner
        self.head = torch.nn.Linear(inner.config.hidden_size, 2)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """(rows, tokens) each → (rows, tokens, 2)."""
        found = self.inner(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return self.head(found.last_hidden_state)


def from_layers(folder: Path, dropout: float) -> CrossEncoder:
    """One whose layers are those of the model in `folder`, and whose outputs are yet to be learned."""
    from transformers import AutoConfig, AutoModel

    form = AutoConfig.from_pretrained(str(folder), hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
    return CrossEncoder(
        AutoModel.from_pretrained(str(folder), config=form, add_pooling_layer=False, dtype=torch.float32)
    )


def save(model: CrossEncoder, tokenizer: Any, folder: Path) -> None:
    """`reranker.pt`, the form of the model and the tokenizer (of transformers)."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, folder / "reranker.pt")
    model.inner.config.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))


def load(folder: Path) -> CrossEncoder:
    from transformers import AutoConfig, AutoModel

    model = CrossEncoder(AutoModel.from_config(AutoConfig.from_pretrained(str(folder)), add_pooling_layer=False))
    model.load_state_dict(torch.load(folder / "reranker.pt", weights_only=True))
    return model.eval()


# ── losses ───────────────────────────────────────────────────────────────────────────────────────────────────────


def outputs(model: CrossEncoder, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """The log-odds of the passages (rows,) and of the sentences (sentences,)."""
    with torch.autocast(batch.ids.device.type, torch.bfloat16):
        found = model(batch.ids, batch.mask.long(), batch.segments.long())
    found = found.float()
    return found[:, 0, 0], found[batch.row, batch.mark, 1]


def loss(model: CrossEncoder, batch: Batch) -> torch.Tensor:
    """Of the labels alone or, where the batch has teachers, of the labels and of what these say."""
    passages, sentences = outputs(model, batch)
    of_labels = (
        listwise(passages, batch.answers, batch.known, batch.group, batch.place)
        + ALONE * binary(passages, batch.answers, batch.known)
        + SENTENCES * binary(sentences, batch.sentence_answers, batch.sentence_known)
        + LISTED_SENTENCES * listwise(
            sentences, batch.sentence_answers, batch.sentence_known, batch.sentence_group, batch.sentence_place
        )
    )  # fmt: skip
    if batch.taught is None or batch.sentence_taught is None:
        return of_labels
    every, every_sentence = torch.ones_like(batch.known), torch.ones_like(batch.sentence_known)
    of_teachers = (
        divergence(passages, batch.taught, batch.group, batch.place)
        + ALONE * binary(passages, torch.sigmoid(batch.taught), every)
        + SENTENCES * binary(sentences, torch.sigmoid(batch.sentence_taught), every_sentence)
        + LISTED_SENTENCES * divergence(
            sentences, batch.sentence_taught, batch.sentence_group, batch.sentence_place
        )
    )  # fmt: skip
    return LABELS * of_labels + of_teachers


def listwise(
    scores: torch.Tensor, answers: torch.Tensor, known: torch.Tensor, group: torch.Tensor, place: torch.Tensor
) -> torch.Tensor:
    """-log(Σ exp of the right scores / Σ exp of all known ones), the mean over the groups that know of both kinds: the
    listwise softmax (Cao and others 2007, "Learning to rank", top-one probabilities) for several right ones."""
    nothing = torch.full_like(scores, NOTHING)
    right = known & (answers > 0)
    every = _listed(torch.where(known, scores, nothing), group, place)
    chosen = _listed(torch.where(right, scores, nothing), group, place)
    of_every, of_right = ((each > NOTHING / 2).sum(1) for each in (every, chosen))
    counts = (of_right > 0) & (of_every > of_right)
    losses = torch.logsumexp(every, 1) - torch.logsumexp(chosen, 1)
    return (losses * counts).sum() / counts.sum().clamp(min=1)


def divergence(scores: torch.Tensor, taught: torch.Tensor, group: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """KL(softmax of the teachers' scores ‖ softmax of ours) within each group, the mean over groups (Hinton and others
    2015, at temperature 1)."""
    ours, theirs = _listed(scores, group, place), _listed(taught, group, place)
    apart = functional.log_softmax(theirs, 1) - functional.log_softmax(ours, 1)
    return (functional.softmax(theirs, 1) * apart).sum(1).mean()


def binary(scores: torch.Tensor, targets: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy of each score's probability with its target, over those that count."""
    losses = functional.binary_cross_entropy_with_logits(scores, targets, reduction="none")
    return (losses * counts).sum() / counts.sum().clamp(min=1)


def _listed(values: torch.Tensor, group: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """(n,) → (groups, most in one), each value at its group and place, `NOTHING` elsewhere."""
    shape = int(group.max()) + 1, int(place.max()) + 1
    return torch.full(shape, NOTHING, device=values.device).index_put((group, place), values)


# ── training ─────────────────────────────────────────────────────────────────────────────────────────────────────


def train(
    recipe: Recipe, model: CrossEncoder, tokens: Tokens, made: Sequence[Example], judged: Judged | None = None
) -> CrossEncoder:
    """Trains `model` in place on the examples of `made` that are not held out, with `judged` as a student of it.

    The seed of torch is for the caller to set before making the model, whose outputs start from chance."""
    where, chance = device(), random.Random(recipe.seed)
    apart = aside(made)
    seen = [e for e in made if e.document not in apart and (e.near or e.checked)]
    others = [e for e in seen if not e.checked]

    def choose(one: Example) -> list[Row]:
        return _labelled_rows(one, others, recipe, chance) if judged is None else _judged_rows(one, recipe, chance)

    jobs = (
        lambda groups=groups: collate(tokens, groups, judged)
        for groups in _groups(seen, choose, recipe.groups, recipe.steps, chance)
    )
    optimiser = _optimiser(model.to(where), recipe.rate)
    full = [group["lr"] for group in optimiser.param_groups]
    model.train()
    began = time.monotonic()
    for step, batch in enumerate(prefetch(jobs)):
        share = rate(step, recipe.steps, recipe.warm, LEAST)
        for group, most in zip(optimiser.param_groups, full, strict=True):
            group["lr"] = most * share
        now = loss(model, batch.to(where))
        descend(model, optimiser, now)
        if (step + 1) % TOLD == 0 or step + 1 == recipe.steps:
            spent = time.monotonic() - began
            say(f"{recipe.name}: step {step + 1}/{recipe.steps} loss {now.item():.3f} {spent:.0f} s")
    return model.eval()


def _groups(
    seen: Sequence[Example], choose: Callable[[Example], list[Row]], size: int, steps: int, chance: random.Random
) -> Iterator[list[Group]]:
    """For each step `size` questions with passages, going through all in an order of chance before any comes again."""
    waiting: list[Example] = []
    for _ in range(steps):
        groups: list[Group] = []
        while len(groups) < size:
            if not waiting:
                waiting = chance.sample(seen, len(seen))
            one = waiting.pop()
            if rows := choose(one):
                groups.append((one.question, rows))
        yield groups


def _labelled_rows(one: Example, others: Sequence[Example], recipe: Recipe, chance: random.Random) -> list[Row]:
    """A passage that answers, where one does, near ones that do not, and sometimes one of another paper."""
    rows = [_row(chance.choice(one.right if one.checked else one.right[:BEST]))] if one.right else []
    rows += [_row(near) for near in chance.sample(one.near, min(recipe.near, len(one.near)))]
    if chance.random() < STRAY:
        other = chance.choice(others)
        if other.document != one.document:
            # It may say the like of its own place, but its labels are for another question.
            stray = other.right[0]
            rows.append((stray.id, np.zeros(len(stray.labels), bool)))
    return rows


def _judged_rows(one: Example, recipe: Recipe, chance: random.Random) -> list[Row]:
    """A passage that answers, where one does, and any others that were found: those that are neither right nor near
    have the teachers' word alone."""
    labelled = {each.id: each for each in (*one.right, *one.near)}
    ids = list(labelled | {each.id: each for each in one.found})
    chosen = [chance.choice(one.right[:BEST]).id] if one.right else []
    rest = [id for id in ids if id not in chosen]
    chosen += chance.sample(rest, min(recipe.near, len(rest)))
    return [_row(labelled[id]) if id in labelled else (id, None) for id in chosen]


def _row(one: Labelled) -> Row:
    return one.id, np.array(one.labels, bool)


def _optimiser(model: CrossEncoder, most: float) -> torch.optim.Optimizer:
    named = list(model.inner.named_parameters())
    steady = [value for name, value in named if "bias" in name or "LayerNorm" in name]
    decaying = [value for name, value in named if not ("bias" in name or "LayerNorm" in name)]
    return torch.optim.AdamW(
        [
            {"params": decaying, "weight_decay": DECAY},
            {"params": steady, "weight_decay": 0.0},
            {"params": model.head.parameters(), "weight_decay": 0.0, "lr": HEAD_RATE},
        ],
        lr=most,
    )


# ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────


@torch.no_grad()
def judge(model: CrossEncoder, tokens: Tokens, keys: Iterable[tuple[str, str]]) -> Judged:
    """What the model says of each of `keys` (question, passage id)."""
    where = device()
    model.to(where).eval()
    # Pairs of like length go through together, so that little is padding.
    order = sorted(set(keys), key=lambda key: (sum(map(len, tokens.parts[key[1]][1])), key))
    parts = [order[first : first + READ] for first in range(0, len(order), READ)]
    jobs = (
        lambda part=part: (part, collate(tokens, [(question, [(id, None)]) for question, id in part])) for part in parts
    )
    judged: Judged = {}
    for part, batch in prefetch(jobs):
        passages, sentences = (each.cpu().numpy() for each in outputs(model, batch.to(where)))
        cuts = np.searchsorted(batch.row.numpy(), np.arange(1, len(part)))
        for key, passage, said in zip(part, passages.tolist(), np.split(sentences, cuts), strict=True):
            judged[key] = passage, said
    return judged


def keys_of(made: Sequence[Example]) -> set[tuple[str, str]]:
    """All questions with all their passages."""
    return {(e.question, one.id) for e in made for one in (*e.right, *e.near, *e.found)}
