"""What stops a command or a screen: one clear sentence with the mend, and the exit code it stands for.

Problem               1  something is wrong with the data, the machine or the request's object
|-- NotFound          1  no such conversation, account, canned reply ...
|-- Answered          1  somebody else answers this; a person may send his answer all the same
|-- UsageProblem      2  the command line or the configuration is wrong
`-- StoreProblem      1  the database cannot be used as asked
    `-- DamageProblem 1  its file is no database any more, or a broken one
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying


class Problem(Exception):  # noqa: N818 - it is shown to people by this name
    """One clear sentence: what is wrong, where, and the mend."""

    exit_code = 1

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


class NotFound(Problem):
    """What was named does not exist."""


class Answered(Problem):
    """Somebody else answers this or has answered it; nothing was decided, and a person may send all the same."""


class UsageProblem(Problem):
    """The command line or the configuration is wrong."""

    exit_code = 2


class StoreProblem(Problem):
    """The database cannot be used as asked."""


class DamageProblem(StoreProblem):
    """The file is no database, or a broken one; it is left as it is."""
