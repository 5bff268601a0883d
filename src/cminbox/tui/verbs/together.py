"""One canned reply for all that is marked: who asks the same, what the first would get, and only then the sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, ngettext, render
from cminbox.tui import wording
from cminbox.tui.bulk import Deed, Traces
from cminbox.tui.canned_words import does, not_attached, preview_lines
from cminbox.tui.costing import sums
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped
from cminbox.tui.screens.base import Answer
from cminbox.tui.suggesting import PLAN
from cminbox.tui.verbs.doing import do
from cminbox.tui.verbs.filling_in import ask_for_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cminbox.inbox.acting import Acting
    from cminbox.inbox.options import Option
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.together import Part, Plan
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.suggesting import Suggesting

    Learn = Callable[[ConversationView, Mapping[str, Option], str, int], None]

_REASONS, _NAME = 3, 60
PATIENCE_SECONDS = 15.0
"""Many conversations are read for this; keys that are pressed meanwhile wait for it, so that they mean it."""


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that answer many at once."""
    return {"mark_alike": lambda: _mark_alike(screen), "send_all": lambda: _ask(screen)}


async def _mark_alike(screen: InboxScreen) -> None:
    """Mark everything in this view that the first suggestion answers as well."""
    suggesting, desk = _suggesting(screen), screen.desk
    view, found = suggesting.caught_up(), await suggesting.current()
    if not found.options:
        raise Problem(say("Nothing is suggested here"))
    ids = desk.session.reading.ids(desk.wanted)
    alike = await suggesting.wait_for(suggesting.suggester.alike(view, ids), PATIENCE_SECONDS)
    desk.marks.add(alike)
    suggesting.drop_plan()
    screen.list.redraw(range(len(desk.window)))
    text = ngettext("{count} asks the same and is marked", "{count} ask the same and are marked", len(alike))
    screen.tell(text.format(count=len(alike)))


async def show_plan(screen: InboxScreen, option: Option) -> None:
    """Show what all that is marked would be sent with a reply: the first text, how many, and what is to be known."""
    await _show(screen, option.reply.id, {})


async def _show(screen: InboxScreen, reply: str, given: Mapping[str, str]) -> None:
    """Show what all that is marked would be sent with what was typed for all; once begun, ask for what is missing."""
    suggesting = _suggesting(screen)
    ids = screen.desk.marked()
    plan = await suggesting.wait_for(suggesting.suggester.plan(ids, reply, given), PATIENCE_SECONDS)
    if not plan.parts:
        raise Problem(next(iter(plan.refused.values()), say("Nothing is marked")))
    suggesting.plan = plan
    count, first = len(plan.parts), wording.person(plan.parts[0].view.row.person)
    title = ngettext("{count} reply, to {person}", "{count} replies, the first to {person}", count)
    said = list(remarks(plan, screen.desk.session.acting))
    screen.details.open(PLAN, title.format(count=count, person=first), lambda width: list(_lines(plan, said, width)))
    suggesting.show_strip()
    screen.paint_footer()
    if given and plan.wanted:
        await _fill_in(screen, plan)


async def _fill_in(screen: InboxScreen, plan: Plan) -> None:
    """Ask for what is to be typed once for all."""
    await ask_for_all(screen, plan, lambda given: _show(screen, plan.parts[0].option.reply.id, given))


def _lines(plan: Plan, said: Sequence[tuple[str, Ink]], width: int) -> Iterator[Line]:
    yield from preview_lines(plan.parts[0].option.text, width)
    yield EMPTY
    for sentence, ink in said:
        yield from wrapped(sentence, width, ink=ink)


def remarks(plan: Plan, acting: Acting) -> Iterator[tuple[str, Ink]]:
    """Yield what is to be known before many replies are sent."""
    first = plan.parts[0].option.reply
    for sentence in sums(acting, plan):
        yield sentence, Ink.SOON
    if plan.wanted:
        names = ", ".join(safe(blank.called, limit=_NAME) for blank in plan.wanted)
        yield _("To be filled in once for all: {names}").format(names=names), Ink.HELD
    if first.macro:
        yield _("Besides, each: {acts}").format(acts=does(first.macro)), Ink.PLAIN
    if first.attachments:
        yield not_attached(first.attachments), Ink.LATE
    if plan.same_public:
        text = _("{count} of them publish exactly the same text: networks may take that for spam")
        yield text.format(count=plan.same_public), Ink.LATE
    if plan.refused:
        count = len(plan.refused)
        why = dict.fromkeys(render(reason) for reason in plan.refused.values())
        text = ngettext("{count} is left out: {why}", "{count} are left out: {why}", count)
        yield text.format(count=count, why="; ".join(list(why)[:_REASONS])), Ink.LATE
    if len(plan.parts) > 1:
        yield (
            _("Each is filled for its person; they go out one after the other, and u takes back what is held"),
            Ink.FAINT,
        )


async def _ask(screen: InboxScreen) -> None:
    """Ask for what is missing in all of them, else for the letter without which nothing is sent to many."""
    suggesting = _suggesting(screen)
    plan = suggesting.plan
    if plan is None or not suggesting.may_enter():
        return
    if screen.program.behind:
        screen.tell(_("The terminal has not shown all of this yet; press Enter again"), Ink.LATE)
        return
    if plan.wanted:
        await _fill_in(screen, plan)
        return
    count = len(plan.parts)
    screen.ask(
        ngettext("Send {count} reply?", "Send {count} replies?", count).format(count=count),
        (Answer("y", _("send"), lambda: _send(screen, plan)), Answer("escape", _("leave it"), lambda: None)),
    )


def _send(screen: InboxScreen, plan: Plan) -> None:
    suggesting = _suggesting(screen)
    suggesting.plan = None
    screen.details.close()
    sending = Sending(screen.desk.session.acting, suggesting.learn, plan.parts)
    title = _("Answered")
    person = wording.person(plan.parts[0].view.row.person)
    said = _("The reply to {person} will be sent").format(person=person)
    do(screen, Deed(said, title, sending, alone=True), [part.view.row.id for part in plan.parts])


class Sending:
    """Sends one part after another, each later than the one before; called with the conversations to answer."""

    def __init__(self, acting: Acting, learn: Learn, parts: Sequence[Part]) -> None:
        from cminbox.inbox.together import APART  # noqa: PLC0415 - loaded by the plan

        self._acting = acting
        self._learn = learn
        self._parts = {part.view.row.id: part for part in parts}
        self._apart = APART
        self._sent = 0

    def __call__(self, ids: Sequence[int]) -> Traces:
        """Answer each; what is done besides is undone where the answer is refused. Raises Problem."""
        events: list[int] = []
        replies = []
        for one in ids:
            view, option = self._parts[one].view, self._parts[one].option
            besides = self._besides(one, option)
            wait = self._sent * self._apart
            try:
                reply = self._acting.reply(one, option.text, caret=len(option.text), seen=view.change, wait=wait)
            except Problem:
                if besides:
                    self._acting.undo(besides)
                raise
            self._sent += 1
            self._learn(view, {option.reply.key: option}, option.text, reply.id)
            replies.append(reply)
            events += besides
        return Traces(tuple(events), replies=tuple(replies))

    def _besides(self, one: int, option: Option) -> tuple[int, ...]:
        if not option.reply.macro:
            return ()
        applied = self._acting.do_besides((one,), option.reply.macro)
        for reason in applied.refused.values():
            raise Problem(reason)
        return applied.events


def _suggesting(screen: InboxScreen) -> Suggesting:
    if screen.suggesting is None:
        raise Problem(say("There are no canned replies here"))
    return screen.suggesting
