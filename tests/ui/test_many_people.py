"""Twenty people ask at once over the endpoint for programs: each gets the answer to their own question."""

from __future__ import annotations

import dataclasses
import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_app import served_at

import eval
from eval.questions import read_questions
from rag.pipeline import Findings
from rag.store import Store

pytestmark = pytest.mark.filterwarnings("ignore")  # gradio and its server warn of each other
PEOPLE = 20


def asked_at(address: str, question: str) -> dict:
    """The last that the endpoint says to a question: a POST gives its number, a GET streams what becomes of it."""
    call = f"{address}gradio_api/call/ask"
    data = json.dumps({"data": [question, [], [], [], [], [], "", "", ""]}).encode()
    posted = urllib.request.Request(call, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(posted, timeout=60) as response:
        number = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{call}/{number}", timeout=300) as response:
        *_, event, said = response.read().decode().strip().splitlines()
    assert event == "event: complete", said
    return json.loads(said.removeprefix("data: "))[0]


@pytest.fixture
def quick(sample, settings, findings):
    """The program over the sample papers without what takes longest: who gets which answer does not hang on it."""
    with Findings(Store(sample), dataclasses.replace(settings, reranker="none")) as opened:
        opened._embedder = findings.embedder
        yield opened


def test_twenty_people_at_once_get_their_own_answers(quick, history):
    sample = Path(eval.__file__).parent / "questions" / "sample.jsonl"
    questions = [one.question for one in read_questions(sample)][:PEOPLE]
    together = threading.Barrier(PEOPLE)

    def person(question: str) -> dict:
        together.wait(60)
        return asked_at(address, question)

    with served_at(quick, history) as address, ThreadPoolExecutor(PEOPLE) as people:
        answers = list(people.map(person, questions))
    assert [answer["question"] for answer in answers] == questions
    alone = [quick.ask(question).text for question in questions]
    assert len(set(alone)) > PEOPLE * 0.8  # so an answer that is another's would be seen
    assert [answer["answer"] for answer in answers] == alone
