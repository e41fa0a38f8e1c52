"""Numbers and effects in plain words, with as many digits as their interval supports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mgcells.reporting.columns import ObservableColumn

MINUS = "\N{MINUS SIGN}"
MOST_DECIMALS = 6
LARGEST_RELATIVE = 9.99
MOST_SPREADS = 99.0
# A narrow interval does not make a fourth digit of a model worth reading.
MOST_DIGITS = 3
# Smaller differences are echoes of the lattice or of rounding, even where all pairs lie on one side.
NEGLIGIBLE = 2e-4
SUPERSCRIPTS = str.maketrans("-0123456789", "\N{SUPERSCRIPT MINUS}⁰¹²³⁴⁵⁶⁷⁸⁹")


def decimals_for(width: float, *bounds: float) -> int:
    """Return the decimals that show `width` with two digits and no non-zero bound as zero."""
    if not math.isfinite(width) or width <= 0:
        return 0
    decimals = max(0, 1 - math.floor(math.log10(width)))
    sizes = [abs(bound) for bound in bounds if math.isfinite(bound) and bound != 0]
    while decimals < MOST_DECIMALS and any(round(size, decimals) == 0 for size in sizes):
        decimals += 1
    return decimals


def number(value: float | None, decimals: int | None = None) -> str:
    """Write a number with a true minus sign; three digits unless `decimals` says otherwise; an en dash when missing."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    if value == 0:
        return "0"
    if decimals is None:
        decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    if decimals > MOST_DECIMALS or abs(value) >= 1e7:
        return power_of_ten(value)
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS if float(text) else "")


def signed(value: float, decimals: int | None = None) -> str:
    """Write a number as `number` does, a rise with its plus sign."""
    return f"{'+' if value > 0 else ''}{number(value, decimals)}"


def in_spreads(times: float) -> str:
    """Write a difference in units of the spread between subjects, with a sign; a dash where there is no spread.

    >>> in_spreads(0.52), in_spreads(-12.3), in_spreads(140.0)
    ('+0.5', '−12', '>99')
    """
    if abs(times) > MOST_SPREADS:
        return f"{'>' if times > 0 else '<'}{number(math.copysign(MOST_SPREADS, times), 0)}"
    return signed(times, 0 if abs(times) >= 9.95 else 1 if abs(times) >= 0.095 else 2)


def power_of_ten(value: float) -> str:
    """Write a number with two digits and a power of ten."""
    mantissa, exponent = f"{value:.1e}".split("e")
    ten = f"10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    return f"{mantissa.replace('-', MINUS)} \N{MULTIPLICATION SIGN} {ten}"


def percent(share: float | None) -> str:
    """Write a fraction as a percentage with its sign and a true minus.

    >>> percent(0.052), percent(-0.5)
    ('+5.2 %', '−50 %')
    """
    if share is None or not math.isfinite(share):
        return "\N{EN DASH}"
    if abs(share) > LARGEST_RELATIVE:
        return f"{'>' if share > 0 else f'<{MINUS}'}{100 * LARGEST_RELATIVE:.0f} %"
    size = abs(100 * share)
    text = f"{size:.{0 if size >= 9.95 or size == 0 else 1 if size >= 0.995 else 2}f}"
    sign = "" if float(text) == 0 else "+" if share > 0 else MINUS
    return f"{sign}{text} %"


def effect_decimals(row: dict[str, Any]) -> int:
    """Return the decimals for the difference and the interval of one row of effects."""
    difference, low, high = float(row["difference"]), float(row["low"]), float(row["high"])
    width = high - low if math.isfinite(high - low) and high > low else abs(difference)
    bounds = (low, high) if low * high > 0 else ()  # a bound beside zero needs no digits where zero is included
    return decimals_for(max(width, abs(difference) / 10.0 ** (MOST_DIGITS - 2)), *bounds)


