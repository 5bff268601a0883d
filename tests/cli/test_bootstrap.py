"""Where the parts meet: who works, at which terminal, and what the screen is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox import bootstrap
from cminbox.__main__ import main
from cminbox.inbox.workplace import Workplace
from cminbox.tui.session import Ending, ExitResult, Session

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

Run = Callable[..., CompletedProcess[str]]


def test_the_agent_is_named_by_the_environment_else_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap.agent({"CMINBOX_AGENT": " ana  b "}) == "ana b"
    assert bootstrap.agent({"CMINBOX_AGENT": "   "}) == bootstrap.agent({})

    def unknown(_user: int) -> None:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", unknown)
    assert bootstrap.agent({}) == f"user-{os.getuid()}"


def test_without_a_terminal_the_terminal_is_called_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_descriptor: int) -> str:
        raise OSError

    monkeypatch.setattr(os, "ttyname", none)
    assert bootstrap.terminal() == "command"
    monkeypatch.setattr(os, "ttyname", lambda descriptor: f"/dev/pts/{descriptor}")
    assert bootstrap.terminal() == "pts/0"


@pytest.mark.parametrize(("term", "expected"), [("xterm", [True]), ("linux", [True]), ("dumb", [False]), ("", [False])])
def test_a_screen_needs_a_terminal_that_moves_its_cursor(
    term: str, expected: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "at_terminal", lambda: True)
    assert [bootstrap.can_draw({"TERM": term})] == expected
    monkeypatch.setattr(bootstrap, "at_terminal", lambda: False)
    assert not bootstrap.can_draw({"TERM": term})


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """What the screen is given, each time it opens; it ends at once with the exit code 7."""
    given: list[Session] = []

    def draw(session: Session) -> ExitResult:
        given.append(session)
        return ExitResult(exit_code=7)

    monkeypatch.setattr("cminbox.tui.app.run", draw)
    monkeypatch.setattr(bootstrap, "can_draw", lambda _environ: True)
    return given


def test_the_screen_is_given_the_workspace_and_its_settings(
    cminbox: Run, folder: Path, sessions: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text('[ui]\nmouse = false\n[keys]\ndone = "d"\n')
    monkeypatch.setenv("CMINBOX_AGENT", "ana")
    assert cminbox().returncode == 7
    (session,) = sessions
    assert (session.agent, session.brand, session.mouse, session.demo) == ("ana", "brand", False, False)
    assert session.keys == {"done": ("d",)}
    assert session.colour
    assert session.unicode
    assert session.presence is not None
    assert session.warning is not None
    assert session.warning() is None


def test_a_screen_waits_two_seconds_for_a_locked_database(
    cminbox: Run, sessions: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float | None] = []
    opened = Workplace.open

    def watched(where: Workplace, *, patience: float | None = None) -> Workspace:
        asked.append(patience)
        return opened(where, patience=patience)

    monkeypatch.setattr(Workplace, "open", watched)
    cminbox()
    cminbox("queue")
    assert len(sessions) == 1
    assert asked == [2.0, None]


def test_the_default_workspace_has_no_name_on_the_screen(sessions: list[Session]) -> None:
    assert main([]) == 7
    assert sessions[0].brand == ""


@pytest.mark.parametrize("how", ["option", "variable"])
def test_colour_can_be_left_out(
    cminbox: Run, sessions: list[Session], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("NO_COLOR", "1")
    cminbox(*(["--no-color"] if how == "option" else []))
    assert not sessions[0].colour


def test_plain_opens_the_inbox_that_is_read_line_by_line(
    cminbox: Run, sessions: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Session] = []

    def run(session: Session) -> ExitResult:
        read.append(session)
        return ExitResult()

    monkeypatch.setattr("cminbox.tui.plain.run", run)
    assert cminbox("--plain").returncode == 0
    assert (sessions, len(read)) == ([], 1)


def test_a_wrong_configuration_opens_no_screen(cminbox: Run, folder: Path, sessions: list[Session]) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text("[ui\n")
    assert cminbox().returncode == 2
    assert sessions == []


def test_the_demo_can_be_asked_for_from_the_screen(
    cminbox: Run, sessions: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr("cminbox.tui.app.run", lambda _session: ExitResult(Ending.DEMO))

    def start(context: Any) -> int:  # noqa: ANN401 - a command's context
        started.append(context.workplace)
        return 0

    monkeypatch.setattr("cminbox.cli.commands.demo.run", start)
    assert cminbox().returncode == 0
    assert sessions == []
    assert [where.workspace for where in started] == [None]


def test_a_fault_on_the_screen_is_written_down_in_the_workspace(
    cminbox: Run, folder: Path, sessions: list[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    cminbox()
    report = sessions[0].report_crash
    assert report is not None
    report(RuntimeError("a fault"))
    assert "a fault" in capsys.readouterr().err
    assert [path.name.startswith("crash-") for path in (folder / "logs").iterdir()] == [True]


def test_standard_streams_decide_whether_a_person_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for there in (True, False):
        monkeypatch.setattr(sys.stdin, "isatty", lambda there=there: there)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert bootstrap.at_terminal() is there
