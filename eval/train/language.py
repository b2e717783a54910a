"""Lets a model read the papers: hidden words are to be told from those around them.

Masked-language modelling (Devlin and others 2019, "BERT") on the passages alone, without any question: of the tokens
that are asked for, eight in ten are hidden, one is replaced by another and one stays as it is. What guesses them ends
in the model's own embeddings and is thrown away afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from eval.train.batches import Tokens, descend, device, filled, rate
from eval.train.embedder import TEXT_TOKENS
from eval.train.say import say

ASKED = 0.2  # share of the tokens that are asked for
HIDDEN, REPLACED = 0.8, 0.1  # shares of these
WORDS_FROM = 1000  # before this, the vocabulary holds no words
HEAD_RATE = 1e-3
DECAY = 0.01
LEAST = 0.02  # share of the rate that is left in the end
TOLD = 50  # steps between two lines about the loss


@dataclass(frozen=True, slots=True)
class Recipe:
    seed: int
    rate: float
    batch: int
    steps: int
    warm: int


RECIPE = Recipe(seed=1, rate=3e-4, batch=256, steps=260, warm=43)


class Guesser(nn.Module):
    """From a token's output to the scores of all tokens: (n, size) → (n, vocabulary)."""

    def __init__(self, size: int, vocabulary: int):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.LayerNorm(size))
        self.shift = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, outputs: torch.Tensor, embeddings: torch.Tensor) -> torch.Tensor:
        return (self.inner(outputs) @ embeddings.T).float() + self.shift


def learn(recipe: Recipe, model: Any, tokens: Tokens, ids: Sequence[str]) -> None:
    """Trains `model` (of transformers) in place on the passages called `ids`."""
    where, chance = device(), np.random.default_rng(recipe.seed)
    model.to(where).train()
    embeddings = model.get_input_embeddings().weight
    guesser = Guesser(embeddings.shape[1], embeddings.shape[0]).to(where)
    optimiser = torch.optim.AdamW(
        [{"params": model.parameters()}, {"params": guesser.parameters(), "lr": HEAD_RATE}],
        lr=recipe.rate, weight_decay=DECAY,
    )  # fmt: skip
    full = [group["lr"] for group in optimiser.param_groups]
    rows = [tokens.text(id, TEXT_TOKENS) for id in ids]
    began = time.monotonic()
    for step in range(recipe.steps):
        share = rate(step, recipe.steps, recipe.warm, LEAST)
        for group, most in zip(optimiser.param_groups, full, strict=True):
            group["lr"] = most * share
        chosen, mask = filled([rows[i] for i in chance.integers(0, len(rows), recipe.batch)], tokens.padding)
        shown, asked = hide(chosen, tokens, len(embeddings), chance)
        shown, mask, asked, right = (
            torch.from_numpy(each).to(where) for each in (shown, mask.astype(np.int64), asked, chosen[asked])
        )
        with torch.autocast(where, torch.bfloat16):
            outputs = model(input_ids=shown, attention_mask=mask).last_hidden_state
            guesses = guesser(outputs[asked], embeddings)
        now = functional.cross_entropy(guesses, right)
        descend(model, optimiser, now)
        if (step + 1) % TOLD == 0 or step + 1 == recipe.steps:
            spent = time.monotonic() - began
            say(f"language: step {step + 1}/{recipe.steps} loss {now.item():.3f} {spent:.0f} s")


def hide(
    ids: np.ndarray, tokens: Tokens, vocabulary: int, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The ids (rows, tokens) as the model gets to see them, and which of them it is asked for."""
    asked = (chance.random(ids.shape) < ASKED) & ~np.isin(ids, (tokens.padding, tokens.opening, tokens.closing))
    shown, way = ids.copy(), chance.random(ids.shape)
    shown[asked & (way < HIDDEN)] = tokens.hidden
    replaced = asked & (way >= 1 - REPLACED)
    shown[replaced] = chance.integers(WORDS_FROM, vocabulary, replaced.sum())
    return shown, asked


def start(folder: Path) -> Any:
    from transformers import AutoModel

    return AutoModel.from_pretrained(str(folder), add_pooling_layer=False, dtype=torch.float32)
