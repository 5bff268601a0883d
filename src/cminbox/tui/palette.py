"""What one can pick from a strip by typing a few of its letters: the palette, views, persons, drafts, what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.folding import distance, folded
from cminbox.domain.value import dataclass
from cminbox.i18n import _
from cminbox.tui import wording

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from cminbox.tui.actions import Action
    from cminbox.tui.keymap import Keymap
    from cminbox.tui.screens.base import KeyScreen

    Effect = Callable[[], Awaitable[None] | None]

_WHOLE, _START, _ALSO, _WORD_START, _ADJACENT, _GAP = 100, 60, 20, 12, 6, 1
_LONG, _VERY_LONG = 4, 8
"""From so many letters on a word may hold one slip of a finger, or two."""
_MOVES = frozenset({"down", "up", "page_down", "page_up", "top", "bottom", "palette", "use", "use_numbered"})
_LAST = 99
RECENT = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to pick: its name, a remark beside it, the keys that do the same, and what it does.

    `also` are words that it is found by as well, though they are not shown.
    """

    id: str
    text: str
    run: Effect
    note: str = ""
    keys: str = ""
    also: str = ""


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
            f"{one.id.replace('_', ' ')} {one.label}",
        )
        for one in ordered
        if one.id not in _MOVES
    ]


async def offer(screen: KeyScreen, more: Sequence[Entry]) -> None:
    """Let a person pick from everything that can be done at a screen now, and from some `more`."""
    keymap = screen.desk.keymap
    valid = keymap.doable(screen.place, screen.facts())
    entries = entries_of(keymap, valid, lambda action: lambda: screen.perform(action))
    await screen.strips.pick(_("Do what? Type some letters of it"), [*entries, *more])


def ranked(entries: Sequence[Entry], typed: str, recent: Sequence[str] = ()) -> list[Entry]:
    """Return the entries that hold the typed letters in their order, the closest first; all of them for none typed.

    Where none does, those whose words are meant in spite of a slip. Among equals, and while nothing is typed, those
    come first that were picked recently.
    """
    wanted = folded(typed).strip()
    if not wanted:
        return _ordered([(0, entry) for entry in entries], recent)
    for measure in (closeness, likeness):
        found = [(score, entry) for entry in entries if (score := measure(wanted, entry)) is not None]
        if found:
            return _ordered(found, recent)
    return []


def _ordered(found: Sequence[tuple[int, Entry]], recent: Sequence[str]) -> list[Entry]:
    ages = {name: age for age, name in enumerate(recent)}
    return [entry for _score, entry in sorted(found, key=lambda one: (-one[0], ages.get(one[1].id, RECENT)))]


def closeness(wanted: str, entry: Entry) -> int | None:
    """Return how well an entry fits folded letters; None when it does not hold them."""
    name = folded(entry.text)
    if name == wanted:
        return _WHOLE + _START
    if name.startswith(wanted):
        return _WHOLE
    scores = [_letters(wanted, name)]
    scores += [_START if _begin(wanted, f"{entry.text} {entry.note} {entry.keys}") else None]
    scores += [_ALSO if entry.also and _begin(wanted, f"{entry.text} {entry.also}") else None]
    return max((score for score in scores if score is not None), default=None)


def likeness(wanted: str, entry: Entry) -> int | None:
    """Return how well the words of an entry begin like folded ones that hold slips; None when they do not."""
    words = _words(f"{entry.text} {entry.note} {entry.also}")
    slips = [_slips(part, words) for part in wanted.split()]
    return None if None in slips else -sum(one for one in slips if one is not None)


def _slips(part: str, words: Sequence[str]) -> int | None:
    """Return the fewest slips by which a typed word begins one of the words, None for too many."""
    most = 0 if len(part) < _LONG else 1 if len(part) < _VERY_LONG else 2
    starts = (word[: len(part) + by] for word in words for by in range(-most, most + 1))
    fewest = min((distance(part, start, most) for start in starts), default=most + 1)
    return fewest if fewest <= most else None


def _words(text: str) -> list[str]:
    return folded(text).replace("-", " ").split()


def _begin(wanted: str, text: str) -> bool:
    """Whether every typed word begins a word of the text."""
    words = _words(text)
    return all(any(one.startswith(part) for one in words) for part in wanted.split())


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
