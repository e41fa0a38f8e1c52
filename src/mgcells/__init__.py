"""mgcells: what a magnesium supplement does to living tissue, cell by cell.

The public names; each is imported when it is first asked for.

>>> from mgcells import Subject
>>> rat = Subject("brain_salts_rat", strategy="L-TAMS", replicate=3)
>>> rat.step()
>>> rat.day * 24
1.0
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mgcells.version import __version__

if TYPE_CHECKING:
    from mgcells.batch.batch import run_batch as run
    from mgcells.errors import InputProblems
    from mgcells.experiments.running import run_validation as validate
    from mgcells.library.library import Library
    from mgcells.library.loading import load_library
    from mgcells.model import MagnesiumModel
    from mgcells.observables import observable
    from mgcells.reporting import build_report as report
    from mgcells.reporting.registry import figure
    from mgcells.scenario.scenario import Scenario
    from mgcells.scenario.shipped import load_scenario
    from mgcells.study.calibrate import calibrate
    from mgcells.study.explain import explain
    from mgcells.study.sweep import sweep
    from mgcells.subject.subject import Subject

PLACES = {
    "InputProblems": "mgcells.errors:InputProblems",
    "Library": "mgcells.library.library:Library",
    "MagnesiumModel": "mgcells.model:MagnesiumModel",
    "Scenario": "mgcells.scenario.scenario:Scenario",
    "Subject": "mgcells.subject.subject:Subject",
    "calibrate": "mgcells.study.calibrate:calibrate",
    "explain": "mgcells.study.explain:explain",
    "figure": "mgcells.reporting.registry:figure",
    "load_library": "mgcells.library.loading:load_library",
    "load_scenario": "mgcells.scenario.shipped:load_scenario",
    "observable": "mgcells.observables:observable",
    "report": "mgcells.reporting:build_report",
    "run": "mgcells.batch.batch:run_batch",
    "sweep": "mgcells.study.sweep:sweep",
    "validate": "mgcells.experiments.running:run_validation",
}

__all__ = [
    "InputProblems",
    "Library",
    "MagnesiumModel",
    "Scenario",
    "Subject",
    "__version__",
    "calibrate",
    "explain",
    "figure",
    "load_library",
    "load_scenario",
    "observable",
    "report",
    "run",
    "sweep",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'mgcells' has no attribute '{name}'")
    module, _, attribute = PLACES[name].partition(":")
    found = getattr(importlib.import_module(module), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
