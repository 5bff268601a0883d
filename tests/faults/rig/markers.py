"""Planted secrets: every place in which they must not be, searched byte by byte."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rig.stage import Stage

_SHORTEST = 8


def forms(secret: str) -> set[bytes]:
    """Return the ways in which a secret may be written."""
    raw = secret.encode()
    return {raw, quote(secret, safe="").encode(), base64.b64encode(raw).rstrip(b"="), raw[::-1]}


def secrets_of(stage: Stage) -> list[str]:
    """Return every credential that was ever good on a stage."""
    found: list[str] = stage.town("credentials")
    return [one for one in found if len(one) >= _SHORTEST]


def leaks(stage: Stage) -> list[str]:
    """Return where on disk a secret lies outside the store of secrets."""
    return [*_in_files(stage.folder, stage.home / "secrets", secrets_of(stage))]


def in_text(what: str, data: bytes, secrets: Iterable[str]) -> list[str]:
    """Return a sentence for each secret in bytes that were written somewhere."""
    return [f"a secret is in {what}" for secret in secrets if any(form in data for form in forms(secret))]


def in_processes(secrets: Iterable[str]) -> list[str]:
    """Return which process names a secret in its command line, as every user of the machine can see."""
    secrets = list(secrets)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:
            # It has ended.
            continue
        found += in_text(f"the command line of process {process.name}", line, secrets)
    return found


def _in_files(folder: Path, kept: Path, secrets: list[str]) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_relative_to(kept):
            yield from in_text(str(path.relative_to(folder)), path.read_bytes(), secrets)
