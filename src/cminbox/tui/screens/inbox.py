"""The inbox: the list, the conversation that is chosen in it, and where a reply is written."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import _, render
from cminbox.tui import wording
from cminbox.tui.actions import Fact, Place, barred
from cminbox.tui.beside import Beside
from cminbox.tui.company import Company
from cminbox.tui.compositing import SparseCompositor
from cminbox.tui.ink import EMPTY, Ink, Line
from cminbox.tui.panes import Pane, layout_of
from cminbox.tui.pauses import Pause
from cminbox.tui.rounds import Rounds
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.styles import style
from cminbox.tui.suggesting import Suggesting
from cminbox.tui.tallying import Tallying
from cminbox.tui.widgets.context_pane import ContextPane
from cminbox.tui.widgets.details import Details
from cminbox.tui.widgets.footer import standing
from cminbox.tui.widgets.header import header_line, key_of
from cminbox.tui.widgets.lines import Lines
from cminbox.tui.widgets.preview import Preview, rule_line
from cminbox.tui.widgets.queue_list import QueueList
from cminbox.tui.widgets.rail import rail_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.geometry import Size

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.presence import Resume
    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.acts import Acts, Outcome
    from cminbox.tui.beyond import Beyond
    from cminbox.tui.bulk import Bulk
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.palette import Entry
    from cminbox.tui.remembering import Offering
    from cminbox.tui.screens.base import Effect, Program
    from cminbox.tui.verbs.writing import Writing
    from cminbox.tui.widgets.field import Field
    from cminbox.tui.zero import Zero

_FAST_SECONDS = 0.06
"""Moves that follow each other faster than this draw the conversation only once they pause."""
_PAUSE_SECONDS = 0.03


class InboxScreen(KeyScreen):
    """The home of the program. What keys do is put together from `verbs`."""

    PLACE = Place.QUEUE
    DEFAULT_CSS = style("inbox")
    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program, size: Size) -> None:
        super().__init__(desk, program)
        self._compositor = SparseCompositor()
        self.set_classes(layout_of(size, desk.session.density))
        self.header = Lines(lambda width: (header_line(desk, width),), id="header")
        self.list = QueueList(desk, self, id="queue")
        self.rail = Lines(lambda width: rail_lines(desk, width), id="rail")
        self.tallying = Tallying(self)
        self.rule = Lines(self._rule, id="rule")
        self.preview = Preview(id="preview")
        self.side = Pane(id="side")
        self.details = Details()
        self.context = ContextPane(desk.session.reading)
        self.writing: Writing | None = None
        self.suggesting = Suggesting.of(self, size)
        self.company = Company(desk.session.presence)
        self.bulk: Bulk | None = None
        self.beside = Beside(self)
        self._view: ConversationView | None = None
        self._rounds = Rounds(self)
        self._moved_at = 0.0
        self._rest = Pause(self, _PAUSE_SECONDS, self.read_conversation)

    def compose_above(self) -> ComposeResult:
        """Put the header above the list and the chosen conversation."""
        yield self.header
        with Pane(id="body"):
            yield self.rail
            yield self.list
            with self.side:
                yield self.rule
                yield self.preview
                if self.suggesting is not None:
                    yield self.suggesting.strip
                yield self.details
            yield self.context

    def on_mount(self) -> None:
        """Read what the first frame shows."""
        self.read_conversation()
        if self.suggesting is not None:
            self.call_after_refresh(self.suggesting.start)

    def on_unmount(self) -> None:
        """Ask for nothing any more."""
        if self.suggesting is not None:
            self.suggesting.stop()

    def _screen_resized(self, size: Size) -> None:
        """Take the layout for another size before anything is drawn in it."""
        self._take_layout(size)
        if self.suggesting is not None:
            self.suggesting.strip.fit(size.width, size.height)
        super()._screen_resized(size)
        self.details.fit()
        if self.writing is not None:
            self.writing.fit()

    def fit(self) -> None:
        """Take the layout that is wanted by now."""
        self._take_layout(self.size)
        self.refresh(layout=True)

    def _take_layout(self, size: Size) -> None:
        thread = {"-thread"} if self.has_class("-thread") else set()
        wanted = layout_of(size, self.desk.session.density)
        if self.classes - thread != wanted:
            self.set_classes(wanted | thread)
            self.update_node_styles(animate=False)

    # Keys

    @cached_property
    def zero(self) -> Zero:
        """What the empty inbox says."""
        from cminbox.tui.zero import Zero  # noqa: PLC0415 - not before the first paint

        return Zero(self)

    @cached_property
    def beyond(self) -> Beyond:
        """What a filter finds beyond the queue."""
        from cminbox.tui.beyond import Beyond  # noqa: PLC0415 - as above

        return Beyond(self)

    @cached_property
    def remembering(self) -> Offering:
        """What keeps the marks on disk."""
        from cminbox.tui.remembering import Offering  # noqa: PLC0415 - as above

        return Offering(self)

    @cached_property
    def acts(self) -> Acts:
        """What can be done to the chosen conversation."""
        from cminbox.tui.acts import Acts  # noqa: PLC0415 - not before the first paint

        return Acts(self.desk)

    def effects(self) -> Mapping[str, Effect]:
        """Return what each action does, from the groups of verbs."""
        return self._effects

    @cached_property
    def _effects(self) -> Mapping[str, Effect]:
        from cminbox.tui.verbs.everything import effects  # noqa: PLC0415 - as above

        return effects(self)

    def more_to_do(self) -> Sequence[Entry]:
        """Return the views of the person's own: each is gone to by its name."""
        from cminbox.tui.verbs.views import go, own_views  # noqa: PLC0415 - not before the first paint

        return own_views(self.desk.views, partial(go, self))

    def speak_anew(self) -> None:
        """Forget what was worded in another language."""
        super().speak_anew()
        self.__dict__.pop("_effects", None)

    def facts(self) -> frozenset[Fact]:
        """Return what holds now."""
        found = super().facts() if self.bulk is None else super().facts() | {Fact.BULK}
        found |= {Fact.DETAILS} if self.details.what else set()
        row = self.desk.row
        if row is not None and self._view is not None and self._view.row.id == row.id and Fact.MARKS not in found:
            found |= barred(self._view.messages)
        return found if self.suggesting is None else found | self.suggesting.facts()

    @property
    def place(self) -> Place:
        """The queue, or the thread when it fills the screen."""
        return Place.THREAD if self.has_class("-thread") else Place.QUEUE

    @property
    def field(self) -> Field | None:
        """The field that takes what is typed."""
        searching = self.suggesting.field if self.suggesting is not None else None
        return super().field or searching or (self.writing.field if self.writing is not None else None)

    async def start_writing(self) -> Writing:
        """Return the part where one types, made at its first use."""
        from cminbox.tui.verbs.writing import Writing  # noqa: PLC0415 - not before the first paint

        if self.writing is None:
            self.writing = Writing(self)
            await self.side.mount(*self.writing.parts)
        return self.writing

    async def resume(self, left: Resume) -> None:
        """Go on where the agent was when another screen of his ended."""
        if self.desk.resume(left):
            self.reload()
        if left.writing:
            from cminbox.tui.verbs.writing import open_composer  # noqa: PLC0415 - seldom needed

            await self.attempt(lambda: open_composer(self, left.conversation_id))
        elif self.desk.session.acting.begin_note(left.conversation_id)[0]:
            self.tell(_("A note was begun here; {key} goes on with it").format(key=key_of(self.desk, "note")))

    async def edit(self, reply: StoredReply) -> None:
        """Go on writing a reply that was taken back."""
        from cminbox.tui.verbs.writing import edit_again  # noqa: PLC0415 - not before the first paint

        await self.attempt(lambda: edit_again(self, reply))

    def keep(self) -> None:
        """Put on disk what is being written, and where: the terminal may be gone sooner than one has rested here."""
        self._rounds.tell_where(at_once=True)
        self.remembering.keep_last()
        if self.writing is not None:
            self.writing.keep_last()

    # What changes

    def finish(self, outcome: Outcome) -> None:
        """Show what an act did, and go on where it was the last to do here."""
        news = self.desk.refresh(outcome.ids)
        here = self.desk.row
        acted = outcome.advance and here is not None and here.id in outcome.ids
        following = self.desk.following() if acted else None
        # What one goes on from is not read once more.
        self.take(news if following is None else replace(news, chosen=False))
        if following is not None:
            self.list.choose(following)
        undo = key_of(self.desk, "undo")
        undoes = _("undoes")
        text = f"{outcome.text} {wording.DOT} {undo} {undoes}" if outcome.advance and undo else outcome.text
        self.tell(text)
        self._rounds.said_while_held = None if outcome.held is None else (outcome.held, text)

    def take(self, news: News) -> None:
        """Draw what has changed, and nothing else."""
        if len(self.desk.window):
            self.list.redraw(news.rows)
        else:
            self.list.repaint_everything()
        self.redraw_views()
        if self.writing is not None:
            self.writing.news()
        if news.chosen:
            self.read_conversation()
        if self.desk.asked:
            for sentence in self.acts.refusals():
                self.tell(sentence, Ink.LATE)

    def chosen(self) -> None:
        """Show the conversation that was chosen: at once, or after a pause while one moves fast."""
        if self.details.what:
            self.details.close()
        now = monotonic()
        fast = now - self._moved_at < _FAST_SECONDS
        self._moved_at = now
        if fast:
            self._rest.begin()
        else:
            self._rest.stop()
            self.read_conversation()

    def reload(self) -> None:
        """Draw a list that was read anew."""
        self.list.reload()
        self.redraw_views()
        self.read_conversation()

    def redraw_views(self) -> None:
        """Draw what each view holds, and what needs attention."""
        self.header.redraw()
        self.rail.redraw()

    def tick(self, now: int) -> None:
        """Let clocks, ages and held replies run on."""
        self._rounds.make(now)

    # Drawing

    def read_conversation(self) -> None:
        """Read the chosen conversation, or the one that is answered, and draw it."""
        row = (self.writing.row if self.writing is not None else None) or self.desk.row
        try:
            self._view = None if row is None else self.desk.session.reading.show(row.id, limit=50)
        except Problem as problem:
            self._view = None
            self.tell(render(problem.saying), Ink.LATE)
        self.paint_conversation()

    @property
    def view(self) -> ConversationView | None:
        """The conversation as it is shown."""
        return self._view

    def at_hand(self) -> ConversationView | None:
        """Return the chosen conversation, read now where the one before it is still shown."""
        row = self.desk.row
        if row is not None and (self._view is None or self._view.row.id != row.id):
            self.read_conversation()
        return self._view

    def follow_person(self) -> None:
        """Let the pane at the right show the person of the conversation at hand."""
        self.context.follow(None if self._view is None else self._view.row, self.company.others, self.desk.now)

    def paint_conversation(self) -> None:
        """Draw the conversation that was read."""
        self.follow_person()
        self.rule.redraw()
        writing = self.writing is not None and self.writing.row is not None
        self.preview.show_view(self._view, self.desk.now, drafts=not writing)
        if self.suggesting is not None:
            self.suggesting.follow(self._view, writing=writing)

    def _rule(self, width: int) -> tuple[Line]:
        row = None if self._view is None else self._view.row
        desk = self.desk
        return (rule_line(row, self._view, desk.session.agent, width, self.company.others, now=desk.now),)

    def standing_line(self, width: int) -> Line:
        """Return what Enter does while one writes, else the keys."""
        if self.suggesting is not None and self.suggesting.field is not None:
            return EMPTY
        writing = self.writing.footer_line(width) if self.writing is not None else None
        if writing is not None:
            return writing
        said = standing(self.desk, self.bulk)
        return said.join(super().standing_line(width - said.width))

    def repaint_all(self) -> None:
        """Draw everything as it is now."""
        self.list.reload()
        self.header.redraw()
        self.read_conversation()
        super().repaint_all()

    def _names_instead(self) -> list[Line]:
        from cminbox.tui import naming  # noqa: PLC0415 - as above

        return naming.lines(self.desk, self.list.painted_size.width, typing=self.field is not None)

    def nothing(self) -> list[Line]:
        """Return what an empty list says."""
        if self.desk.typed is not None:
            count = self.desk.view.count(self.desk.counts)
            return [
                Line(_("Nothing matches “{query}”.").format(query=self.desk.query)),
                *self._names_instead(),
                *self.beyond.lines(),
                Line(_("{count} without the filter").format(count=count), Ink.FAINT),
                Line(key_of(self.desk, "clear_filter"), Ink.KEY).add(_(" shows them"), Ink.FAINT),
            ]
        known = self.desk.view.base is None or self.desk.arrived
        return self.zero.lines() if known else [Line(_("Nothing is waiting here."))]
