"""A workspace that may be opened: where it lies, who works in it, and its settings once somebody asks for them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.settings.load import load_settings
from cminbox.settings.locations import locate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.inbox.workspace import Workspace
    from cminbox.settings.locations import Locations
    from cminbox.settings.values import Settings


@dataclass(frozen=True)
class Workplace:
    """Everything that is known before a workspace is opened. Nothing is read until it is asked for.

    `workspace` is a name or a directory, None for the environment's choice or the default; `config` a configuration
    file to read besides the usual ones; `agent` and `terminal` say who works, and where.
    """

    workspace: str | None
    config: str | None
    environ: Mapping[str, str]
    agent: str
    terminal: str

    @cached_property
    def locations(self) -> Locations:
        """Where everything of the workspace lies. Raises UsageProblem."""
        return locate(self.workspace, self.config, self.environ)

    @cached_property
    def settings(self) -> Settings:
        """The settings that hold here. Raises UsageProblem."""
        return load_settings(self.locations, self.environ)

    def open(self, *, patience: float | None = None) -> Workspace:
        """Open the workspace, made when it is new. Raises Problem; the caller closes it.

        `patience` is how long a write waits for other processes, in seconds.
        """
        # The database is loaded only by those who need it: `--help` and `guide` do not.
        from cminbox.inbox.workspace import Agent, Workspace  # noqa: PLC0415 - see above

        agent = Agent(self.agent, self.terminal)
        return Workspace(self.locations, self.settings, agent, patience=patience, environ=self.environ)
