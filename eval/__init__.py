"""How good the answers are: question sets, the figures that judge results, the run that makes them, and tables.

    question file ─read_questions─▶ Question ─run─▶ record ─summarise─▶ summary ─table─▶ text, Markdown

`eval.run.evaluate` does all of it on an open `rag.pipeline.Findings`; `eval.report` adds what each stage of the search
earns (`eval.stages`) and how another tool does on the same questions (`eval.against`). Importing this package loads no
model and no store.
"""

from eval.questions import Evidence, Question, read_questions
from eval.run import evaluate
from eval.summary import summarise

__all__ = ["Evidence", "Question", "evaluate", "read_questions", "summarise"]
