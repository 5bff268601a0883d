"""The application: one terminal, one person, one workspace."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual import events

from cminbox import assets
from cminbox.domain.filter import Filter
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import ngettext, render
from cminbox.tui.desk import Desk, News
from cminbox.tui.ink import Ink
from cminbox.tui.pulse import Pulse
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.screens.inbox import InboxScreen
from cminbox.tui.session import COMPACT, NORMAL, Ending, ExitResult
from cminbox.tui.terminal_app import TerminalApp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from rich.console import RenderableType
    from textual.screen import Screen

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.presence import Resume
    from cminbox.inbox.reading import Counts
    from cminbox.tui.alarms import Alarms
    from cminbox.tui.driver import TerminalGone
    from cminbox.tui.outlook import Outlook
    from cminbox.tui.session import Preferences, Session

POLL_SECONDS = 0.25
_HUNG_UP = 129
_WARM_SECONDS = 0.4
_WHAT = 60


class InboxApp(TerminalApp):
    """Looks for changes, lets held replies go, and knows the way out; screens do the rest."""

    def __init__(self, session: Session) -> None:
        styles = str(assets.styles() / "base.tcss")
        super().__init__(styles, colour=session.colour, unicode=session.unicode, colours=session.theme)
        self.session = session
        self.desk = Desk.of(session)
        self.fault: BaseException | None = None
        self.has_mouse = wants_mouse(session, os.environ)
        self.after_first_paint: Callable[[], None] | None = None
        self._titled: Counts | None = None
        self._alarms: Alarms | None = None
        self._outlook: Outlook | None = None
        self._releasing: dict[int, Future[bool]] = {}
        self._pulse: Pulse | None = None

    # Start and end

    def get_default_screen(self) -> Screen[None]:
        """Return the inbox, or the welcome where there is nothing to show."""
        if self.desk.empty:
            return self._welcome()
        return InboxScreen(self.desk, self, self.size)

    def _welcome(self) -> KeyScreen:
        from cminbox.tui.screens.welcome import WelcomeScreen  # noqa: PLC0415 - seen once in a life

        return WelcomeScreen(self.desk, self)

    def on_mount(self) -> None:
        """Begin to look for changes, and to listen to who wants this process to end."""
        self._pulse = Pulse(self, POLL_SECONDS, self._is_busy, self._tick)
        self.call_after_refresh(self._started)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self._hang_up)

    def _started(self) -> None:
        from cminbox.tui.alarms import Alarms  # noqa: PLC0415 - after the first paint
        from cminbox.tui.outlook import Outlook  # noqa: PLC0415 - after the first paint

        if self._pulse is not None:
            # Not before: on a slow machine its first beats would come before the first rows.
            self._pulse.begin()
        self._alarms = Alarms(self.session.reading, self.session.alerts, os.environ)
        self._outlook = Outlook(self.session.reading.forecast)
        if self.after_first_paint is not None:
            self.after_first_paint()
        self.set_timer(_WARM_SECONDS, self._warm)
        starting = (self.session.start_sync, self.session.acting.take_in)
        remarks = [said for one in starting if one is not None and (said := _stopped_by(one)) is not None]
        left = None if self.session.presence is None else self.session.presence.arrive()
        if left is not None:
            self.call_later(self._resume, left)
        warning = None if self.session.warning is None else self.session.warning()
        faults = (*self.desk.read_views(), *self.desk.keymap.faults())
        remarks += [render(one) for one in (warning, *faults) if one is not None]
        self.desk.remarks = tuple(remarks)
        for screen in self._key_screens()[-1:]:
            screen.tell_in_turn(remarks)
        # What another screen of this person has held when it ended waits for him only by now.
        self._attempt(self.desk.read_unsent)
        if left is None and self.desk.unsent:
            self.call_later(self._offer_review)
        self.call_later(self._bring_marks_back)

    def _offer_review(self) -> None:
        from cminbox.tui.review import offer  # noqa: PLC0415 - after the first paint

        if isinstance(self.screen, InboxScreen):
            offer(self.screen)

    def _bring_marks_back(self) -> None:
        if isinstance(self.screen, InboxScreen):
            self.screen.remembering.come_back()

    def _warm(self) -> None:
        """Load what the first key needs, while the first rows are being read."""
        for screen in self._key_screens():
            screen.effects()
        if self._pulse is not None:
            self._pulse.listen(self.session.changes.stirring())

    def leave(self) -> None:
        """End the program."""
        self._end(ExitResult())

    def leave_for_demo(self) -> None:
        """End the program; the caller starts the demo."""
        self._end(ExitResult(Ending.DEMO))

    def leave_for(self, workspace: str) -> None:
        """End the program; the caller opens another workspace."""
        self._end(ExitResult(Ending.WORKSPACE, workspace=workspace))

    def on_terminal_gone(self, event: TerminalGone) -> None:
        """End when nobody is there any more."""
        event.stop()
        self._hang_up()

    def _hang_up(self) -> None:
        self._end(ExitResult(Ending.HANG_UP, _HUNG_UP))

    async def _resume(self, left: Resume) -> None:
        screen = self.screen
        if isinstance(screen, InboxScreen):
            await screen.resume(left)

    def _end(self, result: ExitResult) -> None:
        self.keep()
        if result.ending is not Ending.HANG_UP:
            for screen in self.screen_stack:
                if isinstance(screen, InboxScreen):
                    screen.remembering.forget()
        self._say_goodbye(to_come_back=result.ending is Ending.HANG_UP)
        self.exit(result)

    async def on_unmount(self) -> None:
        """Ask nothing more of the store, which is closed next."""
        if self._pulse is not None:
            self._pulse.end()
        if self._outlook is not None:
            self._outlook.close()

    def _say_goodbye(self, *, to_come_back: bool) -> None:
        """Let colleagues know at once, and this person's next screen find the way back if nobody chose to leave."""
        if self.session.presence is not None:
            self.session.presence.leave(to_come_back=to_come_back)

    def keep(self) -> None:
        """Put on disk what is being written."""
        for screen in self._key_screens():
            self._attempt(screen.keep)

    def panic(self, *renderables: RenderableType) -> None:
        """End without printing what failed: the values of variables belong on no terminal."""
        del renderables
        self._fatal_error()

    def _fatal_error(self) -> None:
        """End after a fault; the caller gets it once the terminal is restored."""
        self.fault = self.fault or self._exception
        self._close_messages_no_wait()
        self.keep()
        self._say_goodbye(to_come_back=True)

    # Time

    async def on_event(self, event: events.Event) -> None:
        """Look more often while somebody works here."""
        if self._pulse is not None and isinstance(event, events.InputEvent | events.Paste):
            self._pulse.stir()
        await super().on_event(event)

    def _is_busy(self) -> bool:
        """Whether something runs on by itself that a person watches."""
        return bool(len(self.desk.holds))

    def _tick(self) -> None:
        """Let held replies go whose time has come, and show what has changed."""
        now = self.desk.now
        for reply_id in self.desk.holds.ended(now):
            self._attempt(partial(self._release_soon, reply_id))
        # At the very end the last tick may find no screen any more.
        screen = self.screen_stack[-1] if self.screen_stack else None
        if not isinstance(screen, KeyScreen):
            return
        self._attempt(lambda: self._take_news(screen))
        self._attempt(lambda: screen.tick(now))
        if self._alarms is not None:
            alarms = self._alarms
            self._attempt(lambda: alarms.tick(screen, self, now))
        if self._outlook is not None and self._outlook.look(self.desk.counts.late):
            self.desk.outlook = self._outlook.latest
            screen.take(News(chosen=False))
        if self.desk.counts is not self._titled:
            self._titled = self.desk.counts
            self._set_title()

    def _take_news(self, screen: KeyScreen) -> None:
        news = self.desk.poll()
        if news is not None:
            screen.take(news)

    def _release_soon(self, reply_id: int) -> None:
        """Let a reply go, beside the screen. One that cannot go now stays held, and is tried again."""
        release = self._releasing.get(reply_id)
        if release is None:
            self._releasing[reply_id] = self.session.acting.release_soon(reply_id)
        elif release.done():
            del self._releasing[reply_id]
            with suppress(NotFound):
                release.result()
            self._let_go(reply_id)

    def _let_go(self, reply_id: int) -> None:
        self.desk.holds.drop(reply_id)
        self.desk.history.forget_reply(reply_id)

    # Screens

    def show_outbox(self) -> None:
        """Show the replies that are on their way or were not sent."""
        from cminbox.tui.screens.outbox import OutboxScreen  # noqa: PLC0415 - not before the first paint

        self.push_screen(OutboxScreen(self.desk, self))

    def show_people(self) -> None:
        """Show the persons who write."""
        from cminbox.tui.screens.people import PeopleScreen  # noqa: PLC0415 - not before the first paint

        self.push_screen(PeopleScreen(self.desk, self))

    def show_canned(self) -> None:
        """Show the library of canned replies. Raises Problem where there is none."""
        from cminbox.tui.screens.canned import CannedScreen  # noqa: PLC0415 - not before the first paint

        if self.session.suggestions is None:
            raise Problem(say("There are no canned replies here"))
        self.push_screen(CannedScreen(self.desk, self, self.session.suggestions))

    def show_accounts(self) -> None:
        """Show the accounts and how they are doing."""
        from cminbox.tui.screens.accounts import AccountsScreen  # noqa: PLC0415 - not before the first paint

        self.push_screen(AccountsScreen(self.desk, self))

    def show_figures(self) -> None:
        """Show the figures of response times."""
        from cminbox.tui.screens.figures import FiguresScreen  # noqa: PLC0415 - not before the first paint

        self.push_screen(FiguresScreen(self.desk, self))

    def show_conversations(self, ids: Sequence[int], what: str) -> None:
        """Go to the inbox and list these conversations there."""
        self.desk.narrow(Filter(everything=True, ids=tuple(ids)))
        self.show_inbox()
        text = ngettext("{count} conversation: {what}", "{count} conversations: {what}", len(ids))
        self.call_later(self._tell, text.format(count=len(ids), what=safe(what, limit=_WHAT)), Ink.PLAIN)

    def show_inbox(self, reply: StoredReply | None = None) -> None:
        """Go back to the inbox, to edit a reply that was taken back if there is one."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            # The welcome stays below: Textual cannot take its first screen away.
            self.push_screen(InboxScreen(self.desk, self, self.size))
        screen = self.screen
        if reply is not None and isinstance(screen, InboxScreen):
            screen.next_up(lambda: screen.edit(reply))

    def switch_mouse(self) -> bool:
        """Take the mouse from the terminal or give it back; return whether it is taken now."""
        self.has_mouse = not self.has_mouse
        self.take_mouse(taken=self.has_mouse)
        return self.has_mouse

    def adopt(self, found: Preferences) -> None:
        """Take over what settings say of colours, room, mouse and alerts."""
        session = self.session
        if found.theme is not None and found.theme != session.theme:
            session.theme = found.theme
            self.wear(found.theme)
        if found.density is not None and found.density != session.density:
            self.change_density()
        if found.mouse is not None:
            session.mouse, session.mouse_over_ssh = found.mouse, found.mouse_over_ssh
            if wants_mouse(session, os.environ) != self.has_mouse:
                self.switch_mouse()
        if found.alerts is not None and self._alarms is not None:
            session.alerts = found.alerts
            self._alarms.heed(found.alerts)

    def change_density(self) -> bool:
        """Give the queue more room or less; return whether it has more now."""
        compact = self.session.density != COMPACT
        self.session.density = COMPACT if compact else NORMAL
        for screen in self._key_screens():
            screen.fit()
        return compact

    def _key_screens(self) -> list[KeyScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, KeyScreen)]

    def _attempt(self, effect: Callable[[], object]) -> None:
        try:
            effect()
        except Problem as problem:
            self._tell(render(problem.saying))

    def _tell(self, text: str, ink: Ink = Ink.LATE) -> None:
        for screen in self._key_screens()[-1:]:
            screen.tell(text, ink)

    def _set_title(self) -> None:
        """Name the window by the brand and by what waits, if that is wanted; no stranger's word is in it."""
        if not self.session.alerts.title:
            return
        from cminbox.tui.wording import title  # noqa: PLC0415 - after the first paint

        self.name_window(title(self.session.brand, self.desk.counts.late, self.desk.counts.queue))


def _stopped_by(act: Callable[[], object]) -> str | None:
    """Do something; return what stopped it, None where nothing did."""
    try:
        act()
    except Problem as problem:
        return render(problem.saying)
    return None


def wants_mouse(session: Session, environ: Mapping[str, str]) -> bool:
    """Whether the mouse is taken from the terminal: over SSH only when asked for, because its reports travel too."""
    over_ssh = not environ.keys().isdisjoint({"SSH_CONNECTION", "SSH_TTY"})
    return session.mouse and (session.mouse_over_ssh or not over_ssh)


def run(session: Session) -> ExitResult:
    """Show the inbox until the person leaves; return why it ended. The caller has made sure of a capable terminal."""
    app = InboxApp(session)
    app.after_first_paint = _collect_garbage_again
    with suppress(KeyboardInterrupt):
        app.run(mouse=app.has_mouse)
    if app.fault is not None:
        if session.report_crash is not None:
            session.report_crash(app.fault)
        return ExitResult(Ending.CRASH, 1)
    return app.return_value or ExitResult()


def _collect_garbage_again() -> None:
    """Look for garbage from now on, if a start left it out; among what is here already there is none."""
    gc.freeze()
    gc.enable()
