"""The web page: `build` makes it, `serve` shows it on this machine."""

from ui.app import application, build, serve

__all__ = ["application", "build", "serve"]
