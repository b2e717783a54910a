from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.reply import rows
from rag.errors import BackendReply

BEFORE = ["", "Here you are: ", '<think>{"claims": [1]}</think>', "```json\n"]
texts = st.text(alphabet=st.sampled_from('ab"\\{}[],:\n é'), max_size=12)
values = st.recursive(
    st.one_of(texts, st.integers(), st.none()), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)


def given_rows(pieces: Iterator[str] | list[str]) -> list[dict[str, Any]]:
    return [row for row in rows(pieces) if row is not None]


@given(st.lists(st.dictionaries(texts, values, max_size=3), max_size=4), st.data())
def test_however_a_reply_is_cut_up_its_rows_are_those_of_json(
    wanted: list[dict[str, Any]], data: st.DataObject
) -> None:
    reply = json.dumps({"claims": wanted}, indent=data.draw(st.sampled_from([None, 1])), ensure_ascii=False)
    reply = f"{data.draw(st.sampled_from(BEFORE))}{reply}```"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(reply)), max_size=6)))
    pieces = [reply[a:b] for a, b in zip([0, *cuts], [*cuts, len(reply)], strict=True)]
    assert given_rows(pieces) == wanted
    assert given_rows(list(reply)) == wanted


def test_a_row_is_given_before_the_next_piece_is_read() -> None:
    def pieces() -> Iterator[str]:
        yield '{"claims": [{"text": "a"}'
        yield ', {"text": "b"'
        raise AssertionError("too early")

    found = rows(pieces())
    assert next(row for row in found if row) == {"text": "a"}


def test_a_closed_list_is_the_end() -> None:
    def pieces() -> Iterator[str]:
        yield '{"claims": []'
        raise AssertionError("nobody waits for more")

    assert given_rows(pieces()) == []


@pytest.mark.parametrize(
    "reply",
    ['{"claims": [', '{"claims": [{"text": "a"}', '{"claims": [{"text": "a"},', '{"claims": [{"te', '{"claims": ["\\'],
)
def test_a_reply_that_breaks_off(reply: str) -> None:
    with pytest.raises(BackendReply, match="breaks off; ask again, or try another model"):
        given_rows([reply])


@pytest.mark.parametrize(
    "reply",
    ["", "<think>", '<think>{"claims": []}', "claims: []", '{"claims": 1}', '{"claims": [1]}', '{"claims": ["a"]}',
     '{"claims": [[1]]}', '{"claims": [{]}]}', '{"claims": [{"a": 1} x {"b": 2}]}', '{"claims": [null]}'],
)  # fmt: skip
def test_what_is_not_in_the_form(reply: str) -> None:
    with pytest.raises(BackendReply, match="did not answer in the form that was asked for; try another model"):
        given_rows([reply])


def test_depth_is_no_danger() -> None:
    deep = '{"claims": [' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "]}"
    with pytest.raises(BackendReply):
        given_rows([deep])


def test_every_piece_is_heard_of() -> None:
    heard = list(rows(["", "", '{"claims": [', "", "]}"]))
    assert len(heard) >= 5 and set(heard) == {None}
