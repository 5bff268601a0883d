"""What the engine knows of a canned reply."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A canned reply as far as it helps to find it. `lang` is an ISO 639 code, None when it is not known.

    `examples` are messages that it answers.
    """

    id: str
    title: str = ""
    shortcut: str = ""
    tags: tuple[str, ...] = ()
    body: str = ""
    lang: str | None = None
    examples: tuple[str, ...] = ()
