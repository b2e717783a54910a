from __future__ import annotations

import pytest

from rag.display import harmless, readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a\r\n b\t c", "a b c"),
        (" between quotes \r\n", " between quotes "),
        ("re\ufffeview so\u00adon", "re-view soon"),
        ("child\ufffe\r\nfocused", "child-focused"),
        ("\uf0b7 item", "• item"),
        ("é “x” 🙂", "é “x” 🙂"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
    ],
)
def test_readable(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_harmless_takes_commands_out_and_leaves_line_breaks() -> None:
    assert harmless("a\n\tb\x1b") == "a\n\tb"
    assert harmless("\x9b2J\u202etxt\x85\x7f\r") == "2Jtxt"
