"""What a run through Meta's lists finds: each item read by itself, kept when it says something new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.network_kit.graph.memory import Entry
from cminbox.network_kit.reading import Shape, parse_instant, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.memory import Memory


class Findings:
    """What is new lies in `found`, by id; `missing` are known ids that a list should show. `now`: UTC milliseconds."""

    def __init__(self, memory: Memory, now: Callable[[], int]) -> None:
        self._memory = memory
        self._now = now
        self.found: dict[str, Entry] = {}
        self.missing: list[str] = []

    def add_all(self, items: Iterable[Any], read: Callable[[Any], Message], what: str, within: str = "") -> int:
        """Take items one by one, see `add`; return how many are new."""
        return sum(self.add(item, read, what, within) for item in items)

    def add(self, item: Any, read: Callable[[Any], Message], what: str, within: str = "") -> int:  # noqa: ANN401 - JSON
        """Take an item; return 1 when it is new, else 0. It is remembered `within` its post.

        One for which `read` raises Shape is reported, as a `what`, and the others live on.
        """
        try:
            message = read(item)
        except Shape as shape:
            return self.skip(f"?{what}/{self.id_of(item)}", shape, _time_of(item))
        return self.note(Entry(message.created_at, within + message.remote_id, message))

    def skip(self, name: str, shape: Shape, at: int | None = None) -> int:
        """Report what cannot be read, once by its name; `at` is its time (UTC milliseconds), None for now."""
        return self.note(Entry(self._now() if at is None else at, name, skipped=unreadable(shape).saying))

    def note(self, entry: Entry) -> int:
        """Keep an entry that says something new; return 1 when it does, else 0."""
        if not self._memory.is_news(entry) or entry.identifier in self.found:
            return 0
        self.found[entry.identifier] = entry
        return 1

    def expected(self, start: str, seen: set[str], later: int = -1) -> list[str]:
        """Return the known ids that begin with `start`, were not seen, and are later than a time (UTC milliseconds)."""
        return [
            identifier
            for identifier, (at, _mark) in self._memory.known.items()
            if identifier.startswith(start) and at > later and identifier not in seen
        ]

    def id_of(self, item: object) -> str:
        """Return the id of what cannot be read, as far as it has one."""
        given = item.get("id") if isinstance(item, dict) else None
        return given if isinstance(given, str) and given else "somewhere"


def _time_of(item: object) -> int | None:
    given = (item.get("timestamp") or item.get("created_time")) if isinstance(item, dict) else None
    try:
        return parse_instant(given, "timestamp") if isinstance(given, str) else None
    except Shape:
        return None
