"""Makes every model that ships, from papers and questions written for them: one command.

    python -m eval.train PAPERS TRAIN_DIR WORK_DIR [--only STEP …]

PAPERS are the papers that the questions in TRAIN_DIR and beside this file (see `eval.train.examples`) were written for.
Stores, checkpoints and whatever else is not to ship lie in WORK_DIR. The steps, in order:

    language   lets all-MiniLM-L6-v2 read the papers
    embedder   tunes all-MiniLM-L6-v2 on the labels
    teachers   trains three cross-encoders, two from the layers of the first and one from those of the second, and keeps
               what they say, in the mean, of all that was found
    student    trains a cross-encoder on the labels and on what the teachers say
    distilled  tunes all-MiniLM-L6-v2 on the labels and on what the teachers say
    pack       makes the small graphs that ship of the student and the distilled embedder
    weights    fits how the cross-encoder and fusion are weighed
    answers    fits which sentence answers, and when none does

What was made before stands in for a step that is left out; WORK_DIR must then hold what later steps start from. The
passages that a question is trained on are found with the embedder that ships at the time. A graphics card is used where
there is one.
"""

from __future__ import annotations

import argparse
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from transformers import AutoTokenizer

from eval.train import answer_scorer, cross_encoder, embedder, judged, language, measure, pack, weights
from eval.train.batches import Tokens, tokenizer_of
from eval.train.examples import Example, aside, examples
from eval.train.judged import Judged
from eval.train.say import say
from rag.answer.extractive import PASSAGES
from rag.config import Settings
from rag.embed import BUNDLED, locate_model, model_identity
from rag.index import index
from rag.pipeline import Findings
from rag.rerank import NONE, RERANKER

DATA = Path("rag/data")
PATIENCE = 3600.0  # seconds that reranking may take for a question
TEACHERS = "teachers.npz"  # what they say, in the mean


@dataclass(frozen=True)
class Places:
    papers: Path
    train: Path
    work: Path
    data: Path = DATA

    @property
    def base(self) -> Path:
        return Path(locate_model(BUNDLED)[0])

    @property
    def cross_encoder(self) -> Path:
        return self.data / "models/reranker"

    def store(self, reads: str) -> Findings:
        """The papers indexed with the embedder that ships now, opened with the reranker called `reads`, which is given
        the time for all that an answer is drawn from: what is learned must not hang on how busy the machine is."""
        settings = Settings.load(reranker=reads, rerank_passages=PASSAGES, rerank_seconds=PATIENCE)
        name, checksum = model_identity(settings)
        folder = self.work / f"store-{name}-{checksum[:8]}"
        index([self.papers], folder, settings)
        return Findings.open(folder, settings)

    @functools.cached_property
    def made(self) -> list[Example]:
        with self.store(NONE) as findings:
            return list(examples(findings, self.train))

    @functools.cached_property
    def tokens(self) -> Tokens:
        return Tokens(tokenizer_of(self.base), self.made)


def _language(at: Places) -> None:
    apart = aside(at.made)
    torch.manual_seed(language.RECIPE.seed)
    model = language.start(at.base)
    read = [id for id, document in at.tokens.documents.items() if document not in apart]
    language.learn(language.RECIPE, model, at.tokens, read)
    model.save_pretrained(str(at.work / "language"))


def _embedder(at: Places) -> None:
    _tune(at, embedder.LABELLED, None, at.work / "embedder-of-labels")


def _distilled(at: Places) -> None:
    _tune(at, embedder.TAUGHT, judged.load(at.work / TEACHERS), at.work / "embedder")


def _tune(at: Places, recipe: embedder.Recipe, teachers: Judged | None, out: Path) -> None:
    torch.manual_seed(recipe.seed)
    model = embedder.from_layers(at.base)
    embedder.save(embedder.tune(recipe, model, at.tokens, at.made, teachers), at.base, out)


def _teachers(at: Places) -> None:
    said = []
    for recipe, start in (
        (cross_encoder.FIRST, "language"), (cross_encoder.SECOND, "language"),
        (cross_encoder.THIRD, "embedder-of-labels"),
    ):  # fmt: skip
        torch.manual_seed(recipe.seed)
        model = cross_encoder.from_layers(at.work / start, recipe.dropout)
        cross_encoder.train(recipe, model, at.tokens, at.made)
        said.append(_judge(at, recipe.name, model))
        if recipe is cross_encoder.FIRST:
            cross_encoder.save(model, AutoTokenizer.from_pretrained(str(at.base)), at.work / "first-teacher")
    mean = judged.mean(said)
    _tell(at, "teachers", mean)
    judged.save(mean, at.work / TEACHERS)


def _student(at: Places) -> None:
    recipe = cross_encoder.STUDENT
    torch.manual_seed(recipe.seed)
    model = cross_encoder.load(at.work / "first-teacher")
    cross_encoder.train(recipe, model, at.tokens, at.made, judged.load(at.work / TEACHERS))
    _judge(at, recipe.name, model)
    cross_encoder.save(model, AutoTokenizer.from_pretrained(str(at.base)), at.work / "cross-encoder")


def _judge(at: Places, name: str, model: cross_encoder.CrossEncoder) -> Judged:
    """What the model says of everything; tells how good that is."""
    said = cross_encoder.judge(model, at.tokens, cross_encoder.keys_of(at.made))
    _tell(at, name, said)
    return said


def _tell(at: Places, name: str, said: Judged) -> None:
    apart = aside(at.made)
    found = measure.figures([one for one in at.made if one.document in apart], said)
    say(f"{name}, held out: {json.dumps(found)}")


def _pack(at: Places) -> None:
    pack.pack_embedder(at.work / "embedder", at.data / "models/embedder")
    pack.pack_reranker(at.work / "cross-encoder", at.cross_encoder)


def _weights(at: Places) -> None:
    with at.store(NONE) as findings:
        weights.write(findings, at.train, at.cross_encoder)


def _answers(at: Places) -> None:
    with at.store(RERANKER) as findings:
        answer_scorer.write(findings, at.train, at.data / "answer_scorer.json")


STEPS: dict[str, Callable[[Places], None]] = {
    "language": _language, "embedder": _embedder, "teachers": _teachers, "student": _student,
    "distilled": _distilled, "pack": _pack, "weights": _weights, "answers": _answers,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=__doc__.splitlines()[0])
    parser.add_argument("papers", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS))
    args = parser.parse_args()
    # Of every model it is said that its pooling, which nothing here uses, was not loaded.
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    at = Places(args.papers, args.train, args.work)
    at.work.mkdir(parents=True, exist_ok=True)
    for name, step in STEPS.items():
        if name in args.only:
            say(f"── {name}")
            step(at)


if __name__ == "__main__":
    main()
