"""What has to be known of one channel, and the manifest of the network."""

from __future__ import annotations

from pydantic import Field, SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import PROFILES, WORDS, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.domain.spending import UNITS_A_DAY, UNITS_FOR_REPLY
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Site
from cminbox.network_kit.contract import AccountSettings

MAX_CHARACTERS = 10_000
CHAT_CHARACTERS = 200
DAILY_UNITS = 10_000
RESERVED_UNITS = 2_000
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""The one permission with which comments can be read and written."""
STORED_SECONDS = 30 * 24 * 3600

_NO_LIKES = N_("YouTube lets no program like a comment.")

MANIFEST = Manifest(
    name="youtube",
    title="YouTube",
    short="YT",
    documentation="https://developers.google.com/youtube/v3/docs",
    judged=Judged.SPECIFICATION,
    api_version="v3",
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.HIDE,
            Capability.UNHIDE,
            Capability.APPROVE,
            Capability.DELETE,
            Capability.BLOCK,
        },
    ),
    limits={Kind.COMMENT: (TextLimit(Unit.CODE_POINTS, MAX_CHARACTERS),)},
    prices={UNITS_FOR_REPLY: 50, UNITS_A_DAY: DAILY_UNITS},
    kept_for={WORDS: STORED_SECONDS, PROFILES: STORED_SECONDS},
    missing={
        Capability.MENTIONS: N_("YouTube tells no program where a channel is mentioned elsewhere."),
        Capability.DMS: N_("YouTube has no private messages any more."),
        Capability.REVIEWS: N_("YouTube has no reviews; likes of a video come without words."),
        Capability.LIKE: _NO_LIKES,
        Capability.UNLIKE: _NO_LIKES,
        Capability.BOOST: N_("Comments on YouTube cannot be shared."),
        Capability.MUTE: N_("YouTube cannot mute a person; what a blocked person writes is shown to nobody."),
        Capability.REPORT: N_("YouTube has closed its way to report comments as spam; hide or delete them instead."),
        Capability.MARK_READ: N_("YouTube does not know which comments were read."),
        Capability.STREAM: N_("YouTube pushes no comments; a live chat is asked for while its stream runs."),
        Capability.SEARCH: N_(
            "YouTube lets a program search a hundred times a day only; videos of others are left out."
        ),
    },
)


class YoutubeAccount(AccountSettings):
    """The settings of one channel, with the brand's own application at Google."""

    client_id: str = Field(
        description=N_(
            "Client id of your own application at Google (console.cloud.google.com: a project, YouTube Data API v3 "
            "enabled, Credentials, OAuth client id of the type TVs and Limited Input devices)"
        ),
        min_length=1,
    )
    client_secret: SecretStr = Field(
        description=N_("Client secret of that application, shown beside its client id"), min_length=1
    )
    refresh_token: SecretStr = Field(
        description=N_("Token that lets cminbox act as the channel: sign in with a code, which brings it"),
        min_length=1,
    )
    api_version: str = Field(
        default=MANIFEST.api_version, description=N_("Version of YouTube's interface; v3 is the one there is"),
        pattern=r"^v[0-9]+$",
    )  # fmt: skip
    daily_units: int = Field(
        default=DAILY_UNITS,
        description=N_(
            "Units that Google grants your project a day (console.cloud.google.com, Quotas); 10000 at first"
        ),
        ge=100,
        le=1_000_000_000,
    )
    reserved_units: int = Field(
        default=RESERVED_UNITS,
        description=N_("Units of a day that reading leaves for replies, of which each takes 50"),
        ge=0,
        le=1_000_000_000,
    )
    base_url: Site = Field(
        default="https://youtube.googleapis.com", description=N_("Address of YouTube's interface; leave it as it is")
    )
    sign_in_url: Site = Field(
        default="https://oauth2.googleapis.com", description=N_("Address of Google's sign-in; leave it as it is")
    )
