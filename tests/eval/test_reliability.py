from __future__ import annotations

import re
from xml.etree import ElementTree

from eval.reliability import MARGIN, SIDE, drawn


def test_each_bin_is_a_dot_in_its_place() -> None:
    svg = drawn([(0.25, 0.5, 4), (1.0, 1.0, 9)])
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
    assert [tuple(map(float, dot)) for dot in dots] == [
        (MARGIN + SIDE / 4, MARGIN + SIDE / 2, 2.0),
        (MARGIN + SIDE, MARGIN, 3.0),
    ]


def test_no_bins_no_dots() -> None:
    assert "<circle" not in drawn([])
