"""Comparison of finished runs, pair by pair: tables in, tables out."""

from __future__ import annotations

from mgcells.analysis.effects import COLUMNS, effects
from mgcells.analysis.endpoints import at_the_end, listed_endpoints
from mgcells.analysis.trajectories import paired_difference_series, trajectory_summary

__all__ = [
    "COLUMNS",
    "at_the_end",
    "effects",
    "listed_endpoints",
    "paired_difference_series",
    "trajectory_summary",
]
