"""What has to be known of one account on X, and the manifest of the network."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.domain.spending import PRIVATE_REPLY, REPLY, REPLY_WITH_LINK
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Site
from cminbox.network_kit.contract import AccountSettings

POST_LIMITS = (TextLimit(Unit.WEIGHTED, 280, url_length=23),)
DM_LIMITS = (TextLimit(Unit.CODE_POINTS, 10_000),)
SCOPES = (
    "tweet.read",
    "tweet.write",
    "tweet.moderate.write",
    "users.read",
    "mute.write",
    "dm.read",
    "dm.write",
    "offline.access",
)
"""The permissions to ask for with OAuth 2.0; without the last one a sign-in ends after two hours."""
PERSONAL = "with/"
"""How the key of an exchange with one person begins, before that person's id; that of a group has no such beginning."""
PAY_PER_USE = "pay-per-use"
PIN, BROWSER = "pin", "browser"
_POSTS = (Kind.COMMENT, Kind.MENTION)
_NO_LIKES = N_("X took likes away from programs that pay per use.")
_BELOW_OWN = N_("On X only replies below the account's own posts can be hidden.")

MANIFEST = Manifest(
    name="x",
    title="X",
    short="XX",
    documentation="https://docs.x.com/x-api",
    api_version="2",
    api_ends=None,
    judged=Judged.SPECIFICATION,
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
            Capability.BLOCK,
            Capability.MUTE,
            Capability.UNMUTE,
        },
    ),
    limits={Kind.COMMENT: POST_LIMITS, Kind.MENTION: POST_LIMITS, Kind.DM: DM_LIMITS},
    prices={REPLY: 0.010, REPLY_WITH_LINK: 0.200, PRIVATE_REPLY: 0.015},
    begins_private=PERSONAL + "{person}",
    bounds={
        Capability.DELETE: Bound(N_("On X only one's own posts can be deleted."), _POSTS, own=True),
        Capability.HIDE: Bound(_BELOW_OWN, (Kind.COMMENT,)),
        Capability.UNHIDE: Bound(_BELOW_OWN, (Kind.COMMENT,)),
        Capability.BLOCK: Bound(
            N_("X lets a program block a person's private messages only; block the rest on x.com."), (Kind.DM,)
        ),
    },
    missing={
        Capability.REVIEWS: N_("X has no reviews or ratings."),
        Capability.LIKE: _NO_LIKES,
        Capability.UNLIKE: _NO_LIKES,
        Capability.BOOST: N_("Sharing somebody's post on X is left to x.com."),
        Capability.REPORT: N_("X lets no program report a post; it is done on x.com."),
        Capability.APPROVE: N_("Replies on X appear without anybody's approval."),
        Capability.MARK_READ: N_("X lets no program mark private messages as read."),
        Capability.STREAM: N_("X bills each event that it pushes; mentions are asked for, which costs less."),
        Capability.SEARCH: N_("What is written on X without naming the account is not searched for: each find costs."),
    },
)


class XAccount(AccountSettings):
    """The settings of one account, with the brand's own application at X.

    With `sign_in` "pin" (OAuth 1.0a) key and secret are those of the application, `token` and `token_secret` those of
    the account. With "browser" (OAuth 2.0) they are the client's, and `token` is the refresh token.
    """

    sign_in: Literal["pin", "browser"] = Field(
        default="pin",
        description=N_(
            "How to sign in: pin (OAuth 1.0a, a number to type, lasts until it is taken back) or browser (OAuth 2.0, "
            "an address to paste within half a minute, renewed every two hours)"
        ),
    )
    app_key: str = Field(
        description=N_(
            "Key of your own application at X (console.x.com, your app, Keys and tokens): the Consumer Key for pin, "
            "the OAuth 2.0 Client ID for browser"
        ),
        min_length=1,
    )
    app_secret: SecretStr = Field(
        description=N_("Secret of that application, shown once beside its key: Consumer Secret, or Client Secret"),
        min_length=1,
    )
    token: SecretStr = Field(
        description=N_("Token that lets cminbox act as the account: sign in with a code, which brings it"),
        min_length=1,
    )
    token_secret: SecretStr = Field(
        default=SecretStr(""), description=N_("Secret of that token, for pin only; the sign-in brings it as well")
    )
    callback: str = Field(
        default="http://127.0.0.1:8914",
        description=N_("Callback address of your application, for browser only, exactly as it is registered at X"),
        min_length=1,
    )
    plan: Literal["pay-per-use", "enterprise"] = Field(
        default="pay-per-use",
        description=N_("Your contract with X: pay-per-use (only who mentions you can be answered) or enterprise"),
    )
    own_app: bool = Field(
        default=False,
        description=N_("Whether the application belongs to this very account: X then charges less for its mentions"),
    )
    read_dms: bool = Field(
        default=True,
        description=N_("Whether private messages are read; each costs, and encrypted ones are shown to no program"),
    )
    calls_per_day: float = Field(
        default=2.0,
        description=N_("US dollars that reading and moderating may cost in a day (UTC); replies are limited apart"),
        ge=0,
        le=1_000_000,
    )
    api_version: str = Field(
        default=MANIFEST.api_version, description=N_("Version of X's interface; 2 is the one there is"),
        pattern=r"^[0-9]{1,2}$",
    )  # fmt: skip
    base_url: Site = Field(default="https://api.x.com", description=N_("Address of X's interface; leave it as it is"))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.sign_in == PIN and not self.token_secret.get_secret_value():
            raise ValueError("a token of the sign-in with a pin comes with a token_secret")
        return self
