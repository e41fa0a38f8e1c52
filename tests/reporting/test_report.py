"""The whole report on made-up output folders, ordinary and awkward."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import GAIN, OBSERVABLES, write_folder

from mgcells.reporting import ReportFiles, build_report
from mgcells.reporting.columns import ObservableColumn
from mgcells.reporting.drawing import draw_all
from mgcells.reporting.evidence import assumed_share
from mgcells.reporting.page import render_page
from mgcells.reporting.registry import registered_figures
from mgcells.reporting.results import read_results


class Page(HTMLParser):
    """Collects what a test needs to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return build_report(write_folder(tmp_path_factory.mktemp("ordinary"), failed=(("L-TAMS", 2),)))


def page_text(files: ReportFiles) -> str:
    return files.page.read_text(encoding="utf-8")


def test_every_figure_is_written_three_times_and_shown_with_words(built: ReportFiles) -> None:
    names = {path.stem for path in built.figures}
    assert names == {
        "endpoint-01-csf-magnesium", "endpoint-02-brain-synapse-density", "endpoint-03-plasma-magnesium",
        "magnesium-balance", "overview", "evidence",
    }  # fmt: skip
    assert {path.suffix for path in built.figures} == {".png", ".svg", ".pdf"}
    images = [attributes for tag, attributes in Page(page_text(built)).tags if tag == "img"]
    assert len(images) == len(names)
    assert all(len(str(image["alt"])) > 30 for image in images)
    assert "n = 5 to 6 per strategy" in page_text(built)
    written = built.figures[0].with_suffix(".txt").read_text(encoding="utf-8")
    assert written.startswith("CSF magnesium, at 24 d. Above: time course (mM), all strategies: median over virtual")
    assert "with the 95 % interval of this mean (of t); n = 5 to 6 pairs." in written
    assert all(path.with_suffix(".txt").exists() for path in built.figures)


def test_page_is_self_contained(built: ReportFiles) -> None:
    text = page_text(built)
    tags = Page(text).tags
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in tags}
    assert all(str(attributes["src"]).startswith("data:") for _, attributes in tags if "src" in attributes)
    assert "@import" not in text
    assert "url(" not in text
    targets = {attributes["id"] for _, attributes in tags if "id" in attributes}
    anchors = [str(attributes["href"]) for tag, attributes in tags if tag == "a" and "href" in attributes]
    assert all(anchor[1:] in targets for anchor in anchors if anchor.startswith("#"))


def test_page_says_what_it_must(built: ReportFiles) -> None:
    text = page_text(built)
    assert "not medical advice" in text
    assert "2 of 4 (50 %)" in text
    assert "1 of 24 runs failed" in text
    assert "KeyError: &lt;body.csf&gt;" in text
    assert "rule brain.glut3.threonate off" in text
    assert "dose above the range of the sources" in text
    assert "abc123" in text
    assert "--seed 7" in text
    assert "Which salt reaches the brain &lt;fast&gt;?" in text
    assert "contested; a scenario chooses" in text
    assert "30 mg of morphine every 12 h, oral" in text
    assert "Recalled, not read" in text
    assert "significant" not in text.lower()


def test_effects_are_said_in_sentences_nulls_included(built: ReportFiles) -> None:
    text = re.sub(r"\s+", " ", page_text(built))
    assert re.search(r"L-TAMS raised CSF magnesium by 0\.1\d+ mM \(0\.1\d+ to 0\.1\d+; higher in 5 of 5 pairs", text)
    assert "chloride, equal magnesium lowered synapse density by" in text
    assert "chloride, equal magnesium; sham left CSF magnesium exactly as in control, in all 6 pairs." in text
    assert "the interval includes zero" in text
    assert "All results equal those of control." in text


