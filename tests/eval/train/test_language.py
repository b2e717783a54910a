from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from eval.train import language
from eval.train.batches import Tokens, filled
from eval.train.language import ASKED, HIDDEN, REPLACED, Recipe


def test_shares_of_what_is_hidden(tokens: Tokens) -> None:
    rows = [[tokens.opening, *range(2000, 2050), tokens.closing]] * 400
    ids, mask = filled(rows, tokens.padding)
    shown, asked = language.hide(ids, tokens, 30522, np.random.default_rng(1))
    words = mask & (ids >= 2000)
    assert not asked[~words].any() and (shown == ids)[~asked].all()
    hidden, same = shown[asked] == tokens.hidden, shown[asked] == ids[asked]
    assert asked[words].mean() == pytest.approx(ASKED, abs=0.01)
    assert hidden.mean() == pytest.approx(HIDDEN, abs=0.03)
    assert (~hidden & ~same).mean() == pytest.approx(REPLACED, abs=0.02)


def test_it_learns_the_words(start: Path, tokens: Tokens, capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(1)
    recipe = Recipe(seed=1, rate=1e-3, batch=16, steps=100, warm=5)
    language.learn(recipe, language.start(start), tokens, list(tokens.texts))
    losses = [float(line.split("loss ")[1].split()[0]) for line in capsys.readouterr().out.splitlines()]
    assert len(losses) == 2 and losses[1] < losses[0]
