"""The words of the screen: states, kinds, accounts, problems. All sentences that several parts of it need."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from cminbox.domain.account import WORKING_OFFLINE, HealthState
from cminbox.domain.closed import CLOSED
from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying
from cminbox.domain.text import safe
from cminbox.i18n import N_, _, ngettext, pgettext, render
from cminbox.i18n.durations import span, time_left
from cminbox.inbox.clock import Stage, clock_of
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Presence, QueueRow
    from cminbox.domain.message import Person
    from cminbox.inbox.reading import Counts

BAR = "│"
RULE = "─"
DOT = "·"
OURS = "→"
_BRAND = 40
_AGENT = 20
_ON_ITS_WAY = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING})
_NOT_SENT = frozenset({ReplyState.REFUSED, ReplyState.UNKNOWN})


class State(Enum):
    """What a conversation's line says first: a sign that is a letter or a mark of its own, and its ink."""

    TWICE = ("T", Ink.LATER_STILL)
    """Late by one more target."""
    LATE = ("L", Ink.LATE)
    SOON = ("!", Ink.SOON)
    WARN = ("w", Ink.WARN)
    CALM = ("·", Ink.CALM)
    WAITING = ("~", Ink.FAINT)
    SNOOZED = ("z", Ink.FAINT)
    DONE = ("✓", Ink.FAINT)
    HELD = (">", Ink.HELD)
    FAILED = ("x", Ink.FAILED)

    def __init__(self, sign: str, ink: Ink) -> None:
        self.sign = sign
        """The one character that says it."""
        self.ink = ink
        """How it is drawn."""

    @property
    def handled(self) -> bool:
        """Whether nobody has to look at it now."""
        return self in _HANDLED


_HANDLED = frozenset({State.WAITING, State.SNOOZED, State.DONE, State.HELD})
_OF_STATUS = {Status.PENDING: State.WAITING, Status.SNOOZED: State.SNOOZED, Status.DONE: State.DONE}
_OF_STAGE = {
    Stage.QUIET: State.CALM,
    Stage.WARN: State.WARN,
    Stage.URGENT: State.SOON,
    Stage.BREACHED: State.LATE,
}


def state_of(row: QueueRow, now: int) -> State:
    """Return what a conversation's line says first at an instant (UTC milliseconds)."""
    if row.reply_state in _NOT_SENT:
        return State.FAILED
    if row.reply_state in _ON_ITS_WAY:
        return State.HELD
    if row.status in _OF_STATUS:
        return _OF_STATUS[row.status]
    clock = clock_of(row, now)
    if clock is None:
        return State.CALM
    return State.TWICE if clock.twice else _OF_STAGE[clock.stage]


def pressing(counts: Counts, before: Iterable[QueueRow], after: Iterable[QueueRow], now: int) -> tuple[int, int]:
    """Return how many are late, and late or soon, once some rows look otherwise; neither is ever below zero.

    `now` is UTC milliseconds.
    """
    late, at_risk = counts.late, counts.at_risk
    for rows, by in ((before, -1), (after, 1)):
        for row in rows:
            state = state_of(row, now)
            late += by * (state in _LATE)
            at_risk += by * (state in _LATE or state is State.SOON)
    late = max(0, late)
    return late, max(late, at_risk)


def time_of(row: QueueRow, now: int, left: int | None) -> str:
    """Return what stands at the end of a conversation's line: the working time that is left, or when it comes back.

    `left` is what `Reading.time_left` says of the conversation. `now` is UTC milliseconds.
    """
    if row.status is Status.SNOOZED and row.snoozed_until is not None:
        return time_left((row.snoozed_until - now) / 1000)
    return "" if row.status is not Status.OPEN or left is None else time_left(left / 1000)


_LATE = frozenset({State.LATE, State.TWICE})
_KINDS = {
    Kind.COMMENT: N_("comment"),
    Kind.MENTION: N_("mention"),
    Kind.DM: N_("direct message"),
    Kind.REVIEW: N_("review"),
}


def kind_of(kind: Kind) -> str:
    """Return what kind of conversation it is."""
    return _(_KINDS[kind])


def person(one: Person) -> str:
    """Return what a person is called in one word."""
    return f"@{one.handle}" if one.handle else one.name


def visibility(row: QueueRow) -> str:
    """Return who will read an answer."""
    return _("public") if row.kind.public else _("private")


def network_called(name: str) -> str:
    """Return how a network is called that no account speaks on yet: its module is not loaded for that."""
    from cminbox.domain.titles import called  # noqa: PLC0415 - not before the first paint

    return called(name)


def network_of(account: Account) -> str:
    """Return the title of an account's network."""
    if account.manifest is not None:
        return account.manifest.title
    return CLOSED[account.network].title if account.network in CLOSED else account.network


def short_network(account: Account) -> str:
    """Return two letters for an account's network."""
    return account.manifest.short if account.manifest is not None else account.network[:2].capitalize()


def speaker(account: Account) -> str:
    """Return who speaks: the account as strangers see it."""
    return f"@{account.handle.removeprefix('@')}" if account.handle else account.name


_REPLY_STATES = {
    ReplyState.DRAFT: N_("draft"),
    ReplyState.HELD: N_("held"),
    ReplyState.QUEUED: N_("will be sent"),
    ReplyState.SENDING: N_("being sent"),
    ReplyState.SENT: N_("sent"),
    ReplyState.REFUSED: N_("refused"),
    ReplyState.UNKNOWN: N_("nobody knows whether it was sent"),
    ReplyState.CANCELLED: N_("given up"),
}


