from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.train import cross_encoder, pack
from eval.train.batches import LIMIT, Tokens, collate
from eval.train.cross_encoder import Recipe, binary, divergence, listwise
from eval.train.examples import Example
from rag.config import Settings
from rag.errors import ModelError
from rag.rerank import load_reranker
from rag.types import Passage, Sentence, Span

RECIPE = Recipe("tiny", seed=1, rate=1e-3, groups=4, near=1, steps=6, warm=1)
GROUP, PLACE = torch.tensor([0, 0, 0, 1, 1]), torch.tensor([0, 1, 2, 0, 1])


def truths(*values: int) -> torch.Tensor:
    return torch.tensor(values).bool()


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_listwise_by_the_formula() -> None:
    scores = torch.tensor([1.0, 2.0, 0.5, 3.0, 1.0])
    every = truths(1, 1, 1, 1, 1)
    # Of the second question none answers, so it has no order to learn.
    one = -math.log((math.e + math.exp(0.5)) / (math.e + math.exp(2) + math.exp(0.5)))
    assert listwise(scores, truths(1, 0, 1, 0, 0).float(), every, GROUP, PLACE).item() == pytest.approx(one, abs=1e-5)
    two = -math.log(math.exp(1) / (math.exp(1) + math.exp(3)))
    both = listwise(scores, truths(1, 0, 1, 0, 1).float(), every, GROUP, PLACE)
    assert both.item() == pytest.approx((one + two) / 2, abs=1e-5)
    # What nobody read is left out: of the first, one right and one wrong are left.
    some = listwise(scores, truths(1, 0, 0, 0, 0).float(), truths(1, 1, 0, 1, 1), GROUP, PLACE)
    assert some.item() == pytest.approx(-math.log(math.e / (math.e + math.exp(2))), abs=1e-5)
    assert listwise(scores, truths(1, 1, 1, 0, 0).float(), every, GROUP, PLACE).item() == 0


def test_divergence_by_the_formula() -> None:
    ours, theirs = torch.tensor([1.0, 2.0, 0.0, 1.0, 1.0]), torch.tensor([2.0, 1.0, 0.0, 5.0, 5.0])
    total = math.e + math.exp(2) + 1
    p, q = ([math.exp(x) / total for x in values] for values in ((2, 1, 0), (1, 2, 0)))
    first = sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
    assert divergence(ours, theirs, GROUP, PLACE).item() == pytest.approx(first / 2, abs=1e-5)
    assert divergence(theirs, theirs, GROUP, PLACE).item() == pytest.approx(0, abs=1e-6)


def test_binary_by_the_formula() -> None:
    found = binary(torch.tensor([0.5, -1.0, 9.0]), torch.tensor([1.0, 0.25, 0.0]), truths(1, 1, 0)).item()
    first, second = logistic(0.5), logistic(-1)
    expected = -(math.log(first) + 0.25 * math.log(second) + 0.75 * math.log(1 - second)) / 2
    assert found == pytest.approx(expected, abs=1e-5)
    assert binary(torch.tensor([1.0]), torch.tensor([1.0]), truths(0)).item() == 0


@pytest.fixture
def judged(made: list[Example], tokens: Tokens) -> dict:
    """Teachers that are sure of the labels."""
    return {
        (e.question, one.id): (
            4.0 if one.answers else -4.0,
            np.array([4.0 if label else -4.0 for label in one.labels], np.float32),
        )
        for e in made
        for one in (*e.found, *e.near, *e.right)
    }


@pytest.mark.parametrize("taught", [False, True])
def test_a_step_lowers_the_loss(start: Path, made: list[Example], tokens: Tokens, judged: dict, taught: bool) -> None:
    torch.manual_seed(1)
    model = cross_encoder.from_layers(start, 0.0)
    groups = [(e.question, [(o.id, np.array(o.labels)) for o in (*e.right, *e.near)]) for e in made[:6]]
    batch = collate(tokens, groups, judged if taught else None)
    before = cross_encoder.loss(model, batch)
    before.backward()
    torch.optim.SGD(model.parameters(), lr=0.05).step()
    assert cross_encoder.loss(model, batch).item() < before.item()


