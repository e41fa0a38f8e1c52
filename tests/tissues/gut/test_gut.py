"""The gut lining rests in health, breaks and mends as its rules say, and tells the body what it can absorb."""

from __future__ import annotations

import numpy as np
import pytest
from lining import animal, bathed, gut, live

from mgcells.library import load_library
from mgcells.streams import Streams
from mgcells.tissues.gut.enterocyte import LiningKind
from mgcells.tissues.gut.gut import Gut
from mgcells.tissues.gut.microbes import Microbes

POOR_CHOW = 0.14


def junctions(tissue: Gut) -> float:
    return tissue.junctions()


def test_health_does_not_drift() -> None:
    of = animal()
    tissue = gut(of)
    live(tissue, of, 20)
    for behaviour in tissue.niche.table.behaviours:
        assert tissue.niche.mean(behaviour.name) == pytest.approx(behaviour.baseline, rel=1e-9)
    assert junctions(tissue) == pytest.approx(1.0, rel=1e-9)
    assert tissue.teer() == pytest.approx(1.0, rel=1e-9)
    assert tissue.permeability() == pytest.approx(1.0, rel=1e-9)
    assert tissue.feedback().absorption == pytest.approx(1.0, rel=1e-12)
    assert tissue.feedback().bone_exchange == 1.0
    assert tissue.stool_water == pytest.approx(of.values["body.gut.stool_water"] * 24)


def test_a_healthy_mouse_renews_its_lining_in_two_to_three_days() -> None:
    of = animal()
    tissue = gut(of)
    counts, turnover = [], []

    def note(now: Gut) -> None:
        counts.append(now.small.cells.count)
        turnover.append(now.turnover() / 24)

    live(tissue, of, 60, each=note)
    assert 2.0 <= np.mean(turnover) <= 3.0
    assert np.std(counts) / np.mean(counts) < 0.05
    assert tissue.migration() == pytest.approx(tissue.populations["Enterocyte"].count / 10 / tissue.turnover(), rel=0.1)
    assert tissue.absorptive_cells() == pytest.approx(1.0, abs=0.06)


def test_a_human_renews_it_in_three_to_five() -> None:
    of = animal("human-adult")
    tissue = gut(of)
    live(tissue, of, 10)
    assert 3.0 <= tissue.turnover() / 24 <= 5.0


def test_a_poor_diet_opens_junctions_and_adaptation_mends_them() -> None:
    of = animal()
    tissue = gut(of)
    live(tissue, of, 4, lumen=POOR_CHOW)
    opened, resistance = junctions(tissue), tissue.teer()
    assert opened < 0.75
    assert resistance < 0.75
    assert tissue.permeability() > 1.1
    assert tissue.niche.mean("tnf") > 1.5 * of.healthy["gut.tnf.baseline"]
    live(tissue, of, 24, start=4, lumen=POOR_CHOW)
    assert junctions(tissue) > 0.9
    assert tissue.teer() > 0.9


def test_every_column_meets_the_content_of_its_own_part_of_the_bowel() -> None:
    of = animal()
    tissue = gut(of)
    offered = bathed(of.values)
    offered.lumen_magnesium = (10.0, 20.0, 30.0, 40.0)
    for hour in range(72):
        offered.hour = hour + 1.0
        tissue.step(offered, 1.0)
    levels, table = tissue.small.cells.surroundings[0], tissue.small.cells.table
    tips = levels[table.levels.index("luminal_magnesium")].reshape(tissue.shape)[:, -1]
    assert tips == pytest.approx([10.0] + 3 * [20.0] + 6 * [30.0] + 10 * [40.0], rel=0.02)
    assert tissue.luminal_magnesium(3) == 40.0
    aqp3 = tissue.niche.behaviour("aqp3")
    assert aqp3 == pytest.approx(np.full(aqp3.size, 1.3), rel=0.01)


def test_without_microbes_answering_the_poor_diet_does_little() -> None:
    of = animal(rules_off=("gut.commensals.exposure", "gut.commensals.adaptation"))
    tissue = gut(of)
    live(tissue, of, 4, lumen=POOR_CHOW)
    assert junctions(tissue) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("level", "higher"), [(2.0, True), (8.0, False)])
