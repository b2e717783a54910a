"""Trained models to the small graphs that ship: weights in eight bits, a vocabulary without other scripts, no torch.

The folder gets `model.xml` and `model.bin` (OpenVINO), `tokenizer.json` and `info.json` (token limit, padding, size,
checksums). Every matrix is kept as signed bytes with one scale a row (symmetric, the largest value at 127); arithmetic
stays in floating point, so only the rounding of the weights is lost. How much that is, is printed.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.train.say import say

SMALL = 4096  # numbers; vectors and small matrices stay as they are
FILES = ("model.xml", "model.bin", "tokenizer.json")
RERANKER_TOKENS = 25_000  # of the vocabulary: the rest is rare, and the two models are to stay small together


def prune(tokenizer: dict[str, Any], most: int | None = None) -> tuple[dict[str, Any], list[int]]:
    """A WordPiece `tokenizer.json` without the tokens that English papers never need, and the old ids of those kept.
    The vocabulary lists the frequent ones first: of it the first `most` are kept."""
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    special = {token["content"] for token in tokenizer["added_tokens"]}
    kept = [(token, old) for token, old in vocabulary[:most] if token in special or _latin(token)]
    new = {token: i for i, (token, _) in enumerate(kept)}
    tokenizer["model"]["vocab"] = new
    for token in tokenizer["added_tokens"]:
        token["id"] = new[token["content"]]
    for name, token in tokenizer["post_processor"].get("special_tokens", {}).items():
        token["ids"] = [new[name]]
    return tokenizer, [old for _, old in kept]


def _latin(token: str) -> bool:
    piece = token.removeprefix("##")
    return not piece.startswith("[unused") and all(ord(one) < 0x250 or 0x2010 <= ord(one) <= 0x20BF for one in piece)


def compress(model: Any) -> None:
    """Replaces every large matrix of an OpenVINO model by bytes and a scale for each row."""
    from openvino import opset13 as ops

    for node in model.get_ordered_ops():
        if node.get_type_name() != "Constant" or node.get_element_type().get_type_name() != "f32":
            continue
        values = node.data
        if values.ndim != 2 or values.size < SMALL:
            continue
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12) / 127
        small = ops.constant(np.rint(values / scale).astype(np.int8))
        restored = ops.multiply(ops.convert(small, "f32"), ops.constant(scale.astype(np.float32)))
        for target in node.output(0).get_target_inputs():
            target.replace_source_output(restored.output(0))


def save(
    module: Any, inputs: Sequence[str], tokenizer: Any, limit: int, out: Path, dimension: int, most: int | None = None
) -> None:
    """Converts a torch module whose token embeddings are to be pruned, compresses it and writes the folder."""
    import openvino as ov
    import torch

    out.mkdir(parents=True, exist_ok=True)
    pruned, kept = prune(json.loads(tokenizer.backend_tokenizer.to_str()), most)
    pruned["truncation"] = pruned["padding"] = None
    embeddings = next(m for m in module.modules() if isinstance(m, torch.nn.Embedding) and m.num_embeddings > 20000)
    embeddings.weight = torch.nn.Parameter(embeddings.weight[kept], requires_grad=False)
    embeddings.num_embeddings = len(kept)
    embeddings.padding_idx = pruned["model"]["vocab"]["[PAD]"]
    example = {name: torch.ones((2, 5), dtype=torch.long) for name in inputs}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of branches that these inputs do not take
        model = ov.convert_model(
            module.eval(), example_input=example, input=[(name, [-1, -1], ov.Type.i64) for name in inputs]
        )
    compress(model)
    ov.save_model(model, out / "model.xml", compress_to_fp16=False)
    (out / "tokenizer.json").write_text(json.dumps(pruned, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    info = {
        "limit": limit,
        "pad": embeddings.padding_idx,
        "dimension": dimension,
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES},
    }
    (out / "info.json").write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
    size = sum((out / name).stat().st_size for name in FILES)
    say(f"{out}: {len(kept)} tokens, {size / 1e6:.1f} MB")


def pack_embedder(tuned: Path, out: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from rag.embed import PROBES, graph_embedder, whole_module

    model = SentenceTransformer(str(tuned), device="cpu")
    before = model.encode(list(PROBES), normalize_embeddings=True, show_progress_bar=False)
    save(whole_module(model), ("input_ids", "attention_mask"), model.tokenizer, 256, out, before.shape[1])
    after = graph_embedder("packed", "", out, tuned / "cache").embed(PROBES)
    say(f"least cosine to the model before packing: {float((before * after).sum(axis=1).min()):.4f}")


def pack_reranker(trained: Path, out: Path) -> None:
    import torch
    from transformers import AutoTokenizer

    from eval.train.batches import LIMIT
    from eval.train.cross_encoder import load
    from rag.graph import Graph
    from rag.pairs import pairs

    tokenizer = AutoTokenizer.from_pretrained(str(trained))
    model = load(trained)
    fast = tokenizer.backend_tokenizer
    fast.no_truncation()
    fast.no_padding()
    probe = (
        "How often were young people visited?",
        [("Findings", ("They were visited weekly.", "Records were poor."))],
    )
    (pair,) = pairs(fast, LIMIT, *probe)
    with torch.no_grad():
        before = model(*(torch.tensor([row]) for row in (pair.ids, (1,) * len(pair.ids), pair.segments)))[0].numpy()
    save(model, ("input_ids", "attention_mask", "token_type_ids"), tokenizer, LIMIT, out, 2, RERANKER_TOKENS)
    graph = Graph(out, trained / "cache")
    (pair,) = pairs(graph.tokenizer, LIMIT, *probe)
    graph.run(
        [pair.ids],
        lambda _, found: say(f"largest difference by packing: {np.abs(found[0] - before).max():.3f}"),
        [pair.segments],
    )
