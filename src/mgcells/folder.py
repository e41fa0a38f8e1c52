"""An output folder: mgcells writes only within it, file by file as a whole, and removes only what it wrote itself."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mgcells.errors import InputProblems, Problem

OWN = ".mgcells"
LEDGER = "written.json"
SCHEMA = 1


class Folder:
    """A folder for results, with a ledger of what mgcells wrote there (in `.mgcells`).

    Names are paths within the folder, with forward slashes; one that ends in a slash is a folder of which every file
    is entered by its own name.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(os.path.expanduser(path))
        self._ledger: dict[str, Any] | None = None

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was noted of the results; empty in a folder that mgcells has not used."""
        found: Mapping[str, Any] = self._read()["facts"]
        return found

    @property
    def used(self) -> bool:
        """Whether mgcells has written there before."""
        return (self.path / OWN / LEDGER).exists()

    @property
    def asides(self) -> Path:
        """Where files are written before they are renamed into their place."""
        return self.path / OWN / "aside"

    @contextmanager
    def held(self, names: Iterable[str] = ()) -> Iterator[None]:
        """Keep the folder for this program while it writes these names, and others that it claims later.

        It is made when it is not there; what a killed program left half written is taken away; that it can be written
        to is tried at once. A program may hold a folder more than once.

        Raises
        ------
        InputProblems
            Another program holds it, it cannot be made or written to, or as for `claim`.
        """
        names = list(names)
        # Before anything is made: a folder that cannot be used is left as it is.
        self._refuse(names)
        made = [path for path in (self.path / OWN, self.path, *self.path.parents) if not path.exists()]
        with self.refusing():
            self.asides.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / OWN / "lock", timeout=0, is_singleton=True)
            try:
                lock.acquire()
            except Timeout:
                reason = "is in use: another mgcells writes there; wait until it has ended, or choose another --out"
                raise InputProblems([Problem(str(self.path), 0, reason)]) from None
        try:
            with self.refusing():
                if lock.lock_counter == 1:
                    self._ledger = None
                    self._sweep()
                self.claim(names)
            yield
        finally:
            lock.release()
            if not self.used and lock.lock_counter == 0:
                _unmake(made)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn what the system refuses into a problem of this folder."""
        try:
            yield
        except OSError as error:
            reason = f"cannot be used for results: {error.strerror or error}"
            raise InputProblems([Problem(str(self.path), 0, reason)]) from None

    def note(self, **facts: Any) -> None:
        """Note what the results are of."""
        ledger = self._read()
        ledger["facts"] = {**ledger["facts"], **facts}
        self._save(ledger)

    def claim(self, names: Iterable[str]) -> None:
        """Enter names that will be written.

        Raises
        ------
        InputProblems
            Something that mgcells did not write stands in the way of one, or it would lie outside the folder.
        """
        names = list(names)
        self._refuse(names)
        ledger = self._read()
        known = set(ledger["written"])
        if not known.issuperset(names):
            ledger["written"] = sorted({*known, *names})
            self._save(ledger)

    def adopt(self, names: Iterable[str]) -> None:
        """Enter names that mgcells wrote elsewhere: a folder of results that was copied without its ledger."""
        ledger = self._read()
        ledger["written"] = sorted({*ledger["written"], *(name for name in names if os.path.lexists(self.path / name))})
        self._save(ledger)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a path to write to; what was written there takes the place of `name` once all went well.

        Raises
        ------
        InputProblems
            As for `claim`.
        OSError
            As the system has it; what was there before stays.
        """
        self.claim([name])
        aside = self.asides / f"{os.getpid()}-{name.replace('/', '-')}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield aside
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(aside, self.path / name)
        finally:
            aside.unlink(missing_ok=True)

    def write_text(self, name: str, text: str) -> None:
        """Write a whole file; see `writing` for errors."""
        with self.writing(name) as aside:
            aside.write_text(text, encoding="utf-8", newline="\n")

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a whole file; see `writing` for errors."""
        with self.writing(name) as aside:
            aside.write_bytes(content)

    def remove(self, names: Iterable[str]) -> None:
        """Take away those of the names that mgcells wrote, and folders that are empty without them."""
        ledger = self._read()
        known = set(ledger["written"])
        gone = {name for name in names if name in known}
        for name in sorted(gone, key=len, reverse=True):
            path = self.path / name
            if self._fault(path, name, known):
                continue
            if not name.endswith("/"):
                path.unlink(missing_ok=True)
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        # A folder in which something of the user's stands stays ours to write to.
        gone -= {name for name in gone if name.endswith("/") and (self.path / name).is_dir()}
        ledger["written"] = sorted(known - gone)
        self._save(ledger)

    def clear(self) -> None:
        """Take away everything that mgcells wrote."""
        self.remove(self._read()["written"])
        self._save({**self._read(), "facts": {}})

    def written(self, beginning: str = "") -> list[str]:
        """Return the names that mgcells wrote, of those that begin so."""
        return [name for name in self._read()["written"] if name.startswith(beginning)]

    def room(self) -> int:
        """Return how many bytes the disk still takes."""
        return shutil.disk_usage(self.path).free

    def _refuse(self, names: Iterable[str]) -> None:
        known = set(self._read()["written"])
        faults = ((self.path / name, self._fault(self.path / name, name, known)) for name in (OWN, *names))
        problems = [Problem(str(path), 0, fault) for path, fault in faults if fault]
        if problems:
            raise InputProblems(problems)

    def _fault(self, path: Path, name: str, known: set[str]) -> str:
        """Return why a name cannot be written or removed, "" when it can."""
        if path.is_symlink():
            return "is a link, which mgcells does not follow; remove it, or choose another --out"
        if not path.parent.resolve().is_relative_to(self.path.resolve()):
            return "lies behind a link that leads out of the folder; remove the link, or choose another --out"
        if name == OWN or not os.path.lexists(path):
            return ""
        above = {f"{parent}/" for parent in map(str, Path(name).parents) if parent != "."}
        if not known & {name, *above}:
            return "was not written by mgcells and is in the way; move it, or choose another --out"
        if path.is_dir() != name.endswith("/"):
            return f"is a {'folder' if path.is_dir() else 'file'}; move it, or choose another --out"
        return ""

    def _sweep(self) -> None:
        for left_over in self.asides.iterdir():
            left_over.unlink()
        probe = self.asides / "probe"
        probe.write_bytes(bytes(4096))
        os.replace(probe, self.path / OWN / "probe")
        (self.path / OWN / "probe").unlink()

    def _read(self) -> dict[str, Any]:
        if self._ledger is None:
            empty = {"schema": SCHEMA, "facts": {}, "written": []}
            try:
                found = json.loads((self.path / OWN / LEDGER).read_text(encoding="utf-8"))
            except (OSError, ValueError):
                found = empty
            whole = isinstance(found, dict) and found.get("schema") == SCHEMA and found.keys() >= empty.keys()
            self._ledger = found if whole else empty
        return self._ledger

    def _save(self, ledger: dict[str, Any]) -> None:
        self._ledger = ledger
        self.asides.mkdir(parents=True, exist_ok=True)
        aside = self.asides / f"{os.getpid()}-{LEDGER}"
        aside.write_text(json.dumps(ledger, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        os.replace(aside, self.path / OWN / LEDGER)


def _unmake(folders: Iterable[Path]) -> None:
    """Take away folders, the innermost first, that were made for results which never came."""
    for folder in folders:
        if folder.name == OWN:
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
