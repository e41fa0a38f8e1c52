"""The browser view: living tissues to watch and steer. The only room that imports solara."""

from mgcells.app.server import MissingExtra, require_extra, serve

__all__ = ["MissingExtra", "require_extra", "serve"]
