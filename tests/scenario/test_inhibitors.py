"""What can be blocked is what something reads, as the data say."""

from __future__ import annotations

import pytest

from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.targets import inhibitor_targets, targets_read
from mgcells.scenario import read_scenario

SCENARIO = (
    'title = "x"\nsubject = "rat"\nduration = "1 d"\ncontrol = "c"\n[[strategy]]\nname = "c"\n'
    'inhibitors = [{ target = "NAME", residual = 0.5 }]\n'
)


def test_the_targets_that_scenarios_know_are_those_that_something_reads() -> None:
    targets = inhibitor_targets(load_library())
    assert {name for names in targets.values() for name in names} == targets_read(load_library())
    assert targets["GLUT"] == ("GLUT1", "GLUT3")
    assert {"GLUT1", "GLUT3", "NMDA", "TNF", "NFkB", "NK1", "RANKL"} <= set(targets)


def test_a_target_that_nothing_reads_is_refused() -> None:
    with pytest.raises(InputProblems) as caught:
        read_scenario(SCENARIO.replace("NAME", "TRPM7"), "x.toml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.text.startswith("unknown inhibitor target 'TRPM7'")) == (7, True)


def test_a_target_that_stands_for_several_blocks_each_of_them() -> None:
    scenario = read_scenario(SCENARIO.replace("NAME", "GLUT"), "x.toml")
    assert dict(scenario.strategy("c").inhibitors) == {"GLUT1": 0.5, "GLUT3": 0.5}
