"""Tokens that a network renews are on disk before they are used, and are renewed by one at a time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import Problem
from cminbox.settings.secrets import SecretStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.network_kit.contract import Credentials

PLANTED = "planted-password-0001"


async def test_tokens_are_kept_apart_from_what_was_given(store: SecretStore) -> None:
    store.write("one", {"app_password": PLANTED})
    credentials: Credentials = store.credentials("one")
    async with credentials.locked() as slot:
        assert slot.read() == {}
        slot.write({"refresh": "planted-token-0001"})
        assert slot.read() == {"refresh": "planted-token-0001"}
        assert "planted" not in repr(slot)
    async with store.credentials("one").locked() as slot:
        assert slot.read() == {"refresh": "planted-token-0001"}
    assert store.read("one") == {"app_password": PLANTED}
    assert store.accounts() == ["one"]


async def test_a_new_password_drops_the_old_tokens(store: SecretStore) -> None:
    store.write("one", {"app_password": PLANTED})
    async with store.credentials("one").locked() as slot:
        slot.write({"refresh": "planted-token-0001"})
    store.write("one", {"app_password": "planted-password-0002"})
    async with store.credentials("one").locked() as slot:
        assert slot.read() == {}


async def test_one_renews_while_the_others_wait_and_then_read_the_new_token(store: SecretStore) -> None:
    renewals = 0

    async def renew(seen: str) -> str:
        nonlocal renewals
        async with store.credentials("one").locked() as slot:
            current = slot.read().get("refresh", "old")
            if current == seen:
                await asyncio.sleep(0.01)
                renewals += 1
                slot.write({"refresh": f"new {renewals}"})
            return slot.read()["refresh"]

    assert await asyncio.gather(*(renew("old") for _ in range(8))) == ["new 1"] * 8
    assert renewals == 1


async def test_waiting_for_the_lock_can_be_given_up_and_leaves_it_free(store: SecretStore) -> None:
    async with store.credentials("one").locked():
        waiting = asyncio.create_task(_touch(store))
        await asyncio.sleep(0.02)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await asyncio.wait_for(_touch(store), 5)


async def test_being_stopped_while_holding_the_lock_frees_it(store: SecretStore) -> None:
    held = asyncio.Event()

    async def hold() -> None:
        async with store.credentials("one").locked():
            held.set()
            await asyncio.sleep(60)

    holding = asyncio.create_task(hold())
    await held.wait()
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    await asyncio.wait_for(_touch(store), 5)


async def test_accounts_do_not_wait_for_each_other(store: SecretStore) -> None:
    async with store.credentials("one").locked(), store.credentials("two").locked() as slot:
        slot.write({"a": "b"})
        assert slot.read() == {"a": "b"}


async def test_locks_leave_no_file_open(store: SecretStore) -> None:
    await _touch(store)
    before = _open_files()
    for _ in range(5):
        await _touch(store)
    assert _open_files() == before


HOLDER = """
import asyncio, sys
from pathlib import Path
from cminbox.settings.secrets import SecretStore
async def main():
    async with SecretStore(Path(sys.argv[1])).credentials("one").locked() as slot:
        slot.write({"refresh": "from the other"})
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture
def other_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the account "one"."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


async def test_a_lock_holds_against_another_process_and_dies_with_it(
    folder: Path, other_process: subprocess.Popen[str]
) -> None:
    store = SecretStore(folder)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_touch(store), 0.1)
    other_process.kill()
    async with store.credentials("one").locked() as slot:
        assert slot.read() == {"refresh": "from the other"}


async def test_a_person_who_changes_secrets_in_use_is_told(store: SecretStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cminbox.settings.secrets._PATIENCE", 0.02)
    async with store.credentials("one").locked():
        with pytest.raises(Problem, match="in use"):
            store.write("one", {"a": PLANTED})
    store.write("one", {"a": PLANTED})
    assert store.read("one") == {"a": PLANTED}


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def _touch(store: SecretStore) -> None:
    async with store.credentials("one").locked():
        pass
