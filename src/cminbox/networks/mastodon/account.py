"""What has to be known of one Mastodon account, and the manifest of the network."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_
from cminbox.network_kit.answers import check_url
from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.failures import Refused
from cminbox.networks.mastodon.statuses import exchange_of

MAX_CHARACTERS = 500
URL_LENGTH = 23
KEY_LIFE_SECONDS = 3600
SCOPES = (
    "read:accounts",
    "read:notifications",
    "read:statuses",
    "write:blocks",
    "write:conversations",
    "write:favourites",
    "write:mutes",
    "write:reports",
    "write:statuses",
)
"""The permissions that the declared capabilities need, no more."""

_KINDS = (Kind.COMMENT, Kind.MENTION, Kind.DM)
_PUBLIC = (Kind.COMMENT, Kind.MENTION)
_NOT_PRIVATE = N_("What was written in private cannot be shared on Mastodon.")
_NOT_OTHERS = N_("Mastodon lets nobody hide what another person wrote; muting or blocking its author is what there is.")


def limits_of(max_characters: int, url_length: int) -> dict[Kind, tuple[TextLimit, ...]]:
    """Return the limits of a server. The people whom a reply mentions count as well."""
    return dict.fromkeys(_KINDS, (TextLimit(Unit.GRAPHEMES, max_characters, url_length=url_length),))


MANIFEST = Manifest(
    name="mastodon",
    title="Mastodon",
    short="Ma",
    documentation="https://docs.joinmastodon.org/client/intro/",
    judged=Judged.SPECIFICATION,
    api_version="v1, with grouped notifications of v2 (Mastodon 4.3 and later)",
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.DMS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.DELETE,
            Capability.LIKE,
            Capability.UNLIKE,
            Capability.BOOST,
            Capability.UNBOOST,
            Capability.BLOCK,
            Capability.MUTE,
            Capability.UNMUTE,
            Capability.REPORT,
            Capability.MARK_READ,
        },
    ),
    limits=limits_of(MAX_CHARACTERS, URL_LENGTH),
    idempotent_for=dict.fromkeys(_KINDS, KEY_LIFE_SECONDS),
    names_people=_KINDS,
    begins_private=exchange_of(["{person}"]),
    bounds={
        Capability.DELETE: Bound(N_("Only one's own messages can be deleted on Mastodon."), own=True),
        Capability.BOOST: Bound(_NOT_PRIVATE, _PUBLIC),
        Capability.UNBOOST: Bound(_NOT_PRIVATE, _PUBLIC),
    },
    missing={
        Capability.HIDE: _NOT_OTHERS,
        Capability.UNHIDE: _NOT_OTHERS,
        Capability.REVIEWS: N_("Nobody writes reviews on Mastodon."),
        Capability.APPROVE: N_("Replies on Mastodon appear without anybody's approval."),
    },
)


class MastodonAccount(AccountSettings):
    """The settings of one account on a Mastodon server, or on one that speaks its API."""

    base_url: str = Field(
        description=N_("Address of the server that the account lives on, such as https://mastodon.social"),
    )
    access_token: SecretStr = Field(
        description=N_(
            "Token that lets cminbox act as the account: sign in with a code, or, in any browser, open Preferences, "
            "Development, New application on the server and copy 'Your access token'"
        ),
        min_length=1,
    )

    @field_validator("base_url")
    @classmethod
    def _address_only(cls, value: str) -> str:
        try:
            return address_of(value)
        except Refused as refused:
            raise ValueError(str(refused)) from None


def address_of(text: str) -> str:
    """Return the bare address of a server from what a person typed: a host, a link to a profile.

    Raises Refused when it is none, or when credentials would travel unprotected.
    """
    typed = text.strip()
    url = typed if "://" in typed else f"https://{typed}"
    check_url(url)
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        raise Refused(say("{url} has a port that is no number", url=safe(url, limit=200))) from None
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
