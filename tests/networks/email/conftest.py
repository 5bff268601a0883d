"""A mailbox without a wire, and the network module connected to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.email import Email
from cminbox.networks.email.account import EmailAccount
from cminbox.simulators.email import Mailbox, SimulatedClient, SimulatedPost
from cminbox.simulators.email.client import CAPABILITIES

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.composing import Envelope

OWN = "help@shop.example"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Place:
    """A mailbox, the post behind it, and what the network module is connected with."""

    def __init__(self) -> None:
        self.time = START
        self.seen: list[tuple[str, str]] = []
        self.violations: list[str] = []
        self.capabilities = CAPABILITIES
        self.failure: Exception | None = None
        self.cannot_send: Exception | None = None
        self.mailbox = Mailbox(self.now)
        self.post = SimulatedPost(self.mailbox, lambda command, what: self.seen.append((command, what)))

    def now(self) -> int:
        self.time += 1000
        return self.time

    def connected(self, **settings: object) -> Email:
        given = {"address": OWN, "imap_host": "imap.example", "smtp_host": "smtp.example", "password": SecretStr("pw")}
        email = Email(EmailAccount.model_validate(given | settings), new_client(), KeptInMemory(), self.now)
        email.dial, email.submit, email.allowed = self._dial, self._submit, self._allowed
        return email

    def put(self, raw: bytes | str, folder: str = "INBOX", *flags: bytes) -> int:
        text = raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode()
        return self.mailbox.put(folder, text, flags=flags)

    def _dial(self, _account: EmailAccount, _secret: str, /, *, token: bool) -> Client:
        assert not token
        if self.failure is not None:
            raise self.failure
        return SimulatedClient(
            self.mailbox, lambda command, what: self.seen.append((command, what)), self.violations, self.capabilities
        )

    async def _submit(self, _account: EmailAccount, _secret: str, envelope: Envelope, /, *, token: bool) -> None:
        assert not token
        self.post.take(envelope.recipient, envelope.content)

    async def _allowed(self, _account: EmailAccount, _secret: str, /, *, token: bool) -> None:
        assert not token
        if self.cannot_send is not None:
            raise self.cannot_send

    async def pages(self, email: Email, cursor: str | None = None) -> list[Page]:
        return [page async for page in email.fetch(cursor, self.time - HISTORY_MS)]

    async def messages(self, email: Email, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(email, cursor) for message in page.messages]

    def answer(self, message: Message, text: str = "Tomorrow.", key: str = "key") -> Reply:
        return Reply(key, Kind.DM, message.conversation or "", message.remote_id, text, decided_at=self.now())


@pytest.fixture
def place() -> Place:
    return Place()
