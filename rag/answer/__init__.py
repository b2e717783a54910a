"""Answerers: from a query and its hits to draft claims. Whoever drafts, `rag.verify` decides what is shown."""
