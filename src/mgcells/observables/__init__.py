"""What a run measures: name, unit, label and a function of the model."""

from mgcells.observables.registry import Observable, observable, observables, recorded, units

__all__ = ["Observable", "observable", "observables", "recorded", "units"]
