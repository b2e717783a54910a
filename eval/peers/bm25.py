"""BM25 alone, as its library comes: Lucene's variant, English stop words, no stemming."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s

from eval.peers import Found, Paper, Search
from eval.peers.windows import windows


def build(papers: Sequence[Paper]) -> Search:
    cut = windows(papers)
    index = bm25s.BM25()
    index.index(_tokens([one.text for one in cut]), show_progress=False)

    def search(question: str, k: int) -> list[Found]:
        ids, _ = index.retrieve(_tokens([question]), k=min(k, len(cut)), show_progress=False)
        return [cut[i] for i in ids[0]]

    return search


def _tokens(texts: Sequence[str]) -> list[list[str]]:
    return bm25s.tokenize(list(texts), stopwords="en", return_ids=False, show_progress=False)