def reply_state(state: ReplyState, *, interrupted: bool = False) -> str:
    """Return where a reply stands."""
    return _("not sent: its screen ended") if interrupted else _(_REPLY_STATES[state])


def kept(text: str | None) -> str:
    """Return a sentence that was kept in the database, in the reader's language."""
    return render(Saying.from_json(text)) if text else ""


def present(one: Presence) -> str:
    """Return who else is at a conversation, and what he does there."""
    text = _("{agent} is writing") if one.writing else _("{agent} is looking")
    return text.format(agent=safe(one.agent, limit=_AGENT))


_HEALTH = {
    HealthState.OFFLINE: N_("offline"),
    HealthState.RATE_LIMITED: N_("limited"),
    HealthState.SIGN_IN: N_("sign in"),
    HealthState.MISSING_SCOPE: N_("permission"),
    HealthState.UNREADABLE: N_("unreadable"),
    HealthState.PAUSED: N_("paused"),
    HealthState.NEW: N_("not read yet"),
    HealthState.OK: N_("ok"),
}


def health(account: Account, now: int, *, brief: bool = False) -> str:
    """Return in a word or two how an account is doing, with the time until it is asked again unless it is `brief`.

    `now` is UTC milliseconds.
    """
    word = _(_HEALTH[account.health.state])
    retry = account.health.retry_at
    if brief or account.health.state is HealthState.OK or retry is None or retry <= now:
        return word
    return f"{word} {span((retry - now) / 1000)}"


def troubled(accounts: Iterable[Account]) -> list[Account]:
    """Return the connected accounts that need somebody's attention."""
    fine = {HealthState.OK, HealthState.NEW}
    return [one for one in accounts if one.connected_at is not None and one.health.state not in fine]


def needs_sign_in(account: Account) -> bool:
    """Whether only new secrets mend an account."""
    return account.health.state in {HealthState.SIGN_IN, HealthState.MISSING_SCOPE}


def works_offline(accounts: Iterable[Account]) -> bool:
    """Whether somebody has taken the whole workspace offline."""
    reason = WORKING_OFFLINE.to_json()
    return any(one.health.state is HealthState.PAUSED and one.health.reason == reason for one in accounts)


def held(count: int, seconds: int, key: str) -> str:
    """Return the count-down of held replies with the key that takes the last one back."""
    text = ngettext("{count} held ({seconds} s) {key} undoes", "{count} held ({seconds} s) {key} undoes", count)
    return text.format(count=count, seconds=seconds, key=key)


def ask_holds(count: int) -> str:
    """Return the question that is asked before one leaves with replies held."""
    text = ngettext("{count} reply is still held.", "{count} replies are still held.", count)
    return text.format(count=count)


def undone(act: str, count: int = 1) -> str:
    """Return that an act was taken back, and for how many conversations where it was done to several."""
    if count <= 1:
        return _("“{act}” is undone").format(act=act)
    text = ngettext("“{act}” is undone for {count} conversation", "“{act}” is undone for {count} conversations", count)
    return text.format(act=act, count=count)


def counted(number: int) -> str:
    """Return a number of conversations; where counting stopped, that there are more."""
    return next((f"{most - 1}+" for most in (1_000, 10_000) if number == most), str(number))


def arrivals(count: int) -> str:
    """Return how many conversations have come that are not shown."""
    return pgettext("arrivals", "+{count}").format(count=count)


def not_sent(count: int, key: str) -> str:
    """Return that replies were left unsent, with the key that shows them."""
    text = ngettext("{count} reply was not sent: {key} reviews", "{count} replies were not sent: {key} reviews", count)
    return text.format(count=count, key=key)


def left_unsent(count: int) -> str:
    """Return that replies were left unsent."""
    text = ngettext("{count} reply was not sent.", "{count} replies were not sent.", count)
    return text.format(count=count)


def title(brand: str, late: int, waiting: int) -> str:
    """Return the window's title: how much is late and how much waits, and nothing that a stranger wrote."""
    parts = ["cminbox", safe(brand, limit=_BRAND)] if brand else ["cminbox"]
    if late:
        parts.append(_("{count} late").format(count=late))
    return f"{' '.join(parts)} {DOT} {waiting}" if waiting else " ".join(parts)


_KEY_NAMES = {
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "space": N_("Space"),
    "tab": N_("Tab"),
    "shift+tab": N_("Shift+Tab"),
    "backspace": N_("Backspace"),
    "delete": N_("Del"),
    "insert": N_("Ins"),
    "pagedown": N_("PgDn"),
    "pageup": N_("PgUp"),
    "home": N_("Home"),
    "end": N_("End"),
    "up": N_("Up"),
    "down": N_("Down"),
    "left": N_("Left"),
    "right": N_("Right"),
}


def key_name(key: str) -> str:
    """Return how a key or a chord is written on the screen."""
    return " ".join(_key_word(part) for part in key.split(" "))


def _key_word(part: str) -> str:
    if part in _KEY_NAMES:
        return _(_KEY_NAMES[part])
    return f"Ctrl+{part.removeprefix('ctrl+').upper()}" if part.startswith("ctrl+") else part
