"""What levels do within a step, against a fine solution of the same equations by another solver."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mgcells.body import layout, levels
from mgcells.body.delivery import Delivery
from mgcells.body.kernel import rates_of_change
from mgcells.body.parameters import BodyParameters
from mgcells.library import load_library
from mgcells.subject.sbml import RecordedBody

HOURS = 6
# A bolus on an hour and one within, a short infusion, a slow depot, the fluid itself, by mouth.
STREAMS = [
    ("intravenous", 1.0, 0.0, 0.0),
    ("intravenous", 1.0, 2.5, 0.0),
    ("intravenous", 0.5, 4.25, 0.25),
    ("subcutaneous", 0.5, 3.3, 0.0),
    ("intrathecal", 1e-4, 1.3, 0.0),
    ("oral", 2.0, 0.0, 0.0),
]


def lived(subject: str) -> tuple[RecordedBody, np.ndarray, np.ndarray]:
    """Return a body, its state before any dose, and mean, highest and lowest of each level in each hour."""
    known = {path: parameter.value for path, parameter in load_library().subjects[subject].parameters.items()}
    unit = known["body.diet.magnesium"] * 24
    doses = [
        Delivery(route, share * unit, 2 * share * unit, 1.0, 1.0, 0.6, first, math.inf, math.inf, over=over)
        for route, share, first, over in STREAMS
    ]
    body = RecordedBody([known], deliveries=[doses])
    start, rows = body.state[0].copy(), []
    for hour in range(HOURS):
        body.advance(float(hour))
        rows.append([getattr(body.swift, name)[:, 0] for name in NAMES])
    return body, start, np.array(rows)


NAMES = ("plasma_magnesium", "plasma_ionised", "plasma_threonate", "csf_magnesium", "csf_threonate")


def measured(states: np.ndarray, parameters: BodyParameters) -> np.ndarray:
    return np.array([getattr(levels, name)(states, parameters) for name in NAMES])


def rates(columns: np.ndarray, inputs: np.ndarray, time: float, state: np.ndarray) -> list[float]:
    del time
    return rates_of_change(state, columns, inputs)


def finely(body: RecordedBody, state: np.ndarray) -> np.ndarray:
    """Solve the equations from event to event and read the levels two thousand times an hour."""
    columns = body.parameters.columns[0]
    edges = sorted({*map(float, range(HOURS + 1)), *(entry.time for entry in body.changes)})
    rows, inputs = [], body.changes[0].inputs
    seen: list[np.ndarray] = []
    total = np.zeros(len(NAMES))
    for begin, end in pairwise(edges):
        seen.append(measured(state[None], body.parameters))
        for entry in body.changes:
            if entry.time == begin:
                state, inputs = state + entry.jumps, entry.inputs
        times = np.linspace(begin, end, 2 * round(1000 * (end - begin)) + 1)
        change = partial(rates, columns, inputs)
        found = solve_ivp(change, (begin, end), state, method="LSODA", t_eval=times, rtol=1e-9, atol=1e-12).y
        state = found[:, -1]
        course = measured(found.T, body.parameters)
        weights = np.tile([2.0, 4.0], len(times) // 2 + 1)[: len(times)]
        weights[0] = weights[-1] = 1.0
        total = total + (course * weights).sum(axis=1) * (times[1] - times[0]) / 3.0
        seen.append(course)
        if end == round(end):
            everything = np.concatenate(seen, axis=1)
            rows.append(np.stack([total, everything.max(axis=1), everything.min(axis=1)], axis=1))
            seen, total = [], np.zeros(len(NAMES))
    return np.array(rows)


@pytest.mark.parametrize("subject", ["human-adult", "rat"])
def test_mean_highest_and_lowest_within_a_step_agree_with_a_fine_solution(subject: str) -> None:
    body, start, noted = lived(subject)
    reference = finely(body, start)
    assert noted[..., 0] == pytest.approx(reference[..., 0], rel=1e-5)
    assert noted[..., 1:] == pytest.approx(reference[..., 1:], rel=1e-4)
    assert (noted[:, :, 2] <= noted[:, :, 0] * (1 + 1e-12)).all()
    assert (noted[:, :, 0] <= noted[:, :, 1] * (1 + 1e-12)).all()


def test_before_the_first_step_there_is_none_and_its_end_lies_within_it() -> None:
    known = {path: parameter.value for path, parameter in load_library().subjects["rat"].parameters.items()}
    body = RecordedBody([known], deliveries=[[Delivery("oral", 1.0, 2.0, 1.0, 1.0, 0.6, 0.0, math.inf, 5.0)]])
    assert np.isnan(body.swift.plasma_magnesium).all()
    for hour in range(12):
        before = measured(body.state, body.parameters)[:, 0]
        body.advance(float(hour))
        after = measured(body.state, body.parameters)[:, 0]
        for name, *ends in zip(NAMES, before, after, strict=True):
            _, highest, lowest = getattr(body.swift, name)[:, 0]
            assert lowest <= min(ends)
            assert highest >= max(ends)
    assert layout.NOTES == 3