def test_passages_of_a_question_by_labels_and_by_teachers(made: list[Example]) -> None:
    chance = random.Random(1)
    one, missed, checked = made[0], made[60], made[61]
    for _ in range(20):
        (first, labels), (second, none), *stray = cross_encoder._labelled_rows(one, made[:60], RECIPE, chance)
        assert (first, second) == (one.right[0].id, one.near[0].id)
        assert labels.tolist() == [False, True] and not none.any()
        assert all(not row[1].any() and not row[0].startswith(one.document + "#") for row in stray)
        rows = cross_encoder._judged_rows(one, RECIPE, chance)
        assert rows[0][0] == one.right[0].id and len(rows) == 2
        assert (rows[1][1] is None) == (rows[1][0] == one.found[2].id)
    assert cross_encoder._judged_rows(missed, RECIPE, chance)[0][0] == missed.near[0].id
    assert [row[0] for row in cross_encoder._judged_rows(checked, RECIPE, chance)] == [
        checked.right[0].id, checked.near[0].id,
    ]  # fmt: skip


def test_all_questions_come_before_any_comes_again(made: list[Example]) -> None:
    found = cross_encoder._groups(made[:12], lambda e: [(e.right[0].id, None)], 4, 6, random.Random(1))
    asked = [[rows[0][0] for _, rows in groups] for groups in found]
    assert len(asked) == 6 and all(len(groups) == 4 for groups in asked)
    for half in (asked[:3], asked[3:]):
        assert {id for groups in half for id in groups} == {e.right[0].id for e in made[:12]}


def test_it_trains_judges_packs_and_is_read_back(
    start: Path, tmp_path: Path, made: list[Example], tokens: Tokens, judged: dict, capsys: pytest.CaptureFixture[str]
) -> None:
    from transformers import AutoTokenizer

    torch.manual_seed(1)
    model = cross_encoder.train(RECIPE, cross_encoder.from_layers(start, 0.0), tokens, made)
    model = cross_encoder.train(RECIPE, model, tokens, made, judged)
    assert capsys.readouterr().out.count("tiny: step 6/6 loss ") == 2
    keys = cross_encoder.keys_of(made)
    said = cross_encoder.judge(model, tokens, keys)
    assert said.keys() == keys
    question, id = made[0].question, made[0].right[0].id
    passages, sentences = cross_encoder.outputs(model, collate(tokens, [(question, [(id, None)])]))
    assert said[question, id][0] == pytest.approx(passages.item(), abs=0.02)
    assert said[question, id][1] == pytest.approx(sentences.tolist(), abs=0.02)

    cross_encoder.save(model, AutoTokenizer.from_pretrained(str(start)), tmp_path / "trained")
    out = tmp_path / "packed"
    pack.pack_reranker(tmp_path / "trained", out)
    difference = float(capsys.readouterr().out.split("largest difference by packing: ")[1])
    assert difference < 0.05
    info = json.loads((out / "info.json").read_text())
    assert info["limit"] == LIMIT
    assert set(info["sha256"]) == set(pack.FILES)

    sentences = tuple(Sentence(text, (Span("a", 0, 0, 1),)) for text in ("They spoke of housing.", "So it was."))
    passage = Passage("a#0", "a", ("Findings",), sentences, (None,) * 2, ("paragraph",) * 2, (None,) * 2)
    settings = Settings(reranker=str(out), cache=str(tmp_path / "cache"))
    loaded = load_reranker(settings)
    assert loaded is not None
    (reading,) = loaded.read("What of housing?", [passage])
    assert np.isfinite([reading.answers, *reading.sentences]).all()

    with (out / "model.bin").open("r+b") as file:
        file.write(b"not what it was")
    with pytest.raises(ModelError, match=r"damaged \(model.bin is not what it was\)"):
        load_reranker(settings)
