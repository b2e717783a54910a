"""Tunes the embedding model for these papers: a question's topic near the passages that answer it.

In-batch negatives and one mined from the same report (Henderson et al. 2017, "Efficient natural language response
suggestion"; cosine times 20 as in sentence-transformers' MultipleNegativesRankingLoss), from all-MiniLM-L6-v2, in bf16.
A tenth of the documents is kept aside; after each epoch the recall among their passages is printed, and the best state
is kept as a sentence-transformers model.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.train.examples import SEED, Example, aside
from eval.train.say import say
from rag.embed import locate_model

BATCH = 32
EPOCHS = 2
RATE = 5e-5
SCALE = 20.0
WARM = 0.1  # share of the steps over which the rate rises
QUESTION_TOKENS, PASSAGE_TOKENS = 48, 224


def tune(made: Sequence[Example], out: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    apart = aside(made)
    train = [e for e in made if e.answered and e.document not in apart and e.near]
    held = [e for e in made if e.answered and e.document in apart]
    model = SentenceTransformer(locate_model("all-MiniLM-L6-v2")[0], device="cpu")
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * (len(train) // BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM * steps), max(0.0, (steps - step) / ((1 - WARM) * steps)))
    )
    best = _recall(model, held)
    say(f"{len(train)} questions to train on, {len(held)} kept aside; before: {best}")
    began, step = time.time(), 0
    for epoch in range(EPOCHS):
        chance.shuffle(train)
        model.train()
        for start in range(0, len(train) - BATCH + 1, BATCH):
            part = train[start : start + BATCH]
            passages = [chance.choice(e.right[:2]).text for e in part] + [chance.choice(e.near).text for e in part]
            with torch.autocast("cpu", torch.bfloat16):
                asked = _encode(model, [e.question for e in part], QUESTION_TOKENS)
                found = _encode(model, passages, PASSAGE_TOKENS)
            scores = SCALE * asked.float() @ found.float().T
            loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(part)))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            rate.step()
            step += 1
            if step % 10 == 0:
                say(f"epoch {epoch + 1} step {step}/{steps} loss {loss.item():.3f} {time.time() - began:.0f} s")
        now = _recall(model, held)
        say(f"epoch {epoch + 1}: {now}")
        if now["recall@5"] >= best["recall@5"]:
            best = now
            model.save(str(out))


def _encode(model: Any, texts: list[str], tokens: int) -> Any:
    import torch

    features = model.tokenizer(texts, padding=True, truncation=True, max_length=tokens, return_tensors="pt")
    return torch.nn.functional.normalize(model(dict(features))["sentence_embedding"], dim=-1)


def _recall(model: Any, held: Sequence[Example]) -> dict[str, float]:
    """Share of the questions kept aside whose answer is among the first k of their own report's near passages."""
    import torch

    model.eval()
    ranks = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for one in held:
            texts = [passage.text for passage in (*one.right, *one.near)]
            vectors = _encode(model, [one.question, *texts], PASSAGE_TOKENS).float().numpy()
            order = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")
            ranks.append(min(int(np.where(order == i)[0][0]) for i in range(len(one.right))) + 1)
    found = np.array(ranks)
    return {f"recall@{k}": round(float((found <= k).mean()), 3) for k in (1, 3, 5)} | {
        "mrr": round(float((1 / found).mean()), 3)
    }
