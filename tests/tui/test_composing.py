"""What stands around a reply while it is written: counts, what is too much, names, prices, windows."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.scenery import HOUR, manifest
from stage.showing import enter, inbox, picture, until

from cminbox import i18n
from cminbox.domain.message import Kind
from cminbox.domain.network import TextLimit, Unit
from cminbox.domain.spending import MILLION
from cminbox.i18n import use
from cminbox.inbox.composing import Appraisal
from cminbox.settings.values import Settings, Spending
from cminbox.tui import terminal_app
from cminbox.tui.composing import sending_line, title_line, voices, warning_lines
from cminbox.tui.ink import cells
from cminbox.tui.terminal_app import TerminalApp

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.domain.network import Manifest
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


def facts(workspace: Workspace, told: Manifest) -> None:
    """Let the network of the first conversation say other things of itself."""
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, told, "brand@social.example")


def appraise(given: Session, text: str, conversation: int = 1) -> Appraisal:
    return given.acting.appraise(given.reading.show(conversation), text)


def test_the_names_that_the_network_puts_in_front_count(given: Session, workspace: Workspace) -> None:
    facts(workspace, replace(manifest("mastodon", "Ma"), names_people=(Kind.MENTION,)))
    appraisal = appraise(given, "hello")
    assert (appraisal.names, appraisal.used) == (("ana",), len("@ana hello"))
    assert appraise(given, "hello @ana").names == ()


def test_a_reply_that_fits_only_without_the_names_is_refused_before_it_is_held(
    given: Session, workspace: Workspace
) -> None:
    facts(workspace, replace(manifest("mastodon", "Ma", maximum=10), names_people=(Kind.MENTION,)))
    with pytest.raises(Exception, match="at most 10"):
        given.acting.reply(1, "12345678")
    assert given.acting.reply(1, "12345").text == "12345"


@pytest.mark.parametrize(
    ("limit", "text", "rest"),
    [
        (TextLimit(Unit.GRAPHEMES, 3), "👨‍👩‍👧‍👦👍🏽éxyz", "xyz"),
        (TextLimit(Unit.BYTES, 5), "ééé", "é"),
        (TextLimit(Unit.UTF16, 3), "👍👍", "👍"),
        (TextLimit(Unit.CODE_POINTS, 28, url_length=23), "see https://a.example/" + "x" * 90 + " and on", "and on"),
    ],
)
def test_what_is_too_much_begins_where_the_network_stops_counting(
    given: Session, workspace: Workspace, limit: TextLimit, text: str, rest: str
) -> None:
    facts(workspace, replace(manifest("mastodon", "Ma"), limits={Kind.MENTION: (limit,)}))
    appraisal = appraise(given, text)
    assert appraisal.fits is not None
    assert text[appraisal.fits :].strip() == rest


def test_the_tighter_of_two_limits_counts(given: Session, workspace: Workspace) -> None:
    limits = (TextLimit(Unit.GRAPHEMES, 300), TextLimit(Unit.BYTES, 8))
    facts(workspace, replace(manifest("mastodon", "Ma"), limits={Kind.MENTION: limits}))
    appraisal = appraise(given, "éééé!")
    assert (appraisal.used, appraisal.maximum, appraisal.fits) == (9, 8, 4)


def test_a_huge_text_is_counted_in_no_time(given: Session) -> None:
    assert appraise(given, "x" * 200_000).fits == 500


def test_what_it_costs_is_told_and_too_dear_is_told_apart(given: Session, workspace: Workspace, clock: Clock) -> None:
    told = replace(manifest("mastodon", "Ma"), prices={"reply": 0.01, "reply with link": 0.2})
    facts(workspace, told)
    appraisal = appraise(given, "hello")
    assert (appraisal.price, appraisal.budget, appraisal.too_dear) == (10_000, None, False)
    thrifty = open_workspace(workspace.locations.folder, clock, settings=Settings(spending=Spending(per_day=0.1)))
    appraisal = session(thrifty).acting.appraise(given.reading.show(1), "https://a.example")
    assert (appraisal.price, appraisal.too_dear) == (200_000, True)
    thrifty.close()


@pytest.mark.parametrize(
    ("appraisal", "left", "said"),
    [
        (Appraisal(price=10_000, spent=40_000), None, "Sending it costs 0.01; 0.04 were spent today"),
        (Appraisal(price=10_000, budget=MILLION), None, "Sending it costs 0.01; 0.00 of 1.00 were spent today"),
        (Appraisal(price=10_000, budget=5_000), None, "x Costs 0.01, and no more than 0.005 may be spent today"),
        (Appraisal(), 2 * HOUR, "! The network takes a reply for 2 h more"),
        (Appraisal(), -1, "! The network takes no reply here any more"),
        (Appraisal(names=("ana",)), None, "@ana will stand in front, and count"),
        (Appraisal(used=8, maximum=5, fits=5), None, "x 3 too many, from here on: “678”"),
    ],
)
def test_each_thing_to_know_has_its_words(appraisal: Appraisal, left: int | None, said: str) -> None:
    (line,) = warning_lines(appraisal, "12345678", left, 80)
    assert str(line).startswith(said)


def test_what_has_to_be_known_fits_a_narrow_screen() -> None:
    appraisal = Appraisal(used=90, maximum=5, fits=5, price=1, budget=0, names=("a" * 80,))
    assert all(line.width <= 40 for line in warning_lines(appraisal, "x" * 90, 1000, 40))


async def test_what_is_too_much_is_marked_and_told_while_one_writes(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "r")
        field = inbox(pilot).field
        assert field is not None
        field.paste("x" * 300 + "tail")
        await until(pilot, lambda: "4 too many, from here on: “tail”" in picture(pilot))
        assert "304/300" in picture(pilot)
        assert field.too_much == 300
        assert [str(span.style) for span in field.get_line(0).spans] == ["reverse underline"]
        await pilot.press(*["backspace"] * 4)
        await until(pilot, lambda: "too many" not in picture(pilot))
        assert field.too_much is None


@pytest.mark.parametrize(
    ("keys", "text", "caret"),
    [
        (("ctrl+a",), "two words", 0),
        (("ctrl+a", "ctrl+e"), "two words", 9),
        (("ctrl+w",), "two ", 4),
        (("ctrl+u",), "", 0),
        (("ctrl+a", "ctrl+k"), "", 0),
        (("ctrl+left",), "two words", 4),
        (("ctrl+left", "ctrl+left", "ctrl+right"), "two words", 3),
        (("home", "delete"), "wo words", 0),
        (("ctrl+j", "x"), "two words\nx", 11),
    ],
)
async def test_the_keys_of_a_shell_work(
    shown: Shown, given: Session, keys: tuple[str, ...], text: str, caret: int
) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"two words", *keys)
        await pilot.pause()
        field = inbox(pilot).field
        assert field is not None
        assert (field.text, field.caret) == (text, caret)


async def test_a_note_looks_unlike_a_reply_takes_lines_and_is_never_a_reply(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("n")
        await pilot.pause()
        assert "## INTERNAL NOTE — is never sent ####" in picture(pilot)
        assert "Enter add the note" in inbox(pilot).footer.text
        await pilot.press(*"a friend", "ctrl+j", *"of ours")
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.conversations.notes(1)))
        assert [one.text for one in workspace.conversations.notes(1)] == ["a friend\nof ours"]
        assert workspace.outbox.outstanding() == []


async def test_a_note_that_was_left_is_gone_on_with_and_an_empty_one_is_none(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("n")
        await enter(pilot)
        assert "The note is empty" in inbox(pilot).footer.text
        await pilot.press(*"half a", "escape")
        assert inbox(pilot).field is None
        assert "not added yet" in inbox(pilot).footer.text
        assert workspace.conversations.notes(1) == []
        await pilot.press("n")
        await pilot.pause()
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "half a"


SENDING = (("Tab", "blanc suivant"),)
OTHERS = (("Échap", "retour"), ("Ctrl+J", "nouvelle ligne"), ("Ctrl+G", "éditeur"))


@pytest.mark.parametrize("width", [200, 80, 60, 40, 26])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_speaks_and_who_reads_it_give_way_to_nothing(
    given: Session, workspace: Workspace, width: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.i18n._current", i18n._current)
    use(language)
    long_name = "the.customer.service.of.the.brand@a.very.long.instance.example"
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, manifest("mastodon", "Ma"), long_name)
    view = given.reading.show(1)
    key, send = ("Enter", "send") if language == "en" else ("Entrée", "envoyer")
    texts = [f"{send} {voice}" for voice in voices(view.account, view.row, width - cells(f"{key} {send} "))]
    line = sending_line(SENDING, (key, texts), OTHERS, width)
    assert line.width <= width
    assert f"{key} {send}" in str(line)
    assert "@t" in str(line)
    assert "public" in str(line)


def test_where_there_is_room_all_keys_stand_in_the_last_line(given: Session) -> None:
    view = given.reading.show(1)
    texts = [f"send {voice}" for voice in voices(view.account, view.row, 150)]
    line = str(sending_line(SENDING, ("Enter", texts), OTHERS, 160))
    assert line.startswith("Tab blanc suivant  Enter send as @brand@social.example on Mastodon, public")
    assert line.endswith("Ctrl+G éditeur")


@pytest.mark.parametrize("width", [80, 60, 40, 24])
def test_the_count_is_never_cut(given: Session, width: int) -> None:
    appraisal = appraise(given, "x" * 499)
    line = title_line("Reply to @the.longest.name.of.a.customer@instance.example", appraisal, width)
    assert line.width == width
    assert f" {appraisal.used}/{appraisal.maximum} " in str(line)
    assert str(line).startswith("── Reply"[: 3 if width < 30 else 8])


async def test_at_forty_columns_one_sees_who_reads_it_and_how_much_is_used(shown: Shown, given: Session) -> None:
    async with shown(given, (40, 24)) as pilot:
        await pilot.press("r", *"hello")
        footer = inbox(pilot).footer.text
        assert "public" in footer
        assert "@brand" in footer
        assert "/500" in picture(pilot)


async def test_a_reply_that_is_taken_back_is_wrapped_and_shown_whole(shown: Shown, given: Session) -> None:
    text = "lorem " * 25 + "end"
    async with shown(given) as pilot:
        await pilot.press("r", *text)
        await until(pilot, lambda: "end" in picture(pilot))
        await enter(pilot)
        await until(pilot, lambda: inbox(pilot).field is None)
        await pilot.press("u")
        await until(pilot, lambda: inbox(pilot).field is not None)
        await until(pilot, lambda: picture(pilot).count("lorem") == 25 and "end" in picture(pilot))


async def test_the_key_that_stops_programs_takes_nothing_away_and_control_underscore_does(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(terminal_app, "shell_waits", lambda: True)
    monkeypatch.setattr(TerminalApp, "action_suspend_process", lambda _app: stopped.append(True))
    async with shown(given) as pilot:
        await pilot.press("r", *"Hello", "ctrl+z")
        field = inbox(pilot).field
        assert field is not None
        assert (stopped, field.text) == ([True], "Hello")
        await pilot.press("ctrl+underscore")
        assert field.text != "Hello"


def test_without_a_shell_that_waits_nothing_is_stopped() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cminbox.tui.terminal_app import shell_waits; print(shell_waits())"],
        capture_output=True,
        check=True,
        start_new_session=True,
        text=True,
    )
    assert done.stdout == "False\n"
