"""Telling of stages: once, where it is wanted, and never of what was answered or stands still."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from stage.opening import NOON, session
from stage.scenery import HOUR, MINUTE, arrive, connect
from stage.showing import inbox, until

from cminbox.domain.alerts import Alerts, Form
from cminbox.domain.conversation import Status
from cminbox.inbox.clock import Notice
from cminbox.inbox.reading import Reading
from cminbox.tui import alarms
from cminbox.tui.alarms import Alarms, counted, desktop_sequence
from cminbox.tui.ink import Ink
from cminbox.tui.terminal_app import TerminalApp

if TYPE_CHECKING:
    from stage.opening import Clock
    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

LOUD = Alerts(bell="late", desktop="urgent")
GRAMMAR = re.compile(r"\x07|\x1b\]9;cminbox: [^\x00-\x1f\x7f;]+\x07|\x1b\]777;notify;cminbox;[^\x00-\x1f\x7f;]+\x07")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(alarms, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(alarms, "PATIENCE_SECONDS", 0.0)


@dataclass
class Screen:
    """A last line and a terminal that remember."""

    told: list[tuple[str, Ink]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    speaks: bool = False
    asks: bool = False

    def tell(self, text: str, ink: Ink = Ink.PLAIN) -> None:
        self.told.append((text, ink))

    def signal(self, sequence: str) -> None:
        self.written.append(sequence)


@dataclass
class Watch:
    """Alarms of a workspace whose syncing process announces whenever somebody looks."""

    workspace: Workspace
    clock: Clock
    alarms: Alarms
    screen: Screen = field(default_factory=Screen)

    def look(self, minutes: int = 0) -> list[str]:
        """Let time pass, announce, and return what was told since."""
        self.clock.forward(minutes * MINUTE)
        self.workspace.notices.reach(now=self.clock.at, hook=False)
        before = len(self.screen.told)
        self.alarms.tick(self.screen, self.screen, self.clock.at)
        return [text for text, _ink in self.screen.told[before:]]


def watch(workspace: Workspace, clock: Clock, alerts: Alerts = LOUD, environ: dict[str, str] | None = None) -> Watch:
    found = Watch(workspace, clock, Alarms(Reading(workspace), alerts, environ or {}))
    found.look()
    return found


@pytest.fixture
def watching(empty: Workspace, clock: Clock) -> Watch:
    """A workspace with one direct message, to be answered within an hour."""
    newcomer(empty, "ana")
    return watch(empty, clock)


def newcomer(workspace: Workspace, handle: str) -> None:
    if not workspace.accounts.all():
        connect(workspace)
    arrive(workspace, handle)


def test_every_stage_is_told_once(watching: Watch) -> None:
    told = {minute: watching.look(1) for minute in range(1, 200)}
    assert {minute: texts for minute, texts in told.items() if texts} == {
        45: ["Due soon: @ana"],
        54: ["Urgent: @ana"],
        61: ["Late: @ana"],
        120: ["Late by twice the time: @ana"],
    }
    assert [ink for _text, ink in watching.screen.told] == [Ink.WARN, Ink.SOON, Ink.LATE, Ink.LATER_STILL]
    assert watching.screen.written.count("\x07") == 2
    assert [one for one in watching.screen.written if one != "\x07"] == [
        "\x1b]9;cminbox: 1 message urgent\x07",
        "\x1b]9;cminbox: 1 message late\x07",
        "\x1b]9;cminbox: 1 message late\x07",
    ]


def test_nobody_is_told_again_by_a_screen_that_begins_later(watching: Watch, clock: Clock) -> None:
    assert watching.look(61)
    later = watch(watching.workspace, clock)
    assert later.look(1) == []
    assert later.look(60) == ["Late by twice the time: @ana"]


@pytest.mark.parametrize("status", [Status.DONE, Status.SNOOZED, Status.PENDING])
def test_what_was_settled_meanwhile_is_not_told(watching: Watch, status: Status) -> None:
    watching.clock.forward(61 * MINUTE)
    watching.workspace.notices.reach(now=watching.clock.at, hook=False)
    snoozed = watching.clock.at + HOUR if status is Status.SNOOZED else None
    watching.workspace.conversations.set_status([1], status, agent="kim", now=watching.clock.at, until=snoozed)
    assert watching.look() == []
    assert watching.screen.written == []


def test_of_one_wait_only_the_loudest_is_told_and_of_several_how_many(watching: Watch) -> None:
    newcomer(watching.workspace, "bob")
    watching.clock.forward(50 * MINUTE)
    newcomer(watching.workspace, "cleo")
    assert watching.look(45) == ["2 messages late, 1 message due soon"]


def test_what_the_last_line_says_is_not_talked_over_at_once(watching: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "PATIENCE_SECONDS", 1000.0)
    watching.screen.speaks = True
    assert watching.look(45) == []
    watching.screen.speaks = False
    assert watching.look() == ["Due soon: @ana"]
    monkeypatch.setattr(alarms, "PATIENCE_SECONDS", 0.0)
    watching.screen.speaks = watching.screen.asks = True
    assert watching.look(10) == []
    watching.screen.asks = False
    assert watching.look() == ["Urgent: @ana"]


def test_bell_and_desktop_gather_what_comes_in_short_order(watching: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watching.look(54)
    monkeypatch.setattr(alarms, "QUIET_SECONDS", 1000.0)
    newcomer(watching.workspace, "bob")
    assert watching.look(60)
    assert watching.look(60)
    assert len(watching.screen.written) == 1
    monkeypatch.setattr(alarms, "QUIET_SECONDS", 0.0)
    watching.look()
    assert watching.screen.written[1:] == ["\x07", "\x1b]9;cminbox: 2 messages late\x07"]


def test_what_has_been_so_for_long_makes_no_sound(watching: Watch) -> None:
    watching.clock.forward(182 * MINUTE)
    assert watching.look() == ["Late by twice the time: @ana"]
    assert watching.screen.written == []


def test_nothing_but_the_last_line_is_on_by_default(empty: Workspace, clock: Clock) -> None:
    newcomer(empty, "ana")
    found = watch(empty, clock, Alerts())
    assert found.look(200) == ["Late by twice the time: @ana"]
    assert found.screen.written == []
    silent = watch(empty, clock, Alerts(line="never", bell="warn"))
    newcomer(empty, "bob")
    assert silent.look(46) == []
    assert silent.screen.written == ["\x07"]


@pytest.mark.parametrize(
    ("environ", "form", "expected"),
    [
        ({}, "auto", "\x1b]9;x\x07"),
        ({"TERM": "foot"}, "auto", "\x1b]777;notify;cminbox;x\x07"),
        ({"TERM": "rxvt-unicode-256color"}, "auto", "\x1b]777;notify;cminbox;x\x07"),
        ({"VTE_VERSION": "7600"}, "auto", "\x1b]777;notify;cminbox;x\x07"),
        ({"VTE_VERSION": "7600", "TERM_PROGRAM": "WezTerm"}, "auto", "\x1b]9;x\x07"),
        ({"TERM": "foot"}, "osc9", "\x1b]9;x\x07"),
        ({}, "osc777", "\x1b]777;notify;cminbox;x\x07"),
        ({"TMUX": "/run/tmux/default,1,0"}, "auto", "\x1bPtmux;\x1b\x1b]9;x\x07\x1b\\"),
        ({"STY": "1.pts"}, "auto", "\x1bP\x1b]9;x\x07\x1b\\"),
    ],
)
def test_the_desktop_is_asked_in_the_words_of_the_terminal(environ: dict[str, str], form: Form, expected: str) -> None:
    assert desktop_sequence("x", environ, form) == expected


@pytest.mark.parametrize("text", ["a\x07b", "a\x1b]0;evil\x07", "a\x9c\x9d1", "a;b;c", "x" * 5000, "a\nb\r"])
def test_no_text_steers_the_terminal(text: str) -> None:
    forms: tuple[Form, ...] = ("osc9", "osc777")
    for form in forms:
        found = desktop_sequence(f"cminbox: {text}", {}, form)
        assert GRAMMAR.fullmatch(found)
        assert len(found) < 200


def test_a_notification_says_how_many_and_nothing_else() -> None:
    assert counted([Notice.BREACHED, Notice.AGAIN, Notice.URGENT, Notice.WARN]) == (
        "2 messages late, 1 message urgent, 1 message due soon"
    )


async def test_the_screen_says_it_in_its_last_line_and_through_the_driver(
    shown: Shown, workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(TerminalApp, "_write", lambda _app, text: written.append(text))
    arrive(workspace, "ivo")
    given = session(workspace)
    given.alerts = Alerts(title=False, bell="late", line="late")
    workspace.notices.reach(now=NOON, hook=False)
    async with shown(given) as pilot:
        await until(pilot, lambda: inbox(pilot).app.is_running)
        await pilot.pause(0.6)
        clock.forward(61 * MINUTE)
        workspace.notices.reach(now=clock.at, hook=False)
        await until(pilot, lambda: "late" in inbox(pilot).footer.text.lower())
        await until(pilot, lambda: "\x07" in written)
    assert not [text for text in written if "]2;" in text]


async def test_the_window_has_a_title_unless_it_is_not_wanted(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(TerminalApp, "_write", lambda _app, text: written.append(text))
    async with shown(given) as pilot:
        await until(pilot, lambda: bool(written))
    assert written[0].startswith("\x1b]2;cminbox 1 late \N{MIDDLE DOT} ")
