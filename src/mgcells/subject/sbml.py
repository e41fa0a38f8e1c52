"""The kinetics of one virtual subject under one strategy as an SBML model, for other solvers and tools.

The equations are not written a second time: the kernel's right-hand side is called once with symbols instead of
numbers, and what it computes is written down. Doses become events with the amounts that this subject receives; how a
dose is shared between absorbed and left in the bowel is settled when it is given, as in the program itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout
from mgcells.body.body import Body
from mgcells.body.kernel import rates_of_change
from mgcells.body.schedule import Cohort
from mgcells.scenario import Scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import Assembly

LEVEL, VERSION = 3, 1
FUNCTIONS = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negative": "-{0}",
    "exp": "exp({0})",
    "expm1": "exp({0}) - 1",
    "log": "ln({0})",
    "log1p": "ln(1 + {0})",
    # Solvers look for the crossings of a piecewise formula and can stop at one that a subject in balance sits on.
    "minimum": "({0} + {1} - abs({0} - {1})) / 2",
    "maximum": "({0} + {1} + abs({0} - {1})) / 2",
}
LEVELS = {
    "plasma_magnesium_mM": "plasma / {plasma_volume!r}",
    "plasma_threonate_mM": "threonate_plasma / threonate_volume",
}


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """A formula as text; NumPy's functions of it are formulas again."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:
        if method != "__call__" or function.__name__ not in FUNCTIONS:
            return NotImplemented
        texts = [entry.text if isinstance(entry, Symbol) else repr(float(entry)) for entry in inputs]
        return type(self)(f"({FUNCTIONS[function.__name__].format(*texts)})")


@dataclass(frozen=True)
class Change:
    """What happens at a moment (h): amounts added to states, and the inputs that hold from then on."""

    time: float
    jumps: Floats
    inputs: Floats


class RecordedBody(Body):
    """A body that notes every dose it is given."""

    def __init__(self, *arguments: Any, **keys: Any) -> None:
        self.changes: list[Change] = []
        super().__init__(*arguments, **keys)

    def _meet(self, cohort: Cohort, time: float) -> None:
        before = self.state[0].copy()
        super()._meet(cohort, time)
        self.changes.append(Change(time, self.state[0] - before, cohort.inputs[0].copy()))


def names_of() -> tuple[list[str], list[str], list[str]]:
    """Return the names of states, parameters and inputs, in the order of their columns."""
    names = [name for name, value in vars(layout).items() if isinstance(value, int)]
    found = []
    for first, last in (("GUT_DISSOLVING", "STATES"), ("DISSOLUTION_RATE", "PARAMETERS"), ("SWALLOWED", "INPUTS")):
        part = names[names.index(first) : names.index(last)]
        found.append([name.strip("_").lower() for name in part])
    states, parameters, inputs = found
    return states, parameters, [f"input_{name}" for name in inputs]


def equations() -> list[str]:
    """Return the rate of change of every state as a formula of the names."""
    states, parameters, inputs = names_of()
    y, p, u = ([Symbol(name) for name in names] for names in (states, parameters, inputs))
    return [symbol.text for symbol in rates_of_change(y, p, u)]


def subject_body(scenario: Scenario, strategy: str, replicate: int) -> RecordedBody:
    """Return the body of a virtual subject at the start of a strategy, before any dose.

    Raises
    ------
    ValueError
        A condition or a diet begins or ends during the run: parameters of the export are constant. Or there is no body.
    """
    chosen = scenario.strategy(strategy)
    if chosen.timed:
        raise ValueError(f"strategy '{strategy}' has a condition or a diet that begins or ends during the run")
    streams = Streams(scenario.seed, replicate)
    subjects = Assembly(scenario.library, scenario.start(chosen), [streams], (), RecordedBody)
    body = subjects.body
    if not isinstance(body, RecordedBody):
        raise ValueError(f"subject '{chosen.subject}' is a culture without a body")
    subjects.adopt(chosen, 0.0)
    return body


