from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.papers import safe_name, suffix_of
from rag.errors import ReadError


def word_file() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return sink.getvalue()


# ── what is a paper ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\0" * 500, b"\nSome trailer that a mail scanner added"])
def test_a_whole_pdf(report: bytes, tmp_path: Path, end: bytes) -> None:
    (tmp_path / "a").write_bytes(report + end)
    assert suffix_of(tmp_path / "a", "a", "") == ".pdf"


def test_the_content_comes_before_the_suffix(report: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(report)
    assert suffix_of(tmp_path / "a", "a", ".docx") == ".pdf"
    (tmp_path / "b").write_bytes(word_file())
    assert suffix_of(tmp_path / "b", "b", ".aspx") == ".docx"
    (tmp_path / "c").write_bytes(b"<!DOCTYPE html><html><body>Agenda</body></html>")
    assert suffix_of(tmp_path / "c", "c", "") == ".html"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
def test_a_pdf_cut_short(report: bytes, tmp_path: Path, share: float) -> None:
    (tmp_path / "a").write_bytes(report[: int(len(report) * share)])
    with pytest.raises(ReadError, match="cut short"):
        suffix_of(tmp_path / "a", "a", ".pdf")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\0\0  \n", "is empty"),
        (b"<html><body>503</body></html>", "is a web page, not a PDF"),
        (b"Sorry, not today", "not a PDF although it is called one"),
        (b"\x89PNG\r\n", "is an image"),
        (word_file()[:-10], "damaged or cut short"),
    ],
)
def test_no_paper(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ReadError, match=said):
        suffix_of(tmp_path / "a", "a", ".pdf")


# ── its name ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Bristol, City of", "Bristol, City of"),
        ("Agenda  2 December 2024", "Agenda 2 December 2024"),
        ("../../etc/passwd", "etc passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "paper"),
        ("...", "paper"),
        ("", "paper"),
        (".hidden", "hidden"),
        ("a\0b\nc\u202ed", "a b c d"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("Com1", "_Com1"),
        ("console", "console"),
        ("trailing. ", "trailing"),
        ("a:b|c?d*e<f>g", "a b c d e f g"),
        ("\ud800", "paper"),
    ],
)
def test_a_name_that_any_file_system_takes(called: str, name: str) -> None:
    assert safe_name(called) == name


@given(st.text(max_size=400))
def test_whatever_it_is_called_it_is_one_name(called: str) -> None:
    name = safe_name(called)
    assert name and name == safe_name(name)
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert len(os.fsencode(name)) <= 181 and not PureWindowsPath(name).is_reserved()
