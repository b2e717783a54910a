"""Runs of question sets: made with progress, kept beside each other, looked into and compared."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import data_dir
from rag.display import readable
from rag.errors import FindingsError, UsageError
from ui.adding import Job, Report, Step
from ui.history import History
from ui.judged import as_lines, places, questions

if TYPE_CHECKING:
    from eval.columns import Columns
    from rag.pipeline import Findings

CALLED_OFF = "Called off; no run was kept"
SAMPLE, SAID = "sample", "said"  # question sets: over the sample papers, and from what people said
SHARES = (  # figures of a run that are shares, which a plot shows
    ("recall@5", "Evidence in the first 5 passages"),
    ("right", "Right answers"),
    ("cites_evidence", "Evidence that is quoted"),
    ("abstain_recall", "Unanswerable questions declined"),
    ("quotes_verbatim", "Quotes on their page, letter for letter"),
)
_FAULTS = {
    "missing": "no record",
    "wrong": "does not say what it should",
    "refused": "declined, though the papers answer",
    "invented": "answered, though the papers do not",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A question that was answered wrongly, what is wrong, and both answers."""

    question: str
    fault: str
    expected: str
    answered: str


def folder() -> Path:
    return data_dir() / "evaluations"


def sets(*, sample: bool) -> list[tuple[str, str]]:
    """(what the page calls it, its name) of the question sets that ship with the program, that for the papers in force
    first, and of that which came of what people said of answers."""
    shipped = sorted(path.name.removesuffix(".jsonl") for path in _shipped() if path.name.endswith(".jsonl"))
    shipped.sort(key=lambda name: (name == SAMPLE) != sample)
    return [*((name, name) for name in shipped), ("What was called helpful or wrong", SAID)]


def question_set(name: str, findings: Findings, history: History) -> Path:
    """The file of a question set. Raises UsageError where there is none of that name, or no question in it yet."""
    if name == SAID:
        rows, _ = questions(history.judged(), lambda words: places(findings.store, words))
        if not rows:
            raise UsageError("nobody has said of an answer yet that it is helpful, or what would be right")
        folder().mkdir(parents=True, exist_ok=True)
        file = folder() / f"{SAID}.jsonl"
        file.write_bytes(as_lines(rows))
        return file
    if name not in (one for _, one in sets(sample=findings.sample)):
        raise UsageError("choose a question set first")
    # A copy: the shipped file may lie in an archive.
    folder().mkdir(parents=True, exist_ok=True)
    file = folder() / f"{name}.jsonl"
    file.write_bytes(next(path for path in _shipped() if path.name == f"{name}.jsonl").read_bytes())
    return file


def _shipped() -> list[Traversable]:
    return list((resources.files("eval") / "questions").iterdir())


def runs() -> list[str]:
    """The names of the runs kept, the newest first."""
    return sorted((path.stem for path in folder().glob("*.json")), reverse=True)


def run(findings: Findings, questions: Path, backend: str | None = None) -> Job:
    """Ask all questions of a set, and keep the run: its questions, its records and its summary. The lead of the report
    is the run's name."""

    def work(job: Job) -> Report:
        from eval.report import report

        name = f"{datetime.datetime.now():%Y-%m-%d %H.%M.%S} {questions.stem}"
        folder().mkdir(parents=True, exist_ok=True)
        job.say(Step("Loading what is needed."))
        try:
            summary = report(
                findings, questions, folder() / f"{name}.results.jsonl",
                lambda done, total: job.say(Step("Asked", done, total)), backend,
            )  # fmt: skip
        except UsageError as error:  # where the page keeps its copy of the file is nothing to a person
            raise UsageError(str(error).replace(str(questions), questions.name)) from error
        (folder() / f"{name}.questions.jsonl").write_bytes(questions.read_bytes())
        (folder() / f"{name}.json").write_text(json.dumps(summary), encoding="utf-8")
        return Report(name)

    return Job(work, "no run was kept", CALLED_OFF)


def summary(name: str) -> dict[str, Any]:
    """The summary of a run. Raises FindingsError."""
    try:
        found = json.loads((folder() / f"{Path(name).name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FindingsError(f"the run {name!r} cannot be read; run the questions again") from error
    return found


def shares(found: Mapping[str, Any]) -> list[tuple[str, float, str]]:
    """(what it is, value, as text with its interval) of the shares that the run has."""
    rows = []
    for key, title in SHARES:
        if (value := found.get(key)) is None:
            continue
        bounds = (found.get("intervals") or {}).get(key)
        said = f"{value:.0%}" + (f" ({bounds[0]:.0%} to {bounds[1]:.0%})" if bounds else "")
        rows.append((title, float(value), said))
    return rows


def wrong(name: str) -> list[Wrong]:
    """Every wrong answer of a run beside what was expected, in the order of the questions."""
    from eval.questions import read_questions

    found = summary(name)
    records = {record["id"]: record for record in _records(name)}
    faults: dict[str, list[str]] = {}
    for key, said in _FAULTS.items():
        for id in found["failed"].get(key, ()):
            faults.setdefault(id, []).append(said)
    for id, cause in found["failed"].get("error", {}).items():
        faults.setdefault(id, []).append(f"stopped by an error: {cause}")
    rows = []
    for question in read_questions(folder() / f"{Path(name).name}.questions.jsonl"):
        if question.id in faults:
            record = records.get(question.id, {})
            expected = question.answer or "; ".join(" or ".join(fact) for fact in question.must_include)
            answer = record.get("answer") or record.get("notice") or "nothing"
            rows.append(
                Wrong(question.question, ", ".join(faults[question.id]), expected or "that the papers do not say",
                      readable(str(answer)))
            )  # fmt: skip
    return rows


def compared(name: str, other: str) -> Columns:
    """Two runs beside each other, on the questions of the first. Raises FindingsError."""
    from eval.against import compare
    from eval.columns import of_comparison
    from eval.questions import read_questions

    asked = read_questions(folder() / f"{Path(name).name}.questions.jsonl")
    found = of_comparison(compare(asked, _records(name), _records(other), other))
    return dataclasses.replace(found, heads=(name, *found.heads[1:]))


def _records(name: str) -> Sequence[dict[str, Any]]:
    from eval.against import read_records

    return read_records(folder() / f"{Path(name).name}.results.jsonl")
