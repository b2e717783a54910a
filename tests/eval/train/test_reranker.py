from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.train import pack, reranker
from eval.train.examples import Example, Labelled
from rag.config import Settings
from rag.embed import BUNDLED, locate_model
from rag.errors import ModelError
from rag.rerank import load_reranker
from rag.types import Passage, Sentence, Span

WORDS = "housing health school travel money food".split()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer of one thin layer with random weights, and a real tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(locate_model(BUNDLED)[0])
    tokenizer.save_pretrained(str(folder))
    form = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    BertModel(form, add_pooling_layer=False).save_pretrained(str(folder))
    return folder


def labelled(id: str, word: str, answers: bool) -> Labelled:
    sentences = ("The weather was fine.", f"They spoke of {word}.")
    return Labelled(id, "", "Findings", sentences, (False, answers))


def example(i: int) -> Example:
    word, other = WORDS[i % len(WORDS)], WORDS[(i + 1) % len(WORDS)]
    return Example(
        f"What of {word}?", f"paper{i % 20}", (labelled(f"r{i}", word, True),), (labelled(f"n{i}", other, False),), True
    )


def test_it_trains_packs_and_is_read_back(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reranker, "GROUPS", 4)
    reranker.train([example(i) for i in range(80)], start, tmp_path / "trained")
    assert (tmp_path / "trained" / "reranker.pt").is_file()
    said = capsys.readouterr().out
    assert "72 questions to train on, 8 kept aside, 25 steps" in said
    assert "kept aside: {'recall@1': " in said

    out = tmp_path / "packed"
    pack.pack_reranker(tmp_path / "trained", out)
    difference = float(capsys.readouterr().out.split("largest difference by packing: ")[1])
    assert difference < 0.05
    info = json.loads((out / "info.json").read_text())
    assert info["limit"] == reranker.LIMIT
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


def test_a_stray_passage_answers_nothing() -> None:
    assert not reranker._unlabelled(labelled("a", "housing", True)).answers
