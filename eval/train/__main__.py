"""Makes every model that ships, from papers and questions written by hand for them: one command.

    python -m eval.train PAPERS TRAIN_DIR WORK_DIR [--only STEP …]

PAPERS are the papers that the questions in TRAIN_DIR (see `eval.train.examples`) were written for. Stores, checkpoints
and whatever else is not to ship lie in WORK_DIR. The steps, in order:

    embedder   tunes all-MiniLM-L6-v2 and packs it
    reranker   trains the cross-encoder from the layers of the tuned one and packs it into WORK_DIR/cross-encoder
    weights    fits how the cross-encoder and fusion are weighed
    answers    fits which sentence answers, and when none does

What was made before stands in for a step that is left out; WORK_DIR must then hold what later steps start from.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eval.train import answer_scorer, embedder, pack, reranker, weights
from eval.train.examples import Example, examples
from eval.train.say import say
from rag.config import Settings
from rag.embed import BUNDLED, TUNED
from rag.index import index
from rag.pipeline import Findings
from rag.rerank import NONE

DATA = Path("rag/data")


@dataclass(frozen=True, slots=True)
class Places:
    papers: Path
    train: Path
    work: Path
    data: Path = DATA

    @property
    def cross_encoder(self) -> Path:
        """It does not ship: a person who wants it names this folder in the setting `reranker`."""
        return self.work / "cross-encoder"

    def store(self, model: str, reads: str) -> Findings:
        """The papers indexed with `model`, opened with the reranker called `reads`."""
        settings = Settings.load(model=model, reranker=reads)
        folder = self.work / f"store-{model}"
        index([self.papers], folder, settings)
        return Findings.open(folder, settings)

    def examples(self, model: str) -> list[Example]:
        with self.store(model, NONE) as findings:
            return list(examples(findings, self.train))


def _embedder(at: Places) -> None:
    embedder.tune(at.examples(BUNDLED), at.work / "embedder")
    pack.pack_embedder(at.work / "embedder", at.data / "models/embedder")


def _reranker(at: Places) -> None:
    reranker.train(at.examples(TUNED), at.work / "embedder", at.work / "reranker")
    pack.pack_reranker(at.work / "reranker", at.cross_encoder)


def _weights(at: Places) -> None:
    with at.store(TUNED, NONE) as findings:
        weights.write(findings, at.train, at.cross_encoder)


def _answers(at: Places) -> None:
    with at.store(TUNED, str(at.cross_encoder) if at.cross_encoder.is_dir() else NONE) as findings:
        answer_scorer.write(findings, at.train, at.data / "answer_scorer.json")


STEPS: dict[str, Callable[[Places], None]] = {
    "embedder": _embedder, "reranker": _reranker, "weights": _weights, "answers": _answers,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=__doc__.splitlines()[0])
    parser.add_argument("papers", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS))
    args = parser.parse_args()
    at = Places(args.papers, args.train, args.work)
    at.work.mkdir(parents=True, exist_ok=True)
    for name, step in STEPS.items():
        if name in args.only:
            say(f"── {name}")
            step(at)


if __name__ == "__main__":
    main()
