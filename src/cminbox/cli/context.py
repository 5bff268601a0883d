"""What a command is given."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.i18n import render

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence

    from cminbox.cli.output import Output
    from cminbox.domain.saying import Saying
    from cminbox.inbox.acting import Acting
    from cminbox.inbox.reading import Reading
    from cminbox.inbox.workplace import Workplace
    from cminbox.inbox.workspace import Workspace


class Context:
    """A command's arguments, the place it works in and the way out. The workspace is opened when it is asked for.

    `interactive` says whether a person sits at a terminal that can answer a question. `draw` opens the screen of the
    demo on a workplace and returns the exit code; it is None where no screen can be drawn or none is wanted.
    `check_keys` says what is wrong with a person's own keys.
    """

    def __init__(
        self,
        arguments: Namespace,
        workplace: Workplace,
        out: Output,
        *,
        interactive: bool,
        draw: Callable[[Workplace], int] | None = None,
        check_keys: Callable[[Mapping[str, tuple[str, ...]]], Sequence[Saying]] | None = None,
    ) -> None:
        self.arguments = arguments
        self.workplace = workplace
        self.out = out
        self.interactive = interactive
        self.draw = draw
        self.check_keys = check_keys

    @cached_property
    def workspace(self) -> Workspace:
        """The opened workspace; where it lies badly, that is said on standard error. Raises Problem."""
        opened = self.workplace.open()
        from cminbox.inbox.file_systems import on_a_network  # noqa: PLC0415 - only where something is opened

        misplaced = on_a_network(self.workplace.locations.folder)
        if misplaced is not None:
            print(render(misplaced), file=sys.stderr, flush=True)
        return opened

    @cached_property
    def reading(self) -> Reading:
        """What there is to see."""
        from cminbox.inbox.reading import Reading  # noqa: PLC0415 - only commands that read load the store

        return Reading(self.workspace)

    @cached_property
    def acting(self) -> Acting:
        """What can be done."""
        from cminbox.inbox.acting import Acting  # noqa: PLC0415 - only commands that act load the outbox

        return Acting(self.workspace)

    def close(self) -> None:
        """Finish what is being written."""
        if "workspace" in self.__dict__:
            self.workspace.close()
