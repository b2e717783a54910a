"""The command `findings eval`."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rag.config import Settings
from rag.console import note, print_json, say
from rag.errors import FindingsError, UsageError
from rag.options import add_backend


def add_eval(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser that `command` adds to."""
    one = command("eval", "answer a file of questions and score the answers", _eval)
    one.add_argument("questions", type=Path, nargs="?", metavar="QUESTIONS.jsonl")
    one.add_argument("--out", type=Path, required=True, metavar="RESULTS.jsonl")
    add_backend(one)
    one.add_argument("--half", choices=("open", "held-out"), help="only the questions that are held out, or the others")
    one.add_argument("--stages", action="store_true", help="also measure what each stage of the search earns")
    one.add_argument("--peers", action="store_true", help="put the same questions to other tools over the same papers")
    one.add_argument("--against", type=Path, action="append", default=[], metavar="RESULTS.jsonl",
                     help="set the records of another run or tool beside these (may be repeated)")  # fmt: skip
    one.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots and every failure")
    one.add_argument("--gate", type=Path, metavar="FILE.toml",
                     help="ask a few questions, as this file says; exit 1 where a figure falls short")  # fmt: skip
    one.add_argument("--beir", type=Path, metavar="DIR",
                     help="measure the search on a set in BEIR's format instead")  # fmt: skip


def _eval(args: argparse.Namespace, settings: Settings) -> None:
    if (args.questions is None) is (args.beir is None):
        raise UsageError("name a file of questions, or a folder with --beir")
    with _progress() as step:
        summary, shown = (_beir if args.beir else _questions)(args, settings, step)
    if args.json:
        print_json(summary)
    else:
        say(shown)
    if fallen := summary.get("fallen"):
        raise FindingsError(f"the gate is not passed: {'; '.join(fallen)}; see what changed, or change {args.gate}")


Step = Callable[[int, int], None]


def _questions(args: argparse.Namespace, settings: Settings, step: Step) -> tuple[dict[str, Any], str]:
    from eval.report import Wanted, report, text
    from rag.asking import settle_consent
    from rag.pipeline import Findings

    wanted = Wanted(args.half, args.stages, args.peers, args.against, args.html, args.gate)
    with Findings.open(Path(settings.store) if settings.store else None, settings, note) as findings:
        settle_consent(findings, args.backend, args.agree)
        summary = report(findings, args.questions, args.out, step, args.backend, wanted)
    return summary, text(summary)


def _beir(args: argparse.Namespace, settings: Settings, step: Step) -> tuple[dict[str, Any], str]:
    from eval.beir import evaluate, text

    summary = evaluate(args.beir, settings, args.out, step)
    return summary, text(summary)


@contextlib.contextmanager
def _progress() -> Iterator[Step]:
    from tqdm import tqdm

    with tqdm(total=0, disable=not sys.stderr.isatty(), file=sys.stderr, leave=False) as bar:

        def step(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield step
