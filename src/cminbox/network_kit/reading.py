"""Reading foreign JSON into typed values: every access says what it expected and where."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cminbox.domain.saying import say
from cminbox.domain.text import repair, safe
from cminbox.network_kit.failures import Unreadable
from cminbox.network_kit.text import html_to_text

TEXT_CAP = 100_000
ID_CAP = 2_000
NUMBER_CAP = 2**63 - 1
"""The largest whole number that a database column holds."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


class Shape(Exception):  # noqa: N818 - caught at the item's edge, never seen by a caller
    """A field was not what the documentation promises; `where` is its path."""

    def __init__(self, where: str, expected: str) -> None:
        super().__init__(f"{where} is not {expected}")


class Reader:
    """A JSON object with typed, bounded access. `where` names it in failures."""

    __slots__ = ("_data", "where")

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise Shape(where, "an object")
        self._data: dict[str, Any] = data
        self.where = where

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(key) is not None

    def raw(self, key: str) -> Any:  # noqa: ANN401 - foreign JSON
        """Return the field as it came, None when absent."""
        return self._data.get(key)

    def identifier(self, key: str) -> str:
        """Return an opaque id: a non-empty string, or an integer as text. Raises Shape for anything else."""
        value = self._data.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value or len(value) > ID_CAP:
            raise Shape(f"{self.where}.{key}", "an id")
        return repair(value)

    def maybe_identifier(self, key: str) -> str | None:
        """Return an opaque id, None when absent or null."""
        return self.identifier(key) if self.has(key) else None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string, repaired and bounded; absent or null gives `default` or fails."""
        value = self._data.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Shape(f"{self.where}.{key}", "text")
        return repair(value[:TEXT_CAP])

    def html(self, key: str, default: str | None = None) -> str:
        """Return an HTML field as plain text, bounded; absent or null gives `default` or fails."""
        value = self._data.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Shape(f"{self.where}.{key}", "text")
        return html_to_text(value)[:TEXT_CAP]

    def number(self, key: str, default: int | None = None) -> int:
        """Return an integer; absent or null gives `default` or fails."""
        value = self._data.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > NUMBER_CAP:
            raise Shape(f"{self.where}.{key}", "a whole number")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a boolean; absent or null gives `default`. Raises Shape for anything else."""
        value = self._data.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise Shape(f"{self.where}.{key}", "true or false")
        return value

    def instant(self, key: str) -> int:
        """Return an ISO 8601 time as UTC milliseconds."""
        return parse_instant(self.text(key), f"{self.where}.{key}")

    def maybe_instant(self, key: str) -> int | None:
        """Return an ISO 8601 time as UTC milliseconds, None when absent or null."""
        return self.instant(key) if self.has(key) else None

    def object(self, key: str) -> Reader:
        """Return a nested object."""
        return Reader(self._data.get(key), f"{self.where}.{key}")

    def maybe_object(self, key: str) -> Reader | None:
        """Return a nested object, None when absent or null."""
        return self.object(key) if self.has(key) else None

    def items(self, key: str) -> list[Any]:
        """Return a list, empty when absent or null. Raises Shape for anything else."""
        value = self._data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Shape(f"{self.where}.{key}", "a list")
        return value


def listing(body: object, where: str) -> list[Any]:
    """Return a body that must be a list. Raises Unreadable."""
    if not isinstance(body, list):
        raise Unreadable(say("{where} did not answer with a list", where=where))
    return body


def mapping(body: object, where: str) -> Reader:
    """Return a body that must be an object. Raises Unreadable."""
    try:
        return Reader(body, where)
    except Shape:
        raise Unreadable(say("{where} did not answer with an object", where=where)) from None


def unreadable(shape: Shape) -> Unreadable:
    """Return the failure for a shape that makes a whole answer useless."""
    said = safe(str(shape), limit=200)
    return Unreadable(say("The network's answer has another shape than documented: {said}", said=said))


def parse_instant(text: str, where: str) -> int:
    """Return an ISO 8601 time as UTC milliseconds; a time without a zone is UTC. Raises Shape."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Shape(where, "a time") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Shape(where, "a plausible time")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
