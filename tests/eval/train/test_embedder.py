from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.train import embedder
from eval.train.batches import Tokens
from eval.train.embedder import NOTHING, Recipe, banned, in_batch, ordering
from eval.train.examples import Example

RECIPE = Recipe("tiny", seed=1, rate=1e-3, batch=8, near=1, steps=4, warm=1)


def test_in_batch_by_the_formula() -> None:
    scores = torch.tensor([[1.0, 2.0, 0.0], [3.0, 1.0, 2.0]])
    out = banned([{"a"}, {"b", "a"}], ["a", "b", "c"])
    assert out.tolist() == [[False, False, False], [True, False, False]]
    first = -math.log(math.e / (math.e + math.exp(2) + 1))
    second = -math.log(math.e / (math.e + math.exp(2)))
    assert in_batch(scores, out).item() == pytest.approx((first + second) / 2, abs=1e-5)


def test_ordering_by_the_formula() -> None:
    scores = torch.tensor([[1.0, NOTHING, 2.0], [0.0, 3.0, 1.0]])
    p, q = (np.exp(values) / np.exp(values).sum() for values in ([2.0, 0.5], [1.0, 2.0]))
    found = ordering(scores, [[0, 2], [1]], [[2.0, 0.5], [7.0]]).item()
    # The second question has one passage, which cannot be in a wrong order.
    assert found == pytest.approx(float((p * np.log(p / q)).sum()) / 2, abs=1e-5)


@pytest.mark.parametrize("taught", [False, True])
def test_a_step_lowers_the_loss(start: Path, made: list[Example], tokens: Tokens, taught: bool) -> None:
    torch.manual_seed(1)
    model = embedder.from_layers(start)
    judged = {(e.question, one.id): (4.0 if one.answers else -4.0, None) for e in made[:60] for one in e.found}

    def loss():
        return embedder._loss(model, tokens, made[:6], 1, random.Random(1), judged if taught else None)

    before = loss()
    before.backward()
    torch.optim.SGD(model.parameters(), lr=0.01).step()
    assert loss().item() < before.item()


def test_it_tunes_and_keeps_the_best(
    start: Path, tmp_path: Path, made: list[Example], tokens: Tokens, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(1)
    model = embedder.tune(RECIPE, embedder.from_layers(start), tokens, made)
    told = capsys.readouterr().out.splitlines()
    assert "held out; before: {'@1': " in told[0] and "step 4/4" in told[-1]
    held = [e for e in made[:60] if e.document in embedder.aside(made)]
    best = max(float(line.split("'mrr': ")[1].rstrip("}")) for line in told[1:])
    assert embedder.figures(model, tokens, held)["mrr"] == best
    rows = [tokens.text(id, 20) for id in list(tokens.texts)[:5]]
    vectors = embedder.embed(model, rows, tokens.padding)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert embedder.embed(model, rows[3:4], tokens.padding)[0] == pytest.approx(vectors[3], abs=0.02)


def test_what_is_saved_is_a_sentence_transformers_model(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from rag.embed import BUNDLED, locate_model

    base = Path(locate_model(BUNDLED)[0])
    model = embedder.from_layers(base)
    with torch.no_grad():
        model.inner.get_input_embeddings().weight.mul_(1.01)
    embedder.save(model, base, tmp_path / "saved")
    whole = SentenceTransformer(str(tmp_path / "saved"), device="cpu")
    ours = whole.encode(["What of housing?"], normalize_embeddings=True, show_progress_bar=False)[0]
    features = whole.tokenizer(["What of housing?"], return_tensors="pt")
    with torch.no_grad():
        theirs = model(features["input_ids"], features["attention_mask"])[0].numpy()
    assert float(ours @ theirs) > 0.999
