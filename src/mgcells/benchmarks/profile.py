"""Where the time of a step goes, by room of the package."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path
from typing import Any

import mgcells
from mgcells.benchmarks.subjects import scaled_subject

ROOT = str(Path(mgcells.__file__).parent)
# Rooms of the package -> what the reader is told; every other room counts as the model's own glue.
PARTS = {
    "fields": "fields",
    "rules": "rules",
    "cells": "births, deaths and what cells do",
    "tissues": "tissues: lattices and bone section",
    "streams": "random numbers",
    "body": "whole-body kinetics",
    "observables": "observables",
}
GLUE = "the model's order of events"
Function = tuple[str, int, str]


def shares(cells: int, hours: int = 50) -> dict[str, float]:
    """Return the share of each part in the time of `hours` steps, each with all observables measured.

    The profiler slows calls down and compiled kernels not at all, so parts made of many small calls look larger here
    than they are, the more so the smaller the model.
    """
    subject = scaled_subject(cells)
    subject.step()
    subject.measure()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(hours):
        subject.step()
        subject.measure()
    profiler.disable()
    statistics: dict[Function, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    totals = dict.fromkeys([*PARTS.values(), GLUE], 0.0)
    for function, (_, _, own_time, _, callers) in statistics.items():
        _credit(statistics, function, callers, own_time, totals, depth=8)
    whole = sum(totals.values())
    return {part: total / whole for part, total in totals.items()}


def _credit(
    statistics: dict[Function, Any], function: Function, callers: dict[Function, Any], time: float,
    totals: dict[str, float], depth: int,
) -> None:  # fmt: skip
    """Give own time to the room of a function; that of other libraries goes to the rooms that called them."""
    part = _part(function[0])
    weight = sum(caller[2] for caller in callers.values())
    if part is None and callers and weight > 0.0 and depth:
        for caller, numbers in callers.items():
            share = time * numbers[2] / weight
            _credit(statistics, caller, statistics[caller][4], share, totals, depth - 1)
    else:
        totals[part or GLUE] += time


def _part(file: str) -> str | None:
    if not file.startswith(ROOT):
        return None
    return PARTS.get(Path(file).relative_to(ROOT).parts[0].removesuffix(".py"), GLUE)
