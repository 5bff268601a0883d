"""A shop's portal behind a spool folder: people write to it, and its script passes messages and replies on."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind, Message, Person
from cminbox.network_kit.interchange import to_form

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIELDS = {
    "send_key": str,
    "network": str,
    "kind": str,
    "public": bool,
    "conversation": str,
    "to": str,
    "text": str,
    "lang": str | None,
    "decided_at": str,
}
"""What a reply consists of, all of it always there."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply of the brand as it stands on the portal."""

    remote_id: str
    under: str
    text: str
    public: bool


class SimulatedRelay:
    """A portal with its script, on one spool folder. `now` gives UTC milliseconds.

    `run` is one round of the script: it answers every reply that waits. Within `lose_answers` rounds it does what is
    asked and keeps its answers to itself until `give_lost_answers`.
    """

    def __init__(self, spool: Path, now: Callable[[], int], *, network: str = "relay", brand: str = "brand") -> None:
        self.spool = spool
        self.now = now
        self.network = network
        self.brand = Person(brand, brand, brand.title())
        self.messages: dict[str, Message] = {}
        self.published: list[Said] = []
        self.violations: list[str] = []
        self.lose_answers = 0
        self._lost: dict[str, dict[str, Any]] = {}
        self._answered: set[str] = set()
        self._files = 0
        self._ids = 0

    def someone_writes(
        self,
        kind: Kind,
        author: Person,
        text: str,
        under: str | None = None,
        *,
        created_at: int | None = None,
        language: str | None = None,
        rating: int | None = None,
    ) -> str:
        """Let a person write, `under` another message if given; return the remote id."""
        remote_id = self._new_id()
        above = None if under is None else self.messages[under]
        conversation = f"c-{remote_id}" if above is None else above.conversation
        at = self.now() if created_at is None else created_at
        message = Message(remote_id, kind, author, text, at, conversation, under, lang=language, rating=rating)
        return self._tell(message)

    def we_write(self, text: str, under: str) -> str:
        """Let the brand answer on the portal itself; return the remote id."""
        above = self.messages[under]
        remote_id = self._new_id()
        self._tell(Message(remote_id, above.kind, self.brand, text, self.now(), above.conversation, under, ours=True))
        self.published.append(Said(remote_id, under, text, above.kind.public))
        return remote_id

    def someone_edits(self, remote_id: str, text: str) -> None:
        """Let an author change a message."""
        self._tell(replace(self.messages[remote_id], text=text, edited_at=self.now()))

    def someone_deletes(self, remote_id: str) -> None:
        """Let an author delete a message."""
        del self.messages[remote_id]
        self.put({"network": self.network, "remote_id": remote_id, "deleted": True})

    def put(self, *lines: object) -> None:
        """Put a file of lines into the folder as a script should: written aside, then renamed."""
        self._files += 1
        incoming = self.spool / "in"
        incoming.mkdir(parents=True, exist_ok=True)
        aside = incoming / f".{self._files:08d}.part"
        aside.write_text("".join(json.dumps(line) + "\n" for line in lines))
        aside.rename(incoming / f"{self._files:08d}.jsonl")

    def run(self) -> None:
        """Answer every reply that waits and was not answered yet."""
        for path in sorted((self.spool / "out").glob("[!.]*.json")):
            reply = json.loads(path.read_bytes())
            wrong = _wrong(reply)
            if wrong:
                self.violations.append(f"{path.name}: {wrong}")
            elif reply["send_key"] not in self._answered:
                self._answered.add(reply["send_key"])
                self._serve(path.stem, reply)

    def give_lost_answers(self) -> None:
        """Give the answers that were kept back."""
        for name, told in self._lost.items():
            self._answer(name, told)
        self._lost.clear()

    def _serve(self, name: str, reply: dict[str, Any]) -> None:
        above = self.messages.get(reply["to"])
        if above is None:
            told: dict[str, Any] = {"gone": "the customer has deleted it"}
        elif "refuse me" in reply["text"]:
            told = {"refused": "the portal does not like these words"}
        else:
            said = Said(f"a-{len(self.published) + 1}", above.remote_id, reply["text"], reply["public"])
            self.published.append(said)
            told = {"remote_id": said.remote_id}
        if self.lose_answers:
            self.lose_answers -= 1
            self._lost[name] = told
        else:
            self._answer(name, told)

    def _answer(self, name: str, told: dict[str, Any]) -> None:
        done = self.spool / "done"
        aside = done / f".{name}.part"
        aside.write_text(json.dumps(told))
        aside.rename(done / f"{name}.json")

    def _new_id(self) -> str:
        self._ids += 1
        return f"m-{self._ids}"

    def _tell(self, message: Message) -> str:
        self.messages[message.remote_id] = message
        self.put(to_form(self.network, self.brand.handle, message))
        return message.remote_id


def _wrong(reply: object) -> str:
    """Say what is not as documented about a reply, empty when nothing is."""
    if not isinstance(reply, dict) or set(reply) != set(FIELDS):
        return "a reply has exactly the documented fields"
    odd = sorted(name for name, kind in FIELDS.items() if not isinstance(reply[name], kind))
    if odd:
        return f"{', '.join(odd)} of another type"
    return "" if reply["public"] == Kind(reply["kind"]).public else "public does not fit the kind"
