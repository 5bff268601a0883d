"""What has to be known of one LinkedIn Page, and the manifest of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, SecretStr, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import PROFILES, WORDS, Capability, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Site
from cminbox.network_kit.contract import AccountSettings
from cminbox.networks.linkedin.urns import ORGANIZATION
from cminbox.networks.linkedin.versions import PINNED, end_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR_SECONDS = 3600
WORDS_SECONDS = 48 * HOUR_SECONDS
"""So long what members write may be stored."""
PROFILES_SECONDS = 24 * HOUR_SECONDS
"""So long who they are may be kept at hand; it may not be stored for longer."""
MOST_CHARACTERS = 1_250
LIMITS = (TextLimit(Unit.UTF16, MOST_CHARACTERS),)
"""LinkedIn says "characters"; counted in UTF-16 units a text is never longer there than here."""

ADMIN = "rw_organization_admin"
READ = "r_organization_social_feed"
WRITE = "w_organization_social_feed"
POSTS = "r_organization_social"
PEOPLE = "r_basicprofile"
NEEDED = (ADMIN, READ, WRITE)
"""The permissions without which the declared capabilities do not work."""
ASKED = (*NEEDED, POSTS, PEOPLE)
"""All that is asked for at the sign-in. Asking for others takes every earlier sign-in away."""
ADMINISTRATOR = "ADMINISTRATOR"

_NOT_HIDDEN = N_(
    "LinkedIn lets no program hide a comment; comments can be deleted, or switched off below a post there."
)
_PEOPLE_THERE = N_("LinkedIn lets no program do this to a member; do it on its website.")
_NO_REPOSTS = N_("Comments on LinkedIn cannot be shared.")
_MISSING: Mapping[Capability, str] = {
    Capability.DMS: N_("LinkedIn gives a Page's private messages to no program but those of a few chosen partners."),
    Capability.REVIEWS: N_("LinkedIn's interface for Pages has no reviews."),
    Capability.HIDE: _NOT_HIDDEN,
    Capability.UNHIDE: _NOT_HIDDEN,
    Capability.BLOCK: _PEOPLE_THERE,
    Capability.MUTE: _PEOPLE_THERE,
    Capability.BOOST: _NO_REPOSTS,
    Capability.UNBOOST: _NO_REPOSTS,
    Capability.REPORT: N_("LinkedIn lets no program report; do it on its website."),
    Capability.MARK_READ: N_("LinkedIn does not know which comments were read."),
    Capability.APPROVE: N_("Nothing waits for an approval on LinkedIn."),
    Capability.STREAM: N_("LinkedIn announces what is new to web servers alone, which a terminal is not."),
    Capability.SEARCH: N_("LinkedIn has no search of posts for programs."),
}

MANIFEST = Manifest(
    name="linkedin",
    title="LinkedIn",
    short="Li",
    documentation="https://learn.microsoft.com/en-us/linkedin/marketing/community-management/",
    api_version=PINNED,
    api_ends=end_of(PINNED).isoformat(),
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.DELETE,
            Capability.LIKE,
            Capability.UNLIKE,
        },
    ),
    limits={Kind.COMMENT: LIMITS, Kind.MENTION: LIMITS},
    kept_for={WORDS: WORDS_SECONDS, PROFILES: PROFILES_SECONDS},
    missing=_MISSING,
)


class LinkedinAccount(AccountSettings):
    """The settings of one Page, with the brand's own application at LinkedIn."""

    organization_id: str = Field(
        description=N_(
            "Number of the Page: it stands in the address of its admin view, linkedin.com/company/NUMBER/admin"
        ),
        pattern=r"^[0-9]{1,20}$",
    )
    client_id: str = Field(
        description=N_(
            "Client ID of your own application at LinkedIn (linkedin.com/developers/apps), which has the product "
            "Community Management API"
        ),
        min_length=1,
    )
    client_secret: SecretStr = Field(
        description=N_("Primary client secret of that application, shown beside its client ID"), min_length=1
    )
    access_token: SecretStr = Field(
        description=N_("Token that lets cminbox act for the Page: sign in with a code, which brings it"), min_length=1
    )
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description=N_("Token with which that one is renewed; LinkedIn gives it to approved applications alone"),
    )
    redirect_url: str = Field(
        default="http://localhost:8914/",
        description=N_("Address to which the browser is sent at the end; it has to stand in your application just so"),
    )
    api_version: str = Field(
        default=PINNED,
        description=N_("Version of LinkedIn's interface, year and month; each one is answered for about a year"),
    )
    names: bool = Field(
        default=True,
        description=N_("Whether to look up who wrote a comment, with one more call for each person and day"),
    )
    pause_minutes: int = Field(
        default=0,
        description=N_(
            "Minutes between two readings; an application in LinkedIn's development tier has 100 calls a day: set 30"
        ),
        ge=0,
        le=24 * 60,
    )
    base_url: Site = Field(
        default="https://api.linkedin.com",
        description=N_("Address of LinkedIn's interface; there is no reason to change it but a test"),
    )
    sign_in_url: Site = Field(
        default="https://www.linkedin.com",
        description=N_("Address of LinkedIn's sign-in; there is no reason to change it but a test"),
    )

    @property
    def organization(self) -> str:
        """The URN of the Page's organization."""
        return ORGANIZATION + self.organization_id

    def end_of_version(self) -> str | None:
        """Return the last day of the version that is asked for."""
        return end_of(self.api_version).isoformat()

    @field_validator("api_version")
    @classmethod
    def _known_form(cls, value: str) -> str:
        end_of(value)
        return value
