"""Write docs/claims.md: for every claim its verdict, what the model makes of it, experiments for and against."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

from mgcells.library import Experiment, Library, load_library, rule_sentence
from mgcells.library.evidence import STATES, ClaimEvidence, evidence
from mgcells.library.verdicts import Verdicts, read_verdicts, verdict_text

PAGE = Path(__file__).with_name("claims.md")
MOST_PARAMETERS = 6
DOUBTED = ("contested", "contradicted", "unsupported", "not-tested")
HEAD = """# What becomes of the claims of the review

Written by `docs/make_claims.py` from the library; `mgcells evidence` shows the same on the terminal. A claim is
answered by rules, by numbers and laws of the model (machinery), by a scenario that asks (prediction), or by the reason
why it is off. An experiment stands for or against a claim by what was measured, whatever the model predicts; in
brackets, how many of its expectations the model met when that was last recorded.
"""


def page(library: Library, verdicts: Verdicts) -> str:
    """Return the page as Markdown."""
    found = list(evidence(library).values())
    parts = [HEAD, "\n", *_overview(found), *_doubts(found)]
    for section, entries in groupby(found, key=lambda entry: entry.claim.section):
        parts.append(f"\n## {section.capitalize()}\n")
        parts += [_claim(entry, library, verdicts) for entry in entries]
    return "".join(parts)


def _overview(found: list[ClaimEvidence]) -> list[str]:
    counts = Counter((entry.claim.verdict, entry.state) for entry in found)
    lines = [f"| verdict | {' | '.join(STATES)} | all |\n", f"|{' --- |' * (len(STATES) + 2)}\n"]
    for verdict in dict.fromkeys(entry.claim.verdict for entry in found):
        numbers = [counts[verdict, state] for state in STATES]
        lines.append(f"| {verdict} | {' | '.join(map(str, numbers))} | {sum(numbers)} |\n")
    return [*lines, "\n", *(f"- {state}: {text}\n" for state, text in STATES.items())]


def _doubts(found: list[ClaimEvidence]) -> list[str]:
    doubted = [entry for entry in found if entry.state in ("off", "switch") or entry.claim.verdict in DOUBTED]
    lines = ["\n## Off, switched or in doubt, and why\n\n"]
    for entry in doubted:
        claim = entry.claim
        lines.append(f"- {claim.id}, {claim.topic} ({claim.verdict}; {entry.state}): {' '.join(entry.reasons)}\n")
    return lines


def _claim(entry: ClaimEvidence, library: Library, verdicts: Verdicts) -> str:
    claim = entry.claim
    lines = [f"- In the model: {entry.state}. {claim.answer}".rstrip()]
    lines += [f"- `{rule.rule.id}` ({rule.text}): {rule_sentence(rule.rule, library.cells)}" for rule in entry.rules]
    lines += [f"- For: {_experiment(item, verdicts)}" for item in entry.supporting]
    lines += [f"- Against: {_experiment(item, verdicts)}" for item in entry.opposing]
    if entry.parameters:
        more = f" and {len(entry.parameters) - MOST_PARAMETERS} more" if len(entry.parameters) > MOST_PARAMETERS else ""
        named = ", ".join(f"`{path}`" for path in entry.parameters[:MOST_PARAMETERS])
        lines.append(f"- Parameters: {named}{more}.")
    lines += [f"- Sources: {', '.join(claim.sources)}."] if claim.sources else []
    text = f"{claim.statement} Verdict: **{claim.verdict}**, grade {claim.grade}. {claim.note}".rstrip()
    return f"\n### {claim.id}: {claim.topic}\n\n{text}\n\n" + "\n".join(lines) + "\n"


def _experiment(experiment: Experiment, verdicts: Verdicts) -> str:
    record = experiment.record
    return f"`{record.id}`, {record.title} (grade {experiment.grade}; {verdict_text(record.id, verdicts)})."


if __name__ == "__main__":
    shipped = load_library()
    PAGE.write_text(page(shipped, read_verdicts(shipped)), encoding="utf-8")
