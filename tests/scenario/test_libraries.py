"""What a scenario names as its libraries: where a fault of one as a whole is shown."""

from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.scenario.reading import read_file
from mgcells.scenario.shipped import load_scenario

TEXT = """title = "t"
subject = "rat"
duration = "1 d"
control = "a"
library = LIBRARY
[[strategy]]
name = "a"
"""


def problems_of(folder: Path, library: str) -> list[str]:
    file = folder / "study.toml"
    file.write_text(TEXT.replace("LIBRARY", library))
    with pytest.raises(InputProblems) as caught:
        read_file(file)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


@pytest.mark.parametrize("library", ['"nowhere"', '["nowhere"]'])
def test_a_missing_library_names_the_line_that_names_it(library: str, tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, library)
    assert found.startswith("study.toml:5  library '")
    assert found.endswith("nowhere' does not exist; name a folder laid out like data/")


def test_a_name_that_no_folder_can_have_is_a_problem(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, '"a\\u0000b"')
    assert "embedded null byte" in found


@pytest.mark.parametrize("name", ["a" * 300, "a" * 300 + ".toml"])
def test_a_name_that_no_file_can_have_is_a_problem(name: str) -> None:
    with pytest.raises(InputProblems):
        load_scenario(name)


def test_a_subject_may_be_like_one_of_a_later_file_and_an_unknown_one_is_one_problem(tmp_path: Path) -> None:
    subjects = tmp_path / "own" / "subjects"
    subjects.mkdir(parents=True)
    (subjects / "a.toml").write_text('title = "A"\nlike = "b"\n')
    (subjects / "b.toml").write_text('title = "B"\nlike = "rat"\n')
    file = tmp_path / "study.toml"
    file.write_text(TEXT.replace("LIBRARY", '"own"').replace('"rat"', '"a"'))
    assert read_file(file).library.subjects["a"].species == "rat"
    (subjects / "b.toml").write_text('title = "B"\nlike = "rta"\n')
    (found,) = problems_of(tmp_path, '"own"')
    assert found.endswith("own/subjects/b.toml:2  like: unknown subject 'rta'; did you mean 'rat'?")
