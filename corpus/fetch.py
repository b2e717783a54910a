"""Fetching the published reports on authorities: their pages read, what is new downloaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from corpus import SITE
from corpus.catalogue import reports_on
from corpus.download import Whole
from corpus.keep import Outcome, keep_from_site
from corpus.manifest import Manifest, Paper
from corpus.papers import safe_name
from corpus.provider import Listed, licence, listed
from corpus.web import Web
from rag.authorities import Authority
from rag.errors import CorpusError, LayoutChanged, ReadError, SiteUnreached

_GIVE_UP = 3  # times in a row that nothing could be reached: then it is the network, and the rest is left


def fetch(
    places: Sequence[Authority],
    web: Web,
    manifest: Manifest,
    *,
    since: int | None = None,
    site: str = SITE,
    note: Callable[[str], None] = lambda line: None,
) -> list[Outcome]:
    """Fetch the reports on children's social care in these places, published in the year `since` or later; one whose
    page gives no date counts as new. What fails is in the outcomes, and the rest goes on."""
    visit = _Visit(web, manifest, since, site.rstrip("/"))
    for number, place in enumerate(places):
        if visit.unreached >= _GIVE_UP:
            left = len(places) - number
            reason = "not tried, since nothing could be reached; check the connection and try again later"
            visit.failed(f"{left} more authorities" if left > 1 else place.name, reason)
            break
        note(f"{place.name} ({number + 1} of {len(places)})")
        visit.place(place)
    return visit.outcomes


class _Visit:
    def __init__(self, web: Web, manifest: Manifest, since: int | None, site: str):
        self._web, self._manifest, self._since, self._site = web, manifest, since, site
        self.outcomes: list[Outcome] = []
        self.unreached = 0

    def failed(self, what: str, reason: str) -> None:
        self.outcomes.append(Outcome(what, "failed", reason))

    def place(self, place: Authority) -> None:
        """What the page on an authority links to; where that cannot be read as it is now, what the catalogue knows."""
        if not place.provider_page:
            after = ", ".join(place.successors)
            self.failed(place.name, f"ended in {place.abolished} and has no page that is known; fetch {after} instead")
            return
        try:
            answer, page = self._web.page(f"{self._site}{urlsplit(place.provider_page).path}")
            charset = _charset(answer.headers.get("content-type", ""))
            self.unreached = 0
            reports, said = listed(page, answer.url, charset), licence(page, charset)
        except LayoutChanged as error:
            self.failed(place.name, str(error))
            reports, said = _known(place) if self._site == SITE else (), ""
        except CorpusError as error:
            self.unreached = self.unreached + 1 if isinstance(error, SiteUnreached) else 0
            self.failed(place.name, str(error))
            return
        for report in reports:
            if self.unreached >= _GIVE_UP:
                self.failed(f"{place.name}, what else there is", "not tried, since nothing could be reached")
                break
            self.outcomes.append(self._report(place, report, said))

    def _report(self, place: Authority, report: Listed, said: str) -> Outcome:
        what = f"{place.name}, {' '.join(filter(None, (report.kind or report.text[:80], report.published)))}"
        if report.kind is None:
            return Outcome(what, "left out", "is not on children's social care")
        if self._since and report.published and int(report.published[:4]) < self._since:
            return Outcome(what, "left out", f"is from before {self._since}")
        kind = report.kind

        def naming(whole: Whole, suffix: str) -> str:
            number = "" if report.published else urlsplit(report.address).path.rpartition("/")[2]
            return f"{safe_name(place.name)}/{safe_name(f'{report.published} {kind} {number}')}{suffix}"

        known = Paper(
            address=report.address, licence=said, listed=report.text[:300], authority=place.name, urn=place.urn,
            kind=kind, published=report.published,
        )  # fmt: skip
        try:
            outcome = keep_from_site(self._web, self._manifest, known, naming, what=what, only_pdf=True)
        except (CorpusError, ReadError) as error:
            self.unreached = self.unreached + 1 if isinstance(error, SiteUnreached) else 0
            return Outcome(what, "failed", str(error).removeprefix(f"{what} "))
        self.unreached = 0
        return outcome


def _known(place: Authority) -> tuple[Listed, ...]:
    return tuple(
        Listed(report.address, f"{report.kind}, {report.published}", report.kind, report.published)  # type: ignore[arg-type]
        for report in reports_on(place)
        if report.address
    )


def _charset(content_type: str) -> str | None:
    _, _, named = content_type.lower().partition("charset=")
    return named.split(";")[0].strip(" \"'") or None
