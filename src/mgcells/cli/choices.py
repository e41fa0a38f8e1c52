"""Everything that is known of what a scenario may choose: switches, targets of inhibitors, drugs, routes."""

from __future__ import annotations

from mgcells.body.routes import INFUSED_ROUTES, MEANINGS, SPREAD_ROUTES, SWALLOWED_ROUTES
from mgcells.cli import catalogue
from mgcells.cli.numbers import Entry, parameter_entry, paths
from mgcells.library import Library, Rule
from mgcells.library.targets import drugs, inhibitor_targets, titrated


def needs(entry: Rule, key: str, value: str) -> bool:
    """Tell whether a rule acts only where `key`, as of `applies_when`, has this value."""
    return any(key == name and value in values for name, values in entry.applies_when)


def table(word: str, **keys: str | float) -> str:
    """Return a list with one inline table, as a scenario has it."""
    said = ", ".join(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value:g}"
                     for key, value in keys.items())  # fmt: skip
    return f"{word} = [{{ {said} }}]"


def switch(name: str, library: Library) -> Entry | None:
    """Return a structural choice: its options, and the rules that each lets act."""
    found = library.switches.get(name)
    if found is None:
        return None
    options = [
        {
            "id": option,
            "text": text,
            "rules": ", ".join(entry.id for entry in library.rules.values()
                               if needs(entry, "switch", f"{name}:{option}")),
        }
        for option, text in found.options.items()
    ]  # fmt: skip
    return {
        "id": name,
        "text": found.title,
        "options": options,
        "default": found.default,
        "claims": list(found.claims),
        "sources": list(dict.fromkeys(key for claim_id in found.claims for key in library.claims[claim_id].sources)),
        "written": f'switches = {{ {name} = "{found.default}" }}',
        "origin": library.origin_text("switches", name),
    }


def inhibitor(name: str, library: Library) -> Entry | None:
    """Return a target that can be blocked, and all that its block acts on."""
    stands_for = inhibitor_targets(library).get(name)
    if stands_for is None:
        return None
    records = [library.inhibitors[target] for target in stands_for if target in library.inhibitors]
    entry: Entry = {
        "id": name,
        "text": catalogue.target_text(name, library),
        "stands for": [target for target in stands_for if target != name],
        "parameters": [path for record in records for path in record.acts_on],
        "behaviours": [
            f"{cell_name}.{key}"
            for cell_name, kind in library.cells.items()
            for key, behaviour in kind.record.behaviours.items()
            if set(stands_for) & set(behaviour.inhibited_by)
        ],
        "written": table("inhibitors", target=name, residual=0.1),
    }
    placed = ("inhibitors", name) in library.places
    return entry | {"origin": library.origin_text("inhibitors", name)} if placed else entry


def drug(name: str, library: Library) -> Entry | None:
    """Return a drug and the numbers that its dose is written to."""
    written = drugs(library).get(name)
    if written is None:
        return None
    return {
        "id": name,
        "text": catalogue.drug_text(name, library),
        "titrated": "where asked (titrate = true)" if titrated(library, name) else "",
        "sets": [parameter_entry(library.parameters[path], library) for path in written],
        "written": table("co_medication", drug=name, amount="10 mg", every="12 h", route="oral"),
        "origin": ", ".join(library.parameters[path].origin for path in written),
    }


def route(name: str, library: Library) -> Entry | None:
    """Return a route: where a dose enters, how it can be given, and the numbers that govern it."""
    if name not in MEANINGS:
        return None
    meaning, begins = MEANINGS[name]
    given = "evenly over every" if name in SPREAD_ROUTES else "at once"
    return {
        "id": name,
        "text": meaning,
        "given": f"{given}, or over a while (over)" if name in INFUSED_ROUTES else given,
        "also": [word for word, can in (
            ("clamp", name == "intravenous"), ("with_meal", name in SWALLOWED_ROUTES - SPREAD_ROUTES),
        ) if can],
        "numbers": [path for path in paths(library) if path.startswith(begins)],
        "written": table("doses", compound="magnesium citrate", amount="100 mg", of="magnesium", every="24 h",
                          route=name),
    }  # fmt: skip
