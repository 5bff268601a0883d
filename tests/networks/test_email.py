"""E-mail under the contract suite, over a mail server without a wire; the wire is tried in tests/servers/email."""

from __future__ import annotations

import base64
import re
from email import message_from_bytes
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite
from cminbox.networks.email import Email
from cminbox.networks.email.account import EmailAccount
from cminbox.networks.email.identity import known, remote_id, sent_id
from cminbox.networks.email.letters import read
from cminbox.simulators.email import Mailbox, SimulatedClient, SimulatedPost
from cminbox.simulators.email.post import FILES_AND_LOSES

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network
    from cminbox.networks.email.client import Client
    from cminbox.networks.email.composing import Envelope
    from cminbox.simulators.email import Mail

PASSWORD = "planted-password"
OWN = "help@shop.example"


def settings(**others: object) -> EmailAccount:
    given = {"address": OWN, "imap_host": "imap.example", "smtp_host": "smtp.example", "password": SecretStr(PASSWORD)}
    return EmailAccount.model_validate(given | others)


class EmailBench(Bench):
    """A mailbox on a server, customers who write to it, and colleagues who answer from another program."""

    network: ClassVar[type[Network]] = Email
    secrets = (PASSWORD,)
    kinds = (Kind.DM,)
    several_pages = 11
    lost_answers = FILES_AND_LOSES

    def __init__(self) -> None:
        self.time = START
        self.mailbox = Mailbox(self.now)
        self.seen: list[tuple[str, str, bool]] = []
        self.wrong: list[str] = []
        self.post = SimulatedPost(self.mailbox, self._told)
        self._ids = 0

    def connect(self) -> Network:
        email = Email(settings(), new_client(), KeptInMemory(), self.now)
        email.page_size = 4
        email.dial = self._dial
        email.submit = self._submit
        email.allowed = self._allowed
        return email

    def _dial(self, _account: EmailAccount, secret: str, *, token: bool) -> Client:
        assert (secret, token) == (PASSWORD, False)
        return SimulatedClient(self.mailbox, self._told, self.wrong)

    async def _submit(self, _account: EmailAccount, _secret: str, envelope: Envelope, *, token: bool) -> None:
        assert not token
        self.post.take(envelope.recipient, envelope.content)

    async def _allowed(self, _account: EmailAccount, _secret: str, *, token: bool) -> None:
        assert not token

    def _told(self, command: str, what: str) -> None:
        self.seen.append((command, what, command == "DATA"))

    def now(self) -> int:
        self.time += 10
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += int(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        assert kind is Kind.DM
        raw = self._mail("Ana <ana@customer.example>", OWN, text, under)
        self.mailbox.put("INBOX", raw, at=created_at)
        return _id_of(raw)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        raw = self._mail(OWN, "ana@customer.example", text, under)
        self.mailbox.put("Sent", raw)
        return sent_id(str(message_from_bytes(raw)["message-id"]))

    def someone_deletes(self, remote_id: str) -> None:
        folder, uid, _ = self._where(remote_id)
        del self.mailbox.folders[folder].mails[uid]

    def add_unknown_item(self) -> None:
        self.mailbox.put("INBOX", b"\x00\xff no mail at all \r\r\n=?x?y?z?=")

    def expire_cursor(self) -> bool:
        self.mailbox.renumber()
        return True

    def published(self) -> list[Published]:
        mails = [message_from_bytes(mail.raw) for mail in self.mailbox.folders["Sent"].mails.values()]
        inbox = {id_: _id_of(mail.raw) for id_, mail in self._inbox().items()}
        return [
            Published(
                sent_id(str(mail["message-id"])),
                inbox.get(str(mail["in-reply-to"]), ""),
                bytes(mail.get_payload(decode=True)).decode().replace("\r\n", "\n"),
                public=False,
            )
            for mail in mails
        ]

    def state_of(self, remote_id: str) -> frozenset[str]:
        try:
            folder, _, mail = self._where(remote_id)
        except LookupError:
            return frozenset({"deleted"})
        states = {"Trash": "deleted", "Junk": "reported"}
        return frozenset({states.get(folder, "there")} | ({"read"} if b"\\Seen" in mail.flags else set()))

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        assert publishing, fault
        self.post.faults += [fault] * times

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return self.seen

    def violations(self) -> list[str]:
        return self.wrong

    def _mail(self, author: str, to: str, text: str, under: str | None) -> bytes:
        self._ids += 1
        head = [f"From: {author}", f"To: {to}", f"Message-ID: <m{self._ids}.{self.time}@customer.example>"]
        if under is not None:
            above = known(under)
            assert above is not None
            _, _, mail = self._where(under)
            chain = re.findall(r"<[^<>]+>", str(message_from_bytes(mail.raw)["references"] or ""))
            head += [f"In-Reply-To: {above.message_id}", f"References: {' '.join([*chain, above.message_id])}"]
        head += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"]
        body = base64.encodebytes(text.encode("utf-8", "surrogatepass")).replace(b"\n", b"\r\n")
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    def _inbox(self) -> dict[str, Mail]:
        mails = [mail for folder in ("INBOX", "Junk", "Trash") for mail in self.mailbox.folders[folder].mails.values()]
        return {str(message_from_bytes(mail.raw)["message-id"]): mail for mail in mails}

    def _where(self, remote_id: str) -> tuple[str, int, Mail]:
        for name, folder in self.mailbox.folders.items():
            for uid, mail in folder.mails.items():
                if remote_id in {_id_of(mail.raw), sent_id(str(message_from_bytes(mail.raw)["message-id"]))}:
                    return name, uid, mail
        raise LookupError(remote_id)


def _id_of(raw: bytes) -> str:
    letter, _ = read(raw, whole=True)
    return remote_id(letter.message_id, letter.digest)


class TestEmail(ContractSuite):
    def bench(self) -> Bench:
        return EmailBench()
