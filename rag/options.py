"""The options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse

from rag.errors import UsageError
from rag.types import GRADES, KINDS, Filters


def add_backend(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--backend",
        metavar="NAME",
        help="who writes the answer: extractive (no language model), ollama, openai-compatible, anthropic, llama-cpp, "
        "or module:Class of a LlamaIndex LLM",
    )
    one.add_argument(
        "--agree",
        action="store_true",
        help="agree, once and for all, that passages go to the language model's server on another machine",
    )


def add_filters(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--after", action="append", default=[], metavar="QUESTION", help="asked before this one (repeat, oldest first)"
    )
    one.add_argument("--authority", action="append", default=[], metavar="NAME", help="only papers on this authority")
    one.add_argument("--region", action="append", default=[], metavar="NAME", help="only papers on this region")
    one.add_argument("--from", dest="date_from", type=date_text, metavar="DATE", help="2019, 2019-03 or 2019-03-25")
    one.add_argument("--to", dest="date_to", type=date_text, metavar="DATE")
    one.add_argument("--kind", action="append", default=[], choices=KINDS, help="only papers of this kind")
    one.add_argument("--grade", action="append", default=[], choices=GRADES, help="only papers that give this grade")


def filters(args: argparse.Namespace) -> Filters:
    """What the options narrow a search to. Raises UsageError."""
    from rag.authorities import Authority, find, region

    authorities = []
    for name in args.authority:
        found = [mention.name for mention in find(name) if isinstance(mention.place, Authority)]
        if not found:
            raise UsageError(f"{name!r} is no English local authority with children's services; check its spelling")
        authorities += found
    regions = []
    for name in args.region:
        found = region(name)
        if not found:
            raise UsageError(f"{name!r} is no English region; for example: London, North East, South West")
        regions.append(found)
    if args.date_from and args.date_to and args.date_from[: len(args.date_to)] > args.date_to[: len(args.date_from)]:
        raise UsageError(f"--from {args.date_from} is later than --to {args.date_to}; turn them round")
    return Filters(
        authorities=tuple(authorities),
        regions=tuple(regions),
        kinds=tuple(args.kind),
        grades=tuple(args.grade),
        date_from=args.date_from,
        date_to=args.date_to,
    )


def date_text(text: str) -> str:
    import datetime

    for form, length in (("%Y", 4), ("%Y-%m", 7), ("%Y-%m-%d", 10)):
        if len(text) == length:
            try:
                datetime.datetime.strptime(text, form)
                return text
            except ValueError:
                break
    raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2019, 2019-03 or 2019-03-25")


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)