def test_butyrate_helps_at_2_and_harms_at_8_millimolar(level: float, higher: bool) -> None:
    of = animal()

    def bath(amount: float) -> Gut:
        tissue = gut(of)

        def fill(now: Gut) -> None:
            now.niche.behaviour("butyrate")[:] = amount

        live(tissue, of, 8, each=fill)
        return tissue

    bathed_gut, control = bath(level), bath(0.0)
    assert (bathed_gut.teer() > control.teer()) is higher
    assert (bathed_gut.permeability() < control.permeability()) is higher


def test_tnf_lowers_resistance_as_measured() -> None:
    inflamed = (name for name in load_library().rules if name.startswith("enterocyte.") and "inflammation" in name)
    of = animal(rules_off=tuple(inflamed))

    def fill(now: Gut) -> None:
        now.niche.behaviour("tnf")[:] = 100.0
        now.niche.behaviour("oxidative_stress")[:] = 1.0

    tissue = gut(of)
    live(tissue, of, 4, each=fill)
    assert tissue.teer() == pytest.approx(0.27, abs=0.03)


def test_colitis_breaks_the_barrier_and_absorption_and_ends_with_the_drive() -> None:
    of = animal()
    tissue = gut(of)
    live(tissue, of, 3, inflammation=1.0)
    assert tissue.permeability() > 2.0
    live(tissue, of, 4, start=3, inflammation=1.0)
    assert tissue.feedback().absorption < 0.7
    assert tissue.goblet_share() < 0.8
    assert tissue.teer() < 0.3
    live(tissue, of, 35, start=7)
    assert tissue.teer() == pytest.approx(1.0, abs=0.05)
    assert tissue.feedback().absorption == pytest.approx(1.0, abs=0.05)


def test_tnf_reaches_the_columns_around_a_crypt_and_no_other_crypt() -> None:
    of = animal()
    tissue = gut(of)

    told = []

    def inflame(now: Gut) -> None:
        told.append(now.niche.mean("tnf"))
        now.niche.behaviour("tnf")[2] = 5.0

    live(tissue, of, 0.25, each=inflame)
    levels, table = tissue.small.cells.surroundings[0], tissue.small.cells.table
    met = levels[table.levels.index("tnf")].reshape(tissue.shape)[:, 0]
    assert met[:5] == pytest.approx(np.full(5, met[0]))
    assert met[0] > 1.2 > 0.6 > met[5:].max()
    assert met.mean() == pytest.approx(told[-1])


def test_a_breach_feeds_inflammation() -> None:
    leaky, shielded = animal(), animal(rules_off=("gut.tnf.leak", "gut.il1b.leak"))
    found = []
    for of in (leaky, shielded):
        tissue = gut(of)
        live(tissue, of, 10, inflammation=1.0)
        found.append(tissue.niche.mean("tnf"))
    assert found[0] > 1.02 * found[1]


def test_lack_of_magnesium_slows_repair_and_the_villus_shortens() -> None:
    of = animal()
    tissue = gut(of)
    before = tissue.migration()
    live(tissue, of, 14, magnesium=0.4)
    assert tissue.migration() < 0.75 * before
    assert tissue.feedback().absorption < 0.8


@pytest.mark.parametrize("load", [1.0, 10.0])
def test_stool_gains_7_grams_of_water_per_millimole_left_in_it(load: float) -> None:
    of = animal("human-adult")
    tissue = gut(of)
    before = tissue.stool_water
    live(tissue, of, 10, osmotic=load)
    assert tissue.stool_water - before == pytest.approx(7.3 * load, rel=0.01)


def test_aquaporin_follows_luminal_magnesium_and_does_not_set_the_direction() -> None:
    of = animal("human-adult")
    dry, wet = gut(of), gut(of)
    before = dry.stool_water
    live(dry, of, 10, lumen=4.0)
    live(wet, of, 10, osmotic=20.0, lumen=4.0)
    assert wet.niche.mean("aqp3") == dry.niche.mean("aqp3") > 1.1
    assert dry.stool_water < before
    assert wet.stool_water - dry.stool_water == pytest.approx(7.3 * 20.0, rel=0.01)


