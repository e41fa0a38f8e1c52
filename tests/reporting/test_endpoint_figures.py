"""The figure of an endpoint: a band for control only, what was given, when it is read; and the overview."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up import GAIN, write_folder
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure

from mgcells.folder import Folder
from mgcells.reporting import build_report
from mgcells.reporting.drawing import draw_all, drawing_settings, render, save_figures
from mgcells.reporting.figures.endpoint import endpoint_figures
from mgcells.reporting.figures.overview import overview
from mgcells.reporting.results import Results, read_results

RENDERED = """import sys
from pathlib import Path
from mgcells.reporting.drawing import draw_all
from mgcells.reporting.results import read_results
drawn = draw_all(read_results(Path(sys.argv[1])))
import hashlib
print(hashlib.sha256(b"".join(b"".join(item.files) for item in drawn)).hexdigest())
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return read_results(write_folder(tmp_path_factory.mktemp("run")))


def first_figure(results: Results) -> Figure:
    with drawing_settings():
        return endpoint_figures(results)[0].figure


def texts(figure: Figure) -> list[str]:
    return [text.get_text().replace("\N{NO-BREAK SPACE}", " ") for axes in figure.axes for text in axes.texts]


def test_only_control_has_a_band(results: Results) -> None:
    course = first_figure(results).axes[0]
    bands = [item for item in course.collections if isinstance(item, FillBetweenPolyCollection)]
    assert len(bands) == 1
    assert len(course.lines) == len(results.names) + 1  # every strategy, and when the endpoint is read


def test_doses_stand_with_compound_and_amount_beside_their_differences(results: Results) -> None:
    written = texts(first_figure(results))
    assert ": 604 mg/kg of salt every 24 h, drinking water" in written
    assert ": 30 mg of morphine every 12 h, oral" in written
    assert "identical" in written
    row = results.effect("L-TAMS", results.main[0])
    assert row is not None
    assert any(text.startswith(f"{row['difference']:.2f}") for text in written)


def test_many_strategies_have_a_panel_each(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mgcells.reporting.panels.courses.MOST_LINES", 2)
    panels = [axes for axes in first_figure(results).axes if axes.get_title(loc="left")]
    titles = [axes.get_title(loc="left") for axes in panels]
    assert titles == ["L-TAMS", "chloride, equal magnesium", "sham (same as control)"]


def test_words_stay_words_and_pixels_are_fit_for_print(results: Results) -> None:
    with drawing_settings():
        rendered = render(Figure(figsize=(2.0, 1.0)))
        shown = Figure(figsize=(2.0, 1.0))
        shown.text(0.1, 0.5, "magnesium")
        rendered = render(shown)
    assert b">magnesium</text>" in rendered.svg
    assert b"Verdana" in rendered.svg
    assert int.from_bytes(rendered.png[16:20]) == 600
    assert rendered.pdf.startswith(b"%PDF")
    assert b"/CIDFontType2" in rendered.pdf or b"/TrueType" in rendered.pdf
    assert b"CreationDate" not in rendered.pdf


def test_bytes_do_not_depend_on_the_order_of_hashes(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", strategies=("vehicle", "L-TAMS"), endpoints=("csf.magnesium",))
    digests = {
        subprocess.run(
            [sys.executable, "-c", RENDERED, str(folder)],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_figures_that_are_no_longer_drawn_are_taken_away(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", strategies=("vehicle", "L-TAMS"), endpoints=("csf.magnesium",))
    build_report(folder)
    (folder / "figures" / "mine.png").write_bytes(b"mine")
    drawn = [item for item in draw_all(read_results(folder)) if item.name == "evidence"]
    with Folder(folder).held():
        save_figures(drawn, Folder(folder), "figures/")
    left = {path.name for path in (folder / "figures").iterdir()}
    assert left == {"mine.png", *(f"evidence.{suffix}" for suffix in ("png", "svg", "pdf", "txt"))}


def labels(results: Results) -> list[str]:
    shown = overview(results)
    return [] if shown is None else [label.get_text() for label in shown.figure.axes[0].get_yticklabels()]


def test_the_overview_has_the_endpoints_first_and_then_what_moved(tmp_path: Path) -> None:
    results = read_results(write_folder(tmp_path / "run", endpoints=("plasma.magnesium",)))
    frozen = results.timeseries.assign(**{"urine.magnesium": np.arange(len(results.timeseries)) % 78 * 1.0})
    shown = labels(replace(results, timeseries=frozen))
    assert shown[0] == "Plasma magnesium, at 24 d"
    assert set(shown[1:]) == {"CSF magnesium", "Synapse density", "Magnesium in stool"}


def test_the_overview_is_in_units_of_the_spread_and_names_what_has_none(tmp_path: Path) -> None:
    results = read_results(write_folder(tmp_path / "run", endpoints=("csf.magnesium", "plasma.magnesium")))
    alike = results.exact.copy()
    control = alike["strategy"] == "vehicle"
    alike.loc[control, "plasma.magnesium, at 24 d"] = 0.8
    shown = overview(replace(results, exact=alike))
    assert shown is not None
    assert "Left out, as the subjects of vehicle do not differ in it: plasma magnesium." in shown.caption
    row = results.effect("L-TAMS", results.main[0])
    assert row is not None
    image = shown.figure.axes[0].images[0].get_array()
    assert image is not None
    assert image[0, 0] == pytest.approx(row["difference"] / results.spread(results.main[0]))


def test_one_subject_has_no_spread_and_no_overview(tmp_path: Path) -> None:
    assert overview(read_results(write_folder(tmp_path / "run", replicates=1))) is None


def test_nothing_is_drawn_where_nothing_finished(tmp_path: Path) -> None:
    lost = tuple((name, 0) for name in GAIN)
    assert list(endpoint_figures(read_results(write_folder(tmp_path / "run", replicates=1, failed=lost)))) == []
