"""With what an account signs in: a password, or an OAuth access token that is got anew when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cminbox.domain.saying import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.google.tokens import Token, TokenKeeper
    from cminbox.networks.email.account import EmailAccount

_REFUSED = say("The refresh token is not accepted any more; sign in again and give cminbox the new one")
_SCOPE = "https://mail.google.com/"


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, or an access token where `token` is set."""

    value: str = field(repr=False)
    token: bool = False


class Secrets:
    """What an account signs in with each time: the password or token that was given."""

    def __init__(self, given: Secret) -> None:
        self._given = given

    async def current(self) -> Secret:
        """Return what to sign in with. Raises NetworkFailure where a token cannot be got."""
        return self._given

    async def after(self, refused: Secret) -> Secret | None:
        """Return something other than what a server has refused, None where there is nothing else."""
        del refused
        return None


class RenewedSecrets(Secrets):
    """Access tokens that are got with a refresh token, before one ends or when a server takes it no more."""

    def __init__(self, keeper: TokenKeeper) -> None:
        self._keeper = keeper
        self._token: Token | None = None

    async def current(self) -> Secret:
        """Return the token in use or a new one, see `Secrets`."""
        return self._used(await self._keeper.current())

    async def after(self, refused: Secret) -> Secret | None:
        """Return a token other than the refused one, which may have been taken back before its time."""
        token = self._token
        if token is None or token.access != refused.value:
            return await self.current()
        return self._used(await self._keeper.renewed(token))

    def _used(self, token: Token) -> Secret:
        self._token = token
        return Secret(token.access, token=True)


def secrets_of(
    account: EmailAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
) -> Secrets:
    """Return what an account signs in with, by its settings."""
    refresh = account.refresh_token.get_secret_value()
    token, password = account.oauth_token.get_secret_value(), account.password.get_secret_value()
    if not refresh:
        return Secrets(Secret(token, token=True) if token else Secret(password))
    from cminbox.network_kit.google.tokens import TokenKeeper, refresh_grant  # noqa: PLC0415 - for OAuth alone

    grant = refresh_grant(
        account.oauth_site, _SCOPE, account.client_id, account.client_secret.get_secret_value(), refresh
    )
    return RenewedSecrets(TokenKeeper(replace(grant, refused=_REFUSED), http, credentials, now))
