"""Why a cell does what it does, and what living on under another strategy changes."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.cells.reasons import explain
from mgcells.library import load_library
from mgcells.model import MagnesiumModel
from mgcells.scenario import Scenario, read_scenario

DOSE = (
    '{ compound = "L-TAMS", amount = "604 mg/kg", of = "salt", every = "24 h", route = "drinking water" },'
    '{ compound = "magnesium chloride", amount = "5 mg/kg", of = "magnesium", every = "9 h", route = "oral" }'
)


def scenario() -> Scenario:
    return read_scenario(
        f"""title = "Reasons"
subject = "rat"
duration = "10 d"
replicates = 1
control = "vehicle"
[[strategy]]
name = "vehicle"
[[strategy]]
name = "colitis"
condition = "colitis"
[[strategy]]
name = "L-TAMS"
doses = [{DOSE}]
[[strategy]]
name = "blocked"
like = "L-TAMS"
inhibitors = [{{ target = "NMDA", residual = 0.4 }}]
""",
        "reasons.toml",
    )


@pytest.fixture(scope="module", params=["L-TAMS", "blocked", "colitis"])
def lived(request: pytest.FixtureRequest) -> MagnesiumModel:
    model = MagnesiumModel(scenario(), request.param, collect=False)
    for _ in range(48):
        model.step()
    return model


def test_contributions_make_up_the_target_of_every_behaviour(lived: MagnesiumModel) -> None:
    library, checked = load_library(), 0
    for tissue in lived.tissues.values():
        for population in tissue.populations.values():
            for account in explain(library, lived.setting, population, int(population.uid[population.count // 2])):
                behaviour = population.table.behaviours[population.behaviour_row[account.behaviour]]
                inhibitors = library.cells[population.name].record.behaviours[account.behaviour].inhibited_by
                left = np.prod([lived.setting.residuals.get(target, 1.0) for target in inhibitors])
                shares = [reason.contribution for reason in account.reasons]
                whole = behaviour.baseline + sum(shares) if behaviour.additive else behaviour.baseline * np.prod(shares)
                assert account.target == pytest.approx(min(behaviour.maximum, whole * left), rel=1e-9)
                checked += bool(shares)
    assert checked > 10


def test_explaining_changes_nothing_and_follows_the_cell_through_time(lived: MagnesiumModel) -> None:
    neurons = lived.tissues["brain"].populations["Neuron"]
    before = neurons.state.copy()
    uid = int(neurons.uid[3])
    account = {entry.behaviour: entry for entry in explain(load_library(), lived.setting, neurons, uid)}["magnesium"]
    assert np.array_equal(before, neurons.state)
    lived.step()
    after = float(neurons.behaviour("magnesium")[neurons.row(uid)])
    assert abs(account.target - after) <= abs(account.target - account.value) + 1e-4


def test_a_reason_reads_as_a_sentence_with_its_source() -> None:
    model = MagnesiumModel(scenario(), "L-TAMS", collect=False)
    for _ in range(72):
        model.step()
    neurons = model.tissues["brain"].populations["Neuron"]
    accounts = explain(load_library(), model.setting, neurons, int(neurons.uid[0]))
    magnesium = next(account for account in accounts if account.behaviour == "magnesium")
    reason = next(reason for reason in magnesium.reasons if reason.rule.signal == "extracellular_magnesium")
    share = f"multiplies free intracellular magnesium by {reason.contribution:.3g}"
    assert share in reason.sentence
    assert reason.sentence.startswith("Extracellular magnesium is ")
    assert all(source in reason.sentence for source in reason.rule.sources)


def test_a_cell_that_has_died_has_no_reasons() -> None:
    model = MagnesiumModel(scenario(), collect=False)
    with pytest.raises(KeyError):
        explain(load_library(), model.setting, model.tissues["gut"].populations["Enterocyte"], 12)


def test_adopting_the_strategy_one_already_has_changes_nothing() -> None:
    plain, adopting = (MagnesiumModel(scenario(), "blocked", collect=False) for _ in range(2))
    for hour in range(60):
        plain.step()
        adopting.step()
        if hour % 7 == 0:
            adopting.adopt(adopting.strategy)
    # The body looks at its schedule anew, which refreshes what the doses it is drinking hold in the bowel.
    assert adopting.measure() == pytest.approx(plain.measure(), rel=1e-5)
    for name, tissue in plain.tissues.items():
        for kind, population in tissue.populations.items():
            other = adopting.tissues[name].populations[kind]
            assert np.array_equal(population.uid[: population.count], other.uid[: other.count])


def test_adopting_another_strategy_acts_from_then_on() -> None:
    model = MagnesiumModel(scenario(), collect=False)
    for _ in range(24):
        model.step()
    before = float(model.body.csf_threonate[0])
    model.adopt(model.scenario.strategy("L-TAMS"))
    assert float(model.body.csf_threonate[0]) == before
    for _ in range(72):
        model.step()
    assert float(model.body.csf_threonate[0]) > 1.2 * before
