"""Pages cut as a first sketch would cut them: windows of so many words, overlapping, within a page."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers import Found, Paper

WORDS = 180  # most of what all-MiniLM-L6-v2 reads: it stops at 256 tokens
OVERLAP = 30


def windows(papers: Sequence[Paper]) -> list[Found]:
    """All windows of all papers, in order; every word of a page is in one."""
    return [
        Found(paper.name, number if paper.paged else None, " ".join(words[start : start + WORDS]))
        for paper in papers
        for number, page in enumerate(paper.pages, 1)
        for words in [page.split()]
        for start in range(0, max(len(words) - OVERLAP, 1), WORDS - OVERLAP)
        if words
    ]
