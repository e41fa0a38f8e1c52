"""`mgcells evidence`: what the review claims, what speaks for and against it, and what the model makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mgcells.cli.application import AsJson, Libraries, app, refusing
from mgcells.cli.output import indented, say
from mgcells.errors import InputProblems, Problem, suggestion

if TYPE_CHECKING:
    from mgcells.library.entries import Experiment
    from mgcells.library.evidence import ClaimEvidence
    from mgcells.library.verdicts import Verdicts

TABLE = "{:<5}  {:<15}  {:<10}  {:>5}  {:>3}  {:>7}  "
HEADS = ("Claim", "Verdict, grade", "In model", "Rules", "For", "Against")
MOST_NUMBERS = 6


@app.command()
def evidence(
    claims: Annotated[list[str] | None, typer.Argument(help="Claims to show in full.  [default: a table]")] = None,
    tissue: Annotated[
        str | None, typer.Option(help="Only those of a tissue, of the body, or of a section of the review.")
    ] = None,
    status: Annotated[
        str | None, typer.Option(help="Only those of a verdict (as contested) or of a state in the model (as off).")
    ] = None,
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Show the claims of the review: verdict, grade, rules, experiments for and against, why one is off."""
    from mgcells.library import load_library
    from mgcells.library.evidence import evidence as evidence_of
    from mgcells.library.verdicts import read_verdicts

    with refusing("Nothing was shown."):
        read = load_library(*library or ())
        verdicts = read_verdicts(read)
        found = _chosen(evidence_of(read), claims or (), tissue, status)
    if as_json:
        say(json.dumps([as_data(entry, verdicts) for entry in found]))
    elif claims:
        for number, entry in enumerate(found):
            for line in (*([""] if number else []), *card(entry, verdicts)):
                say(line)
    else:
        for line in table(found, reasons=status is not None):
            say(line)


def as_data(entry: ClaimEvidence, verdicts: Verdicts) -> dict[str, Any]:
    """Return a claim with its evidence as plain data."""
    from dataclasses import asdict

    return {
        **asdict(entry.claim),
        "state": entry.state,
        "tissues": list(entry.tissues),
        "rules": [
            {"id": rule.rule.id, "acts": rule.acts, "standing": rule.text, "note": rule.rule.note}
            for rule in entry.rules
        ],
        "parameters": list(entry.parameters),
        "for": [_experiment_data(item, verdicts) for item in entry.supporting],
        "against": [_experiment_data(item, verdicts) for item in entry.opposing],
    }


def table(found: Sequence[ClaimEvidence], *, reasons: bool = False) -> Iterator[str]:
    """Yield the table of claims, with the reasons for their verdict and state where they are asked for."""
    from mgcells.library.evidence import STATES

    indent = len(TABLE.format(*HEADS))
    yield f"{TABLE.format(*HEADS)}Topic"
    for entry in found:
        claim = entry.claim
        cells = TABLE.format(
            claim.id, f"{claim.verdict}, {claim.grade}", entry.state, len(entry.rules) or "",
            len(entry.supporting) or "", len(entry.opposing) or "",
        )  # fmt: skip
        first, *rest = indented(claim.topic, indent)
        yield cells + first[indent:]
        yield from rest
        for reason in entry.reasons if reasons else ():
            yield from indented(reason, 7)
    yield ""
    for name, words in (("verdict", [e.claim.verdict for e in found]), ("state", [e.state for e in found])):
        counted = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(sorted(words)))
        yield from indented(f"{len(found)} claims by {name}: {counted}.", 0)
    yield from indented(f"In the model: {'; '.join(f'{name} = {text}' for name, text in STATES.items())}.", 0)
    yield from indented("mgcells evidence CLAIM shows one in full; with --status the table says why.", 0)


def card(entry: ClaimEvidence, verdicts: Verdicts) -> Iterator[str]:
    """Yield everything about one claim."""
    from mgcells.library.evidence import STATES
    from mgcells.library.sentences import GRADES

    claim = entry.claim
    yield from indented(f"{claim.id}: {claim.topic} ({', '.join(sorted(entry.places))})", 0)
    yield from indented(claim.statement, 2)
    yield from indented(
        f"Verdict: {claim.verdict}, grade {claim.grade} ({GRADES[claim.grade]}). {claim.note}".strip(), 2
    )
    yield from indented(f"In the model: {entry.state} ({STATES[entry.state]}). {claim.answer}".strip(), 2)
    if entry.rules:
        yield "  Rules that stand on it"
    for rule in entry.rules:
        yield from indented(f"{rule.rule.id}: {rule.text}", 4)
        if not rule.acts and rule.rule.note:
            yield from indented(rule.rule.note, 6)
    for title, experiments in (("For", entry.supporting), ("Against", entry.opposing)):
        yield f"  {title}{'' if experiments else ': no experiment of the library'}"
        for item in experiments:
            data = _experiment_data(item, verdicts)
            yield from indented(f"{data['id']}: {data['title']} (grade {data['grade']}; {data['recorded']})", 4)
    if entry.parameters:
        more = f" and {len(entry.parameters) - MOST_NUMBERS} more" if len(entry.parameters) > MOST_NUMBERS else ""
        yield from indented(f"Numbers: {', '.join(entry.parameters[:MOST_NUMBERS])}{more}", 2)
    if claim.sources:
        yield from indented(f"Sources: {', '.join(claim.sources)}", 2)
    yield from indented(without(entry), 2)


def without(entry: ClaimEvidence) -> str:
    """Return where the claim enters the model, and so what is missing without it."""
    acting = [rule.rule for rule in entry.rules if rule.acts]
    if acting:
        shared = {rule.id: [name for name in rule.claims if name != entry.claim.id] for rule in acting}
        texts = [f"{name} (also on {', '.join(others)})" if others else name for name, others in shared.items()]
        more = "mgcells explain SCENARIO says what each scenario would be without it"
        return f"Without it go: {', '.join(texts)}; {more}"
    if entry.rules or not entry.parameters:
        return "Without it the model predicts the same, as long as no scenario chooses it"
    return "Without it no rule goes, but its numbers lose their ground"


def _experiment_data(experiment: Experiment, verdicts: Verdicts) -> dict[str, str]:
    from mgcells.library.verdicts import verdict_text

    record = experiment.record
    return {
        "id": record.id, "title": record.title, "kind": record.kind, "grade": experiment.grade,
        "recorded": verdict_text(record.id, verdicts),
    }  # fmt: skip


def _chosen(
    known: Mapping[str, ClaimEvidence], names: Sequence[str], tissue: str | None, status: str | None
) -> list[ClaimEvidence]:
    """Return the claims that are asked for; InputProblems names every word that is unknown, with the nearest."""
    folded = {name.casefold(): name for name in known}
    place = tissue.replace("_", " ").casefold() if tissue is not None else None
    places = {name for entry in known.values() for name in entry.places}
    words = {word for entry in known.values() for word in entry.statuses}
    problems = [
        Problem(name, 0, f"is not a claim{suggestion(name, known)}") for name in names if name.casefold() not in folded
    ]
    if place is not None and place not in places:
        problems.append(Problem("--tissue", 0, f"no claim is of '{tissue}'{suggestion(place, places)}"))
    if status is not None and status not in words:
        problems.append(Problem("--status", 0, f"no claim is '{status}'{suggestion(status, words)}"))
    if problems:
        raise InputProblems(problems)
    asked = [folded[name.casefold()] for name in dict.fromkeys(names)] or list(known)
    return [
        known[name] for name in asked
        if place in (None, *known[name].places) and status in (None, *known[name].statuses)
    ]  # fmt: skip
