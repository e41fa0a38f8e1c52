"""The line of every key, and of every entry of a list that stands inside one value."""

from __future__ import annotations

import pytest

from mgcells.library.located import parse

TEXT = """title = "x"
diet = [
  { magnesium = "0.1, [g/kg]", until = "10 d" }, # [ {
  # , nothing
  {
    magnesium = "x" },
]
condition = ["a", { name = "b",
  from = "3 d" }, "c"]
[[strategy]]
doses = [{ compound = "a" },
  { compound = "b", set = { of = ["x",
    "y"] }, amount = 5 }]
[[strategy]]
[strategy.rules]
off = []
[[strategy.diet]]
until = "3 d"
[[strategy.diet]]
until = "4 d"
[[strategy]]
doses = [{ compound = "a", then = [{ from = "1 d" },
  { from = "2 d", amount = 5 }, {
    from = "3 d" }] }, { then = [1,
      2 # [
    ], amount = 6 }]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("diet",), 2), (("diet", 0), 3), (("diet", 0, "until"), 3), (("diet", 1), 5), (("diet", 1, "magnesium"), 6),
        (("diet", 1, "until"), 5), (("diet", 7), 2), (("condition", 0), 8), (("condition", 1, "from"), 9),
        (("condition", 2), 9), (("strategy", 0, "doses", 0, "compound"), 11), (("strategy", 0, "doses", 1, "of"), 12),
        (("strategy", 0, "doses", 1, "amount"), 13), (("strategy", 0, "colour"), 10), (("colour",), 1),
        (("strategy", 1, "rules", "off"), 16), (("strategy", 1, "diet", 0, "until"), 18),
        (("strategy", 1, "diet", 1, "until"), 20), (("strategy", 1, "diet", 1, "magnesium"), 19),
        (("strategy", 2, "doses", 0, "then", 0, "from"), 22), (("strategy", 2, "doses", 0, "then", 1, "from"), 23),
        (("strategy", 2, "doses", 0, "then", 1, "amount"), 23), (("strategy", 2, "doses", 0, "then", 2), 23),
        (("strategy", 2, "doses", 0, "then", 2, "from"), 24), (("strategy", 2, "doses", 1, "then", 1), 25),
        (("strategy", 2, "doses", 1, "then", 0), 24), (("strategy", 2, "doses", 1, "amount"), 26),
    ],
)  # fmt: skip
def test_an_entry_of_a_list_has_its_own_line(path: tuple[str | int, ...], line: int) -> None:
    assert parse(TEXT, "x.toml").line(*path) == line
