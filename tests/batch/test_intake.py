"""What a run says was taken is what was given, on the days on which it was given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mgcells.batch.bodies import run_bodies
from mgcells.batch.resolved import resolved
from mgcells.reporting import answers, build_report
from mgcells.scenario import Scenario, read_scenario

TEXT = """title = "Intake"
subject = "human-adult"
duration = "DURATION"
control = "none"
replicates = 1
record_every = "1 d"
tissues = []

[[strategy]]
name = "none"

[[strategy]]
name = "doses"
doses = [DOSES]
"""
MAGNESIUM_MG = 24.305


def pills(milligrams: int, every: str = "24 h", begin: str = "0 d", until: str = "", route: str = "oral") -> str:
    until = f', until = "{until}"' if until else ""
    every = f', every = "{every}"' if every else ""
    return (
        f'{{ compound = "magnesium citrate", amount = "{milligrams} mg", of = "magnesium", route = "{route}", '
        f'from = "{begin}"{every}{until} }}'
    )


def read(duration: str, *doses: str) -> Scenario:
    return read_scenario(TEXT.replace("DURATION", duration).replace("DOSES", ", ".join(doses)), "x.toml")


def intake(duration: str, *doses: str) -> tuple[float, float, list[str]]:
    """Return mean and highest day in mg of magnesium, and the safety lines."""
    found: dict[str, Any] = resolved(read(duration, *doses))["strategies"][1]
    mean, highest = found["magnesium_mmol_per_day"], found["highest_magnesium_mmol_in_a_day"]
    return round(mean * MAGNESIUM_MG, 1), round(highest * MAGNESIUM_MG, 1), [item["text"] for item in found["beyond"]]


HOLIDAYS = [
    pills(300, begin=begin, until=until) for begin, until in (("0 d", "28 d"), ("84 d", "112 d"), ("168 d", "196 d"))
]


@pytest.mark.parametrize(
    ("duration", "doses", "mean", "highest"),
    [
        ("196 d", HOLIDAYS, 128.6, 300.0),
        ("10 d", [pills(300, until="5 d"), pills(200, begin="5 d")], 250.0, 300.0),
        ("10 d", [pills(300, until="2 d")], 60.0, 300.0),
        ("10 d", [pills(340, until="3 d"), pills(340, begin="4 d")], 306.0, 340.0),
        ("196 d", [pills(300, "7 d", begin=f"{day} d") for day in range(5)], 214.3, 300.0),
        ("10 d", [pills(175, "12 h")], 350.0, 350.0),
        ("10 d", [pills(350, begin="0.1 h")], 350.0, 350.0),
        ("10 d", [pills(350, route="drinking water")], 350.0, 350.0),
        ("12 h", [pills(340)], 680.0, 340.0),
    ],
)
def test_no_day_within_the_limit_is_called_too_much(
    duration: str, doses: list[str], mean: float, highest: float
) -> None:
    assert intake(duration, *doses) == (mean, highest, [])


def test_one_day_too_much_is_said_whatever_the_mean() -> None:
    upper = "is above the tolerable upper intake of 350 mg/d"
    often, once = intake("10 d", pills(400)), intake("10 d", pills(5000, ""))
    assert often == (400.0, 400.0, [f"400 mg/d of supplemental magnesium {upper}"])
    assert once == (500.0, 5000.0, [f"5000 mg/d of supplemental magnesium on the highest day {upper}"])
    assert intake("10 d", pills(200), pills(200, begin="12 h")) == often
    assert intake("10 d", pills(300), pills(300, route="diet"), pills(300, route="scaffold", every=""))[2] == []


def test_the_report_says_the_mean_and_the_highest_day(tmp_path: Path) -> None:
    clamp = '{ compound = "magnesium sulfate", clamp = "1.5 mM", route = "intravenous", until = "6 h" }'
    run_bodies(read("10 d", pills(5000, ""), clamp), tmp_path, workers=1)
    build_report(tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<td>20.6 (highest day 206) and what the clamp takes</td>" in page
    assert "5000 mg/d of supplemental magnesium on the highest day is above" in page
    assert any("5000 mg/d of supplemental magnesium on the highest day" in line for line in answers(tmp_path))