def interval_text(row: dict[str, Any]) -> str:
    """Write "low to high", or say that there is none."""
    if not math.isfinite(float(row["low"])):
        return "no interval"
    decimals = effect_decimals(row)
    return f"{number(row['low'], decimals)} to {number(row['high'], decimals)}"


def verdict(row: dict[str, Any] | None) -> str:
    """Classify an effect: "none", "single", "same", "negligible", "null", "higher" or "lower"."""
    if row is None or row["n"] == 0:
        return "none"
    if row["difference"] == 0 and (row["n"] == 1 or not (row["low"] != 0 or row["high"] != 0)):
        return "same"
    sizes = [abs(row[name]) for name in ("difference", "low", "high") if math.isfinite(row[name])]
    if max(sizes) < NEGLIGIBLE * abs(row["control_mean"]):
        return "negligible"
    if row["n"] == 1:
        return "single"
    if row["low"] <= 0 <= row["high"]:
        return "null"
    return "higher" if row["difference"] > 0 else "lower"


def effect_sentence(
    strategy: str, observable: ObservableColumn, row: dict[str, Any] | None, reference: str = "control"
) -> str:
    """Say in one sentence what a strategy did to an observable against a reference, nulls included."""
    kind, label, unit = verdict(row), observable.label, observable.suffix
    if row is None or kind == "none":
        return f"{strategy}: no finished pair with {reference}, so nothing can be said about {label}."
    n = int(row["n"])
    if kind == "same":
        pairs = "the one pair" if n == 1 else f"all {n} pairs"
        return f"{strategy} left {label} exactly as in {reference}, in {pairs}."
    if kind == "negligible":
        return f"{strategy} moved {label} by less than {100 * NEGLIGIBLE:g} % of {reference} on average."
    decimals = effect_decimals(row)
    size = number(abs(row["difference"]), decimals)
    side, share = ("lower", row["pairs_below"]) if row["difference"] < 0 else ("higher", row["pairs_favouring"])
    favouring = f"{side} in {round(share * n)} of {n} pairs"
    if kind == "single":
        return f"{strategy}: {label} was {size}{unit} {side} than in {reference}; one pair gives no interval."
    if kind == "null":
        bound = number(max(abs(row["low"]), abs(row["high"])), decimals)
        return (
            f"{strategy} moved {label} by less than {bound}{unit} on average"
            f" ({number(row['difference'], decimals)}, {interval_text(row)}; the interval includes zero; {favouring})."
        )
    verb, low, high = (
        ("raised", row["low"], row["high"]) if kind == "higher" else ("lowered", -row["high"], -row["low"])
    )
    relative = f"; {percent(row['relative'])}" if abs(row["relative"]) <= LARGEST_RELATIVE else ""
    interval = f"{number(low, decimals)} to {number(high, decimals)}"
    return f"{strategy} {verb} {label} by {size}{unit} ({interval}; {favouring}{relative})."


def effect_sentences(observable: ObservableColumn, rows: dict[str, dict[str, Any] | None]) -> list[tuple[str, str]]:
    """Return (verdict, sentence) for each strategy, those that equal control last; equal ones share a sentence."""
    groups: dict[tuple[str, str], list[str]] = {}
    for strategy, row in rows.items():
        groups.setdefault((verdict(row), effect_sentence("", observable, row)), []).append(strategy)
    said = [
        (kind, effect_sentence("; ".join(names), observable, rows[names[0]])) for (kind, _), names in groups.items()
    ]
    return sorted(said, key=lambda item: item[0] == "same")


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does; one that would read as two stands in quotation marks.

    >>> listed(["chloride", "L-TAMS, GLUT blocked", "sham"])
    'chloride, “L-TAMS, GLUT blocked” and sham'
    """
    quoted = [f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"
              if ", " in name or " and " in name else name for name in names]  # fmt: skip
    return " and ".join([*([", ".join(quoted[:-1])] if quoted[:-1] else []), *quoted[-1:]])
