"""What an agent types and has not sent: drafts and begun notes, on disk while he types, at hand on his next screen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.kept_marks import KeptMarks
    from cminbox.inbox.workspace import Workspace


class Drafting:
    """Keeps what is being written. Raises Problem with one sentence."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def kept_marks(self) -> KeptMarks:
        """What is marked on this screen, kept for the next one."""
        from cminbox.inbox.kept_marks import KeptMarks  # noqa: PLC0415 - not before the first paint

        return KeptMarks(self._workspace)

    def save_draft_soon(self, conversation_id: int, text: str, caret: int) -> Future[None]:
        """Keep what was typed; an empty text forgets it. On disk when the future is done, which raises Problem."""
        agent = self._workspace.agent
        return self._workspace.drafts.save_soon(
            conversation_id,
            text,
            caret=caret,
            agent=agent.name,
            terminal=agent.terminal,
            now=self._workspace.now(),
        )

    def adopt_draft(self, draft: StoredReply) -> Future[None] | None:
        """Take a draft over that this agent has left at another terminal, unless a screen of his still lives there.

        Nobody waits: it is done when the future is, which raises Problem. None where there is nothing to do.
        """
        from cminbox.inbox.presence import Presences  # noqa: PLC0415 - only where a draft is taken up again

        agent = self._workspace.agent
        if draft.terminal != agent.terminal and Presences(self._workspace).own_and_dead(draft.terminal):
            return self._workspace.drafts.adopt(draft.id, terminal=agent.terminal)
        return None

    def keep_text(self, conversation_id: int, text: str) -> None:
        """Keep a text that was not sent as a draft, unless there is one in its place."""
        agent = self._workspace.agent
        self._workspace.drafts.keep(
            conversation_id, text, agent=agent.name, terminal=agent.terminal, now=self._workspace.now()
        )

    def put_aside(self, conversation_id: int, text: str, caret: int, *, note: bool = False) -> None:
        """Keep a text that the database does not take for this agent's next screen, see `take_in`. Raises Problem."""
        from cminbox.inbox.unsaved import put_aside  # noqa: PLC0415 - when all else has failed

        put_aside(self._workspace, conversation_id, text, caret, note=note)

    def take_in(self) -> int:
        """Make drafts and begun notes of what was put aside; return how many. Raises Problem."""
        from cminbox.inbox.unsaved import take_in  # noqa: PLC0415 - after the first paint

        return take_in(self._workspace)

    def begin_note(self, conversation_id: int) -> tuple[str, int]:
        """Return what this agent has begun to note, with the caret; what his dead screen has left is his here."""
        from cminbox.inbox.presence import Presences  # noqa: PLC0415 - only where a note is written

        agent, notes = self._workspace.agent, self._workspace.begun_notes
        begun = notes.get(conversation_id, agent=agent.name, terminal=agent.terminal)
        if begun is None:
            return "", 0
        if begun.terminal != agent.terminal and Presences(self._workspace).own_and_dead(begun.terminal):
            notes.adopt(conversation_id, agent=agent.name, old=begun.terminal, new=agent.terminal)
        return begun.text, begun.caret

    def save_note_soon(self, conversation_id: int, text: str, caret: int) -> Future[None]:
        """Keep what was typed of a note, an empty text forgets it; nobody waits. The future raises Problem."""
        agent = self._workspace.agent
        return self._workspace.begun_notes.save_soon(
            conversation_id,
            text,
            caret=caret,
            agent=agent.name,
            terminal=agent.terminal,
            now=self._workspace.now(),
        )
