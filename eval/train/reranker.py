"""Trains the cross-encoder that reads question and passage together: does it answer, and which of its sentences?

It starts from the layers of the model that `eval.train.embedder` made. Each question comes with a passage that answers
it and near ones of its report that do not. The loss is the cross-entropy over these (listwise, Cao and others
2007) and, so that the outputs mean something alone, the binary one of each passage and each sentence. A tenth of the
documents is kept aside; what the model does there is printed in the end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.train.examples import SEED, Example, Labelled, aside
from eval.train.say import say
from rag.pairs import Pair, pairs

GROUPS = 16  # questions a step
NEAR = 2  # passages that do not answer, for each question
STRAY = 0.25  # share of the questions that get one of another question as well: people ask what papers never speak of
ALONE = 0.5  # weight of the binary loss over passages beside the listwise one
EPOCHS = 1.4
RATE, HEAD_RATE = 5e-5, 1e-3
WARM = 0.1  # share of the steps over which the rate rises
LIMIT = 256  # tokens
TOLD = 120  # questions kept aside that are looked at in the end
SAVED = 50  # steps after which the model is kept


def reranker(folder: Path, fresh: bool = False) -> Any:
    """The module that is trained: a transformer with two outputs a token, as passage (at [CLS]) and as sentence. The
    layers are those of the model in `folder`; only its form is taken where they are to be loaded afterwards."""
    import torch
    from transformers import AutoConfig, AutoModel

    class Reranker(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            form = AutoConfig.from_pretrained(str(folder))
            self.inner = (
                AutoModel.from_config(form, add_pooling_layer=False)
                if fresh
                else AutoModel.from_pretrained(str(folder), add_pooling_layer=False)
            )
            self.head = torch.nn.Linear(self.inner.config.hidden_size, 2)

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            found = self.inner(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
            return self.head(found.last_hidden_state)

    return Reranker()


def train(made: Sequence[Example], start: Path, out: Path) -> None:
    """Trains from the model in `start`; `out` gets `reranker.pt`, the tokenizer and the form of the model."""
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    apart = aside(made)
    seen = [e for e in made if e.document not in apart and (e.near or not e.answered)]
    held = chance.sample(kept := [e for e in made if e.document in apart], min(TOLD, len(kept)))
    fast = AutoTokenizer.from_pretrained(str(start))
    tokenizer = fast.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = reranker(start)
    optimiser = torch.optim.AdamW(
        [{"params": model.inner.parameters()}, {"params": model.head.parameters(), "lr": HEAD_RATE}],
        lr=RATE, weight_decay=0.01,
    )  # fmt: skip
    steps = int(EPOCHS * len(seen) / GROUPS)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM * steps), max(0.0, (steps - step) / ((1 - WARM) * steps)))
    )
    out.mkdir(parents=True, exist_ok=True)
    fast.save_pretrained(str(out))
    model.inner.config.save_pretrained(str(out))
    say(f"{len(seen)} questions to train on, {len(kept)} kept aside, {steps} steps")
    began, waiting = time.time(), []
    model.train()
    for step in range(1, steps + 1):
        if len(waiting) < GROUPS:
            waiting += chance.sample(seen, len(seen))
        groups = [_group(waiting.pop(0), seen, chance) for _ in range(GROUPS)]
        loss = _loss(model, tokenizer, groups)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rate.step()
        if step % 10 == 0:
            say(f"step {step}/{steps} loss {loss.item():.3f} {time.time() - began:.0f} s")
        if step % SAVED == 0 or step == steps:
            torch.save(model.state_dict(), out / "reranker.pt")
    say(f"kept aside: {_figures(model, tokenizer, held)}")


def _group(one: Example, seen: Sequence[Example], chance: random.Random) -> tuple[str, list[Labelled]]:
    """A question and its passages, the answering one first where there is one."""
    chosen = [chance.choice(one.right[:2])] if one.right else []
    chosen += chance.sample(one.near, min(NEAR, len(one.near)))
    if chance.random() < STRAY:
        other = chance.choice(seen)
        if other.document != one.document and other.right:
            # It may say the like of its own place, but shares little with the question: its labels are another's.
            chosen.append(_unlabelled(other.right[0]))
    return one.question, chosen


def _unlabelled(one: Labelled) -> Labelled:
    return Labelled(one.id, one.text, one.above, one.sentences, (False,) * len(one.labels))


def _loss(model: Any, tokenizer: Any, groups: Sequence[tuple[str, list[Labelled]]]) -> Any:
    import torch

    binary = torch.nn.functional.binary_cross_entropy_with_logits
    made: list[Pair] = []
    for question, chosen in groups:
        made += pairs(tokenizer, LIMIT, question, [(one.above, one.sentences) for one in chosen])
    outputs = _forward(model, made, tokenizer.token_to_id("[PAD]"))
    whole = torch.stack([output[0, 0] for output in outputs])
    answers = torch.tensor([float(one.answers) for _, chosen in groups for one in chosen])
    listed, at = [], 0
    for _, chosen in groups:
        if chosen and chosen[0].answers and len(chosen) > 1:
            scores = whole[at : at + len(chosen)]
            listed.append(torch.nn.functional.cross_entropy(scores[None], torch.tensor([0])))
        at += len(chosen)
    held = [(output, pair, one) for output, pair, one in zip(
        outputs, made, [one for _, chosen in groups for one in chosen], strict=True)]  # fmt: skip
    sentences = torch.cat([output[list(pair.marks), 1] for output, pair, _ in held])
    labels = torch.tensor([float(label) for _, pair, one in held for label in one.labels[: len(pair.marks)]])
    return torch.stack(listed).mean() + ALONE * binary(whole, answers) + binary(sentences, labels)


def _forward(model: Any, made: Sequence[Pair], padding: int) -> list[Any]:
    """The outputs of each pair, (tokens, 2), in order; pairs of like length go through together."""
    import torch

    outputs: list[Any] = [None] * len(made)
    order = sorted(range(len(made)), key=lambda i: len(made[i].ids))
    for first in range(0, len(order), GROUPS):
        chosen = order[first : first + GROUPS]
        most = max(len(made[i].ids) for i in chosen)
        ids = torch.full((len(chosen), most), padding)
        mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, i in enumerate(chosen):
            size = len(made[i].ids)
            ids[row, :size] = torch.tensor(made[i].ids)
            segments[row, :size] = torch.tensor(made[i].segments)
            mask[row, :size] = 1
        with torch.autocast("cpu", torch.bfloat16):
            found = model(ids, mask, segments).float()
        for row, i in enumerate(chosen):
            outputs[i] = found[row]
    return outputs


def _figures(model: Any, tokenizer: Any, held: Sequence[Example]) -> dict[str, float]:
    """Of questions kept aside: how often a passage that answers comes first (and among three) of those of its report,
    and the answering sentence first of its sentences."""
    import torch

    model.eval()
    ranks, best = [], []
    with torch.no_grad():
        for one in held:
            if not one.right:
                continue
            chosen = [*one.right, *one.near]
            made = pairs(tokenizer, LIMIT, one.question, [(each.above, each.sentences) for each in chosen])
            outputs = [output.numpy() for output in _forward(model, made, tokenizer.token_to_id("[PAD]"))]
            scores = np.array([output[0, 0] for output in outputs])
            ranks.append(1 + int((scores > scores[: len(one.right)].max()).sum()))
            said = outputs[0][list(made[0].marks), 1]
            if any(one.right[0].labels[: len(said)]):
                best.append(one.right[0].labels[int(said.argmax())])
    found = np.array(ranks)
    return {f"recall@{k}": round(float((found <= k).mean()), 3) for k in (1, 3)} | {
        "mrr": round(float((1 / found).mean()), 3), "sentence": round(float(np.mean(best)), 3),
    }  # fmt: skip
