"""The command line."""

from mgcells.cli import calibration, commands, evidence, library_commands, study_commands, sweeping
from mgcells.cli.application import app, main

__all__ = ["app", "calibration", "commands", "evidence", "library_commands", "main", "study_commands", "sweeping"]
