"""The help of the plain inbox: what is needed most, everything, or what holds a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, _
from cminbox.tui.actions import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.tui.actions import Action
    from cminbox.tui.plain.commands import Commands

ALL = "all"
_LONGEST_CHORD = 2
_MOST_NEEDED = (
    *("use", "express", "canned", "reply", "done", "snooze_tomorrow", "take", "tag", "note", "open", "undo"),
    *("mark", "filter", "views", "next_view", "merge", "outbox", "accounts", "palette", "quit"),
)
"""Ids of the queue's actions that are said first; the others follow when they are asked for."""
_HERE: Mapping[str, str] = {
    "use": N_("Begin a reply with the suggestion of the number behind it, with the first for none"),
    "mark": N_("Mark a conversation and go down, or those of the numbers behind it; verbs act on all that is marked"),
    "range": N_("Begin a range that moves extend, again keeps it; or mark the numbers behind it"),
    "scroll": N_("Read the whole thread"),
    "attachment": N_("List what came attached"),
    "handover": N_("Say what the next shift has to know"),
    "diagnostics": N_("Say what a bug report needs; nothing of it is secret"),
    "copy_text": N_("Say the newest text alone"),
    "copy_link": N_("Say the link alone"),
    "copy_numbered": N_("Say the link of that number in the messages alone"),
    "copy_person": N_("Say the name alone"),
    "link": N_("Say the link of the message, or open it in your browser"),
    "help": N_("Say what is needed most; all behind it says everything, a word what holds it"),
    "palette": N_("Find anything by some letters of its name and do it"),
    "down": N_("Read the next one"),
    "up": N_("Read the one before"),
    "page_down": N_("Say the next part of the list"),
    "page_up": N_("Say the part of the list before"),
}
"""What an action does line by line where that is not what it does on a screen; English."""


def lines(commands: Commands, wanted: str) -> list[str]:
    """Return what can be typed now: what is needed most for no word, everything for `all`, else what holds the word."""
    found = list(_all(commands))
    said = {name: _("{typed}: {what}").format(typed=typed, what=what) for name, typed, what in found}
    everything = wanted.casefold() in {ALL, _("all")}
    if wanted and not everything:
        return [line for line in said.values() if wanted.casefold() in line.casefold()]
    if everything or commands.place is not Place.QUEUE:
        return list(said.values())
    short = [line for name, line in said.items() if name in _MOST_NEEDED or name.startswith(" ")]
    return [*short, _("? {all}: everything that can be typed; ? and a word: what holds it").format(all=_("all"))]


def help_of(action: Action) -> str:
    """Return what an action does line by line."""
    return _(_HERE.get(action.id, action.help))


def spelled(commands: Commands, action: Action) -> str:
    """Return what is typed for an action: a letter or two where they are not taken for something else."""
    keymap = commands.keymap
    for key in keymap.keys(action):
        short = len(key.replace(" ", "")) <= _LONGEST_CHORD and key not in {"up", ":"}
        if short and not key.isdecimal() and keymap.find(key, commands.place, commands.facts()) is action:
            # A screen reader may leave signs out.
            named = key.replace(" ", "").isalnum()
            return key if named else _("{key} or {name}").format(key=key, name=action.id.replace("_", " "))
    return action.id.replace("_", " ")


def _all(commands: Commands) -> Iterator[tuple[str, str, str]]:
    """Yield the id of each thing that can be typed, or a name that begins with a blank, what is typed, and its help."""
    for number, (typed, what) in enumerate(_always(commands.place)):
        yield f" {number}", typed, what
    known = commands.effects()
    for one in commands.doable():
        if one.id in known and one.id != "use_numbered":
            yield one.id, spelled(commands, one), help_of(one)


def _always(place: Place) -> Sequence[tuple[str, str]]:
    again = ("list, more", _("Say the list again, or its next part"))
    if place is not Place.QUEUE:
        return ((_("Enter"), _("Read the next line")), (_("a number"), _("Read that line of the list")), again)
    return (
        (_("Enter"), _("Read the next conversation")),
        (_("a number"), _("Read that conversation of the list")),
        again,
    )
