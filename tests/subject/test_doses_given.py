"""What a scenario says of doses is what the body receives, to the last dose, or it is refused with a line."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from mgcells.batch.resolved import dosing_spans, resolved
from mgcells.body.body import Body
from mgcells.body.given import SUBSTANCES, given
from mgcells.body.routes import INFUSED_ROUTES, ROUTES, SPREAD_ROUTES
from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import Assembly, deliveries

TEXT = """title = "Doses"
subject = "SUBJECT"
duration = "30 h"
step = "15 min"
record_every = "30 h"
replicates = 1
control = "d"
tissues = []

[[strategy]]
name = "d"
doses = [
DOSES
]
"""
FIRST_LINE = 13
STEP = 0.25
SALT = {"compound": "magnesium L-threonate", "amount": "10 mmol", "of": "magnesium"}
CLAMP = {"compound": "magnesium sulfate", "route": "intravenous"}


def scenario(*records: dict[str, Any], subject: str = "human-adult") -> Scenario:
    rows = (", ".join(f"{key} = {json.dumps(value)}" for key, value in record.items()) for record in records)
    text = "\n".join(f"  {{ {row} }}," for row in rows)
    return read_scenario(TEXT.replace("SUBJECT", subject).replace("DOSES", text), "x.toml")


def problems(*records: dict[str, Any], subject: str = "human-adult") -> list[tuple[int, str]]:
    with pytest.raises(InputProblems) as caught:
        scenario(*records, subject=subject)
    return [(problem.line, problem.text) for problem in caught.value.problems]


def lived(checked: Scenario) -> tuple[Assembly, Body]:
    strategy = checked.strategies[0]
    subject = Assembly(checked.library, checked.start(strategy), [Streams(1, 0)], ())
    subject.adopt(strategy, 0.0)
    assert subject.body is not None
    return subject, subject.body


def received(body: Body) -> dict[str, float]:
    return {name: float(books.came_in[0]) for name, books in body.ledger().items()}


def check_books(checked: Scenario) -> None:
    """Let the subject live, and compare what it received with what was said, in all and in every step."""
    subject, body = lived(checked)
    strategy = checked.strategies[0]
    without = Assembly(checked.library, checked.start(strategy), [Streams(1, 0)], ()).body
    assert without is not None
    spans = np.array(dosing_spans(checked, strategy)).reshape(-1, 2) * 24.0
    held = any(math.isfinite(dose.clamp) for dose in strategy.doses)
    before = dict.fromkeys(SUBSTANCES, 0.0)
    for number in range(checked.steps):
        begin, end = number * STEP, (number + 1) * STEP
        body.advance(begin, STEP)
        without.advance(begin, STEP)
        now = {name: received(body)[name] - received(without)[name] for name in SUBSTANCES}
        flowed = any(abs(now[name] - before[name]) > 1e-8 for name in SUBSTANCES)
        meant = bool(np.any((spans[:, 0] < end - 1e-7) & (np.maximum(spans[:, 1], spans[:, 0] + 1e-6) > begin + 1e-7)))
        assert flowed == meant, (begin, now, spans.tolist())
        before = now
    streams = deliveries(checked.library, strategy, subject.values[0])
    for name in SUBSTANCES:
        if held and name == "magnesium":
            continue
        stated = given(streams, name, 0.0, checked.hours).total
        assert before[name] == pytest.approx(stated, rel=1e-9, abs=1e-9)


HOURS = st.integers(1, 350).map(lambda number: f"{number * 0.1:.1f} h")
TIMES = st.one_of(HOURS, st.sampled_from(["0 h", "20 min", "90 min", "7 h", "8 h", "1 d", "2.5 h", "1 s", "40 h"]))
RECORDS = st.fixed_dictionaries(
    {"compound": st.sampled_from(["magnesium sulfate", "magnesium L-threonate"]), "route": st.sampled_from(ROUTES)},
    optional={
        "every": TIMES, "from": TIMES, "until": TIMES, "over": TIMES, "with_meal": st.booleans(),
    },
)  # fmt: skip
AMOUNTS = st.fixed_dictionaries({"amount": st.sampled_from(["10 mmol", "3 mg/kg", "0 mg"]), "of": st.just("magnesium")})
CLAMPS = st.fixed_dictionaries(
    {"clamp": st.sampled_from(["2 mM", "1.5 mM", "0.5 mM"]), "route": st.just("intravenous")}
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@drawn(
    st.sampled_from(["human-adult", "rat"]),
    st.lists(st.tuples(RECORDS, st.one_of(AMOUNTS, AMOUNTS, CLAMPS)), min_size=1, max_size=3),
)
def test_a_dose_is_received_as_it_is_said_or_refused_with_a_line(
    subject: str, records: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    doses = [said | amount for said, amount in records]
    try:
        checked = scenario(*doses, subject=subject)
    except InputProblems as error:
        for problem in error.problems:
            assert FIRST_LINE <= problem.line < FIRST_LINE + len(doses), problem
        return
    check_books(checked)


@st.composite
def sensible(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a dose that can be given."""

    def time(least: float, most: float) -> float:
        return round(draw(st.floats(least, most)), 3)

    route, begin = draw(st.sampled_from(ROUTES)), time(0.0, 29.0)
    record: dict[str, Any] = {**SALT, "route": route, "from": f"{begin} h"}
    length = time(0.01, 9.0) if route in INFUSED_ROUTES and draw(st.booleans()) else 0.0
    repeated = route in SPREAD_ROUTES or draw(st.booleans())
    if length:
        record["over"] = f"{length} h"
    if repeated:
        record["every"] = f"{time(max(length, 0.3), 20.0)} h"
    if (length or repeated) and draw(st.booleans()):
        record["until"] = f"{begin + time(0.01, 30.0)} h"
    return record


