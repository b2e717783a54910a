"""The keys of language models' servers: from the environment, else from the keyring of the operating system. They are
no settings, so that no listing of those can hold one."""

from __future__ import annotations

import os

SERVICE = "findings"


def key(variable: str, host: str) -> str:
    """The key in the environment variable, else what the keyring holds for the host; "" where there is neither.

    `keyring set findings HOST` stores one; without the package `keyring`, or a keyring behind it, there is none."""
    found = os.environ.get(variable, "")
    if found:
        return found
    try:
        import keyring

        return keyring.get_password(SERVICE, host) or ""
    except Exception:  # each operating system's keyring fails in ways of its own; the server will say that a key lacks
        return ""


def without(text: str, secret: str) -> str:
    """The text with the secret taken out."""
    return text.replace(secret, "…") if secret else text
