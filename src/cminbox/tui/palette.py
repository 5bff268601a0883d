"""What one can pick from a strip by typing a few of its letters: the palette, views, persons, drafts, what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.folding import folded
from cminbox.domain.value import dataclass
from cminbox.i18n import _
from cminbox.tui import wording

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from cminbox.tui.actions import Action
    from cminbox.tui.keymap import Keymap

    Effect = Callable[[], Awaitable[None] | None]

_WHOLE, _START, _WORD_START, _ADJACENT, _GAP = 100, 60, 12, 6, 1
_MOVES = frozenset({"down", "up", "page_down", "page_up", "top", "bottom", "palette", "use", "use_numbered"})
_LAST = 99
RECENT = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to pick: its name, a remark beside it, the keys that do the same, and what it does."""

    id: str
    text: str
    run: Effect
    note: str = ""
    keys: str = ""


def entries_of(keymap: Keymap, actions: Iterable[Action], perform: Callable[[Action], Effect]) -> list[Entry]:
    """Return what can be done now as entries, the most useful first; moves in a list are no business of a palette."""
    ordered = sorted(actions, key=lambda one: one.shown or _LAST)
    return [
        Entry(
            one.id,
            _(one.label),
            perform(one),
            _(one.help),
            wording.key_name(keys[0]) if (keys := keymap.keys(one)) else "",
        )
        for one in ordered
        if one.id not in _MOVES
    ]


def ranked(entries: Sequence[Entry], typed: str, recent: Sequence[str] = ()) -> list[Entry]:
    """Return the entries that hold the typed letters in their order, the closest first; all of them for none typed.

    Among equals, and while nothing is typed, those come first that were picked recently.
    """
    ages = {name: age for age, name in enumerate(recent)}
    wanted = folded(typed).strip()
    found = []
    for place, entry in enumerate(entries):
        score = closeness(wanted, entry) if wanted else 0
        if score is not None:
            found.append((-score, ages.get(entry.id, RECENT), place, entry))
    return [entry for *_order, entry in sorted(found, key=lambda one: one[:3])]


def closeness(wanted: str, entry: Entry) -> int | None:
    """Return how well an entry fits folded letters; None when it does not hold them."""
    name = folded(entry.text)
    if name == wanted:
        return _WHOLE + _START
    if name.startswith(wanted):
        return _WHOLE
    scores = [_letters(wanted, name), _words(wanted, folded(f"{entry.text} {entry.note} {entry.keys}"))]
    return max((score for score in scores if score is not None), default=None)


def _words(wanted: str, text: str) -> int | None:
    """Return a score when every typed word begins a word of the text."""
    words = text.replace("-", " ").split()
    if all(any(one.startswith(part) for one in words) for part in wanted.split()):
        return _START
    return None


def _letters(wanted: str, name: str) -> int | None:
    """Return a score when the name holds all letters in their order."""
    score, at, last = 0, 0, -2
    for letter in wanted.replace(" ", ""):
        at = name.find(letter, at)
        if at < 0:
            return None
        word_start = at == 0 or not name[at - 1].isalnum()
        score += _WORD_START if word_start else _ADJACENT if at == last + 1 else -_GAP
        last, at = at, at + 1
    return score
