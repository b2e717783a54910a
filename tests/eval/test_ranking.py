"""The figures of a ranking against those of trec_eval (through pytrec_eval), on rankings made at random."""

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval import ranking

NAMES = [f"d{i}" for i in range(30)]
MEASURES = {"ndcg_cut.10", "recall.5,10,100", "map_cut.100", "recip_rank"}


@given(st.permutations(NAMES).flatmap(lambda names: st.integers(1, 30).map(lambda n: names[:n])),
       st.dictionaries(st.sampled_from([*NAMES, "unseen"]), st.integers(0, 3), min_size=1))  # fmt: skip
def test_the_same_on_rankings_at_random(found, gains):
    run = {"q": {name: float(-at) for at, name in enumerate(found)}}
    theirs = pytrec_eval.RelevanceEvaluator({"q": gains}, MEASURES).evaluate(run)["q"]
    assert ranking.ndcg(found, gains, 10) == pytest.approx(theirs["ndcg_cut_10"])
    for k in (5, 10, 100):
        assert ranking.recall(found, gains, k) == pytest.approx(theirs[f"recall_{k}"])
    assert ranking.average_precision(found, gains, 100) == pytest.approx(theirs["map_cut_100"])
    assert ranking.reciprocal_rank(found, gains, 100) == pytest.approx(theirs["recip_rank"])


def test_a_first_rank_beyond_the_cut_counts_for_nothing():
    assert ranking.reciprocal_rank(["a", "b"], {"b": 1}, 1) == 0
    assert ranking.reciprocal_rank(["a", "b"], {"b": 1}, 2) == 1 / 2


def test_nothing_found_and_nothing_relevant():
    for figure in (ranking.ndcg, ranking.recall, ranking.reciprocal_rank, ranking.average_precision):
        assert figure([], {"a": 1}, 10) == 0
        assert figure(["a"], {"a": 0}, 10) == 0
