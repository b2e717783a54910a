"""The command `findings`. Results go to stdout, progress and errors to stderr; exits 0 (done), 1 (could not: one line
that names the cause and the fix) or 2 (wrong usage)."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from corpus.cli import add_corpus
from eval.cli import add_eval
from rag.config import Settings, store_dir
from rag.console import note as _note
from rag.console import print_json as _print_json
from rag.console import progress_of_indexing
from rag.console import say as _say
from rag.errors import FindingsError, UsageError
from rag.options import add_backend, add_filters, filters, positive


def main(argv: Sequence[str] | None = None) -> int:
    parser = build_parser()
    args = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal's encoding lacks is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        settings = Settings.load(store=args.store, papers=getattr(args, "papers", None))
        args.run(args, settings)
        sys.stdout.flush()
        return 0
    except FindingsError as error:
        return _fail(str(error))
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _fail("interrupted; nothing was changed")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            with contextlib.suppress(OSError):  # what could not be written must not be tried again at exit
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _fail("the disk is full; free some space")
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}; check the path")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other error, not the whole usage."""
        from rag.display import harmless

        self.exit(2, f"findings: {harmless(' '.join(message.split()))}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="findings", description="Ask the inspection reports in plain words; check every word of the answer."
    )
    parser.add_argument("--version", action="version", version=f"findings {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, help: str, run: Callable[[argparse.Namespace, Settings], None], among: Any = commands
    ) -> argparse.ArgumentParser:
        one = among.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        one.add_argument("--store", metavar="DIR", help="folder of the store (default: the platform's data folder)")
        one.add_argument("--json", action="store_true", help="one JSON document on stdout")
        one.set_defaults(run=run)
        return one

    one = command("index", "add or update papers: files, or folders with all that is in them", _index)
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    one.add_argument("--prune", action="store_true", help="drop papers whose files have gone from these folders")
    one.add_argument("--root-name", metavar="NAME", help="put NAME/ before the names of these papers")

    one = command("remove", "take papers out of the store", _remove)
    one.add_argument("documents", nargs="+", metavar="DOCUMENT")

    one = command("ask", "answer a question, with the quotes that the answer stands on", _ask)
    one.add_argument("question")
    add_backend(one)
    add_filters(one)

    one = command("search", "list the passages that fit a question best", _search)
    one.add_argument("question")
    one.add_argument("-k", type=positive, default=10, metavar="N", help="how many (default 10)")
    add_filters(one)

    one = command("documents", "list the papers in the store with all that is known of them", _documents)
    form = one.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as comma-separated values")
    form.add_argument("--check", action="store_true", help="grade how each paper was read, with the reason in words")

    one = command("check", "check that quotes, and the figures of sentences, are in the papers", _check)
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("answer", nargs="?", type=Path, metavar="ANSWER.json", help="an answer, as ask --json writes it")
    what.add_argument("--quote", metavar="TEXT")
    one.add_argument("--document", help="look for the quote in this paper only")

    one = command("show", "show a page: its text by blocks, or its picture with quotes boxed", _show)
    one.add_argument("document")
    one.add_argument("--page", type=positive, default=1, metavar="N", help="physical page from 1 (default 1)")
    one.add_argument("--png", type=Path, metavar="FILE", help="draw the page into FILE")
    one.add_argument("--quote", action="append", default=[], metavar="TEXT", help="box this quote (may be repeated)")

    add_corpus(commands, command)

    add_eval(command)

    one = command("serve", "open the web interface on 127.0.0.1", _serve)
    one.add_argument("--port", type=int, help="port (default 7860)")
    return parser


# ── what the commands do ─────────────────────────────────────────────────────────────────────────────────────────


def _index(args: argparse.Namespace, settings: Settings) -> None:
    from rag.index import index
    from rag.terminal import index_report

    with progress_of_indexing() as progress:
        report = index(
            args.paths, store_dir(settings), settings,
            prune=args.prune, root_name=args.root_name, progress=progress,
        )  # fmt: skip
    if args.json:
        _print_json({
            "store": str(store_dir(settings)),
            "seconds": round(report.seconds, 2),
            "outcomes": [{"document": o.name, "status": o.status, "reason": o.reason, "pages": o.pages,
                          "passages": o.passages} for o in report.outcomes],
        })  # fmt: skip
    else:
        _say(index_report(report))


def _remove(args: argparse.Namespace, settings: Settings) -> None:
    from rag.index import remove
    from rag.store import Store

    folder = store_dir(settings)
    with Store(folder) as store:
        manifest = store.manifest
    removed = remove(args.documents, folder, manifest)
    if args.json:
        _print_json({"removed": removed})
    else:
        _say("\n".join(f"removed {name}" for name in removed))


