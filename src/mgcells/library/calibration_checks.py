"""What a calibration names must exist, have a range, and be there to be calibrated with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mgcells.errors import Problem, suggestion
from mgcells.library.entries import Experiment
from mgcells.library.library import Library
from mgcells.library.numbers import COLUMNS, FITTED, fitted_numbers, number
from mgcells.library.records import CalibrationRecord

CALIBRATION = "calibration"
# Signs and orders have no size, and an effect size needs the spread of people that no calibration moves.
SIZED = ("value", "difference", "relative", "ratio")


def calibration_problems(library: Library) -> Iterator[Problem]:
    """Yield a problem for every name in the calibrations of a library that it does not have."""
    for name, entry in library.calibrations.items():
        yield from _placed(library, name, (*_of_numbers(library, entry), *_of_experiments(library, entry)))


def fit_problems(library: Library, name: str) -> list[Problem]:
    """Return a problem for everything that keeps a calibration from being fitted.

    What an own library puts in the place of a number or an experiment need not have what a fit needs, so that this
    makes no library wrong.
    """
    entry = library.calibrations[name]
    return list(_placed(library, name, (*_without_range(library, entry), *_without_size(library, entry))))


def to_fit(library: Library, entry: CalibrationRecord) -> list[list[str]]:
    """Return the numbers that are still fitted, those that are one together: not what is measured by now."""
    together = [[one] if isinstance(one, str) else one for one in entry.fits]
    return [own for own in together if all(number(library, address).basis == FITTED for address in own)]


def uncovered(library: Library) -> list[str]:
    """Return the fitted numbers that stand in no calibration."""
    named: set[str] = set()
    for entry in library.calibrations.values():
        named.update(entry.numbers)
        named.update(copy for _, copy in copies(entry))
    rules = {address.rpartition(".")[0] for address in named}
    return [address for address in fitted_numbers(library) if address not in named | rules]


def copies(entry: CalibrationRecord) -> Iterator[tuple[str, str]]:
    """Yield each number of a calibration with each of its copies."""
    for address in entry.numbers:
        path = address.rpartition(":")[2]
        yield from ((address, f"{owner}:{path}") for owner in entry.copied_to)


def _of_numbers(library: Library, entry: CalibrationRecord) -> Iterator[str]:
    for address in entry.numbers:
        rule = address in library.rules
        if rule and entry.reason:
            continue
        try:
            number(library, address)
        except KeyError:
            more = f"; name one of its numbers: {', '.join(COLUMNS)}" if rule else _nearest(library, address)
            yield f"'{address}' is no number of the library{more}"
    for _, copy in copies(entry):
        try:
            number(library, copy)
        except KeyError:
            yield f"copied_to: there is no number '{copy}'{_nearest(library, copy)}"


def _of_experiments(library: Library, entry: CalibrationRecord) -> Iterator[str]:
    if bool(entry.to) == bool(entry.reason.strip()):
        yield "say either `to` which experiments it is fitted, or for what `reason` it cannot be"
    for name in entry.to:
        if name not in library.experiments:
            yield f"unknown experiment '{name}'{suggestion(name, library.experiments)}"


def _without_range(library: Library, entry: CalibrationRecord) -> Iterator[str]:
    for address in (address for own in to_fit(library, entry) for address in own):
        known = number(library, address)
        if known.low is None or known.high is None or known.low >= known.high:
            yield f"'{address}' needs a range, low and high, within which it is fitted"


def _without_size(library: Library, entry: CalibrationRecord) -> Iterator[str]:
    for name, observables in entry.to.items():
        experiment = library.experiments[name]
        held = {row.observable for row in experiment.record.expect}
        usable = calibration_observables(experiment)
        for observable in observables:
            if observable not in held:
                yield f"{name} measures no '{observable}'{suggestion(observable, held)}"
            elif observable not in usable:
                yield f"'{observable}' of {name} is no calibration with a size: nothing may be fitted to it"


def calibration_observables(experiment: Experiment) -> set[str]:
    """Return the observables of an experiment that have a calibration row with a size and an interval."""
    record = experiment.record
    return {
        row.observable for row in record.expect if (row.kind or record.kind) == CALIBRATION and row.measure in SIZED
    }


def _nearest(library: Library, address: str) -> str:
    return suggestion(address, [*fitted_numbers(library), *library.parameters])


def _placed(library: Library, name: str, texts: Iterable[str]) -> Iterator[Problem]:
    place = library.place("calibrations", name)
    return (Problem(place.file, place.line, f"calibration {name}: {text}") for text in texts)