@settings(max_examples=60, deadline=None)
@drawn(st.sampled_from(["human-adult", "rat"]), st.lists(sensible(), min_size=1, max_size=4))
def test_every_dose_that_can_be_given_is_received_as_it_is_said(subject: str, records: list[dict[str, Any]]) -> None:
    amount = {"amount": "3 mg/kg"} if subject == "rat" else {}
    check_books(scenario(*(record | amount for record in records), subject=subject))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("subject", ["human-adult", "rat", "mouse"])
def test_doses_between_steps_are_received_exactly(route: str, subject: str) -> None:
    rhythm = {"every": "7 h", "from": "2.6 h", "until": "24 h"}
    long = {"over": "100 min"} if route in INFUSED_ROUTES else {}
    check_books(scenario({**SALT, "amount": "5 mg/kg", "route": route, **rhythm, **long}, subject=subject))


@pytest.mark.parametrize(
    ("timing", "hours", "mmol"),
    [
        ({"over": "12 h", "until": "6 h"}, [[0, 6]], 5.0),
        ({"over": "12 h"}, [[0, 12]], 10.0),
        ({"every": "8 h", "over": "4 h", "until": "10 h"}, [[0, 4], [8, 10]], 15.0),
        ({"every": "8 h", "until": "16 h"}, [[0, 0], [8, 8]], 20.0),
        ({"from": "2.5 h"}, [[2.5, 2.5]], 10.0),
        ({"over": "12 h", "from": "24 h"}, [[24, 30]], 5.0),
    ],
)
def test_until_ends_what_is_infused(timing: dict[str, str], hours: list[list[float]], mmol: float) -> None:
    checked = scenario({**SALT, "route": "intravenous", **timing})
    strategy = resolved(checked)["strategies"][0]
    assert np.array(strategy["dosing"]) * 24.0 == pytest.approx(np.array(hours, dtype=float))
    assert strategy["magnesium_mmol_per_day"] * 30.0 / 24.0 == pytest.approx(mmol)
    check_books(checked)


