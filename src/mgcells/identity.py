"""What makes two inputs the same: a digest of every field of a record at full precision, except of mere words.

A field counts unless it is declared as `field(metadata=WORDS)`: a new field is part of the identity of a run until
someone says that nothing which is simulated reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

# Of a dataclass field that only readers read: a name, a note, the place where something is written.
WORDS = {"words": True}


def digest(*values: Any) -> str:
    """Return a hash of values made of records, mappings, sequences, numbers and texts.

    Numbers count to the last bit, mappings do not depend on the order of their keys.

    Raises
    ------
    TypeError
        Something of which it is not known what makes it the same.

    Examples
    --------
    >>> digest({"a": 1.0, "b": 2.0}) == digest({"b": 2.0, "a": 1.0})
    True
    >>> digest(0.1 + 0.2) == digest(0.3)
    False
    """
    hashed = hashlib.blake2b(digest_size=16)
    for value in values:
        for part in _parts(value):
            # Each part with its length, so that two different sequences of parts never read alike.
            hashed.update(f"{len(part)}:{part}".encode(errors="surrogatepass"))
    return hashed.hexdigest()


def _parts(value: Any) -> Iterator[str]:
    if value is None or isinstance(value, bool | int):
        yield repr(value)
    elif isinstance(value, str):
        yield f"'{value}"
    elif isinstance(value, float):
        yield value.hex()
    elif is_dataclass(value):
        names = (entry.name for entry in fields(value) if not entry.metadata.get("words"))
        yield from _record(value, names)
    elif isinstance(value, BaseModel):
        kept = (name for name in type(value).model_fields if name not in getattr(value, "WORDS", ()))
        yield from _record(value, kept)
    elif isinstance(value, Mapping):
        yield f"{{{len(value)}"
        for key in sorted(value, key=repr):
            yield from _parts(key)
            yield from _parts(value[key])
    elif isinstance(value, Sequence):
        yield f"[{len(value)}"
        for item in value:
            yield from _parts(item)
    else:
        raise TypeError(f"a {type(value).__name__} has no identity: {value!r}")


def _record(value: Any, names: Iterator[str]) -> Iterator[str]:
    yield f"({type(value).__name__}"
    for name in names:
        yield name
        yield from _parts(getattr(value, name))
    yield ")"
