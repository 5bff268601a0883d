"""From an account as kept to a network that can be asked: settings, secrets and an HTTP client put together."""

from __future__ import annotations

import hashlib
import json
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
        """Return the account's network, see `Connector`."""
        try:
            network = load(account.network)
        except NotFound as problem:
            raise SignInAgain(problem.saying) from None
        try:
            validated = network.Account.model_validate({**settings, **self._read(account)})
        except ValidationError as error:
            raise SignInAgain(
                say(
                    "{account} is not set up completely ({field}); connect it again with cminbox accounts add",
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


def _first_field(error: ValidationError) -> str:
    """Return the first field that is wrong; never its value, which may be a secret."""
    return ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"]) or "settings"
