"""The sources a run used, as BibTeX and as lines of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ESCAPES = {character: f"\\{character}" for character in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
EXTENTS = {
    "abstract": "Abstract read",
    "opening": "Opening pages read",
    "code": "Model code read",
    "secondary": "Known from a page about it, not read itself",
    "recalled": "Recalled, not read",
}
AS_WRITTEN = ("doi", "pmid", "pmcid")


def reading(source: Mapping[str, Any]) -> str:
    """Say how far the source was read; "" when in full, and recalled when nothing is known."""
    seen = source.get("seen") or "recalled"
    return EXTENTS.get(str(seen).strip().lower(), "")


def bibtex(sources: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one BibTeX entry per source, by key; only the fields that are known."""
    return "\n".join(_entry(key, sources[key]) for key in sorted(sources))


def reference_line(source: Mapping[str, Any]) -> str:
    """Return a source as one line of text without its identifiers."""
    year = f" ({source['year']})" if source.get("year") else ""
    parts = [f"{_author_text(source, ', ')}{year}", source.get("title"), source.get("journal")]
    return ". ".join(str(part).strip().rstrip(".") for part in parts if part and str(part).strip()) + "."


def _entry(key: str, source: Mapping[str, Any]) -> str:
    fields = {
        "author": _author_text(source, " and "),
        "title": source.get("title"),
        "journal": source.get("journal"),
        "year": source.get("year"),
        "doi": source.get("doi"),
        "pmid": source.get("pmid"),
        "pmcid": source.get("pmcid"),
        "note": reading(source),
    }
    kind = "article" if source.get("journal") else "misc"
    known = {name: str(value) for name, value in fields.items() if value}
    lines = [f"  {name} = {{{_field(name, value)}}}" for name, value in known.items()]
    return f"@{kind}{{{re.sub(r'[^A-Za-z0-9:._-]', '', key)},\n" + ",\n".join(lines) + "\n}\n"


def _author_text(source: Mapping[str, Any], joint: str) -> str:
    authors = source.get("authors") or ""
    if not isinstance(authors, str):
        return joint.join(str(author) for author in authors)
    if joint == ", " or " and " in authors:
        return authors
    names = [_name(name) for name in re.split(r"\s*[,;&]\s*", re.sub(r",?\s+et al\.?$", "", authors))]
    return joint.join([*names, "others"] if "et al" in authors else names)


def _name(name: str) -> str:
    """Write "Sun Q" as "Sun, Q", and keep a surname of several words together."""
    initials = re.fullmatch(r"(\S.*?) ([A-Z]{1,4})", name)
    if initials:
        return f"{initials[1]}, {initials[2]}"
    return f"{{{name}}}" if " " in name else name


def _field(name: str, value: str) -> str:
    if name in AS_WRITTEN:
        return value
    if name == "author":
        return "".join(ESCAPES[character] if character in "&%$#_" else character for character in value)
    return _escape(value)


def _escape(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text)
