"""Loading doses, changes at a time and missed doses: what they give, to the millimole, and what is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from mutants import TEXTS

from mgcells.batch.bodies import run_bodies
from mgcells.batch.resolved import resolved
from mgcells.body.given import given
from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.assembly import deliveries

TEXT = """title = "Courses"
subject = "SUBJECT"
duration = "21 d"
control = "none"
replicates = 2
record_every = "12 h"
tissues = []

[[strategy]]
name = "none"

[[strategy]]
name = "doses"
doses = [DOSES]
"""
CITRATE = 'compound = "magnesium citrate", of = "magnesium"'
ORAL = f'{CITRATE}, route = "oral", every = "24 h"'
WATER = f'{CITRATE}, route = "drinking water", every = "24 h"'
DRIP = 'compound = "magnesium chloride", of = "magnesium", route = "intravenous"'
CLAMP = 'compound = "magnesium chloride", route = "intravenous"'
MAGNESIUM = 24.305


def read(*doses: str, subject: str = "human-adult") -> Scenario:
    entries = ", ".join(f"{{ {dose} }}" for dose in doses)
    return read_scenario(TEXT.replace("DOSES", entries).replace("SUBJECT", subject), "x.toml")


def milligrams(scenario: Scenario) -> float:
    """Return the magnesium that is given in all, mg."""
    streams = deliveries(scenario.library, scenario.strategies[1], {"body.weight": 70_000.0})
    return given(streams, "magnesium", 0.0, scenario.hours).total * MAGNESIUM


def intake(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = resolved(scenario)["strategies"][1]
    return found


SAME = [
    (
        [f'{ORAL}, amount = "100 mg", loading = "600 mg"'],
        [
            f'{ORAL}, amount = "600 mg"'.replace(', every = "24 h"', ""),
            f'{ORAL}, amount = "100 mg", from = "1 d"',
        ],
        600.0 + 20 * 100.0,
    ),
    (
        [f'{WATER}, amount = "100 mg", loading = "600 mg", until = "9 d"'],
        [f'{WATER}, amount = "600 mg", until = "1 d"', f'{WATER}, amount = "100 mg", from = "1 d", until = "9 d"'],
        600.0 + 8 * 100.0,
    ),
    (
        [
            f'{ORAL}, amount = "300 mg", until = "20 d", '
            'then = [{ from = "7 d", amount = "200 mg" }, { from = "14 d", amount = "100 mg", with_meal = true }]'
        ],
        [
            f'{ORAL}, amount = "300 mg", until = "7 d"',
            f'{ORAL}, amount = "200 mg", from = "7 d", until = "14 d"',
            f'{ORAL}, amount = "100 mg", from = "14 d", until = "20 d", with_meal = true',
        ],
        7 * 300.0 + 7 * 200.0 + 6 * 100.0,
    ),
    (
        [
            f'{DRIP}, amount = "1 g", every = "24 h", over = "2 h", '
            'then = [{ from = "3 d", over = "4 h", every = "12 h", amount = "500 mg" }]'
        ],
        [
            f'{DRIP}, amount = "1 g", every = "24 h", over = "2 h", until = "3 d"',
            f'{DRIP}, amount = "500 mg", every = "12 h", over = "4 h", from = "3 d"',
        ],
        3 * 1000.0 + 36 * 500.0,
    ),
    (
        [f'{WATER}, amount = "100 mg", then = [{{ from = "36 h", amount = "300 mg" }}]'],
        [f'{WATER}, amount = "100 mg", until = "36 h"', f'{WATER}, amount = "300 mg", from = "36 h"'],
        1.5 * 100.0 + 19.5 * 300.0,
    ),
    (
        [f'{ORAL}, amount = "100 mg", missed = ["5 d to 7 d", "3 d"]'],
        [
            f'{ORAL}, amount = "100 mg", until = "3 d"',
            f'{ORAL}, amount = "100 mg", from = "4 d", until = "5 d"',
            f'{ORAL}, amount = "100 mg", from = "7 d"',
        ],
        18 * 100.0,
    ),
    (
        [f'{WATER}, amount = "100 mg", missed = ["60 h to 3 d"]'],
        [f'{WATER}, amount = "100 mg", until = "60 h"', f'{WATER}, amount = "100 mg", from = "3 d"'],
        20.5 * 100.0,
    ),
    (
        [f'{CLAMP}, clamp = "1.5 mM", until = "3 d", missed = ["1 d to 2 d"], '
         'then = [{ from = "60 h", clamp = "2 mM" }]'],
        [
            f'{CLAMP}, clamp = "1.5 mM", until = "1 d"',
            f'{CLAMP}, clamp = "1.5 mM", from = "2 d", until = "60 h"',
            f'{CLAMP}, clamp = "2 mM", from = "60 h", until = "3 d"',
        ],
        0.0,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("short", "long", "total"), SAME)
def test_one_entry_gives_what_several_say(short: list[str], long: list[str], total: float) -> None:
    one, several = read(*short), read(*long)
    assert one.strategies[1].doses == several.strategies[1].doses
    assert [dose.text for dose in one.strategies[1].doses] == [dose.text for dose in several.strategies[1].doses]
    assert json.dumps(intake(one)) == json.dumps(intake(several))
    assert milligrams(one) == pytest.approx(total, rel=1e-9)
    assert one.warnings == several.warnings == ()


def test_a_run_of_one_entry_is_that_of_several_to_the_last_bit(tmp_path: Path) -> None:
    short = [f'{ORAL}, amount = "300 mg", loading = "600 mg", missed = ["4 d", "10 d to 12 d"], '
             'then = [{ from = "7 d", amount = "150 mg", every = "12 h" }]']  # fmt: skip
    once, half = ORAL.replace(', every = "24 h"', ""), ORAL.replace("24 h", "12 h")
    long = [
        f'{once}, amount = "600 mg"',
        f'{ORAL}, amount = "300 mg", from = "1 d", until = "4 d"',
        f'{ORAL}, amount = "300 mg", from = "5 d", until = "7 d"',
        f'{half}, amount = "150 mg", from = "7 d", until = "10 d"',
        f'{half}, amount = "150 mg", from = "12 d"',
    ]
    tables = []
    for number, doses in enumerate((short, long, [f'{ORAL}, amount = "300 mg"'])):
        run_bodies(read(*doses), tmp_path / str(number), workers=1)
        tables.append([(tmp_path / str(number) / name).read_bytes() for name in ("timeseries.csv", "endpoints.csv")])
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


def test_doses_keep_their_times_through_a_change() -> None:
    scenario = read(f'{ORAL}, amount = "100 mg", from = "8 h", then = [{{ from = "7 d", amount = "200 mg" }}]')
    before, after = scenario.strategies[1].doses
    assert (before.until, after.begin) == (7 * 24.0 + 8.0, 7 * 24.0 + 8.0)
    assert milligrams(scenario) == pytest.approx(7 * 100.0 + 14 * 200.0)


def test_limits_count_what_was_given() -> None:
    every_day = intake(read(f'{ORAL}, amount = "300 mg"'))
    assert every_day["beyond"] == []
    (line,) = intake(read(f'{ORAL}, amount = "300 mg", then = [{{ from = "20 d", amount = "700 mg" }}]'))["beyond"]
    assert "magnesium" in line["text"]
    kept = intake(
        read(f'{ORAL}, amount = "300 mg", missed = ["20 d"], then = [{{ from = "19 d", amount = "700 mg" }}]')
    )
    assert kept["highest_magnesium_mmol_in_a_day"] * MAGNESIUM == pytest.approx(700.0)
    assert kept["magnesium_mmol_per_day"] * 21 * MAGNESIUM == pytest.approx(19 * 300.0 + 700.0)
    missed = intake(read(f'{ORAL}, amount = "300 mg", loading = "700 mg", missed = ["0 d"]'))
    assert missed["beyond"] == []
    assert missed["magnesium_mmol_per_day"] * 21 * MAGNESIUM == pytest.approx(20 * 300.0)


def test_amounts_per_kilogram_change_too() -> None:
    doses = read(f'{ORAL}, amount = "5 mg/kg", loading = "100 mg"', subject="rat").strategies[1].doses
    assert [dose.per_kilogram for dose in doses] == [False, True]


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        ('"12 h"', "missed: '12 h' changes nothing: no dose falls due then; the next is due at 1 d"),
        ('"12 h to 23 h"', "changes nothing"),
        ('"40 d"', "missed: '40 d' changes nothing: no dose falls due then"),
    ],
)
def test_what_misses_nothing_is_doubted(missed: str, words: str) -> None:
    scenario = read(f'{ORAL}, amount = "100 mg", missed = [{missed}]')
    (warning,) = scenario.warnings
    assert (warning.line, words in warning.text) == (14, True), warning
    assert scenario.strategies[1].doses == read(f'{ORAL}, amount = "100 mg"').strategies[1].doses


@pytest.mark.parametrize(
    ("dose", "line", "words"),
    [
        (f'{ORAL},\namount = "1 mg",\nloading = "1 s"', 16, "loading: '1 s' is a time; a dose is a mass"),
        (f'{ORAL},\namount = "1 mg",\nloading = "900 kg"', 16, "more than the subject weighs"),
        (f'{CITRATE}, route = "oral", amount = "1 mg",\nloading = "2 mg"', 15, "give every, or write it as the amount"),
        (f'{CLAMP}, clamp = "2 mM",\nloading = "2 mg"', 15, "a clamp has no loading dose"),
        (f'{ORAL}, amount = "1 mg", until = "1 d",\nloading = "2 mg"', 15, "no dose follows the loading dose before"),
        (f'{CITRATE}, route = "oral", amount = "1 mg",\nthen = [{{ from = "2 d", amount = "2 mg" }}]', 15,
         "then changes doses that are repeated; give every"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "9 d", amount = "2 mg" }},\n{{ from = "7 d", every = "8 h" }}]',
         15, "comes no later than what it follows, at 9 d; write changes in the order of time"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "9 d" }}]', 14, "give amount, every, over, clamp or with_meal"),
        (f'{ORAL}, amount = "1 mg", then = [{{ amount = "2 mg" }}]', 14, "from is missing"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "9 d", amuont = "2 mg" }}]', 14, "did you mean 'amount'?"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "21 d", amount = "2 mg" }}]', 14, "at or after the end, 21 d"),
        (f'{ORAL}, amount = "1 mg", until = "8 d", then = [{{ from = "9 d", amount = "2 mg" }}]', 14,
         "when the doses have ended, 8 d"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "2 h", amount = "2 mg" }},\n{{ from = "3 h", amount = "3 mg" }}]',
         15, "nothing is given of what it follows, whose first dose is due at 1 d"),
        (f'{ORAL}, amount = "1 mg", then = [\n{{ from = "482 h", amount = "2 mg" }}]', 15, "the next would be at 21 d"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "2 d", amount = "2 g" }},\n{{ from = "3 d",\namount = "-2 g" }}]',
         16, "amount: '-2 g' is negative"),
        (f'{ORAL}, amount = "1 mg", then = [{{ from = "2 d", over = "3 d" }}]', 14, "longer than the interval"),
        (f'{WATER}, amount = "1 mg",\nmissed = ["2 d"]', 15, "name a window, such as '3 d to 4 d'"),
        (f'{ORAL}, amount = "1 mg",\nmissed = ["2 d",\n"4 d to 3 d"]', 16, "'4 d to 3 d' ends before it begins"),
        (f'{ORAL}, amount = "1 mg",\nmissed = ["monday"]', 15, "such as '5 d to 6 d'"),
        (f'{ORAL}, amount = "1 mg",\nmissed = ["0 d to 30 d"]', 15, "missed leaves nothing of this dose"),
    ],
)  # fmt: skip
def test_what_cannot_be_given_is_refused_with_its_line(dose: str, line: int, words: str) -> None:
    # A table of TOML 1.0 stands on one line; one of a list of tables does not.
    text = (
        TEXT.replace("doses = [DOSES]", "doses = [{ DOSES }]").replace("DOSES", dose).replace("SUBJECT", "human-adult")
    )
    with pytest.raises(InputProblems) as caught:
        read_scenario(text, "x.toml")
    assert [problem.line for problem in caught.value.problems if words in problem.text] == [line], caught.value


def test_a_fault_of_an_entry_is_said_once_whatever_changes_in_it() -> None:
    changes = ", ".join(f'{{ from = "{day} d", amount = "{day} mg" }}' for day in (2, 3, 4))
    with pytest.raises(InputProblems) as caught:
        read(f'{ORAL.replace("citrate", "citrat")}, amount = "1 mg", then = [{changes}]')
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("word", ['loading = "{}"', 'missed = ["{}"]', 'then = [{{ from = "{}", amount = "1 mg" }}]',
                                  'then = [{{ from = "9 d", amount = "{}" }}]',
                                  'then = [{{ from = "9 d", every = "{}" }}]'])  # fmt: skip
def test_nonsense_is_refused_with_its_line(word: str) -> None:
    lines: list[set[int]] = []
    for text in TEXTS:
        try:
            scenario = read(f'{ORAL}, amount = "100 mg", {word.format(text)}')
        except InputProblems as error:
            lines.append({problem.line for problem in error.problems})
            continue
        assert all(dose.timing.count(scenario.hours) for dose in scenario.strategies[1].doses)
    assert len(lines) > len(TEXTS) / 2
    assert lines == [{14}] * len(lines)


def course(rng: random.Random) -> tuple[str, list[tuple[float, float]]]:
    """Return an entry of oral doses at random, and each dose (hour, mg) as one goes through them one by one."""
    every, begin, amount = rng.choice((6, 8, 24, 36)), rng.choice((0, 0, 5, 30)), rng.randrange(1, 200)
    loading, changes, hour = rng.choice((None, 450)), [], begin
    for _ in range(rng.choice((0, 1, 2, 3))):
        hour += rng.randrange(80, 130)
        changes.append((hour, rng.choice((None, 6, 12, 24)), rng.randrange(1, 200)))
    end = rng.randrange(hour + 40, 540)
    windows = [(start, start + rng.choice((0, 1, 10, 60))) for start in rng.sample(range(480), rng.choice((0, 2, 5)))]
    text = (
        f'{CITRATE}, route = "oral", every = "{every} h", from = "{begin} h", until = "{end} h", amount = "{amount} mg"'
    )
    said = []
    for at, step, new in changes:
        rhythm = f', every = "{step} h"' if step else ""
        said.append(f'{{ from = "{at} h", amount = "{new} mg"{rhythm} }}')
    missed = [f'"{first} h to {last} h"' if last > first else f'"{first} h"' for first, last in windows]
    text += f", then = [{', '.join(said)}], missed = [{', '.join(missed)}]"
    text += f', loading = "{loading} mg"' if loading else ""

    due, doses, first_amount = begin, [], loading
    while due < min(end, 504):
        while changes and changes[0][0] <= due:
            _, step, amount = changes.pop(0)
            every = step or every
        if not any(first <= due < last or first == due == last for first, last in windows):
            doses.append((float(due), float(first_amount or amount)))
        due, first_amount = due + every, None
    return text, doses


@pytest.mark.parametrize("seed", range(60))
def test_any_course_gives_what_going_through_it_dose_by_dose_gives(seed: int) -> None:
    text, expected = course(random.Random(seed))
    scenario = read(text)
    found = sorted(
        (begin, round(dose.amount * 3 * MAGNESIUM, 6))
        for dose in scenario.strategies[1].doses
        for begin, _ in dose.timing.spans(scenario.hours)
    )
    assert found == expected
