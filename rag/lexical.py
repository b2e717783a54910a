"""BM25 over stemmed terms (Robertson and Zaragoza 2009, bm25s's Lucene variant): the second index, beside vectors."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rag.words import terms


class LexicalIndex:
    def __init__(self, ids: Sequence[str], scorer: Any):
        self._ids = list(ids)
        self._scorer = scorer  # None for an empty index: bm25s refuses to build one

    @classmethod
    def build(cls, ids: Sequence[str], texts: Sequence[str]) -> LexicalIndex:
        """An index over `texts`, named by `ids` (same length)."""
        corpus = [terms(text) for text in texts]
        if not any(corpus):
            return cls(ids, None)
        import bm25s

        scorer = bm25s.BM25(method="lucene")
        scorer.index(corpus, show_progress=False)
        return cls(ids, scorer)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self._scorer is not None:
            self._scorer.save(folder, show_progress=False)
        (folder / "ids.json").write_text(json.dumps(self._ids), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        if not (folder / "params.index.json").is_file():
            return cls(ids, None)
        import bm25s

        return cls(ids, bm25s.BM25.load(folder, load_corpus=False))

    def frequency(self, term: str) -> int:
        """The number of passages that hold a (stemmed) term."""
        at = None if self._scorer is None else self._scorer.vocab_dict.get(term)
        if at is None:
            return 0
        bounds = self._scorer.scores["indptr"]  # the scores are a sparse matrix with one column a term
        return int(bounds[at + 1] - bounds[at])

    def search(self, query: str, k: int, documents: Collection[str] | None = None) -> list[tuple[str, float]]:
        """At most `k` (passage id, score above 0), best first; only passages of `documents` where given."""
        wanted = terms(query)
        if self._scorer is None or not wanted:
            return []
        scores = self._scorer.get_scores(wanted)
        best = (int(i) for i in (-scores).argsort(kind="stable"))
        found = []
        for i in best:
            if scores[i] <= 0 or len(found) == k:
                break
            if documents is None or self._ids[i].rpartition("#")[0] in documents:
                found.append((self._ids[i], float(scores[i])))
        return found
