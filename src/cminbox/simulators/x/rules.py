"""How the played server is set up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rules:
    """The knobs of the played server.

    A `bare` server leaves out all that it may; with `old_names` it speaks of tweets where the description says posts.
    `language` is that of its error texts. `repeats` gives the last item of a page again at the beginning of the next
    one. `limits` are how many requests to a path it answers in a quarter of an hour. `credit` is what is left of what
    was paid in advance, in millionths of a dollar, None without end. `era` is what places in lists are good for: it
    changes when they expire.
    """

    largest_page: int = 100
    bare: bool = False
    old_names: bool = False
    language: str = "en"
    repeats: bool = False
    enterprise: bool = False
    limits: dict[str, int] = field(default_factory=dict)
    credit: int | None = None
    era: int = 1
