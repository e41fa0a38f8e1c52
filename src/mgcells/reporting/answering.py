"""What a finished scenario says of an endpoint, in sentences: each strategy against control, then what more it asks."""

from __future__ import annotations

from mgcells.reporting.results import Results
from mgcells.reporting.sentences import effect_sentence, effect_sentences, verdict
from mgcells.scenario import Endpoint


def said_of(results: Results, endpoint: Endpoint) -> list[tuple[str, str]]:
    """Return (verdict, sentence) for each comparison; strategies that equal control share one sentence."""
    measured = results.measured(endpoint)
    rows = {name: results.effect(name, endpoint) for name in results.compared}
    sentences = effect_sentences(measured, rows)
    for contrast in results.further:
        row = results.effect(contrast.strategy, endpoint, contrast.against)
        named = f"{contrast.strategy}, against {contrast.against},"
        sentences.append((verdict(row), effect_sentence(named, measured, row, contrast.against)))
    return sentences
