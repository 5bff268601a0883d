"""The secrets of the accounts: what a person gave once, and the tokens that a network renews by itself.

Both are kept apart: a person's new password must not be overwritten by a token that is being renewed, and a new
password makes the old tokens worthless.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import quote, unquote

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.settings import file_lock, redaction
from cminbox.settings.private_files import PrivateFolder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from pathlib import Path

GIVEN, RENEWED, LOCK = ".json", ".tokens", ".lock"
_LONGEST_NAME = 200
_PATIENCE = 5.0


class Vault(Protocol):
    """Where entries of secrets lie, by name."""

    def read(self, name: str) -> bytes | None:
        """Return an entry, None when there is none. Raises Problem."""

    def write(self, name: str, data: bytes) -> None:
        """Replace an entry; durable when this returns. Raises Problem."""

    def remove(self, name: str) -> None:
        """Remove an entry; none is fine. Raises Problem."""

    def names(self) -> list[str]:
        """Return the names of all entries. Raises Problem."""


class SecretStore:
    """The secrets of one workspace's accounts, by the account's name.

    `folder` holds the locks, and the secrets too unless `vault` keeps them elsewhere.
    """

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        self._files = PrivateFolder(folder)
        self._vault: Vault = vault if vault is not None else self._files

    def __repr__(self) -> str:
        """Name the kind only."""
        return "<SecretStore>"

    def accounts(self) -> list[str]:
        """Return the names of the accounts that have secrets. Raises Problem."""
        return [unquote(name.removesuffix(GIVEN)) for name in self._vault.names() if name.endswith(GIVEN)]

    def readable(self) -> bool:
        """Whether this process may read the secrets, so that it can sync and send."""
        try:
            for account in self.accounts():
                self.read(account)
        except Problem:
            return False
        return True

    def read(self, account: str) -> dict[str, str]:
        """Return what a person gave for an account, empty when nothing. Raises Problem."""
        return _load(self._vault, _entry(account, GIVEN), account)

    def write(self, account: str, values: Mapping[str, str]) -> None:
        """Replace what a person gave; tokens renewed from the old are dropped. Raises Problem."""
        with self._alone(account):
            self._vault.remove(_entry(account, RENEWED))
            _save(self._vault, _entry(account, GIVEN), values)

    def remove(self, account: str) -> None:
        """Forget all secrets of an account; none is fine. Raises Problem."""
        with self._alone(account):
            for kind in (RENEWED, GIVEN):
                self._vault.remove(_entry(account, kind))

    def credentials(self, account: str) -> RotatingCredentials:
        """Return the account's tokens as its network is given them."""
        return RotatingCredentials(self._files, self._vault, account)

    @contextlib.contextmanager
    def _alone(self, account: str) -> Iterator[None]:
        lock = _entry(account, LOCK)
        with file_lock.hold_at_once(lambda: self._files.open_for_locking(lock), _PATIENCE) as taken:
            if not taken:
                raise Problem(
                    say("The secrets of {account} are in use by another process; try again", account=safe(account))
                )
            yield


def open_secrets(folder: Path, store: Literal["files", "keyring"]) -> SecretStore:
    """Return the secrets of the workspace whose secrets belong in `folder`, kept as `secrets.store` says.

    Raises Problem when there is no keyring library.
    """
    if store == "files":
        return SecretStore(folder)
    from cminbox.settings.keyring_vault import KeyringVault, system_keyring  # noqa: PLC0415 - only when asked for

    return SecretStore(folder, KeyringVault(folder, system_keyring()))


class Tokens:
    """The tokens of one account while its lock is held."""

    def __init__(self, vault: Vault, account: str) -> None:
        self._vault = vault
        self._account = account

    def __repr__(self) -> str:
        """Name the kind only."""
        return "<Tokens>"

    def read(self) -> dict[str, str]:
        """Return what was last written, empty at first. Raises Problem."""
        return _load(self._vault, _entry(self._account, RENEWED), self._account)

    def write(self, values: Mapping[str, str]) -> None:
        """Replace all values; they are on disk when this returns. Raises Problem."""
        _save(self._vault, _entry(self._account, RENEWED), values)


class RotatingCredentials:
    """A locked store for the tokens of one account: one process renews them, the others wait and read."""

    def __init__(self, files: PrivateFolder, vault: Vault, account: str) -> None:
        self._files = files
        self._vault = vault
        self._account = account

    def __repr__(self) -> str:
        """Name the kind only."""
        return "<RotatingCredentials>"

    @contextlib.asynccontextmanager
    async def locked(self) -> AsyncIterator[Tokens]:
        """Hold the account's lock across processes and give access to its tokens. Raises Problem."""
        lock = _entry(self._account, LOCK)
        async with file_lock.hold(lambda: self._files.open_for_locking(lock)):
            yield Tokens(self._vault, self._account)


def _entry(account: str, kind: str) -> str:
    """Return the entry's name: the account's, with all that means something to a file system written as %XX."""
    name = quote(account, safe="").replace(".", "%2E")
    if not name or len(name) > _LONGEST_NAME:
        raise Problem(say("“{account}” is too long for the name of an account", account=safe(account, limit=60)))
    return f"{name}{kind}"


def _load(vault: Vault, entry: str, account: str) -> dict[str, str]:
    data = vault.read(entry)
    if data is None:
        return {}
    try:
        values = json.loads(data)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        # The content is not quoted and the parser's error not kept: both hold the secret.
        raise Problem(
            say(
                "The secrets of {account} are damaged ({entry}); enter them again with cminbox accounts sign-in",
                account=safe(account),
                entry=entry,
            )
        )
    for value in values.values():
        redaction.remember(value)
    return values


def _save(vault: Vault, entry: str, values: Mapping[str, str]) -> None:
    for value in values.values():
        redaction.remember(value)
    vault.write(entry, json.dumps(dict(values)).encode())
