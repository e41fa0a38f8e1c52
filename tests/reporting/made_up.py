"""Made-up output folders, as a finished batch leaves them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

OBSERVABLES = {
    "plasma.magnesium": ("mM", "plasma magnesium", 0.8, "body"),
    "csf.magnesium": ("mM", "CSF magnesium", 0.8, "body"),
    "urine.magnesium": ("mmol/d", "magnesium in urine", 0.4, "body"),
    "faeces.magnesium": ("mmol/d", "magnesium in stool", 0.9, "body"),
    "brain.synapse_density": ("", "synapse density", 1.0, "brain"),
}
GAIN = {
    "vehicle": (0.0, 0.0, 0.0, 0.0, 0.0),
    "L-TAMS": (0.001, 0.12, 0.2, 0.4, 0.2),
    "chloride, equal magnesium": (0.002, 0.0, 0.3, 0.4, -0.1),
    "sham": (0.0, 0.0, 0.0, 0.0, 0.0),
}


def write_folder(
    folder: Path,
    *,
    strategies: tuple[str, ...] = tuple(GAIN),
    replicates: int = 6,
    failed: tuple[tuple[str, int], ...] = (),
    endpoints: tuple[str, ...] = ("csf.magnesium", "brain.synapse_density", "plasma.magnesium"),
) -> Path:
    """Write a finished output folder; runs named in `failed` have no rows."""
    folder.mkdir(parents=True, exist_ok=True)
    days = np.arange(0, 24.1, 2.0)
    subject = np.random.default_rng(1).normal(1.0, 0.05, (replicates, len(OBSERVABLES)))
    noise = np.random.default_rng(2)
    blocks: list[pd.DataFrame] = []
    runs: list[tuple[str, str, int, str, float, str]] = []
    for strategy in strategies:
        for replicate in range(replicates):
            lost = (strategy, replicate) in failed
            status, error = ("failed", "KeyError: <body.csf>") if lost else ("done", "")
            runs.append((f"r{len(runs)}", strategy, replicate, status, 1.5, error))
            if lost:
                continue
            block: dict[str, Any] = {"strategy": strategy, "replicate": replicate, "day": days}
            for place, (name, (_, _, baseline, _)) in enumerate(OBSERVABLES.items()):
                gain = GAIN[strategy][place]
                jitter = noise.normal(0, 0.01, len(days)) if gain else 0.0
                block[name] = baseline * subject[replicate, place] + gain * (1 - np.exp(-days / 8)) + jitter
            blocks.append(pd.DataFrame(block))
    columns = ["strategy", "replicate", "day", *OBSERVABLES]
    table = pd.concat(blocks) if blocks else pd.DataFrame({column: [] for column in columns})
    table.to_parquet(folder / "timeseries.parquet", index=False)
    units = [(name, unit, label) for name, (unit, label, _, _) in OBSERVABLES.items()]
    pd.DataFrame(units, columns=["observable", "unit", "label"]).to_csv(folder / "units.csv", index=False)
    runs_columns = ["run id", "strategy", "replicate", "status", "seconds", "error"]
    pd.DataFrame(runs, columns=runs_columns).to_csv(folder / "runs.csv", index=False)
    (folder / "manifest.json").write_text(json.dumps({"versions": {"mgcells": "0.1.0"}, "simulated": "abc123"}))
    (folder / "resolved.json").write_text(json.dumps(resolved(strategies, replicates, endpoints)))
    last = table[table["day"] == 24.0].reset_index(drop=True)
    read = last[["strategy", "replicate"]].assign(**{f"{name}, at 24 d": last[name] for name in endpoints})
    read.to_parquet(folder / "endpoints.parquet", index=False)
    return folder


def resolved(strategies: tuple[str, ...], replicates: int, endpoints: tuple[str, ...]) -> dict[str, Any]:
    parameter = {"value": 0.8, "unit": "mM", "low": 0.7, "high": 0.9, "note": "", "claims": ["B01"], "changed_by": {}}
    rule = {
        "sentence": "In neuron, intracellular magnesium increases synapse density.",
        "grade": "B",
        "claims": ["B27"],
        "note": "Disputed & <open>.",
        "changed_by": {},
    }
    return {
        "contrasts": [{"strategy": name, "plus": ["vehicle"], "minus": []} for name in strategies if name != "vehicle"],
        "scenario": {
            "title": "Which salt reaches the brain <fast>?",
            "subject": "rat",
            "conditions": ["healthy"],
            "duration_days": 24.0,
            "replicates": replicates,
            "seed": 7,
            "control": "vehicle",
            "tissues": ["brain"],
            "record_every_hours": 48,
        },
        "strategies": [
            {
                "name": name,
                "doses": [] if name in ("vehicle", "sham") else ["604 mg/kg of salt every 24 h, drinking water"],
                "co_medication": ["30 mg of morphine every 12 h, oral"] if name == "sham" else [],
                "magnesium_mmol_per_day": 0.0 if name in ("vehicle", "sham") else 0.615,
                "threonate_mmol_per_day": 0.0,
                "dosing": [[day, day] for day in range(24)] if name == "L-TAMS" else [],
                "changes": ["rule brain.glut3.threonate off"] if name == "L-TAMS" else [],
                "beyond": [
                    {
                        "line": "range",
                        "limit": 1,
                        "unit": "mg/d",
                        "highest": 2,
                        "text": "dose above the range of the sources",
                    }
                ]
                if name == "L-TAMS"
                else [],
            }
            for name in strategies
        ],
        "parameters": {
            "body.csf.magnesium": parameter | {"basis": "measured", "sources": ["Sun2016"], "origin": "rat.toml:12"},
            "brain.gain": parameter
            | {"basis": "assumed", "sources": [], "origin": "brain.toml:3", "changed_by": {"L-TAMS": "0.9 mM"}},
        },
        "rules": {
            "neuron.synapse": rule | {"status": "on", "basis": "fitted", "sources": ["Sun2016"]},
            "neuron.nr2b": rule | {"status": "switch", "basis": "assumed", "sources": ["Old_1999"]},
            "neuron.unused": rule | {"status": "off", "basis": "assumed", "sources": []},
        },
        "claims": {
            "B27": {
                "topic": "synapse density",
                "statement": "L-TAMS raises the density of <synapses>.",
                "verdict": "partly",
                "grade": "B",
                "note": "The size is recalled.",
                "for": ["Slutsky2010-synapses"],
                "against": [],
            },
            "P20": {
                "topic": "unused",
                "statement": "Nothing stands on this.",
                "verdict": "unsupported",
                "grade": "D",
                "note": "",
                "for": [],
                "against": [],
            },
        },
        "endpoints": [
            {"observable": name, "label": "at 24 d", "kind": "at", "from_day": 24.0, "to_day": 24.0}
            for name in endpoints
        ],
        "observables": {
            name: {"unit": unit, "label": label, "tissue": tissue}
            for name, (unit, label, _, tissue) in OBSERVABLES.items()
        },
        "sources": {
            "Sun2016": {
                "authors": "Sun Q, Weinger JG, Mao F, Liu G",
                "year": 2016,
                "title": "Threonate & 100% of _neurons_",
                "journal": "Neuropharmacology",
                "doi": "10.1000/x_y",
                "pmid": "",
                "seen": True,
            },
            "Old_1999": {"authors": "Old et al.", "title": "From memory", "seen": False},
        },
    }
