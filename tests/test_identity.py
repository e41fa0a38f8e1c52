"""What makes two inputs the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mgcells.identity import WORDS, digest
from mgcells.library import Library, load_library
from mgcells.library.records import Quantity
from mgcells.subject.run_input import WITHOUT_TRACE

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@dataclass(frozen=True)
class Entry:
    value: float
    note: str = field(metadata=WORDS)


def told(value: object) -> str:
    """Write a value so that two are written alike only if they are the same to the last bit."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{told(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(told, value)) + "]"
    return value.hex() if isinstance(value, float) else repr(value)


@given(VALUES, VALUES)
def test_two_values_have_one_digest_only_if_they_are_the_same(one: object, other: object) -> None:
    assert (digest(one) == digest(other)) == (told(one) == told(other))


def test_the_last_bit_of_a_number_counts_and_the_order_of_keys_does_not() -> None:
    assert digest({"a": 1.0, "b": 2.0}) == digest({"b": 2.0, "a": 1.0})
    assert digest(1.0) != digest(math.nextafter(1.0, 2.0))
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest("1") != digest(1)


def test_words_are_no_part_of_identity() -> None:
    assert digest(Entry(1.0, "here")) == digest(Entry(1.0, "there"))
    assert digest(Entry(1.0, "")) != digest(Entry(2.0, ""))
    quantity = Quantity(value="1 mM", basis="assumed", note="one")
    assert digest(quantity) == digest(quantity.model_copy(update={"note": "other"}))
    assert digest(quantity) != digest(quantity.model_copy(update={"value": "2 mM"}))


def test_what_cannot_be_told_apart_has_no_digest() -> None:
    with pytest.raises(TypeError, match="object has no identity"):
        digest(object())


def test_of_every_table_of_the_library_it_is_known_what_a_run_reads() -> None:
    read = {"parameters", "cells", "rules", "subjects", "species", "conditions", "compounds"}
    assert {entry.name for entry in fields(Library)} == read | WITHOUT_TRACE


def test_every_entry_that_a_run_reads_has_a_digest() -> None:
    library = load_library()
    for table in (library.parameters, library.cells, library.rules, library.subjects, library.conditions,
                  library.compounds, library.species):  # fmt: skip
        for entry in table.values():
            assert len(digest(entry)) == 32
