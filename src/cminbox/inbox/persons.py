"""Persons: who they are on their network, what they wrote before, how that was tagged, what was noted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cminbox.domain.message import Message
from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.inbox.sendable import check_can
from cminbox.store.people import MOST_COUNTED, Listed, People, Seen
from cminbox.store.surroundings import keep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Note, QueueRow
    from cminbox.domain.message import Person
    from cminbox.inbox.workspace import Workspace

__all__ = ["MOST_COUNTED", "Listed", "PersonView", "Persons", "Seen"]
_CONTACTS = 8
_NOTES = 4
_LISTED = 200


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person on one network. Times are UTC milliseconds; the newest contacts and notes come first."""

    person: Person
    account: Account
    seen: Seen
    contacts: tuple[QueueRow, ...]
    tags: tuple[tuple[str, int], ...]
    """The tags of these contacts with how many of them have it, the most frequent first."""
    notes: tuple[Note, ...]


class Persons:
    """Reads persons of a workspace. What it asks costs no more in a large workspace than in a small one."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._people = People(workspace.database)

    def of_conversation(self, row: QueueRow) -> PersonView | None:
        """Return the person whom a conversation is with, None when the conversation is gone."""
        person_id = self._people.of_conversation(row.id)
        return None if person_id is None else self._view(person_id, row.person, row.account)

    def private_conversation(self, row: QueueRow) -> int:
        """Return the newest private conversation with whom a conversation is with; begin one where we may.

        Nothing reaches the network by that. Raises Problem where only the other side can begin one.
        """
        person_id = self._people.of_conversation(row.id)
        found = None if person_id is None else self._people.private_conversation(person_id)
        if found is not None:
            return found
        account = self._workspace.accounts.get_any(row.account)
        check_can(account, Capability.REPLY)
        key = "" if account.manifest is None else account.manifest.private_key(row.kind)
        if not key:
            raise Problem(say("Not possible on {network}: only they can begin a private exchange", network=row.network))
        begun = self._people.begin_private(row.id, key.format(person=row.person.remote_id))
        public = [
            Message(one.remote_id, one.kind, one.author, one.text, one.created_at, ours=one.ours)
            for one in self._workspace.conversations.messages(row.id, _CONTACTS)
            if one.deleted_at is None
        ]
        # What was said in public stands above what is written in private.
        keep(self._workspace.database, begun, public, [], now=self._workspace.now())
        return begun

    def of_list(self, one: Listed) -> PersonView:
        """Return a person of a list in full."""
        return self._view(one.id, one.person, one.account)

    def latest(self) -> Sequence[Listed]:
        """Return the persons who were in touch last, the newest first."""
        return self._people.latest(_LISTED)

    def named(self, part: str) -> Sequence[Listed]:
        """Return the persons in whose handle or name these letters stand; every one for no letters."""
        wanted = part.strip().removeprefix("@")
        return self._people.named(wanted, _LISTED) if wanted else self.latest()

    def _view(self, person_id: int, person: Person, account: str) -> PersonView:
        seen = self._people.seen(person_id, conversations=_CONTACTS)
        rows = self._workspace.queue.rows(seen.conversations, now=self._workspace.now())
        contacts = tuple(rows[one] for one in seen.conversations if one in rows)
        tags = Counter(tag for row in contacts for tag in row.tags)
        notes = self._people.notes(seen.conversations, limit=_NOTES)
        return PersonView(
            person,
            self._workspace.accounts.get_any(account),
            seen,
            contacts,
            tuple(sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))),
            tuple(notes),
        )
