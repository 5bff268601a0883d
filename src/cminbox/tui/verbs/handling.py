"""Done, later, whose, tags, flags, notes, likes, doing it once more, and undoing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Priority
from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, render
from cminbox.tui import later
from cminbox.tui.bulk import Bulk
from cminbox.tui.ink import Ink
from cminbox.tui.screens.base import Answer
from cminbox.tui.verbs.doing import do, run
from cminbox.tui.verbs.writing import edit_again

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.tui.acts import Outcome
    from cminbox.tui.bulk import Deed
    from cminbox.tui.holds import Undoable
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen

_NAME = 30


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that handle the chosen conversation, or all that are marked."""
    acts = screen.acts
    return {
        "done": partial(_done, screen),
        "done_post": partial(_done, screen, posts=True),
        "snooze_hour": _does(screen, lambda: acts.snooze(later.in_an_hour)),
        "snooze_tomorrow": _does(screen, lambda: acts.snooze(later.tomorrow)),
        "snooze_week": _does(screen, lambda: acts.snooze(later.in_a_week)),
        "snooze_monday": _does(screen, lambda: acts.snooze(later.monday)),
        "snooze_custom": _asks(screen, _("Put off for how long? 30m, 2h, 3d or 14:30"), acts.snooze_typed),
        "snooze_reply": _does(screen, acts.wait),
        "reopen": _does(screen, acts.reopen),
        **{f"priority_{one.value}": _does(screen, partial(acts.prioritise, one)) for one in Priority},
        "take": _does(screen, acts.take),
        "assign": _asks(screen, _("Assign to whom? Nothing for nobody"), acts.assign),
        "tag": _asks(screen, _("Tags to add; with a minus to take away"), acts.tag),
        "flag": _does(screen, lambda: acts.flag(acts.ids)),
        "note": lambda: _notes(screen),
        "like": _does(screen, acts.like),
        "undo": lambda: undo(screen),
        "repeat": lambda: _repeat(screen),
        "stop": lambda: _stop(screen),
    }


def _does(screen: InboxScreen, deed: Callable[[], Deed]) -> Effect:
    def effect() -> None:
        do(screen, deed(), screen.acts.ids)
        screen.desk.repeat = effect

    return effect


def _done(screen: InboxScreen, *, posts: bool = False) -> None:
    """Mark as done; asked first where a colleague is just writing an answer."""
    acts = screen.acts
    ids = acts.same_posts(acts.ids) if posts else acts.ids

    def act() -> None:
        do(screen, acts.done(), ids)
        screen.desk.repeat = partial(_done, screen, posts=posts)

    writer = acts.who_writes(ids)
    if writer is None:
        act()
        return
    answers = (Answer("y", _("yes"), act), Answer("escape", _("no"), lambda: None))
    screen.ask(who_writes_question(writer, len(ids)), answers)


def who_writes_question(agent: str, count: int) -> str:
    """Return what is asked before so many conversations are done, to one of which an agent is just writing."""
    here, one_of_them = _("{agent} is writing an answer here. Done?"), _("{agent} is writing to one of these. Done?")
    return (here if count == 1 else one_of_them).format(agent=safe(agent, limit=_NAME))


def _asks(screen: InboxScreen, title: str, deed: Callable[[str], Deed]) -> Effect:
    async def effect() -> None:
        ids = screen.acts.ids
        writing = await screen.start_writing()

        def once_more(typed: str) -> None:
            do(screen, deed(typed))

        def sent(typed: str) -> None:
            do(screen, deed(typed), ids)
            screen.desk.repeat = lambda: once_more(typed)

        writing.prompt(title, "", sent=sent)

    return effect


async def _notes(screen: InboxScreen) -> None:
    ids, row = screen.acts.ids, screen.acts.row
    writing = await screen.start_writing()
    writing.noting.open(row.id, lambda typed: do(screen, screen.acts.note(typed), ids))


async def _repeat(screen: InboxScreen) -> None:
    if screen.desk.repeat is None:
        raise Problem(say("There is nothing to repeat yet"))
    await screen.attempt(screen.desk.repeat)


def _stop(screen: InboxScreen) -> None:
    if screen.bulk is not None:
        screen.bulk.stopped = True


async def undo(screen: InboxScreen, step: Undoable | None = None) -> None:
    """Take back a step of this screen, the newest one by default."""
    history = screen.desk.history
    step = step or (history.steps[-1] if history.steps else None)

    async def then(outcome: Outcome | Bulk) -> None:
        if step is not None:
            screen.acts.undone(step)
        if isinstance(outcome, Bulk):
            run(screen, outcome)
            return
        screen.finish(outcome)
        if outcome.reply is not None:
            await edit_again(screen, outcome.reply)
        elif outcome.ids and screen.desk.choose_conversation(outcome.ids[0]):
            screen.list.reload()
            screen.read_conversation()

    def refused(problem: Problem) -> None:
        # What can never be undone would else stand in the way of what was done before it.
        if step is not None and not isinstance(problem, StoreProblem):
            history.take(step)
        screen.tell(render(problem.saying), Ink.LATE)

    undoing = screen.beside.run(lambda: screen.acts.undo(step), then, refused)
    if undoing is not None:
        await undoing
