"""Comparison of finished runs, pair by pair: tables in, tables out."""

from __future__ import annotations

from mgcells.analysis.effects import COLUMNS, effects
from mgcells.analysis.endpoints import Endpoint, at_the_end, read_endpoints
from mgcells.analysis.trajectories import paired_difference_series, trajectory_summary

__all__ = [
    "COLUMNS",
    "Endpoint",
    "at_the_end",
    "effects",
    "paired_difference_series",
    "read_endpoints",
    "trajectory_summary",
]
