"""Guest book: entries that everybody can read, and letters between one visitor and the owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, SecretStr

from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.network import Capability, Manifest, TextLimit, Unit
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.contract import AccountReport, AccountSettings, Network, Page
from cminbox.network_kit.failures import CursorExpired, Gone, NetworkFailure, SendOutcomeUnknown
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape, listing, mapping, unreadable
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.reply import Reply
    from cminbox.domain.saying import Saying

KINDS = {"entry": Kind.COMMENT, "letter": Kind.DM}
CLOCK_SLACK_MS = 5 * 60 * 1000
LIMITS = (TextLimit(Unit.CODE_POINTS, 280),)


class GuestbookAccount(AccountSettings):
    """What the owner of a guest book fills in."""

    base_url: str = Field(description="The guest book's address, such as https://book.example.")
    token: SecretStr = Field(description="The owner's token: run `guestbook token` on the web server.")


class Guestbook(Network):
    """One guest book."""

    Account: ClassVar[type[AccountSettings]] = GuestbookAccount
    account: GuestbookAccount
    manifest = Manifest(
        name="guestbook",
        title="Guest book",
        short="GB",
        documentation="https://book.example/api",
        api_version="1",
        api_ends=None,
        capabilities=frozenset(
            {
                Capability.COMMENTS,
                Capability.DMS,
                Capability.REPLY,
                Capability.FIND_SENT,
                Capability.HIDE,
                Capability.UNHIDE,
            },
        ),
        limits={Kind.COMMENT: LIMITS, Kind.DM: LIMITS},
        idempotent_for={Kind.COMMENT: 3600, Kind.DM: 3600},
        missing={Capability.LIKE: "A guest book has no likes."},
    )

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield entries and letters in the order in which the server received them, see `Network.fetch`."""
        del since  # The guest book cannot be asked by time: the first fetch reads all of it.
        position, more = cursor or "0", True
        while more:
            answer = await self._get("/api/entries", ("after", position))
            try:
                body = mapping(answer.body, "The list of entries")
                position, more = body.identifier("next"), body.flag("more")
                messages, skipped = _read_each(body.items("entries"))
            except Shape as shape:
                raise unreadable(shape) from None
            yield Page(messages, position, skipped=skipped)

    async def check(self) -> AccountReport:
        """Return the owner, see `Network.check`."""
        answer = await self._get("/api/me")
        try:
            return AccountReport(me=_person(mapping(answer.body, "The owner")))
        except Shape as shape:
            raise unreadable(shape) from None

    async def reply(self, reply: Reply) -> Receipt:
        """Publish with one request, as private as what is answered, see `Network.reply`."""
        check_fits(reply, self.manifest)
        answer = await self._ask(
            Question(
                "POST",
                self._url("/api/entries"),
                json={
                    "answers": reply.to,
                    "text": reply.text,
                    "private": not reply.kind.public,
                    "key": reply.send_key,
                },
                publishes=True,
            ),
        )
        try:
            return _receipt(Reader(answer.body, "The answer to a send"))
        except Shape:
            raise SendOutcomeUnknown(say("The guest book took the message but did not name it")) from None

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look among our answers under the same message, see `Network.find_sent`."""
        try:
            answer = await self._get(f"/api/entries/{reply.to}/answers")
        except Gone:
            return None
        try:
            for item in listing(answer.body, "The list of answers"):
                entry = Reader(item, "An answer")
                ours = entry.flag("mine") and entry.text("text") == reply.text
                # Two clocks never agree; our own words of longer ago are another reply.
                if ours and entry.instant("written_at") >= reply.decided_at - CLOCK_SLACK_MS:
                    return _receipt(entry)
        except Shape as shape:
            raise unreadable(shape) from None
        return None

    async def hide(self, remote_id: str) -> None:
        """Hide an entry from other visitors, see `Network.hide`."""
        await self._ask(Question("PUT", self._url(f"/api/entries/{remote_id}/hidden")))

    async def unhide(self, remote_id: str) -> None:
        """Show an entry again, see `Network.unhide`."""
        await self._ask(Question("DELETE", self._url(f"/api/entries/{remote_id}/hidden")))

    async def _get(self, path: str, *params: tuple[str, str]) -> Answer:
        return await self._ask(Question("GET", self._url(path), params=params))

    async def _ask(self, question: Question) -> Answer:
        token = self.account.token.get_secret_value()
        signed = replace(question, headers={"authorization": f"Bearer {token}"})
        return await ask(self.http, signed, explain=_explain, now=self.now)

    def _url(self, path: str) -> str:
        return self.account.base_url.rstrip("/") + path


def _explain(answer: Answer) -> NetworkFailure | None:
    """Give this network's own meaning to an error; None leaves it to the common one."""
    if isinstance(answer.body, dict) and answer.body.get("error") == "position_unknown":
        return CursorExpired(say("The guest book no longer knows where we stopped reading"))
    return None


def _read_each(items: list[Any]) -> tuple[tuple[Message, ...], tuple[Saying, ...]]:
    """Read items one by one: one that cannot be read is reported, and the others live on."""
    messages: list[Message] = []
    skipped: list[Saying] = []
    for item in items:
        try:
            messages.append(_message(Reader(item, "An entry")))
        except Shape as shape:
            skipped.append(unreadable(shape).saying)
    return tuple(messages), tuple(skipped)


def _message(entry: Reader) -> Message:
    kind = KINDS.get(entry.text("type"))
    if kind is None:
        raise Shape(f"{entry.where}.type", "a known type")
    author = _person(entry.object("author"))
    return Message(
        remote_id=entry.identifier("id"),
        kind=kind,
        author=author,
        text=plain(entry.text("text")),
        created_at=entry.instant("written_at"),
        parent=entry.maybe_identifier("answers"),
        ours=entry.flag("mine"),
    )


def _person(person: Reader) -> Person:
    return Person(person.identifier("id"), plain(person.text("handle")).lstrip("@"), plain(person.text("name", "")))


def _receipt(entry: Reader) -> Receipt:
    return Receipt(entry.identifier("id"), created_at=entry.instant("written_at"))


NETWORK = Guestbook
