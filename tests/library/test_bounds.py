"""Which numbers may stand in the place of another, and what a library may not say of a compound or a spread."""

from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library.bounds import fault_of_number
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
