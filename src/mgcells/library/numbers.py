"""Numbers of the library by address: read with range and unit, and put in the place of those that are there.

An address is the path of a parameter ("spinal_cord.threshold.loss"), a column of a rule
("gut.tnf.commensals.at_zero"), or a path or key after the name of a subject, species, condition or
compound and a colon ("rat:body.csf.tau_gain", "magnesium oxide:available").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mgcells import units
from mgcells.library.bounds import own_of_rule, span_of_rule
from mgcells.library.entries import Parameter, Rule
from mgcells.library.in_force import edited
from mgcells.library.library import Library
from mgcells.library.quantities import number as read_number
from mgcells.library.records import Compound, Quantity

COLUMNS = ("at_zero", "at_saturation", "half_max", "hill")
OF_COMPOUNDS = ("available", "osmotic", "threonate_absorbed")
FITTED = "fitted"


@dataclass(frozen=True)
class Number:
    """A number with its plausible range.

    `value`, `low` and `high` are in the unit in which the library states it; `factor` makes them internal.
    """

    address: str
    value: float
    low: float | None
    high: float | None
    unit: str
    factor: float
    basis: str


def number(library: Library, address: str) -> Number:
    """Return a number of the library; KeyError when it has none of this address."""
    owner, colon, path = address.rpartition(":")
    if not colon:
        if address in library.parameters:
            return _of_parameter(address, library.parameters[address])
        return _of_rule(address, library)
    for table in _tables(library, owner):
        if path in table:
            return _of_parameter(address, table[path])
    return _of_compound(address, library.compounds[owner], path)


def fitted_numbers(library: Library) -> list[str]:
    """Return the addresses of all numbers whose basis is "fitted"; of rules the ids, as their basis is of the row."""
    found = [path for path, parameter in library.parameters.items() if parameter.basis == FITTED]
    owners = (*library.subjects, *library.species, *library.conditions)
    for owner in dict.fromkeys(owners):
        for table in _tables(library, owner):
            found += [f"{owner}:{path}" for path, parameter in table.items() if parameter.basis == FITTED]
    for name, compound in library.compounds.items():
        quantities = ((key, getattr(compound, key)) for key in OF_COMPOUNDS)
        found += [f"{name}:{key}" for key, entry in quantities if entry is not None and entry.basis == FITTED]
    found += [name for name, rule in library.rules.items() if rule.basis == FITTED]
    return list(dict.fromkeys(found))


def with_numbers(library: Library, values: Mapping[str, float]) -> Library:
    """Return the library with other values, in the units of `number`; KeyError when it has no such number.

    It is not for workers: what is sent to one is read anew from the files.
    """
    for address, value in values.items():
        known = number(library, address)
        owner, colon, path = address.rpartition(":")
        if colon:
            library = _owned(library, owner, path, value, known)
        elif address in library.parameters:
            library = replace(library, parameters=_set(library.parameters, address, value, known))
        else:
            name, _, column = address.rpartition(".")
            rule = edited(library.rules[name], column, value * known.factor)
            library = replace(library, rules={**library.rules, name: rule})
    return library


def _tables(library: Library, owner: str) -> Iterator[Mapping[str, Parameter]]:
    if owner in library.subjects:
        yield library.subjects[owner].parameters
    if owner in library.species:
        yield library.species[owner]
    if owner in library.conditions:
        yield library.conditions[owner].parameters


def _owned(library: Library, owner: str, path: str, value: float, known: Number) -> Library:
    subject, species = library.subjects.get(owner), library.species.get(owner, {})
    condition = library.conditions.get(owner)
    if subject is not None and path in subject.parameters:
        changed = replace(subject, parameters=_set(subject.parameters, path, value, known))
        return replace(library, subjects={**library.subjects, owner: changed})
    if path in species:
        return replace(library, species={**library.species, owner: _set(species, path, value, known)})
    if condition is not None and path in condition.parameters:
        held = replace(condition, parameters=_set(condition.parameters, path, value, known))
        return replace(library, conditions={**library.conditions, owner: held})
    compound = library.compounds[owner]
    quantity = getattr(compound, path).model_copy(update={"value": value})
    return replace(library, compounds={**library.compounds, owner: compound.model_copy(update={path: quantity})})


def _set(table: Mapping[str, Parameter], path: str, value: float, known: Number) -> dict[str, Parameter]:
    text = f"{value:.6g} {known.unit}".strip()
    return {**table, path: replace(table[path], value=value * known.factor, text=text)}


def _of_parameter(address: str, parameter: Parameter) -> Number:
    unit = units.split(parameter.text)[1]
    factor = units.factor(unit)
    low, high = (None if end is None else end / factor for end in (parameter.low, parameter.high))
    return Number(address, parameter.value / factor, low, high, unit, factor, parameter.basis)


def _of_rule(address: str, library: Library) -> Number:
    name, _, column = address.rpartition(".")
    rule: Rule = library.rules[name]
    if column not in (*COLUMNS, *rule.parameters):
        raise KeyError(address)
    unit = rule.half_max_unit if column == "half_max" else ""
    factor = units.factor(unit)
    value, ends = own_of_rule(rule, column), span_of_rule(rule, column)
    if value is None:
        raise KeyError(address)
    low, high = (None if end is None else end / factor for end in ends)
    return Number(address, value / factor, low, high, unit, factor, rule.basis)


def _of_compound(address: str, compound: Compound, key: str) -> Number:
    quantity: Quantity | None = getattr(compound, key) if key in OF_COMPOUNDS else None
    if quantity is None:
        raise KeyError(address)
    value = read_number(quantity.value)[0]
    low, high = (None if end is None else read_number(end)[0] for end in (quantity.low, quantity.high))
    return Number(address, value, low, high, "", 1.0, quantity.basis)