@pytest.mark.parametrize(
    ("timing", "hours"),
    [
        ({}, [[0, 30]]),
        ({"until": "6 h"}, [[0, 6]]),
        ({"over": "2 h"}, [[0, 2]]),
        ({"from": "2.6 h", "until": "6.1 h"}, [[2.6, 6.1]]),
        ({"every": "8 h", "over": "2 h"}, [[0, 2], [8, 10], [16, 18], [24, 26]]),
        ({"every": "8 h", "over": "2 h", "until": "17 h"}, [[0, 2], [8, 10], [16, 17]]),
        ({"every": "8 h", "over": "8 h"}, [[0, 8], [8, 16], [16, 24], [24, 30]]),
    ],
)
def test_plasma_is_held_in_the_hours_of_a_clamp_and_no_others(timing: dict[str, str], hours: list[list[float]]) -> None:
    checked = scenario({**CLAMP, "clamp": "2 mM", **timing})
    assert np.array(dosing_spans(checked, checked.strategies[0])) * 24.0 == pytest.approx(np.array(hours, dtype=float))
    _, body = lived(checked)
    for number in range(checked.steps):
        body.advance(number * STEP, STEP)
        end = (number + 1) * STEP
        held = any(begin < end <= until + 1e-9 for begin, until in hours)
        assert (float(body.plasma_magnesium[0]) == pytest.approx(2.0, abs=1e-12)) == held, end
    check_books(checked)
    assert resolved(checked)["strategies"][0]["clamped"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"route": "oral", "until": "6 h"}, "until ends nothing where one dose is given at once"),
        ({"route": "drinking water"}, "route 'drinking water' spreads a dose evenly over an interval; name it"),
        ({"route": "diet", "every": "24 h", "over": "8 h"}, "leave over out"),
        ({"route": "subcutaneous", "over": "8 h"}, "a dose by route 'subcutaneous' is given at once"),
        ({"route": "oral", "every": "4 h", "over": "8 h"}, "over is longer than the interval between doses, 4 h"),
        ({"route": "intravenous", "with_meal": True}, "with_meal has no effect by route 'intravenous'"),
        ({"route": "drinking water", "every": "1 d", "with_meal": True}, "with_meal has no effect"),
        ({"route": "oral", "from": "30 h"}, "the first dose lies after the end, 30 h"),
        ({"route": "oral", "every": "1 h", "from": "6 h", "until": "6 h"}, "let its until lie after 6 h"),
        ({"route": "oral", "every": "0.001 s"}, "every = '0.001 s' should be at least 1 s"),
        ({"route": "oral", "every": "1 s"}, "the doses come to 108001 in 30 h, and 100000 are the most"),
        ({"route": "oral", "amount": "1e300 mg"}, "more than the subject weighs"),
        ({"route": "oral", "amount": "2 kg/kg"}, "more than the subject weighs"),
        ({"route": "diet", "every": "1 s", "amount": "10 g"}, "more than the subject weighs"),
        ({"route": "oral", "amount": "-1 mg"}, "'-1 mg' is negative"),
    ],
)
def test_what_cannot_be_given_is_refused_with_its_line(record: dict[str, Any], message: str) -> None:
    found = problems(SALT | {"route": "oral"}, SALT | record)
    assert any(line == FIRST_LINE + 1 and message in text for line, text in found), found


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"clamp": "0 mM"}, "clamp = '0 mM' should be above zero"),
        ({"clamp": "-1 mM"}, "should be above zero"),
        ({"clamp": "0.5 mM"}, "lies below the subject's own level, 0.85 mM, and an infusion only adds"),
        ({"clamp": "1e5 mM"}, "more than the subject weighs"),
        ({"clamp": "2 mM", "every": "8 h"}, "a clamp that is repeated needs over"),
        ({"clamp": "2 mM", "over": "0 h"}, "over = '0 h' should be at least 1 s"),
        ({"clamp": "2 mM", "route": "oral"}, "a clamp needs route = 'intravenous'"),
        ({"clamp": "2 mM", "of": "salt"}, "leave of out"),
        ({"clamp": "2 mM", "amount": "1 mmol"}, "leave amount out"),
        ({"clamp": "2 mM", "compound": "sodium threonate"}, "sodium threonate has none"),
        ({"clamp": "2 mM", "compound": "magnesium L-threonate"}, "name a salt without threonate"),
    ],
)
def test_a_clamp_that_cannot_be_held_is_refused_with_its_line(record: dict[str, Any], message: str) -> None:
    found = problems(SALT | {"route": "oral"}, CLAMP | record)
    assert any(line == FIRST_LINE + 1 and message in text for line, text in found), found


