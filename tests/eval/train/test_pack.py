from __future__ import annotations

import numpy as np

from eval.train.pack import compress, prune


def tokenizer(*tokens: str) -> dict:
    return {
        "model": {"type": "WordPiece", "vocab": {token: i for i, token in enumerate(tokens)}},
        "added_tokens": [{"id": tokens.index(t), "content": t} for t in ("[PAD]", "[CLS]", "[SEP]")],
        "post_processor": {"special_tokens": {t: {"id": t, "ids": [tokens.index(t)]} for t in ("[CLS]", "[SEP]")}},
    }


def test_tokens_of_other_scripts_go_and_the_rest_move_up() -> None:
    pruned, kept = prune(
        tokenizer("[PAD]", "[unused1]", "[CLS]", "子", "[SEP]", "child", "##ren", "##ה", "é", "–", "£")
    )
    assert kept == [0, 2, 4, 5, 6, 8, 9, 10]
    assert list(pruned["model"]["vocab"].items()) == [
        ("[PAD]", 0), ("[CLS]", 1), ("[SEP]", 2), ("child", 3), ("##ren", 4), ("é", 5), ("–", 6), ("£", 7),
    ]  # fmt: skip
    assert [token["id"] for token in pruned["added_tokens"]] == [0, 1, 2]
    assert pruned["post_processor"]["special_tokens"]["[SEP]"]["ids"] == [2]


def test_matrices_in_bytes_compute_nearly_the_same() -> None:
    import openvino as ov
    from openvino import opset13 as ops

    chance = np.random.default_rng(1)
    matrix = chance.normal(size=(64, 128)).astype(np.float32) * np.geomspace(0.01, 100, 64, dtype=np.float32)[:, None]
    shift = np.ones((1, 64), np.float32)
    given = ops.parameter([-1, 128], np.float32)
    model = ov.Model([ops.add(ops.matmul(given, ops.constant(matrix), False, True), ops.constant(shift))], [given])
    compress(model)
    kinds = [node.get_element_type().get_type_name() for node in model.get_ops() if node.get_type_name() == "Constant"]
    assert sorted(kinds) == ["f32", "f32", "i8"], "the scales and the small matrix stay as they are"
    x = chance.normal(size=(3, 128)).astype(np.float32)
    ours = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([x])[0]
    theirs = x @ matrix.T + shift
    # A rounding error of at most half a step in each weight of a row.
    steps = np.abs(matrix).max(axis=1) / 127
    assert (np.abs(ours - theirs) <= np.abs(x).sum(axis=1, keepdims=True) * steps / 2 + 1e-3).all()
    assert not np.array_equal(ours, theirs)
