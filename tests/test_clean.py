import pytest

from rag.clean import clean, vocabulary


def cleaned(text, words=frozenset()):
    return clean(text, 0, len(text), words)[0]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("", ""),
        (" \r\n ", ""),
        ("two  words\r\nand\tmore ", "two words and more"),
        ("no\u00a0break\u202f\u202fhere", "no break here"),
        ("full\ufffetime education", "full-time education"),
        ("child-\r\nfocused plans", "child-focused plans"),
        ("child- and family-\nfocused", "child- and family-focused"),
        ("in\u00adfor\u00adma\u00adtion", "information"),
        ("2015\ufffe16 and 0\u00ad5", "2015-16 and 0-5"),
        ("aged 16-\n17, 2014\u2013\r\n15", "aged 16-17, 2014\u201315"),
        ("a dash \u2013\n15 of them", "a dash \u2013 15 of them"),
        ("\uf06e The authority", "The authority"),
        ("e\ufb03cient \ufb01ndings", "efficient findings"),
        ("**T** 0300 and __bold__", "T 0300 and bold"),
        ("supported.[^1] Plans[^note]", "supported. Plans"),
        ("| <p>1. Children</p> | <p>Good</p> |", "1. Children Good"),
        ("over<br>two<br/>lines", "over two lines"),
        ("1,834 children at 56.7%, 3 < 4 > 2 and 2*3", "1,834 children at 56.7%, 3 < 4 > 2 and 2*3"),
        ("snake_case stays", "snake_case stays"),
        ("dealing. ↩", "dealing."),
    ],
)
def test_what_becomes_of_marks(raw, text):
    assert cleaned(raw) == text


def test_a_hyphen_goes_only_where_the_document_knows_the_word_without_it():
    words = vocabulary(["The information is shared. Full-time staff work fulltime."])
    assert cleaned("infor\ufffemation", words) == "information"
    assert cleaned("infor-\nmation", words) == "information"
    assert cleaned("full\ufffetime", words) == "full-time"
    assert cleaned("well\ufffebeing", words) == "well-being"
    # No paper must print "decision" whole elsewhere: "sion" is the end of a word, and no word.
    assert cleaned("deci-\nsion", vocabulary(["A deci-\nsion is made."])) == "decision"


def test_marks_of_footnotes_are_left_out():
    raw = "the Board1 met; of 42,6163 children\n3\n, some"
    marks = [(9, 10), (25, 26), (36, 37)]
    text, offsets = clean(raw, 0, len(raw), frozenset(), marks)
    assert text == "the Board met; of 42,616 children, some"
    assert [raw[o] for o in offsets if raw[o].isdigit()] == list("42616")


@pytest.mark.parametrize("raw", ["12\ufffe13", "1 \r\n 2", "3\u00ad4", "5\uf06e6", "\ufb017|8", "9-\n10", "4[^1]5"])
def test_digits_are_kept_and_never_joined(raw):
    digits = [c for c in raw.replace("[^1]", "") if c.isdigit()]
    text, offsets = clean(raw, 0, len(raw))
    assert [c for c in text if c.isdigit()] == digits
    assert all(raw[offsets[i]] == c for i, c in enumerate(text) if c.isdigit())


def test_digits_apart_in_the_source_stay_apart():
    for raw in ("12\ufffe13", "1 \r\n 2", "3\u00ad4"):
        text = cleaned(raw)
        assert any(not c.isdigit() for c in text.strip("0123456789") or text.strip()[1:-1])


def test_every_character_knows_where_it_came_from():
    raw = "xx The  \ufb01rst\r\nfull\ufffetime\u00ad plan. yy"
    text, offsets = clean(raw, 3, len(raw) - 3)
    assert text == "The first full-time plan."
    assert len(offsets) == len(text) and offsets == sorted(offsets)
    assert offsets[0] == 3 and offsets[-1] == raw.index(". yy")
    for i, c in enumerate(text):
        assert c in (" ", "-", raw[offsets[i]]) or raw[offsets[i]] == "\ufb01"


def test_nothing_outside_the_range_is_looked_at():
    assert clean("infor\ufffemation", 0, 6)[0] == "infor-"
    assert clean("ab **cd** ef", 3, 9)[0] == "cd"
