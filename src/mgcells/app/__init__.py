"""The browser view: living tissues to watch and steer. The only room that imports solara."""

from mgcells.app.server import MissingExtra, serve

__all__ = ["MissingExtra", "serve"]
