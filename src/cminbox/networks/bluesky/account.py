"""What a Bluesky account needs to be connected, and what Bluesky can do."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.contract import AccountSettings

POST_LIMITS = (TextLimit(Unit.GRAPHEMES, 300), TextLimit(Unit.BYTES, 3_000))
DM_LIMITS = (TextLimit(Unit.GRAPHEMES, 1_000), TextLimit(Unit.BYTES, 10_000))
_POSTS = (Kind.COMMENT, Kind.MENTION)
_UNDER_OWN = N_("On Bluesky only replies under the account's own posts can be hidden.")
_NO_LIKES = N_("Direct messages on Bluesky cannot be liked.")
_NO_REPOSTS = N_("Direct messages on Bluesky cannot be shared.")
_TEN_YEARS = 10 * 365 * 24 * 3600
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _address(text: str) -> str:
    """Return a server's address without a slash at its end; raise ValueError for anything else."""
    cleaned = text.strip().rstrip("/")
    parts = urlsplit(cleaned)
    plain_is_fine = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or parts.username or parts.path or not (parts.scheme == "https" or plain_is_fine):
        raise ValueError("an address of the form https://host")
    return cleaned


def _handle(text: str) -> str:
    """Return a handle without its @; raise ValueError for what cannot be one."""
    cleaned = text.strip().removeprefix("@")
    if not cleaned or any(char.isspace() for char in cleaned) or "." not in cleaned:
        raise ValueError("a handle of the form name.bsky.social")
    return cleaned


class BlueskyAccount(AccountSettings):
    """One account on Bluesky or on any other server of the AT Protocol."""

    base_url: Annotated[str, AfterValidator(_address)] = Field(
        default="https://bsky.social",
        description=N_("The server that holds the account: https://bsky.social unless you run your own."),
    )
    handle: Annotated[str, AfterValidator(_handle)] = Field(
        description=N_("The account's handle without the @, for example brand.bsky.social or brand.example."),
    )
    app_password: SecretStr = Field(
        description=N_(
            "An app password, never the account's own: in the Bluesky app or at bsky.app open Settings, Privacy and "
            "security, App passwords, Add; tick 'Allow access to your direct messages'. It looks like "
            "abcd-efgh-ijkl-mnop, does not expire and can be revoked there."
        ),
    )


MANIFEST = Manifest(
    name="bluesky",
    title="Bluesky",
    short="BS",
    documentation="https://docs.bsky.app/",
    judged=Judged.REAL_SERVER,
    api_version="AT Protocol XRPC, lexicons of @atproto/api 0.19.19",
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.DMS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.HIDE,
            Capability.UNHIDE,
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
        }
    ),
    limits={Kind.COMMENT: POST_LIMITS, Kind.MENTION: POST_LIMITS, Kind.DM: DM_LIMITS},
    bounds={
        Capability.DELETE: Bound(N_("On Bluesky only one's own posts can be deleted."), _POSTS, own=True),
        Capability.HIDE: Bound(_UNDER_OWN, (Kind.COMMENT,)),
        Capability.UNHIDE: Bound(_UNDER_OWN, (Kind.COMMENT,)),
        Capability.LIKE: Bound(_NO_LIKES, _POSTS),
        Capability.UNLIKE: Bound(_NO_LIKES, _POSTS),
        Capability.BOOST: Bound(_NO_REPOSTS, _POSTS),
        Capability.UNBOOST: Bound(_NO_REPOSTS, _POSTS),
    },
    # A post's record key is computed from the send key, and a key that is taken stays taken for as long as the post
    # exists: the server never forgets. Ten years stands for "always". Direct messages carry no key of ours.
    idempotent_for={Kind.COMMENT: _TEN_YEARS, Kind.MENTION: _TEN_YEARS},
    missing={
        Capability.REVIEWS: N_("Bluesky has no reviews or ratings."),
        Capability.APPROVE: N_("Bluesky publishes every reply at once; nothing waits for an approval."),
        Capability.STREAM: N_("Bluesky pushes nothing to a single account; notifications are asked for at intervals."),
        Capability.SEARCH: N_("What was written without naming the account is not searched for."),
    },
)
