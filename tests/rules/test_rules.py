"""Rules: closed forms, normalisation to health, and agreement of every evaluator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mgcells.rules import Behaviour, Response, RuleError, Signal, arrays, respond
from mgcells.rules.behaviour import SignalSource
from mgcells.rules.compiled_table import RuleTable
from mgcells.rules.response import RuleRow, normalise


def hill_row(**changes: object) -> RuleRow:
    base: dict[str, object] = {
        "rule": "cell.grow.food", "signal": "food", "behaviour": "grow", "effect": "increases",
        "at_saturation": 1.8, "half_max": 1.25, "hill": 8.0,
    }  # fmt: skip
    return RuleRow(**{**base, **changes})  # type: ignore[arg-type]


def test_a_row_is_one_in_health_and_reaches_its_stated_end() -> None:
    response = normalise(hill_row(), healthy=1.0)
    assert respond(response, 1.0) == pytest.approx(1.0, abs=1e-14)
    assert respond(response, 1e6) == pytest.approx(1.8, abs=1e-6)
    share = 1.25**8 / (1 + 1.25**8)
    assert respond(response, 1.25) == pytest.approx((response.first + 1.8) / 2)
    assert response.first == pytest.approx((1 - 1.8 * (1 - share)) / share)


def test_at_zero_is_kept_and_saturation_solved() -> None:
    response = normalise(hill_row(effect="decreases", at_saturation=None, at_zero=2.68, half_max=0.65), healthy=0.8)
    assert respond(response, 0.0) == pytest.approx(2.68)
    assert respond(response, 0.8) == pytest.approx(1.0)
    assert respond(response, 10.0) < 1.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at_zero": 0.5}, "leave the other empty"),
        ({"at_saturation": None}, "leave the other empty"),
        ({"effect": "decreases"}, "do the opposite"),
        ({"half_max": 0.0}, "half_max must be above zero"),
        ({"half_max": None}, "half_max must be above zero"),
        ({"hill": 0.0}, "hill must be above zero"),
        ({"half_max": 0.2, "hill": 2.0}, "would be negative"),
        ({"form": "power", "parameters": {}}, "needs exponent"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        normalise(hill_row(**changes), healthy=1.0)


def test_a_healthy_signal_of_zero_needs_the_saturated_end() -> None:
    response = normalise(hill_row(at_saturation=1.25, half_max=0.05, hill=1.0), healthy=0.0)
    assert respond(response, 0.0) == 1.0
    assert respond(response, 0.05) == pytest.approx(1.125)
    with pytest.raises(RuleError, match="healthy signal is zero"):
        normalise(hill_row(at_saturation=None, at_zero=0.5), healthy=0.0)


def test_power_linear_and_block_forms() -> None:
    power = normalise(RuleRow("r", "s", "b", "decreases", "power", parameters={"exponent": -0.5}), healthy=0.8)
    assert respond(power, 0.2) == pytest.approx(2.0)
    linear = normalise(RuleRow("r", "s", "b", "increases", "linear", parameters={"slope": 0.25}), healthy=0.0)
    assert respond(linear, 0.5) == pytest.approx(1.125)
    block_row = RuleRow(
        "r", "s", "b", "decreases", "nmda block", parameters={"constant": 3.57, "voltage_factor": 0.062}
    )
    block = normalise(block_row, healthy=0.8, healthy_potential=-65.0)
    unblocked = [1 / (1 + level / 3.57 * np.exp(0.062 * 65)) for level in (0.8, 0.92)]
    assert respond(block, 0.92, -65.0) == pytest.approx(unblocked[1] / unblocked[0])


def table_of(responses: list[Response], residuals: dict[str, float] | None = None) -> RuleTable:
    behaviours = [
        Behaviour("grow", 2.0, 10.0),
        Behaviour("rest", 1.0, 0.0, maximum=1.5),
        Behaviour("leak", 0.0, 5.0, additive=True),
        Behaviour("current", 1.0, 0.0),
    ]
    signals = [
        Signal("food", SignalSource.LEVEL, "food", 1.0),
        Signal("excess", SignalSource.LEVEL, "food", 0.0, offset=1.0),
        Signal("own", SignalSource.OWN, "grow", 2.0),
        Signal("age", SignalSource.TRAIT, "age", 1.0),
        Signal("heat", SignalSource.SCALAR, "heat", 1.0, scale=0.5),
        Signal("potential", SignalSource.TRAIT, "potential", -65.0),
    ]
    return RuleTable(
        behaviours, signals, responses, residuals=residuals,
        levels=["food"], traits=["age", "potential"], scalars=["heat"],
    )  # fmt: skip


def mixed_responses() -> list[Response]:
    rows = [
        ("grow", "food", 1.0, RuleRow("a", "food", "grow", "increases", at_saturation=3.0, half_max=2.0, hill=2.0)),
        ("grow", "own", 2.0, RuleRow("b", "own", "grow", "decreases", at_saturation=0.4, half_max=5.0, hill=1.5)),
        ("grow", "age", 1.0, RuleRow("c", "age", "grow", "increases", at_zero=0.7, half_max=1.0, hill=8.0)),
        ("rest", "heat", 1.0, RuleRow("d", "heat", "rest", "increases", "power", parameters={"exponent": 0.4})),
        ("rest", "excess", 0.0, RuleRow("e", "excess", "rest", "increases", "linear", parameters={"slope": 0.3})),
        ("current", "food", 1.0, RuleRow("g", "food", "current", "decreases", "nmda block",
                                     parameters={"constant": 3.57, "voltage_factor": 0.062})),
    ]  # fmt: skip
    found = [normalise(row, healthy, healthy_potential=-65.0) for _, _, healthy, row in rows]
    leak = RuleRow("f", "excess", "leak", "increases", at_saturation=4.0, half_max=0.5, hill=3.0)
    return [*found, normalise(leak, 0.0, additive=True)]


def population(count: int = 600) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(4)
    return {
        "state": np.tile(np.array([[2.0], [1.0], [0.0], [1.0]]), (1, count)) * generator.uniform(0.5, 1.5, (4, count)),
        "levels": generator.uniform(0, 4, (1, 50)),
        "voxel": generator.integers(0, 50, count),
        "traits": np.vstack([generator.uniform(0, 3, count), generator.normal(-65, 5, count)]),
        "scalars": np.array([2.6]),
    }


def test_kernel_array_and_scalar_evaluators_agree() -> None:
    table, cells = table_of(mixed_responses(), {"rest": 0.3}), population()
    compiled_state, array_state = cells["state"].copy(), cells["state"].copy()
    rest = (cells["levels"], cells["voxel"], cells["traits"], cells["scalars"])
    table.advance(compiled_state, 600, *rest, 1.0)
    arrays.advance(array_state, 600, *rest, *table.arguments(1.0))
    np.testing.assert_allclose(compiled_state, array_state, rtol=1e-12)
    for row in (0, 255, 256, 599):
        sensed = table.sense(
            cells["state"], row, cells["levels"], cells["voxel"][row], cells["traits"], cells["scalars"]
        )
        factors = table.contributions(sensed)
        grow = 2.0 * factors["a"] * factors["b"] * factors["c"]
        expected = cells["state"][0, row] + -np.expm1(-0.1) * (grow - cells["state"][0, row])
        assert compiled_state[0, row] == pytest.approx(expected, rel=1e-12)
        assert compiled_state[1, row] == pytest.approx(min(1.5, factors["d"] * factors["e"] * 0.3), rel=1e-12)
        assert compiled_state[3, row] == pytest.approx(factors["g"], rel=1e-12)
        leak = cells["state"][2, row] + -np.expm1(-0.2) * (factors["f"] - cells["state"][2, row])
        assert compiled_state[2, row] == pytest.approx(leak, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(7)))
def test_rows_are_free_of_order(order: list[int]) -> None:
    responses, cells = mixed_responses(), population(40)
    first, second = cells["state"].copy(), cells["state"].copy()
    rest = (40, cells["levels"], cells["voxel"], cells["traits"], cells["scalars"], 1.0)
    table_of(responses).advance(first, *rest)
    table_of([responses[index] for index in order]).advance(second, *rest)
    assert np.array_equal(first, second)


def test_a_missing_row_is_exactly_the_factor_one() -> None:
    cells = population(40)
    healthy = {**cells, "levels": np.ones((1, 50)), "scalars": np.array([2.0])}
    with_row, without = cells["state"].copy(), cells["state"].copy()
    rest = (40, healthy["levels"], cells["voxel"], cells["traits"], healthy["scalars"], 1.0)
    everything = mixed_responses()
    table_of([r for r in everything if r.rule in "ade"]).advance(with_row, *rest)
    table_of([]).advance(without, *rest)
    np.testing.assert_allclose(with_row[:2], without[:2], rtol=1e-14)


def test_infinite_time_reaches_the_target() -> None:
    table, cells = table_of(mixed_responses()), population(10)
    table.advance(cells["state"], 10, cells["levels"], cells["voxel"], cells["traits"], cells["scalars"], float("inf"))
    assert np.all(np.isfinite(cells["state"]))
    assert np.all(table.rates(float("inf")) == 1.0)
