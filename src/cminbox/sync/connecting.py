"""From an account as kept to a network that can be asked: settings, secrets and an HTTP client put together."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import SignInAgain
from cminbox.networks import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.account import Account
    from cminbox.network_kit.contract import Network
    from cminbox.settings.secrets import SecretStore
    from cminbox.store.accounts import Accounts


class Connector(Protocol):
    """Makes the network of an account."""

    def fingerprint(self, account: Account, settings: Mapping[str, Any]) -> str:
        """Return a text that changes when the account's settings or secrets do. Raises SignInAgain."""

    def connect(self, account: Account, settings: Mapping[str, Any]) -> Network:
        """Return the account's network with an HTTP client of its own, which the caller closes.

        Raises SignInAgain when settings or secrets are missing or wrong.
        """


class SecretConnector:
    """Makes networks from the workspace's secret files."""

    def __init__(self, secrets: SecretStore, now: Callable[[], int]) -> None:
        self._secrets = secrets
        self._now = now

    def fingerprint(self, account: Account, settings: Mapping[str, Any]) -> str:
        """Return a digest of settings and secrets, see `Connector`."""
        known = json.dumps([account.network, dict(settings), self._read(account)], sort_keys=True)
        return hashlib.sha256(known.encode()).hexdigest()

    def connect(self, account: Account, settings: Mapping[str, Any]) -> Network:
        """Return the account's network, see `Connector`. Raises SignInAgain when it is not set up completely."""
        try:
            network = load(account.network)
        except NotFound as problem:
            raise SignInAgain(problem.saying) from None
        try:
            validated = network.Account.model_validate({**settings, **self._read(account)})
        except ValidationError as error:
            raise SignInAgain(
                say(
                    "{account} is not set up completely ({field}); sign in again with cminbox accounts sign-in",
                    account=safe(account.name),
                    field=safe(_first_field(error), limit=100),
                ),
            ) from None
        return network(validated, new_client(), self._secrets.credentials(account.name), self._now)

    def _read(self, account: Account) -> dict[str, str]:
        try:
            return self._secrets.read(account.name)
        except Problem as problem:
            raise SignInAgain(problem.saying) from None


class Connections:
    """The networks of all accounts, each connected once and again when its settings or secrets change."""

    def __init__(self, accounts: Accounts, connector: Connector) -> None:
        self._accounts = accounts
        self._connector = connector
        self._open: dict[int, Network] = {}
        self._tried: dict[int, str] = {}
        self._retired: list[Network] = []
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def network(self, account: Account) -> Network:
        """Return an account's network. Raises SignInAgain when it is not set up completely."""
        async with self._locks[account.id]:
            settings = await asyncio.to_thread(self._accounts.settings, account.id)
            fingerprint = await self._fingerprint(account, settings)
            known = self._open.get(account.id)
            if known is not None and self._tried.get(account.id) == fingerprint:
                return known
            self._tried[account.id] = fingerprint
            if known is not None:
                # Somebody may be in the middle of a request with the old one.
                self._retired.append(self._open.pop(account.id))
            network = await asyncio.to_thread(self._connector.connect, account, settings)
            # The program may be newer than what the account keeps of its network.
            declared = network.account.asked(network.manifest)
            await asyncio.to_thread(self._accounts.renew_facts, account.id, declared)
            self._open[account.id] = network
            return network

    async def changed(self, account: Account) -> bool:
        """Whether an account's settings or secrets differ from those last tried."""
        settings = await asyncio.to_thread(self._accounts.settings, account.id)
        return self._tried.get(account.id) != await self._fingerprint(account, settings)

    async def _fingerprint(self, account: Account, settings: Mapping[str, Any]) -> str:
        try:
            return await asyncio.to_thread(self._connector.fingerprint, account, settings)
        except SignInAgain as failure:
            # What cannot be read is a state of its own: connecting says why, once.
            return f"unreadable: {failure}"

    async def close(self) -> None:
        """Close every connection."""
        networks = [*self._retired, *self._open.values()]
        self._retired.clear()
        self._open.clear()
        for network in networks:
            await network.http.aclose()


def _first_field(error: ValidationError) -> str:
    """Return the first field that is wrong; never its value, which may be a secret."""
    return ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"]) or "settings"
