from __future__ import annotations

from pathlib import Path

import pytest
from played_site import Site, StoppedClock, endless, kept, pdf, raw, reply

from corpus import download as module
from corpus.download import PARTS, download
from corpus.web import Web
from rag.errors import SiteError, SiteFalters

BODY = b"%PDF-1.4\n" + bytes(range(256)) * 2000 + b"\n%%EOF"


def parts(folder: Path) -> list[str]:
    return sorted(path.suffix for path in (folder / PARTS).glob("*"))


def test_a_whole_file_and_what_was_said_of_it(site: Site, web: Web, tmp_path: Path) -> None:
    date = "Wed, 21 Sep 2022 09:00:00 GMT"
    site.pages["/f"] = pdf(BODY, ETag='"one"', Last_Modified=date, Content_Disposition='attachment; filename="a.pdf"')
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY
    assert (whole.etag, whole.modified, whole.url) == ('"one"', date, f"{site.base}/f")
    assert whole.disposition == 'attachment; filename="a.pdf"'


def test_what_has_not_changed_is_not_sent_again(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/f"] = kept(BODY)
    assert download(web, f"{site.base}/f", tmp_path, etag='"one"', modified="then") is None
    assert site.headers("/f")[0]["if-none-match"] == '"one"'
    assert site.headers("/f")[0]["if-modified-since"] == "then"
    assert parts(tmp_path) == []


def test_what_has_changed_is(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/f"] = kept(BODY, etag='"two"')
    whole = download(web, f"{site.base}/f", tmp_path, etag='"one"')
    assert whole and whole.etag == '"two"'


def test_after_a_cut_only_the_rest_is_asked_for(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/f"] = kept(BODY, cut=[1000, 200_000])
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY
    asked = [headers.get("range") for headers in site.headers("/f")]
    assert asked == [None, "bytes=1000-", "bytes=201000-"]
    assert site.headers("/f")[1]["if-range"] == '"one"'


def test_another_day_it_goes_on_from_there(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/f"] = kept(BODY, cut=[100, 100, 100, 100])
    with pytest.raises(SiteFalters, match="breaks off"):
        download(web, f"{site.base}/f", tmp_path)
    assert parts(tmp_path) == [".json", ".part"]
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY
    assert site.headers("/f")[-1]["range"] == "bytes=400-"


def test_a_file_that_has_changed_since_the_cut_is_sent_whole(site: Site, web: Web, tmp_path: Path) -> None:
    new = BODY.replace(b"%PDF-1.4", b"%PDF-1.7")
    site.pages["/f"] = [kept(BODY, cut=[1000]), kept(new, etag='"two"')]
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and (whole.path.read_bytes(), whole.etag) == (new, '"two"')


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"weak"'}])
def test_without_a_sure_sign_that_it_is_the_same_file_nothing_is_joined(
    site: Site, web: Web, tmp_path: Path, headers: dict[str, str]
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    cut = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n" + lines + b"\r\n%PDF-1.4")
    site.pages["/f"] = [cut, pdf(BODY)]
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY
    assert all("range" not in headers for headers in site.headers("/f"))


@pytest.mark.parametrize(
    "rest",
    [
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 7-9/10\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1000-1002/9999\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
    ],
)
def test_another_part_than_was_asked_for_is_not_joined(site: Site, web: Web, tmp_path: Path, rest: bytes) -> None:
    site.pages["/f"] = [kept(BODY, cut=[1000]), raw(rest), kept(BODY)]
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY


def test_one_that_came_whole_just_when_it_was_stopped_is_taken_as_it_is(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/f"] = kept(BODY)
    first = download(web, f"{site.base}/f", tmp_path)
    again = download(web, f"{site.base}/f", tmp_path)
    assert first and again and again.path.read_bytes() == BODY and again.etag == '"one"'
    assert [headers.get("range") for headers in site.headers("/f")] == [None, f"bytes={len(BODY)}-"]
    again.drop()
    assert parts(tmp_path) == []


def test_a_part_that_was_not_asked_for_is_not_taken(site: Site, web: Web, tmp_path: Path) -> None:
    part = raw(b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-7/99\r\nContent-Length: 8\r\n\r\n%PDF-1.4")
    site.pages["/f"] = [part, kept(BODY)]
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY


def test_that_nothing_has_changed_is_not_believed_where_that_was_not_asked(
    site: Site, web: Web, tmp_path: Path
) -> None:
    site.pages["/f"] = reply(status=304)
    with pytest.raises(SiteFalters, match="neither the paper nor its rest"):
        download(web, f"{site.base}/f", tmp_path)


def test_an_endless_file_leaves_nothing(site: Site, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT", 300_000)
    site.pages["/f"] = endless
    with pytest.raises(SiteError, match=r"more than 0\.3 MB"):
        download(web, f"{site.base}/f", tmp_path)
    assert parts(tmp_path) == []


def test_the_limit_holds_for_all_parts_together(
    site: Site, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMIT", len(BODY) - 1)
    site.pages["/f"] = raw(b'HTTP/1.1 200 OK\r\nETag: "one"\r\nContent-Length: 9000\r\n\r\n' + BODY[:1000])
    with pytest.raises(SiteFalters):
        download(web, f"{site.base}/f", tmp_path)
    site.pages["/f"] = kept(BODY)
    with pytest.raises(SiteError, match="MB"):
        download(web, f"{site.base}/f", tmp_path)


def test_two_addresses_have_two_parts(site: Site, web: Web, tmp_path: Path, stopped: StoppedClock) -> None:
    site.pages |= {"/f": kept(BODY), "/g": kept(BODY + b"\n", etag='"two"')}
    first, second = download(web, f"{site.base}/f", tmp_path), download(web, f"{site.base}/g", tmp_path)
    assert first and second and first.path != second.path


def test_damaged_notes_on_a_part_mean_a_new_start(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/f"] = kept(BODY, cut=[100] * 4)
    with pytest.raises(SiteFalters):
        download(web, f"{site.base}/f", tmp_path)
    for notes in (tmp_path / PARTS).glob("*.json"):
        notes.write_bytes(b"[\xff")
    whole = download(web, f"{site.base}/f", tmp_path)
    assert whole and whole.path.read_bytes() == BODY
    assert "range" not in site.headers("/f")[-1]
