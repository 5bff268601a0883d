"""What commands rest on: waiting for outcomes, the syncing a screen brings along, canned replies by name, clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.account import Health, HealthState
from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.network import Capability, Manifest
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.reply import Receipt, ReplyState
from cminbox.domain.saying import say
from cminbox.i18n import use
from cminbox.inbox import awaiting, canned
from cminbox.inbox.acting import Acting
from cminbox.inbox.attending import PATIENCE_MS, Attending
from cminbox.inbox.counting import figures
from cminbox.inbox.reading import Reading
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import Locations
from cminbox.settings.values import DEFAULTS
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.saying import Saying

START = 1_700_000_000_000
HOUR = 3_600_000
MANIFEST = Manifest(
    name="toy",
    title="Toy",
    short="To",
    documentation="https://toy.example",
    api_version="1",
    api_ends=None,
    capabilities=frozenset({Capability.DMS, Capability.REPLY, Capability.LIKE}),
    limits={Kind.DM: ()},
)


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    """A workspace with one conversation of a connected account."""
    locations = Locations("brand", tmp_path / "brand", tmp_path / "config.toml")
    opened = Workspace(locations, DEFAULTS, Agent("bo", "tests"), clock)
    account = opened.accounts.add("main", MANIFEST, {}, handle="brand", agent="bo", now=START)
    message = Message("m-1", Kind.DM, Person("u1", "ana", "Ana"), "Bonjour", START, conversation="c", lang="fr")
    Ingest(opened.database).take(Delivery(account, [message], START))
    yield opened
    opened.close()


@pytest.fixture
def reply(workspace: Workspace) -> int:
    return Acting(workspace).reply(1, "Hello", now=True).id


def test_who_waits_syncs_himself_when_nobody_does(
    workspace: Workspace, reply: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_workspace: Workspace, *, settle: float) -> None:
        assert settle >= 0
        workspace.leases.take("sync", holder="me", host="h", pid=1, now=START, seconds=60)
        workspace.outbox.begin(reply, holder="me", now=START)
        workspace.outbox.sent(reply, Receipt("r-1"), now=START)

    monkeypatch.setattr(awaiting, "run_once", sync)
    assert awaiting.outcome_of_reply(workspace, reply).state is ReplyState.SENT


def test_who_waits_leaves_the_work_to_whoever_syncs(
    workspace: Workspace, reply: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.leases.take("sync", holder="other", host="h", pid=1, now=START, seconds=60)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        workspace.outbox.begin(reply, holder="other", now=START)
        workspace.outbox.refused(reply, say("too rude"), now=START)

    monkeypatch.setattr(awaiting, "run_once", None)
    monkeypatch.setattr("cminbox.inbox.awaiting.time.sleep", sleep)
    assert awaiting.outcome_of_reply(workspace, reply).state is ReplyState.REFUSED
    assert len(looks) == 1


def test_waiting_begins_when_the_hold_is_over(
    workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Acting(workspace).reply(1, "Hello", released_by_sync=True).id
    syncs: list[int] = []

    def sleep(_seconds: float) -> None:
        clock.at += 1000

    def sync(_workspace: Workspace, *, settle: float) -> None:
        assert settle >= 0
        syncs.append(clock.at - START)
        workspace.outbox.cancel(held, agent="bo", now=clock.at)

    monkeypatch.setattr("cminbox.inbox.awaiting.time.sleep", sleep)
    monkeypatch.setattr(awaiting, "run_once", sync)
    assert awaiting.outcome_of_reply(workspace, held).state is ReplyState.CANCELLED
    assert syncs == [5000]


def test_waiting_has_an_end(workspace: Workspace, reply: int, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.leases.take("sync", holder="other", host="h", pid=1, now=START, seconds=60)
    with pytest.raises(Problem, match="No outcome within 0 s"):
        awaiting.outcome_of_reply(workspace, reply, patience=0)
    workspace.leases.give_back("sync", holder="other")
    monkeypatch.setattr(awaiting, "can_sync", lambda _workspace: False)
    with pytest.raises(Problem, match="you may not read the secrets"):
        awaiting.outcome_of_reply(workspace, reply)


def test_who_waits_long_is_told_each_reason_once(
    workspace: Workspace, reply: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.leases.take("sync", holder="other", host="h", pid=1, now=START, seconds=60)
    monkeypatch.setattr(awaiting, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(awaiting, "_LOOK_AGAIN", 0.001)
    told: list[str] = []

    def tell(saying: Saying) -> None:
        told.append(str(saying))
        match len(told):
            case 1:
                unreachable = Health(HealthState.OFFLINE, say("there is no route").to_json())
                workspace.accounts.set_health(1, unreachable, next_fetch_at=START)
            case 2:
                workspace.outbox.begin(reply, holder="other", now=START)
                workspace.outbox.again(reply, say("the line broke"), now=START, next_try_at=START + HOUR)
            case 3:
                workspace.outbox.cancel(reply, agent="bo", now=START)

    assert awaiting.outcome_of_reply(workspace, reply, tell=tell).state is ReplyState.CANCELLED
    assert told == [
        "The network has not answered yet; waiting for it",
        "Waiting for main: there is no route",
        "Waiting, it is tried again: the line broke",
    ]


def test_who_waits_shortly_is_told_nothing(workspace: Workspace, reply: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaiting, "run_once", lambda opened, **_: opened.outbox.cancel(reply, agent="bo", now=START))
    told: list[Saying] = []
    awaiting.outcome_of_reply(workspace, reply, tell=told.append)
    assert told == []


def test_an_act_is_waited_for_alike(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    act_id = Acting(workspace).ask_network(1, Capability.LIKE)

    def sync(_workspace: Workspace, *, settle: float) -> None:
        assert settle >= 0
        (act,) = workspace.acts.due(START)
        workspace.acts.refused(act, say("gone"), now=START)

    monkeypatch.setattr(awaiting, "run_once", sync)
    assert awaiting.outcome_of_act(workspace, act_id) == ("refused", say("gone"))


def test_a_screen_starts_the_syncing_once_and_says_when_it_does_not_come(
    workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Workspace] = []

    class Child:
        """A child process that is alive and never takes the lease."""

        def poll(self) -> None:
            return None

    def start(where: Workspace) -> Child:
        started.append(where)
        return Child()

    monkeypatch.setattr("cminbox.inbox.syncing.start_child", start)
    attending = Attending(workspace)
    attending.start()
    assert attending.state() is None
    clock.at += PATIENCE_MS
    assert "cminbox doctor" in str(attending.state())
    workspace.leases.take("sync", holder="x", host="h", pid=1, now=clock.at, seconds=60)
    assert attending.state() is None
    assert started == [workspace]
    attending.close()
    attending.close()


def test_a_screen_without_the_secrets_says_who_may_sync(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cminbox.inbox.attending.can_sync", lambda _workspace: False)
    attending = Attending(workspace)
    assert "whoever may read the secrets" in str(attending.state())
    attending.close()


def test_a_screen_without_an_account_needs_nobody_to_sync(workspace: Workspace) -> None:
    workspace.accounts.remove("main", agent="bo", now=START)
    assert Attending(workspace).state() is None
    assert not (workspace.locations.folder / "screens.lock").exists()


Fill = Callable[[str], str]


@pytest.fixture
def fill(workspace: Workspace) -> Fill:
    """Return a function that fills a canned reply for the conversation, whose customer writes French."""
    for lang, body in (("fr", "Bonjour {name} ({handle})"), ("en", "Hello {name}")):
        folder = workspace.locations.canned_replies / lang
        folder.mkdir(parents=True)
        (folder / "greeting.md").write_text(f"---\nshortcut: hi-{lang}\n---\n{body}\n")
    (workspace.locations.canned_replies / "en" / "only-english.md").write_text("No front matter, {name}")
    view = Reading(workspace).show(1)
    return lambda name: canned.ready(workspace, name, view)[1]


def test_a_canned_reply_speaks_the_customers_language_first(fill: Fill) -> None:
    assert fill("greeting") == "Bonjour Ana (@ana)"
    assert fill("hi-en") == "Hello Ana"
    assert fill("only-english") == "No front matter, Ana"
    use("en")
    assert fill("greeting") == "Bonjour Ana (@ana)"


def test_the_starter_library_stands_behind_ones_own(workspace: Workspace, fill: Fill) -> None:
    assert "Ana" in fill("thanks-for-praise")
    (workspace.locations.canned_replies / "fr" / "when.md").write_text("---\ntitle: Quand\n---\nLe {date?}\n")
    with pytest.raises(Problem, match="\\{date\\?\\}"):
        fill("when")
    with pytest.raises(NotFound, match="nothing like it"):
        fill("nothing like it")


def test_what_is_nearly_late_is_at_risk(workspace: Workspace, clock: Clock) -> None:
    assert (figures(workspace).at_risk, figures(workspace).late) == (0, 0)
    clock.at = START + round(0.9 * HOUR)
    assert (figures(workspace).at_risk, figures(workspace).late) == (1, 0)
    clock.at = START + HOUR + 1
    assert (figures(workspace).at_risk, figures(workspace).late) == (1, 1)
