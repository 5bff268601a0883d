"""Where a network takes money for a reply: nothing goes out by one key, and what many cost is told before they do."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from stage.opening import open_workspace, session
from stage.scenery import manifest
from stage.shelf import Shelved
from stage.showing import inbox, until

from cminbox.inbox.together import Part, Plan
from cminbox.settings.values import Settings, Spending
from cminbox.tui.costing import sums

if TYPE_CHECKING:
    from stage.line import Line
    from stage.opening import Clock
    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

PRICES = {"reply": 0.01, "reply with link": 0.2, "private reply": 0.015}


@pytest.fixture
def paid(workspace: Workspace) -> Workspace:
    """Let both networks take money."""
    for name, facts, handle in (
        ("brand", manifest("mastodon", "Ma"), "brand@social.example"),
        ("sky", manifest("bluesky", "Bs"), "brand.example"),
    ):
        told = replace(facts, prices=PRICES)
        workspace.accounts.refresh_facts(workspace.accounts.get(name).id, told, handle)
    return workspace


def plan(given: Session, *texts: str) -> Plan:
    option = Shelved.OPTIONS[0]
    return Plan(tuple(Part(given.reading.show(1), replace(option, text=text)) for text in texts), {})


@pytest.mark.usefixtures("paid")
def test_what_many_replies_cost_is_summed_up_for_each_account(given: Session) -> None:
    (said,) = sums(given.acting, plan(given, "hello", "hello", "see https://a.example"))
    assert said == "brand pays 0.22 for 3 replies together; 0.00 were spent today"


def test_what_is_free_says_nothing(given: Session) -> None:
    assert list(sums(given.acting, plan(given, "hello"))) == []


@pytest.mark.parametrize(
    ("most", "said"), [(0.5, "no more than 0.50 may be"), (0.1, "what goes beyond 0.10 is not sent")]
)
def test_the_limit_of_a_day_is_told_with_it(paid: Workspace, clock: Clock, most: float, said: str) -> None:
    thrifty = open_workspace(paid.locations.folder, clock, settings=Settings(spending=Spending(per_day=most)))
    given = session(thrifty)
    (told,) = sums(given.acting, plan(given, "https://a.example"))
    assert told == f"brand pays 0.20 for 1 reply; 0.00 were spent today; {said}"
    thrifty.close()


@pytest.fixture
def sure(line: Line) -> Line:
    """Let what is suggested go out without another look."""
    option = replace(Shelved.OPTIONS[0], reply=replace(Shelved.OPTIONS[0].reply, express=True))
    found = SimpleNamespace(options=(option,), express=True)
    line.type("")
    view = line.inbox.view_of(1)
    line.inbox._suggested = view, found  # type: ignore[assignment]  # as far as it is asked
    return line


def test_line_by_line_what_is_free_goes_by_one_letter(sure: Line, workspace: Workspace) -> None:
    assert "goes out in" in sure.type("s")
    assert len(workspace.outbox.outstanding()) == 1


@pytest.mark.usefixtures("paid")
def test_line_by_line_what_costs_money_is_looked_at_with_its_price(sure: Line, workspace: Workspace) -> None:
    said = sure.type("s", "")
    assert "Sending it costs 0.01; 0.00 were spent today" in said
    assert workspace.outbox.outstanding() == []


async def test_on_the_screen_what_costs_money_is_looked_at_with_its_price(
    shown: Shown, suggested: Session, paid: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        suggesting = inbox(pilot).suggesting
        assert suggesting is not None
        await until(pilot, lambda: "Yes, to all of Spain." in suggesting.strip.text)
        await pilot.pause(0.3)
        await pilot.press("s")
        await until(pilot, lambda: "Spain" in str(getattr(inbox(pilot).field, "text", "")))
        assert paid.outbox.outstanding() == []


def test_what_stands_in_the_way_is_said_without_a_sign(line: Line) -> None:
    said = line.type("r", "x" * 600, ".", "")
    assert "\n100 too many, from here on" in said
    assert "x 100 too many" not in said
