from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.catalogue import chosen, reports, reports_on
from rag.authorities import authorities, authority
from rag.errors import UsageError
from rag.types import KINDS

ISO = re.compile(r"20\d\d-(0[1-9]|1[0-2])(-\d\d)?")
FILE = re.compile(r"https://files\.ofsted\.gov\.uk/v1/file/\d+")


# ── the lists ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_authority_has_the_page_of_its_number() -> None:
    for one in authorities():
        assert one.provider_page == (f"https://reports.ofsted.gov.uk/provider/44/{one.urn}" if one.urn else "")


def test_every_report_is_of_a_known_kind_and_authority() -> None:
    urns = {one.urn for one in authorities() if one.urn}
    assert {report.urn for report in reports()} == urns
    assert {report.kind for report in reports()} <= set(KINDS)


def test_dates_are_iso_and_in_order() -> None:
    for report in reports():
        days = [day for day in (report.inspection_start, report.inspection_end, report.published) if day]
        assert days and all(ISO.fullmatch(day) for day in days), report
        assert days == sorted(days), report


def test_addresses_are_of_files_and_each_is_of_one_report() -> None:
    known = [report.address for report in reports() if report.address]
    assert all(FILE.fullmatch(address) for address in known)
    assert len(known) == len(set(known)) > 450


def test_the_readme_says_how_many_there_are() -> None:
    root = Path(__file__).resolve().parents[2]
    assert f"The authorities and {len(reports())} known reports" in (root / "README.md").read_text(encoding="utf-8")


def test_the_reports_on_one_authority() -> None:
    newham = authority("Newham")
    assert newham
    found = reports_on(newham)
    assert [r.kind for r in found].count("inspection") == 4
    assert ("monitoring visit", "2022-03-03", "2022-04-07") in {
        (r.kind, r.inspection_start, r.published) for r in found
    }
    assert [r.published or r.inspection_start for r in found] == sorted(
        r.published or r.inspection_start for r in found
    )


def test_there_is_none_on_an_authority_without_a_number() -> None:
    assert not reports_on(next(one for one in authorities() if not one.urn))


# ── whom a person means ──────────────────────────────────────────────────────────────────────────────────────────


def test_names_as_people_write_them() -> None:
    assert [one.name for one in chosen(["newham", "Newcastle", "LB Newham"])] == ["Newham", "Newcastle upon Tyne"]


def test_a_region_is_its_authorities_of_today() -> None:
    found = chosen([], ["North West"])
    assert {one.region for one in found} == {"North West"}
    assert "Cumberland" in {one.name for one in found}
    assert "Cumbria" not in {one.name for one in found}


def test_all_is_all_of_today() -> None:
    assert len(chosen([], everything=True)) == 153


def test_a_former_authority_may_be_named() -> None:
    assert [one.name for one in chosen(["Cumbria"])] == ["Cumbria"]


@pytest.mark.parametrize(("names", "regions"), [(["Atlantis"], []), ([], ["Midgard"]), ([], [])])
def test_what_is_no_place(names: list[str], regions: list[str]) -> None:
    with pytest.raises(UsageError):
        chosen(names, regions)
