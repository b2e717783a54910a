"""How a polite visitor behaves: it says who it is, keeps to robots.txt, pauses between requests, waits when told to."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from protego import Protego

from rag.store import program_version

NAME = "findings"  # what robots.txt calls this program
PAUSE = 1.0  # seconds between two requests to one host
LONGEST_DELAY = 30.0  # seconds between two requests that a robots.txt may ask for
TRIES = 4
LONGEST_WAIT = 120.0  # seconds that a site may ask to be left alone before it is given up for this time


def agent() -> str:
    """The value of the header User-Agent."""
    return f"{NAME}/{program_version()} (reads published inspection reports, one request at a time)"


@dataclass(slots=True)
class Clock:
    """Time, as the tests may replace it."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time


@dataclass(slots=True)
class Pace:
    """Lets no two requests to one host follow each other faster than is polite."""

    clock: Clock
    _last: dict[str, float] = field(default_factory=dict)

    def keep(self, host: str, delay: float = PAUSE) -> None:
        """Waits until the host may be asked again."""
        if host in self._last:
            wait = self._last[host] + delay - self.clock.monotonic()
            if wait > 0:
                self.clock.sleep(wait)
        self._last[host] = self.clock.monotonic()


class Rules:
    """What a site's robots.txt allows; all of it where there is none."""

    def __init__(self, text: str = ""):
        self._rules = Protego.parse(text)

    def allow(self, address: str) -> bool:
        return bool(self._rules.can_fetch(address, NAME))

    @property
    def delay(self) -> float:
        """Seconds between two requests: those asked for, within reason, and never fewer than our own."""
        return min(max(PAUSE, float(self._rules.crawl_delay(NAME) or 0)), LONGEST_DELAY)


def asked_wait(header: str | None, now: float) -> float:
    """The seconds that the header Retry-After asks for, as a number or as a date; 0 where it is absent or no sense.
    `now` is in seconds since 1970."""
    text = (header or "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def back_off(failed: int) -> float:
    """Seconds to wait after so many failures in a row, where a site does not say: 2, 4, 8, …"""
    return 2.0**failed
