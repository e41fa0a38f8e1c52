"""Reading the drugs beside the supplement."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells import units
from mgcells.body.routes import ROUTES
from mgcells.errors import suggestion
from mgcells.library import Library
from mgcells.library.targets import drugs, titrated
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.phases import spoken_window
from mgcells.scenario.records import CoMedicationRecord
from mgcells.scenario.scenario import CoMedication


def read_drugs(
    records: Sequence[CoMedicationRecord], library: Library, clock: RunClock, at: Address
) -> tuple[CoMedication, ...]:
    """Return the drugs with their mean rates and windows; those with a fault become problems.

    Parameters
    ----------
    at : path
        Of the part of the file that they belong to; () is the top.
    """
    read = (_drug(record, library, clock, (*at, "co_medication", index)) for index, record in enumerate(records))
    return tuple(drug for drug in read if drug is not None)


def _drug(record: CoMedicationRecord, library: Library, clock: RunClock, at: Address) -> CoMedication | None:
    before, known = len(clock.problems), drugs(library)
    if record.drug not in known:
        clock.problem(f"unknown drug '{record.drug}'{suggestion(record.drug, known)}", *at, "drug")
    elif record.titrate and not titrated(library, record.drug):
        clock.problem(f"no tissue titrates '{record.drug}'; leave titrate out", *at, "titrate")
    if record.route not in ROUTES:
        clock.problem(f"unknown route '{record.route}'{suggestion(record.route, ROUTES)}", *at, "route")
    plain, per_kilogram = units.per_kilogram(record.amount)
    amount = _mass(plain, clock, *at, "amount")
    every = clock.time(record.every, *at, "every")
    if every == 0.0:
        clock.problem("every = 0: name the interval between doses", *at, "every")
    begin, until = clock.window(f"drug '{record.drug}'", record.begin, record.until, 0.0, at)
    if len(clock.problems) > before:
        return None
    text = f"{record.amount.strip()} of {record.drug} every {texts.spoken(every)}{spoken_window(begin, until)}"
    text += f", {record.route}" + (", titrated" if record.titrate else "")
    return CoMedication(record.drug, amount / every, per_kilogram, begin, until, record.titrate, text)


def _mass(text: str, clock: RunClock, *path: str | int) -> float:
    try:
        value = units.parse(text, "mass")
    except units.UnitProblem as error:
        clock.problem(f"{path[-1]}: {error}", *path)
        return 0.0
    if value < 0.0:
        clock.problem(f"{path[-1]}: '{text}' is negative", *path)
    return value
