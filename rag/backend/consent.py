"""Whether a person has agreed that passages of their papers go to a server on another machine.

Agreements lie in `agreed.json` in the data folder: the server's name and the day. They are asked for once a server.
"""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from pathlib import Path

from rag.backend.server import Server
from rag.config import Settings, data_dir
from rag.errors import ConsentMissing, StoreUnwritable


def agreed(server: Server, settings: Settings) -> bool:
    """May passages go there: because it is this machine, or the settings or an earlier agreement say so?"""
    return server.local or server.name in settings.backend_agreed.split() or server.name in _read()


def require(server: Server, settings: Settings) -> None:
    """Raises ConsentMissing where nobody has agreed."""
    if not agreed(server, settings):
        raise ConsentMissing(
            f"the question and passages of the papers would go to {server.name}, which is not known to be on this "
            "machine; agree with --agree, once, or ask with --backend extractive"
        )


def agree(server: Server) -> None:
    """Remember the agreement. Raises StoreUnwritable."""
    path = _path()
    value = _read() | {server.name: datetime.date.today().isoformat()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(value, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(made, path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreUnwritable(
            f"the agreement cannot be written to {path} ({error.strerror}); make the folder writable, or set "
            "FINDINGS_BACKEND_AGREED"
        ) from error


def _path() -> Path:
    return data_dir() / "agreed.json"


def _read() -> dict[str, str]:
    """What has been agreed to. A file that is damaged holds no agreement: the person is asked again."""
    try:
        value = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
