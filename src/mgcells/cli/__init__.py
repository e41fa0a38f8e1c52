"""The command line."""

from mgcells.cli.commands import app, main

__all__ = ["app", "main"]
