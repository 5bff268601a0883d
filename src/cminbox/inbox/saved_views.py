"""Filters that people keep under a name, in a text file beside the workspace's settings that they may edit as well."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import Problem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from pathlib import Path

FILE = "views.toml"
MOST = 30
"""More of them no line of tabs and no person can tell apart."""
_LARGEST = 64 * 1024
_NAME, _FILTER = 40, 500
_HEAD = """\
# Views of your own: each is a filter with a name, shown beside the inbox's own views.
# What a filter can be is told by: cminbox guide keys
"""


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view: what it is called, and the filter as a person types it."""

    name: str
    filter: str


@dataclass(frozen=True, slots=True)
class Found:
    """The views of the file in their order, and what is wrong with the rest of it."""

    views: tuple[SavedView, ...] = ()
    faults: tuple[Saying, ...] = ()


class SavedViews:
    """The views of one workspace."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def load(self) -> Found:
        """Return what the file holds; a fault in it hides no other view."""
        try:
            table = self._table()
        except FileNotFoundError:
            return Found()
        except OSError as error:
            return Found(faults=(self._unreadable(error),))
        except (ValueError, RecursionError) as error:
            reason = safe(str(error), limit=120)
            return Found(faults=(say("{file}: this is no TOML ({reason})", file=self._name, reason=reason),))
        return self._read(table)

    def save(self, name: str, typed: str) -> None:
        """Keep a filter under a name, in the place of one that has the same. Raises Problem."""
        name = " ".join(name.split())
        fault = _fault(name, typed)
        if fault is not None:
            raise Problem(fault)
        found = self._sound()
        others = [one for one in found.views if one.name.casefold() != name.casefold()]
        if len(others) >= MOST:
            raise Problem(say("There are {count} views of your own already; forget one of them first", count=MOST))
        at = next((at for at, one in enumerate(found.views) if one.name.casefold() == name.casefold()), len(others))
        self._write([*others[:at], SavedView(name, typed.strip()), *others[at:]])

    def forget(self, name: str) -> None:
        """Keep a view no longer. Raises Problem when there is none with this name."""
        found = self._sound()
        others = [one for one in found.views if one.name != name]
        if len(others) == len(found.views):
            raise Problem(say("There is no view called “{name}”", name=safe(name, limit=_NAME)))
        self._write(others)

    @property
    def _name(self) -> str:
        return safe(str(self.path))

    def _table(self) -> dict[str, Any]:
        text = self._text()
        import tomllib  # noqa: PLC0415 - spared where nobody has views of his own

        return tomllib.loads(text)

    def _text(self) -> str:
        with self.path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ValueError("too long")
        return data.decode("utf-8-sig")

    def _read(self, table: dict[str, object]) -> Found:
        entries = table.get("views", [])
        if not isinstance(entries, list):
            return Found(faults=(say("{file}: write each view as [[views]]", file=self._name),))
        views: dict[str, SavedView] = {}
        faults = []
        for number, entry in enumerate(entries[:MOST], 1):
            name, typed = (entry.get(key) for key in ("name", "filter")) if isinstance(entry, dict) else (None, None)
            if not isinstance(name, str) or not isinstance(typed, str):
                faults.append(say("{file}: view {number} needs a name and a filter", file=self._name, number=number))
                continue
            fault = _fault(name, typed)
            if fault is not None:
                faults.append(fault)
            else:
                views.setdefault(name.casefold(), SavedView(name, typed))
        return Found(tuple(views.values()), tuple(faults))

    def _sound(self) -> Found:
        """Return what the file holds. Raises Problem where writing it again would lose what nobody could read."""
        found = self.load()
        if found.faults:
            raise Problem(found.faults[0])
        return found

    def _write(self, views: list[SavedView]) -> None:
        blocks = [f"\n[[views]]\nname = {_quoted(one.name)}\nfilter = {_quoted(one.filter)}\n" for one in views]
        fresh = self.path.with_name(f".{FILE}.{os.getpid()}")
        try:
            # Whoever may use the folder may use the file.
            mode = 0o600 | (self.path.parent.stat().st_mode & 0o060)
            head = self._head()
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode), "w") as file:
                os.fchmod(file.fileno(), mode)
                file.write(head + "".join(blocks))
            fresh.replace(self.path)
        except OSError as error:
            raise Problem(self._unreadable(error)) from None

    def _head(self) -> str:
        """Return what stands before the first view: remarks of a person are kept."""
        try:
            text = self._text()
        except (OSError, ValueError):
            return _HEAD
        return text.partition("[[views]]")[0].rstrip("\n") + "\n"

    def _unreadable(self, error: OSError) -> Saying:
        reason = safe(error.strerror or type(error).__name__)
        return say("{file}: this file cannot be used ({reason})", file=self._name, reason=reason)


def _fault(name: str, typed: str) -> Saying | None:
    """Return what is wrong with a view, None when nothing is."""
    # Loaded with the first view: the grammar is not needed before.
    from cminbox.domain.grammar import parse_filter  # noqa: PLC0415 - see above

    if not name.strip() or len(name) > _NAME or not name.isprintable():
        shown = safe(name, limit=_NAME)
        return say("“{name}” cannot name a view; use at most {most} letters", name=shown, most=_NAME)
    if not typed.strip() or len(typed) > _FILTER or not typed.isprintable():
        return say("View “{name}” needs a filter of at most {most} letters", name=safe(name), most=_FILTER)
    try:
        parse_filter(typed)
    except Problem as problem:
        return say("View “{name}”: {what}", name=safe(name), what=str(problem.saying))
    return None


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
