"""Hiding, deleting, blocking, reporting and muting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.scenery import Said, deliver, messages
from stage.showing import inbox, picture, until

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.domain.saying import say

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.store.acts import Act
    from cminbox.tui.session import ExitResult, Session


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


def asked(workspace: Workspace) -> list[tuple[Capability, str, str]]:
    return [(one.capability, one.subject, one.detail) for one in due(workspace)]


def due(workspace: Workspace) -> list[Act]:
    return workspace.acts.due(workspace.now())


async def test_the_strip_says_how_moderation_goes_on(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "h hide" in picture(pilot), "who hesitates is told")
        assert all(word in picture(pilot) for word in ("d delete", "b block", "r report", "m mute"))


async def test_hiding_asks_nothing_because_it_can_be_undone(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("d", "h")
        assert "@ana" in says(pilot)
        (hidden,) = due(workspace)
        assert hidden.capability is Capability.HIDE
        await pilot.press("u")
        assert "“Hide” is undone" in says(pilot)
        assert asked(workspace) == [(Capability.UNHIDE, hidden.subject, "")]


async def test_a_hide_that_was_done_already_is_undone_all_the_same(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("d", "h")
        (hidden,) = due(workspace)
        workspace.acts.done(hidden, now=workspace.now())
        await pilot.press("u")
        assert asked(workspace) == [(Capability.UNHIDE, hidden.subject, "")]
        assert workspace.acts.outcome(hidden.id)[0] == "done"


async def test_a_like_can_be_undone(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("L", "u")
        assert [one.capability for one in due(workspace)] == [Capability.UNLIKE]


async def test_muting_asks_nothing_where_it_can_be_undone(shown: Shown, given: Session, workspace: Workspace) -> None:
    account = workspace.accounts.get("brand")
    assert account.manifest is not None
    can = account.manifest.capabilities | {Capability.UNMUTE}
    workspace.accounts.refresh_facts(account.id, replace(account.manifest, capabilities=can), account.handle)
    async with shown(given) as pilot:
        await pilot.press("d", "m")
        assert asked(workspace) == [(Capability.MUTE, "p-ana", "")]
        await pilot.press("u")
        assert asked(workspace) == [(Capability.UNMUTE, "p-ana", "")]


async def test_sharing_asks_because_others_see_it_at_once_and_can_be_undone(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("b")
        assert "with our followers?" in says(pilot)
        assert asked(workspace) == []
        await pilot.press("y")
        ((capability, subject, _),) = asked(workspace)
        assert capability is Capability.BOOST
        await pilot.press("u")
        assert asked(workspace) == [(Capability.UNBOOST, subject, "")]


async def test_sharing_many_asks_once(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "j", "x", "b")
        assert "2 conversations" in says(pilot)
        assert asked(workspace) == []
        await pilot.press("y")
        assert [capability for capability, _, _ in asked(workspace)] == [Capability.BOOST] * 2


async def test_sharing_says_where_a_network_has_no_such_thing(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "b")
        assert "Not possible on Bluesky: its API has no such call" in says(pilot)
        assert asked(workspace) == []


@pytest.mark.parametrize(
    ("letter", "answer", "capability", "detail"),
    [
        ("d", "y", Capability.DELETE, ""),
        ("b", "y", Capability.BLOCK, ""),
        ("m", "y", Capability.MUTE, ""),
        ("r", "s", Capability.REPORT, "spam"),
        ("r", "i", Capability.REPORT, "rude"),
        ("r", "v", Capability.REPORT, "violation"),
        ("r", "o", Capability.REPORT, ""),
    ],
)
async def test_what_cannot_be_undone_waits_for_a_letter(
    shown: Shown, given: Session, workspace: Workspace, letter: str, answer: str, capability: Capability, detail: str
) -> None:
    async with shown(given) as pilot:
        await pilot.press("d", letter)
        assert "@ana" in says(pilot)
        assert asked(workspace) == []
        await pilot.press(answer)
        ((done, subject, words),) = asked(workspace)
        assert (done, words) == (capability, detail)
        assert subject == ("p-ana" if capability in {Capability.BLOCK, Capability.MUTE} else subject)
        await pilot.press("u")
        assert len(asked(workspace)) == 1


@pytest.mark.parametrize("letter", ["d", "b", "r", "m"])
@pytest.mark.parametrize("key", ["enter", "escape", "space", "d", "b", "r", "m"])
async def test_enter_and_a_key_that_is_held_down_are_no_answer(
    shown: Shown, given: Session, workspace: Workspace, letter: str, key: str
) -> None:
    async with shown(given) as pilot:
        await pilot.press("d", letter, key)
        assert asked(workspace) == []


@pytest.mark.parametrize("letter", ["d", "b", "r", "m"])
async def test_a_long_name_never_crowds_out_the_answers(
    shown: Shown, given: Session, workspace: Workspace, letter: str
) -> None:
    late = messages(Said("brand", f"{'ana' * 40}.example", "Ana", Kind.COMMENT, 300, "word " * 40), workspace.now())
    deliver(workspace, workspace.accounts.get("brand").id, late)
    async with shown(given) as pilot:
        await pilot.press("g", "c", "g", "g")
        assert "@anaana" in inbox(pilot).rule.text
        await pilot.press("d", letter)
        assert says(pilot).endswith("Esc no")
        assert ("s spam" if letter == "r" else "y yes") in says(pilot)


async def test_an_answer_that_comes_with_the_question_does_not_count(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given) as pilot:
        monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 60.0)
        await pilot.press("d", "b", "y")
        assert "too fast" in says(pilot)
        assert asked(workspace) == []


async def test_the_message_that_was_shown_is_deleted_not_one_that_comes_meanwhile(
    shown: Shown, given: Session, workspace: Workspace, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        view = inbox(pilot).view
        assert view is not None
        before = view.messages[-1].remote_id
        await pilot.press("d", "d")
        late = messages(Said("brand", "ana", "Ana Lopez", Kind.MENTION, 0, "And now?"), workspace.now())
        deliver(colleague, workspace.accounts.get("brand").id, late)
        await until(pilot, lambda: "And now?" in inbox(pilot).preview.text)
        await pilot.press("y")
        assert [one.subject for one in due(workspace)] == [before]


@pytest.mark.parametrize("letter", ["h", "d", "b", "r", "m"])
async def test_what_a_network_lacks_is_said_before_anything_is_asked(
    shown: Shown, given: Session, workspace: Workspace, letter: str
) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "d", letter)
        assert "Not possible on Bluesky: its API has no such call" in says(pilot)
        await pilot.press("y")
        assert asked(workspace) == []


async def test_a_refusal_is_told_when_it_comes(
    shown: Shown, given: Session, workspace: Workspace, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("d", "d", "y")
        (act,) = due(workspace)
        colleague.acts.refused(act, say("Everything is closed"), now=workspace.now())
        await until(pilot, lambda: "@ana: the network refused it: Everything is closed" in says(pilot))
        assert inbox(pilot).desk.asked == {}


async def test_why_something_was_refused_stands_in_the_conversation_in_full(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    why = "the network has moderated this already and says so at a length that no single line can hold " * 2
    async with shown(given, (120, 40)) as pilot:
        await pilot.press("d", "h")
        assert "kim asked the network to hide a message: not done yet" in " ".join(picture(pilot).split())
        (hidden,) = due(workspace)
        workspace.acts.refused(hidden, say(why.strip()), now=workspace.now())
        await until(pilot, lambda: "refused it" in says(pilot))
        shown_now = " ".join(inbox(pilot).preview.text.split())
        assert f"kim asked the network to hide a message: refused. {why.strip()}" in shown_now
