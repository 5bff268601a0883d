"""What a person has before him, and how it follows the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, session
from stage.scenery import HOUR, MINUTE, arrive, crowd

from cminbox.domain.account import Health, HealthState
from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind
from cminbox.domain.problem import UsageProblem
from cminbox.tui.actions import Fact
from cminbox.tui.desk import Desk
from cminbox.tui.views import VIEWS, view

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


@pytest.fixture
def desk(given: Session) -> Desk:
    return Desk.of(given)


def handles(desk: Desk) -> list[str]:
    return [desk.window[index].row.person.handle for index in range(len(desk.window))]


def test_it_begins_with_what_is_most_urgent(desk: Desk) -> None:
    assert desk.row is not None
    assert desk.row.person.handle == "ana"
    assert len(desk.window) == desk.counts.queue == 12


def test_every_view_counts_what_it_lists(desk: Desk) -> None:
    for one in VIEWS:
        desk.go_to_view(one)
        assert len(desk.window) == one.count(desk.counts), one.id


def test_a_view_is_found_where_it_was_left(desk: Desk) -> None:
    desk.choose(4)
    chosen = desk.row
    desk.go_to_view(view("dms"))
    desk.go_to_view(view("all"))
    assert desk.row == chosen


def test_an_arrival_raises_a_counter_and_moves_nothing(desk: Desk, colleague: Workspace) -> None:
    desk.choose(3)
    before = handles(desk)
    arrive(colleague)
    news = desk.poll()
    assert news is not None
    assert (handles(desk), desk.chosen, desk.arrived) == (before, 3, 1)
    assert Fact.ARRIVALS in desk.facts()


def test_merging_shows_arrivals_and_keeps_the_chosen_conversation(desk: Desk, colleague: Workspace) -> None:
    desk.choose(9)
    chosen = desk.row
    arrive(colleague)
    desk.poll()
    desk.merge()
    assert "newcomer" in handles(desk)
    assert desk.row == chosen
    assert desk.arrived == 0


def test_an_arrival_that_leaves_before_the_merge_is_not_counted(desk: Desk, colleague: Workspace) -> None:
    arrive(colleague)
    desk.poll()
    (new,) = colleague.queue.changed_since(0)[1][-1:]
    colleague.conversations.set_status([new], Status.DONE, agent="bob", now=colleague.now())
    desk.poll()
    assert desk.arrived == 0


def test_an_arrival_of_another_kind_does_not_disturb_a_view(desk: Desk, colleague: Workspace) -> None:
    desk.go_to_view(view("reviews"))
    arrive(colleague)
    desk.poll()
    assert desk.arrived == 0
    assert desk.counts.kinds[Kind.DM] == 4


def test_arrivals_far_beyond_what_is_loaded_are_counted_by_their_age(empty: Workspace, clock: Clock) -> None:
    crowd(empty, 500)
    desk = Desk.of(session(empty))
    arrive(empty)
    far = empty.queue.page(limit=600)[300].row.id
    empty.conversations.tag([far], add=("seen",), agent="bob", now=clock())
    desk.poll()
    assert desk.arrived == 1


def test_what_a_colleague_does_is_seen_in_its_row(desk: Desk, colleague: Workspace) -> None:
    row = desk.window[2].row
    colleague.conversations.set_status([row.id], Status.DONE, agent="bob", now=colleague.now())
    news = desk.poll()
    assert news is not None
    assert news.rows == (2,)
    assert not news.chosen
    assert desk.window[2].row.status is Status.DONE


def test_nothing_new_is_nothing(desk: Desk) -> None:
    assert desk.poll() is None


def test_a_filter_narrows_the_view_and_is_ended(desk: Desk) -> None:
    desk.filter("cups")
    assert sorted(handles(desk)) == ["ida", "tom"]
    assert Fact.FILTER in desk.facts()
    chosen = desk.row
    desk.filter("")
    assert len(desk.window) == 12
    assert desk.row == chosen
    desk.filter("is:all")
    desk.filter("")
    assert desk.chosen == 0


def test_a_filter_that_is_wrong_says_so_and_changes_nothing(desk: Desk) -> None:
    with pytest.raises(UsageProblem):
        desk.filter("kind:letter")
    assert len(desk.window) == 12


def test_the_next_one_that_waits_is_below_or_else_above(desk: Desk) -> None:
    acting = desk.session.acting
    desk.choose(10)
    ids = [desk.window[index].row.id for index in (10, 11)]
    acting.done(ids)
    desk.refresh(ids)
    assert desk.next_waiting() == 9


def test_replies_that_nobody_will_send_are_found(desk: Desk, clock: Clock) -> None:
    assert desk.row is not None
    desk.session.acting.reply(desk.row.id, "hello")
    desk.read_unsent()
    assert desk.unsent == ()
    clock.forward(MINUTE)
    desk.read_unsent()
    assert len(desk.unsent) == 1
    assert desk.unsent[0].text == "hello"


def test_a_hold_of_this_screen_is_never_taken_for_a_forgotten_one(desk: Desk, clock: Clock) -> None:
    assert desk.row is not None
    desk.holds.add(desk.session.acting.reply(desk.row.id, "hello"))
    clock.forward(MINUTE)
    desk.read_unsent()
    assert desk.unsent == ()


def test_time_alone_makes_conversations_late(desk: Desk, clock: Clock) -> None:
    clock.forward(HOUR)
    desk.look_around()
    assert desk.counts.late > 1


def test_accounts_that_need_somebody_come_first(desk: Desk, workspace: Workspace) -> None:
    for name, state in (("brand", HealthState.OFFLINE), ("sky", HealthState.SIGN_IN)):
        workspace.accounts.set_health(workspace.accounts.get(name).id, Health(state), next_fetch_at=0)
    desk.poll()
    assert [one.name for one in desk.troubled()] == ["sky", "brand"]


def test_an_empty_workspace_is_empty_until_something_comes(empty: Workspace) -> None:
    desk = Desk.of(session(empty))
    assert desk.empty
    assert desk.row is None
    assert desk.facts() == frozenset()
    empty.accounts.for_import("instagram", "@brand")
    assert Desk.of(session(empty)).empty
