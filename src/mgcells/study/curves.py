"""A curve through the effect of one swept number: E_max or Hill, with an interval over subjects."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from mgcells.analysis.resampling import BOOTSTRAP_FROM, LEVEL
from mgcells.arrays import Floats

RESAMPLES = 200
# A curve is one where it explains so much of how the mean changes with the number.
FITS_FROM = 0.95
# Halves are sought within the swept numbers and so many times beyond; one found at an end of that is known no better.
BEYOND = 10.0
POWERS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
STEEPEST, FLATTEST = 10.0, 0.2
STARTS = 40
# A Hill power is kept where the corrected information criterion is lower by more than this.
WORTH = 2.0
FEWEST_VALUES = 4
WIDE = 50.0
# Of fewer resamples that a curve goes through, no interval is given.
ENOUGH = 0.9
DRAWN_AT = 200
# Beyond, an exponential is nothing or everything.
LARGEST_EXPONENT = 200.0


@dataclass(frozen=True)
class FittedCurve:
    """base + most * x^power / (half^power + x^power), with 95 % intervals (NaN where there is none).

    Attributes
    ----------
    name : "E_max", or "Hill" where the power is fitted
    numbers, mean, low, high : arrays of one shape
        The curve and its interval within the swept numbers, never beyond.
    half_low, half_high : float
        Interval of the half-maximum.
    explained : float
        Share of the variance of the means that it explains.
    identified : bool
        Whether the half-maximum and the interval of it lie within the swept numbers: only then are it and the
        maximum known; else the curve says no more than what was simulated.
    """

    name: str
    base: float
    most: float
    half: float
    power: float
    numbers: Floats
    mean: Floats
    low: Floats
    high: Floats
    half_low: float
    half_high: float
    explained: float
    identified: bool


def hill(x: Floats, base: float, most: float, log_half: float, power: float) -> Floats:
    """Return the curve at x, which is not negative; at 0 it is `base`."""
    with np.errstate(divide="ignore"):
        share = 1.0 / (1.0 + np.exp(np.clip(-power * (np.log(x) - log_half), -LARGEST_EXPONENT, LARGEST_EXPONENT)))
    return np.asarray(base + most * np.where(x > 0.0, share, 0.0))


def fit_curve(numbers: Floats, differences: Floats, *, seed: int) -> FittedCurve | str:
    """Fit an E_max curve, or a Hill curve where that is clearly better, to the mean over subjects.

    Parameters
    ----------
    numbers : shape (numbers,)
        The swept numbers.
    differences : shape (numbers, subjects)
        NaN where a run did not finish; such subjects are left out at every number.
    seed : int
        Of the bootstrap over subjects.

    Returns
    -------
    FittedCurve or str
        In its place, why there is none.
    """
    complete = differences[:, np.isfinite(differences).all(axis=0)]
    if complete.shape[1] == 0:
        return "no subject finished every run"
    if len(numbers) < FEWEST_VALUES:
        return "too few values: a curve takes at least four"
    if numbers.min() < 0.0:
        return "no curve of a dose goes through numbers below zero"
    order = np.argsort(numbers)
    x, means = numbers[order], complete[order].mean(axis=1)
    if np.ptp(means) <= 1e-9 * max(np.abs(complete).max(), 1e-300):
        return "it does not change with the swept number"
    found = _best(x, means)
    if found is None:
        return f"no curve fits: neither E_max nor Hill explains {FITS_FROM:.0%} of how the mean changes"
    name, values, explained = found
    fine = (np.geomspace if wide(x) else np.linspace)(x.min(), x.max(), DRAWN_AT)
    again = _resampled(x, complete[order], values, name, seed)
    low, high = _interval(hill(fine, *values), [hill(fine, *other) for other in again], complete.shape[1])
    halves = [np.array([other[2]]) for other in again]
    half_low, half_high = (float(np.exp(end[0])) for end in _interval(values[2:3], halves, complete.shape[1]))
    swept = x[x > 0.0]
    ends = (half_low, half_high) if math.isfinite(half_low) else (math.exp(values[2]),) * 2
    identified = swept.min() <= ends[0] and ends[1] <= swept.max()
    base, most, log_half, power = values.tolist()
    return FittedCurve(
        name, base, most, math.exp(log_half), power, fine, hill(fine, *values), low, high, half_low, half_high,
        explained, bool(identified),
    )  # fmt: skip


def wide(numbers: Floats) -> bool:
    """Tell whether numbers range so far that they are shown on a logarithmic scale."""
    return bool(numbers.min() > 0.0 and numbers.max() >= WIDE * numbers.min())


def sentence(curve: FittedCurve | str, unit: str, of: str) -> str:
    """Return in words what a curve says, and what it cannot; `unit` is that of the swept number, `of` of the effect."""
    if isinstance(curve, str):
        return f"{curve[:1].upper()}{curve[1:]}."
    power = f", power {curve.power:.2g}" if curve.name == "Hill" else ""
    fit = f"{curve.name} curve{power} (explains {curve.explained:.1%} of the change of the mean)"
    if not curve.identified:
        why = "the half-maximum is not clearly within the swept numbers, so that it and the maximum are not identified"
        return f"{fit}: {why}; the curve only describes what was simulated."
    within = ""
    if math.isfinite(curve.half_low):
        within = f" (95 % interval {curve.half_low:.3g} to {curve.half_high:.3g})"
    half = f"half-maximum at {curve.half:.3g}{within} {unit}".rstrip()
    return f"{fit}: {half}, maximum {f'{curve.most:.3g} {of}'.rstrip()}."


def _best(x: Floats, means: Floats) -> tuple[str, Floats, float] | None:
    """Return name, (base, most, log half, power) and explained share of the better curve; None where none fits."""
    spread = float(((means - means.mean()) ** 2).sum())
    found: list[tuple[float, str, Floats, float]] = []
    for name, count in (("E_max", 3), ("Hill", 4)):
        free = len(x) - count - 1
        values = _fitted(x, means, name, _start(x, means, name)) if free > 0 or name == "E_max" else None
        if values is None:
            continue
        left = max(float(((means - hill(x, *values)) ** 2).sum()), 1e-24 * spread)
        correction = 2 * count * (count + 1) / free if free > 0 else 0.0
        criterion = len(x) * math.log(left / len(x)) + 2 * count + correction
        found.append((criterion + (WORTH if name == "Hill" else 0.0), name, values, 1.0 - left / spread))
    fitting = [entry for entry in found if entry[3] >= FITS_FROM]
    if not fitting:
        return None
    _, name, values, explained = min(fitting, key=lambda entry: entry[0])
    return name, values, explained


def _limits(x: Floats) -> tuple[float, float]:
    swept = x[x > 0.0]
    return math.log(swept.min() / BEYOND), math.log(swept.max() * BEYOND)


def _start(x: Floats, means: Floats, name: str) -> Floats:
    """Return the best of a grid of halves and powers; base and maximum follow from those by least squares."""
    best, least = np.zeros(4), math.inf
    for log_half in np.linspace(*_limits(x), STARTS):
        for power in POWERS if name == "Hill" else (1.0,):
            columns = np.stack([np.ones(len(x)), hill(x, 0.0, 1.0, float(log_half), power)], axis=1)
            solved = np.linalg.lstsq(columns, means, rcond=None)[0]
            left = float(((columns @ solved - means) ** 2).sum())
            if left < least:
                best, least = np.array([*solved, log_half, power]), left
    return best


def _fitted(x: Floats, means: Floats, name: str, start: Floats) -> Floats | None:
    from scipy.optimize import curve_fit

    scale = float(np.abs(means).max()) or 1.0
    low, high = _limits(x)
    count = 4 if name == "Hill" else 3
    curve: Callable[..., Floats] = hill if name == "Hill" else partial(hill, power=1.0)
    first = start[:count] / np.array([scale, scale, 1.0, 1.0])[:count]
    bounds = ([-np.inf, -np.inf, low, FLATTEST][:count], [np.inf, np.inf, high, STEEPEST][:count])
    first = np.clip(first, bounds[0], bounds[1])
    try:
        found, _ = curve_fit(curve, x, means / scale, p0=first, bounds=bounds, maxfev=2000)
    except RuntimeError:
        return None
    values = np.array([found[0] * scale, found[1] * scale, found[2], found[3] if count == 4 else 1.0])
    return values if np.isfinite(values).all() else None


def _resampled(x: Floats, complete: Floats, start: Floats, name: str, seed: int) -> list[Floats]:
    """Return the curves of means over subjects drawn with replacement; none where too many have no curve."""
    subjects = complete.shape[1]
    if subjects < 2:
        return []
    chance = np.random.default_rng([seed, subjects])
    drawn = chance.integers(subjects, size=(RESAMPLES, subjects))
    fits = [_fitted(x, complete[:, chosen].mean(axis=1), name, start) for chosen in drawn]
    found = [values for values in fits if values is not None]
    return found if len(found) >= ENOUGH * RESAMPLES else []


def _interval(middle: Floats, resampled: list[Floats], subjects: int) -> tuple[Floats, Floats]:
    """Return the bounds of a percentile bootstrap, wider below `BOOTSTRAP_FROM` subjects as those of t are."""
    if not resampled:
        return np.full(len(middle), np.nan), np.full(len(middle), np.nan)
    from scipy.special import ndtri, stdtrit

    shares = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(resampled, shares, axis=0)
    if subjects < BOOTSTRAP_FROM:
        reach = float(stdtrit(subjects - 1, shares[1]) / ndtri(shares[1])) * math.sqrt(subjects / (subjects - 1))
        low, high = middle + reach * np.minimum(low - middle, 0.0), middle + reach * np.maximum(high - middle, 0.0)
    return np.asarray(low), np.asarray(high)
