"""Absorption: carriers are shared by all that is in the bowel, however it was swallowed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from mgcells.body import layout
from mgcells.body.absorption import AbsorptionLaw, Swallowed
from mgcells.body.body import Body
from mgcells.body.delivery import Delivery
from mgcells.body.equations import carried, carried_on_top
from mgcells.library import load_library

HOURS = 96


def known(subject: str) -> dict[str, float]:
    return {path: parameter.value for path, parameter in load_library().subjects[subject].parameters.items()}


def law(subject: str) -> AbsorptionLaw:
    values = known(subject)
    names = ("proportion", "capacity", "half", "occasions", "meal_effect")
    return AbsorptionLaw(*(np.array([values[f"body.gut.magnesium.{name}"]]) for name in names))


def oral(magnesium: float, available: float = 1.0, **keys: float) -> Delivery:
    plain = {"osmotic": 1.0, "threonate_absorbed": 0.6, "first": 0.0, "until": math.inf, "every": math.inf}
    return Delivery("oral", magnesium, 0.0, available, **{**plain, **keys})  # type: ignore[arg-type]


def water(magnesium: float, until: float) -> Delivery:
    return Delivery("drinking water", magnesium, 0.0, 1.0, 1.0, 0.6, 0.0, until, 24.0)


def lived(doses: Sequence[Delivery], subject: str = "human-adult", step: float = 1.0) -> Body:
    body = Body([known(subject)], deliveries=[doses])
    for number in range(round(HOURS / step)):
        body.advance(number * step, step)
    residual = float(body.ledger()["magnesium"].residual[0])
    assert abs(residual) < 1e-9 * float(body.ledger()["magnesium"].came_in[0])
    return body


def absorbed(doses: Sequence[Delivery], subject: str = "human-adult") -> float:
    """Return how much more is absorbed than without the doses, mmol."""
    total = (lived(days, subject).state[0, layout.ABSORBED] for days in (doses, []))
    return float(next(total) - next(total))


def uptake(doses: Sequence[tuple[float, bool]], present: float = 2.0) -> list[float]:
    found = law("human-adult").of_doses(
        np.array([0]), [Swallowed(np.array([amount]), meal) for amount, meal in doses], np.array([present])
    )
    return [float(np.sum(entry)) for entry in found]


def test_human_absorption_meets_the_ends_of_the_measured_curve() -> None:
    for milliequivalents, share in ((1.9, 0.65), (81.9, 0.11)):
        meal = milliequivalents / 2
        assert uptake([(meal, True)], 0.0)[0] / meal == pytest.approx(share, abs=0.01)
    whole, half, fasting = (uptake([dose], 4.5)[0] for dose in ((10.0, True), (5.0, True), (5.0, False)))
    assert 2 * half > whole
    assert half == pytest.approx(1.14 * fasting)


def test_what_flows_is_taken_up_as_many_small_doses() -> None:
    capacity, half, present = 1.72, 2.0, 3.0
    small = 1e-6
    more = carried(present + small, capacity, half) - carried(present, capacity, half)
    assert carried_on_top(1.0, present, capacity, half) == pytest.approx(more / small, rel=1e-6)


def test_a_dose_is_absorbed_the_same_however_it_is_divided_and_in_any_order() -> None:
    whole = uptake([(20.0, True)])[0]
    for parts in ([20.0 / 7] * 7, [1.0, 19.0], [19.0, 1.0], [0.0, 20.0]):
        assert sum(uptake([(part, True) for part in parts])) == pytest.approx(whole, rel=1e-12)
    mixed = [(3.0, False), (8.0, True), (0.5, False)]
    assert uptake(mixed) == pytest.approx(uptake(mixed[::-1])[::-1], rel=1e-12)


@pytest.mark.parametrize("over", [0.0, 1.0])
def test_one_dose_of_twenty_is_twenty_doses_of_one_at_the_same_moment(over: float) -> None:
    one, many = lived([oral(20.0, over=over)]), lived([oral(1.0, over=over)] * 20)
    assert many.state == pytest.approx(one.state, rel=1e-12, abs=1e-15)


def test_two_salts_that_dissolve_alike_are_one_and_another_one_shares_the_carriers() -> None:
    daily = {"every": 24.0, "first": 8.0}
    one = lived([oral(12.0, 0.8, **daily)])
    two = lived([oral(6.0, 0.8, **daily), oral(6.0, 0.8, **daily)])
    assert two.state == pytest.approx(one.state, rel=1e-12, abs=1e-15)
    good, poor = oral(6.0, 0.9, **daily), oral(6.0, 0.3, **daily)
    together = absorbed([good, poor])
    assert together == pytest.approx(absorbed([poor, good]), rel=1e-12)
    assert together < 0.98 * (absorbed([good]) + absorbed([poor]))


def test_doses_share_the_carriers_less_the_further_apart_they_are() -> None:
    alone = absorbed([oral(10.0)])
    pairs = [absorbed([oral(10.0), oral(10.0, first=apart)]) for apart in (0.0, 1.0, 4.0, 12.0, 48.0)]
    assert pairs == sorted(pairs)
    assert pairs[0] == pytest.approx(absorbed([oral(20.0)]), rel=1e-9)
    # Body and carriers are not the same two days later, so this pair is no exact sum.
    assert pairs[-1] == pytest.approx(2 * alone, rel=0.02)
    assert pairs[0] < 0.9 * pairs[-1]


def test_hourly_doses_come_close_to_drinking_water_and_exceed_one_dose() -> None:
    once = absorbed([oral(20.0, with_meal=True)])
    hourly = absorbed([oral(20.0 / 24, every=1.0, until=24.0, with_meal=True)])
    drunk = absorbed([water(20.0, 24.0)])
    assert once < 0.9 * drunk
    assert hourly == pytest.approx(drunk, rel=0.05)


def test_an_infusion_goes_from_one_dose_to_many() -> None:
    bolus = absorbed([oral(20.0)])
    infused = [absorbed([oral(20.0, over=over)]) for over in (0.001, 1.0, 6.0, 24.0)]
    assert infused[0] == pytest.approx(bolus, rel=1e-4)
    assert infused == sorted(infused)
    assert infused[-1] == pytest.approx(absorbed([oral(20.0 / 24, every=1.0, until=24.0)]), rel=0.01)


def test_infusions_that_flow_together_share_the_carriers_and_drinking_water_is_in_their_way() -> None:
    together = absorbed([oral(10.0, over=6.0), oral(10.0, first=2.0, over=6.0)])
    alone = absorbed([oral(10.0, over=6.0)]) + absorbed([oral(10.0, first=2.0, over=6.0)])
    assert together < 0.97 * alone
    beside, drunk = absorbed([oral(10.0, over=6.0), water(12.0, 24.0)]), absorbed([water(12.0, 24.0)])
    assert beside - drunk < 0.97 * absorbed([oral(10.0, over=6.0)])


@pytest.mark.parametrize("over", [0.02, 0.5, 5.0])
def test_shorter_steps_change_nothing_while_doses_flow(over: float) -> None:
    doses = [oral(20.0, every=8.0, over=over), oral(9.0, 0.4, first=2.0, every=8.0)]
    coarse, fine = (lived(doses, step=step).state[0] for step in (1.0, 0.0625))
    seen = [layout.PLASMA, layout.ABSORBED, layout.URINE, layout.FAECES, layout.OSMOTIC_PASSED, layout.WAITING]
    assert coarse[seen] == pytest.approx(fine[seen], rel=1e-5)


def test_without_oral_doses_nothing_waits() -> None:
    body = lived([water(20.0, math.inf), Delivery("intravenous", 5.0, 0.0, 1, 1, 0, 3.0, math.inf, 24.0, over=1.0)])
    assert body.state[0, layout.WAITING] == 0.0


def test_what_a_flow_leaves_holds_water_by_the_share_of_its_salt() -> None:
    holding, inert = (lived([oral(20.0, over=4.0, osmotic=share)]).state[0] for share in (1.0, 0.25))
    assert inert[layout.OSMOTIC_PASSED] == pytest.approx(0.25 * holding[layout.OSMOTIC_PASSED], rel=1e-9)
    unabsorbed = 20.0 - absorbed([oral(20.0, over=4.0)])
    assert holding[layout.OSMOTIC_PASSED] + holding[layout.OSMOTIC] == pytest.approx(unabsorbed, rel=0.02)
