"""Which own libraries and installed packages belong to a run, and which leave no trace in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mgcells.batch.drawn_on import layers_drawn_on
from mgcells.batch.plan import simulated
from mgcells.batch.resolved import reported, resolved
from mgcells.library.layers import Layer, shipped_layer
from mgcells.library.loading import load_library, over_shipped
from mgcells.scenario import Scenario, read_scenario

TEXT = """title = "Test"
subject = "rat"
duration = "2 d"
control = "usual"
tissues = ["bone"]

[[strategy]]
name = "usual"

[[strategy]]
name = "other"
"""
CONDITION = """title = "Cold"
note = "Made up"
[set."body.plasma.glucose"]
value = "9 mM"
basis = "assumed"
note = "Made up"
"""
SALT = """["magnesium mud"]
formula = "Mg"
molar_mass = "24.3 g/mol"
magnesium = 1
available = { value = 0.5, low = 0.1, high = 0.9, basis = "assumed", note = "Made up" }
osmotic = { value = 1, low = 0.5, high = 2, basis = "assumed", note = "Made up" }
"""
SWITCH = """[made_up]
title = "Made up"
options = { yes = "it is", no = "it is not" }
default = "no"
"""
DOSE = 'doses = [{ compound = "magnesium mud", amount = "10 mg/kg", of = "magnesium", every = "24 h", route = "oral" }]'


def layer(**files: str) -> Layer:
    named = {name.replace("__", "/").replace("_csv", ".csv").replace("_toml", ".toml"): text
             for name, text in files.items()}  # fmt: skip
    return Layer("my-lab", tuple(sorted(named.items())), installed=True)


def read(own: Layer | None, strategy: str = "") -> Scenario:
    return read_scenario(TEXT + strategy, "test.toml", library=over_shipped([own] if own else []))


def switched_off(cell: str) -> str:
    """Return the table of an own library that replaces the first rule of a cell type that is on by one that is off."""
    shipped = next(rule for rule in load_library().rules.values() if rule.cell == cell and rule.status == "on")
    head, *rows = (shipped_layer().table(f"rules/{cell}.csv") or "").splitlines()
    row = next(line for line in rows if line.startswith(f"{shipped.id},"))
    assert row.count(",on,") == 1
    return f"{head},replaces\n{row.replace(',on,', ',off,')},yes\n"


@pytest.mark.parametrize(
    ("own", "strategy"),
    [
        (layer(conditions__cold_toml=CONDITION), 'condition = "cold"'),
        (layer(compounds_toml=SALT), DOSE),
        (layer(switches_toml=SWITCH), 'switches = { made_up = "yes" }'),
        (layer(inhibitors_toml='[both]\ntitle = "Both"\nstands_for = ["GLUT1", "GLUT3"]\n'),
         'inhibitors = [{ target = "both", residual = 0.5 }]'),
    ],
    ids=["condition", "compound", "switch", "inhibitor"],
)  # fmt: skip
def test_what_is_installed_counts_where_the_scenario_draws_on_it_and_nowhere_else(own: Layer, strategy: str) -> None:
    without, beside = read(None), read(own)
    assert layers_drawn_on(beside) == ()
    assert resolved(beside)["library"] == []
    assert simulated(beside) == simulated(without)
    drawn = read(own, strategy)
    assert layers_drawn_on(drawn) == (own,)
    assert [(entry["name"], entry["installed"]) for entry in resolved(drawn)["library"]] == [("my-lab", True)]
    more = replace(own, files=tuple((path, f"{text}\n# more\n") for path, text in own.files))
    assert reported(read(more, strategy)) != reported(drawn)
    assert simulated(read(more, strategy)) == simulated(drawn)


def test_a_folder_that_is_named_always_counts() -> None:
    named = replace(layer(conditions__cold_toml=CONDITION), installed=False)
    assert layers_drawn_on(read(named)) == (named,)
    assert reported(read(named)) != reported(read(None))
    assert simulated(read(named)) == simulated(read(None))


def test_a_number_of_a_simulated_tissue_counts_and_one_of_another_does_not() -> None:
    sized = (
        '[{}.lattice.{}]\nvalue = "{}"\nlow = "{}"\nhigh = "{}"\nbasis = "assumed"\nnote = "Made up"\nreplaces = true\n'
    )
    library = load_library()

    def table(path: str) -> Layer:
        entry = library.parameters[path]
        section, _, name = path.split(".")
        return layer(**{f"tissues__{section}_toml": sized.format(section, name, entry.text, entry.text, entry.text)})

    bone = next(path for path in library.parameters if path.startswith("bone.lattice."))
    gut = next(path for path in library.parameters if path.startswith("gut.lattice."))
    assert layers_drawn_on(read(table(bone)))
    assert not layers_drawn_on(read(table(gut)))


def test_a_rule_that_was_replaced_and_is_off_counts_where_its_cell_lives() -> None:
    off = layer(rules__osteoclast_csv=switched_off("osteoclast"))
    drawn = read(off)
    assert layers_drawn_on(drawn) == (off,)
    elsewhere = read_scenario(TEXT.replace('["bone"]', '["brain"]'), "test.toml", library=drawn.library)
    assert layers_drawn_on(elsewhere) == ()


def test_a_source_that_is_cited_counts() -> None:
    cited = next(iter(resolved(read(None))["sources"]))
    text = '[{}]\nauthors = "Me"\nyear = 2020\ntitle = "Mine"\nseen = "recalled"\n'
    assert layers_drawn_on(read(layer(sources_toml=f"{text.format(cited)}replaces = true\n")))
    assert not layers_drawn_on(read(layer(sources_toml=text.format("Me2020"))))
