"""Scenario, Strategy, Dose: read and checked."""

from mgcells.scenario.reading import read_document, read_scenario
from mgcells.scenario.scenario import Dose, Endpoint, Scenario, Strategy
from mgcells.scenario.shipped import load_scenario

__all__ = ["Dose", "Endpoint", "Scenario", "Strategy", "load_scenario", "read_document", "read_scenario"]
