"""A person beside the conversation: who it is, the clock, who else is here, what came before, tags and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.text import first_line, safe
from cminbox.i18n import _, ngettext
from cminbox.i18n.durations import span
from cminbox.i18n.numbers import grouped
from cminbox.inbox.persons import MOST_COUNTED
from cminbox.tui import due, wording
from cminbox.tui.ink import EMPTY, Ink, Line, cut, wrapped
from cminbox.tui.pauses import Pause
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.conversation import Presence, QueueRow
    from cminbox.inbox.persons import PersonView, Seen
    from cminbox.inbox.reading import Reading

_PAUSE_SECONDS = 0.12
"""The person is read once one rests on a row for so long: moving through a list costs nothing here."""
_NOTE_LINES = 3
_AGENT = 20


class PersonPanel(Lines):
    """The pane at the right of a wide screen. It follows the chosen conversation a moment later, where it is shown."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(self._draw, id="person")
        self._reading = reading
        self._row: QueueRow | None = None
        self._view: PersonView | None = None
        self._others: Sequence[Presence] = ()
        self._now = 0
        self._rest = Pause(self, _PAUSE_SECONDS, self._read)

    def follow(self, row: QueueRow | None, others: Sequence[Presence], now: int) -> None:
        """Show the person of a conversation, after a pause where it is another one."""
        other = row is None or self._row is None or row.id != self._row.id
        self._row, self._others, self._now = row, others, now
        if not self.size.width:
            self._view = None
            return
        if other:
            self._rest.begin()
        else:
            self._rest.stop()
            self._read()

    def on_resize(self) -> None:
        """Read the person where the pane has come into sight."""
        super().on_resize()
        if self.size.width and self._view is None:
            self._read()

    def _read(self) -> None:
        try:
            self._view = None if self._row is None else self._reading.persons.of_conversation(self._row)
        except Problem:
            # Whatever keeps the database from being read is told by those who need it more.
            self._view = None
        self.wanted = 0
        self.redraw()

    def _draw(self, width: int) -> list[Line]:
        if self._view is None or self._row is None:
            return []
        return person_lines(self._view, width, now=self._now, row=self._row, others=self._others)


def person_lines(
    view: PersonView, width: int, *, now: int, row: QueueRow | None = None, others: Sequence[Presence] = ()
) -> list[Line]:
    """Return a person as lines; `row` is the conversation at hand, whose clock is shown as well.

    `now` is UTC milliseconds.
    """
    parts = [list(_who(view, width, now))]
    if row is not None:
        parts.append(list(_here(row, others, width, now)))
    parts += [list(_contacts(view, row, width, now)), list(_tags(view, width)), list(_notes(view, width, now))]
    lines: list[Line] = []
    for part in parts:
        if part:
            lines += [EMPTY, *part] if lines else part
    return lines


def _who(view: PersonView, width: int, now: int) -> Iterator[Line]:
    yield Line(cut(safe(wording.person(view.person)), width), Ink.STRONG)
    if view.person.name and view.person.name != view.person.handle:
        yield Line(cut(safe(view.person.name), width))
    network = _("{network}, to {account}").format(
        network=wording.network_of(view.account), account=wording.speaker(view.account)
    )
    yield Line(cut(safe(network), width), Ink.FAINT)
    if view.person.followers is not None:
        yield Line(cut(followers(view.person.followers), width))
    yield from wrapped(known(view.seen, now), width)


def followers(count: int) -> str:
    """Return how many follow a person."""
    return ngettext("{count} follower", "{count} followers", count).format(count=grouped(count))


def known(seen: Seen, now: int) -> str:
    """Return how much a person has written, and in what time. `now` is UTC milliseconds."""
    if seen.first_at is None:
        return _("Nothing written yet")
    count = f"{seen.messages}+" if seen.messages >= MOST_COUNTED else str(seen.messages)
    said = ngettext("{count} message in {time}", "{count} messages in {time}", seen.messages)
    return said.format(count=count, time=span(max(0, now - seen.first_at) / 1000))


def _here(row: QueueRow, others: Sequence[Presence], width: int, now: int) -> Iterator[Line]:
    state = wording.state_of(row, now)
    clock = due.due(row, now)
    if clock:
        yield from wrapped(f"{state.sign} {clock}", width, ink=state.ink)
    for one in others:
        yield Line(cut(safe(wording.present(one)), width), Ink.SOON)
    if row.assignee is not None:
        assigned = _("assigned to {agent}").format(agent=safe(row.assignee, limit=_AGENT))
        yield Line(cut(assigned, width))


def _heading(text: str, width: int) -> Line:
    line = Line(f"{wording.RULE} ", Ink.FAINT).add(text, Ink.STRONG).add(" ")
    return line.fill(width, Ink.FAINT, character=wording.RULE)


def _contacts(view: PersonView, row: QueueRow | None, width: int, now: int) -> Iterator[Line]:
    earlier = [one for one in view.contacts if row is None or one.id != row.id]
    if not earlier:
        return
    yield _heading(_("Last contacts"), width)
    for one in earlier:
        state = wording.state_of(one, now)
        age = span(max(0, now - one.last_message_at) / 1000)
        line = Line().column(state.sign, 3, state.ink).column(age, 7, Ink.FAINT)
        yield line.column(first_line(one.text, width), max(1, width - line.width))


def _tags(view: PersonView, width: int) -> Iterator[Line]:
    if view.tags:
        yield _heading(_("Tags"), width)
        yield from wrapped("  ".join(f"#{tag} {count}" for tag, count in view.tags), width)


def _notes(view: PersonView, width: int, now: int) -> Iterator[Line]:
    if not view.notes:
        return
    yield _heading(_("Notes, never sent"), width)
    for note in view.notes:
        age = span(max(0, now - note.at) / 1000)
        head = f"# {safe(note.agent, limit=_AGENT)} {wording.DOT} {age}"
        yield Line(cut(head, width), Ink.NOTE)
        yield from wrapped(note.text, width, indent="# ", ink=Ink.NOTE)[:_NOTE_LINES]
