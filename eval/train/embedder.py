"""Tunes the embedding model for these papers: a question's topic near the passages that answer it.

The negatives of a question are the other passages of its batch and near ones of the same papers (Henderson and others
2017, "Efficient natural language response suggestion for Smart Reply"; van den Oord and others 2018 call the loss
InfoNCE). Where there are teachers, it also learns how these order the passages of each question.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from eval.train.batches import Tokens, descend, device, filled, rate
from eval.train.examples import Example, aside
from eval.train.judged import Judged
from eval.train.measure import rank, summary
from eval.train.say import say

TEXT_TOKENS = 224
SCALE = 20.0  # of the cosine, as in sentence-transformers' MultipleNegativesRankingLoss
LABELS = 0.5  # weight of the labels where there are teachers
BEST = 2  # the first so many right passages of a search are used
DECAY = 0.01
LEAST = 0.01  # share of the rate that is left in the end
READ = 512  # texts that are embedded together
NOTHING = -1e4  # a score that is left out


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one is trained: `batch` questions a step, each with at most `near` near passages."""

    name: str
    seed: int
    rate: float
    batch: int
    near: int
    steps: int
    warm: int


LABELLED = Recipe("embedder", seed=1, rate=2e-4, batch=128, near=4, steps=177, warm=18)
TAUGHT = Recipe("embedder of the teachers", seed=1, rate=2e-4, batch=64, near=8, steps=427, warm=59)


class Encoder(torch.nn.Module):
    """The mean of a transformer's outputs, at length 1."""

    def __init__(self, inner: Any):
        super().__init__()
        self.inner = inner

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(rows, tokens) each → (rows, size)."""
        with torch.autocast(ids.device.type, torch.bfloat16):
            found = self.inner(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        mean = (found.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(mean, dim=-1)


def from_layers(folder: Path) -> Encoder:
    from transformers import AutoModel

    return Encoder(AutoModel.from_pretrained(str(folder), add_pooling_layer=False, dtype=torch.float32))


def save(model: Encoder, base: Path, out: Path) -> None:
    """As a sentence-transformers model, in all but its layers that in `base`."""
    from sentence_transformers import SentenceTransformer

    whole = SentenceTransformer(str(base), device="cpu")
    # The layer above [CLS], which is not used, is not among ours.
    whole[0].auto_model.load_state_dict(model.inner.cpu().state_dict(), strict=False)
    whole.save(str(out))


def tune(
    recipe: Recipe, model: Encoder, tokens: Tokens, made: Sequence[Example], judged: Judged | None = None
) -> Encoder:
    """Tunes `model` in place; after each time through the questions it is measured on the documents that are held out,
    and the best state is the one that stays. The seed of torch is for the caller to set."""
    where, chance = device(), random.Random(recipe.seed)
    apart = aside(made)
    train = [e for e in made if e.document not in apart and e.right and e.near]
    held = [e for e in made if e.document in apart and not e.checked]
    optimiser = torch.optim.AdamW(model.to(where).parameters(), lr=recipe.rate, weight_decay=DECAY)
    around = len(train) // recipe.batch or 1
    best, kept = 0.0, model.state_dict()
    say(f"{recipe.name}: {len(train)} questions, {len(held)} held out; before: {figures(model, tokens, held)}")
    waiting: list[Example] = []
    began = time.monotonic()
    for step in range(recipe.steps):
        optimiser.param_groups[0]["lr"] = recipe.rate * rate(step, recipe.steps, recipe.warm, LEAST)
        part = []
        while len(part) < recipe.batch:
            if not waiting:
                waiting = chance.sample(train, len(train))
            part.append(waiting.pop())
        model.train()
        now = _loss(model, tokens, part, recipe.near, chance, judged)
        descend(model, optimiser, now)
        if (step + 1) % around == 0 or step + 1 == recipe.steps:
            found = figures(model, tokens, held)
            spent = time.monotonic() - began
            say(f"{recipe.name}: step {step + 1}/{recipe.steps} loss {now.item():.3f} {spent:.0f} s {found}")
            if found["mrr"] >= best:
                best, kept = found["mrr"], {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    return model.eval()


def _loss(
    model: Encoder, tokens: Tokens, part: Sequence[Example], near: int, chance: random.Random, judged: Judged | None
) -> torch.Tensor:
    where = device()
    ids = [chance.choice(e.right[:BEST]).id for e in part]
    ids += [one.id for e in part for one in chance.sample(e.near, min(near, len(e.near)))]
    questions = _encode(model, [tokens.question(e.question) for e in part], tokens.padding)
    passages = _encode(model, [tokens.text(id, TEXT_TOKENS) for id in ids], tokens.padding)
    scores = SCALE * questions @ passages.T
    of_labels = in_batch(scores, banned([{one.id for one in e.right} for e in part], ids).to(where))
    if judged is None:
        return of_labels
    # A question is compared on its right passage and on those of the batch that are near to it.
    columns = {id: i for i, id in reversed(list(enumerate(ids))) if i >= len(part)}
    chosen = [[row, *(columns[one.id] for one in e.near if one.id in columns)] for row, e in enumerate(part)]
    taught = [[judged[e.question, ids[i]][0] for i in each] for e, each in zip(part, chosen, strict=True)]
    return LABELS * of_labels + ordering(scores, chosen, taught)


def banned(right: Sequence[set[str]], ids: Sequence[str]) -> torch.Tensor:
    """(questions, passages): another question's passage that answers this one, too, is no negative of it."""
    return torch.tensor([[i != row and id in own for i, id in enumerate(ids)] for row, own in enumerate(right)])


