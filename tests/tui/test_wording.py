"""The words and signs of the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stage.opening import NOON
from stage.scenery import HOUR, MINUTE

from cminbox.domain.account import Account, Health, HealthState
from cminbox.domain.conversation import Priority, QueueRow, Status, Target
from cminbox.domain.message import Kind, Person
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.i18n import use
from cminbox.tui import wording
from cminbox.tui.wording import State

ROW = QueueRow(
    id=1,
    network="mastodon",
    account="brand",
    kind=Kind.MENTION,
    person=Person("p", "ana", "Ana"),
    text="hello",
    status=Status.OPEN,
    assignee=None,
    tags=(),
    priority=Priority.NORMAL,
    waiting_since=NOON - HOUR,
    due=NOON + HOUR,
    target=Target.FRT,
    unanswered=1,
    claimed_by=None,
    snoozed_until=None,
    last_message_at=NOON - HOUR,
    reply_state=None,
    clock_start=NOON - HOUR,
)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (ROW, State.CALM),
        (replace(ROW, warn_at=NOON), State.WARN),
        (replace(ROW, warn_at=NOON - HOUR, urgent_at=NOON), State.SOON),
        (replace(ROW, due=NOON, late_at=NOON), State.SOON),
        (replace(ROW, due=NOON - 1, late_at=NOON - 1), State.LATE),
        (replace(ROW, due=NOON - 1, late_at=NOON + HOUR), State.SOON),
        (replace(ROW, due=NOON - 9, late_at=NOON - 9, again_at=NOON), State.TWICE),
        (replace(ROW, due=None, target=None, clock_start=None), State.CALM),
        (replace(ROW, status=Status.DONE), State.DONE),
        (replace(ROW, status=Status.PENDING), State.WAITING),
        (replace(ROW, status=Status.SNOOZED), State.SNOOZED),
        (replace(ROW, reply_state=ReplyState.SENDING), State.HELD),
        (replace(ROW, status=Status.DONE, reply_state=ReplyState.REFUSED), State.FAILED),
    ],
)
def test_each_state_has_its_sign(row: QueueRow, state: State) -> None:
    assert wording.state_of(row, NOON) is state


def test_no_two_states_share_a_sign() -> None:
    assert len({state.sign for state in State}) == len(State)


def test_the_time_left_is_that_of_the_next_thing_to_happen() -> None:
    assert wording.time_of(ROW, NOON, -12 * MINUTE) == "-0:12"
    assert wording.time_of(ROW, NOON, None) == ""
    assert wording.time_of(replace(ROW, status=Status.SNOOZED, snoozed_until=NOON + 5 * HOUR), NOON, None) == "5h"
    assert wording.time_of(replace(ROW, status=Status.DONE), NOON, HOUR) == ""


def account(state: HealthState, retry_at: int | None = None, connected_at: int | None = 1) -> Account:
    return Account(1, "mastodon", "brand", "brand@x", None, Health(state, retry_at=retry_at), connected_at)


def test_an_account_that_waits_says_how_long() -> None:
    assert wording.health(account(HealthState.RATE_LIMITED, NOON + 3 * MINUTE), NOON) == "limited 3 min"
    assert wording.health(account(HealthState.OFFLINE, NOON - 1), NOON) == "offline"


def test_only_connected_accounts_with_a_trouble_need_somebody() -> None:
    accounts = [account(HealthState.OK), account(HealthState.NEW), account(HealthState.SIGN_IN)]
    assert wording.troubled([*accounts, account(HealthState.SIGN_IN, connected_at=None)]) == accounts[2:]


def test_a_kept_sentence_is_read_in_the_readers_language_and_a_plain_text_as_it_is() -> None:
    use("fr")
    assert wording.kept(say("The reply is empty").to_json()) == "La réponse est vide"
    assert wording.kept("just text {x}") == "just text {x}"
    assert wording.kept(None) == ""


def test_the_title_holds_figures_and_nothing_that_steers() -> None:
    assert wording.title("", 0, 0) == "cminbox"
    assert wording.title("", 3, 128) == "cminbox 3 late · 128"
    assert wording.title("x\x07\x1b]0;y", 0, 1).isprintable()


def test_keys_are_written_as_people_know_them() -> None:
    assert wording.key_name("g g") == "g g"
    assert wording.key_name("ctrl+l") == "Ctrl+L"
    assert wording.key_name("enter") == "Enter"


def test_a_network_that_is_not_loaded_is_called_by_its_own_title() -> None:
    assert wording.network_called("google_business") == "Google Business Profile"
    assert wording.network_called("hackernews") == "Hacker News"
    assert wording.network_called("mastodon") == "Mastodon"
