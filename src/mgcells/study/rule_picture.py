"""The card of a rule in lines of text, and its curve as a picture."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from matplotlib.figure import Figure

from mgcells.library.records import SignalRecord
from mgcells.library.sentences import MEASURES, rule_range, rule_sentence
from mgcells.reporting.sentences import number
from mgcells.reporting.style import COLOURS, CONTROL_COLOUR, FAINT, INK
from mgcells.reporting.tables import rows_of
from mgcells.study.rule_card import RuleCard

WIDTH, HEIGHT, LETTERS = 4.6, 3.3, 62
MOST_CARRIED, LEAST_CARRIED = 6, 0.01


def card_lines(card: RuleCard) -> Iterator[str]:
    """Yield the card in lines; what is indented belongs to the line above."""
    rule, library = card.rule, card.scenario.library
    yield f"{rule.id}  ({rule.origin})"
    yield f"  {rule_sentence(rule, library.cells)}"
    spans = rule_range(rule, library.cells)
    if spans:
        yield f"  Plausible range: {spans}."
    if rule.note:
        yield f"  {rule.note}"
    for claim in rule.claims:
        yield f"  Claim {claim}: {library.claims[claim].statement} ({library.claims[claim].verdict})"
    for source in rule.sources:
        entry = library.sources[source]
        yield f"  [{source}] {entry.title}"
    signal = library.cells[rule.cell].record.signals[rule.signal]
    yield f"  Reads {_axis(signal)}; in health {number(card.healthy)}"
    for strategy, (low, middle, high) in card.met.items():
        yield f"    cells of {strategy}: {number(middle)} (5 to 95 %: {number(low)} to {number(high)})"
    if not card.met:
        yield "    the tissue as a whole reads it, no single cell does"
    yield f"  Asked in '{card.scenario.title}', virtual subject 0"
    yield f"  Leads on to: {', '.join(card.leads_to) or 'no other rule of these cells'}"
    carried = card.carried[card.carried["share"].abs() >= LEAST_CARRIED]
    for row in rows_of(carried.head(MOST_CARRIED)):
        yield f"  Carries {100 * row['share']:.0f} % of {row['endpoint']} in {row['scenario']} (n = {row['n']})"
    if card.carried.empty:
        yield "  What it carries: not run; mgcells explain SCENARIO says so for a scenario"
    elif carried.empty:
        yield f"  Carries less than {100 * LEAST_CARRIED:g} % wherever mgcells explain was run"


def card_picture(card: RuleCard) -> tuple[Figure, str] | None:
    """Return the curve of a rule with what cells met of its signal, and the caption; None where no cell reads it."""
    if not card.met:
        return None
    cell = card.scenario.library.cells[card.rule.cell].record
    signal, behaviour = cell.signals[card.rule.signal], cell.behaviours[card.rule.behaviour]
    shown = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = shown.add_subplot()
    axes.plot(card.curve["signal"], card.curve["effect"], color=INK, linewidth=1.6, zorder=3)
    axes.axvline(card.healthy, color=FAINT, linewidth=0.9, linestyle=(0, (4, 2)), label="healthy reference", zorder=2)
    for place, (strategy, (low, middle, high)) in enumerate(card.met.items()):
        colour = CONTROL_COLOUR if place == 0 else COLOURS[place - 1]
        axes.axvspan(low, high, color=colour, alpha=0.18, linewidth=0, zorder=0)
        axes.axvline(middle, color=colour, linewidth=1.3, label=f"cells of {strategy}", zorder=1)
    axes.set_xlabel(textwrap.fill(_axis(signal), LETTERS))
    additive = behaviour.combine == "sum"
    unit = f" ({behaviour.unit})" if additive and behaviour.unit else ""
    axes.set_ylabel(textwrap.fill(f"{'Added to' if additive else 'Factor on'} {behaviour.label}{unit}", LETTERS))
    shown.legend(loc="outside lower center", ncols=1)
    caption = (
        f"Effect of {card.rule.id} over its signal, all other signals being healthy. Lines: median over the cells of "
        f"virtual subject 0 (n = 1) in '{card.scenario.title}' under {' and under '.join(card.met)}, at moments evenly "
        "spaced over the run; shaded: 5 to 95 % of the cells."
    )
    return shown, caption


def _axis(signal: SignalRecord) -> str:
    """Return what a rule reads of a signal, with its unit."""
    if MEASURES.get(signal.measure):
        share = signal.measure != "excess" or not signal.unit
        return f"{signal.label}{MEASURES[signal.measure]}{'' if share else f' ({signal.unit})'}"
    return f"{signal.label} ({signal.unit})" if signal.unit else signal.label
