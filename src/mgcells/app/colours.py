"""Colours that stay apart for colour-blind viewers and on a projector: one scale for cells, a paler one for fields."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

from mgcells.arrays import Floats

Picture = NDArray[np.uint8]
SHADES = 256
# What is smaller than this is rounding, whatever the unit, and stands for nothing.
LEAST = 1e-9

# The lightest and darkest ends of both scales are cut off: a cell is seen on every field.
CELLS: Picture = np.round(colormaps["viridis"](np.linspace(0.0, 0.98, SHADES))[:, :3] * 255).astype(np.uint8)
FIELD: Picture = np.round(colormaps["Greys"](np.linspace(0.0, 0.62, SHADES))[:, :3] * 255).astype(np.uint8)
# Okabe and Ito's hues, in the order blue, vermilion, green, orange, pink.
KINDS: Picture = np.array([[0, 114, 178], [213, 94, 0], [0, 158, 115], [230, 159, 0], [204, 121, 167]], np.uint8)


@dataclass
class Scale:
    """A colour scale that only ever widens, so that a colour keeps its meaning while one watches."""

    low: float
    high: float

    @classmethod
    def around(cls, healthy: float, share: float) -> Scale:
        """Return a scale that begins `share` below and ends as far above a healthy value; from 0 where that is 0."""
        return cls(healthy * (1.0 - share), healthy * (1.0 + share)) if healthy > 0 else cls(0.0, 0.0)

    def take_in(self, values: Floats) -> None:
        """Widen to hold all finite values, in steps of a tenth of the scale so that it does not creep."""
        finite = values[np.isfinite(values)]
        finite = np.where(np.abs(finite) < LEAST, 0.0, finite)
        if finite.size == 0:
            return
        least, most = float(finite.min()), float(finite.max())
        if least < self.low or most > self.high:
            low, high = min(self.low, least), max(self.high, most)
            step = 10.0 ** math.floor(math.log10(high - low)) / 2.0 if high > low else abs(high) or 1.0
            self.low = self.low if least >= self.low else math.floor(least / step) * step
            self.high = self.high if most <= self.high else math.ceil(most / step) * step

    def shade(self, values: Floats, palette: Picture) -> Picture:
        """Return the colour of every value, shape values.shape + (3,)."""
        width = self.high - self.low
        share = (values - self.low) / width if width > 0 else np.zeros(values.shape)
        index = np.clip(np.nan_to_num(share), 0.0, 1.0) * (SHADES - 1)
        return np.asarray(palette[index.astype(np.intp)])


def gradient(palette: Picture) -> str:
    """Return a CSS gradient of a palette, lowest value left."""
    stops = [*palette[:: SHADES // 8].tolist(), palette[-1].tolist()]
    return f"linear-gradient(to right, {', '.join(hexadecimal(stop) for stop in stops)})"


def hexadecimal(colour: list[int]) -> str:
    """Return #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
