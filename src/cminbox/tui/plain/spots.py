"""Places beside the queue, line by line: each is a numbered list with verbs of its own, as its screen is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import N_, _
from cminbox.tui.actions import Fact
from cminbox.tui.plain.telling import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cminbox.tui.actions import Place
    from cminbox.tui.plain.inbox import Effect, PlainInbox


class Spot:
    """A numbered list. Enter reads its next line in full, a number that one; verbs act on the one that was read."""

    PLACE: ClassVar[Place]
    TITLE: ClassVar[str]
    """What the place is called; English."""
    EMPTY: ClassVar[str] = N_("Nothing is here.")

    def __init__(self, inbox: PlainInbox) -> None:
        self.inbox = inbox
        self.chosen = 0
        self._page = 0
        self._was_read = False

    # What a place has to say for itself

    def load(self) -> None:
        """Read what the list holds. Raises Problem."""

    @property
    def title(self) -> str:
        """What the list is called now."""
        return _(self.TITLE)

    @property
    def counted(self) -> str:
        """What the list is called, and how long it is."""
        return f"{self.title}, {self.count}"

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int) -> str:
        """Return a line without its number."""
        raise NotImplementedError

    def about(self, index: int) -> Iterable[str]:
        """Yield everything that is known of what stands in a line. Raises Problem."""
        raise NotImplementedError

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what the verbs of this place do, by the ids of their actions."""
        return {}

    def facts(self) -> frozenset[Fact]:
        """Return what holds now."""
        return frozenset({Fact.ROW}) if self.count else frozenset()

    # What all of them do alike

    def effects(self) -> Mapping[str, Effect]:
        """Return what the actions of this place do, by their ids."""
        moves: dict[str, Callable[[], object]] = {
            "down": lambda: self.read_next(1),
            "up": lambda: self.read_next(-1),
            "page_down": lambda: self.tell_page(self._page + PAGE),
            "page_up": lambda: self.tell_page(self._page - PAGE),
            "top": lambda: self.tell_page(0),
            "bottom": lambda: self.tell_page(self.count - 1),
            "back": self.back,
        }
        return {**{name: ignoring(move) for name, move in moves.items()}, **self.own_effects()}

    def enter(self) -> None:
        """Say what stands here and how one goes back. Raises Problem."""
        self.load()
        self.inbox.tell(f"{self.counted}. {self._hint()}" if self.count else _(self.EMPTY))
        if self.count:
            self.tell_page(0)

    def _hint(self) -> str:
        return _("A number reads that line, ? or help says what can be done here, q goes back.")

    def back(self) -> None:
        """Go back to the queue."""
        self.inbox.go_home()

    def say_again(self) -> None:
        """Say the part of the list again that was said last."""
        self.tell_page(self._page)

    def reload(self) -> None:
        """Read the list anew after something was done, and stay where one was as far as one can. Raises Problem."""
        self.load()
        self.chosen = max(0, min(self.chosen, self.count - 1))

    def tell_page(self, first: int) -> None:
        """Say a part of the list."""
        first = max(0, min(first, self.count - 1))
        self._page = first - first % PAGE
        last = min(self._page + PAGE, self.count)
        self.inbox.tell(*(f"{index + 1}. {self.line(index)}" for index in range(self._page, last)))
        if last < self.count:
            self.inbox.tell(_("type more to go on"))

    def more(self) -> None:
        """Say the next part of the list."""
        self.tell_page(self._page + PAGE)

    def read_next(self, by: int = 1) -> None:
        """Read the chosen line the first time, else the one after it."""
        if self._was_read:
            if not 0 <= self.chosen + by < self.count:
                self.inbox.tell(_("There is no other one"))
                return
            self.chosen += by
        self.read()

    def read_number(self, number: int) -> None:
        """Read the line with that number."""
        if not 1 <= number <= self.count:
            self.inbox.tell(_("The list has no number {number}").format(number=number))
            return
        self.chosen = number - 1
        self.read()

    def read(self) -> None:
        """Say everything that is known of the chosen line. Raises Problem."""
        self.check()
        self._was_read = True
        self.inbox.tell(f"{self.chosen + 1}. {self.line(self.chosen)}", *self.about(self.chosen))

    def check(self) -> None:
        """Raise Problem when nothing is chosen."""
        if not self.count:
            raise Problem(say("Nothing is chosen here"))


def ignoring(effect: Callable[[], object]) -> Effect:
    """Return an effect for which nothing has to be typed behind its key."""

    def done(_rest: str) -> None:
        effect()

    return done
