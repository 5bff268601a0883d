"""With what an account signs in: a password, or an OAuth access token that is got anew when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cminbox.domain.saying import say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from cminbox.network_kit.contract import Credentials
    from cminbox.networks.email.account import EmailAccount

_REFUSED = say("The refresh token is not accepted any more; sign in again and give cminbox the new one")
_SCOPE = "https://mail.google.com/"


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, or an access token where `token` is set."""

    value: str = field(repr=False)
    token: bool = False


def secret_of(
    account: EmailAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
) -> Callable[[], Awaitable[Secret]]:
    """Return what gives the secret to sign in with each time. It raises NetworkFailure where a token cannot be got."""
    refresh = account.refresh_token.get_secret_value()
    token, password = account.oauth_token.get_secret_value(), account.password.get_secret_value()
    if not refresh:
        given = Secret(token, token=True) if token else Secret(password)

        async def known() -> Secret:
            return given

        return known

    async def renewed() -> Secret:
        from cminbox.network_kit.google.tokens import TokenKeeper, refresh_grant  # noqa: PLC0415 - for OAuth alone

        grant = refresh_grant(
            account.oauth_site, _SCOPE, account.client_id, account.client_secret.get_secret_value(), refresh
        )
        grant = replace(grant, refused=_REFUSED)
        return Secret((await TokenKeeper(grant, http, credentials, now).current()).access, token=True)

    return renewed