def export_sbml(scenario: Scenario, strategy: str, replicate: int = 0) -> str:
    """Return the model of one virtual subject under one strategy as SBML text, time in hours, amounts in mmol.

    Raises
    ------
    ImportError
        python-libsbml (extra `sbml`) is not installed.
    ValueError
        The strategy cannot be exported; see subject_body.
    KeyError
        The scenario has no such strategy.
    """
    import libsbml

    body = subject_body(scenario, strategy, replicate)
    begun = body.state[0].copy()
    for step in range(scenario.steps):
        body.advance(step * scenario.step_hours, scenario.step_hours)
    states, parameters, inputs = names_of()
    document = libsbml.SBMLDocument(LEVEL, VERSION)
    model = document.createModel("mgcells_body")
    model.setName(f"{scenario.title}: {strategy}, subject {replicate}")
    _units(model, libsbml)
    first = body.changes[0]
    for name, value in zip(states, begun + first.jumps, strict=True):
        _parameter(model, name, value, constant=False)
    for name, value in zip(parameters, body.parameters.columns[0], strict=True):
        _parameter(model, name, value, constant=True)
    for name, value in zip(inputs, first.inputs, strict=True):
        _parameter(model, name, value, constant=False)
    for name, formula in zip(states, equations(), strict=True):
        rule = model.createRateRule()
        rule.setVariable(name)
        rule.setMath(_math(formula, libsbml))
    for name, formula in LEVELS.items():
        _parameter(model, name, None, constant=False)
        assignment = model.createAssignmentRule()
        assignment.setVariable(name)
        volume = float(body.parameters.plasma_volume[0])
        assignment.setMath(_math(formula.format(plasma_volume=volume), libsbml))
    held = first.inputs
    for number, change in enumerate(body.changes[1:], start=1):
        _event(model, libsbml, number, change, held, states, inputs)
        held = change.inputs
    if document.checkConsistency() and document.getNumErrors(libsbml.LIBSBML_SEV_ERROR):
        raise ValueError(document.getErrorLog().toString())
    return str(libsbml.writeSBMLToString(document))


def _units(model: Any, libsbml: Any) -> None:
    for name, kind, multiplier, scale in (
        ("hour", libsbml.UNIT_KIND_SECOND, 3600, 0),
        ("millimole", libsbml.UNIT_KIND_MOLE, 1, -3),
    ):
        definition = model.createUnitDefinition()
        definition.setId(name)
        unit = definition.createUnit()
        unit.setKind(kind)
        unit.setExponent(1)
        unit.setScale(scale)
        unit.setMultiplier(multiplier)
    model.setTimeUnits("hour")
    model.setSubstanceUnits("millimole")
    model.setExtentUnits("millimole")


def _parameter(model: Any, name: str, value: float | None, *, constant: bool) -> None:
    parameter = model.createParameter()
    parameter.setId(name)
    parameter.setConstant(constant)
    if value is not None:
        parameter.setValue(float(value))


def _math(formula: str, libsbml: Any) -> Any:
    tree = libsbml.parseL3Formula(formula)
    if tree is None:
        raise ValueError(f"{libsbml.getLastParseL3Error()} in {formula}")
    return tree


def _event(
    model: Any, libsbml: Any, number: int, change: Change, held: Floats, states: list[str], inputs: list[str]
) -> None:
    assignments = {
        name: f"{name} + {float(jump)!r}" for name, jump in zip(states, change.jumps, strict=True) if jump != 0.0
    }
    assignments |= {
        name: repr(float(new)) for name, new, old in zip(inputs, change.inputs, held, strict=True) if new != old
    }
    if not assignments:
        return
    event = model.createEvent()
    event.setId(f"change_{number}")
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setInitialValue(False)
    trigger.setPersistent(True)
    trigger.setMath(_math(f"time >= {float(change.time)!r}", libsbml))
    for name, formula in assignments.items():
        assignment = event.createEventAssignment()
        assignment.setVariable(name)
        assignment.setMath(_math(formula, libsbml))
