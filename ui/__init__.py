"""The web page: `build` makes it, `application` is it as a server's program, `serve` shows it on this machine."""

from ui.app import application, build
from ui.serving import bind, serve

__all__ = ["application", "bind", "build", "serve"]
