"""The only place where the parts meet: who works where, in which language, and which front end is started."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.cli.choices import read_plainly
from cminbox.domain.problem import Problem
from cminbox.domain.text import safe
from cminbox.i18n import render, use
from cminbox.i18n.choice import AUTOMATIC, choose
from cminbox.inbox.workplace import Workplace
from cminbox.settings.locations import DEFAULT_WORKSPACE, workspaces

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from cminbox.cli.choices import Choices
    from cminbox.domain.saying import Saying
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Preferences, Session

AGENT_VARIABLE = "CMINBOX_AGENT"
NO_TERMINAL = "command"
SCREEN_PATIENCE = 2.0
"""So many seconds after a key a person is told that the database is locked."""
_NAME_LIMIT = 60


def place(choices: Choices, environ: Mapping[str, str]) -> Workplace:
    """Return where to work and as whom. Nothing is read yet."""
    return Workplace(choices.workspace, choices.config, environ, agent(environ), terminal())


def agent(environ: Mapping[str, str]) -> str:
    """Return the name of who works: CMINBOX_AGENT, else the name of the operating system's user."""
    named = " ".join(safe(environ.get(AGENT_VARIABLE, ""), limit=_NAME_LIMIT).split())
    if named:
        return named
    import pwd  # noqa: PLC0415 - spared when the agent is named

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        # A user without an entry, as in many containers.
        return f"user-{os.getuid()}"


def terminal() -> str:
    """Return the name of the terminal that is worked at, or a word for none."""
    for descriptor in (0, 1, 2):
        try:
            return os.ttyname(descriptor).removeprefix("/dev/")
        except OSError:
            continue
    return NO_TERMINAL


def speak(choices: Choices, where: Workplace) -> None:
    """Choose the language: the command line's, the environment's, the settings', the locale's. Raises UsageProblem."""
    setting = AUTOMATIC
    if choices.lang is None:
        try:
            setting = where.settings.ui.language
        except Problem:
            # Who needs the settings reports what is wrong with them, in the best language known without them.
            setting = AUTOMATIC
    use(choose(choices.lang, where.environ, setting))


def report_fault(where: Workplace, error: BaseException) -> None:
    """Write down a fault of the program itself, without the values of variables, and say so on standard error."""
    from cminbox.settings import crash_report  # noqa: PLC0415 - needed once in a lifetime

    try:
        folder = where.locations.logs
    except Problem:
        # The workspace was named wrongly as well: the report goes where it is found again.
        folder = Path.cwd()
    crash_report.report(error, folder, render, sys.stderr)


def run(command: str | None, words: Sequence[str], where: Workplace, choices: Choices) -> int:
    """Start the front end that was asked for and return its exit code. Raises Problem."""
    if command is not None:
        return _run_command(command, _parse(command, words), where, choices)
    if read_plainly(words) is None:
        # For what it says about words that nobody can read.
        _parse(None, words)
    if can_draw(where.environ) or choices.plain:
        return _open_screen(where, choices)
    # Where nothing can be drawn, the inbox is its queue as text.
    return _run_command("queue", _parse("queue", words), where, choices)


def _parse(command: str | None, words: Sequence[str]) -> Namespace:
    """Return the arguments of a command, as `cminbox.cli.parser.parse`."""
    from cminbox.cli.parser import parse  # noqa: PLC0415 - a screen that is opened plainly has nothing to parse

    return parse(command, words)


def can_draw(environ: Mapping[str, str]) -> bool:
    """Whether a screen can be drawn: a person at both ends, and a terminal that moves its cursor."""
    return at_terminal() and environ.get("TERM", "dumb") not in {"dumb", ""}


def speaks_unicode(environ: Mapping[str, str], encoding: str) -> bool:
    """Whether more than ASCII can be shown: not on the console of Linux, and not where the locale is plain C.

    Python speaks UTF-8 whatever the locale is called, so the encoding alone does not tell.
    """
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    return "utf" in encoding.lower() and locale not in {"C", "POSIX"} and environ.get("TERM") != "linux"


def at_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _open_screen(where: Workplace, choices: Choices, *, demo_of: Workplace | None = None) -> int:
    """Open the inbox, line by line where that is wanted.

    `demo_of` is where the demo was asked for: its own workspace is gone before a report is read.
    """
    # What is loaded up to the first paint stays: looking for garbage among it takes a twentieth of a start.
    gc.disable()
    # Textual is loaded only to draw.
    from cminbox.inbox.attending import Attending  # noqa: PLC0415 - as above
    from cminbox.inbox.suggestions import Suggester  # noqa: PLC0415 - as above

    if choices.plain:
        from cminbox.tui.plain import run as draw  # noqa: PLC0415 - as above
    else:
        from cminbox.tui.app import run as draw  # noqa: PLC0415 - as above

    workspace = where.open(patience=SCREEN_PATIENCE)
    attending = Attending(workspace)
    suggester = Suggester(workspace)
    try:
        session = _session(where, choices, workspace, demo_of)
        session.start_sync, session.sync_state = attending.start, attending.state
        session.suggestions = suggester
        ended = draw(session)
    finally:
        suggester.close()
        # Without the simulated networks the process that syncs would have nobody to talk to.
        attending.close(with_child=demo_of is not None)
        workspace.close()
    return _go_on(ended, where, choices)


