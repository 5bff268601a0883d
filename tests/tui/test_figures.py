"""The screen of the figures: the same numbers as the report, and every one opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import session
from stage.scenery import HOUR, MINUTE, arrive
from stage.showing import inbox, picture, until

from cminbox.cli.report_forms import DAYS
from cminbox.domain.conversation import Target
from cminbox.i18n import _
from cminbox.inbox import reporting
from cminbox.inbox.reporting import Asked, Verdict
from cminbox.tui import figure_rows
from cminbox.tui.screens.figures import FiguresScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage.opening import Clock
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.reporting import Report
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

MONTH = 30 * 24 * HOUR


def report(workspace: Workspace, asked: Asked | None = None) -> Report:
    now = workspace.now()
    return reporting.report(workspace, asked or Asked(now - MONTH, now + 1, {}))


@pytest.fixture
def found(workspace: Workspace, clock: Clock) -> Report:
    """Figures of conversations on two accounts, some of them late, one cancelled."""
    clock.forward(2 * HOUR)
    arrive(workspace, "newcomer")
    return report(workspace)


def figures_of(pilot: Pilot[ExitResult]) -> FiguresScreen:
    screen = pilot.app.screen
    assert isinstance(screen, FiguresScreen)
    return screen


def test_no_column_of_a_table_touches_the_next(found: Report) -> None:
    minutes = 59 * MINUTE
    first = found.totals[Target.FRT]
    slow = replace(first, met=1, breached=2, median_business=minutes, p90_business=minutes)
    groups = {"kind": {"dm": {Target.FRT: slow}, "mention": {Target.FRT: slow}}}
    lines = [str(row.line) for row in figure_rows.rows(replace(found, groups=groups))]
    ours = next(line for line in lines if "59 min, 59 min" in line)
    assert " 59 min, 59 min" in ours
    assert "running attained" in next(line for line in lines if line.startswith("By kind"))
    assert len(ours) == 80


def test_every_count_is_that_of_the_report_and_has_its_conversations(found: Report) -> None:
    rows = figure_rows.rows(found)
    lines = [str(row.line).rstrip() for row in rows]
    position = 0
    for target, one in found.totals.items():
        title = lines.index(_(figure_rows._TARGETS[target]), position)
        expected = {
            "in time": (one.met, Verdict.MET),
            "late": (one.breached, Verdict.BREACHED),
            "running": (one.running, Verdict.RUNNING),
            "cancelled": (one.cancelled, Verdict.CANCELLED),
        }
        for offset, (label, (count, verdict)) in enumerate(expected.items(), 1):
            row = rows[title + offset]
            assert str(row.line).split() == [*label.split(), str(count)]
            waits = [wait for wait in found.waits if wait.target is target and wait.verdict is verdict]
            assert len(waits) == count
            assert set(row.ids) == {wait.conversation_id for wait in waits}
        position = title + 1
    assert any(one.breached for one in found.totals.values())


def test_every_group_narrows_to_a_report_with_the_same_counts(found: Report, workspace: Workspace) -> None:
    narrowing = [row for row in figure_rows.rows(found) if row.asked is not None]
    assert {name for row in narrowing for name in row.asked.only} >= {"network", "account", "kind"}  # type: ignore[union-attr]
    for row in narrowing:
        assert row.asked is not None
        inside = report(workspace, row.asked)
        assert inside.waits
        for name, value in row.asked.only.items():
            assert row.asked.target is not None
            assert inside.totals == {row.asked.target: found.groups[name][value][row.asked.target]}
        if row.asked.weekday is not None:
            heat = [sum(hours) for hours in inside.heat]
            assert heat[row.asked.weekday] == sum(found.heat[row.asked.weekday]) == sum(heat)


def test_the_hours_of_a_day_open_to_their_conversations(found: Report, workspace: Workspace) -> None:
    (day,) = [row for row in figure_rows.rows(found) if row.asked is not None and row.asked.weekday is not None]
    inside = report(workspace, day.asked)
    hours = [row for row in figure_rows.rows(inside) if row.asked is not None and row.asked.hour is not None]
    assert sum(int(str(row.line).split()[2]) for row in hours) == sum(map(sum, found.heat))
    for row in hours:
        leaf = report(workspace, row.asked)
        (last,) = [one for one in figure_rows.rows(leaf) if one.what == row.what]
        assert set(last.ids) == {wait.conversation_id for wait in leaf.waits}
        assert not last.asked


def test_what_it_is_narrowed_to_is_named() -> None:
    asked = Asked(0, 1, {"network": "mastodon", "agent": ""}, weekday=DAYS.index("fri"), hour=9)
    assert figure_rows.narrowed_to(asked) == ["mastodon", "(nobody)", "Fri", "09:00"]


async def counted(pilot: Pilot[ExitResult]) -> FiguresScreen:
    screen = figures_of(pilot)
    await until(pilot, lambda: bool(screen._rows))
    return screen


async def test_a_figure_opens_to_its_conversations_in_the_queue(shown: Shown, given: Session, found: Report) -> None:
    late = {wait.conversation_id for wait in found.waits if wait.verdict is Verdict.BREACHED}
    async with shown(given) as pilot:
        await pilot.press("g", "h")
        screen = await counted(pilot)
        assert "this shift" in picture(pilot)
        while str(screen._rows[screen._chosen].line).split()[0] != "late":
            await pilot.press("j")
        opened = set(screen._rows[screen._chosen].ids)
        assert opened <= late
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is not screen)
        desk = inbox(pilot).desk
        assert {desk.window[index].row.id for index in range(len(desk.window))} == opened
        await until(pilot, lambda: "late" in inbox(pilot).footer.text)
        await pilot.press("escape")
        assert desk.typed is None


async def test_narrower_figures_lead_back_step_by_step(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "h")
        screen = await counted(pilot)
        while screen._rows[screen._chosen].asked is None:
            await pilot.press("j")
        name = screen._rows[screen._chosen].what
        await pilot.press("enter")
        await counted(pilot)
        assert name in picture(pilot).splitlines()[0]
        await pilot.press("q")
        await counted(pilot)
        assert name not in picture(pilot).splitlines()[0]
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.screen is not screen)


async def test_another_period_is_counted_anew(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    clock.forward(5 * 24 * HOUR + 7 * MINUTE)
    async with shown(session(workspace)) as pilot:
        await pilot.press("g", "h")
        screen = figures_of(pilot)
        await until(pilot, lambda: screen._counting is None)
        assert "Nobody began to wait" in picture(pilot)
        await pilot.press("tab")
        await counted(pilot)
        assert "seven days" in picture(pilot)
        assert "in time" in picture(pilot)


async def test_leaving_while_it_counts_ends_the_counting(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_workspace: Workspace, _asked: Asked, stopped: Callable[[], bool]) -> Report:
        while not stopped():
            pass
        raise reporting.GivenUpError

    monkeypatch.setattr(reporting, "report", endless)
    async with shown(given) as pilot:
        await pilot.press("g", "h")
        assert "Counting" in picture(pilot)
        await pilot.press("tab")
        await pilot.press("q")
        assert inbox(pilot).desk.row is not None
