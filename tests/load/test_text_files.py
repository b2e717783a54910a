import pytest

import rag.load.text
from rag.errors import ReadError
from rag.load.text import decode, line_ranges, read_markdown, read_text


def roles(markdown):
    (page,), _ = read_markdown(markdown.encode(), "a.md")
    return [line.role for line in page.lines]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("£5,000 – “care”".encode(), "£5,000 – “care”"),
        (b"\xef\xbb\xbfafter a mark", "after a mark"),
        (b"\x93quoted\x94 \x96 caf\xe9", "“quoted” – café"),
        ("wide".encode("utf-16"), "wide"),
        (b"one\r\ntwo\rthree\n", "one\r\ntwo\rthree\n"),
    ],
)
def test_the_page_text_is_the_decoded_file_untouched(data, text):
    assert read_text(data, "a.txt")[0][0].text == text


def test_what_is_no_text_is_refused():
    with pytest.raises(ReadError):
        decode(b"\x81", "a.txt")
    with pytest.raises(ReadError):
        decode(b"a\0b", "a.txt")


def test_text_is_capped_with_a_note(monkeypatch):
    monkeypatch.setattr(rag.load.text, "MAX_CHARACTERS", 4)
    (page,), problems = read_text(b"abcdefgh", "a.txt")
    assert page.text == "abcd" and problems == ("only the first 4 of 8 characters were read",)


def test_lines_are_split_at_every_kind_of_break():
    text = "one\r\ntwo\rthree\n\nfour"
    assert [text[a:b] for a, b in line_ranges(text)] == ["one", "two", "three", "", "four"]
    assert line_ranges("") == [(0, 0)]


def test_markdown_gives_lines_their_roles():
    assert roles("# Title\n\n- item\n* item\n\n| a | b |\n|---|--:|\n| 1 | <p>2</p> |\n\n[^1]: note\n\nwords") == [
        *("heading1", "", "item", "item", "", "head", "skip", "row", "", "footnote", "", ""),
    ]


def test_front_matter_stands_only_at_the_top():
    assert roles("---\ntitle: x\n---\nwords\n\n---\nmore") == ["front", "front", "front", "", "", "skip", ""]
    assert roles("---\nnever closed") == ["skip", ""]


def test_underlined_headings_and_fences():
    assert roles("Title\n=====\n\nPart\n---\n```\n# no heading\n```") == [
        *("heading1", "skip", "", "heading2", "skip", "skip", "", "skip"),
    ]
