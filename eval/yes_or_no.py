"""How many yes-or-no questions their evidence answers with a plain Yes or No, and whether the reference agrees.

    python -m eval.yes_or_no QUESTIONS.jsonl

A question counts where it is put as one of yes or no, or its reference answer begins with "Yes" or "No".
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from eval.questions import Question, read_questions
from rag.expects import expects
from rag.polarity import polarity

_WORD = re.compile(r"(yes|no)\b", re.IGNORECASE)


def said(question: Question) -> str:
    """What the evidence says: "yes", "no", "neither", or "both" where one quote says yes and another no."""
    found = {polarity(question.question, evidence.quote) for evidence in question.evidence} - {None}
    return "both" if len(found) == 2 else {True: "yes", False: "no"}[found.pop()] if found else "neither"


def reference(question: Question) -> str:
    match = _WORD.match(question.answer)
    return match[0].lower() if match else "neither"


def main(path: Path) -> None:
    asked = [
        q for q in read_questions(path) if q.evidence and (expects(q.question) == "yes/no" or reference(q) != "neither")
    ]
    counts = Counter((said(q), reference(q)) for q in asked)
    for (ours, theirs), count in sorted(counts.items()):
        sys.stdout.write(f"said {ours:8} reference {theirs:8} {count}\n")
    for q in asked:
        if said(q) not in ("neither", reference(q)):
            sys.stdout.write(f"to be read: {q.id}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
