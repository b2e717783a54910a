"""What keeps this server to the person in front of it: headers that let the browser fetch nothing from elsewhere, and
no answer to what another site's page makes the browser send."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")

# Gradio needs inline script and eval; what matters is that nothing can be fetched from or sent to another place.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def middleware() -> list[Middleware]:
    """`Guard`, and before it what answers to this machine's own names only: a foreign site whose name is made to point
    here must not read a person's papers."""
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    return [Middleware(TrustedHostMiddleware, allowed_hosts=list(NAMES)), Middleware(Guard)]


class Guard:
    """ASGI middleware that adds `HEADERS` to every response, streams included, and refuses foreign pages' requests."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        if scope["type"] == "http" and _foreign(scope):
            await _refuse(guarded)
        else:
            await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def _foreign(scope: Scope) -> bool:
    """Does a page of another site send this? Programs name no origin, and following a link from elsewhere is a GET
    without one."""
    for name, value in scope["headers"]:
        if name == b"origin":
            try:
                return urlsplit(value.decode("latin-1")).hostname not in NAMES
            except ValueError:
                return True
    return False


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"Findings answers its own page only."})
