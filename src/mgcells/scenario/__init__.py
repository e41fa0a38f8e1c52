"""Scenario, Strategy, Dose: read, check, resolve."""

from mgcells.scenario.reading import load_scenario, read_document, read_scenario
from mgcells.scenario.scenario import Activation, Dose, Endpoint, Scenario, Strategy

__all__ = ["Activation", "Dose", "Endpoint", "Scenario", "Strategy", "load_scenario", "read_document", "read_scenario"]
