"""Scenario, Strategy, Dose: read, check, resolve."""

from mgcells.library.in_force import Activation
from mgcells.scenario.reading import load_scenario, read_document, read_scenario
from mgcells.scenario.scenario import Dose, Endpoint, Scenario, Strategy

__all__ = ["Activation", "Dose", "Endpoint", "Scenario", "Strategy", "load_scenario", "read_document", "read_scenario"]
