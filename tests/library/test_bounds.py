"""Which numbers may stand in the place of another, and what a library may not say of a compound or a spread."""

from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library import DATA
from mgcells.library.bounds import fault_of_number, fault_of_value, near
from mgcells.library.entries import Parameter
from mgcells.library.in_force import reference
from mgcells.library.loading import load_library


def faults(folder: Path, file: str, text: str) -> list[str]:
    """Return the problems of an own library of one file."""
    written = folder / "own" / file
    written.parent.mkdir(parents=True)
    written.write_text(text)
    with pytest.raises(InputProblems) as caught:
        load_library(folder / "own")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("bone.unit.resorption_time", "5 d", ""),
        ("bone.unit.resorption_time", "5 mM", "expected a time (such as h)"),
        ("bone.unit.resorption_time", "-5 d", "is negative, which it cannot be"),
        ("brain.lattice.rows", "0", "should be above zero: a tissue has to have some room"),
        ("brain.lattice.rows", "2.5", "counts sites and should be a whole number"),
        ("brain.lattice.rows", "20000", "should be at most 10000 sites"),
        ("brain.lattice.rows", "nan", "is not a number with a unit, such as '1.2 mM'"),
    ],
)
def test_a_number_is_of_the_kind_of_the_one_it_replaces(path: str, text: str, words: str) -> None:
    found = fault_of_number(path, text, load_library().parameters[path])
    assert found.endswith(words) if words else not found


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        (
            "tissues/bone.toml",
            '[bone.unit]\nresorption_time = { value = "-3 d", basis = "assumed", note = "n", replaces = true }\n',
            "is negative, which it cannot be",
        ),
        (
            "conditions/odd.toml",
            'title = "Odd"\nnote = "n"\n[set]\n'
            '"bone.unit.resorption_time" = { value = "-3 d", basis = "assumed", note = "n" }\n',
            "is negative, which it cannot be",
        ),
    ],
)
def test_an_own_number_out_of_its_bounds_is_a_located_problem(file: str, text: str, words: str, tmp_path: Path) -> None:
    found = faults(tmp_path, file, text)
    assert len(found) == 1, found
    assert file in found[0]
    assert words in found[0]


def everyone() -> list[tuple[str, Parameter]]:
    """Return every number of every kind of subject in health, by its path."""
    library = load_library()
    return [item for name in library.subjects for item in reference(library, name).items()]


def test_every_number_may_be_itself_and_no_number_may_be_anything() -> None:
    for path, number in everyone():
        assert not fault_of_value(path, number.value, number.dimension, number), path
        assert near(number.value, number), path
        top = max(abs(end) for end in (number.low, number.high, number.value, 1e-3) if end is not None)
        assert not near(1e13 * top, number), path
        if min(number.value, number.low or 0.0) >= 0.0:
            assert fault_of_value(path, -top, number.dimension, number), path
        if number.low is not None and number.low > 0.0:
            assert fault_of_value(path, 0.0, number.dimension, number), path


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("body.csf.tau", "1e9 d", "is far from what can be"),
        ("body.csf.tau", "1e-9 d", "is far from what can be"),
        ("body.plasma.threonate", "1e-6 nM", ""),
        ("body.kidney.filterable", "120 %", "should be at most 1"),
        ("brain.glia.share", "1.5", "should be at most 1"),
    ],
)
def test_a_number_lies_near_its_range_or_nowhere(path: str, text: str, words: str) -> None:
    found = fault_of_number(path, text, reference(load_library(), "rat")[path])
    assert words in found if words else not found


def test_a_range_that_passes_the_most_that_can_be_is_a_problem(tmp_path: Path) -> None:
    (found,) = faults(
        tmp_path,
        "tissues/bone.toml",
        "[bone.unit]\nblocked = { value = 0.1, low = 0, high = 1.2, most = 1, "
        'basis = "assumed", note = "n", replaces = true }\n',
    )
    assert "bone.unit.blocked: is above 1, the most that it can be" in found


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (",,0.6,2,", ""),
        (",,-0.6,2,", "half_max must be above zero"),
        (",,,2,", "half_max must be above zero"),
        (",,0.6,0,", "hill must be above zero"),
        (",,0.6,900,", "hill = 900 should be at most 50"),
    ],
)
def test_a_row_that_could_not_work_anywhere_is_a_problem_wherever_it_acts(
    cells: str, words: str, tmp_path: Path
) -> None:
    header = (
        "id,signal,effect,behaviour,at_zero,at_saturation,half_max,hill,effect_low,effect_high,half_low,half_high,"
        "applies_when,claims,basis,grade,sources,status,note,form,parameters,replaces"
    )
    at_zero = "0.5" + cells
    row = (
        f"osteoclast.lifespan.occupancy.x,occupancy,increases,lifespan,{at_zero},,,,subject=caco-2,,assumed,D,,on,n,,,"
    )
    file = tmp_path / "own" / "rules" / "osteoclast.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    try:
        load_library(tmp_path / "own")
        found = ""
    except InputProblems as error:
        found = str(error)
    assert words in found if words else not found


def test_a_power_row_needs_its_exponent_without_unit(tmp_path: Path) -> None:
    text = (DATA / "rules" / "neuron.csv").read_text(encoding="utf-8")
    header, row = text.splitlines()[0], next(line for line in text.splitlines() if "exponent=1" in line)
    for replaced, words in (("", "needs exponent"), ("exponent=2 d", "expected a dimensionless")):
        own = tmp_path / f"own{len(words)}" / "rules" / "neuron.csv"
        own.parent.mkdir(parents=True)
        values = row.rsplit(",", 1)[0] + f",{replaced},true"
        own.write_text(f"{header},replaces\n{values}\n", encoding="utf-8")
        with pytest.raises(InputProblems, match=words):
            load_library(own.parents[1])
