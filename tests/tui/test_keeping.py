"""What is typed goes to disk beside the screen; what cannot go there now is told and tried again."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.saying import say
from cminbox.tui import keeping as module
from cminbox.tui.keeping import AGAIN_MILLISECONDS, Keeping

LOCKED = StoreProblem(say("locked"))


class Disk:
    """Takes saves, and ends them when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.saves: list[Future[None]] = []
        self.at_once = False

    def save(self, text: str, caret: int) -> Future[None]:
        """Begin to save."""
        self.asked.append((text, caret))
        self.saves.append(Future())
        if self.at_once:
            self.saves[-1].set_result(None)
        return self.saves[-1]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def keeping(disk: Disk) -> Keeping:
    return Keeping(disk.save)


def test_nothing_is_saved_where_nothing_is_typed(disk: Disk, keeping: Keeping) -> None:
    keeping.want(("  ", 2))
    keeping.finish((" ", 1))
    assert (disk.asked, keeping.whole) == ([], True)


def test_an_emptied_draft_is_saved_as_empty(disk: Disk) -> None:
    keeping = Keeping(disk.save, ("before", 6), ("before", 6))
    keeping.want(("", 0))
    assert disk.asked == [("", 0)]


def test_what_is_typed_while_saving_follows_when_that_is_done(disk: Disk, keeping: Keeping) -> None:
    keeping.want(("a", 1))
    keeping.want(("ab", 2))
    keeping.want(("abc", 3))
    assert disk.asked == [("a", 1)]
    disk.saves[0].set_result(None)
    assert keeping.look(0) is None
    assert disk.asked == [("a", 1), ("abc", 3)]
    disk.saves[1].set_result(None)
    keeping.look(0)
    assert (keeping.kept, keeping.whole) == (("abc", 3), True)


def test_a_failure_is_told_once_and_tried_again_after_a_while(disk: Disk, keeping: Keeping) -> None:
    keeping.want(("a", 1))
    disk.saves[0].set_exception(LOCKED)
    assert keeping.look(1000) is LOCKED
    assert keeping.look(1000 + AGAIN_MILLISECONDS - 1) is None
    keeping.want(("ab", 2))
    assert disk.asked == [("a", 1)]
    assert keeping.look(1000 + AGAIN_MILLISECONDS) is None
    assert disk.asked == [("a", 1), ("ab", 2)]
    disk.saves[1].set_result(None)
    keeping.look(9000)
    assert keeping.whole


def test_a_clock_that_is_set_back_makes_nobody_wait(disk: Disk, keeping: Keeping) -> None:
    keeping.want(("a", 1))
    disk.saves[0].set_exception(LOCKED)
    keeping.look(1_000_000)
    keeping.look(5)
    assert len(disk.asked) == 2


def test_the_end_waits_for_what_is_on_its_way_and_saves_the_rest(disk: Disk, keeping: Keeping) -> None:
    keeping.want(("a", 1))
    disk.saves[0].set_result(None)
    disk.at_once = True
    keeping.finish(("ab", 2))
    assert disk.asked == [("a", 1), ("ab", 2)]
    assert keeping.whole


def test_the_end_says_when_it_cannot_be_kept(disk: Disk, keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAST_SECONDS", 0.01)
    with pytest.raises(Problem, match="does not answer"):
        keeping.finish(("a", 1))
    assert not keeping.whole
    disk.saves[0].set_exception(LOCKED)
    disk.at_once = True
    keeping.finish(("a", 1))
    assert keeping.whole


def test_a_save_that_fails_at_the_end_is_no_save(keeping: Keeping) -> None:
    failed: Future[None] = Future()
    failed.set_exception(LOCKED)
    keeping.save = lambda _text, _caret: failed
    with pytest.raises(StoreProblem, match="locked"):
        keeping.finish(("a", 1))
    assert keeping.kept == ("", 0)


def test_a_fault_of_the_program_is_not_hidden(disk: Disk, keeping: Keeping) -> None:
    keeping.want(("a", 1))
    disk.saves[0].set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        keeping.look(0)