def _ask(args: argparse.Namespace, settings: Settings) -> None:
    from rag.asking import settle_consent, wait
    from rag.record import record
    from rag.terminal import answer_text

    with _open(settings) as findings:
        settle_consent(findings, args.backend, args.agree)
        steps = findings.asking(args.question, filters(args), args.backend, earlier=args.after)
        answer = wait(steps, args.backend or settings.backend)
    if args.json:
        _print_json(record(answer))
    else:
        _say(answer_text(answer))


def _search(args: argparse.Namespace, settings: Settings) -> None:
    from rag.record import hit_record, query_record
    from rag.terminal import hits_text

    with _open(settings) as findings:
        query, hits = findings.search(args.question, filters(args), args.k, earlier=args.after)
        records = findings.store.records
    if args.json:
        _print_json({"understood": query_record(query), "passages": [hit_record(hit) for hit in hits]})
    else:
        _say(hits_text(query, hits, records))


def _documents(args: argparse.Namespace, settings: Settings) -> None:
    from rag.catalogue import document_row, documents_csv
    from rag.display import harmless
    from rag.extraction import check_reading, extraction_row
    from rag.terminal import documents_text, readings_text

    with _open(settings) as findings:
        records = findings.store.records.values()
        if args.check:
            readings = [check_reading(findings.store, record) for record in records]
        else:
            rows = [document_row(record) for record in records]
    if args.check and args.json:
        _print_json([extraction_row(reading) for reading in readings])
    elif args.check:
        _say(readings_text(readings))
    elif args.json:
        _print_json(rows)
    elif args.csv:
        sys.stdout.write(harmless(documents_csv(rows)))
    else:
        _say(documents_text(rows))


def _check(args: argparse.Namespace, settings: Settings) -> None:
    from rag.check import check_answer, check_quote
    from rag.terminal import checked_text, found_text

    with _open(settings) as findings:
        store = findings.store
        if args.quote is not None:
            spans = check_quote(store, args.quote, args.document)
            if args.json:
                _print_json({
                    "found": bool(spans),
                    "where": [{"document": s.document, "page": s.page + 1 if store.records[s.document].paged else None,
                               "start": s.start, "end": s.end} for s in spans],
                })  # fmt: skip
            else:
                _say(found_text(spans, store))
        else:
            rows = check_answer(store, args.answer)
            if args.json:
                _print_json({"claims": rows, "stand": sum(r["verdict"] != "withheld" for r in rows)})
            else:
                _say(checked_text(rows))


def _show(args: argparse.Namespace, settings: Settings) -> None:
    from rag.check import check_quote
    from rag.show import find_record, page_blocks, page_image
    from rag.terminal import page_text

    with _open(settings) as findings:
        record = find_record(findings.store, args.document)
        blocks = page_blocks(findings.store, record, args.page)
        label = findings.store.page_label(record.name, args.page - 1)
        spans = []
        for quote in args.quote:
            here = [s for s in check_quote(findings.store, quote, record.name) if s.page == args.page - 1]
            if not here:
                raise UsageError(f"page {args.page} of {record.name} does not hold the quote {quote[:60]!r}")
            spans += here
        if args.png:
            words = findings.store.page_words(record.name, args.page - 1)
            page_image(record, args.page, spans, words).save(args.png, format="PNG")
    if args.json:
        _print_json({
            "document": record.name, "page": args.page, "label": label,
            "png": str(args.png) if args.png else None,
            "blocks": [
                {"kind": b.kind, "number": b.number, "heading": b.heading, "text": t}
                | ({"cells": [{"header": c.header, "text": c.text} for c in b.cells]} if b.cells else {})
                for b, t in blocks
            ],
        })  # fmt: skip
    elif args.png:
        _say(f"wrote {args.png}")
    else:
        _say(page_text(record, args.page, label, blocks))


def _serve(args: argparse.Namespace, settings: Settings) -> None:
    from ui import serve

    if settings.store:  # said before there is a page
        from rag.store import generation_in_force

        generation_in_force(Path(settings.store))
    serve(lambda report: _open(settings, report), args.port or settings.port)


# ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _open(settings: Settings, report: Callable[[str], None] = _note) -> Any:
    from rag.pipeline import Findings

    return Findings.open(Path(settings.store) if settings.store else None, settings, report)


def _version() -> str:
    from rag.store import program_version

    return program_version()


def _fail(message: str) -> int:
    _note(" ".join(message.split()))
    return 1
