from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from eval.train.batches import ALIGNED, Tokens, collate, filled, prefetch, rate
from eval.train.examples import Example
from rag.pairs import pairs


def test_pairs_are_those_that_the_program_reads(made: list[Example], tokens: Tokens, start) -> None:
    from eval.train.batches import LIMIT, tokenizer_of

    one = made[0].right[0]
    (pair,) = pairs(tokenizer_of(start), LIMIT, made[0].question, [(one.above, one.sentences)])
    assert tokens.pair(made[0].question, one.id) == pair
    assert tokens.documents[one.id] == made[0].document


def test_texts_are_closed_where_they_are_cut(made: list[Example], tokens: Tokens) -> None:
    id = made[0].right[0].id
    whole = tokens.text(id, 100)
    assert whole == [tokens.opening, *tokens.texts[id], tokens.closing]
    assert tokens.text(id, 5) == [*whole[:4], tokens.closing]
    assert tokens.question(made[0].question) == [
        tokens.opening, *tokens.questions[made[0].question], tokens.closing
    ]  # fmt: skip


def test_a_batch_is_what_one_writes_down_row_by_row(made: list[Example], tokens: Tokens) -> None:
    groups = [
        (e.question, [(one.id, np.array(one.labels)) for one in (*e.right, *e.near)] + [(e.found[2].id, None)] * more)
        for e, more in ((made[0], 0), (made[1], 1), (made[2], 2))
    ]
    judged = {
        (question, id): (float(i + j), np.full(len(tokens.pair(question, id).marks), i - j, np.float32))
        for i, (question, chosen) in enumerate(groups)
        for j, (id, _) in enumerate(chosen)
    }
    batch = collate(tokens, groups, judged)
    row = sentence = 0
    for g, (question, chosen) in enumerate(groups):
        in_group = 0
        for place, (id, labels) in enumerate(chosen):
            pair = tokens.pair(question, id)
            size = len(pair.ids)
            assert batch.ids[row].tolist() == [*pair.ids, *[tokens.padding] * (batch.ids.shape[1] - size)]
            assert batch.mask[row].tolist() == [i < size for i in range(batch.ids.shape[1])]
            assert batch.segments[row, :size].int().tolist() == list(pair.segments)
            assert not batch.segments[row, size:].any()
            assert (batch.group[row], batch.place[row]) == (g, place)
            assert batch.known[row] == (labels is not None)
            assert batch.answers[row] == (labels is not None and labels.any())
            assert batch.taught is not None and batch.taught[row] == judged[question, id][0]
            for n, mark in enumerate(pair.marks):
                assert (batch.row[sentence], batch.mark[sentence]) == (row, mark)
                assert (batch.sentence_group[sentence], batch.sentence_place[sentence]) == (g, in_group)
                assert batch.sentence_known[sentence] == (labels is not None)
                assert batch.sentence_answers[sentence] == (labels is not None and labels[n])
                assert batch.sentence_taught is not None
                assert batch.sentence_taught[sentence] == judged[question, id][1][n]
                sentence, in_group = sentence + 1, in_group + 1
            row += 1
    assert (row, sentence) == (len(batch.group), len(batch.row))
    assert batch.ids.shape[1] % ALIGNED == 0
    assert collate(tokens, groups).taught is None


def test_rows_are_filled_up() -> None:
    ids, mask = filled([[1, 2, 3], [4]], 9)
    assert ids.tolist() == [[1, 2, 3, 9, 9, 9, 9, 9], [4, 9, 9, 9, 9, 9, 9, 9]]
    assert mask.sum(axis=1).tolist() == [3, 1]


def test_jobs_are_done_in_order_and_their_errors_raised() -> None:
    assert list(prefetch(lambda i=i: i for i in range(20))) == list(range(20))
    assert list(prefetch(iter(()))) == []

    def jobs() -> Iterator:
        yield lambda: 1
        yield lambda: 1 / 0

    found = prefetch(jobs())
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_the_rate_rises_and_falls() -> None:
    assert [rate(step, 10, 4, 0.3) for step in (0, 3, 4, 7, 9)] == [1 / 4, 1, 1, 3 / 6, 0.3]
