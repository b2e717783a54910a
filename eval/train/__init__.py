"""How the small models that ship in `rag/data` were fitted."""
