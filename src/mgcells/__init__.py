"""mgcells: what a magnesium supplement does to living tissue, cell by cell."""

from __future__ import annotations

__version__ = "0.1.0"
