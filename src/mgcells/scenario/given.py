"""Whether what a strategy gives can be given to its subject: all of it together, and in what it can bear."""

from __future__ import annotations

import math

from mgcells import units
from mgcells.arrays import GRAMS_PER_KILOGRAM, HOURS_PER_DAY
from mgcells.body.timing import SAME_TIME
from mgcells.library import Library
from mgcells.library.in_force import reference
from mgcells.library.targets import drugs
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.readable import ENDLESS_HOURS
from mgcells.scenario.scenario import CoMedication, Dose, Strategy
from mgcells.scenario.texts import spoken

# Each is a step of its own of the kinetics and a line of the results.
MOST_GIVINGS = 100_000


def check_given(strategy: Strategy, library: Library, clock: RunClock, doses_at: Address, drugs_at: Address) -> None:
    """Add a problem for everything that the subject of a strategy cannot be given.

    Parameters
    ----------
    strategy : Strategy
        With all that it takes over merged in.
    doses_at, drugs_at : path
        Where the file says them; an entry of the list follows where it is the strategy's own.
    """
    values = _values(strategy, library)
    weight = values.get("body.weight", math.inf)
    for dose in strategy.doses:
        place = _place(dose, doses_at)
        _check_size(dose, weight, values.get("body.plasma.volume", 0.0), library, clock, place)
        _check_level(dose, strategy, library, clock, place)
    if clock.duration < ENDLESS_HOURS:
        _check_together(strategy, library, clock, doses_at)
    stated = {path for path, _, _ in strategy.changes.parameters}
    for index, drug in enumerate(strategy.co_medication):
        place = (*drugs_at, index) if drugs_at[-1:] == ("co_medication",) else drugs_at
        per_day = drug.rate * HOURS_PER_DAY * (weight / GRAMS_PER_KILOGRAM if drug.per_kilogram else 1.0)
        if not per_day < weight:
            clock.problem(_too_heavy(drug.text, per_day, weight), *place, "amount")
        for path in stated.intersection(drugs(library)[drug.drug]):
            text = f"drug '{drug.drug}' and the parameter {path} say the same thing; leave one of them out"
            clock.problem(text, *place, "drug")
        for other in strategy.co_medication[:index]:
            if _mixed(drug, other):
                text = f"drug '{drug.drug}' is titrated in one entry and not in another at the same time"
                clock.problem(f"{text}; let one end before the other begins", *place, "titrate")


def _place(dose: Dose, doses_at: Address) -> Address:
    """Return where a dose stands; what is taken over has one place for all."""
    return (*doses_at, *dose.place) if doses_at[-1:] == ("doses",) else doses_at


def _mixed(drug: CoMedication, other: CoMedication) -> bool:
    together = drug.begin < other.until and other.begin < drug.until
    return together and drug.drug == other.drug and drug.titrate != other.titrate


def _values(strategy: Strategy, library: Library) -> dict[str, float]:
    found = {path: parameter.value for path, parameter in reference(library, strategy.subject).items()}
    for entry in strategy.conditions:
        found |= {path: parameter.value for path, parameter in library.conditions[entry.name].parameters.items()}
    return found | {path: value for path, value, _ in strategy.changes.parameters}


def _check_size(
    dose: Dose, weight: float, plasma_volume: float, library: Library, clock: RunClock, at: Address
) -> None:
    """Nobody is given more than their own weight: what lies far beyond any dose is a slip of the pen."""
    compound = library.compounds[dose.compound]
    molar_mass = units.parse(compound.molar_mass, "molar mass")
    if math.isfinite(dose.clamp):
        held = dose.clamp * plasma_volume * molar_mass / compound.magnesium
        if not held < weight:
            clock.problem(_too_heavy(dose.text, held, weight), *at, "clamp")
        return
    grams = dose.amount * molar_mass * (weight / GRAMS_PER_KILOGRAM if dose.per_kilogram else 1.0)
    times = max(1.0, HOURS_PER_DAY / dose.every)
    if not grams * times < weight:
        # A loading dose is its own place.
        where = at if at[-1] == "loading" else (*at, "amount")
        clock.problem(_too_heavy(dose.text, grams * times, weight), *where)


def _too_heavy(text: str, grams: float, weight: float) -> str:
    return f"'{text}' comes to {grams:.3g} g in a day, more than the subject weighs ({weight:.3g} g); check its unit"


def _check_level(dose: Dose, strategy: Strategy, library: Library, clock: RunClock, at: Address) -> None:
    """An infusion only adds: it cannot hold plasma below the level that the subject has by itself."""
    lowered = strategy.conditions or strategy.diets or strategy.changes.parameters
    own = reference(library, strategy.subject).get("body.plasma.magnesium")
    if own is not None and not lowered and dose.clamp < own.value:
        text = f"'{dose.text}' lies below the subject's own level, {own.text}, and an infusion only adds"
        clock.problem(f"{text}; hold it higher, or lower plasma by a diet or a condition", *at, "clamp")


def _check_together(strategy: Strategy, library: Library, clock: RunClock, at: Address) -> None:
    counts = [dose.timing.count(clock.duration) for dose in strategy.doses]
    if sum(counts) > MOST_GIVINGS:
        place = _place(strategy.doses[counts.index(max(counts))], at)
        text = f"the doses come to {sum(counts):.6g} in {spoken(clock.duration)}, and {MOST_GIVINGS} are the most"
        clock.problem(f"{text}; give them less often, or evenly over a while", *place, "every")
        return
    for holding, index, hour in _disturbed(strategy, library, clock.duration):
        text = f"'{strategy.doses[index].text}' falls at {spoken(hour)} into '{strategy.doses[holding].text}'"
        clock.problem(
            f"{text}: a clamp holds plasma alone; give them one after the other", *_place(strategy.doses[index], at)
        )


def _disturbed(strategy: Strategy, library: Library, end: float) -> list[tuple[int, int, float]]:
    """Return (clamp, dose, hour) where a clamp and another intravenous dose of magnesium meet, once for each dose."""
    spans = sorted(
        # What is given at a moment fills that moment.
        (begin, max(until, begin + 2.0 * SAME_TIME), index)
        for index, dose in enumerate(strategy.doses)
        if dose.route == "intravenous" and library.compounds[dose.compound].magnesium
        for begin, until in dose.timing.spans(end)
    )
    found: dict[int, tuple[int, int, float]] = {}
    last: dict[bool, tuple[float, int]] = {}
    for begin, until, index in spans:
        holds = math.isfinite(strategy.doses[index].clamp)
        for kind, (latest, before) in last.items():
            if (kind or holds) and before != index and begin < latest - SAME_TIME:
                clamp, dose = (before, index) if kind else (index, before)
                found.setdefault(dose, (clamp, dose, begin))
        if until > last.get(holds, (-math.inf, 0))[0]:
            last[holds] = (until, index)
    return list(found.values())
