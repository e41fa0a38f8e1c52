"""Which subject can have which tissue, and what a subject's own file may say of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library import DATA, Library, load, load_library
from mgcells.library.entries import SubjectKind
from mgcells.scenario import read_scenario
from mgcells.tissues.checks import subject_faults
from mgcells.tissues.registry import tissues_of

LIBRARY = load_library()
BODY = ("brain", "spinal cord", "bone", "gut")


def subject(like: str, tissues: tuple[str, ...] | None) -> SubjectKind:
    return replace(LIBRARY.subjects[like], name="mine", tissues=tissues, file="subjects/mine.toml", tissues_line=4)


def test_tissues_say_which_subjects_can_have_them() -> None:
    assert tissues_of(LIBRARY.subjects["rat"]) == BODY
    assert tissues_of(LIBRARY.subjects["caco-2"]) == ("monolayer",)
    assert tissues_of(subject("rat", None)) == BODY
    assert tissues_of(subject("caco-2", None)) == ()


def test_a_subjects_file_chooses_among_the_tissues_of_its_sort() -> None:
    assert tissues_of(subject("rat", ("gut", "brain"))) == ("brain", "gut")
    assert tissues_of(subject("rat", ())) == ()
    assert tissues_of(subject("caco-2", ("monolayer",))) == ("monolayer",)
    assert tissues_of(subject("rat", ("monolayer",))) == ()


def test_what_it_cannot_have_is_named_where_it_stands() -> None:
    found = [str(problem) for problem in subject_faults(subject("rat", ("brian", "monolayer", "gut")))]
    assert found == [
        "subjects/mine.toml:4  unknown tissue 'brian'; did you mean 'brain'?",
        "subjects/mine.toml:4  tissue 'monolayer' is a culture, and this subject is not",
    ]
    (found_in_vitro,) = subject_faults(subject("caco-2", ("brain",)))
    assert found_in_vitro.text == "tissue 'brain' needs a body, and this subject is a culture"


@pytest.mark.parametrize(
    ("written", "read"),
    [("", None), ("tissues = []\n", ()), ('tissues = ["gut"]\n', ("gut",))],
)
def test_the_file_of_a_subject_is_read(tmp_path: Path, written: str, read: tuple[str, ...] | None) -> None:
    kind = load(folder_with_a_rat(tmp_path, written)).subjects["mine"]
    assert kind.tissues == read
    assert kind.tissues_line == 1
    assert tissues_of(kind) == (BODY if read is None else read)


def test_a_list_that_is_none_is_a_located_problem(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as caught:
        load(folder_with_a_rat(tmp_path, 'tissues = "gut"\n'))
    assert [str(problem) for problem in caught.value.problems] == [
        'data/subjects/mine.toml:1  tissues = \'gut\': should be a list, such as ["one", "other"]'
    ]


def folder_with_a_rat(folder: Path, written: str) -> Path:
    """Return a copy of the library with one more rat, whose file begins with what is `written`."""
    shutil.copytree(DATA, folder / "data")
    subjects = folder / "data" / "subjects"
    (subjects / "mine.toml").write_text(written + (subjects / "rat.toml").read_text())
    return folder / "data"


def test_a_scenario_names_what_is_wrong_with_its_subject() -> None:
    subjects = {**LIBRARY.subjects, "mine": subject("rat", ("gut", "brian"))}
    library = replace(LIBRARY, subjects=subjects)
    text = 'title = "x"\nsubject = "mine"\nduration = "6 h"\ncontrol = "c"\n[[strategy]]\nname = "c"\n'
    assert problems_of(text, library) == ["subjects/mine.toml:4  unknown tissue 'brian'; did you mean 'brain'?"]
    strategy = '[[strategy]]\nname = "d"\nsubject = "mine"\n'
    found = problems_of(text.replace('"mine"', '"rat"\ntissues = ["bone", "gut"]') + strategy, library)
    assert found == [
        "subjects/mine.toml:4  unknown tissue 'brian'; did you mean 'brain'?",
        "x.toml:10  subject 'mine' has no bone; name the scenario's tissues without it",
    ]


def problems_of(text: str, library: Library) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        read_scenario(text, "x.toml", library=library)
    return [str(problem) for problem in caught.value.problems]
