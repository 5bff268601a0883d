"""Whoever leaves while a connection is being made leaves no connection behind."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from cminbox.networks.email.account import EmailAccount
from cminbox.networks.email.client import line

if TYPE_CHECKING:
    from cminbox.networks.email.client import Client

PATIENCE = 20.0


class Slow:
    """A connection that is there only after whoever wanted it has gone."""

    def __init__(self) -> None:
        self.dialled = threading.Event()
        self.go_on = threading.Event()
        self.closed = threading.Event()

    def dial(self) -> Client:
        self.dialled.set()
        self.go_on.wait(PATIENCE)
        connection: Any = self
        client: Client = connection
        return client

    def socket(self) -> Any:  # noqa: ANN401 - of a client
        raise OSError

    def logout(self) -> None:
        self.closed.set()


async def abandoned(slow: Slow) -> None:
    account = EmailAccount(
        address="help@shop.example", imap_host="imap.example", smtp_host="smtp.example", password=SecretStr("pw")
    )

    async def connect() -> None:
        async with line(slow.dial, account):
            pass

    waiting = asyncio.create_task(connect())
    await asyncio.to_thread(slow.dialled.wait, PATIENCE)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting


def test_a_connection_that_is_made_after_the_program_has_left_its_loop_is_closed() -> None:
    slow = Slow()
    asyncio.run(abandoned(slow))
    slow.go_on.set()
    assert slow.closed.wait(PATIENCE)
