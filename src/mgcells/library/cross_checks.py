"""What one table says and another must bear out: names, sources, masses, rules that can work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mgcells import units
from mgcells.arrays import MILLIGRAMS_PER_GRAM
from mgcells.errors import Problem, suggestion
from mgcells.library.bounds import diet_fault, fault_of_value
from mgcells.library.calibration_checks import calibration_problems
from mgcells.library.entries import Parameter, SubjectKind
from mgcells.library.in_force import HEALTHY, reference
from mgcells.library.library import Library
from mgcells.library.records import Compound, Quantity
from mgcells.library.signals import fault_of
from mgcells.library.targets import targets_read

MOST_VARIATION = 3.0
LARGEST_SHARE = 1.2
READS = ("level", "own", "trait", "scalar")
# g/mol: masses are stated with two decimals, and atomic weights are revised from time to time.
MASS_TOLERANCE = 0.02


def cross_check(library: Library, originals: Mapping[str, Parameter]) -> list[Problem]:
    """Return a problem for everything that one table says and another does not bear out.

    Parameters
    ----------
    originals : path -> Parameter
        Each number as it was said first, before anything took its place.
    """
    checks = (
        _parameters, _rules, _claims, _cells, _compounds, _switches, _inhibitors, _mechanisms, _conditions, _subjects,
        _species, _experiments, calibration_problems,
    )  # fmt: skip
    found = [problem for check in checks for problem in check(library)]
    return [*found, *_numbers(library, originals)]


def all_parameters(library: Library) -> Iterable[Parameter]:
    """Yield every parameter of the library, those of subjects, variation and conditions included."""
    yield from _levels(library)
    for subject in library.subjects.values():
        yield from (variation.spread for variation in subject.variation.values())


def _unknown(
    file: str, line: int, owner: str, kind: str, names: Iterable[str], known: Iterable[str]
) -> Iterator[Problem]:
    valid = set(known)
    for name in names:
        if name not in valid:
            yield Problem(file, line, f"{owner}: unknown {kind} '{name}'{suggestion(name, valid)}")


def _founded(library: Library, file: str, line: int, owner: str, entry: Quantity | Parameter) -> Iterator[Problem]:
    """Yield a problem for each source, claim or note that a number lacks or names wrongly."""
    yield from _unknown(file, line, owner, "source", entry.sources, library.sources)
    yield from _unknown(file, line, owner, "claim", entry.claims, library.claims)
    if entry.basis == "measured" and not entry.sources:
        yield Problem(file, line, f"{owner}: basis 'measured' needs a source")
    if entry.basis == "derived" and not entry.sources and not entry.claims:
        yield Problem(file, line, f"{owner}: basis 'derived' needs a source or a claim")
    if entry.basis in ("fitted", "assumed") and not entry.note.strip():
        yield Problem(file, line, f"{owner}: basis '{entry.basis}' needs a note that says why")


def _parameters(library: Library) -> Iterator[Problem]:
    for parameter in dict.fromkeys(all_parameters(library)):
        yield from _founded(library, parameter.file, parameter.line, parameter.path, parameter)


def _numbers(library: Library, originals: Mapping[str, Parameter]) -> Iterator[Problem]:
    """What conditions, subjects, species and own libraries put in the place of a number must be of its kind."""
    for parameter in dict.fromkeys(_levels(library)):
        original = originals.get(parameter.path)
        place = (parameter.file, parameter.line)
        if original is not None and original is not parameter:
            fault = fault_of_value(parameter.path, parameter.value, parameter.dimension, original)
            if fault:
                yield Problem(*place, f"{parameter.path}: {parameter.text} {fault}")
        if parameter.path.startswith("constant.") and parameter.value <= 0.0:
            yield Problem(*place, f"{parameter.path}: {parameter.text} should be above zero")
    for subject in library.subjects.values():
        for path, variation in subject.variation.items():
            spread = variation.spread
            if spread.dimension != "dimensionless" or not 0.0 <= spread.value <= MOST_VARIATION:
                text = f"variation of {path}: {spread.text} should be a share from 0 to {MOST_VARIATION:g}"
                yield Problem(spread.file, spread.line, text)


def _levels(library: Library) -> Iterator[Parameter]:
    """Yield every parameter but those that say how subjects differ."""
    yield from library.parameters.values()
    for subject in library.subjects.values():
        yield from subject.parameters.values()
    for condition in library.conditions.values():
        yield from condition.parameters.values()
    for overrides in library.species.values():
        yield from overrides.values()


def _rules(library: Library) -> Iterator[Problem]:
    healthy = {name: _values(reference(library, name)) for name in library.subjects}
    for rule in library.rules.values():
        place = (rule.file, rule.line, f"rule {rule.id}")
        yield from _unknown(*place, "source", rule.sources, library.sources)
        yield from _unknown(*place, "claim", rule.claims, library.claims)
        if rule.basis == "measured" and not rule.sources:
            yield Problem(rule.file, rule.line, f"rule {rule.id}: basis 'measured' needs a source")
        for key, values in rule.applies_when:
            known = {
                "subject": library.subjects, "condition": library.conditions, "species": _all_species(library),
                "switch": {f"{n}:{option}" for n, switch in library.switches.items() for option in switch.options},
            }[key]  # fmt: skip
            yield from _unknown(*place, key, values, known)
        faults: dict[str, list[str]] = {}
        able = [name for name in healthy if _may_act(library, rule.applies_when, name)]
        for subject in able:
            fault = fault_of(rule, library.cells[rule.cell], healthy[subject])
            if fault:
                faults.setdefault(fault, []).append(subject)
        for fault, who in faults.items():
            where = "" if who == able else f" (in {', '.join(who)})"
            yield Problem(rule.file, rule.line, f"rule {rule.id}: {fault}{where}")


def _may_act(library: Library, applies_when: tuple[tuple[str, tuple[str, ...]], ...], subject: str) -> bool:
    facts = {"subject": subject, "species": library.subjects[subject].species}
    return all(facts[key] in values for key, values in applies_when if key in facts)


def _values(parameters: Mapping[str, Parameter]) -> dict[str, float]:
    return {path: parameter.value for path, parameter in parameters.items()}


def _all_species(library: Library) -> set[str]:
    return {subject.species for subject in library.subjects.values()}


def _claims(library: Library) -> Iterator[Problem]:
    for claim in library.claims.values():
        place = library.place("claims", claim.id)
        yield from _unknown(place.file, place.line, f"claim {claim.id}", "source", claim.sources, library.sources)


def _cells(library: Library) -> Iterator[Problem]:
    paths = _paths(library)
    for cell in library.cells.values():
        for name, signal in cell.record.signals.items():
            place = library.place("signals", f"{cell.name}.{name}")
            reads, _, quantity = signal.reads.partition(":")
            where = (place.file, place.line, f"signal {name}")
            if reads not in READS or not quantity:
                text = f"signal {name}: reads = '{signal.reads}' should begin with {', '.join(READS)}"
                yield Problem(place.file, place.line, text)
            if reads == "own":
                yield from _unknown(*where, "behaviour", [quantity], cell.record.behaviours)
            elif signal.healthy is None:
                text = f"signal {name}: healthy is missing; name the parameter with its healthy level"
                yield Problem(place.file, place.line, text)
            else:
                yield from _unknown(*where, "parameter", [signal.healthy], paths)
            yield from _unit(*where, signal.unit)
        for name, behaviour in cell.record.behaviours.items():
            place = library.place("behaviours", f"{cell.name}.{name}")
            yield from _unit(place.file, place.line, f"behaviour {name}", behaviour.unit)


def _unit(file: str, line: int, owner: str, unit: str) -> Iterator[Problem]:
    try:
        units.dimension_of(unit)
    except units.UnitProblem as error:
        yield Problem(file, line, f"{owner}: {error}")


def _compounds(library: Library) -> Iterator[Problem]:
    for name, compound in library.compounds.items():
        place = library.place("compounds", name)
        for key in ("available", "osmotic", "threonate_absorbed"):
            entry = getattr(compound, key)
            if entry is not None:
                yield from _founded(library, place.file, place.line, f"{name}: {key}", entry)
                fault = _share_fault(entry)
                if fault:
                    yield Problem(place.file, place.line, f"{name}: {key} = {entry.value!r} {fault}")
        fault = _mass_fault(compound)
        if fault:
            yield Problem(place.file, place.line, f"{name}: {fault}")
        if (compound.threonate > 0) != (compound.threonate_absorbed is not None):
            what = "lacks" if compound.threonate else "has no use for"
            yield Problem(
                place.file,
                place.line,
                f"{name}: a salt with threonate = {compound.threonate} {what} threonate_absorbed",
            )


def _share_fault(entry: Quantity) -> str:
    """Return why a quantity is no share of a dose, "" when it is."""
    numbers = [entry.value, *(end for end in (entry.low, entry.high) if end is not None)]
    if any(isinstance(number, str) for number in numbers):
        return "should be a plain number, a share such as 0.8"
    value, low, high = (None if end is None else float(end) for end in (entry.value, entry.low, entry.high))
    if value is None or not 0.0 <= value <= LARGEST_SHARE:
        return f"should be a share from 0 to {LARGEST_SHARE:g}"
    return "lies outside its range" if value < (low or 0.0) or (high is not None and value > high) else ""


def _mass_fault(compound: Compound) -> str:
    import molmass

    try:
        stated = units.parse(compound.molar_mass, "molar mass") * MILLIGRAMS_PER_GRAM
    except units.UnitProblem as error:
        return f"molar_mass: {error}"
    try:
        mass = float(molmass.Formula(compound.formula).mass)
    except molmass.FormulaError as error:
        return f"formula '{compound.formula}': {str(error).splitlines()[0]}"
    held = sum(item.count for item in molmass.Formula(compound.formula).composition().values() if item.symbol == "Mg")
    if held != compound.magnesium:
        return f"magnesium = {compound.magnesium}, but the formula {compound.formula} holds {held}"
    if compound.threonate < 0:
        return f"threonate = {compound.threonate} is negative"
    if abs(mass - stated) <= MASS_TOLERANCE:
        return ""
    return f"molar_mass = '{compound.molar_mass}' does not fit the formula {compound.formula}, {mass:.2f} g/mol"


def _switches(library: Library) -> Iterator[Problem]:
    for name, switch in library.switches.items():
        place = library.place("switches", name)
        yield from _unknown(place.file, place.line, f"switch {name}", "option", [switch.default], switch.options)
        yield from _unknown(place.file, place.line, f"switch {name}", "claim", switch.claims, library.claims)


def _mechanisms(library: Library) -> Iterator[Problem]:
    paths = _paths(library)
    for name, mechanism in library.mechanisms.items():
        place = library.place("mechanisms", name)
        yield from _unknown(place.file, place.line, f"mechanism {name}", "parameter", list(mechanism.without), paths)
        yield from _unknown(place.file, place.line, f"mechanism {name}", "claim", mechanism.claims, library.claims)


def _inhibitors(library: Library) -> Iterator[Problem]:
    read, paths = targets_read(library), _paths(library)
    for name, inhibitor in library.inhibitors.items():
        place = library.place("inhibitors", name)
        where = (place.file, place.line, f"inhibitor {name}")
        yield from _unknown(*where, "target", inhibitor.stands_for, read)
        yield from _unknown(*where, "parameter", inhibitor.acts_on, paths)
        if not inhibitor.stands_for and not inhibitor.acts_on:
            text = f"inhibitor {name}: say what it stands_for or acts_on; cells name theirs under inhibited_by"
            yield Problem(place.file, place.line, text)


def _conditions(library: Library) -> Iterator[Problem]:
    paths, species = _paths(library), _all_species(library)
    for condition in library.conditions.values():
        where = (condition.file, 0, f"condition {condition.name}")
        yield from _unknown(*where, "rule", condition.rules_on + condition.rules_off, library.rules)
        yield from _unknown(*where, "species", condition.species, species)
        for name in sorted(set(condition.rules_on) & set(condition.rules_off)):
            yield Problem(condition.file, 0, f"condition {condition.name}: rule '{name}' is switched on and off")
        for parameter in condition.parameters.values():
            yield from _unknown(parameter.file, parameter.line, "set", "parameter", [parameter.path], paths)
        fault = "" if condition.diet is None else diet_fault(condition.diet, condition.species)
        if fault:
            yield Problem(condition.file, 0, f"condition {condition.name}: diet: {fault}")
        if condition.name == HEALTHY and (
            condition.parameters or condition.rules_on or condition.rules_off or condition.diet
        ):
            yield Problem(
                condition.file, 0, f"condition {HEALTHY} means none and cannot hold anything; take another name"
            )


def _subjects(library: Library) -> Iterator[Problem]:
    for subject in library.subjects.values():
        peers = [
            other for other in library.subjects.values() if other.in_vitro == subject.in_vitro and other is not subject
        ]
        yield from _like_its_peers(library, subject, peers)
        paths = {*library.parameters, *subject.parameters}
        for path, variation in subject.variation.items():
            yield from _unknown(variation.spread.file, variation.spread.line, "variation", "parameter", [path], paths)


def _like_its_peers(library: Library, subject: SubjectKind, peers: list[SubjectKind]) -> Iterator[Problem]:
    """A body reads what every body has: a number that no other subject has is misspelt, and none may be missing."""
    if not peers:
        return
    known = {path for peer in peers for path in peer.parameters} | set(library.parameters)
    for path, parameter in subject.parameters.items():
        yield from _unknown(parameter.file, parameter.line, f"subject {subject.name}", "parameter", [path], known)
    shared = set.intersection(*(set(peer.parameters) for peer in peers)) - set(library.parameters)
    for path in sorted(shared - set(subject.parameters)):
        yield Problem(subject.file, 0, f"subject {subject.name}: {path} is missing, which every other subject has")


def _species(library: Library) -> Iterator[Problem]:
    for overrides in library.species.values():
        for parameter in overrides.values():
            place = (parameter.file, parameter.line, "override")
            yield from _unknown(*place, "parameter", [parameter.path], library.parameters)


def _experiments(library: Library) -> Iterator[Problem]:
    known = _all_species(library)
    keys: dict[str, str] = {}
    for name, experiment in library.experiments.items():
        document, key = experiment.document, experiment.record.key
        if key and keys.setdefault(key.casefold(), name) != name:
            text = f"experiment {name}: key '{key}' is also that of {keys[key.casefold()]}"
            yield Problem(document.shown, document.line("key"), text)
        place = (document.shown, document.line("source"), f"experiment {name}")
        yield from _unknown(*place, "source", experiment.sources, library.sources)
        place = (document.shown, document.line("species"), f"experiment {name}")
        yield from _unknown(*place, "species", [experiment.record.species], known)
        for part in ("supports", "opposes"):
            place = (document.shown, document.line(part), f"experiment {name}")
            yield from _unknown(*place, "claim", getattr(experiment.record, part), library.claims)


def _paths(library: Library) -> set[str]:
    """Return the path of every number that some subject has."""
    return set(library.parameters).union(*(subject.parameters for subject in library.subjects.values()))
