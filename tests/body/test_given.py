"""What was given: the hours in which something flows, the amount, and the most in a day."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from mgcells.body.delivery import Delivery
from mgcells.body.given import Amounts, given
from mgcells.body.timing import Timing


def stream(route: str = "oral", magnesium: float = 10.0, **keys: Any) -> Delivery:
    plain = {"available": 1.0, "osmotic": 1.0, "threonate_absorbed": 0.0, "first": 0.0, "until": math.inf}
    return Delivery(route, magnesium, 2.0, **{**plain, "every": math.inf, **keys})


def day(*streams: Delivery, days: float = 10.0) -> tuple[float, float]:
    """Return the total over some days and the most in one of them."""
    found = given(streams, "magnesium", 0.0, days * 24.0)
    return found.total, found.most_within(24.0)


def test_a_holiday_is_not_counted() -> None:
    courses = [stream(every=24.0, first=24.0 * day, until=24.0 * (day + 2)) for day in (0, 4, 8)]
    assert day(*courses) == (60.0, 10.0)


def test_a_taper_counts_its_highest_day() -> None:
    assert day(stream(every=24.0, until=120.0), stream(magnesium=6.0, every=24.0, first=120.0)) == (80.0, 10.0)


def test_two_doses_a_day_add_up_and_two_days_do_not() -> None:
    assert day(stream(every=12.0), days=3.0) == (60.0, 20.0)
    assert day(stream(every=48.0), days=4.0) == (20.0, 10.0)
    assert day(stream(first=0.1, every=24.0), stream(first=12.1, every=24.0), days=365.0) == (7300.0, 20.0)


def test_an_infusion_counts_as_far_as_it_runs() -> None:
    assert day(stream("intravenous", over=12.0, until=6.0)) == (pytest.approx(5.0), pytest.approx(5.0))
    assert day(stream("intravenous", over=48.0)) == (pytest.approx(10.0), pytest.approx(5.0))
    assert day(stream("intravenous", over=4.0, every=8.0, until=10.0)) == (pytest.approx(15.0), pytest.approx(15.0))
    assert day(stream("drinking water", every=24.0, first=12.0, until=36.0), days=1.0)[0] == pytest.approx(5.0)


def test_what_flows_before_a_dose_belongs_to_its_day() -> None:
    found = Amounts([(24.0, 7.0)], [(0.0, 24.0, 1.0)])
    assert found.most_within(24.0) == pytest.approx(31.0)


def test_a_stretch_of_a_run_gives_what_lies_in_it() -> None:
    whole = stream("intravenous", over=10.0, every=24.0)
    parts = [given([whole], "magnesium", begin, until) for begin, until in ((0.0, 5.0), (5.0, 48.0))]
    assert [part.total for part in parts] == pytest.approx([5.0, 15.0])
    assert (parts[0] + parts[1]).total == pytest.approx(given([whole], "magnesium", 0.0, 48.0).total)
    pill = stream(every=24.0)
    assert [given([pill], "magnesium", begin, until).total for begin, until in ((0.0, 24.0), (24.0, 48.0))] == [10, 10]


def test_a_clamp_is_given_no_amount_of_its_own() -> None:
    assert day(stream("intravenous", clamp=2.0)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("timing", "spans"),
    [
        (Timing(1.0, math.inf, 8.0, 0.0), [(1.0, 1.0), (9.0, 9.0), (17.0, 17.0)]),
        (Timing(0.0, 16.0, 8.0, 0.0), [(0.0, 0.0), (8.0, 8.0)]),
        (Timing(0.0, 10.0, 8.0, 4.0), [(0.0, 4.0), (8.0, 10.0)]),
        (Timing(2.5, 6.0, math.inf, 12.0), [(2.5, 6.0)]),
        (Timing(2.5, math.inf, math.inf, math.inf), [(2.5, 24.0)]),
        (Timing(20.0, math.inf, 8.0, 8.0), [(20.0, 24.0)]),
        (Timing(24.0, math.inf, math.inf, 0.0), []),
    ],
)
def test_givings_end_at_until_and_at_the_end(timing: Timing, spans: list[tuple[float, float]]) -> None:
    assert list(timing.spans(24.0)) == spans


TIMES = st.integers(0, 400).map(lambda number: number * 0.13)


@settings(max_examples=200)
@drawn(TIMES, st.one_of(st.just(math.inf), TIMES), st.one_of(st.just(math.inf), TIMES), TIMES)
def test_from_edge_to_edge_every_giving_is_met(first: float, length: float, interval: float, rest: float) -> None:
    interval, length = max(interval, 0.5), min(length, interval)
    timing = Timing(first, first + rest + 0.1, interval, length)
    begun, flowed, time = [], 0.0, 0.0
    while time < 60.0:
        if timing.due(time):
            begun.append(time)
        following = min(timing.next_edge(time), 60.0)
        flowed += (following - time) * timing.flows(time)
        time = following
    spans = list(timing.spans(60.0))
    assert flowed == pytest.approx(sum(end - begin for begin, end in spans), abs=1e-9)
    assert begun == pytest.approx([begin for begin, _ in spans] if length == 0.0 else [], abs=1e-9)


@settings(max_examples=100)
@drawn(st.lists(st.tuples(TIMES, st.integers(1, 9)), max_size=6), st.lists(st.tuples(TIMES, TIMES), max_size=4))
def test_the_most_in_a_day_is_that_of_a_search(
    moments: list[tuple[float, int]], flows: list[tuple[float, float]]
) -> None:
    found = Amounts(moments, [(begin, begin + length + 0.1, 1.0) for begin, length in flows])
    begins = np.arange(-24.0, 110.0, 0.013)
    given_in = np.zeros_like(begins)
    for time, amount in moments:
        given_in += amount * ((time >= begins - 1e-9) & (time < begins + 24.0 - 1e-9))
    for begin, end, rate in found.flows:
        given_in += rate * np.clip(np.minimum(end, begins + 24.0) - np.maximum(begin, begins), 0.0, None)
    highest = found.most_within(24.0)
    assert highest >= given_in.max() - 1e-9
    assert highest <= given_in.max() + 0.06 * (len(flows) + 1)
