"""The figures of a ranking of documents, of which some are relevant to some degree, as trec_eval has them.

`gains` maps a document to its degree of relevance; what is not there, or has 0 or less, is not relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Gains = Mapping[str, int]


def ndcg(ranking: Sequence[str], gains: Gains, k: int) -> float:
    """DCG / IDCG with Σ_{i ≤ k} gain / log₂(1 + i), the ideal being the greatest gains first; 0 where nothing is
    relevant. Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002."""
    ideal = _discounted(sorted((max(gain, 0) for gain in gains.values()), reverse=True)[:k])
    return _discounted([max(gains.get(document, 0), 0) for document in ranking[:k]]) / ideal if ideal else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(1 + i) for i, gain in enumerate(gains, 1))


def recall(ranking: Sequence[str], gains: Gains, k: int) -> float:
    """|{relevant among the first k}| / |{relevant}|; 0 where nothing is relevant."""
    relevant = {document for document, gain in gains.items() if gain > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], gains: Gains, k: int) -> float:
    """1 / (rank of the first relevant document), 0 where none is among the first k."""
    return next((1 / i for i, document in enumerate(ranking[:k], 1) if gains.get(document, 0) > 0), 0.0)


def average_precision(ranking: Sequence[str], gains: Gains, k: int) -> float:
    """Σ over the relevant among the first k of (relevant so far / rank), / |{relevant}|; 0 where none is."""
    relevant = sum(gain > 0 for gain in gains.values())
    found = [i for i, document in enumerate(ranking[:k], 1) if gains.get(document, 0) > 0]
    return sum(j / i for j, i in enumerate(found, 1)) / relevant if relevant else 0.0
