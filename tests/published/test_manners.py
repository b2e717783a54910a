from __future__ import annotations

import pytest
from played_site import StoppedClock

from corpus.manners import PAUSE, Pace, Rules, agent, asked_wait, back_off

NOW = 1_700_000_000.0  # 14 November 2023, 22:13:20


def test_the_agent_says_its_name_and_what_it_does() -> None:
    assert agent().startswith("findings/")
    assert "inspection reports" in agent()


def test_between_two_requests_to_one_host_there_is_a_pause(stopped: StoppedClock) -> None:
    pace = Pace(stopped.clock())
    pace.keep("a")
    pace.keep("b")
    assert stopped.slept == []
    pace.keep("a", 5.0)
    assert stopped.slept == [5.0]


def test_a_robots_txt_with_wild_cards_and_the_longest_rule() -> None:
    rules = Rules("User-agent: *\nDisallow: /*.pdf$\nDisallow: /private\nAllow: /private/open\n")
    allowed = [rules.allow(f"https://a.org{path}") for path in ("/", "/a.pdf", "/a.pdf?b", "/private", "/private/open")]
    assert allowed == [True, False, True, False, True]


def test_rules_for_this_program_come_before_those_for_all() -> None:
    rules = Rules("User-agent: *\nDisallow: /\n\nUser-agent: findings\nAllow: /\nCrawl-delay: 7\n")
    assert rules.allow("https://a.org/x")
    assert rules.delay == 7


@pytest.mark.parametrize(
    ("text", "delay"), [("", PAUSE), ("User-agent: *\nCrawl-delay: 9999", 30), ("\0\xff<html>", PAUSE)]
)
def test_the_delay_is_within_reason(text: str, delay: float) -> None:
    assert Rules(text).delay == delay


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("7", 7),
        (" 120 ", 120),
        ("-3", 0),
        ("soon", 0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60),
        ("Tue, 14 Nov 2023 22:10:00 GMT", 0),
        ("9" * 400, 999_999_999),
    ],
)
def test_how_long_to_wait(header: str | None, seconds: float) -> None:
    assert asked_wait(header, NOW) == seconds


def test_each_pause_is_longer_than_the_one_before() -> None:
    assert [back_off(n) for n in (1, 2, 3)] == [2, 4, 8]
