"""Lengths of time as they are written in a configuration: "8s", "30m", "1h30m", "2d"."""

from __future__ import annotations

import re

_FORM = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)
_SECONDS = (86_400, 3600, 60, 1)


def parse(text: str) -> int:
    """Return the seconds that `text` means. Raises ValueError."""
    found = _FORM.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        raise ValueError(f"not a length of time: {text!r}")
    return sum(int(count) * unit for count, unit in zip(found.groups(), _SECONDS, strict=True) if count)


def write(seconds: int) -> str:
    """Return `seconds` as it is written in a configuration; `parse` gives it back."""
    parts: list[str] = []
    rest = seconds
    for unit, letter in zip(_SECONDS, "dhms", strict=True):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count}{letter}")
    return "".join(parts) or "0s"