@pytest.mark.parametrize(
    "other",
    [
        {**CLAMP, "clamp": "1.5 mM", "from": "11 h", "until": "13 h"},
        {**SALT, "route": "intravenous", "from": "10 h"},
        {**SALT, "route": "intravenous", "from": "11 h"},
        {**SALT, "route": "intravenous", "over": "11 h"},
        {**SALT, "route": "intravenous", "every": "6 h"},
    ],
)
def test_nothing_else_flows_into_plasma_that_is_held(other: dict[str, Any]) -> None:
    clamp = {**CLAMP, "clamp": "2 mM", "from": "10 h", "until": "14 h"}
    for order in ((clamp, other), (other, clamp)):
        ((line, text),) = problems(*order)
        assert "a clamp holds plasma alone; give them one after the other" in text
        assert line == FIRST_LINE + order.index(other) or "clamp" in other


def test_what_follows_a_clamp_is_no_disturbance() -> None:
    after = {"route": "intravenous", "every": "12 h", "from": "14 h"}
    threonate = {"compound": "sodium threonate", "amount": "1 mmol", "of": "threonate", "route": "intravenous"}
    checked = scenario(
        {**CLAMP, "clamp": "2 mM", "from": "10 h", "until": "14 h"}, SALT | after, threonate | {"from": "11 h"},
        SALT | {"route": "oral", "from": "11 h"},
    )  # fmt: skip
    check_books(checked)


def test_plasma_that_was_lowered_may_be_held_below_its_level_in_health() -> None:
    text = 'title = "x"\nsubject = "rat"\nduration = "2 d"\ncontrol = "c"\ntissues = []\n[[strategy]]\nname = "c"\n'
    text += 'condition = "magnesium-free-diet"\n'
    clamp = '{ compound = "magnesium sulfate", clamp = "0.6 mM", route = "intravenous", from = "1 d" }'
    assert read_scenario(f"{text}doses = [{clamp}]", "x.toml").strategies[0].doses


def test_one_dose_has_one_sentence_whichever_units_its_times_are_in() -> None:
    same = [
        {"every": "1 d", "from": "120 min", "until": "24 h"}, {"every": "24 h", "from": "2 h", "until": "1 d"},
        {"every": "1440 min", "from": "2 h", "until": "1 d"},
    ]  # fmt: skip
    (text,) = {scenario(SALT | {"route": "oral"} | timing).strategies[0].doses[0].text for timing in same}
    assert text == "10 mmol of magnesium L-threonate (as magnesium) every 1 d from 2 h until 1 d, oral"
    plain, zero = (
        scenario(SALT | {"route": "oral"} | begin).strategies[0].doses[0].text for begin in ({}, {"from": "0 min"})
    )
    assert plain == zero == "10 mmol of magnesium L-threonate (as magnesium) once, oral"


@pytest.mark.parametrize("subject", ["human-adult", "human-older", "rat", "mouse"])
def test_per_kilogram_and_of_mean_the_same_amount_in_every_subject(subject: str) -> None:
    masses = {"salt": 294.5, "magnesium": 24.305, "threonate": 2 * 135.095}
    weight = read_scenario(
        TEXT.replace("SUBJECT", subject).replace("DOSES", ""), "x.toml"
    ).library.subjects[subject].parameters["body.weight"].value  # fmt: skip
    for of, mass in masses.items():
        for amount, expected in ((f"{mass} mg", 1.0), (f"{mass / weight * 1000.0} mg/kg", 1.0)):
            record = {"compound": "magnesium L-threonate", "amount": amount, "of": of, "route": "oral"}
            strategy = resolved(scenario(record, subject=subject))["strategies"][0]
            assert strategy["magnesium_mmol_per_day"] * 30.0 / 24.0 == pytest.approx(expected, rel=3e-3)
            assert strategy["threonate_mmol_per_day"] * 30.0 / 24.0 == pytest.approx(2.0 * expected, rel=3e-3)
