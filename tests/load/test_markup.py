import io
import zipfile

import pytest

import rag.load.markup
from rag.errors import ReadError
from rag.load.markup import read_docx, read_html, zip_format
from rag.parse import parse
from rag.types import Document

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p {}</style></head><body>
<nav><ul><li>Home</li></ul></nav><div class="cookie-banner">We use cookies</div>
<main><h1>Focused visit</h1><p>Children are <b>well</b>\n supported.<br>Plans are   clear.</p>
<ul><li>First point</li><li>Second <a href="#">point</a><ul><li>Within</li></ul></li></ul>
<h2>Judgements</h2><table><tr><th>Judgement</th><th>Grade</th></tr><tr><td>Overall</td><td>Good</td></tr></table>
<script>var x = "never shown";</script>tail words<p hidden>unseen</p></main>
<footer><p>Contact us</p></footer></body></html>"""


def lines(pages):
    (page,) = pages
    return [(line.role, page.text[line.start : line.end]) for line in page.lines]


def test_a_web_page_becomes_lines_with_roles():
    pages, problems = read_html(PAGE.encode(), "a.html")
    assert problems == ()
    assert lines(pages) == [
        ("skip", "Home"),
        ("skip", "We use cookies"),
        ("heading1", "Focused visit"),
        ("", "Children are well supported. Plans are clear."),
        ("item", "First point"),
        ("item", "Second point"),
        ("item", "  Within"),
        ("heading2", "Judgements"),
        ("head", "Judgement | Grade"),
        ("row", "Overall | Good"),
        ("", "tail words"),
        ("skip", "Contact us"),
    ]


def test_the_declared_encoding_is_believed():
    data = '<html><meta charset="iso-8859-1"><p>caf\u00e9</p></html>'.encode("latin-1")
    assert lines(read_html(data, "a.html")[0]) == [("", "café")]


@pytest.mark.parametrize("data", [b"<html></html>", b"<html><body><nav>Home</nav></body></html>"])
def test_a_page_without_words_is_refused(data):
    with pytest.raises(ReadError, match="holds no text"):
        read_html(data, "a.html")


def test_boilerplate_is_told_by_whole_words_and_never_holds_the_page():
    page = (
        '<body><form class="cookies-on"><ul class="breadcrumb"><li>Home</li></ul><h1 id="social-work">Social work</h1>'
        '<div class="social-care"><p>Plans for children were late, and visits to them not regular enough.</p></div>'
        '<div class="social-media">Like us</div><div id="cookie_banner">Accept</div><p class="sharing">Shared.</p>'
        '<div class="related-links">More news</div></form></body>'
    )
    assert lines(read_html(page.encode(), "a.html")[0]) == [
        ("skip", "Home"),
        ("heading1", "Social work"),
        ("", "Plans for children were late, and visits to them not regular enough."),
        ("skip", "Like us"),
        ("skip", "Accept"),
        ("", "Shared."),
        ("skip", "More news"),
    ]


def test_deep_nesting_breaks_nothing():
    pages, problems = read_html(b"<body><p>top</p>" + b"<div>" * 1500 + b"words" + b"</div>" * 1500, "a.html")
    assert [text for _, text in lines(pages)] == ["top", "words"] and problems == ()
    pages, problems = read_html(b"<body><p>top</p>" + b"<div>" * 9000 + b"words", "a.html")
    assert lines(pages)[0] == ("", "top") and problems == ("parts that are nested too deep could not be read",)


@pytest.fixture
def word_file():
    import docx

    document = docx.Document()
    document.add_heading("Committee paper", 1)
    document.add_paragraph("Members are asked to note the report.")
    document.add_paragraph("A point", style="List Bullet")
    document.add_paragraph("A point of it", style="List Bullet 2")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "Overall"
    table.rows[0].cells[1].text = "Good"
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def test_a_word_file_becomes_lines_with_roles(word_file):
    assert zip_format(word_file, "a.docx") == "docx"
    pages, problems = read_docx(word_file, "a.docx")
    assert problems == ()
    assert lines(pages) == [
        ("heading1", "Committee paper"),
        ("", "Members are asked to note the report."),
        ("item", "A point"),
        ("item", "  A point of it"),
        ("row", "Overall | Good"),
    ]


def test_a_zip_that_unpacks_to_too_much_is_refused(word_file, monkeypatch):
    monkeypatch.setattr(rag.load.markup, "MAX_UNPACKED", 100)
    with pytest.raises(ReadError, match="unpacks to"):
        zip_format(word_file, "a.docx")


def test_a_broken_word_file_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<not a document")
    with pytest.raises(ReadError, match="damaged"):
        read_docx(held.getvalue(), "a.docx")


def test_what_follows_a_list_within_a_list_is_not_led_in_by_it():
    html = "<p>We saw:</p><ul><li>Partners share:<ul><li>police</li></ul></li><li>Caseloads are 15.</li></ul>"
    pages, _ = read_html(html.encode(), "a.html")
    blocks = parse(Document("a.html", "a.html", "", "html", pages, False))
    assert [(b.text, b.level, b.lead and b.lead.text) for b in blocks if b.kind == "item"] == [
        ("Partners share:", 1, "We saw:"),
        ("police", 2, "Partners share:"),
        ("Caseloads are 15.", 1, "We saw:"),
    ]