@pytest.mark.parametrize(
    ("changes", "aqp3_up", "wetter"),
    [
        ({"lumen": 3.0, "osmotic": 30.0}, True, True),
        ({"stimulant": 1.0}, False, True),
        ({"opioid": 1.0}, True, False),
    ],
    ids=["magnesium sulfate", "bisacodyl", "morphine"],
)
def test_three_drugs_move_aquaporin_and_water_as_observed(
    changes: dict[str, float], aqp3_up: bool, wetter: bool
) -> None:
    of = animal("rat")
    tissue = gut(of)
    water, score = tissue.stool_water, tissue.constipation()
    if "osmotic" in changes:
        changes = {**changes, "osmotic": 0.5}
    live(tissue, of, 5, **changes)
    assert (tissue.niche.mean("aqp3") > 1.0) is aqp3_up
    assert (tissue.stool_water > water) is wetter
    assert (tissue.constipation() < score) is wetter


def test_guilds_compete_for_fibre_and_follow_mucus() -> None:
    of = animal()
    microbes = Microbes(of.values)
    for _ in range(24 * 60):
        microbes.advance(0.5, 1.0, 1.0, (1.0, 1.0, 1.0), 1.0)
    assert microbes.level("butyrate_producers") < 0.8 < microbes.level("mucus_symbionts")
    spared = Microbes(of.values)
    for _ in range(24 * 60):
        spared.advance(1.0, 1.0, 1.0, (1.0, 1.0, 0.2), 1.0)
    assert spared.level("butyrate_producers") > 1.0 > 0.3 > spared.level("pathobionts")


def test_a_guild_that_cannot_grow_dies_out_and_one_step_equals_many() -> None:
    of = animal()
    once, often = Microbes(of.values), Microbes(of.values)
    once.advance(1.0, 1.0, 1.0, (1.0, 1.0, 0.0), 4.0)
    for _ in range(4):
        often.advance(1.0, 1.0, 1.0, (1.0, 1.0, 0.0), 1.0)
    assert 0.0 < once.level("pathobionts") < 1.0
    assert once.levels == pytest.approx(often.levels, rel=1e-3)


def test_symbionts_rise_with_luminal_magnesium_only_where_the_switch_says_so() -> None:
    found = []
    for option in ("raised", "unchanged"):
        of = animal(switches=(("akkermansia", option),))
        tissue = gut(of)
        live(tissue, of, 30, lumen=3.0)
        found.append(tissue.microbes.level("mucus_symbionts"))
    assert found[0] > 1.1 > found[1]


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not() -> None:
    of = animal()
    found = []
    for seed in (1, 1, 2):
        tissue = gut(of, seed)
        live(tissue, of, 3, inflammation=0.5)
        found.append(tissue.populations["Enterocyte"].traits.tobytes())
    assert found[0] == found[1] != found[2]


def test_it_starts_in_the_balance_of_its_surroundings() -> None:
    of = animal(gut__drive__inflammation=0.5)
    tissue = Gut(load_library(), of, Streams(1, 0), bathed(of.values, inflammation=0.5))
    before, teer = tissue.niche.mean("tnf"), tissue.teer()
    assert before > 1.3 * of.healthy["gut.tnf.baseline"]
    live(tissue, of, 7, inflammation=0.5)
    assert tissue.niche.mean("tnf") == pytest.approx(before, rel=0.05)
    assert tissue.teer() == pytest.approx(teer, rel=0.2)


def test_adopting_other_rules_keeps_the_cells() -> None:
    of = animal()
    tissue = gut(of)
    uid = tissue.populations["Enterocyte"].uid.copy()
    tissue.adopt(load_library(), animal(rules_off=("enterocyte.junction_assembly.inflammation",)))
    np.testing.assert_array_equal(tissue.populations["Enterocyte"].uid, uid)
    live(tissue, of, 4, inflammation=1.0)
    assert junctions(tissue) > 0.7
    assert sum(segment.kinds(LiningKind.STEM) for segment in tissue.segments) == tissue.shape[0]
