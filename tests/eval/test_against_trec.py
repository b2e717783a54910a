"""Our recall, MRR and nDCG against those of trec_eval, the reference implementation of information retrieval
(through pytrec_eval), on rankings made at random.

trec_eval knows passages that are relevant, not pieces of evidence. The two are the same thing where every passage holds
one piece at most and no piece is held twice. Where one passage holds several pieces they differ on purpose: see below.
"""

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval import metrics
from eval.questions import Evidence, Question

MEASURES = {"recall.1,3,5,10,20", "recip_rank", "ndcg_cut.10"}


def asked(pieces):
    return Question("q", "?", "list", tuple(Evidence("a.pdf", 1, quote(i)) for i in range(pieces)))


def quote(piece):
    return " ".join(f"p{piece}w{i}" for i in range(10))


def record(ranking):
    """Passages that hold the pieces named; None holds none."""
    texts = [" ".join(map(quote, held)) if held else f"nothing {i}" for i, held in enumerate(ranking)]
    return {"id": "q", "passages": [{"document": "a.pdf", "text": text} for text in texts]}


def theirs(ranking, relevant, depth):
    """trec_eval's figures for a ranking of passages by name, of which `relevant` are."""
    run = {"q": {name: float(-at) for at, name in enumerate(ranking[:depth])}}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": dict.fromkeys(relevant, 1)}, MEASURES)
    return evaluator.evaluate(run)["q"]


@st.composite
def rankings(draw):
    """(pieces of evidence, a ranking of 1 to 25 passages, each of a piece of its own or of none)."""
    pieces = draw(st.integers(1, 15))
    found = draw(st.lists(st.integers(0, pieces - 1), unique=True, max_size=pieces))
    blank = draw(st.integers(0 if found else 1, 25 - len(found)))
    return pieces, draw(st.permutations([*((piece,) for piece in found), *[()] * blank]))


@given(rankings())
def test_the_same_on_rankings_at_random(made):
    pieces, ranking = made
    names = [f"piece {held[0]}" if held else f"none {at}" for at, held in enumerate(ranking)]
    relevant = [f"piece {piece}" for piece in range(pieces)]
    ranks = metrics.ranks(asked(pieces), record(ranking), 20)
    deep, ten = theirs(names, relevant, 20), theirs(names, relevant, 10)
    for k in (1, 3, 5, 10, 20):
        assert metrics.recall(ranks, k) == pytest.approx(deep[f"recall_{k}"])
    assert metrics.ndcg(ranks) == pytest.approx(deep["ndcg_cut_10"])
    assert metrics.reciprocal_rank(ranks) == pytest.approx(ten["recip_rank"])  # cut at ten: trec_eval has no cut-off
    assert metrics.reciprocal_rank(ranks, 20) == pytest.approx(deep["recip_rank"])


def test_a_passage_that_holds_several_pieces_counts_for_each():
    # Half of what is relevant for trec_eval would be one passage of two; of the evidence it is two pieces of three.
    ranks = metrics.ranks(asked(3), record([(0, 1), (), (2,)]), 20)
    counted = theirs(["two", "none", "one"], ["two", "one"], 20)
    assert metrics.recall(ranks, 1) == pytest.approx(2 / 3)
    assert counted["recall_1"] == 1 / 2
    # With the number of pieces as a graded gain trec_eval's ideal would be one passage that holds all; ours is one
    # passage a piece, whatever the passages are, so that no way of cutting papers into passages changes the scale.
    assert metrics.ndcg(ranks) == pytest.approx(1)
    assert metrics.ndcg(metrics.ranks(asked(2), record([(0, 1)]))) == 1


def test_a_piece_held_twice_counts_once():
    # A fact told in the summary and again in the body: the second passage finds nothing new.
    ranks = metrics.ranks(asked(1), record([(0,), (0,)]), 20)
    assert (ranks, metrics.ndcg(ranks)) == ((1,), 1)
