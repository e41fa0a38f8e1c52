"""The one grammar of texts that say what is read of a course, and when."""

from __future__ import annotations

import re

from mgcells import units
from mgcells.arrays import HOURS_PER_DAY
from mgcells.errors import suggestion
from mgcells.scenario.scenario import Endpoint, EndpointKind
from mgcells.scenario.texts import hours, spoken
from mgcells.tissues.registry import observables
from mgcells.units import UnitProblem

# What may be written, and what it reads: for lists and for messages.
GRAMMAR: tuple[tuple[str, str], ...] = (
    ("24 d", "the value at a time; also start, end"),
    ("last 3 d", "the mean of a window; a window is also 3 d to 4 d, or run for the whole of it"),
    ("highest of 0 h to 4 h", "the highest value in a window (a peak); lowest likewise (a trough)"),
    ("area of 0 h to 24 h", "the area under the curve in a window, value times hours"),
    ("time above 1.2 mM", "hours above a value; also time below, and in a window: ... in last 2 d"),
    ("until above 1.2 mM", "hours until a value is passed first; also until below, and in a window"),
    ("change at 24 d", "any of these values, means, peaks and areas, less what the start would give"),
)
CHANGE = "change"
# Windows and moments that have a name.
RUN, START, END = "run", "start", "end"
SPACES = re.compile(r"\s+")
LINKS = ("of ", "at ", "in ")
OTHERWISE = {"peak": "highest", "max": "highest", "maximum": "highest", "trough": "lowest", "min": "lowest",
             "minimum": "lowest", "auc": "area", "average": "mean", "baseline": START, "delta": CHANGE}  # fmt: skip
OF_WINDOWS: tuple[EndpointKind, ...] = ("mean", "highest", "lowest", "area")
OF_THRESHOLDS: tuple[EndpointKind, ...] = ("time above", "time below", "until above", "until below")


def read_endpoint(observable: str, text: str, duration: float) -> Endpoint:
    """Return the endpoint that a text says; see `GRAMMAR`. The label of an endpoint reads as the same endpoint.

    Parameters
    ----------
    observable : str
    text : str
        A time, or a window: its mean, or what else of it.
    duration : float
        Of the run, h.

    Returns
    -------
    Endpoint
        Labelled in the words of the text.

    Raises
    ------
    UnitProblem
        The text reads otherwise, or names what does not lie within the duration.

    Examples
    --------
    >>> endpoint = read_endpoint("csf.magnesium", "last 3 d", duration=240.0)
    >>> endpoint.label, endpoint.from_day, endpoint.to_day
    ('mean of last 3 d', 7.0, 10.0)
    >>> read_endpoint("plasma.magnesium", "change highest 0 h to 4 h", duration=24.0).label
    'change of highest of 0 h to 4 h'
    """
    words = SPACES.sub(" ", text.strip())
    change = words.startswith(f"{CHANGE} ")
    if change:
        words = _unlinked(words.removeprefix(f"{CHANGE} "))
    kinds: tuple[EndpointKind, ...] = (*OF_WINDOWS, *OF_THRESHOLDS)
    kind = next((kind for kind in kinds if words.startswith(f"{kind} ")), None)
    if kind in OF_THRESHOLDS:
        if change:
            raise UnitProblem(f"'{text}': hours have no change from the start; leave '{CHANGE}' out")
        return _of_threshold(observable, text, words.removeprefix(f"{kind} "), kind, duration)
    rest = _unlinked(words.removeprefix(f"{kind} ")) if kind else words
    found = _window(text, rest, duration)
    if found is None and kind:
        raise UnitProblem(f"'{text}': {kind} of what? Name a window such as '{kind} of last 3 d'")
    if found is None:
        return _of_moment(observable, text, _unlinked(words), duration, change=change)
    begin, end = found
    kind = kind or "mean"
    label = f"{CHANGE} of {kind} of {rest}" if change else f"{kind} of {rest}"
    return Endpoint(observable, label, kind, begin / HOURS_PER_DAY, end / HOURS_PER_DAY, change=change)


def at_hour(observable: str, hour: float) -> Endpoint:
    """Return the endpoint that reads an observable at an hour of the run."""
    return Endpoint(observable, f"at {spoken(hour)}", "at", hour / HOURS_PER_DAY, hour / HOURS_PER_DAY)


def _of_moment(observable: str, text: str, words: str, duration: float, *, change: bool) -> Endpoint:
    first = words.split(" ")[0].casefold()
    if first in OTHERWISE:
        raise UnitProblem(f"'{text}': '{first}' is written '{OTHERWISE[first]}' here")
    moment = {START: 0.0, END: duration}.get(words)
    if moment is None:
        try:
            moment = hours(words)
        except UnitProblem as error:
            if words[:1].isdigit() or words[:1] in "+-.":
                raise
            known = [*OF_WINDOWS, *OF_THRESHOLDS, CHANGE, "last", RUN, START, END]
            raise UnitProblem(f"{error}, nor does it begin with a word known here{suggestion(first, known)}") from None
        if moment > duration:
            raise UnitProblem(f"'{text}' lies after the end, {spoken(duration)}")
    day = moment / HOURS_PER_DAY
    label = f"at {spoken(moment) if words in (START, END) else words}"
    return Endpoint(observable, f"{CHANGE} {label}" if change else label, "at", day, day, change=change)


def _of_threshold(observable: str, text: str, words: str, kind: EndpointKind, duration: float) -> Endpoint:
    value, _, window = words.partition(" in ")
    found = _window(text, window or RUN, duration)
    if found is None:
        raise UnitProblem(f"'{text}': '{window}' is no window such as 'last 3 d'")
    label = f"{kind} {words}"
    return Endpoint(
        observable, label, kind, found[0] / HOURS_PER_DAY, found[1] / HOURS_PER_DAY, _threshold(observable, value)
    )


def _threshold(observable: str, text: str) -> float:
    """Return a value of an observable in its unit; of one that is not known the number as it stands."""
    value, written = units.split(text)
    known = observables().get(observable)
    if known is None or written == known.unit:
        return value
    if not written or (not known.unit and units.dimension_of(written) != "dimensionless"):
        wanted = f"is measured in {known.unit}" if known.unit else "is relative to healthy = 1 and has no unit"
        raise UnitProblem(f"'{text}': {observable} {wanted}")
    return units.convert(value, written, known.unit)


def _window(text: str, words: str, duration: float) -> tuple[float, float] | None:
    """Return the hours at which a window begins and ends; None for what is none."""
    if words == RUN:
        return 0.0, duration
    if words.startswith("last "):
        begin, until = duration - hours(words.removeprefix("last ")), duration
    elif " to " in words:
        first, _, last = words.partition(" to ")
        begin, until = 0.0 if first == START else hours(first), duration if last == END else hours(last)
    else:
        return None
    if not 0 <= begin < until <= duration:
        raise UnitProblem(f"'{text}' should be a window within the duration, {spoken(duration)}")
    return begin, until


def _unlinked(words: str) -> str:
    return next((words.removeprefix(link) for link in LINKS if words.startswith(link)), words)
