"""Tables with comments: passed over where they are, so that every other line keeps its number."""

from __future__ import annotations

import pytest

from mgcells.errors import Problem
from mgcells.library.sheets import read_table

COLUMNS = ("id", "note")


def read(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    problems: list[Problem] = []
    rows = read_table(text, "t.csv", COLUMNS, (), problems)
    return rows, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("id,note\na,x\n", {"a": 2}),
        ("# what it is, and why\n#;;;;;\n\nid,note\n# a,x\nb,y\n", {"b": 6}),
        ("# as a spreadsheet leaves it,,,,\nid,note\na,x\n", {"a": 3}),
        ('id,note\na,"two\n# lines"\nb,"a ""word"" in it"\n#c,z\nd,y\n', {"a": 2, "b": 4, "d": 6}),
    ],
)
def test_rows_keep_their_lines(text: str, lines: dict[str, int]) -> None:
    rows, problems = read(text)
    assert problems == []
    assert {row["id"]: line for line, row in rows} == lines


def test_a_field_may_hold_a_line_that_looks_like_a_comment() -> None:
    ((_, row),), problems = read('id,note\na,"two\n# lines"\n')
    assert (row["note"], problems) == ("two\n# lines", [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# one\n# two\n", "t.csv:1  holds comments only; its columns are id,note"),
        ("# one\n\nid;note\n", "t.csv:3  is separated by semicolons; save it with commas, and numbers with points"),
        ("# one\nsep=,\nid,note\n", "t.csv:2  begins with a spreadsheet's line 'sep='; save the table as plain CSV"),
        ("# one\nid,not\n", "t.csv:2  unknown column 'not'; did you mean 'note'?"),
        ("# one\nid,note\n# two\na\n", "t.csv:4  has 1 fields, the header has 2"),
    ],
)
def test_faults_of_form_are_located_behind_comments(text: str, problem: str) -> None:
    assert problem in read(text)[1]


def test_ends_of_lines_of_old_machines_are_ends_of_lines() -> None:
    for end in ("\r", "\r\n", "\n"):
        rows, problems = read(end.join(("id,note", "a,x", "b,y", "")))
        assert (problems, [(line, row["id"]) for line, row in rows]) == ([], [(2, "a"), (3, "b")])


def test_a_field_without_end_is_located() -> None:
    ((problem,),) = (read('id,note\na,x\nb,"' + "z" * 200_000 + "\n")[1],)
    assert problem.startswith("t.csv:3  cannot be read as CSV: field larger than field limit")
    assert problem.endswith("look for a quote that is left open")
