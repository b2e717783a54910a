import numpy as np
import pytest
from scipy import stats

from eval import bootstrap
from eval.bootstrap import interval


@pytest.mark.parametrize("values", [[], [1.0]])
def test_what_does_not_spread_has_no_interval(values):
    assert interval(values) is None


def test_equal_values_leave_no_doubt():
    assert interval([1.0] * 7) == pytest.approx((1, 1))
    assert interval([0, 0]) == (0, 0)


def test_the_mean_lies_within_and_more_questions_narrow_it():
    few, many = [0, 0, 1, 1, 1], [0, 0, 1, 1, 1] * 40
    for values in (few, many):
        low, high = interval(values)
        assert 0 <= low < np.mean(values) < high <= 1
    assert np.ptp(interval(many)) < np.ptp(interval(few)) / 4


def test_it_is_the_same_each_time_and_paired():
    ours, theirs = np.random.default_rng(1).random((2, 30))
    assert interval(ours) == interval(list(ours))
    # The same drawings for both: the interval of a difference that never varies has no width.
    assert interval(ours - (ours - 0.25)) == pytest.approx((0.25, 0.25))
    drawn = bootstrap._weights(30)
    assert drawn @ (ours - theirs) == pytest.approx(drawn @ ours - drawn @ theirs)


@pytest.mark.parametrize("count", [2, 3, 20, 77])
def test_each_drawing_takes_as_many_questions_as_there_are(count):
    drawn = bootstrap._weights(count)
    assert drawn.shape == (bootstrap.RESAMPLES, count)
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert (np.abs(drawn * count - np.round(drawn * count)) < 1e-9).all()


@pytest.mark.parametrize("seed", range(5))
def test_against_scipy(seed):
    values = np.random.default_rng(seed).choice([0, 0.5, 1], size=60)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(seed)
    ).confidence_interval
    assert interval(values) == pytest.approx((theirs.low, theirs.high), abs=0.015)
