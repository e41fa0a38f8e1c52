"""Drugs beside the supplement: when they are taken, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.scenario import Scenario, read_scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import virtual_subject
from mgcells.subject.timeline import Timeline

TEXT = """title = "Drugs"
subject = "SUBJECT"
duration = "2 d"
control = "c"
tissues = ["spinal cord"]

[[strategy]]
name = "c"
co_medication = [
  { drug = "morphine", amount = "30 mg", every = "12 h", route = "oral" FIRST },
  SECOND
]
"""
DOSE = "spinal_cord.drive.morphine"
TITRATED = "spinal_cord.drive.titration"


def scenario(first: str = "", second: str = "", subject: str = "human-adult", more: str = "") -> Scenario:
    text = TEXT.replace("SUBJECT", subject).replace("FIRST", first).replace("SECOND", second) + more
    return read_scenario(text, "x.toml")


def dose_at(read: Scenario, hour: float) -> float:
    """Return what is taken at an hour, mg/d."""
    strategy = read.strategies[0]
    values = virtual_subject(read.library, strategy, read.tissues, Streams(1, 0)).values
    return Timeline(read.library, strategy, values).at(hour)[DOSE] * 24.0 * 1000.0


def test_a_drug_is_taken_from_its_beginning_to_its_end() -> None:
    read = scenario(', from = "3 h", until = "5 h"')
    assert [dose_at(read, hour) for hour in (2.0, 3.0, 4.0, 5.0)] == pytest.approx([0.0, 60.0, 60.0, 0.0])
    assert read.strategies[0].co_medication[0].text == "30 mg of morphine every 12 h from 3 h until 5 h, oral"
    assert scenario().strategies[0].co_medication[0].text == "30 mg of morphine every 12 h, oral"


def test_two_entries_of_one_drug_add_up_while_both_hold() -> None:
    rescue = '{ drug = "morphine", amount = "10 mg", every = "6 h", route = "oral", from = "1 d" }'
    read = scenario("", rescue)
    assert [dose_at(read, hour) for hour in (0.0, 24.0)] == pytest.approx([60.0, 100.0])


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (', from = "2.5 h"', "from = '2.5 h' should be a whole number of steps of 1 h"),
        (', from = "130 min", until = "170 min"', "until = '170 min' should be a whole number of steps of 1 h"),
        (', from = "2 d"', "drug 'morphine' begins at or after the end, 2 d"),
        (', from = "30 d"', "drug 'morphine' begins at or after the end, 2 d"),
        (', from = "5 h", until = "3 h"', "drug 'morphine' ends before it begins; let its until lie after 5 h"),
    ],
)
def test_a_window_that_no_step_can_keep_is_refused(first: str, message: str) -> None:
    with pytest.raises(InputProblems) as caught:
        scenario(first)
    assert any(problem.line == 10 and message in problem.text for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("first", "second", "more", "line", "message"),
    [
        (', titrate = true', '{ drug = "morphine", amount = "5 mg", every = "6 h", route = "oral" }', "", 11,
         "is titrated in one entry and not in another"),
        ("", '{ drug = "morphine", amount = "80 kg", every = "6 h", route = "oral" }', "", 11,
         "more than the subject weighs"),
        ("", "", f'parameters = {{ "{DOSE}" = "10 mg/d" }}', 10, "say the same thing; leave one of them out"),
        ("", '{ drug = "morphine", amount = "-5 mg", every = "0 h", route = "oral" }', "", 11, "is negative"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_with_its_line(
    first: str, second: str, more: str, line: int, message: str
) -> None:
    with pytest.raises(InputProblems) as caught:
        scenario(first, second, more=more)
    assert any(problem.line == line and message in problem.text for problem in caught.value.problems), caught.value


def test_what_no_tissue_titrates_is_not_titrated() -> None:
    text = TEXT.replace("SUBJECT", "rat").replace("FIRST", ", titrate = true").replace("SECOND", "")
    whole = load_library()
    library = replace(whole, parameters={path: entry for path, entry in whole.parameters.items() if path != TITRATED})
    assert read_scenario(text, "x.toml", library=whole)
    with pytest.raises(InputProblems, match=r"x.toml:10  no tissue titrates 'morphine'; leave titrate out"):
        read_scenario(text, "x.toml", library=library)
