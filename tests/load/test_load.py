import hashlib
import io
import os
import zipfile

import pytest

from rag.display import readable
from rag.errors import ReadError, UnsupportedFormat
from rag.load import MAX_BYTES, SUFFIXES, load, opened

PAGE = b"<!DOCTYPE html><html><body><p>Not found</p></body></html>"


def write(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def test_the_suffixes_that_a_folder_is_searched_for():
    assert set(SUFFIXES) == {".pdf", ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".docx", ".odt"}


def test_a_document_carries_its_name_its_hash_and_whether_it_has_pages(tmp_path):
    path = write(tmp_path, "a.txt", b"One line.")
    document = load(path, "folder/a.txt")
    assert (document.name, document.path, document.format, document.paged) == ("folder/a.txt", str(path), "text", False)
    assert document.sha256 == hashlib.sha256(b"One line.").hexdigest()
    assert document.problems == ()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", PAGE, "is a web page, not a PDF"),
        ("a.pdf", b"  \n<html><head></head></html>", "is a web page, not a PDF"),
        ("a.docx", PAGE, "is a web page, not a Word file"),
        ("a.odt", PAGE, "is a web page, not an OpenDocument file"),
        ("a.odt", b"just words", "is not an OpenDocument file"),
        ("a\nb\x1b.pdf", b"just words", "a b.pdf is not a PDF"),
        ("a.pdf", b"just words", "is not a PDF"),
        ("a.docx", b"just words", "is not a Word file"),
        ("a.txt", b"", "is empty"),
        ("a.pdf", b"", "is empty"),
        ("a.md", b" \r\n\t", "is empty"),
        ("a.txt", b"\x81\x8d\x8f", "is not text in UTF-8 or Windows-1252"),
        ("a.txt", b"a\x00b\x00", "binary data"),
        ("a.docx", b"PK\x03\x04 and nothing more", "is damaged or cut short"),
        ("a.pdf", b"%PDF-1.4\n1 0 obj<<", "is damaged or cut short"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line_with_the_fix(tmp_path, name, data, says):
    with pytest.raises(ReadError, match=says) as caught:
        load(write(tmp_path, name, data), name)
    message = str(caught.value)
    assert message.startswith(readable(name)) and "\n" not in message
    assert any(fix in message for fix in ("download", "save", "check", "run"))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.png", b"\x89PNG\r\n", "an image"),
        ("a.pdf", b"\xff\xd8\xff\xe0", "an image"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "Office"),
        ("a.rtf", b"{\\rtf1 words}", "RTF"),
        ("a.csv", b"a,b\n1,2\n", "of a kind that is not read"),
        ("a.pdf", b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_kinds_that_are_never_read(tmp_path, name, data, says):
    with pytest.raises(UnsupportedFormat, match=says):
        load(write(tmp_path, name, data), name)


def test_other_archives_are_named_for_what_they_are(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UnsupportedFormat, match="a spreadsheet"):
        load(write(tmp_path, "a.docx", held.getvalue()), "a.docx")


def test_content_outweighs_the_suffix(tmp_path, make_pdf):
    data = make_pdf([[(72, 700, 12, False, "Words of a page.")]])
    assert load(write(tmp_path, "a.txt", data), "a.txt").format == "pdf"
    assert load(write(tmp_path, "a", data), "a").format == "pdf"
    assert load(write(tmp_path, "b.txt", PAGE), "b.txt").format == "html"


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(ReadError, match=r"gone\.pdf cannot be opened"):
        load(tmp_path / "gone.pdf", "gone.pdf")
    with pytest.raises(ReadError, match="is a folder"):
        load(tmp_path, "folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.pdf")
    with pytest.raises(ReadError, match=r"a\.pdf is no ordinary file"):
        load(tmp_path / "a.pdf", "a.pdf")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, "a.txt", b"x" * 100)
    with opened(path, "a.txt") as source:
        with path.open("ab") as more:
            more.write(b"y" * 100)
        assert len(source.read()) == 200
    monkeypatch.setattr("rag.load.MAX_BYTES", 150)
    monkeypatch.setattr("rag.load.os.fstat", lambda number: os.stat_result((0o100644, 0, 0, 1, 0, 0, 100, 0, 0, 0)))
    with pytest.raises(ReadError, match="grows while it is read"):
        load(path, "a.txt")


def test_files_of_monstrous_size_are_refused_unread(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ReadError, match="more than the 300 MB"):
        load(path, "a.txt")


def test_the_error_page_among_the_papers(papers):
    name = "ilacs/80543_rotherham/children's services inspection - 10 august 2012.pdf"
    with pytest.raises(ReadError, match="is a web page, not a PDF"):
        load(papers / name, name)
