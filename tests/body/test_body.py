"""The body: equilibrium, routes, doses, books, readouts."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mgcells.body import layout
from mgcells.body.body import Body
from mgcells.body.delivery import Delivery
from mgcells.body.levels import LUMEN
from mgcells.body.routes import ROUTES
from mgcells.library import load_library
from mgcells.subject.variation import draw

SUBJECTS = ("rat", "mouse", "human-adult", "human-older")


def values(subject: str, **changes: float) -> Mapping[str, float]:
    found = {path: parameter.value for path, parameter in load_library().subjects[subject].parameters.items()}
    return found | {path.replace("__", "."): value for path, value in changes.items()}


def dose(route: str, magnesium: float, threonate: float = 0.0, **keys: float) -> Delivery:
    plain = {"available": 1.0, "osmotic": 1.0, "threonate_absorbed": 0.6, "first": 0.0, "until": math.inf}
    return Delivery(route, magnesium, threonate, **{**plain, "every": math.inf, **keys})  # type: ignore[arg-type]


def test_a_dose_passes_from_part_to_part_of_the_bowel_and_none_is_lost() -> None:
    known = values("human-adult")
    sulfate = Delivery("oral", 20.0, 0.0, 1.0, 1.0, 0.0, 0.0, math.inf, math.inf)
    body, sooner = Body([known], deliveries=[[sulfate]]), Body([known])
    volume = body.parameters.lumen_volume[0]
    courses = []
    for hour in range(72):
        body.advance(float(hour))
        sooner.advance(float(hour))
        state, more = body.state[0], (body.lumen_magnesium - sooner.lumen_magnesium)[0]
        content = state[layout.GUT_DISSOLVING : layout.GUT_COLON + 1].sum()
        assert body.lumen_magnesium[0] @ volume == pytest.approx(content, rel=1e-12)
        courses.append(more * volume)
        if hour == 0:
            early = (state - sooner.state[0])[layout.GUT_DUODENUM : layout.GUT_COLON + 1]
            assert early[3] < 0.2 * early[0]
    delay = np.arange(72) @ np.array(courses) / np.sum(courses, axis=0)
    assert delay[0] < delay[1] < delay[2] < delay[3]
    assert abs(body.ledger()["magnesium"].residual[0]) < 1e-9


def test_small_bowel_follows_intake_and_colon_what_saturated_carriers_leave() -> None:
    known = values("human-adult")
    body = Body([known], diet=[3.0 * known["body.diet.magnesium"]])
    relative = body.lumen_magnesium[0] / known["body.gut.lumen_magnesium"]
    assert 1.5 < relative[0] < relative[3]


def live(body: Body, hours: int, begin: int = 0) -> Body:
    for hour in range(begin, begin + hours):
        body.advance(float(hour))
    return body


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_reference_subject_starts_at_its_stated_levels_and_stays_there_for_a_year(subject: str) -> None:
    known = values(subject)
    body = Body([known])
    begin = body.state.copy()
    assert body.plasma_magnesium[0] == pytest.approx(known["body.plasma.magnesium"], rel=1e-12)
    assert body.plasma_ionised[0] == pytest.approx(known["body.plasma.ionised"], rel=1e-12)
    assert body.csf_magnesium[0] == pytest.approx(known["body.csf.magnesium"], rel=1e-12)
    assert body.csf_threonate[0] == pytest.approx(known["body.csf.threonate"], rel=1e-12)
    assert body.plasma_threonate[0] == pytest.approx(known["body.plasma.threonate"], rel=1e-12)
    assert body.lumen_magnesium[0] == pytest.approx(known["body.gut.lumen_magnesium"], rel=1e-12)
    assert body.urine[0] + body.faeces[0] == pytest.approx(known["body.diet.magnesium"], rel=1e-12)
    sensed = body.sensed()
    assert sensed["pth"] == pytest.approx(1.0, rel=1e-12)
    assert sensed["calcitriol"] == pytest.approx(1.0, rel=1e-12)
    for name in ("osmotic_magnesium", "scaffold_magnesium", "scaffold_threonate"):
        assert sensed[name] == 0.0
    for day in range(0, 365):
        body.advance(24.0 * day, 24.0)
    totals = range(*layout.RUNNING_TOTALS.indices(layout.STATES))
    kept = [k for k in range(layout.STATES) if k not in totals and begin[0, k] > 0]
    assert body.state[0, kept] == pytest.approx(begin[0, kept], rel=1e-9)
    assert body.balance[0] == pytest.approx(0.0, abs=1e-9 * known["body.diet.magnesium"])


def test_tissues_sense_what_the_body_measures() -> None:
    body = Body([values("rat")])
    body.state = np.random.default_rng(1).uniform(0.5, 2.0, body.state.shape)
    sensed = body.sensed()
    for name, level in {
        "ionised_magnesium": body.plasma_ionised, "threonate": body.plasma_threonate, "pth": body.plasma_pth,
        "csf_magnesium": body.csf_magnesium, "csf_threonate": body.csf_threonate,
        "scaffold_magnesium": body.scaffold_release, "calcitriol": body.plasma_calcitriol,
    }.items():  # fmt: skip
        assert sensed[name] == pytest.approx(level[0], rel=1e-12)
    assert [sensed[part] for part in LUMEN] == pytest.approx(body.lumen_magnesium[0], rel=1e-12)


def test_another_diet_from_the_start_is_an_equilibrium_too() -> None:
    body = Body([values("rat")] * 2, diet=[0.005, 0.03])
    begin = body.plasma_magnesium.copy()
    assert begin[0] < 0.8 < begin[1]
    live(body, 240)
    assert body.plasma_magnesium == pytest.approx(begin, rel=1e-10)
    with pytest.raises(ValueError, match="no equilibrium without dietary magnesium"):
        Body([values("rat")], diet=[0.0])


def test_a_diet_begun_later_leads_to_the_same_equilibrium() -> None:
    known = values("mouse")
    body = Body([known])
    body.adopt([known], diet=[0.6 * known["body.diet.magnesium"]])
    for day in range(1500):
        body.advance(24.0 * day, 24.0)
    settled = Body([known], diet=[0.6 * known["body.diet.magnesium"]])
    assert body.plasma_magnesium == pytest.approx(settled.plasma_magnesium, rel=1e-6)
    assert body.bone_magnesium == pytest.approx(settled.bone_magnesium, rel=1e-6)
    assert body.urine == pytest.approx(settled.urine, rel=1e-6)


def test_a_diet_that_the_reference_could_not_excrete_is_refused() -> None:
    known = values("rat")
    for diet in (0.0, 1e3):
        with pytest.raises(ValueError, match="cannot balance the diet"):
            Body([known], reference=[values("rat", body__diet__magnesium=diet)])


@settings(max_examples=25, deadline=None)
@given(
    subject=st.sampled_from(SUBJECTS),
    streams=st.lists(
        st.tuples(
            st.sampled_from(ROUTES), st.floats(0, 3), st.floats(0, 3), st.floats(0.1, 1.2),
            st.sampled_from([4.0, 7.5, 24.0]), st.floats(0, 30), st.booleans(),
        ),
        min_size=1, max_size=4,
    ),
)  # fmt: skip
def test_books_close_for_any_doses_by_any_routes(subject: str, streams: list[tuple[object, ...]]) -> None:
    known = values(subject)
    unit = known["body.diet.magnesium"] * 24
    deliveries = [
        dose(str(route), unit * float(mg), unit * float(thr), available=float(phi), every=float(every),  # type: ignore[arg-type]
             first=float(first), with_meal=bool(meal))  # type: ignore[arg-type]
        for route, mg, thr, phi, every, first, meal in streams
    ]  # fmt: skip
    body = live(Body([known], deliveries=[deliveries]), 60)
    for name, books in body.ledger().items():
        assert abs(books.residual[0]) < 1e-9 * books.came_in[0], name
        assert np.all(books.stored > 0)
    assert np.all(body.state[:, : layout.PARATHYROID] >= 0)


def test_books_close_with_infusion_and_clamp() -> None:
    known = values("human-adult")
    clamped = dose("intravenous", 0, clamp=2.3, first=3.25, over=24.0)
    streams = [clamped, dose("intravenous", 20, 5, first=40.1, over=0.5)]
    body = live(Body([known], deliveries=[streams]), 27)
    assert body.plasma_magnesium[0] == pytest.approx(2.3, rel=1e-9)
    live(body, 40, 27)
    assert body.plasma_magnesium[0] < 2.0
    for books in body.ledger().values():
        assert abs(books.residual[0]) < 1e-9 * books.came_in[0]


def test_an_infusion_gives_exactly_its_amount_even_off_the_hour() -> None:
    known = values("human-adult")
    plain = live(Body([known]), 12)
    infused = live(Body([known], deliveries=[[dose("intravenous", 7.0, 3.0, first=2.4, over=1.3, every=6.0)]]), 12)
    more = {name: books.came_in[0] - plain.ledger()[name].came_in[0] for name, books in infused.ledger().items()}
    assert more == pytest.approx({"magnesium": 14.0, "threonate": 6.0}, rel=1e-9)


def test_doses_stop_at_until() -> None:
    known = values("rat")
    counts = []
    for until in (24.0, 24.5, 48.0, math.inf):
        body = live(Body([known], deliveries=[[dose("intraperitoneal", 0.01, every=12.0, until=until)]]), 72)
        counts.append(body.ledger()["magnesium"].came_in[0] - 72 * known["body.diet.magnesium"])
    assert counts == pytest.approx([0.02, 0.03, 0.04, 0.06], rel=1e-6)


def test_many_subjects_at_once_equal_each_alone() -> None:
    kinds = [values("human-adult", body__kidney__gfr=gfr, body__weight=weight)
             for gfr, weight in ((7.5, 70e3), (6.0, 60e3), (8.5, 95e3))]  # fmt: skip
    doses = [[dose("oral", 5.0, 10.0, every=12.0)], [], [dose("intravenous", 20.0, over=0.5), dose("oral", 3.0)]]
    reference = [values("human-adult")] * 3
    together = live(Body(kinds, deliveries=doses, reference=reference), 50)
    for row in range(3):
        alone = live(Body([kinds[row]], deliveries=[doses[row]], reference=reference[:1]), 50)
        assert together.state[row] == pytest.approx(alone.state[0], rel=1e-12, abs=1e-15)


def test_the_reference_calibrates_the_kidney_so_that_less_filtration_raises_plasma() -> None:
    normal = values("human-adult")
    diseased = values("human-adult", body__kidney__gfr=normal["body.kidney.gfr"] * 0.2)
    body = Body([diseased], reference=[normal])
    assert body.plasma_magnesium[0] > 0.95
    assert Body([diseased]).plasma_magnesium[0] == pytest.approx(0.85)
    assert body.baseline.plasma_magnesium[0] == 0.85


def test_wasting_holds_plasma_at_its_share_of_normal() -> None:
    known = values("rat")
    body = Body([values("rat", body__drive__wasting=0.75)], reference=[known])
    assert body.plasma_magnesium[0] == pytest.approx(0.6, rel=1e-9)
    timed = Body([known])
    timed.advance(0.0)
    timed.adopt([values("rat", body__drive__wasting=0.75)])
    for hour in range(1, 24 * 20):
        timed.advance(float(hour))
    assert 0.6 < timed.plasma_magnesium[0] < 0.64


def test_tissues_scale_absorption_and_bone_exchange() -> None:
    known = values("rat")
    inflamed, frozen, plain = (Body([known]) for _ in range(3))
    inflamed.set_feedback(absorption=0.5)
    live(inflamed, 48)
    assert inflamed.plasma_magnesium[0] < 0.8
    frozen.set_feedback(bone_exchange=0.0)
    for body in (frozen, plain):
        body.adopt([known], diet=[0.003])
        live(body, 96)
    assert frozen.state[0, layout.BONE_SURFACE] == pytest.approx(0.8, rel=1e-12)
    assert plain.state[0, layout.BONE_SURFACE] < 0.79
    assert frozen.plasma_magnesium[0] < plain.plasma_magnesium[0]


def test_bone_refills_more_slowly_than_it_empties() -> None:
    known = values("rat")
    body = Body([known], diet=[0.006])
    low = body.state[0, layout.BONE_SURFACE]
    body.adopt([known], diet=[known["body.diet.magnesium"]])
    live(body, 72)
    refilled = (body.state[0, layout.BONE_SURFACE] - low) / (0.8 - low)
    assert 0.1 < refilled < 1 - 2 ** (-3 / 2.4)


def test_intrathecal_magnesium_raises_fluid_and_then_reaches_plasma() -> None:
    known = values("rat")
    body = Body([known], deliveries=[[dose("intrathecal", 0.0003)]])
    body.advance(0.0)
    assert body.csf_magnesium[0] == pytest.approx(0.8 + 0.5 ** (1 / 0.5), abs=0.01)
    live(body, 60, 1)
    assert body.csf_magnesium[0] == pytest.approx(0.8, abs=0.005)
    assert body.ledger()["magnesium"].residual[0] == pytest.approx(0.0, abs=1e-12)


def test_intrathecal_infusion_settles_at_rate_over_clearance() -> None:
    known = values("rat")
    body = live(Body([known], deliveries=[[dose("intrathecal", 0.0004, threonate=0.0002, every=1.0, over=1.0)]]), 48)
    clearance = known["body.csf.volume"] * math.log(2) / known["body.injection.intrathecal"]
    assert body.state[0, layout.INTRATHECAL] / known["body.csf.volume"] == pytest.approx(0.0004 / clearance, rel=1e-4)
    settled = 0.0002 / known["body.csf.threonate_rate"]
    assert body.state[0, layout.THREONATE_INTRATHECAL] == pytest.approx(settled, rel=1e-2)
    for substance in ("magnesium", "threonate"):
        assert body.ledger()[substance].residual[0] == pytest.approx(0.0, abs=1e-12)


def test_scaffold_releases_its_burst_first() -> None:
    known = values("rat")
    body = live(Body([known], deliveries=[[dose("scaffold", 0.1)]]), 24)
    left = body.state[0, layout.SCAFFOLD_FAST] + body.state[0, layout.SCAFFOLD_SLOW]
    assert left == pytest.approx(0.1 * (0.25 * math.exp(-2) + 0.75 * math.exp(-1 / 12)), rel=1e-6)
    assert body.scaffold_release[0] == pytest.approx(
        0.1 * (0.25 * math.exp(-2) / 12 + 0.75 * math.exp(-1 / 12) / 288), rel=1e-6
    )


def test_deliveries_refuse_what_cannot_be_given() -> None:
    for keys, words in (
        ({"route": "nasal"}, "unknown route"),
        ({"route": "oral", "magnesium": -1.0}, "negative"),
        ({"route": "drinking water", "magnesium": 1.0}, "needs `every`"),
        ({"route": "oral", "magnesium": 1.0, "clamp": 2.0}, "clamp needs"),
        ({"route": "oral", "magnesium": 1.0, "every": 1.0, "over": 2.0}, "next begins"),
        ({"route": "oral", "magnesium": 1.0, "every": 0.0}, "must be positive"),
    ):
        with pytest.raises(ValueError, match=words):
            dose(str(keys.pop("route")), float(keys.pop("magnesium", 0.0)), **keys)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="given at once"):
        Body([values("rat")], deliveries=[[dose("scaffold", 1.0, over=3.0)]])
    with pytest.raises(KeyError, match=r"body\.kidney\.gfr"):
        Body([{path: value for path, value in values("rat").items() if path != "body.kidney.gfr"}])
    with pytest.raises(ValueError, match="2 diets for 1 subjects"):
        Body([values("rat")], diet=[0.1, 0.2])


def test_draws_have_mean_one_and_the_stated_spread() -> None:
    generator = np.random.default_rng(5)
    for kind in ("lognormal", "normal"):
        factors = np.array([draw(kind, 0.2, generator) for _ in range(20_000)])
        assert factors.min() > 0
        assert factors.mean() == pytest.approx(1.0, abs=0.006)
        assert factors.std() == pytest.approx(0.2, abs=0.006)
    assert draw("lognormal", 0.0, generator) == 1.0
    with pytest.raises(ValueError, match="unknown distribution"):
        draw("uniform", 0.1, generator)
    with pytest.raises(ValueError, match="negative"):
        draw("normal", -0.1, generator)
