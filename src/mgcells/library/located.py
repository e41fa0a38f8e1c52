"""Files read with the line of every key, so that a problem can name its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli

from mgcells.errors import InputProblems, Problem

HEADER = re.compile(r"\s*\[(\[)?\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
NOT_BARE = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
BRACKETS = re.compile(r"[\[\]{}]")
PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")

MOST_NESTED = 30
LARGEST_WHOLE = 2**63
TOO_DEEP = f"is nested more than {MOST_NESTED} deep, which nothing here is"
TOO_LONG = "cannot be read: a whole number has more than 18 digits"

KeyPath = tuple[str | int, ...]


def reason(error: OSError | ValueError) -> str:
    """Return why the system could not open a name, without the name."""
    return getattr(error, "strerror", None) or str(error)


def read_text(path: Path, shown: str) -> str:
    """Return a file's text; InputProblems when it is missing, a directory, empty or not text."""

    def refuse(text: str) -> InputProblems:
        return InputProblems([Problem(shown, 0, text)])

    try:
        if path.is_dir():
            raise refuse("is a directory; name a TOML file in it")
        if path.exists() and not path.is_file():
            raise refuse("is no file that can be read")
        data = path.read_bytes()
    except FileNotFoundError:
        raise refuse("does not exist") from None
    except (OSError, ValueError) as error:
        raise refuse(f"cannot be read: {reason(error)}") from None
    if not data.strip():
        raise refuse("is empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not a text file (UTF-8 expected)") from None
    if "\0" in text:
        raise refuse("is not a text file (it holds NUL bytes)")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Document:
    """A parsed TOML file that remembers where its keys stand."""

    shown: str
    text: str
    data: dict[str, Any]
    lines: dict[KeyPath, int] = field(repr=False)

    def line(self, *path: str | int) -> int:
        """Return the line of the longest known beginning of `path`; what lies inside one value is searched in its text.

        There a number that comes first is the place of an entry in a list. What is not there stands where the table
        begins that should have it: on line 1 for the whole file.
        """
        for length in range(len(path), 0, -1):
            found = self.lines.get(path[:length])
            if found:
                return self._within(found, path[length:])
        return self.lines.get((), 1)

    def part(self, key: str, **defaults: Any) -> Document:
        """Return the table `key` as a document of its own, whose problems still name the lines of this file."""
        lines = {path[1:]: line for path, line in self.lines.items() if path[:1] == (key,)}
        return Document(self.shown, self.text, {**defaults, **self.data[key]}, lines)

    def _within(self, line: int, parts: KeyPath) -> int:
        """Follow `parts` through the text of one value as far as they are there: from key to key, entry to entry."""
        rows = self.text.split("\n")
        end = min((other for other in self.lines.values() if other > line), default=len(rows) + 1)
        column = 0
        for part in parts:
            first, *others = rows[line - 1 : end - 1]
            if isinstance(part, int):
                entries = _entries([first[column:], *others])
                if part < len(entries):
                    (begin, start), last = entries[part]
                    column, line, end = start + (0 if begin else column), line + begin, line + last + 1
                continue
            pattern = re.compile(rf"(?<![A-Za-z0-9_-])[\"']?{re.escape(part)}[\"']?\s*=")
            for number, row in enumerate([" " * column + first[column:], *others]):
                found = pattern.search(row)
                if found:
                    line, column = line + number, found.start()
                    break
        return line


def parse(text: str, shown: str) -> Document:
    """Parse TOML text; InputProblems with the line when it does not parse."""
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        number = int(place[1]) if place else text.count("\n") + 1
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise InputProblems([Problem(shown, number, f"is not valid TOML: {reason}")]) from None
    except ValueError:
        raise InputProblems([Problem(shown, _longest_number(text), TOO_LONG)]) from None
    except RecursionError:
        raise InputProblems([Problem(shown, _deepest(text), TOO_DEEP)]) from None
    document = Document(shown, text, data, _lines(text))
    _refuse_extremes(document)
    return document


def _refuse_extremes(document: Document) -> None:
    """Raise InputProblems for what is nested so deep, or a whole number so long, that what reads it would fail."""
    waiting: list[tuple[KeyPath, Any]] = [((), document.data)]
    problems = []
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
            problems.append(Problem(document.shown, document.line(*path), TOO_LONG))
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        if items and len(path) >= MOST_NESTED:
            problems.append(Problem(document.shown, document.line(*path), TOO_DEEP))
            break
        waiting += [((*path, key), item) for key, item in items]
    if problems:
        raise InputProblems(problems)


def _longest_number(text: str) -> int:
    """Return the line with the longest row of digits."""
    rows = [max((len(digits) for digits in re.findall(r"[0-9_]+", row)), default=0) for row in text.split("\n")]
    return rows.index(max(rows)) + 1


def _deepest(text: str) -> int:
    """Return the first line on which brackets or a dotted name go deeper than anything here does."""
    depth = 0
    for number, row in enumerate(text.split("\n"), 1):
        bare = NOT_BARE.sub("", row)
        for sign in bare:
            depth += (sign in "[{") - (sign in "]}")
            if depth > MOST_NESTED:
                return number
        if bare.count(".") > MOST_NESTED:
            return number
    return 1


def read(path: Path, shown: str | None = None) -> Document:
    """Read and parse one TOML file."""
    shown = shown or str(path)
    return parse(read_text(path, shown), shown)


def _entries(rows: list[str]) -> list[tuple[tuple[int, int], int]]:
    """Return where each entry of the list begins (row, column), and its last row; the list begins in the first row."""
    found: list[tuple[tuple[int, int], int]] = []
    depth, inside = 0, False
    for number, row in enumerate(rows):
        # Of the same length, so that columns stay what they are.
        bare = NOT_BARE.sub(lambda part: (" " if part[0].startswith("#") else "-") * len(part[0]), row)
        for column, sign in enumerate(bare):
            if sign == " ":
                continue
            if depth == 1 and sign == ",":
                inside = False
            elif depth == 1 and sign != "]" and not inside:
                found.append(((number, column), number))
                inside = True
            elif inside:
                found[-1] = found[-1][0], number
            depth += (sign in "[{") - (sign in "]}")
            if depth == 0 and sign == "]":
                return found
    return found


def _split(dotted: str) -> list[str]:
    return [a or b or c for a, b, c in PART.findall(dotted)]


def _place(parts: list[str], counts: dict[KeyPath, int]) -> KeyPath:
    """Return the path of a table; where it lies in a list of tables, in the last of them so far."""
    found: KeyPath = ()
    for part in parts:
        found = (*found, counts[found], part) if found in counts else (*found, part)
    return found


def _lines(text: str) -> dict[KeyPath, int]:
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    prefix: KeyPath = ()
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        begin = line.lstrip()[:1]
        if begin in {"", "#"}:
            continue
        if depth == 0:
            header = HEADER.match(line) if begin == "[" else None
            key = None if header else KEY.match(line)
            if header:
                prefix = _place(_split(header[2]), counts)
                if header[1]:
                    counts[prefix] = counts.get(prefix, -1) + 1
                    prefix = (*prefix, counts[prefix])
                found.setdefault(prefix, number)
                continue
            if key:
                names = (*prefix, *_split(key[1]))
                for length in range(len(prefix) + 1, len(names) + 1):
                    found.setdefault(names[:length], number)
        if BRACKETS.search(line):
            bare = NOT_BARE.sub("", line)
            opened, closed = bare.count("[") + bare.count("{"), bare.count("]") + bare.count("}")
            depth = max(0, depth + opened - closed)
    return found
