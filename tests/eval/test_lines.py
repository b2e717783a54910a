import pytest

from eval.lines import Wrong, read_lines
from rag.errors import UsageError


def read(path):
    return read_lines(path, "results", lambda row: row["id"])


def test_lines_in_order_without_the_empty_ones(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('\ufeff{"id": "b", "text": "one\u2028line"}\n\n  \n{"id": "a"}', encoding="utf-8")
    assert read(path) == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"", "line 1: no results in this file"),
        (b"\n \n", "line 1: no results in this file"),
        (b'{"id": "a"}\n{"id": ', "line 2: not JSON"),
        (b"[1]", "line 1: not a JSON object"),
        (b'{"id": "a"}\n\n{"id": "a"}', "line 3: the id 'a' was used on line 1 already"),
        (b'{"id": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"id": "\xff"}', "not UTF-8"),
    ],
)
def test_faults_are_named(tmp_path, text, fault):
    path = tmp_path / "some.jsonl"
    path.write_bytes(text)
    with pytest.raises(UsageError, match=fault):
        read(path)


def test_what_the_maker_finds_wrong_and_a_file_that_is_not_there(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('{"id": "a"}', encoding="utf-8")

    def refuse(row):
        raise Wrong("too short")

    with pytest.raises(UsageError, match="line 1: too short"):
        read_lines(path, "results", refuse)
    with pytest.raises(UsageError, match="cannot read the results in .*no such file"):
        read(tmp_path / "gone.jsonl")
