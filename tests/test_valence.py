"""What judges in a sentence, and what only speaks of trouble."""

from __future__ import annotations

import pytest

from rag.figures import plain
from rag.valence import verdict


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Supervision is regular and effective.", True),
        ("Visits are not timely.", False),
        ("Plans are weak and records out of date.", False),
        ("Plans are good, but visits are late.", None),
        ("Carers are told of the fund.", None),
        # Trouble that is only spoken of is nobody's weakness.
        ("Young people find solutions to problems when they live alone.", None),
        ("Advisers give good help with difficulties at home.", True),
        ("Staff respond promptly to concerns.", True),
        # That numbers rise or fall is neither good nor bad.
        ("Referrals have increased.", None),
        ("The number of changes has fallen, which is a weakness in the data.", False),
    ],
)
def test_verdict(text: str, good: bool | None) -> None:
    assert verdict(plain(text)) is good
