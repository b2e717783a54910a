"""A transformer as a compiled graph (OpenVINO) with its tokenizer: token ids in, arrays out, neither torch nor
sentence-transformers loaded.

A graph is a folder of `model.xml`, `model.bin`, `tokenizer.json` and `info.json` ({limit, pad, dimension, …}).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

FILES = ("model.xml", "model.bin", "tokenizer.json", "info.json")
BATCH = 32
WHOLE_ROW = 2**31 - 1  # numbers that share a scale when they are rounded: all those of a token

# While it compiles, OpenVINO sets the locale of the whole process and then sets it back: two at once leave it wrong.
_COMPILING = threading.Lock()


def packaged(name: str) -> Path:
    """The folder of the graph called `name` that ships with the program."""
    return Path(str(resources.files("rag.data"))) / "models" / name


def read_info(folder: Path) -> dict[str, Any]:
    """The `info.json` of a graph. Raises ModelError."""
    try:
        return json.loads((folder / "info.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"the model in {folder} is damaged; reinstall the program") from error


def check_graph(folder: Path) -> None:
    """Compares the files of a graph with the checksums that it came with. Raises ModelError."""
    for name, known in read_info(folder)["sha256"].items():
        if sha256(folder / name) != known:
            raise ModelError(f"the model in {folder} is damaged ({name} is not what it was); reinstall the program")


def sha256(path: Path) -> str:
    """Of a model's file. Raises ModelError."""
    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read the model file {path}: {error.strerror}; reinstall the model") from error


class Graph:
    """`run` feeds token ids through the graph, texts of like length together, so that little is padding."""

    def __init__(self, folder: Path, cache: Path, rounded: bool = False):
        """`cache` is a writable folder for what OpenVINO compiles for this processor. With `rounded`, what passes
        through the graph is rounded to bytes as the weights are, where the processor multiplies those faster."""
        from tokenizers import Tokenizer

        self.info = read_info(folder)
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(self.info["limit"])
        self._folder, self._cache, self._rounded = folder, cache, rounded
        self._ready: dict[str, Any] = {}

    def run(
        self, ids: Sequence[Sequence[int]], take: Callable[[list[int], np.ndarray], None],
        segments: Sequence[Sequence[int]] | None = None,
    ) -> None:  # fmt: skip
        """Calls `take` with the positions of a batch among `ids` and the graph's output for it, float32 with a row for
        each. `segments`, where the graph asks for them, are 0 or 1 for each token."""
        work = list(self._batches(ids, segments))
        if len(work) <= 4:
            request = self._compiled(many=False).create_infer_request()
            for chosen, inputs in work:
                take(chosen, next(iter(request.infer(inputs).values())))
            return
        import openvino as ov

        queue = ov.AsyncInferQueue(self._compiled(many=True))
        queue.set_callback(lambda request, chosen: take(chosen, request.get_output_tensor().data))
        try:
            for chosen, inputs in work:
                queue.start_async(inputs, chosen)
        finally:  # on Ctrl-C too: a queue that is dropped while it works hangs or crashes
            queue.wait_all()

    def _compiled(self, many: bool) -> Any:
        """The graph for one question at once or for many passages, compiled when needed."""
        hint = "THROUGHPUT" if many else "LATENCY"
        with _COMPILING:
            if hint not in self._ready:
                self._ready[hint] = self._compile(hint)
        return self._ready[hint]

    def _compile(self, hint: str) -> Any:
        import openvino as ov

        options: dict[str, Any] = {"PERFORMANCE_HINT": hint}
        if self._rounded:
            options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = WHOLE_ROW
        # Without a cache it compiles anew in every process, which takes a second.
        with contextlib.suppress(OSError):
            self._cache.mkdir(parents=True, exist_ok=True)
            if os.access(self._cache, os.W_OK):
                options["CACHE_DIR"] = str(self._cache)
        core, path = ov.Core(), str(self._folder / "model.xml")
        unpacked = hint == "THROUGHPUT" and not self._rounded
        return core.compile_model(_unpacked(core, path) if unpacked else path, "CPU", options)

    def _batches(self, ids: Sequence[Sequence[int]], segments: Sequence[Sequence[int]] | None) -> Any:
        import numpy as np

        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            shape = len(chosen), max(len(ids[i]) for i in chosen)
            names = ("attention_mask", *(["token_type_ids"] if segments is not None else []))
            inputs = {"input_ids": np.full(shape, self.info["pad"], np.int64)}
            inputs |= {name: np.zeros(shape, np.int64) for name in names}
            for row, i in enumerate(chosen):
                inputs["input_ids"][row, : len(ids[i])] = ids[i]
                inputs["attention_mask"][row, : len(ids[i])] = 1
                if segments is not None:
                    inputs["token_type_ids"][row, : len(ids[i])] = segments[i]
            yield chosen, inputs


def _unpacked(core: Any, path: str) -> Any:
    """The model with weights that were packed into bytes as plain numbers: reading it takes longer, running it less."""
    from openvino.passes import ConstantFolding, Manager

    model = core.read_model(path)
    passes = Manager()
    passes.register_pass(ConstantFolding())
    passes.run_passes(model)
    return model
