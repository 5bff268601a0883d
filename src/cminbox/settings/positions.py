"""On which line of a TOML file a setting stands: the parser does not say, so the text is read once more."""

from __future__ import annotations

import tomllib
from typing import Any

Path = tuple[str | int, ...]
_LONGEST_VALUE = 200
_DEEPEST = 8


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every table and key of `text`, which is valid TOML; list items carry their index."""
    found: dict[Path, int] = {}
    lines = text.splitlines()
    table: Path = ()
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        length = 1
        if line.startswith("["):
            table = _table(line, found)
            found.setdefault(table, at + 1)
        elif line and not line.startswith("#"):
            value, length = _statement(lines, at)
            for path in _paths(value):
                found.setdefault(table + path, at + 1)
        at += length
    return found


def line_of(text: str, path: Path) -> int | None:
    """Return the line of what stands at `path`, else of the nearest table around it; None when there is none."""
    found = lines_of(text)
    return next((found[path[:end]] for end in range(len(path), 0, -1) if path[:end] in found), None)


def _table(line: str, found: dict[Path, int]) -> Path:
    """Return the path that a header line opens; the next of several tables of one name gets the next index."""
    path: list[str | int] = []
    value: Any = tomllib.loads(line)
    while value:
        if isinstance(value, list):
            taken = sum(1 for known in found if known[:-1] == tuple(path) and isinstance(known[-1], int))
            path.append(taken)
            break
        ((name, value),) = value.items()
        path.append(name)
    return tuple(path)


def _statement(lines: list[str], at: int) -> tuple[dict[str, Any], int]:
    """Return the `key = value` that begins at a line, and how many lines it takes.

    A value of more lines than any setting has ends the search: what follows is then told by its table's line.
    """
    for length in range(1, min(len(lines) - at, _LONGEST_VALUE) + 1):
        try:
            return tomllib.loads("\n".join(lines[at : at + length])), length
        except tomllib.TOMLDecodeError:
            continue
    return {}, len(lines)


def _paths(value: dict[str, Any], depth: int = _DEEPEST) -> list[Path]:
    """Return the path of every key in a value, tables within it included as far as any setting lies."""
    found: list[Path] = []
    for name, inner in value.items():
        found.append((name,))
        if isinstance(inner, dict) and depth > 1:
            found.extend((name, *path) for path in _paths(inner, depth - 1))
    return found
