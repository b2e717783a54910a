import io
import subprocess

import numpy as np
import pytest

from rag.errors import ReadError
from rag.load import ocr, picture
from rag.load.pdf import read

tesseract = pytest.mark.skipif(not ocr.available(), reason="Tesseract is not installed")

WORDS = [
    [
        (72, 760, 20, True, "Findings on practice"),
        (72, 700, 12, False, "Social workers visit children at home"),
        (72, 684, 12, False, "and write down what they have seen."),
        (72, 640, 12, True, "What must improve"),
        (72, 600, 12, False, "Plans for 298 children were late."),
    ],
    [(72, 700, 12, False, "Leaders know their services well.")],
]


def scanned(data: bytes) -> bytes:
    """The pages of a PDF as pictures, as a scanner would have made them."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        drawn = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()
    held = io.BytesIO()
    drawn[0].save(held, "PDF", resolution=200, save_all=True, append_images=drawn[1:])
    return held.getvalue()


@tesseract
def test_scanned_pages_read_like_printed_ones(make_pdf):
    printed, _ = read(make_pdf(WORDS), "a.pdf")
    pages, problems = read(scanned(make_pdf(WORDS)), "a.pdf")
    assert problems == ("read by OCR, so compare with the page: pages 1, 2",)
    for was, page in zip(printed, pages, strict=True):
        assert page.recognised and not was.recognised
        assert page.text.split() == was.text.split()
        assert page.size == pytest.approx(was.size, abs=1)
        lines = {was.text[line.start : line.end].strip(): line for line in was.lines}
        for line in page.lines:
            same = lines[page.text[line.start : line.end]]
            assert (line.size, line.bold) == (pytest.approx(same.size, rel=0.15), same.bold)
            assert line.box == pytest.approx(same.box, abs=0.3 * same.size)
    assert [page.text[word.start : word.end] for page in pages for word in page.words] == [
        word for page in pages for word in page.text.split()
    ]


@tesseract
def test_only_pages_that_are_pictures_are_recognised(make_pdf, monkeypatch):
    asked = []
    monkeypatch.setattr(ocr, "recognise", lambda page: asked.append(page))
    pages, problems = read(make_pdf([*WORDS, [(72, 700, 12, False, "Short.")], []]), "a.pdf")
    assert not asked and problems == () and len(pages) == 4
    with pytest.raises(ReadError, match="no text that can be read"):
        read(scanned(make_pdf(WORDS)), "a.pdf")
    assert len(asked) == 2


def test_without_tesseract_the_report_says_what_to_install(make_pdf, monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(ReadError, match="has no text layer, it is probably a scan; install Tesseract") as caught:
        read(scanned(make_pdf(WORDS)), "a.pdf")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("tesseract", 1), FileNotFoundError()])
def test_a_page_on_which_recognition_fails_is_named(make_pdf, monkeypatch, error):
    def fail(image, dots):
        raise error

    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "_run", fail)
    allowed = []
    with pytest.raises(ReadError):
        read(scanned(make_pdf(WORDS)), "a.pdf", allowed.append)
    assert allowed.count(ocr.SECONDS) == 2, "each page may take its time"


def test_no_more_pages_are_recognised_than_the_limit(make_pdf, monkeypatch):
    monkeypatch.setattr("rag.load.pdf.MAX_RECOGNISED", 1)
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "_run", lambda image, dots: hocr(line(100, [("Words", 100, 95), ("here.", 300, 95)])))
    pages, problems = read(scanned(make_pdf(WORDS)), "a.pdf")
    assert [page.text for page in pages] == ["Words here.\r\n", ""]
    assert problems == (
        "read by OCR, so compare with the page: page 1",
        "pictures without text, perhaps scans: page 2, more than are read by OCR",
    )


# ── what Tesseract says ──────────────────────────────────────────────────────────────────────────────────────────


def line(top, words, height=40):
    """A line of (word, left, confidence) as hOCR; every word is 150 pixels wide."""
    spans = "".join(
        f"<span class='ocrx_word' title='bbox {left} {top} {left + (150 if len(word) > 1 else 14)} "
        f"{top + (height if len(word) > 1 else 14)}; x_wconf {trust}'>{word}</span>"
        for word, left, trust in words
    )
    title = f"bbox {words[0][1]} {top} {words[-1][1] + 150} {top + height}; baseline 0 -8; x_size {height}; "
    return f"<span class='ocr_line' title='{title}x_descenders 8; x_ascenders 8'>{spans}</span>"


def hocr(*lines):
    return f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{''.join(lines)}</body></html>".encode()


def texts(*lines):
    return [" ".join(word for word, _ in seen.words) for seen in ocr._lines(hocr(*lines))]


def test_lines_that_cannot_be_trusted_are_left_out():
    assert texts(line(0, [("Good", 0, 96), ("words", 170, 40)]), line(100, [("sm%u", 0, 30), ("dge", 170, 20)])) == [
        "Good words"
    ]


def test_what_stands_far_before_a_line_is_its_bullet():
    assert texts(line(0, [("e", 0, 60), ("visits", 60, 95)])) == ["• visits"]
    assert texts(line(0, [("e", 0, 60), ("mail", 20, 95)])) == ["e mail"]
    assert texts(line(0, [("A", 0, 90), ("visit", 60, 95)])) == ["A visit"]


def test_cells_at_different_heights_are_lines_of_their_own():
    one = line(100, [("Leadership", 0, 95)])
    two = one.replace("</span></span>", "</span><span class='ocrx_word' title='bbox 900 130 1050 170; x_wconf 95'>"
                      "Good</span></span>")  # fmt: skip
    assert texts(two) == ["Leadership", "Good"]
    assert texts(two.replace("900 130 1050 170", "900 104 1050 144")) == ["Leadership Good"]


def test_hostile_output_is_only_text():
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + hocr(line(0, [("x&a;y", 0, 90)]))
    assert [seen.words[0][0] for seen in ocr._lines(bomb)] == ["x&a;y"], "entities are not written out"
    assert texts("<span class='ocr_line' title='nothing'><span class='ocrx_word'>word</span></span>") == []
    assert list(ocr._lines(b"")) == []


def test_lines_ruled_in_a_picture_are_found_where_they_are():
    page = np.full((1000, 800), 255, dtype=np.uint8)
    page[200:203, 100:700] = 0
    page[200:600, 100:103] = 0
    page[400:440, 300:340] = 0  # a letter
    page[700:760, 100:700] = 0  # a bar
    found = picture.rules(page, 2.0)
    assert set(found) == {(50.0, 398.5, 350.0, 400.0), (50.0, 200.0, 51.5, 400.0)}


def test_a_photograph_has_no_lines(monkeypatch):
    noise = np.random.default_rng(0).integers(0, 255, (400, 400), dtype=np.uint8)
    assert picture.rules(noise, 1.0) == ()
    stripes = np.tile(np.repeat(np.array([[0], [255]], dtype=np.uint8), 60, axis=1), (20, 1))
    assert len(picture.rules(stripes, 1.0)) == 20
    monkeypatch.setattr(picture, "_MANY", 10)
    assert picture.rules(stripes, 1.0) == ()
