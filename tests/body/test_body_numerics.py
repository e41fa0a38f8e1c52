"""The numerics of the body against closed forms and an independent solver."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mgcells.body import layout
from mgcells.body.body import Body
from mgcells.body.delivery import Delivery
from mgcells.library import load_library

Floats = np.ndarray


def human() -> dict[str, float]:
    return {path: parameter.value for path, parameter in load_library().subjects["human-adult"].parameters.items()}


def oral(magnesium: float, threonate: float, every: float = math.inf) -> Delivery:
    return Delivery("oral", magnesium, threonate, 1.0, 1.0, 0.6, 0.0, math.inf, every, with_meal=True)


def test_threonate_follows_the_one_compartment_formula() -> None:
    known = human()
    body = Body([known], deliveries=[[oral(0.0, 13.6)]])
    entry = known["body.threonate.rate"]
    elimination = known["body.threonate.clearance"] / known["body.threonate.volume"]
    for hour in range(12):
        body.advance(float(hour))
        time = hour + 1.0
        shape = (math.exp(-elimination * time) - math.exp(-entry * time)) * entry / (entry - elimination)
        expected = 0.02 + 13.6 * 0.6 / known["body.threonate.volume"] * shape
        assert body.plasma_threonate[0] == pytest.approx(expected, rel=1e-5)


def reference_course(known: dict[str, float], magnesium: float, threonate: float, infusion: float) -> Floats:
    """Solve the equations, written here once more, for one oral dose with a meal and an infusion; hourly rows."""

    def read(path: str) -> float:
        return known["body." + path]

    meal, occasions = read("diet.magnesium") * 24 / read("gut.magnesium.occasions"), read("gut.magnesium.occasions")
    capacity, half, share = (read("gut.magnesium." + name) for name in ("capacity", "half", "proportion"))

    def carried(amount: float) -> float:
        return capacity * amount / (half + amount)

    normal, volume, ln2 = read("plasma.magnesium"), read("plasma.volume"), math.log(2)
    loss, splay = read("gut.endogenous_loss"), read("kidney.splay")
    steady = occasions / 24 * carried(meal)
    filtration = read("kidney.filterable") * read("kidney.gfr")
    excreted = (share * read("diet.magnesium") + steady - loss) / (filtration * normal)
    threshold = normal / ((1 - excreted) ** -splay - 1) ** (1 / splay)

    def need(x: float) -> float:
        gain, power = read("gut.magnesium.adaptation_gain"), read("gut.magnesium.adaptation_hill")
        return 1 + gain / (1 + (x / read("gut.magnesium.adaptation_half")) ** power)

    pools = [
        (read("intracellular.magnesium"), ln2 / read("intracellular.half_time")),
        (read("bone.surface.magnesium"), ln2 / read("bone.surface.half_time")),
        (read("bone.deep.magnesium"), ln2 / read("bone.deep.half_time")),
        (read("muscle.magnesium"), ln2 / read("muscle.half_time")),
    ]
    mobile = [1.0, 1.0, read("bone.deep.mobilisable"), read("muscle.mobilisable")]
    floor, kappa, steep = read("csf.floor"), read("csf.saturation"), read("csf.steepness")

    def change(time: float, y: Floats, infused: float) -> list[float]:
        dissolving, dissolved, plasma, *rest = y
        x = plasma / volume / normal
        aims = [amount * (1 + share * (x - 1)) for (amount, _), share in zip(pools, mobile, strict=True)]
        flows = [rate * (aim - pool) for (_, rate), aim, pool in zip(pools, aims, rest[:4], strict=True)]
        flows[1] *= read("bone.surface.refill") if flows[1] > 0 else 1.0
        carrier, swallowed, thr, gain, csf, csf_thr = rest[4:]
        filtered = filtration * plasma / volume
        urine = filtered * (1 - (1 + (x * normal / threshold) ** splay) ** (-1 / splay))
        dissolve, absorb = dissolving / read("gut.magnesium.dissolution_time"), read("gut.magnesium.rate") * dissolved
        level = thr / read("threonate.volume")
        excess = max(level - read("plasma.threonate"), 0.0)
        influx = floor + (1 - floor) * x**steep * (1 + kappa) / (kappa + x**steep)
        entry = read("threonate.rate") * swallowed
        partition = read("csf.threonate_partition")
        aim = read("csf.gain_maximum") * excess / (excess + read("csf.gain_half"))
        return [
            share * read("diet.magnesium") + steady * carrier - dissolve,
            dissolve - absorb,
            absorb + infused - loss * x - urine - sum(flows),
            *flows,
            (need(x) / need(1.0) - carrier) / read("gut.magnesium.adaptation_time"),
            -entry,
            entry + read("threonate.clearance") * (read("plasma.threonate") - level),
            (aim - gain) / read("csf.tau_gain"),
            (read("csf.magnesium") * influx * (1 + gain) - csf) / read("csf.tau"),
            read("csf.threonate_rate")
            * (partition * (level - read("plasma.threonate")) + read("csf.threonate") - csf_thr),
        ]

    absorbed = share * read("diet.magnesium") + steady
    dose = share * magnesium + carried(meal + magnesium) - carried(meal)
    y = np.array([
        absorbed * read("gut.magnesium.dissolution_time") + dose, absorbed / read("gut.magnesium.rate"),
        normal * volume, *(amount for amount, _ in pools), 1.0, 0.6 * threonate,
        read("plasma.threonate") * read("threonate.volume"), 0.0, read("csf.magnesium"), read("csf.threonate"),
    ])  # fmt: skip
    rows = []
    for hour in range(48):
        infused = infusion if hour == 5 else 0.0
        y = solve_ivp(change, (hour, hour + 1), y, method="DOP853", rtol=1e-10, atol=1e-13, args=(infused,)).y[:, -1]
        rows.append([y[2] / volume, y[9] / read("threonate.volume"), y[11], y[12], *y[3:8]])
    return np.array(rows)


def test_every_level_agrees_with_an_independent_solver() -> None:
    known = human()
    doses = [oral(6.8, 13.6), Delivery("intravenous", 20.0, 0.0, 1, 1, 0, 5.0, math.inf, math.inf, over=1.0)]
    body = Body([known], deliveries=[doses])
    pools = [layout.INTRACELLULAR, layout.BONE_SURFACE, layout.BONE_DEEP, layout.MUSCLE, layout.CARRIER]
    rows = []
    for hour in range(48):
        body.advance(float(hour))
        levels = (body.plasma_magnesium, body.plasma_threonate, body.csf_magnesium, body.csf_threonate)
        rows.append([*(float(level[0]) for level in levels), *body.state[0, pools]])
    assert np.array(rows) == pytest.approx(reference_course(known, 6.8, 13.6, 20.0), rel=1e-5)


@pytest.mark.parametrize("subject", ["rat", "mouse", "human-adult"])
def test_shorter_steps_change_nothing(subject: str) -> None:
    known = {path: parameter.value for path, parameter in load_library().subjects[subject].parameters.items()}
    unit = known["body.diet.magnesium"] * 24
    doses = [
        oral(unit, 2 * unit, 12.0),
        Delivery("intravenous", 0.5 * unit, unit, 1, 1, 0, 7.0, math.inf, math.inf, over=0.5),
        Delivery("subcutaneous", 0.2 * unit, 0.2 * unit, 1, 1, 0, 9.0, math.inf, math.inf),
    ]
    courses = []
    for hours in (1.0, 0.125):
        body = Body([known], deliveries=[doses])
        rows = []
        for step in range(round(72 / hours)):
            body.advance(step * hours, hours)
            if (step + 1) * hours % 1 == 0:
                rows.append(np.concatenate([
                    body.plasma_magnesium, body.plasma_threonate, body.csf_magnesium, body.csf_threonate,
                    body.bone_magnesium, body.body_magnesium, body.urine, body.faeces, body.absorbed, body.stool_water,
                    body.plasma_pth, body.plasma_calcitriol, body.lumen_magnesium.ravel(),
                ]))  # fmt: skip
        courses.append(np.array(rows))
    assert courses[0] == pytest.approx(courses[1], rel=1e-5)


@pytest.mark.parametrize("lack", [0.0, 8.0, 20.0])
def test_shorter_steps_change_nothing_after_lack(lack: float) -> None:
    """Doses after a poor diet take plasma over every kink: the hormone's ceiling, bone's refill, the kidney's sense."""
    known = {path: parameter.value for path, parameter in load_library().subjects["rat"].parameters.items()}
    unit, begin = known["body.diet.magnesium"] * 24, 24.0 * lack
    deliveries = [
        [Delivery("oral", unit, 2 * unit, 1, 1, 0.6, begin, math.inf, 12.0)],
        [Delivery("intravenous", 0.3 * unit, unit, 1, 1, 0, begin + 1, math.inf, math.inf, over=0.5)],
        [Delivery("subcutaneous", 0.3 * unit, unit, 1, 1, 0, begin + 1, math.inf, math.inf)],
    ]
    courses = []
    for hours in (1.0, 0.0625):
        body = Body([known] * 3, deliveries=deliveries)
        body.adopt([known] * 3, diet=[0.04 * known["body.diet.magnesium"]] * 3)
        rows = []
        for step in range(round((begin + 36) / hours)):
            body.advance(step * hours, hours)
            if (step + 1) * hours % 1 == 0:
                rows.append(np.stack([
                    body.urine, body.plasma_pth, body.plasma_calcitriol, body.plasma_magnesium, body.csf_magnesium,
                    body.faeces, body.bone_magnesium, body.muscle_magnesium,
                ]))  # fmt: skip
        courses.append(np.array(rows))
    assert courses[0][:, 1:] == pytest.approx(courses[1][:, 1:], rel=1e-5)
    assert courses[0][:, 0] == pytest.approx(courses[1][:, 0], rel=2e-5)
