"""PDFs that go in circles or grow without end: each costs at most itself, in one line. They are small as files, and the
limits are lowered, so that what would take gigabytes and minutes shows in seconds."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest

from rag import readers
from rag.readers import CRASHED, TOO_LARGE, TOO_LONG, Paper, read_all

SHOWN = b"BT /F 12 Tf 72 700 Td (Plans in Newham were late.) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>"
)


def stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n" % (len(data), keys) + data + b"\nendstream"


def pdf(*objects: bytes) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + rows
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def packed(unit: bytes, times: int, last: bytes = SHOWN) -> bytes:
    packer = zlib.compressobj(9)
    data = packer.compress(b"BT /F 12 Tf 72 700 Td ")
    data += b"".join(packer.compress(unit * 1000) for _ in range(times // 1000))
    return stream(data + packer.compress(b"ET " + last) + packer.flush(), b"/Filter/FlateDecode")


def forms(count: int, uses: int) -> list[bytes]:
    """Forms that each show the next one several times; the last one shows the first."""
    return [
        stream(b"/X Do " * uses, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % (
            7 + i if i < count - 1 else 6))
        for i in range(count)
    ]  # fmt: skip


READ = {
    "outline.pdf": pdf(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>", PAGES, PAGE, stream(SHOWN), FONT,
        b"<</First 7 0 R/Last 7 0 R/Count 1>>", b"<</Title(a)/Parent 7 0 R/Next 7 0 R/First 6 0 R>>",
    ),
    "tree.pdf": pdf(
        CATALOG, b"<</Type/Pages/Count 3/Kids[3 0 R 2 0 R 6 0 R]>>", PAGE, stream(SHOWN), FONT,
        b"<</Type/Pages/Count 1/Parent 2 0 R/Kids[2 0 R]>>",
    ),
    "count.pdf": pdf(CATALOG, b"<</Type/Pages/Count 2000000000/Kids[3 0 R]>>", PAGE, stream(SHOWN), FONT),
    "sheet.pdf": pdf(CATALOG, PAGES, PAGE.replace(b"595 842", b"5950000 8420000"), stream(SHOWN), FONT),
}  # fmt: skip
REFUSED = {
    "only.pdf": pdf(CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
    "blank.pdf": pdf(CATALOG, PAGES, PAGE, packed(b" " * 1000, 400_000), FONT),
    "twice.pdf": pdf(CATALOG, PAGES, PAGE, stream(
        zlib.compress(zlib.compress(b" " * 400_000_000, 9), 9), b"/Filter[/FlateDecode/FlateDecode]"), FONT),
    "strokes.pdf": pdf(CATALOG, PAGES, PAGE, packed(b"q 0 0 m 1 1 l S Q ", 2_000_000), FONT),
    "words.pdf": pdf(CATALOG, PAGES, PAGE, packed(b"(Plans were late. ) Tj ", 300_000), FONT),
    "circle.pdf": pdf(CATALOG, PAGES, PAGE, stream(b"/X Do"), FONT, *forms(1, 2)),
    "billion.pdf": pdf(CATALOG, PAGES, PAGE, stream(b"/X Do"), FONT, *forms(25, 10)),
}  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux counts all the memory that is filled")
def test_each_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MEMORY", 400_000_000)
    files = READ | REFUSED
    for name, data in files.items():
        assert len(data) < 1_500_000
        (tmp_path / name).write_bytes(data)
    said = {list(files)[at]: found for at, found in read_all([(tmp_path / name, name) for name in files], 2, 160)}
    assert set(said) == set(files)
    for name in READ:
        assert isinstance(said[name], Paper), said[name]
        assert "Plans in Newham were late." in said[name].document.pages[0].text
    for name in REFUSED:
        assert said[name] in (CRASHED, TOO_LARGE, TOO_LONG) or "damaged" in str(said[name]), name


def test_more_pages_than_the_limit_are_left_out_and_the_report_says_so(tmp_path: Path) -> None:
    count = 10_000
    kids = b" ".join(b"%d 0 R" % (7 + i) for i in range(count))
    page = PAGE.replace(b"/XObject<</X 6 0 R>>", b"")
    data = pdf(
        CATALOG, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), b"null", stream(SHOWN), FONT, b"null",
        *[page] * count,
    )  # fmt: skip
    (tmp_path / "a.pdf").write_bytes(data)
    made = readers.read_paper(tmp_path / "a.pdf", "a.pdf", 160)
    assert len(made.document.pages) == 5000
    assert made.document.problems == ("only the first 5000 of 10000 pages were read",)
