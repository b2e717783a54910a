from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from played_site import Site, StoppedClock, playing

from corpus.manifest import Manifest, held
from corpus.web import Web


@pytest.fixture
def stopped() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def site() -> Iterator[Site]:
    with playing() as one:
        yield one


@pytest.fixture
def web(stopped: StoppedClock) -> Iterator[Web]:
    """A visitor that may ask this machine."""
    with Web(allow_private=True, clock=stopped.clock()) as one:
        yield one


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    with held(tmp_path / "papers") as one:
        yield one


@pytest.fixture
def report(make_pdf: Callable[..., bytes]) -> bytes:
    """A report as a PDF."""
    return make_pdf([[(72, 700, 11, False, "Inspection of Newham children's services, 2022.")]])
