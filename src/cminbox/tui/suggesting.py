"""What is suggested for the conversation on the screen: asked for beside it, shown after the row, never in the way.

Nothing is loaded before the first paint. Moving on cancels what was asked for, so that `j j j` costs nothing here.
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, TypeVar

from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, ngettext, render
from cminbox.tui import wording
from cminbox.tui.actions import Fact
from cminbox.tui.ink import Ink
from cminbox.tui.sideways import Sideways
from cminbox.tui.widgets.suggestion_strip import SHOWN, Shown, SuggestionStrip, why_lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
    from concurrent.futures import Future

    from textual.geometry import Size

    from cminbox.domain.canned import Fault
    from cminbox.inbox.options import Option, Suggested
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.suggestions import Suggester
    from cminbox.inbox.together import Plan
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.widgets.canned_panel import CannedPanel
    from cminbox.tui.widgets.field import Field

T = TypeVar("T")

PAUSE_SECONDS = 0.03
"""The row is painted first; suggestions are asked for when nobody has moved on for so long."""
PATIENCE_SECONDS = 1.5
"""How long a key waits for suggestions that are not there yet."""
LOOK_MILLISECONDS = 10_000
PLAN, WHY = "plan", "why"
"""What the strip below the conversation is called while it shows what many would be sent, or the reasons."""
ON_ITS_WAY = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN})
_NAME = 40
_LOOKED_AT = 12
"""So many of what is marked say what fits all of it."""
_SHORTEST_WORD = 3
_STILL_THE_REPLY = 0.5


class Suggesting:
    """Suggestions for the conversation that one screen shows."""

    def __init__(self, screen: InboxScreen, suggester: Suggester, size: Size) -> None:
        self._screen = screen
        self.suggester = suggester
        self.strip = SuggestionStrip(id="suggestions")
        self.strip.fit(size.width, size.height)
        self._view: ConversationView | None = None
        self._many: tuple[int, ...] = ()
        """What is suggested for instead of the chosen conversation: what is marked, as much as is looked at."""
        self._found: Suggested | None = None
        self._started = False
        self._looked_at = 0
        self._sideways = Sideways()
        self._faults: frozenset[tuple[object, ...]] = frozenset()
        self._started_faults = False
        self._shown_at = 0.0
        self._said = False
        self._panel: CannedPanel | None = None
        self.plan: Plan | None = None
        """What is to be sent to many, while it is shown."""
        self.entered_at = 0.0
        """When Enter was last pressed for a suggestion, or sent one."""

    @classmethod
    def of(cls, screen: InboxScreen, size: Size) -> Self | None:
        """Return the suggestions of a screen, None where its session suggests nothing."""
        suggester = screen.desk.session.suggestions
        return None if suggester is None else cls(screen, suggester, size)

    @property
    def pending(self) -> bool:
        """Whether suggestions for the chosen conversation have been asked for and are not there yet."""
        return self._started and self._view is not None and self._found is None and not self._answered

    @property
    def offers(self) -> bool:
        """Whether there is a suggestion for the chosen conversation, or may be in a moment."""
        return self.pending or bool(self._found is not None and self._found.options and not self._answered)

    @property
    def _answered(self) -> bool:
        """Whether an answer is on its way already: a second one is written on purpose or not at all."""
        return not self._many and self._view is not None and self._view.row.reply_state in ON_ITS_WAY

    @property
    def field(self) -> Field | None:
        """The field of the search for canned replies, None while it is closed."""
        return self._panel.field if self._panel is not None and self._panel.display else None

    async def open_panel(self) -> CannedPanel:
        """Return the search for canned replies, made at its first use."""
        from cminbox.tui.widgets.canned_panel import CannedPanel  # noqa: PLC0415 - not before the first paint

        if self._panel is None:
            self._panel = CannedPanel()
            await self._screen.side.mount(self._panel, after=self.strip)
        return self._panel

    def show_strip(self) -> None:
        """Show the suggestions unless something else stands in their place: a text, the search, the reasons."""
        writing = self._screen.writing is not None and self._screen.writing.row is not None
        self.strip.display = not writing and self.field is None and self._screen.details.what not in {WHY, PLAN}

    def seen(self, seconds: float) -> bool:
        """Whether the suggestions have been on the screen for so long, and still are."""
        shown = self.strip.display and self.strip.size.height > 0
        return self._found is not None and shown and monotonic() - self._shown_at >= seconds

    def start(self) -> None:
        """Begin to load, after the first paint."""
        if not self._started:
            self._started = True
            self.show(self._screen.view)

    def follow(self, view: ConversationView | None, *, writing: bool) -> None:
        """Suggest for the conversation that is shown, unless one is being answered."""
        self.show_strip()
        if not writing:
            self.show(view)

    def show(self, view: ConversationView | None) -> None:
        """Suggest for another conversation, or for the same one as it is now; for all that is marked where some is."""
        moved = view is None or self._view is None or view.row.id != self._view.row.id
        before, self._many = self._many, self._marked(view)
        self._view = view
        if self._many != before or (moved and not self._many):
            self._found = None
        elif moved and self._found is not None:
            return
        if not self._started:
            return
        if view is None or self._answered:
            self.strip.show(Shown(sentence="" if view is None else _("An answer is on its way.")))
        else:
            self.beside(partial(self._ask, view, self._many), "suggestions")
        self._say_what_enter_does()

    def tick(self, now: int) -> None:
        """Look now and then for other files, and for what colleagues taught."""
        self.show_strip()
        if self._started and not 0 <= now - self._looked_at < LOOK_MILLISECONDS:
            self._looked_at = now
            self.beside(self._renew, "suggestions renewed")

    def beside(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Do something while keys go on to be read; what was begun in the same group is given up."""
        self._sideways.begin(work, group)

    def stop(self) -> None:
        """Ask for nothing any more: the screen ends."""
        self._sideways.stop_all()

    async def current(self) -> Suggested:
        """Return what is suggested for the chosen conversation, waiting for it for a moment. Raises Problem."""
        view = self.caught_up()
        if self._marked(view) != self._many:
            self.show(view)
        if self._found is not None:
            return self._found
        found = await self._patiently(self._what_fits(view, self._many))
        self._take(view, self._many, found)
        return found

    def subject(self) -> ConversationView:
        """Return what a suggestion is filled for: the chosen conversation, or the first that is marked.

        Raises Problem.
        """
        view = self.caught_up()
        many = self._marked(view)
        return self._screen.desk.session.reading.show(many[0]) if many else view

    def _marked(self, view: ConversationView | None) -> tuple[int, ...]:
        """Return what is marked, as much of it as is looked at; nothing where that is the chosen one alone.

        The chosen one stands first where it is marked: it is what one looks at.
        """
        desk = self._screen.desk
        if view is None or not desk.marks.some:
            return ()
        here = view.row.id
        ids = desk.marks.ids if desk.marks.anchor is None else dict.fromkeys(desk.marked(_LOOKED_AT))
        some = tuple(one for one in islice(ids, _LOOKED_AT) if one != here)
        return (here, *some) if some and here in ids else some

    def _whom(self) -> str:
        """Return whom suggestions are for where that is not the chosen conversation, empty where it is."""
        if not self._many:
            return ""
        count = self._screen.desk.count_marked()
        text = ngettext("for the marked one", "for the {count} marked", count)
        return text.format(count=wording.counted(count))

    def caught_up(self) -> ConversationView:
        """Return the chosen conversation, shown now if a fast move has left it for later. Raises Problem for none.

        What a key does must never be meant for the conversation that one has just left.
        """
        row = self._screen.desk.row
        if row is not None and (self._view is None or self._view.row.id != row.id):
            self._screen.read_conversation()
        if row is None or self._view is None or self._view.row.id != row.id:
            raise Problem(say("No conversation is chosen"))
        return self._view

    async def wait_for(self, future: Future[T], patience: float = PATIENCE_SECONDS) -> T:
        """Return what a future gives, if it does so within so many seconds. Raises Problem."""
        return await self._patiently(asyncio.wrap_future(future), patience)

    async def _patiently(self, coming: Awaitable[T], patience: float = PATIENCE_SECONDS) -> T:
        try:
            return await asyncio.wait_for(coming, patience)
        except TimeoutError:
            raise Problem(say("The canned replies are still being read; try again in a moment")) from None

    async def why(self) -> None:
        """Show why each of the suggestions is one. Raises Problem."""
        found, view = await self.current(), self.subject()
        if not found.options:
            raise Problem(say("Nothing is suggested here"))
        shown = found.options[:SHOWN]
        reasons = await self.wait_for(self.suggester.why(view, [one.reply.key for one in shown]))
        pairs = list(zip(shown, reasons, strict=True))
        self._screen.details.open(WHY, _("Why these are suggested"), lambda width: why_lines(pairs, width))
        self.show_strip()
        self._screen.paint_footer()

    def learn(self, view: ConversationView, used: Mapping[str, Option], text: str, sent_as: int) -> None:
        """Learn which replies a text was made of that goes out now, of those that were `used` for it, by key."""
        for key, option in used.items():
            if still_there(option.text, text):
                self.suggester.picked(view, key, sent_as=sent_as)

    def facts(self) -> frozenset[Fact]:
        """Return what holds now."""
        found = {Fact.SUGGESTION} if self.offers else set()
        planned = self.plan is not None and self._screen.details.what == PLAN
        return frozenset(found | ({Fact.PLAN} if planned else set()))

    def drop_plan(self) -> None:
        """Show no longer what all that was marked would be sent, since other conversations are marked now."""
        self.plan = None
        if self._screen.details.what == PLAN:
            self._screen.details.close()
        self.show(self._view)

    def may_enter(self) -> bool:
        """Whether an Enter that is pressed now counts: one that repeats itself does not."""
        now = monotonic()
        from cminbox.tui.widgets.field import SETTLE_SECONDS  # noqa: PLC0415 - not before the first paint

        too_soon = now - self.entered_at < SETTLE_SECONDS
        self.entered_at = now
        return not too_soon

    async def _ask(self, view: ConversationView, many: tuple[int, ...]) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        try:
            found = await self._what_fits(view, many)
        except Problem as problem:
            self.strip.show(Shown(sentence=render(problem.saying)))
            return
        self._take(view, many, found)

    async def _what_fits(self, view: ConversationView, many: tuple[int, ...]) -> Suggested:
        """Return what is suggested for a conversation, or for many instead. Raises Problem."""
        if not many:
            return await asyncio.wrap_future(self.suggester.suggest(view))
        return await asyncio.wrap_future(self.suggester.common(many))

    def _take(self, view: ConversationView, many: tuple[int, ...], found: Suggested) -> None:
        if many != self._many or self._answered:
            return
        if not many and (self._view is None or self._view.row.id != view.row.id):
            return
        before, self._found = self._found, found
        if before != found:
            self._shown_at = monotonic()
        if before is None or before != found or self.strip.shown.suggested is not found:
            nothing = _("No canned reply fits: r writes one, c searches them")
            self.strip.show(Shown(found, nothing, self._whom()))
        self._say_what_enter_does()

    def _say_what_enter_does(self) -> None:
        if self.offers is not self._said:
            self._said = self.offers
            self._screen.paint_footer()

    async def _renew(self) -> None:
        try:
            renewed = await asyncio.wrap_future(self.suggester.renew())
            if renewed or not self._started_faults:
                self._started_faults = True
                self._say_faults((await asyncio.wrap_future(self.suggester.shelf())).faults)
        except Problem:
            # What stands in the way is said when somebody asks for a suggestion.
            return
        if renewed:
            self.show(self._view)

    def _say_faults(self, faults: Sequence[Fault]) -> None:
        """Say the first fault that was not there before, with its mend."""
        known, self._faults = self._faults, frozenset((one.file, one.line, one.kind) for one in faults)
        new = [one for one in faults if (one.file, one.line, one.kind) not in known]
        if not new:
            return
        first = new[0]
        where = first.file.name if first.line is None else f"{first.file.name}:{first.line}"
        text = f"{safe(where, limit=_NAME)}: {render(first.sentence)}; {render(first.mend)}"
        more = len({one.file for one in new}) - 1
        if more:
            others = ngettext("and {count} more file: g t lists it", "and {count} more files: g t lists them", more)
            text = f"{text} ({others.format(count=more)})"
        self._screen.tell(text, Ink.LATE)


def still_there(said: str, text: str) -> bool:
    """Whether most words of a reply are still in the text that is sent, however it was edited."""
    words = {word for word in said.casefold().split() if len(word) >= _SHORTEST_WORD}
    if not words:
        return said.strip() in text
    return len(words & set(text.casefold().split())) >= _STILL_THE_REPLY * len(words)
