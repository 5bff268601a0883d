"""What the screen is given when it starts, and what it leaves behind when it ends."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.alerts import Alerts
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from cminbox.domain.saying import Saying
    from cminbox.inbox.acting import Acting
    from cminbox.inbox.changes import Changes
    from cminbox.inbox.presence import Presences
    from cminbox.inbox.reading import Reading
    from cminbox.inbox.saved_views import SavedViews
    from cminbox.inbox.suggestions import Suggester


NORMAL, COMPACT = "normal", "compact"


class Ending(StrEnum):
    """Why the screen ended."""

    QUIT = "quit"
    """The person left."""
    DEMO = "demo"
    """The person asked for the demo from the first screen: the caller starts it."""
    WORKSPACE = "workspace"
    """The person asked for another workspace: the caller opens it."""
    HANG_UP = "hang_up"
    """The terminal went away or the process was asked to end (SIGHUP, SIGTERM, end of input). Drafts are kept."""
    CRASH = "crash"
    """A fault in the program. Drafts are kept; the fault was handed to the session's `report_crash`."""


@dataclass(frozen=True, slots=True)
class ExitResult:
    """How the screen ended; `exit_code` is the process's."""

    ending: Ending = Ending.QUIT
    exit_code: int = 0
    workspace: str = ""
    """The name of the workspace that was asked for."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What settings say of the screen, which may change while it is shown; see `Session`."""

    keys: Mapping[str, tuple[str, ...]]
    layout: str
    signs: Mapping[str, str]
    advance: str
    theme: str | None = None
    """The name of a theme. None, here and below: as before."""
    density: str | None = None
    mouse: bool | None = None
    mouse_over_ssh: bool = False
    alerts: Alerts | None = None
    language: str | None = None
    later: tuple[str, ...] = ()
    """Tables of settings that the process which fetches and sends takes over at its next start."""


@dataclass(slots=True)
class Session:
    """One person at one terminal with one opened workspace.

    `now` is the workspace's clock, UTC milliseconds. `keys` replaces the keys of actions, by the action's id.
    `mouse` is what the settings say; over SSH the screen leaves the mouse to the terminal unless `mouse_over_ssh`.
    `colour` is False where NO_COLOR is set. `unicode` is False where the terminal cannot show UTF-8.
    """

    reading: Reading
    acting: Acting
    changes: Changes
    agent: str
    now: Callable[[], int]
    brand: str = ""
    """The workspace's name, shown in the window's title when it is not the default one."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layout: str = "auto"
    """The layout of the keyboard, see `tui.layouts`."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """Which key is meant by a sign, beside what the layout says."""
    alerts: Alerts = field(default_factory=Alerts)
    """How stages are told."""
    mouse: bool = True
    mouse_over_ssh: bool = False
    theme: str = "auto"
    """The name of a theme, see `tui.themes`."""
    density: str = NORMAL
    """COMPACT gives the queue more room."""
    colour: bool = True
    unicode: bool = True
    demo: bool = False
    """Whether the networks are simulated; said in the header."""
    start_sync: Callable[[], None] | None = None
    """Called once after the first paint: starts the process that fetches and sends, where none runs."""
    presence: Presences | None = None
    """Tells colleagues where one is, shows where they are, and finds where one was. None tells and shows nothing."""
    sync_state: Callable[[], Saying | None] | None = None
    """None while somebody fetches and sends, else one sentence that says that nobody does and what to do about it."""
    warning: Callable[[], Saying | None] | None = None
    """Asked once after the first paint: what a person ought to know before he works here, None for nothing."""
    advance: str = "next"
    """Where one goes on after an act: "next", "previous" or "stay"."""
    preferences: Callable[[], Preferences] | None = None
    """Reads the settings again."""
    settings_file: Path | None = None
    """Where a person's own settings stand, which may not be there yet. None: they cannot be edited from here."""
    saved_views: SavedViews | None = None
    """The views that people have saved. None keeps none."""
    workspaces: Callable[[], Sequence[str]] | None = None
    """Gives the names of every workspace that one can go to."""
    suggestions: Suggester | None = None
    """Suggests canned replies. None suggests none; it loads nothing before it is asked."""
    report_crash: Callable[[BaseException], None] | None = None
    """Called with a fault of the program once the terminal is restored: writes a report without local variables and
    tells the person where it lies. Must not raise."""
