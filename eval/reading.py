"""How fast papers are read: `python -m eval.reading PATH…` prints pages, seconds, pages a second, and where time goes.

Reading is load, parse, describe and chunk, done by as many processes as `findings index` takes (`--workers`, one a core
unless said otherwise); starting them counts. The stages are timed within the processes and summed over all. Pages that
OCR read are counted apart, since they take seconds each; give papers without any to measure the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from rag.errors import ReadError
from rag.readers import read_all

STAGES = ("load", "parse", "describe", "chunk")


def timed(path: Path, name: str, passage_words: int, allow: Callable[[float], None]) -> str:
    """In a reading process: pages, those that OCR read, and the seconds of each stage, as JSON; or why not."""
    from rag.chunk import chunk
    from rag.describe import describe
    from rag.load import load
    from rag.parse import parse

    clock = [time.perf_counter()]
    try:
        document = load(path, name, allow)
        clock.append(time.perf_counter())
        blocks = parse(document)
        clock.append(time.perf_counter())
        describe(document, blocks)
        clock.append(time.perf_counter())
        chunk(document, blocks, passage_words)
        clock.append(time.perf_counter())
    except ReadError as error:
        return str(error)
    seconds = {stage: after - before for stage, (before, after) in zip(STAGES, pairwise(clock), strict=True)}
    recognised = sum(page.recognised for page in document.pages)
    return json.dumps({"pages": len(document.pages), "recognised": recognised} | seconds)


def measure(paths: list[Path], workers: int) -> dict[str, float]:
    """Papers, pages, wall seconds, pages a second, and the seconds of each stage summed over the processes."""
    from rag.load import SUFFIXES

    files = [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if not path.is_dir() or file.suffix.lower() in SUFFIXES
    ]
    began = time.perf_counter()
    total: Counter[str] = Counter()
    for at, said in read_all([(file, file.name) for file in files], workers, 160, timed):
        assert isinstance(said, str)
        if said.startswith("{"):
            total.update(json.loads(said) | {"papers": 1})
        else:
            sys.stderr.write(f"{files[at]}: {said}\n")
    wall = time.perf_counter() - began
    return {"papers": 0, "pages": 0, **total, "wall": wall, "pages a second": total["pages"] / wall}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.reading", description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="reading processes; one a core")
    args = parser.parse_args(arguments)
    found = measure(args.paths, args.workers)
    sys.stdout.write(
        f"{found['papers']} papers, {found['pages']:,} pages ({found.get('recognised', 0)} by OCR)\n"
        f"{found['wall']:.1f} s with {args.workers} processes, {found['pages a second']:.0f} pages a second\n"
        f"{', '.join(f'{stage} {found.get(stage, 0.0):.1f} s' for stage in STAGES)}\n"
    )
    return 0 if found["papers"] else 1


if __name__ == "__main__":
    from eval import reading  # by the name under which reading processes find it

    sys.exit(reading.main())
