"""Everything that a key can do: stable id, keys, words, where it applies and what it needs.

What is not in this registry can neither be bound nor found in the help. The ids are what `[keys]` in config.toml
names, so they never change. A key is written as it is typed (`j`, `G`, `,`), named (`enter`, `pagedown`, `ctrl+l`),
or a chord of several with blanks between (`g m`).
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.conversation import StoredMessage


class Place(Enum):
    """Where the person is."""

    QUEUE = auto()
    THREAD = auto()
    COMPOSER = auto()
    PROMPT = auto()
    HELP = auto()
    OUTBOX = auto()
    ACCOUNTS = auto()
    FIGURES = auto()
    PEOPLE = auto()
    WELCOME = auto()
    CANNED = auto()


class Fact(Enum):
    """What may hold at a moment, and what an action may need."""

    ROW = auto()
    """A conversation is chosen."""
    UNDO = auto()
    """Something can be undone."""
    ARRIVALS = auto()
    """Conversations have come that are not shown yet."""
    FILTER = auto()
    """A filter is set."""
    MARKS = auto()
    """Conversations are marked, or a range is being drawn."""
    BULK = auto()
    """Something is being done to many conversations."""
    HELD = auto()
    """Replies are held that go out in a moment."""
    OWN_VIEW = auto()
    """The list is a view that somebody has saved."""
    LEFT_MARKS = auto()
    """Another screen of this person's was lost and has left marks."""
    REPLY = auto()
    """A reply is chosen in the list of replies."""
    SUGGESTION = auto()
    """A canned reply is suggested, or may be in a moment."""
    PLAN = auto()
    """What many would be sent is shown."""
    DOUBT = auto()
    """Nobody knows whether the chosen reply was sent."""
    DETAILS = auto()
    """Something is shown below the conversation because it was asked for."""
    NO_REPLY = auto()
    NO_REPLY_PRIVATE = auto()
    NO_LIKE = auto()
    NO_BOOST = auto()
    NO_HIDE = auto()
    NO_DELETE = auto()
    NO_REPORT = auto()
    NO_APPROVE = auto()
    """The network bars this at the newest message, see `barred`."""


_BARRED = {name.removeprefix("NO_").lower(): fact for name, fact in Fact.__members__.items() if name.startswith("NO_")}
"""What keeps an action from being offered, by its id, which is the network's word for it as well."""


def barred(messages: Sequence[StoredMessage]) -> frozenset[Fact]:
    """Return what its network bars at the newest message of a conversation that is not ours and still stands."""
    newest = next((one for one in reversed(messages) if not one.ours and one.deleted_at is None), None)
    return frozenset() if newest is None else frozenset(_BARRED[act] for act in newest.barred if act in _BARRED)


_LISTS = frozenset({Place.CANNED, Place.QUEUE, Place.OUTBOX, Place.ACCOUNTS, Place.PEOPLE, Place.FIGURES})
_WORK = frozenset({Place.QUEUE, Place.THREAD})
_QUEUE = frozenset({Place.QUEUE})
_COMPOSER = frozenset({Place.COMPOSER})
_CANNED = frozenset({Place.CANNED})
_FIGURES = frozenset({Place.FIGURES})
_HOME = frozenset({Place.QUEUE, Place.WELCOME})
_AWAY = frozenset({Place.CANNED, Place.THREAD, Place.OUTBOX, Place.ACCOUNTS, Place.PEOPLE, Place.FIGURES})
_PEOPLE = frozenset({Place.PEOPLE})
_ACCOUNTS = frozenset({Place.ACCOUNTS})
_OUTBOX = frozenset({Place.OUTBOX})
_ROW = frozenset({Fact.ROW})
_SUGGESTION = frozenset({Fact.ROW, Fact.SUGGESTION})
_FILTER = frozenset({Fact.FILTER})


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a key does. `label` is a word or two for the command strip, `help` a sentence; both English.

    `shown` orders the command strip, the smallest first; 0 keeps an action out of it.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    places: frozenset[Place] = _WORK
    needs: frozenset[Fact] = frozenset()
    shown: int = 0

    def valid(self, place: Place, facts: frozenset[Fact]) -> bool:
        """Whether it can be done now."""
        return place in self.places and self.needs <= facts and self.offered(facts)

    def offered(self, facts: frozenset[Fact]) -> bool:
        """Whether a list of keys names it; the key of what a network bars lets the network be asked all the same."""
        return _BARRED.get(self.id) not in facts


