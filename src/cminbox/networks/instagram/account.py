"""What has to be known of one Instagram account, and the manifest of the network."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.addresses import base
from cminbox.network_kit.graph.private_messages import RESPONSE_SECONDS
from cminbox.network_kit.graph.settings import GraphSettings, GraphVersion
from cminbox.network_kit.graph.versions import PINNED, end_of

TITLE = "Instagram"
COMMENT_LIMIT = (TextLimit(Unit.UTF16, 2_200),)
"""Instagram says "characters"; counted in UTF-16 units a text is never longer there than here."""
MESSAGE_LIMIT = (TextLimit(Unit.BYTES, 1_000),)

_ON_OUR_POSTS = N_("Instagram lets an account do this to the comments under its own posts alone.")

MANIFEST = Manifest(
    name="instagram",
    title=TITLE,
    short="Ig",
    documentation="https://developers.facebook.com/docs/instagram-platform/",
    judged=Judged.SPECIFICATION,
    api_version=PINNED,
    api_ends=end_of(PINNED),
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
            Capability.MARK_READ,
        },
    ),
    limits={Kind.COMMENT: COMMENT_LIMIT, Kind.MENTION: COMMENT_LIMIT, Kind.DM: MESSAGE_LIMIT},
    begins_private="{person}",
    begins_private_at=(Kind.COMMENT,),
    windows={Kind.DM: RESPONSE_SECONDS},
    bounds={
        Capability.HIDE: Bound(_ON_OUR_POSTS, (Kind.COMMENT,)),
        Capability.UNHIDE: Bound(_ON_OUR_POSTS, (Kind.COMMENT,)),
        Capability.DELETE: Bound(_ON_OUR_POSTS, (Kind.COMMENT,)),
        Capability.MARK_READ: Bound(N_("Only private messages can be marked as read on Instagram."), (Kind.DM,)),
    },
    missing={
        Capability.REVIEWS: N_("Nobody writes reviews on Instagram."),
        Capability.LIKE: N_("Instagram lets no program like what people write."),
        Capability.BOOST: N_("Instagram lets no program share what people write."),
        Capability.BLOCK: N_("Instagram lets no program block who comments; it is done in its app."),
        Capability.MUTE: N_("Instagram lets no program mute or restrict a person; it is done in its app."),
        Capability.REPORT: N_("Instagram offers programs no way to report; it is done in its app."),
        Capability.APPROVE: N_("Instagram does not tell programs which comments wait for an approval."),
        Capability.STREAM: N_("Instagram announces what is new to web servers alone, which a terminal is not."),
        Capability.SEARCH: N_(
            "Instagram lets programs search for hashtags only, and names no author of what is found."
        ),
    },
)


class Login(StrEnum):
    """Whose login the token comes from; they differ in host, permissions and where private messages lie."""

    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"


HOSTS = {Login.INSTAGRAM: "https://graph.instagram.com", Login.FACEBOOK: "https://graph.facebook.com"}
BASIC = {Login.INSTAGRAM: "instagram_business_basic", Login.FACEBOOK: "instagram_basic"}
COMMENTS = {Login.INSTAGRAM: "instagram_business_manage_comments", Login.FACEBOOK: "instagram_manage_comments"}
MESSAGES = {Login.INSTAGRAM: "instagram_business_manage_messages", Login.FACEBOOK: "instagram_manage_messages"}
ALSO = {Login.INSTAGRAM: (), Login.FACEBOOK: ("pages_manage_metadata",)}


class InstagramAccount(GraphSettings):
    """The settings of one professional Instagram account."""

    username: str = Field(
        description=N_("The account's name, as in instagram.com/NAME; it has to be a professional account"),
        pattern=r"^@?[A-Za-z0-9._]{1,30}$",
    )
    access_token: SecretStr = Field(
        description=N_(
            "The token: made in the browser at developers.facebook.com, step by step in "
            "'cminbox guide connecting-instagram'",
        ),
        min_length=1,
    )
    login: Login = Field(
        default=Login.INSTAGRAM,
        description=N_(
            "Whose login the token is of: instagram (no Page needed), or facebook (through the Page on which the "
            "account hangs)",
        ),
    )
    page_id: str = Field(
        default="",
        description=N_("Only with login=facebook: the number of the Page on which the account hangs"),
        pattern=r"^[0-9]{0,40}$",
    )
    mentions_folder: str = Field(
        default="",
        description=N_(
            "Folder into which your web server writes Meta's notices of mentions, because Instagram lists them "
            "nowhere; without it mentions elsewhere do not arrive",
        ),
    )
    api_version: GraphVersion = Field(
        default=PINNED,
        description=N_("Version of the Graph API that is asked for; each one ends about two years after its beginning"),
    )
    human_agent: bool = Field(
        default=False,
        description=N_(
            "Whether Meta has granted your app the Human Agent permission: private messages can then be answered for "
            "seven days instead of 24 hours",
        ),
    )
    base_url: str = Field(
        default="",
        description=N_("Address of the Graph API; there is no reason to set it but a test"),
    )

    @property
    def address(self) -> str:
        """Where the Graph API is asked."""
        return self.base_url or HOSTS[self.login]

    @field_validator("username")
    @classmethod
    def _bare_name(cls, value: str) -> str:
        return value.lstrip("@").lower()

    @field_validator("mentions_folder")
    @classmethod
    def _absolute(cls, value: str) -> str:
        path = Path(value).expanduser() if value.startswith("~") else Path(value)
        if value and (not path.is_absolute() or "\0" in value):
            raise ValueError("it has to begin with /")
        return str(path) if value else ""

    @field_validator("base_url")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        return base(value) if value else ""

    @model_validator(mode="after")
    def _page_where_needed(self) -> InstagramAccount:
        if self.login is Login.FACEBOOK and not self.page_id:
            raise ValueError("login=facebook needs page_id")
        return self
