"""How many expectations hold, by tissue and by grade of the evidence, in the order in which they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mgcells.library.records import ExperimentKind
from mgcells.library.sentences import GRADES

# A null that becomes an effect is the worst failure, and agreement with what was fitted says least.
KINDS: tuple[ExperimentKind, ...] = ("negative-control", "falsifier", "validation", "calibration")


@dataclass(frozen=True)
class Tally:
    """Counts by one property of the experiments.

    `rows` maps each of its values to (held, all) by kind; a kind of which there is none is left out.
    """

    title: str
    rows: Mapping[str, Mapping[str, tuple[int, int]]]

    def texts(self) -> list[tuple[str, ...]]:
        """Return the lines of a table: the heads, then a row for each value; "" where there is nothing to count."""
        lines = [(self.title, *KINDS)]
        for name, counts in self.rows.items():
            cells = (counts.get(kind) for kind in KINDS)
            lines.append((name, *(f"{cell[0]} of {cell[1]}" if cell else "" for cell in cells)))
        return lines


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one experiment or several, those of each in the order of `KINDS`."""
    place = {kind: number for number, kind in enumerate(KINDS)}
    experiments = {name: number for number, name in enumerate(dict.fromkeys(table["experiment"]))}
    keys = pd.DataFrame({"experiment": table["experiment"].map(experiments), "kind": table["kind"].map(place)})
    return table.loc[keys.sort_values(["experiment", "kind"], kind="stable").index].reset_index(drop=True)


def tallies(table: pd.DataFrame, tissues: Mapping[str, str], grades: Mapping[str, str]) -> tuple[Tally, ...]:
    """Return the counts by tissue and by grade.

    Parameters
    ----------
    table : DataFrame
        Columns experiment, kind and verdict.
    tissues, grades : mapping
        Of each experiment: its tissues in words, and the letter of its grade.
    """
    named = {name: f"{letter} {GRADES[letter]}" for name, letter in grades.items()}
    return (_tally("tissue", table, tissues), _tally("grade", table, named))


def _tally(title: str, table: pd.DataFrame, values: Mapping[str, str]) -> Tally:
    held = table["verdict"] == "pass"
    value = table["experiment"].map(dict(values))
    rows: dict[str, dict[str, tuple[int, int]]] = {}
    for name in sorted(value.unique()):
        of_kind = {kind: (value == name) & (table["kind"] == kind) for kind in KINDS}
        rows[name] = {kind: (int((held & mask).sum()), int(mask.sum())) for kind, mask in of_kind.items() if mask.any()}
    return Tally(title, rows)
