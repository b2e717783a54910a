from __future__ import annotations

from pathlib import Path

import pytest
from played_site import Site, endless, kept, moved, pdf, reply

from corpus.add import add
from corpus.manifest import Manifest
from corpus.web import Web


def added(manifest: Manifest) -> list[str]:
    return sorted(path.name for path in (manifest.folder / "added").glob("*"))


# ── by address ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_by_its_address(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages["/docs/Agenda%20pack.pdf"] = kept(report)
    address = f"{site.base}/docs/Agenda%20pack.pdf"
    assert add(address, web, manifest).status == "fetched"
    paper = manifest.papers["added/Agenda pack.pdf"]
    assert (paper.address, paper.licence, paper.etag) == (address, "", '"one"')
    assert manifest.intact(paper)
    assert add(address, web, manifest).status == "unchanged"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Scrutiny pack.pdf"', "Scrutiny pack.pdf"),
        ("attachment; filename=pack.PDF", "pack.pdf"),
        ("attachment; filename*=UTF-8''Caf%C3%A9%20notes.pdf", "Café notes.pdf"),
        ('attachment; filename="../../../evil.pdf"', "evil.pdf"),
        ('attachment; filename="C:\\\\Users\\\\me\\\\con.pdf"', "_con.pdf"),
        ('attachment; filename="a\\"b.pdf"', "a b.pdf"),
        ("attachment; filename*=UTF-8''..%2f..%2fup.pdf", "up.pdf"),
        ('attachment; filename=""', "doc.pdf"),
        ('attachment; filename="....pdf"', "paper.pdf"),
        ("inline", "doc.pdf"),
        ('attachment; filename="report.exe"', "report.exe.pdf"),
    ],
)
def test_the_servers_name_for_it_made_safe(
    site: Site, web: Web, manifest: Manifest, report: bytes, disposition: str, name: str
) -> None:
    site.pages["/doc.aspx?id=3"] = pdf(report, Content_Disposition=disposition)
    outcome = add(f"{site.base}/doc.aspx?id=3", web, manifest)
    assert outcome.status == "fetched", outcome
    assert added(manifest) == [name if name != "doc.pdf" else "doc.aspx.pdf"]


def test_a_web_page_is_a_paper_too(site: Site, web: Web, manifest: Manifest) -> None:
    site.pages["/news/920"] = reply(b"<!DOCTYPE html><html><body><p>Rated good.</p></body></html>")
    assert add(f"{site.base}/news/920", web, manifest).file == "added/920.html"


def test_a_web_page_in_place_of_a_pdf_is_not(site: Site, web: Web, manifest: Manifest) -> None:
    site.pages["/pack.pdf"] = reply(b"<!DOCTYPE html><html><body>Log in</body></html>")
    outcome = add(f"{site.base}/pack.pdf", web, manifest)
    assert outcome.status == "failed" and "is a web page, not a PDF" in outcome.reason
    assert added(manifest) == []


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"MZ\0\0", b"{}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_paper(site: Site, web: Web, manifest: Manifest, body: bytes) -> None:
    site.pages["/x"] = reply(body, type="application/octet-stream")
    outcome = add(f"{site.base}/x", web, manifest)
    assert outcome.status == "failed" and "\n" not in outcome.reason
    assert manifest.papers == {} and added(manifest) == []


def test_two_addresses_with_one_name(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {"/a/Pack.pdf": pdf(report), "/b/pack.pdf": pdf(report + b"\n")}
    for path in ("/a/Pack.pdf", "/b/pack.pdf"):
        add(f"{site.base}{path}", web, manifest)
    assert added(manifest) == ["Pack.pdf", "pack (2).pdf"]


@pytest.mark.parametrize(
    "address", ["ftp://example.org/a.pdf", "file:///etc/passwd", "https://me:pw@example.org/a.pdf"]
)
def test_addresses_that_are_not_asked(web: Web, manifest: Manifest, address: str) -> None:
    assert add(address, web, manifest).status == "failed"


def test_a_redirect_names_it_by_where_it_ends(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {"/go": moved("/files/minutes.pdf"), "/files/minutes.pdf": pdf(report)}
    assert add(f"{site.base}/go", web, manifest).file == "added/minutes.pdf"


def test_one_without_end(site: Site, web: Web, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.download.LIMIT", 100_000)
    site.pages["/a.pdf"] = endless
    assert "more than 0.1 MB" in add(f"{site.base}/a.pdf", web, manifest).reason


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_copied_in(web: Web, manifest: Manifest, report: bytes, tmp_path: Path) -> None:
    source = tmp_path / "My paper.PDF"
    source.write_bytes(report)
    outcome = add(str(source), web, manifest)
    assert (outcome.status, outcome.file) == ("fetched", "added/My paper.pdf")
    paper = manifest.papers[outcome.file]
    assert (paper.address, paper.listed) == ("", "My paper.PDF")
    assert source.read_bytes() == report and manifest.intact(paper)
    assert add(str(source), web, manifest).status == "unchanged"


def test_two_files_of_one_name(web: Web, manifest: Manifest, report: bytes, tmp_path: Path) -> None:
    for folder, data in (("a", report), ("b", report + b"\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.pdf").write_bytes(data)
        add(str(tmp_path / folder / "p.pdf"), web, manifest)
    assert added(manifest) == ["p (2).pdf", "p.pdf"]


def test_a_file_that_is_no_paper(web: Web, manifest: Manifest, report: bytes, tmp_path: Path) -> None:
    (tmp_path / "cut.pdf").write_bytes(report[:200])
    outcome = add(str(tmp_path / "cut.pdf"), web, manifest)
    assert outcome.status == "failed" and "cut short" in outcome.reason


@pytest.mark.parametrize("named", ["nowhere.pdf", "www.newham.gov.uk/a.pdf", ""])
def test_what_is_neither(web: Web, manifest: Manifest, named: str) -> None:
    outcome = add(named, web, manifest)
    assert outcome.status == "failed" and outcome.reason.startswith("there is no file")
