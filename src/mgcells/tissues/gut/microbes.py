"""Guilds of microbes that live on fibre and mucus: a small consumer-resource model, relative to health.

Each guild grows on its mix of the two resources and is held back by its own crowding. A resource is eaten as fast as
it comes, so what is left for each is supply over demand. In health every level is 1 and nothing moves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

GUILDS = ("producer", "symbiont", "pathobiont")
LEVELS = ("butyrate_producers", "mucus_symbionts", "pathobionts")


class Microbes:
    """Abundances of butyrate producers (with Blautia), mucus symbionts (with Akkermansia) and pathobionts.

    Bifidobacteria eat with them, but their number follows rules of their own; guilds not followed keep their demand.

    Attributes
    ----------
    levels : list of float
        Relative to health, in the order of `LEVELS`.
    """

    def __init__(self, values: Mapping[str, float]) -> None:
        self.levels = [values["gut.microbes.level"]] * len(GUILDS)
        self.adopt(values)

    def adopt(self, values: Mapping[str, float]) -> None:
        """Take over other parameters; abundances stay."""
        self._times = [values[f"gut.microbes.{guild}_time"] for guild in GUILDS]
        self._fibre = [values[f"gut.microbes.{guild}_fibre"] for guild in GUILDS]
        self._demand = [values[f"gut.microbes.demand_{guild}s"] for guild in GUILDS]
        self._bifidobacteria = values["gut.microbes.demand_bifidobacteria"]

    def level(self, name: str) -> float:
        """Return the abundance of one of `LEVELS`."""
        return self.levels[LEVELS.index(name)]

    def advance(self, fibre: float, mucus: float, bifidobacteria: float, growth: Sequence[float], hours: float) -> None:
        """Let the guilds grow for `hours`; all arguments but the last are relative to health."""
        eaten_fibre = eaten_mucus = 1.0
        for level, demand, share in zip(self.levels, self._demand, self._fibre, strict=True):
            eaten_fibre += demand * share * (level - 1.0)
            eaten_mucus += demand * (1.0 - share) * (level - 1.0)
        eaten_fibre += self._bifidobacteria * (bifidobacteria - 1.0)
        left = fibre / eaten_fibre, mucus / eaten_mucus
        for index, share in enumerate(self._fibre):
            room = growth[index] * (share * left[0] + (1.0 - share) * left[1])
            now = self.levels[index]
            if room <= 0.0:
                self.levels[index] = now / (1.0 + now * hours / self._times[index])
                continue
            self.levels[index] = room / (1.0 + (room / now - 1.0) * math.exp(-room * hours / self._times[index]))
