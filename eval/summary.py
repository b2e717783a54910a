"""What came of a set of questions, in figures."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from eval import citing, finding, metrics
from eval.questions import Question

HALVES = ("looked at", "held out")


def summarise(
    questions: Sequence[Question], records: Sequence[dict[str, Any]], page_text: metrics.PageText
) -> dict[str, Any]:
    """The figures of `eval.metrics` over a set; a figure that nothing can be said about is None.

    Figures that are means over questions have their interval under "intervals" (`eval.bootstrap`), and are told for
    each kind under "by_kind" and for each half under "by_half" (`eval.finding`); "unanswerable" is a kind with the
    figure "declined" alone. "citations" is `eval.citing.measure`, "verdicts" counts what the verifier said of claims.
    A question without a record counts as answered wrongly, not as refused. Records of other questions are left out.
    `failed` names the questions behind every figure that falls short.
    """
    by_id = {record["id"]: record for record in records}
    pairs = [(question, by_id.get(question.id, {"abstained": False})) for question in questions]
    real = [(question, record) for question, record in pairs if question.answerable]
    none = [(question, record) for question, record in pairs if not question.answerable]
    summary: dict[str, Any] = {"questions": len(pairs), "answered_in_results": sum(q.id in by_id for q in questions)}
    figures = _figures(real)
    summary |= {name: _rounded(metrics.mean(values)) for name, values in figures.items()}
    summary |= _told(real, none, figures)
    summary["claims_without_citation"] = sum(metrics.claims_without_citation(record) for _, record in real)
    quoting, astray = _quoting(pairs, page_text)
    answering, failed = _answering(questions, pairs, by_id.keys(), figures["right"])
    summary |= quoting | answering
    summary["citations"] = citing.measure([record for _, record in pairs])
    summary["verdicts"] = _verdicts(record for _, record in pairs)
    summary["failed"] = failed | astray
    return summary


Pairs = Sequence[tuple[Question, dict[str, Any]]]


def _figures(real: Pairs) -> dict[str, list[float]]:
    """The figures that are means over the answerable questions, each with its value for every one of them."""
    records = [record | {"id": question.id} for question, record in real]
    figures: dict[str, list[float]] = finding.values([question for question, _ in real], records, metrics.DEPTH)
    figures["right"] = [float(metrics.right(question, record)) for question, record in real]
    figures["cites_evidence"] = [metrics.cites_evidence(question, record) for question, record in real]
    return figures


def _told(real: Pairs, none: Pairs, figures: finding.Values) -> dict[str, Any]:
    asked, declined = [question for question, _ in real], [float(metrics.abstained(record)) for _, record in none]
    kinds, halves = finding.by_kind(asked, figures), finding.by_group([_half(one) for one in asked], figures)
    if none:
        left = [question for question, _ in none]
        kinds[left[0].kind] = {"declined": finding.estimate(declined)}
        for half, told in finding.by_group([_half(one) for one in left], {"declined": declined}).items():
            halves.setdefault(half, {}).update(told)
    everything = kinds[finding.ALL]
    return {
        "intervals": {name: one["interval"] and [round(b, 3) for b in one["interval"]]
                      for name, one in everything.items()},
        "right_by_kind": {kind: _rounded(one["right"]["value"]) for kind, one in kinds.items()
                          if kind != finding.ALL and "right" in one},
        "by_kind": {kind: {"questions": count} | kinds[kind] for kind, count in
                    finding.counts([*asked, *(q for q, _ in none)]).items()},
        "by_half": {half: {"questions": sum(_half(q) == half for q, _ in [*real, *none])} | halves[half]
                    for half in HALVES if half in halves},
    }  # fmt: skip


def _half(question: Question) -> str:
    return HALVES[question.held_out]


def _quoting(pairs: Pairs, page_text: metrics.PageText) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The figures of quotes and of figures in them, and the questions behind those that fall short."""
    page_text = functools.lru_cache(maxsize=512)(page_text)  # quotes come from few pages, and again and again
    quotes = [(question.id, citation) for question, record in pairs for citation in metrics.citations(record)]
    standing = [metrics.verbatim(citation, page_text) for _, citation in quotes]
    exact = [metrics.at_span(citation, page_text) for _, citation in quotes]
    stated = [(question.id, *metrics.figures_held(record)) for question, record in pairs]
    asserted = sum(all_ for _, _, all_ in stated)
    return {
        "quotes": len(quotes),
        "quotes_verbatim": _rounded(metrics.mean(standing), 4),
        "quotes_at_span": _rounded(metrics.mean(exact), 4),
        "figures": asserted,
        "figures_in_cited_quote": _rounded(sum(held for _, held, _ in stated) / asserted, 4) if asserted else None,
    }, {
        "not_verbatim": _ids(id for (id, _), good in zip(quotes, standing, strict=True) if not good),
        "not_at_span": _ids(id for (id, _), good in zip(quotes, exact, strict=True) if not good),
        "figure_not_in_quote": [id for id, held, all_ in stated if held < all_],
    }


def _answering(
    questions: Sequence[Question], pairs: Pairs, known: Iterable[str], right: Sequence[float]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The figures of abstaining, time and errors, and the questions behind those that fall short."""
    real = [(question, record) for question, record in pairs if question.answerable]
    none = [(question, record) for question, record in pairs if not question.answerable]
    caught = [question.id for question, record in none if metrics.abstained(record)]
    refused = [question.id for question, record in real if metrics.abstained(record)]
    seconds = [s for _, record in pairs if isinstance(s := record.get("seconds"), int | float)]
    errors = {question.id: record["error"] for question, record in pairs if record.get("error")}
    return {
        "abstain_recall": _rounded(metrics.abstain_recall(len(caught), len(none))),
        "abstain_precision": _rounded(metrics.abstain_precision(len(caught), len(refused))),
        "answerable_refused": _rounded(metrics.answerable_refused(len(refused), len(real))),
        "p50_s": _seconds(metrics.p50(seconds)),
        "p95_s": _seconds(metrics.p95(seconds)),
        "errors": len(errors),
        # An answer of the embedded answerer where a language model was asked for is no figure of that model.
        "backends": dict(Counter(record["backend"] for _, record in pairs if record.get("backend"))),
    }, {
        "missing": [question.id for question in questions if question.id not in known],
        "error": errors,
        "wrong": [question.id for (question, _), good in zip(real, right, strict=True) if not good],
        "refused": refused,
        "invented": [q.id for q, record in none if record.get("answer") and not metrics.abstained(record)],
        "uncited": [q.id for q, record in real if metrics.claims_without_citation(record)],
    }  # fmt: skip


def _verdicts(records: Iterable[metrics.Record]) -> dict[str, int]:
    """How many drafted claims got each verdict, the most frequent first."""
    claims = [claim for record in records for part in ("claims", "withheld") for claim in record.get(part) or []]
    return dict(Counter(claim["verdict"] for claim in claims if claim.get("verdict")).most_common())


def _ids(ids: Iterable[str]) -> list[str]:
    """Each id once, in order."""
    return list(dict.fromkeys(ids))


def _rounded(value: float | None, places: int = 3) -> float | None:
    """Rounded, but to 1 only what is 1: where only 1.0 will do, nearly all must not look like all."""
    if value is None:
        return None
    short = round(float(value), places)
    return short if short < 1 or value >= 1 else round(1 - 10**-places, places)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
