import pytest

import rag.load.pdf
from rag.errors import ReadError
from rag.load import load
from rag.load.pdf import read


def test_the_page_text_is_pdfiums_own_letter_for_letter(papers):
    import pypdfium2

    name = "ilacs/80511_newham/children's services inspection - 08 august 2014.pdf"
    document = load(papers / name, name)
    assert document.paged and document.format == "pdf" and document.problems == ()
    reference = pypdfium2.PdfDocument(papers / name)
    try:
        texts = []
        for page in reference:
            textpage = page.get_textpage()
            texts.append(textpage.get_text_range())
            textpage.close()
            page.close()
    finally:
        reference.close()
    assert [page.text for page in document.pages] == texts


def test_lines_know_their_place_size_and_weight(make_pdf):
    (page,), problems = read(
        make_pdf(
            [[(72, 700, 16, True, "A heading"), (72, 660, 12, False, "  Some words."), (300, 660, 8, False, "3")]]
        ),
        "a.pdf",
    )
    assert problems == ()
    shown = [(page.text[line.start : line.end].strip(), line.size, line.bold) for line in page.lines]
    assert ("A heading", 16, True) in shown
    assert any(text.startswith("Some words.") and (size, bold) == (12, False) for text, size, bold in shown)
    left, bottom, right, top = page.lines[0].box
    assert left == pytest.approx(72, abs=1) and bottom < 700 < top and right > left + 50
    assert page.size == (595, 842)


def test_the_first_letter_speaks_for_the_line_not_its_number(make_pdf):
    data = make_pdf([[(72, 700, 14, True, "47."), (100, 700, 12, False, "Leaders know the service")]])
    (page,), _ = read(data, "a.pdf")
    assert [line.size for line in page.lines] == [12]


def test_lines_of_words_that_a_hyphen_parted_span_both_printed_lines(make_pdf):
    data = make_pdf([[(200, 700, 12, False, "children in full-"), (72, 685, 12, False, "time education")]])
    (page,), _ = read(data, "a.pdf")
    if "\ufffe" not in page.text:
        pytest.skip("this PDFium keeps the lines apart")
    (line,) = page.lines
    assert line.box[0] == pytest.approx(72, abs=1) and line.box[1] < 685 and line.box[3] > 700


def test_printed_page_numbers_are_found_at_the_edge_of_the_page(make_pdf):
    body = [(72, 400 - 20 * i, 12, False, f"Words of line {i}") for i in range(3)]
    pages = [[*body, (72, 30, 8, False, f"18 to 29 July 2022 {n}")] for n in range(2, 6)]
    labelled, _ = read(make_pdf([body, *pages]), "a.pdf")
    assert [page.label for page in labelled] == [None, "2", "3", "4", "5"]
    lone, _ = read(make_pdf([[*body, (520, 20, 20, False, str(n))] for n in range(7, 10)]), "a.pdf")
    assert [page.label for page in lone] == ["7", "8", "9"]


def test_dates_are_no_page_numbers(make_pdf):
    pages, _ = read(
        make_pdf([[(72, 800, 12, False, "Published 8 August 2014"), (72, 400, 12, False, "Text.")]]), "a.pdf"
    )
    assert pages[0].label in (None, "2014")  # a single page proves nothing
    pages, _ = read(make_pdf([[(72, 800, 12, False, "Published 8 August 2014")]] * 4), "a.pdf")
    assert [page.label for page in pages] == [None] * 4


def test_a_paper_without_text_or_pictures_is_refused(make_pdf):
    with pytest.raises(ReadError, match=r"has no text that can be read"):
        read(make_pdf([[], []]), "a.pdf")


def test_a_cut_off_file_is_refused_or_noted(make_pdf):
    data = make_pdf([[(72, 700, 12, False, f"Page {n}")] for n in range(4)])
    with pytest.raises(ReadError, match="damaged"):
        read(data[:60], "a.pdf")
    _, problems = read(data[: data.index(b"startxref")], "a.pdf")
    assert any("cut short" in problem for problem in problems)


def test_pages_and_characters_are_capped_with_a_note(make_pdf, monkeypatch):
    data = make_pdf([[(72, 700, 12, False, f"Words of page {n}")] for n in range(4)])
    monkeypatch.setattr(rag.load.pdf, "MAX_PAGES", 2)
    pages, problems = read(data, "a.pdf")
    assert len(pages) == 2 and problems == ("only the first 2 of 4 pages were read",)
    monkeypatch.setattr(rag.load.pdf, "MAX_PAGES", 10)
    monkeypatch.setattr(rag.load.pdf, "MAX_CHARACTERS", 40)
    pages, problems = read(data, "a.pdf")
    assert len(pages) == 2 and problems == ("only the first 2 of 4 pages were read: the rest holds too much text",)
    monkeypatch.setattr(rag.load.pdf, "MAX_PAGE_CHARACTERS", 5)
    with pytest.raises(ReadError, match="none of its pages can be read"):
        read(data, "a.pdf")


def test_locked_files_are_refused(make_pdf):
    # The password check fails before anything else is looked at, so any values will do for the keys.
    data = make_pdf([[(72, 700, 12, False, "Words")]]).replace(
        b"/Root 1 0 R>>",
        b"/Root 1 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
        b"/Encrypt<</Filter/Standard/V 1/R 2/O<" + b"ab" * 32 + b">/U<" + b"cd" * 32 + b">/P -44>>>>",
    )
    with pytest.raises(ReadError, match="locked with a password; save a copy without one"):
        read(data, "a.pdf")
