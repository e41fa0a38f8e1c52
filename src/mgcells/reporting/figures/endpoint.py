"""One figure for each endpoint: its time course, what was given, and the differences from control."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from matplotlib.figure import Figure

from mgcells.reporting.panels.arms import LINE_INCHES, arms_of, draw_differences, draw_given, lines_of
from mgcells.reporting.panels.courses import draw_courses, draw_facets, facet_rows
from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.sentences import NEGLIGIBLE, number
from mgcells.reporting.style import PAGE_WIDTH, strategy_legend
from mgcells.scenario import Endpoint

COURSE_HEIGHT = 2.2
FACET_HEIGHT = 1.15
FACETS_BESIDE = 0.35
AXES_BELOW = 0.75
LEGEND_LINE = 0.17
WIDTHS = (1.65, 1.0)
NAME = "endpoint"


@figure(NAME, title="Endpoint", order=10)
def endpoint_figures(results: Results) -> Sequence[Drawing]:
    """Draw the main endpoints, each with its time course above and the arms below."""
    present = set(results.timeseries["strategy"])
    names = [name for name in results.names if name in present]
    return [_draw(results, endpoint, names) for endpoint in results.main] if names else []


def figure_name(results: Results, endpoint: Endpoint) -> str:
    """Return the name of the figure of a main endpoint: its place and its observable."""
    return f"{NAME}-{_part(results, endpoint)}"


def _part(results: Results, endpoint: Endpoint) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", endpoint.observable.lower()).strip("-")
    return f"{results.main.index(endpoint) + 1:02d}-{words}"


def _draw(results: Results, endpoint: Endpoint, names: list[str]) -> Drawing:
    arms = arms_of(results, endpoint)
    rows = facet_rows(results, names)
    below = lines_of(arms) * LINE_INCHES + AXES_BELOW
    if not rows:
        heights = (max(COURSE_HEIGHT, LEGEND_LINE * (len(names) + 3)), below)
        shown = Figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
        grid = shown.add_gridspec(2, 2, height_ratios=heights, width_ratios=WIDTHS)
        course, beside, given, differences = (shown.add_subplot(grid[at // 2, at % 2]) for at in range(4))
        draw_courses(course, results, endpoint, names)
        strategy_legend(beside, results, names)
    else:
        heights = (rows * FACET_HEIGHT + FACETS_BESIDE, below)
        shown = Figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
        upper, lower = shown.subfigures(2, 1, height_ratios=heights, squeeze=False)[:, 0]
        draw_facets(upper, results, endpoint, names)
        given, differences = lower.subplots(1, 2, width_ratios=WIDTHS)
    draw_given(given, results, arms)
    draw_differences(differences, results, endpoint, arms)
    label = results.observables[endpoint.observable].heading
    return Drawing(
        shown,
        _caption(results, endpoint, names, rows > 0),
        f"Time course of {label} in {len(names)} strategies; below, what each was given and its difference from "
        f"{results.control} with an interval.",
        part=_part(results, endpoint),
        title=results.heading(endpoint),
    )


def _caption(results: Results, endpoint: Endpoint, names: list[str], facets: bool) -> str:
    unit = results.observables[endpoint.observable].shown_unit
    counts = results.timeseries.groupby("strategy", observed=True)["replicate"].nunique()
    n = f"{counts.min()}" if counts.min() == counts.max() else f"{counts.min()} to {counts.max()}"
    each = f"a panel for each strategy, beside {results.control}" if facets else "all strategies"
    limit = " Dotted: the limit that it is counted against." if endpoint.threshold is not None else ""
    dosed = any(strategy.get("dosing") for strategy in results.strategies)
    given = "what was given; a tick is a dose, a bar is intake spread over that time" if dosed else "what differs"
    return (
        f"Above: time course ({unit}), {each}: median over virtual subjects (n = {n} per strategy). "
        f"Grey band: 5\N{EN DASH}95 % of the subjects of {results.control}, which shows how they differ and is no "
        f"interval of a mean.{results.daily_note} Yellow: when the endpoint is read.{limit} "
        f"Below left: {given}. "
        f"{_differences(results, endpoint)}"
    )


def _differences(results: Results, endpoint: Endpoint) -> str:
    """Say what the differences and their intervals are."""
    if results.pairs == "0":
        return "No pair with control finished, so there are no differences."
    unit, spread = results.measured(endpoint).difference_unit, results.spread(endpoint)
    measure = f" The SD of {results.control} over its subjects is {number(spread)}." if math.isfinite(spread) else ""
    if results.pairs == "1":
        return f"Below right: difference from {results.control} ({unit}) in the one pair; one pair gives no interval."
    return (
        f"Below right: mean paired difference from {results.control} ({unit}), the same virtual subject in both, with "
        f"the {results.interval}; n = {results.pairs} pairs. Filled: the interval excludes zero; open: it includes "
        f"zero, or the difference is below {100 * NEGLIGIBLE:g} % of {results.control}.{measure}"
    )