def _session(where: Workplace, choices: Choices, workspace: Workspace, demo_of: Workplace | None) -> Session:
    """Return what a screen is given, but for who syncs and who suggests."""
    from cminbox.inbox.acting import Acting  # noqa: PLC0415 - loaded only to draw
    from cminbox.inbox.changes import Changes  # noqa: PLC0415 - as above
    from cminbox.inbox.file_systems import on_a_network  # noqa: PLC0415 - as above
    from cminbox.inbox.presence import Presences  # noqa: PLC0415 - as above
    from cminbox.inbox.reading import Reading  # noqa: PLC0415 - as above
    from cminbox.inbox.saved_views import SavedViews  # noqa: PLC0415 - as above
    from cminbox.tui.session import Session  # noqa: PLC0415 - as above

    ui = where.settings.ui
    return Session(
        reading=Reading(workspace),
        acting=Acting(workspace),
        changes=Changes(workspace),
        agent=where.agent,
        now=workspace.now,
        brand="" if where.locations.workspace == DEFAULT_WORKSPACE else where.locations.workspace,
        keys=where.settings.keys,
        alerts=where.settings.alerts,
        mouse=ui.mouse,
        mouse_over_ssh=ui.mouse_over_ssh,
        theme=ui.theme,
        density=ui.density,
        layout=ui.layout,
        signs=ui.signs,
        advance=ui.advance,
        preferences=partial(_preferences, where, workspace, choices),
        settings_file=where.locations.user_config,
        saved_views=SavedViews(where.locations.folder),
        workspaces=None if demo_of is not None else workspaces,
        colour=not (choices.no_color or where.environ.get("NO_COLOR")),
        unicode=speaks_unicode(where.environ, sys.stdout.encoding or ""),
        demo=demo_of is not None,
        presence=Presences(workspace),
        warning=partial(on_a_network, where.locations.folder),
        report_crash=partial(report_fault, demo_of or where),
    )


def _go_on(ended: ExitResult, where: Workplace, choices: Choices) -> int:
    """Open what a screen was left for, if it was; return the exit code."""
    from cminbox.tui.session import Ending  # noqa: PLC0415 - loaded with the screen

    if ended.ending is Ending.WORKSPACE:
        return _open_screen(replace(where, workspace=ended.workspace), choices)
    if ended.ending is Ending.DEMO:
        # The demo gets a workspace of its own, not the one whose first screen was left for it.
        return _run_command("demo", _parse("demo", ()), replace(where, workspace=None), choices)
    return ended.exit_code


def _preferences(where: Workplace, workspace: Workspace, choices: Choices) -> Preferences:
    """Read the settings again, and let them hold in the workspace. Raises Problem."""
    from cminbox.inbox.resettling import resettle  # noqa: PLC0415 - only where somebody asks
    from cminbox.tui.session import Preferences  # noqa: PLC0415 - as above

    # Another workplace, because one remembers its settings.
    settings = replace(where).settings
    later = resettle(workspace, settings)
    ui = settings.ui
    return Preferences(
        settings.keys,
        ui.layout,
        ui.signs,
        ui.advance,
        ui.theme,
        ui.density,
        ui.mouse,
        ui.mouse_over_ssh,
        settings.alerts,
        choose(choices.lang, where.environ, ui.language),
        later,
    )


def _check_keys(own: Mapping[str, tuple[str, ...]]) -> list[Saying]:
    """Return what is wrong with a person's own keys. The registry of actions loads no Textual."""
    from cminbox.tui.keymap import Keymap  # noqa: PLC0415 - only where somebody asks

    return Keymap(own=own).faults()


def _run_command(command: str, arguments: Namespace, where: Workplace, choices: Choices) -> int:
    from cminbox.cli.catalogue import load  # noqa: PLC0415 - the screen needs no command
    from cminbox.cli.context import Context  # noqa: PLC0415 - as above
    from cminbox.cli.output import Output  # noqa: PLC0415 - as above

    draw = None
    if can_draw(where.environ) or choices.plain:
        draw = partial(_open_screen, choices=choices, demo_of=where)
    context = Context(
        arguments, where, Output(sys.stdout), interactive=at_terminal(), draw=draw, check_keys=_check_keys
    )
    try:
        return load(command).run(context)
    finally:
        context.close()
        context.out.flush()
