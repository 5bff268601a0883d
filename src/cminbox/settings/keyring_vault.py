"""Secrets in the keyring of the operating system, for those who ask for it with `secrets.store`."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Protocol, cast

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say

if TYPE_CHECKING:
    from pathlib import Path

_INDEX = "index"


class Keyring(Protocol):
    """What is used of the keyring library."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a password, None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password, in place of one that is there. Raises what the backend raises."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password. Raises what the backend raises, for one that is not there too."""


class KeyringVault:
    """Entries in a keyring, under one service per workspace. A keyring cannot list, so an index is kept in it."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._service = f"cminbox {folder}"
        self._keyring = keyring

    def __repr__(self) -> str:
        """Name the kind only."""
        return "<KeyringVault>"

    def read(self, name: str) -> bytes | None:
        """Return an entry, None when there is none. Raises Problem."""
        kept = self._get(name)
        return None if kept is None else kept.encode()

    def write(self, name: str, data: bytes) -> None:
        """Replace an entry. Raises Problem."""
        self._set(name, data.decode())
        known = self.names()
        if name not in known:
            self._set(_INDEX, json.dumps(sorted([*known, name])))

    def remove(self, name: str) -> None:
        """Remove an entry; none is fine. Raises Problem."""
        if self._get(name) is None:
            return
        self._set(_INDEX, json.dumps([known for known in self.names() if known != name]))
        try:
            self._keyring.delete_password(self._service, name)
        except _failures() as error:
            raise _unusable(error) from None

    def names(self) -> list[str]:
        """Return the names of all entries. Raises Problem."""
        try:
            names = json.loads(self._get(_INDEX) or "[]")
        except ValueError:
            return []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def _get(self, name: str) -> str | None:
        try:
            return self._keyring.get_password(self._service, name)
        except _failures() as error:
            raise _unusable(error) from None

    def _set(self, name: str, value: str) -> None:
        try:
            self._keyring.set_password(self._service, name, value)
        except _failures() as error:
            raise _unusable(error) from None


def system_keyring() -> Keyring:
    """Return the keyring of the operating system. Raises Problem when the library for it is not installed."""
    try:
        # By name, so that the types hold with the extra installed and without.
        library = importlib.import_module("keyring")
    except ImportError:
        raise Problem(say("secrets.store is “keyring”, which needs: pip install 'cminbox[keyring]'")) from None
    return cast("Keyring", library)


def _failures() -> tuple[type[Exception], ...]:
    """Return what a keyring may raise. The library is loaded by then, or the keyring is not of its making."""
    library = sys.modules.get("keyring.errors")
    return (OSError, RuntimeError) if library is None else (OSError, RuntimeError, library.KeyringError)


def _unusable(error: Exception) -> Problem:
    # Only the kind of the failure is said: its text may quote the entry.
    return Problem(
        say(
            'The keyring cannot be used ({reason}); unlock it, or set secrets.store = "files" and connect again',
            reason=type(error).__name__,
        )
    )