def test_the_claims_of_rules_in_force_are_shown_and_no_others(built: ReportFiles) -> None:
    page = built.page.read_text()
    shown = page[page.index("1 claim of the review") : page.index('<section id="parameters">')]
    assert "<details><summary>1 claim of the review that these rules stand on" in page
    assert "the density of &lt;synapses&gt;. <code" in shown
    assert "Slutsky2010-synapses" in shown
    assert "neuron.synapse</code>" in shown
    assert "neuron.unused" not in shown
    assert "Nothing stands on this" not in page


def test_table_and_page_come_from_the_same_numbers(built: ReportFiles) -> None:
    table = pd.read_csv(built.effects)
    assert list(table["observable"][:5]) == [
        "csf.magnesium",
        "brain.synapse_density",
        "plasma.magnesium",
        "urine.magnesium",
        "faeces.magnesium",
    ]
    assert set(table["n"]) == {5, 6}


def test_same_folder_gives_the_same_bytes(built: ReportFiles, tmp_path: Path) -> None:
    again = build_report(write_folder(tmp_path / "again", failed=(("L-TAMS", 2),)))
    pairs = [(built.page, again.page), (built.effects, again.effects), (built.references, again.references)]
    for one, two in [*pairs, *zip(built.figures, again.figures, strict=True)]:
        assert one.read_bytes() == two.read_bytes(), one.name


def test_a_diet_that_changes_can_be_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    known = json.loads((folder / "resolved.json").read_text())
    known["scenario"]["diet"] = "0.1 g/kg until 10 d, then 0.5 g/kg"
    ends = ((0.072, 5.0), (0.072, 10.0), (0.36, 24.0))
    known["strategies"][0]["phases"] = [{"diet_mmol_per_day": diet, "until_day": until} for diet, until in ends]
    known["strategies"][1]["phases"] = [{"diet_mmol_per_day": 0.36, "until_day": 24.0}]
    known["strategies"][1]["diet_mmol_per_day"] = 0.36
    (folder / "resolved.json").write_text(json.dumps(known))
    page = render_page(read_results(folder), [])
    assert "<dt>Diet</dt><dd>magnesium 0.1 g/kg until 10 d, then 0.5 g/kg</dd>" in page
    assert "<td>0.0720 until 10 d, then 0.360</td>" in page
    assert "<td>0.360</td>" in page
    assert "<dt>Diet</dt>" not in render_page(read_results(write_folder(tmp_path / "plain")), [])


