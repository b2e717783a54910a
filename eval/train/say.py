"""A line about how training goes, at once, also where the output is a file."""

from __future__ import annotations

import sys


def say(message: str) -> None:
    sys.stdout.write(message + "\n")
    sys.stdout.flush()
