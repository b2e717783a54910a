from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from played_site import Site, StoppedClock, bomb, endless, kept, link, moved, pdf, provider, raw, reply

from corpus import SITE
from corpus.catalogue import chosen, reports_on
from corpus.fetch import fetch
from corpus.keep import Outcome
from corpus.manifest import Manifest
from corpus.web import Web
from rag.errors import SiteUnreached

NEWHAM, LEEDS = "/provider/44/80511", "/provider/44/80481"
INSPECTION = "Children's services inspection, pdf - 21 September 2022"
VISIT = "Children's services focused visit, pdf - 4 March 2021"


def get(
    site: Site, web: Web, manifest: Manifest, names: Sequence[str] = ("Newham",), since: int | None = None
) -> list[Outcome]:
    return fetch(chosen(names), web, manifest, since=since, site=site.base + "/")


def said(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    return [(one.what, one.status) for one in outcomes]


def files(manifest: Manifest) -> list[str]:
    found = (path for path in manifest.folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(manifest.folder).as_posix() for path in found if path.name != ".lock")


# ── as it should go ──────────────────────────────────────────────────────────────────────────────────────────────


def test_reports_come_with_their_manifest(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {
        NEWHAM: provider(link("/v1/file/1", INSPECTION), link("/v1/file/2", VISIT)),
        "/v1/file/1": kept(report),
        "/v1/file/2": pdf(report + b"\n", Last_Modified="Thu, 04 Mar 2021 09:00:00 GMT"),
    }
    outcomes = get(site, web, manifest)
    assert [one.status for one in outcomes] == ["fetched", "fetched"]
    names = ["Newham/2021-03-04 focused visit.pdf", "Newham/2022-09-21 inspection.pdf"]
    assert files(manifest) == [*names, "manifest.json"]
    assert (manifest.folder / names[1]).read_bytes() == report
    paper = Manifest(manifest.folder).papers[names[1]]
    assert (paper.address, paper.sha256) == (f"{site.base}/v1/file/1", hashlib.sha256(report).hexdigest())
    assert (paper.authority, paper.urn, paper.kind, paper.published) == ("Newham", "80511", "inspection", "2022-09-21")
    assert (paper.licence, paper.etag, paper.bytes) == ("Open Government Licence v3.0", '"one"', len(report))
    assert paper.fetched.endswith("+00:00") and INSPECTION in paper.listed
    assert manifest.papers[names[0]].modified == "Thu, 04 Mar 2021 09:00:00 GMT"


def test_the_second_time_nothing_is_sent_again(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {NEWHAM: provider(link("/v1/file/1", INSPECTION)), "/v1/file/1": kept(report)}
    get(site, web, manifest)
    before = json.loads((manifest.folder / "manifest.json").read_text())
    assert [one.status for one in get(site, web, manifest)] == ["unchanged"]
    assert site.headers("/v1/file/1")[1]["if-none-match"] == '"one"'
    assert json.loads((manifest.folder / "manifest.json").read_text()) == before


def test_a_site_that_knows_no_conditions_sends_it_again_and_it_counts_as_unchanged(
    site: Site, web: Web, manifest: Manifest, report: bytes
) -> None:
    site.pages |= {NEWHAM: provider(link("/v1/file/1", INSPECTION)), "/v1/file/1": pdf(report)}
    assert [get(site, web, manifest)[0].status, get(site, web, manifest)[0].status] == ["fetched", "unchanged"]


def test_a_report_that_was_published_anew_takes_the_old_ones_place(
    site: Site, web: Web, manifest: Manifest, report: bytes
) -> None:
    site.pages |= {
        NEWHAM: provider(link("/v1/file/1", INSPECTION)),
        "/v1/file/1": [kept(report), kept(report + b"\n", '"two"')],
    }
    get(site, web, manifest)
    assert [one.status for one in get(site, web, manifest)] == ["updated"]
    (paper,) = manifest.papers.values()
    assert paper.bytes == len(report) + 1 and manifest.intact(paper)


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.4 something else"])
def test_a_paper_that_is_not_what_it_was_is_fetched_again(
    site: Site, web: Web, manifest: Manifest, report: bytes, damage: bytes
) -> None:
    site.pages |= {NEWHAM: provider(link("/v1/file/1", INSPECTION)), "/v1/file/1": kept(report)}
    (first,) = get(site, web, manifest)
    path = manifest.folder / first.file
    path.write_bytes(damage) if damage else path.unlink()
    get(site, web, manifest)
    assert path.read_bytes() == report
    assert "if-none-match" not in site.headers("/v1/file/1")[1]


def test_only_reports_since_a_year_and_those_without_a_date(
    site: Site, web: Web, manifest: Manifest, report: bytes
) -> None:
    links = (link("/1", INSPECTION), link("/2", VISIT), link("/3", "Inspection"), link("/4", "SEND inspection"))
    site.pages |= {NEWHAM: provider(*links)} | {f"/{n}": pdf(report + b"\n" * n) for n in range(1, 5)}
    outcomes = get(site, web, manifest, since=2022)
    assert [(one.status, one.reason) for one in outcomes] == [
        ("fetched", ""),
        ("left out", "is from before 2022"),
        ("fetched", ""),
        ("left out", "is not on children's social care"),
    ]
    assert files(manifest)[:2] == ["Newham/2022-09-21 inspection.pdf", "Newham/inspection 3.pdf"]


def test_two_reports_of_one_day_and_kind_are_two_files(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {
        NEWHAM: provider(link("/1", INSPECTION), link("/2", INSPECTION), link("/1", INSPECTION)),
        "/1": pdf(report),
        "/2": pdf(report + b"\n"),
    }
    get(site, web, manifest)
    assert files(manifest)[:2] == ["Newham/2022-09-21 inspection (2).pdf", "Newham/2022-09-21 inspection.pdf"]


def test_a_file_that_a_person_put_there_is_left_alone(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    own = manifest.folder / "Newham" / "2022-09-21 inspection.pdf"
    own.parent.mkdir()
    own.write_bytes(b"my notes")
    site.pages |= {NEWHAM: provider(link("/1", INSPECTION)), "/1": pdf(report)}
    assert get(site, web, manifest)[0].file == "Newham/2022-09-21 inspection (2).pdf"
    assert own.read_bytes() == b"my notes"


def test_one_that_was_put_there_but_not_written_down_is_taken_for_it(
    site: Site, web: Web, manifest: Manifest, report: bytes
) -> None:
    site.pages |= {NEWHAM: provider(link("/1", INSPECTION)), "/1": pdf(report)}
    get(site, web, manifest)
    (manifest.folder / "manifest.json").unlink()
    assert get(site, web, Manifest(manifest.folder))[0].file == "Newham/2022-09-21 inspection.pdf"
    assert files(manifest) == ["Newham/2022-09-21 inspection.pdf", "manifest.json"]


def test_one_report_follows_the_other_with_pauses(
    site: Site, web: Web, manifest: Manifest, report: bytes, stopped: StoppedClock
) -> None:
    site.pages |= {
        "/robots.txt": reply(b"User-agent: *\nCrawl-delay: 3"),
        NEWHAM: provider(link("/1", INSPECTION), link("/2", VISIT)),
        "/1": pdf(report),
        "/2": pdf(report + b"\n"),
    }
    get(site, web, manifest)
    assert site.paths() == ["/robots.txt", NEWHAM, "/1", "/2"]
    assert stopped.slept == [3.0, 3.0, 3.0]


# ── as it may go ─────────────────────────────────────────────────────────────────────────────────────────────────

FAULTS = {
    "an error page": (reply(b"<html>Sorry</html>"), "is a web page, not a PDF"),
    "an error page that calls itself a PDF": (pdf(b"<html>Sorry</html>"), "is a web page, not a PDF"),
    "another file": (pdf(b"PK\x03\x04 and so on"), "damaged or cut short"),
    "text": (pdf(b"Service unavailable"), "not a PDF although it is called one"),
    "nothing": (pdf(b""), "is empty"),
    "not there": (reply(status=404), r"has nothing there.*\(404 Not Found\)"),
    "taken down": (reply(status=410), r"taken it down.*\(410 Gone\)"),
    "too many requests": (reply(status=429, Retry_After="3"), r"\(429 Too Many Requests\)"),
    "too many requests, without an hour": (reply(status=429), r"\(429 Too Many Requests\)"),
    "out of order": (reply(status=500), r"\(500 Internal Server Error\)"),
    "cut off": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n%PDF-1.4"), "breaks off before its end"),
    "too short a length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n%PDF-1.4\nand more"), "cut short"),
    "no end": (endless, "more than 1.0 MB"),
    "a bomb": (bomb(20_000_000), "more than 1.0 MB"),
    "a circle": (moved("/fault"), "redirects more than"),
    "no protocol": (raw(b"SSH-2.0-OpenSSH\r\n"), "gives no proper answer"),
    "a local file": (moved("file:///etc/passwd"), "is no web address"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_is_one_line_and_the_rest_goes_on(
    site: Site, web: Web, manifest: Manifest, report: bytes, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("corpus.download.LIMIT", 1_000_000)
    respond, reason = FAULTS[fault]
    site.pages |= {
        NEWHAM: provider(link("/fault", INSPECTION), link("/2", VISIT)),
        "/fault": respond,
        "/2": pdf(report),
    }
    failed, fetched = get(site, web, manifest)
    assert (failed.status, fetched.status) == ("failed", "fetched")
    assert failed.what == "Newham, inspection 2022-09-21" and "\n" not in failed.reason
    assert re.search(reason, failed.reason)
    assert files(manifest) == ["Newham/2021-03-04 focused visit.pdf", "manifest.json"]
    assert list(manifest.papers) == ["Newham/2021-03-04 focused visit.pdf"]


def test_a_paper_that_cannot_be_had_again_stays(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {NEWHAM: provider(link("/1", INSPECTION)), "/1": [pdf(report), pdf(b"<html>Sorry</html>")]}
    get(site, web, manifest)
    assert [one.status for one in get(site, web, manifest)] == ["failed"]
    assert all(manifest.intact(paper) for paper in manifest.papers.values())


def test_a_page_that_is_laid_out_otherwise_and_the_next(
    site: Site, web: Web, manifest: Manifest, report: bytes
) -> None:
    site.pages |= {
        NEWHAM: reply(b"<html><a class='download' href='/1'>Inspection</a></html>"),
        LEEDS: provider(link("/2", INSPECTION)),
        "/2": pdf(report),
    }
    failed, fetched = get(site, web, manifest, ["Newham", "Leeds"])
    assert (failed.what, fetched.what) == ("Newham", "Leeds, inspection 2022-09-21")
    assert "its layout has changed" in failed.reason and fetched.status == "fetched"


@pytest.mark.parametrize("page", [reply(status=404), reply(status=503), raw(b""), reply(b"<a>" * 2_000_000)])
def test_a_page_that_cannot_be_read_and_the_next(site: Site, web: Web, manifest: Manifest, report: bytes, page) -> None:
    site.pages |= {NEWHAM: page, LEEDS: provider(link("/2", INSPECTION)), "/2": pdf(report)}
    assert [one.status for one in get(site, web, manifest, ["Newham", "Leeds"])] == ["failed", "fetched"]


def test_the_catalogue_stands_in_for_a_page_that_is_laid_out_otherwise(web: Web, manifest: Manifest) -> None:
    """On the real site, which is not asked here: what would be is written down."""
    asked: list[str] = []

    class Noted(Web):
        def open(self, address: str, headers=None):  # type: ignore[no-untyped-def,override]
            asked.append(address)
            if len(asked) > 1:
                raise SiteUnreached(f"{address} cannot be reached")
            return web.open(f"{site.base}/", headers)

    from played_site import playing

    with playing() as site, Noted(clock=web.clock) as noted:
        site.pages["/"] = reply(b"<html>New</html>")
        places = chosen(["Newham"])
        outcomes = fetch(places, noted, manifest)
    known = [report.address for report in reports_on(places[0]) if report.address]
    assert asked[0] == f"{SITE}/provider/44/80511"
    assert list(dict.fromkeys(asked[1:])) == known[:3]
    assert outcomes[-1].what == "Newham, what else there is"


def test_without_a_network_not_every_authority_is_tried(web: Web, manifest: Manifest) -> None:
    outcomes = fetch(chosen([], ["London"]), web, manifest, site="http://127.0.0.1:1")
    assert [one.status for one in outcomes] == ["failed"] * 4
    assert outcomes[-1].what.endswith("more authorities") and "not tried" in outcomes[-1].reason


def test_a_former_authority_is_told_what_came_after(site: Site, web: Web, manifest: Manifest) -> None:
    (failed,) = get(site, web, manifest, ["Cumbria"])
    assert failed.reason == (
        "ended in 2023 and has no page that is known; fetch Cumberland, Westmorland and Furness instead"
    )


def test_robots_txt_may_forbid_files_or_all(site: Site, web: Web, manifest: Manifest, report: bytes) -> None:
    site.pages |= {
        "/robots.txt": reply(b"User-agent: *\nDisallow: /v1/"),
        NEWHAM: provider(link("/v1/file/1", INSPECTION)),
        "/v1/file/1": pdf(report),
    }
    (failed,) = get(site, web, manifest)
    assert "robots.txt asks programs to leave this alone" in failed.reason
    assert "/v1/file/1" not in site.paths()


def test_a_report_elsewhere_on_a_private_host(
    site: Site, manifest: Manifest, report: bytes, stopped: StoppedClock
) -> None:
    """A page that links to a host of the local network does not make this program ask it."""
    import socket

    def resolve(host: str, port: int, **rest: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.9" if host == "router" else "127.0.0.1", port))]

    site.pages[NEWHAM] = provider(link("http://router/admin", INSPECTION))
    port = site.base.rpartition(":")[2]
    with Web(clock=stopped.clock(), resolve=resolve) as web, pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.address.is_public", lambda numeric: numeric == "127.0.0.1")
        (failed,) = fetch(chosen(["Newham"]), web, manifest, site=f"http://outside:{port}")
    assert "leads to 10.0.0.9, which is not on the public internet" in failed.reason


def test_a_name_of_a_place_is_no_way_out_of_the_folder(
    site: Site, web: Web, manifest: Manifest, report: bytes, tmp_path: Path
) -> None:
    site.pages |= {
        NEWHAM: provider(link("/v1/..%2f..%2f..%2fout", "Inspection")),
        "/v1/..%2f..%2f..%2fout": pdf(report),
    }
    (one,) = get(site, web, manifest)
    assert one.status == "fetched"
    assert (manifest.folder / one.file).resolve().is_relative_to((manifest.folder / "Newham").resolve())
