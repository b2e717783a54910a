from __future__ import annotations

import httpx
import pytest
from openai_server import sends, serving

from rag.backend import bounded


@pytest.mark.parametrize(("length", "stands"), [(10, True), (1000, True), (1001, False), (100_000, False)])
def test_no_more_is_read_than_a_reply_can_be(length: int, stands: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST", 1000)
    with serving(sends(b"x" * length)) as server, httpx.Client(**bounded.options(1, 5)) as client:
        if stands:
            assert client.post(server.url, json={}).text == "x" * length
        else:
            with pytest.raises(ValueError, match="the reply has more than 1,000 bytes"):
                client.post(server.url, json={})
        assert client.timeout == httpx.Timeout(5, connect=1)
