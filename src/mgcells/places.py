"""Folders outside the package: an output that is tried before work begins, a place for what can be made again."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mgcells.errors import InputProblems, Problem


def refuse_unusable(folder: Path, files: Iterable[str] = (), folders: Iterable[str] = ()) -> None:
    """Make an output folder and try to write into it, so that hours of work do not end at a name that is taken.

    Parameters
    ----------
    folder : Path
    files, folders : names in it that will be written

    Raises
    ------
    InputProblems
        It cannot be made or written, or a folder stands where a file goes or the other way round.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"0")
    except FileExistsError:
        raise InputProblems([Problem(str(folder), 0, "cannot be written: it is no folder")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputProblems([Problem(str(folder), 0, f"cannot be written: {reason}")]) from None
    found = [Problem(str(folder / name), 0, "is a folder where a file is to be written; move it away")
             for name in files if (folder / name).is_dir()]  # fmt: skip
    found += [Problem(str(folder / name), 0, "is a file where a folder is to be made; move it away")
              for name in folders if (folder / name).exists() and not (folder / name).is_dir()]  # fmt: skip
    if found:
        raise InputProblems(found)


def write_output(path: Path, text: str) -> None:
    """Write a file that a user has named: whole or not at all, where it is no device.

    Raises
    ------
    InputProblems
        It cannot be written.
    """
    device = path.exists() and not path.is_file()
    aside = path if device else path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        if aside != path:
            os.replace(aside, path)
    except (OSError, ValueError) as error:
        if not device:
            with contextlib.suppress(OSError, ValueError):
                aside.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or str(error)
        raise InputProblems([Problem(str(path), 0, f"cannot be written: {reason}")]) from None


def scratch_folder(name: str) -> Path | None:
    """Return a folder of this user's alone among the temporary files, None where there is none to be had.

    What is kept there may be code, so that nobody else may write into it.
    """
    try:
        base = Path(tempfile.gettempdir())
        # Where there is no folder for temporary files, this one is the user's own.
        if base.samefile(Path.cwd()):
            return None
        user = base / f"mgcells-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"
        user.mkdir(mode=0o700, exist_ok=True)
        found = user.lstat()
        theirs = hasattr(os, "getuid") and (found.st_uid != os.getuid() or bool(found.st_mode & 0o022))
        if not stat.S_ISDIR(found.st_mode) or theirs:
            return None
        (user / name).mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=user / name).close()
    except OSError:
        return None
    return user / name


def house_matplotlib() -> None:
    """Give matplotlib a folder for its list of fonts where its own cannot be written: it would warn in each process."""
    if "MPLCONFIGDIR" in os.environ:
        return
    try:
        home = Path.home()
    except RuntimeError:
        home = Path(os.devnull)
    if sys.platform.startswith(("linux", "freebsd")):
        own = [
            Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config"),
            Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache"),
        ]
    else:
        own = [home / ".matplotlib"]
    folder = None if all(map(_can_be_made, own)) else scratch_folder("matplotlib")
    if folder is not None:
        os.environ["MPLCONFIGDIR"] = str(folder)


def _can_be_made(folder: Path) -> bool:
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK)
