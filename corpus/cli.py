"""`findings corpus`: fetch published papers, take in others, and check that they are still what they were."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import SITE
from rag.config import Settings, papers_dir, store_dir
from rag.console import note, print_json, progress_of_indexing, say
from rag.errors import CorpusError, FindingsError, StoreMissing, UsageError

if TYPE_CHECKING:
    from corpus.keep import Outcome
    from corpus.manifest import Manifest
    from corpus.web import Web
    from rag.index import IndexReport


def add_corpus(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Register the command and its parts; `command` makes one with the options that every one takes."""
    help = "fetch published papers, take in others, check that they are still what they were"
    parser = commands.add_parser("corpus", help=help, description=help[0].upper() + help[1:] + ".")
    parts = parser.add_subparsers(dest="part", required=True, metavar="COMMAND")

    one = command("fetch", "download the published reports on authorities, and index them", _fetch, parts)
    one.add_argument("names", nargs="*", metavar="AUTHORITY", help="as people name it: Newham, RBWM, Bucks")
    one.add_argument("--region", action="append", default=[], metavar="NAME", help="all authorities of a region")
    one.add_argument("--all", action="store_true", help="all authorities of England")
    one.add_argument("--since", type=_year, metavar="YEAR", help="only reports published in this year or later")
    one.add_argument("--site", default=SITE, metavar="ADDRESS", help=f"the inspectorate's site (default {SITE})")
    _add_shared(one)

    one = command("add", "take in papers by address or file, and index them", _add, parts)
    one.add_argument("papers_named", nargs="+", metavar="ADDRESS|FILE")
    _add_shared(one)

    one = command("verify", "check every paper against what was fetched and indexed", _verify, parts)
    one.add_argument("--papers", metavar="DIR", help="folder of the papers (default: the platform's data folder)")


def _add_shared(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--papers",
        metavar="DIR",
        help="folder to keep papers in, all of which is indexed (default: the platform's data folder)",
    )
    one.add_argument("--allow-private", action="store_true", help="also ask hosts that are not on the public internet")


def _year(text: str) -> int:
    if not text.isdecimal() or not 1990 <= int(text) <= 2100:
        raise argparse.ArgumentTypeError(f"{text!r} is no year; write 2019")
    return int(text)


# ── what the commands do ─────────────────────────────────────────────────────────────────────────────────────────


def _fetch(args: argparse.Namespace, settings: Settings) -> None:
    from corpus.address import web_address
    from corpus.catalogue import chosen
    from corpus.fetch import fetch

    places = chosen(args.names, args.region, args.all)
    web_address(args.site)
    with _working(args, settings) as (web, manifest):
        outcomes = fetch(places, web, manifest, since=args.since, site=args.site, note=note)
    _index_and_report(args, settings, outcomes)


def _add(args: argparse.Namespace, settings: Settings) -> None:
    from corpus.add import add

    with _working(args, settings) as (web, manifest):
        outcomes = [add(named, web, manifest) for named in args.papers_named]
    _index_and_report(args, settings, outcomes)


@contextmanager
def _working(args: argparse.Namespace, settings: Settings) -> Iterator[tuple[Web, Manifest]]:
    from corpus.manifest import held
    from corpus.web import Web

    try:
        with held(papers_dir(settings)) as manifest, Web(allow_private=args.allow_private) as web:
            yield web, manifest
    except KeyboardInterrupt:
        raise CorpusError("interrupted; what has come is kept, and the same command goes on from there") from None


def _index_and_report(args: argparse.Namespace, settings: Settings, outcomes: list[Outcome]) -> None:
    """Index the folder of papers, say what became of each paper, and fail where one did."""
    folder = papers_dir(settings)
    report, why_not = _index(folder, settings) if any(o.file for o in outcomes) else (None, "")
    failed = [o for o in outcomes if o.status == "failed"]
    unread = report.of("failed") if report else []
    if args.json:
        print_json({
            "papers": str(folder),
            "outcomes": [dataclasses.asdict(o) for o in outcomes],
            "indexed": [{"document": o.name, "status": o.status, "reason": o.reason} for o in report.outcomes]
            if report else [],
        })  # fmt: skip
    else:
        say(_report(outcomes, folder, report))
    if why_not:
        raise CorpusError(why_not)
    if failed or unread:
        count = len(failed) + len(unread)
        what = "1 thing" if count == 1 else f"{count} things"
        raise CorpusError(f"{what} could not be fetched or read; the report says which, why, and what to do")


def _index(folder: Path, settings: Settings) -> tuple[IndexReport | None, str]:
    """Index what is there, and where that fails, why: what was fetched is to be reported all the same."""
    from rag.index import index

    try:
        with progress_of_indexing() as progress:
            return index([folder], store_dir(settings), settings, progress=progress), ""
    except FindingsError as error:
        return None, f"{error} (the papers are kept in {folder})"
    except KeyboardInterrupt:
        return None, f"interrupted; the papers are kept, and findings index {folder} goes on from there"


def _report(outcomes: list[Outcome], folder: Path, report: IndexReport | None) -> str:
    from rag.display import readable
    from rag.terminal import index_report

    order = ("fetched", "updated", "unchanged", "left out", "failed")
    counts = ", ".join(f"{status} {sum(o.status == status for o in outcomes)}" for status in order)
    lines = [f"{counts}; papers are in {folder}"]
    for outcome in outcomes:
        if outcome.status in ("fetched", "updated"):
            lines.append(f"{outcome.status}: {readable(outcome.what)}: {readable(outcome.file)}")
        elif outcome.status == "failed":
            lines.append(f"failed: {readable(outcome.what)}: {readable(outcome.reason)}")
    return "\n".join([*lines, *([index_report(report)] if report else [])])


def _verify(args: argparse.Namespace, settings: Settings) -> None:
    from corpus.manifest import Manifest
    from corpus.verify import SAID, verify
    from rag.display import readable
    from rag.store import Store

    folder = papers_dir(settings)
    try:
        with Store(store_dir(settings)) as store:
            records = store.records
    except StoreMissing:
        records = {}
    checked = verify(Manifest(folder), records)
    if not checked:
        raise UsageError("there are no papers to check; fetch some with findings corpus fetch, or index your own")
    amiss = [one for one in checked if one.state != "as it was"]
    if args.json:
        print_json({"papers": str(folder), "checked": [dataclasses.asdict(one) for one in checked]})
    else:
        lines = [f"{one.state}: {readable(one.document)} {SAID[one.state]}" for one in amiss]
        say("\n".join([*lines, f"{len(checked) - len(amiss)} of {len(checked)} papers are as they were"]))
    if amiss:
        more = f" (and {len(amiss) - 1} more)" if len(amiss) > 1 else ""
        raise CorpusError(f"{amiss[0].document}{more} is not as it was; the lines above say what to do")
