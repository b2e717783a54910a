from __future__ import annotations

import json

import pytest

from rag.console import note, print_json, progress_of_indexing, say

HOSTILE = "a\x1b[2Jb\u202ec"


def test_results_go_to_stdout_and_notes_to_stderr_and_neither_commands_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(HOSTILE)
    note(HOSTILE)
    assert capsys.readouterr() == ("a[2Jbc\n", "findings: a[2Jbc\n")


def test_json_is_one_document_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": f"{HOSTILE}\x9f"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"a": f"{HOSTILE}\x9f"}
    assert not {"\x1b", "\x9f"} & set(out)


def test_no_bar_is_drawn_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_of_indexing() as progress:
        progress.start(2)
        progress.step("one.pdf")
        progress.note("so far")
    assert capsys.readouterr() == ("", "findings: so far\n")
