"""What a scenario compares beside each strategy with control."""

from __future__ import annotations

import pytest

from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.scenario import Contrast

HEAD = """title = "Test"
subject = "rat"
duration = "2 d"
control = "vehicle"
tissues = []
{compare}
[[strategy]]
name = "vehicle"
[[strategy]]
name = "magnesium"
[[strategy]]
name = "threonate"
[[strategy]]
name = "both"
"""


def read(compare: str) -> Scenario:
    return read_scenario(HEAD.format(compare=compare), "test.toml")


def test_every_strategy_is_compared_with_control_and_others_where_asked() -> None:
    scenario = read(
        'compare = [["both", "magnesium"], '
        '{ both = "both", first = "magnesium", second = "threonate", neither = "vehicle" }]'
    )
    with_control = [Contrast(name, ("vehicle",)) for name in ("magnesium", "threonate", "both")]
    assert scenario.contrasts[:3] == tuple(with_control)
    assert [(entry.strategy, entry.against) for entry in scenario.contrasts[3:]] == [
        ("both", "magnesium"),
        ("both", "magnesium + threonate - vehicle"),
    ]


@pytest.mark.parametrize(
    ("compare", "message"),
    [
        ('compare = [["both", "magnesum"]]', "test.toml:6  compare: unknown strategy 'magnesum'; did you mean"),
        ('compare = [["both"]]', "should name two strategies"),
        ('compare = [["both", "both"]]', "compare: 'both' is named twice"),
        ('compare = [["both", "vehicle"]]', "both against vehicle is compared already"),
        (
            'compare = [{ both = "both", first = "magnesium", second = "x", neither = "vehicle" }]',
            "unknown strategy 'x'",
        ),
        ('compare = [{ both = "both", first = "magnesium" }]', "compare.0.second is missing"),
        ('compare = "both"', "compare = 'both': should be a list"),
    ],
)
def test_what_cannot_be_compared_is_told(compare: str, message: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read(compare)
    assert message in str(caught.value)