def test_a_number_put_in_the_place_of_another_counts_beside_it(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    before = assumed_share(read_results(folder))
    known = json.loads((folder / "resolved.json").read_text())
    entry = {"text": "0.9 mM", "basis": "assumed", "sources": ["Sun2016"], "origin": "cold.toml:4", "note": "a guess"}
    known["parameters"]["body.csf.magnesium"] |= {
        "changed_by": {"L-TAMS": "0.9 mM from 2 d"}, "set_by": [{**entry, "strategies": ["L-TAMS"]}],
    }  # fmt: skip
    (folder / "resolved.json").write_text(json.dumps(known))
    results = read_results(folder)
    assert assumed_share(results) == (before[0] + 1, before[1] + 1)
    page = render_page(results, [])
    assert f"<strong>{before[0] + 1} of {before[1] + 1} (" in page
    assert "counts beside it" in page
    shown = page[page.index("Parameters changed by a strategy") :]
    assert 'in L-TAMS: 0.9 mM from 2 d<br><span class="small">0.9 mM:</span>' in shown
    assert "cold.toml:4" in shown
    assert "counts beside it" not in render_page(read_results(write_folder(tmp_path / "plain")), [])


def test_long_runs_are_drawn_by_the_day(tmp_path: Path) -> None:
    results = read_results(write_folder(tmp_path / "run", endpoints=("plasma.magnesium",)))
    days = np.arange(0, 20.1, 0.5)
    swing = np.where(days % 1, 4.0, 2.0)
    runs = [("vehicle", 0, 0.0), ("vehicle", 1, 1.0), ("L-TAMS", 0, 0.0), ("L-TAMS", 1, 1.0)]
    rows = [
        pd.DataFrame({"strategy": name, "replicate": run, "day": days, "plasma.magnesium": more + swing})
        for name, run, more in runs
    ]
    rows[2]["plasma.magnesium"] -= swing - 3.0  # the same mean of a day without its swing
    long = replace(results, timeseries=pd.concat(rows).assign(**dict.fromkeys(list(OBSERVABLES)[1:], 0.0)))
    assert long.drawn["day"].tolist()[:3] == [0.0, 0.75, 1.75]
    assert long.drawn["plasma.magnesium"].tolist()[:3] == [2.0, 3.0, 3.0]
    assert "Means of every day" in long.daily_note
    brief = replace(results, timeseries=results.timeseries[results.timeseries["day"] <= 3.0])
    assert len(brief.drawn) == len(brief.timeseries)
    assert brief.daily_note == ""


@pytest.mark.parametrize(("replicates", "kind"), [(5, "of t"), (20, "from a percentile bootstrap")])
def test_a_page_says_how_its_intervals_were_made(replicates: int, kind: str, tmp_path: Path) -> None:
    results = read_results(write_folder(tmp_path / "run", replicates=replicates))
    assert f"in brackets the 95 % interval of this mean ({kind})" in render_page(results, [])


@pytest.mark.parametrize(("label", "heading"), [("cGMP in neurons", "cGMP in neurons"), ("pain", "Pain")])
def test_a_heading_keeps_the_letters_of_a_substance(label: str, heading: str) -> None:
    assert ObservableColumn("any", "", label, "").heading == heading


AWKWARD: dict[str, dict[str, Any]] = {
    "control only": {"strategies": ("vehicle",)},
    "one replicate": {"replicates": 1},
    "identical strategies": {"strategies": ("vehicle", "sham")},
    "no endpoints": {"endpoints": ()},
    "control failed": {"replicates": 2, "failed": (("vehicle", 0), ("vehicle", 1))},
    "all failed": {"replicates": 1, "failed": tuple((name, 0) for name in GAIN)},
    "one strategy failed": {"replicates": 2, "failed": (("L-TAMS", 0), ("L-TAMS", 1))},
}


@pytest.mark.parametrize("case", AWKWARD)
@pytest.mark.filterwarnings("error")
def test_awkward_folders_still_make_a_report(case: str, tmp_path: Path) -> None:
    results = read_results(write_folder(tmp_path / "run", **AWKWARD[case]))
    drawn = draw_all(results) if case == "one replicate" else []
    for item in registered_figures():
        assert all(drawing.caption and drawing.alt for drawing in item.drawings(results))
    text = render_page(results, drawn)
    expected = {
        "control only": "no effect can be computed",
        "one replicate": "one pair gives no interval",
        "identical strategies": "exactly as in control",
        "no endpoints": "at 24 d",
        "control failed": "no effect can be computed",
        "all failed": "runs failed",
        "one strategy failed": "L-TAMS: no finished pair with control",
    }
    assert expected[case] in text
    assert "nan" not in re.sub(r"base64,[^\"]+", "", text)


def test_references_hold_known_fields_only(built: ReportFiles) -> None:
    text = built.references.read_text()
    assert text.count("@article{Sun2016") == 1
    assert "Sun, Q and Weinger, JG and Mao, F and Liu, G" in text
    assert r"Threonate \& 100\% of \_neurons\_" in text
    assert "doi = {10.1000/x_y}" in text
    assert "pmid" not in text
    assert "@misc{Old_1999" in text
    assert "Old and others" in text
    assert text.count("Recalled, not read") == 1


def test_endpoints_that_list_everything_count_as_not_chosen(tmp_path: Path) -> None:
    everything = read_results(write_folder(tmp_path / "all", endpoints=tuple(OBSERVABLES)))
    assert everything.declared == ()
    assert len(everything.effects) == len(OBSERVABLES) * 3
