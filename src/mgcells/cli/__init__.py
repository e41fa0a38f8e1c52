"""The command line."""

from mgcells.cli import commands, library_commands
from mgcells.cli.application import app, main

__all__ = ["app", "commands", "library_commands", "main"]
