"""A spool folder, adapters on it, and a way to put files there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.relay import Relay
from cminbox.networks.relay.account import RelayAccount

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.network_kit.contract import Page


@dataclass
class Place:
    """A spool folder as a test sees it."""

    spool: Path
    time: int = START
    files: int = 0

    def now(self) -> int:
        return self.time

    def relay(self, network: str = "shop") -> Relay:
        """Return an adapter, as after a restart."""
        account = RelayAccount(folder=str(self.spool), network=network)
        return Relay(account, new_client(), KeptInMemory(), self.now)

    def message(self, remote_id: str, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return a message in the interchange form."""
        return {
            "network": "shop",
            "kind": "review",
            "remote_id": remote_id,
            "author": {"id": "u1", "handle": "ana"},
            "text": f"text of {remote_id}",
            "created_at": "2026-09-20T09:15:00Z",
            **other,
        }

    def put(self, content: bytes, name: str | None = None) -> Path:
        """Put a file of messages."""
        self.files += 1
        path = self.spool / "in" / (name or f"{self.files:06d}.jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def put_messages(self, *remote_ids: str) -> Path:
        """Put a file with a message for each id."""
        return self.put(b"".join(json.dumps(self.message(one)).encode() + b"\n" for one in remote_ids))

    async def fetch(self, cursor: str | None = None, *, page_size: int = 200) -> list[Page]:
        """Fetch with a new adapter."""
        relay = self.relay()
        relay.page_size = page_size
        return [page async for page in relay.fetch(cursor, 0)]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "spool")
