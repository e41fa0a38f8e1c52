"""Published experiments, simulated as they were done and compared with what was measured."""

from mgcells.experiments.reading import chosen_experiments, read_experiment
from mgcells.experiments.running import Validation, run_validation

__all__ = ["Validation", "chosen_experiments", "read_experiment", "run_validation"]
