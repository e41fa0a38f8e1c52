"""Tables as CSV, as people and their spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from mgcells.errors import Problem, suggestion

YES = ("true", "yes", "1")
NO = ("", "false", "no", "0")
YES_OR_NO = ("replaces",)


def is_yes(text: str) -> bool:
    """Tell whether a cell of a table says yes."""
    return text.strip().casefold() in YES


def read_table(
    text: str, shown: str, columns: Sequence[str], optional: Sequence[str], problems: list[Problem]
) -> list[tuple[int, dict[str, str]]]:
    """Return (line, column -> stripped text) of every row; every fault of form becomes a problem with its line.

    Lines that begin with #, blank lines and empty columns at the end, which spreadsheets leave, are passed over. A
    table whose header cannot be read has no rows.
    """
    text = without_comments(text.replace("\r\n", "\n").replace("\r", "\n"))
    place, first = next(((place, line) for place, line in enumerate(text.split("\n"), 1) if line.strip()), (1, ""))
    if first.strip().casefold().startswith("sep="):
        problems.append(Problem(shown, place, "begins with a spreadsheet's line 'sep='; save the table as plain CSV"))
        return []
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if separator in first and first.count(separator) > first.count(","):
            reason = f"is separated by {name}; save it with commas, and numbers with points"
            problems.append(Problem(shown, place, reason))
            return []
    try:
        numbered = _numbered(text)
    except _Unreadable as fault:
        reason = f"cannot be read as CSV: {fault.reason}; look for a quote that is left open"
        problems.append(Problem(shown, fault.line, reason))
        return []
    if not numbered:
        problems.append(Problem(shown, 1, f"holds comments only; its columns are {','.join(columns)}"))
        return []
    header = [name.strip() for name in numbered[0][1]]
    while header and not header[-1]:
        header.pop()
    faults = [f"unknown column '{name}'{suggestion(name, [*columns, *optional])}" for name in header
              if name not in columns and name not in optional]  # fmt: skip
    faults += [f"column '{name}' is missing" for name in columns if name not in header]
    faults += [f"column '{name}' stands twice" for name in dict.fromkeys(header) if header.count(name) > 1]
    if faults:
        problems += [Problem(shown, numbered[0][0], fault) for fault in faults]
        return []
    found = []
    for line, row in numbered[1:]:
        cells = [cell.strip() for cell in row]
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) != len(header):
            problems.append(Problem(shown, line, f"has {len(cells)} fields, the header has {len(header)}"))
            continue
        by_column = dict(zip(header, cells, strict=True))
        for name in YES_OR_NO:
            if by_column.get(name, "").casefold() not in (*YES, *NO):
                problems.append(Problem(shown, line, f"{name} = '{by_column[name]}' should be true or empty"))
        found.append((line, by_column))
    return found


def without_comments(text: str) -> str:
    """Return the text of a table with lines that begin with # left empty, so that the others keep their numbers."""
    kept, quoted = [], False
    for line in text.split("\n"):
        comment = line.startswith("#") and not quoted
        kept.append("" if comment else line)
        # A field in quotes may go on in the next line; quotes within it are doubled.
        quoted ^= not comment and line.count('"') % 2 == 1
    return "\n".join(kept)


class _Unreadable(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text))
    found, begin = [], 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((begin + 1, row))
            begin = reader.line_num
    except csv.Error as error:
        raise _Unreadable(begin + 1, str(error)) from None
    return found