def _view(name: str, letter: str, label: str, text: str) -> Action:
    return Action(f"view_{name}", (f"g {letter}",), label, text)


ACTIONS: tuple[Action, ...] = (
    Action(
        "send_all",
        ("enter",),
        N_("send all"),
        N_("Send what is shown to all that are marked; asks first"),
        needs=frozenset({Fact.PLAN}),
        shown=1,
    ),
    Action(
        "use",
        ("enter",),
        N_("use 1"),
        N_("Put the first suggestion into a reply; Enter again sends it"),
        needs=_SUGGESTION,
        shown=1,
    ),
    Action(
        "use_numbered",
        (*"123456789", *"&é\"'(-è_ç"),
        N_("use 1 to 9"),
        N_("Put the suggestion of that number into a reply; the best three are shown"),
        needs=_SUGGESTION,
    ),
    Action(
        "express",
        ("s",),
        N_("express"),
        N_("Send the first suggestion at once, if it is sure, complete and meant for that; else put it into a reply"),
        needs=_SUGGESTION,
    ),
    Action("save_canned", ("C",), N_("keep answer"), N_("Keep our newest answer here as a canned reply"), needs=_ROW),
    Action("mark_alike", ("S",), N_("all alike"), N_("Mark all that ask the same"), _QUEUE, _SUGGESTION),
    Action("why", ("W",), N_("why"), N_("Say why these replies are suggested"), needs=_SUGGESTION),
    Action(
        "canned", ("c",), N_("canned"), N_("Search the canned replies and put one into a reply"), needs=_ROW, shown=2
    ),
    Action("reply", ("r",), N_("reply"), N_("Write a reply"), needs=_ROW, shown=1),
    Action("done", ("e",), N_("done"), N_("Mark as done and go on"), needs=_ROW, shown=2),
    Action("done_post", ("E",), N_("all done"), N_("Mark everything under the same post as done"), needs=_ROW),
    Action("snooze_hour", ("z 1", "z &"), N_("1 hour"), N_("Put off for an hour"), needs=_ROW),
    Action("snooze_tomorrow", ("z t",), N_("tomorrow"), N_("Put off until tomorrow at nine"), needs=_ROW),
    Action("snooze_week", ("z w",), N_("next week"), N_("Put off for a week"), needs=_ROW),
    Action("snooze_monday", ("z m",), N_("Monday"), N_("Put off until Monday at nine"), needs=_ROW),
    Action("snooze_custom", ("z c",), N_("how long …"), N_("Put off for a time that you type"), needs=_ROW),
    Action("snooze_reply", ("z r",), N_("until they answer"), N_("Wait until the other side answers"), needs=_ROW),
    Action("reopen", ("O",), N_("open again"), N_("Put it back into the queue: done, put off or waiting"), needs=_ROW),
    Action("priority_urgent", ("P u",), N_("urgent"), N_("Set the priority: urgent"), needs=_ROW),
    Action("priority_high", ("P h",), N_("high"), N_("Set the priority: high"), needs=_ROW),
    Action("priority_normal", ("P n",), N_("normal"), N_("Set the priority: normal"), needs=_ROW),
    Action("priority_low", ("P l",), N_("low"), N_("Set the priority: low"), needs=_ROW),
    Action("take", ("A",), N_("take"), N_("Assign the conversation to yourself"), needs=_ROW),
    Action("assign", ("a",), N_("assign"), N_("Assign the conversation to somebody"), needs=_ROW),
    Action("tag", ("t",), N_("tag"), N_("Add tags, or take them away with a minus before them"), needs=_ROW),
    Action("flag", ("f",), N_("flag"), N_("Put a flag on it, or take it off"), needs=_ROW),
    Action("note", ("n",), N_("note"), N_("Write an internal note, which is never sent"), needs=_ROW),
    Action("like", ("L",), N_("like"), N_("Like the newest message"), needs=_ROW),
    Action("boost", ("b",), N_("share"), N_("Share the newest message with our followers; asks first"), needs=_ROW),
    Action("hide", ("d h",), N_("hide"), N_("Hide the newest message under our post"), needs=_ROW),
    Action("delete", ("d d",), N_("delete"), N_("Delete the newest message, where the network allows it"), needs=_ROW),
    Action("block", ("d b",), N_("block"), N_("Block the person"), needs=_ROW),
    Action("report", ("d r",), N_("report"), N_("Report the newest message to the network's moderators"), needs=_ROW),
    Action("mute", ("d m",), N_("mute"), N_("Hear no more of the person, who does not learn of it"), needs=_ROW),
    Action("approve", ("d a",), N_("approve"), N_("Publish the newest message that waits for approval"), needs=_ROW),
    Action("delete_own", ("d o",), N_("our answer"), N_("Delete our newest answer from the network"), needs=_ROW),
    Action("undo", ("u",), N_("undo"), N_("Undo the last act, or take a reply back that is still held")),
    Action("repeat", (".",), N_("once more"), N_("Do the last thing once more, here"), needs=_ROW),
    Action("mark", ("x",), N_("mark"), N_("Mark the line and go down; verbs act on all that is marked"), _QUEUE, _ROW),
    Action("range", ("v",), N_("range"), N_("Begin a range that moves extend; again keeps it as marks"), _QUEUE, _ROW),
    Action("mark_to_here", ("X",), N_("mark to here"), N_("Mark from the last marked line to this one"), _QUEUE, _ROW),
    Action("mark_view", ("V",), N_("mark view"), N_("Mark everything in this view"), _QUEUE, _ROW),
    Action(
        "marks_again",
        (),
        N_("marks again"),
        N_("Mark again what was marked when the screen was lost"),
        _QUEUE,
        frozenset({Fact.LEFT_MARKS}),
    ),
    Action("history", ("U",), N_("undo which"), N_("List what can be undone and choose")),
    Action("drafts", ("g w",), N_("drafts"), N_("Go on with one of your drafts"), _QUEUE),
    Action("workspaces", ("g b",), N_("workspace"), N_("Go to another workspace"), _QUEUE),
    Action("views", (), N_("go to view …"), N_("Go to a view by its name"), _QUEUE),
    Action("save_view", ("+",), N_("save view"), N_("Keep the filter as a view"), _QUEUE, _FILTER),
    Action("forget_view", (), N_("forget view"), N_("Keep this view no longer"), _QUEUE, frozenset({Fact.OWN_VIEW})),
    Action("order_due", (), N_("by time left"), N_("Order the list by the time left"), _QUEUE),
    Action("order_newest", (), N_("newest first"), N_("Order the list by its newest messages"), _QUEUE),
    Action("order_oldest", (), N_("oldest first"), N_("Order the list by its oldest messages"), _QUEUE),
    Action("order_priority", (), N_("by priority"), N_("Order the list by priority, then time left"), _QUEUE),
    Action("advance", (), N_("advance"), N_("Choose where one goes on after an act: next, before, nowhere"), _QUEUE),
    Action("reload", (), N_("read settings"), N_("Read the settings and the saved views again"), _WORK),
    Action("key_map", (), N_("all keys …"), N_("List every key with the name that [keys] gives it; edit them"), _WORK),
    Action("connect_account", (), N_("connect account …"), N_("Connect one more account"), _WORK),
    Action("sign_in_again", (), N_("sign in again …"), N_("Give an account new credentials"), _WORK),
    Action("sync_everything", (), N_("sync now"), N_("Look at every account now, send what is due"), _WORK),
    Action("pause_account", (), N_("pause network …"), N_("Pause an account, or let it go on"), _WORK),
    Action("work_offline", (), N_("work offline"), N_("Fetch and send nothing for a while, or go on; for all"), _WORK),
    Action("edit_template", (), N_("edit canned …"), N_("Open the file of a canned reply in your editor"), _WORK),
    Action("remarks", (), N_("remarks"), N_("Read what was said at the start, or was too long for its line"), _WORK),
    Action("handover", (), N_("handover note"), N_("Show and copy what the next shift has to know"), _WORK),
    Action("terminal", (), N_("diagnose terminal"), N_("Say what this terminal does, and what may be done"), _WORK),
    Action("diagnostics", (), N_("diagnostics"), N_("Copy what a bug report needs; nothing of it is secret"), _WORK),
    Action("send_held", (), N_("send held"), N_("Send every held reply now"), _QUEUE, frozenset({Fact.HELD})),
    Action("recall_held", (), N_("recall held"), N_("Take every held reply back"), _QUEUE, frozenset({Fact.HELD})),
    Action("merge", (",",), N_("show new"), N_("Put new arrivals into the list, take what was handled out")),
    Action("filter", ("/",), N_("filter"), N_("Show only what matches: words, @name, net: kind: tag: is:"), shown=4),
    Action("among_names", ("@",), N_("among names"), N_("Look for the filter's words in names"), _QUEUE, _FILTER),
    Action("stop", ("escape",), N_("stop"), N_("Stop what is being done to many"), _WORK, frozenset({Fact.BULK})),
    Action(
        "close_details",
        ("escape",),
        N_("close"),
        N_("Close what was asked for"),
        needs=frozenset({Fact.DETAILS}),
        shown=3,
    ),
    Action("clear_marks", ("escape",), N_("unmark"), N_("Mark nothing"), _QUEUE, frozenset({Fact.MARKS}), shown=3),
    Action("clear_filter", ("escape",), N_("all"), N_("End the filter"), _QUEUE, _FILTER, shown=3),
    Action("open", ("enter", "l", "o", "right"), N_("open"), N_("Read the whole thread"), _QUEUE, _ROW, shown=5),
    Action("scroll", ("space",), N_("read on"), N_("Scroll the messages, at their end go to the next conversation")),
    Action("reply_private", ("R",), N_("privately"), N_("Reply in private, where nobody else reads it"), needs=_ROW),
    Action("person", ("p",), N_("person"), N_("Show or hide who writes, and what came before"), needs=_ROW),
    Action("people", ("g p",), N_("persons"), N_("Go to the persons"), _WORK),
    Action("find_person", ("/",), N_("find"), N_("Find persons by a part of their names"), _PEOPLE, shown=1),
    Action(
        "person_messages",
        ("enter", "l", "right"),
        N_("messages"),
        N_("Show everything that the person wrote"),
        _PEOPLE,
        _ROW,
        shown=2,
    ),
    Action("attachment", ("i",), N_("attached"), N_("List what came attached; again shows a picture"), needs=_ROW),
    Action("earlier", ("H",), N_("before edits"), N_("Show what edited messages said before"), needs=_ROW),
    Action("copy_text", ("y t",), N_("text"), N_("Copy the text to the clipboard of the terminal"), needs=_ROW),
    Action("copy_link", ("y l",), N_("link"), N_("Copy the link to the clipboard of the terminal"), needs=_ROW),
    Action(
        "copy_numbered",
        tuple(f"y {number}" for number in range(1, 10)),
        N_("link 1 to 9"),
        N_("Copy the link of that number in the messages"),
        needs=_ROW,
    ),
    Action("copy_person", ("y u",), N_("name"), N_("Copy the name to the clipboard of the terminal"), needs=_ROW),
    Action("link", ("w",), N_("link"), N_("Show the link of the message: in your browser, or to copy"), needs=_ROW),
    Action("down", ("j", "down"), N_("down"), N_("Next line"), _LISTS | _WORK),
    Action("up", ("k", "up"), N_("up"), N_("Line before"), _LISTS | _WORK),
    Action("page_down", ("pagedown", "ctrl+d"), N_("page down"), N_("A page down"), _LISTS | _WORK),
    Action("page_up", ("pageup", "ctrl+u"), N_("page up"), N_("A page up"), _LISTS | _WORK),
    Action("top", ("g g", "home"), N_("first"), N_("To the first line"), _LISTS | _WORK),
    Action("bottom", ("G", "end"), N_("last"), N_("To the last line"), _LISTS | _WORK),
    Action("next_view", ("tab",), N_("next view"), N_("Next view"), _QUEUE, shown=6),
    Action("previous_view", ("shift+tab",), N_("view before"), N_("View before"), _QUEUE),
    _view("all", "i", N_("inbox"), N_("Go to everything that waits")),
    _view("mentions", "m", N_("mentions"), N_("Go to the mentions")),
    _view("dms", "d", N_("messages"), N_("Go to the direct messages")),
    _view("comments", "c", N_("comments"), N_("Go to the comments")),
    _view("reviews", "v", N_("reviews"), N_("Go to the reviews")),
    _view("late", "l", N_("late"), N_("Go to what is late")),
    _view("snoozed", "s", N_("put off"), N_("Go to what was put off")),
    Action("canned_library", ("g t",), N_("canned replies"), N_("Go to the library of canned replies"), _WORK),
    Action("find_canned", ("/",), N_("find"), N_("Find canned replies by title, shortcut or tag"), _CANNED, shown=1),
    Action("edit_canned", ("e",), N_("edit"), N_("Open the file in your editor"), _CANNED, _ROW, shown=2),
    Action(
        "forget_canned",
        ("d",),
        N_("forget"),
        N_("Forget what was learnt for the reply; asks first"),
        _CANNED,
        _ROW,
        shown=3,
    ),
    Action("outbox", ("g o",), N_("replies"), N_("Go to the replies that are on their way or were not sent"), _WORK),
    Action("figures", ("g h",), N_("figures"), N_("Go to the figures of the shift"), _WORK),
    Action("open_figure", ("enter", "l"), N_("open"), N_("Open what the figure was counted from"), _FIGURES, shown=1),
    Action("other_period", ("tab",), N_("other time"), N_("Count this shift, a week or a month"), _FIGURES, shown=2),
    Action("accounts", ("g a", "!"), N_("accounts"), N_("Go to the accounts and how they are doing"), _WORK),
    Action(
        "seen_there",
        ("i",),
        N_("it is there"),
        N_("Say that the reply is there: you have seen it on the network"),
        _OUTBOX,
        frozenset({Fact.REPLY, Fact.DOUBT}),
        shown=1,
    ),
    Action("outbox_link", ("w",), N_("link"), N_("Show where one can look for it"), _OUTBOX, frozenset({Fact.REPLY})),
    Action(
        "outbox_open",
        ("enter", "l", "right"),
        N_("conversation"),
        N_("Go to its conversation"),
        _OUTBOX,
        frozenset({Fact.REPLY}),
        shown=4,
    ),
    Action("mend", ("enter",), N_("mend"), N_("Do what the account needs"), _ACCOUNTS, _ROW, shown=1),
    Action("sync_now", ("s",), N_("look now"), N_("Look at every account now, send what is due"), _ACCOUNTS, shown=2),
    Action("pause", ("p",), N_("pause"), N_("Pause the account, or let it go on"), _ACCOUNTS, _ROW, shown=3),
    Action("connect", ("a",), N_("connect"), N_("Connect one more account"), _ACCOUNTS, shown=4),
    Action(
        "retry",
        ("r",),
        N_("send again"),
        N_("Send the reply again"),
        frozenset({Place.OUTBOX}),
        frozenset({Fact.REPLY}),
        shown=1,
    ),
    Action(
        "take_back",
        ("e",),
        N_("edit"),
        N_("Take the reply back and edit it"),
        frozenset({Place.OUTBOX}),
        frozenset({Fact.REPLY}),
        shown=2,
    ),
    Action(
        "cancel",
        ("d",),
        N_("give up"),
        N_("Give the reply up for good"),
        frozenset({Place.OUTBOX}),
        frozenset({Fact.REPLY}),
        shown=3,
    ),
    Action(
        "connect_first",
        tuple("123456789"),
        N_("connect"),
        N_("Connect an account of the network with that number"),
        frozenset({Place.WELCOME}),
        shown=2,
    ),
    Action("connect_other", ("c",), N_("connect"), N_("Connect an account of any network"), frozenset({Place.WELCOME})),
    Action(
        "demo", ("d",), N_("demo"), N_("Try the inbox with simulated networks"), frozenset({Place.WELCOME}), shown=1
    ),
    Action("send", ("enter",), N_("send"), N_("Send what is written"), frozenset({Place.COMPOSER, Place.PROMPT})),
    Action("newline", ("ctrl+j",), N_("new line"), N_("Begin a new line"), frozenset({Place.COMPOSER})),
    Action("next_blank", ("tab",), N_("next blank"), N_("Go to what is still to be filled in"), _COMPOSER),
    Action("insert_canned", ("/",), N_("canned"), N_("At the start of a line: put a canned reply in"), _COMPOSER),
    Action("editor", ("ctrl+g",), N_("editor"), N_("Write in your own editor ($VISUAL)"), frozenset({Place.COMPOSER})),
    Action(
        "leave",
        ("escape",),
        N_("back"),
        N_("Leave the text; a draft is kept"),
        frozenset({Place.COMPOSER, Place.PROMPT}),
    ),
    Action("redraw", ("ctrl+l",), N_("redraw"), N_("Draw the whole screen again"), _HOME | _AWAY),
    Action("palette", (":", "ctrl+k"), N_("palette"), N_("Find anything by its name and do it"), _HOME | _AWAY),
    Action("theme", ("T t",), N_("colours"), N_("Choose other colours"), _HOME | _AWAY),
    Action("density", ("T d",), N_("room"), N_("Give the queue more room beside the conversation, or less"), _WORK),
    Action("mouse", ("T m",), N_("mouse"), N_("Take the mouse from the terminal, or give it back"), _HOME | _AWAY),
    Action("help", ("?",), N_("help"), N_("Show every key that works now"), _HOME | _AWAY, shown=8),
    Action("back", ("escape", "q", "h", "left"), N_("back"), N_("Go back"), _AWAY, shown=7),
    Action("quit", ("q",), N_("quit"), N_("Leave cminbox"), _HOME, shown=9),
)