def in_batch(scores: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    """-log softmax of each question's own passage, the how-manieth it is itself, among all that are not `out`: the
    mean over questions. `scores` and `out`: (questions, passages)."""
    return functional.cross_entropy(scores.masked_fill(out, NOTHING), torch.arange(len(scores), device=scores.device))


def ordering(scores: torch.Tensor, columns: Sequence[Sequence[int]], taught: Sequence[Sequence[float]]) -> torch.Tensor:
    """KL(softmax of the teachers' log-odds ‖ softmax of the scores) of each question over its `columns`, the mean over
    questions (Hinton and others 2015, at temperature 1)."""
    most = max(map(len, columns))
    at = torch.tensor([[*row, *[0] * (most - len(row))] for row in columns], device=scores.device)
    real = torch.tensor([[i < len(row) for i in range(most)] for row in columns], device=scores.device)
    theirs = torch.tensor([[*row, *[NOTHING] * (most - len(row))] for row in taught], device=scores.device)
    ours = torch.where(real, scores.gather(1, at), torch.full_like(theirs, NOTHING))
    apart = functional.log_softmax(theirs, 1) - functional.log_softmax(ours, 1)
    return (functional.softmax(theirs, 1) * apart).sum(1).mean()


def _encode(model: Encoder, rows: Sequence[Sequence[int]], padding: int) -> torch.Tensor:
    ids, mask = (torch.from_numpy(each).to(device()) for each in filled(rows, padding))
    return model(ids, mask)


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────


@torch.no_grad()
def embed(model: Encoder, rows: Sequence[Sequence[int]], padding: int) -> np.ndarray:
    """float32 of shape (rows, size)."""
    model.eval()
    order = np.argsort([len(row) for row in rows], kind="stable")
    parts = [order[first : first + READ] for first in range(0, len(order), READ)]
    found = np.concatenate([_encode(model, [rows[i] for i in part], padding).cpu().numpy() for part in parts])
    return found[np.argsort(order)]


def figures(model: Encoder, tokens: Tokens, held: Sequence[Example]) -> dict[str, float]:
    """Where the first passage that answers ranks among all that a search found, by vectors alone."""
    ids = sorted({one.id for e in held for one in e.found})
    columns = {id: i for i, id in enumerate(ids)}
    passages = embed(model, [tokens.text(id, TEXT_TOKENS) for id in ids], tokens.padding)
    questions = embed(model, [tokens.question(e.question) for e in held], tokens.padding)
    return summary([
        rank(passages[[columns[one.id] for one in e.found]] @ vector, np.array([one.answers for one in e.found]))
        for e, vector in zip(held, questions, strict=True)
    ])  # fmt: skip
