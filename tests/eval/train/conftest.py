"""A tiny world to train in: six subjects, a passage about each, and a transformer of one thin layer."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from eval.train.examples import Example, Labelled
from rag.embed import BUNDLED, locate_model

if importlib.util.find_spec("torch") is None:
    collect_ignore = [f"test_{name}.py" for name in ("batches", "cross_encoder", "embedder", "language")]

WORDS = "housing health school travel money food".split()


def labelled(id: str, word: str, answers: bool) -> Labelled:
    sentences = ("The weather was fine.", f"They spoke of {word}.")
    return Labelled(id, f"Findings. {' '.join(sentences)}", "Findings", sentences, (False, answers))


def example(i: int) -> Example:
    """A question about a subject; the passage about it, one about the next and, found but not read, the one after."""
    word, other, third = (WORDS[(i + n) % len(WORDS)] for n in range(3))
    document = f"paper{i % 20}"
    right, near = labelled(f"{document}#{word}", word, True), labelled(f"{document}#{other}", other, False)
    found = (near, right, labelled(f"{document}#{third}", third, False))
    return Example(f"What of {word}?", document, (right,), (near,), True, found, (0.3, 0.2, 0.1))


def checked(i: int) -> Example:
    word, other = WORDS[i % len(WORDS)], WORDS[(i + 1) % len(WORDS)]
    document = f"paper{i % 20}"
    near = (labelled(f"{document}#{other}", other, False),)
    right = (labelled(f"{document}#{word}", word, True),) if i % 2 else ()
    return Example(f"And what of {word}?", document, right, near, bool(right), checked=True)


@pytest.fixture(scope="session")
def made() -> list[Example]:
    return [example(i) for i in range(60)] + [checked(i) for i in range(40)]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the transformer, whose weights are those of chance, and a real tokenizer."""
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


@pytest.fixture(scope="session")
def tokens(start: Path, made: list[Example]):
    from eval.train.batches import Tokens, tokenizer_of

    return Tokens(tokenizer_of(start), made)
