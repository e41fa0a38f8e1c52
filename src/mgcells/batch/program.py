"""Which program a result comes from: the code that simulates and the libraries that compute."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from mgcells.version import __version__

PACKAGE = Path(__file__).resolve().parents[1]
# Rooms and files without which a run would come out the same.
BESIDE = frozenset({
    "__init__.py", "__main__.py", "analysis", "app", "batch", "benchmarks", "cli", "experiments", "folder.py",
    "identity.py", "model.py", "reporting", "version.py",
})  # fmt: skip
NUMERICS = ("numpy", "numba", "llvmlite")


@cache
def program() -> Mapping[str, str]:
    """Return what decides, beside the input, every bit of a result."""
    versions = {package: metadata.version(package) for package in NUMERICS}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"mgcells": __version__, "code": _code(), "python": python, "machine": platform.machine(), **versions}


def program_differences(then: Mapping[str, str]) -> str:
    """Return in words how another program differs from this one, "" when it does not."""
    now, words = program(), []
    for name in (name for name in now if then.get(name) != now[name]):
        other = "with other code" if name == "code" else f"with {name} {then.get(name, 'of unknown version')}"
        words.append(other if name == "code" else f"{other}, not {now[name]}")
    return " and ".join(words)


def _code() -> str:
    """Return a hash of the modules of the package that take part in a simulation."""
    hashed = hashlib.blake2b(digest_size=8)
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE)
        if part.parts[0] in BESIDE or any(name.startswith(".") for name in part.parts):
            continue
        content = path.read_bytes()
        hashed.update(f"{part.as_posix()}\0{len(content)}\0".encode() + content)
    return hashed.hexdigest()
