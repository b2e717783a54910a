from __future__ import annotations

from pathlib import Path

import numpy as np
from made import paper, store_of

from eval.speed import grow, times
from rag.pipeline import Findings
from rag.store import Store


def test_a_store_grows_by_copies_that_are_not_quite_the_same(tmp_path: Path) -> None:
    source = Store(
        store_of(tmp_path / "small", [paper("a.md", "One said so.", "Two did not."), paper("b.md", "Three.")])
    )
    grow(source, tmp_path / "large", 7)
    large = Store(tmp_path / "large")
    assert large.manifest.passages >= 7
    assert {name.partition("/")[0] for name in large.records} == {"copy-0", "copy-1", "copy-2"}
    assert large.page_text("copy-1/a.md", 1) == "Two did not."
    first, again = large.vectors("copy-0/a.md")[1], large.vectors("copy-1/a.md")[1]
    assert first.shape == again.shape == (2, 2)
    assert not np.allclose(first, again)
    assert np.allclose(np.linalg.norm(again, axis=1), 1)


def test_of_an_empty_store_nothing_grows(tmp_path: Path) -> None:
    source = Store(store_of(tmp_path / "small", [paper("a.md")]))
    grow(source, tmp_path / "large", 5)
    assert Store(tmp_path / "large").manifest.passages == 0


def test_times_of_questions(findings: Findings) -> None:
    told = times(findings, ["How often were children visited?"] * 2)
    assert told["p50"] > 0 and told["p95"] > 0
    assert times(findings, []) == {"p50": None, "p95": None}
