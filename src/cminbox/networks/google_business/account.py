"""What has to be known of one business, and the manifest of the network."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import PROFILES, WORDS, Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Site
from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.google.tokens import SIGN_IN

MAX_BYTES = 4096
SCOPE = "https://www.googleapis.com/auth/business.manage"
"""The one permission with which places and reviews can be read, and reviews answered."""
STORED_SECONDS = 30 * 24 * 3600

_ONLY_REVIEWS = N_("On Google's maps people write reviews only; its questions and messages are closed to programs.")
_NOT_OTHERS = N_("Google lets no program touch what others wrote; report a review on the Business Profile's pages.")

MANIFEST = Manifest(
    name="google_business",
    title="Google Business Profile",
    short="GB",
    documentation="https://developers.google.com/my-business/content/review-data",
    api_version="v4",
    api_ends=None,
    judged=Judged.DOCUMENTATION,
    capabilities=frozenset(
        {
            Capability.REVIEWS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.DELETE,
        },
    ),
    limits={Kind.REVIEW: (TextLimit(Unit.BYTES, MAX_BYTES),)},
    replaces=(Kind.REVIEW,),
    kept_for={WORDS: STORED_SECONDS, PROFILES: STORED_SECONDS},
    bounds={Capability.DELETE: Bound(_NOT_OTHERS, own=True)},
    missing={
        Capability.COMMENTS: _ONLY_REVIEWS,
        Capability.MENTIONS: _ONLY_REVIEWS,
        Capability.DMS: _ONLY_REVIEWS,
        Capability.HIDE: _NOT_OTHERS,
        Capability.REPORT: _NOT_OTHERS,
        Capability.BLOCK: N_("Google tells no business who wrote a review but a name; nobody can be blocked."),
        Capability.MUTE: N_("Google tells no business who wrote a review but a name; nobody can be muted."),
        Capability.BOOST: N_("Google lets no program share a review."),
        Capability.LIKE: N_("Google lets no business like a review."),
        Capability.MARK_READ: N_("Google does not know which reviews were read."),
        Capability.APPROVE: N_("Reviews on Google appear without the business's approval."),
        Capability.STREAM: N_(
            "Reviews are asked for at intervals; Google announces them to a service of its cloud only."
        ),
        Capability.SEARCH: N_("Google lets no program search reviews."),
    },
)


class GoogleBusinessAccount(AccountSettings):
    """The settings of one business, with its own application at Google."""

    client_id: str = Field(
        description=N_(
            "Client id of your own application at Google (console.cloud.google.com: a project that Google has given "
            "access to the Business Profile APIs, Credentials, OAuth client id of the type Desktop app)"
        ),
        min_length=1,
    )
    client_secret: SecretStr = Field(
        description=N_("Client secret of that application, shown beside its client id"), min_length=1
    )
    refresh_token: SecretStr = Field(
        description=N_("Token that lets cminbox act for the business: sign in with a code, which brings it"),
        min_length=1,
    )
    places: str = Field(
        default="",
        description=N_(
            "Ids of the places whose reviews are wanted, with commas between them; empty for all. "
            "cminbox accounts check names them"
        ),
        max_length=20_000,
    )
    api_version: str = Field(
        default=MANIFEST.api_version,
        description=N_("Version of the interface for reviews; v4 is the one there is"),
        pattern=r"^v[0-9]+$",
    )
    base_url: Site = Field(
        default="https://mybusiness.googleapis.com",
        description=N_("Address of the interface for reviews; leave it as it is"),
    )
    accounts_url: Site = Field(
        default="https://mybusinessaccountmanagement.googleapis.com",
        description=N_("Address of the interface for accounts; leave it as it is"),
    )
    places_url: Site = Field(
        default="https://mybusinessbusinessinformation.googleapis.com",
        description=N_("Address of the interface for places; leave it as it is"),
    )
    sign_in_url: Site = Field(default=SIGN_IN, description=N_("Address of Google's sign-in; leave it as it is"))

    @property
    def wanted(self) -> frozenset[str]:
        """The ids of the places whose reviews are wanted, none for all."""
        names = (word.rpartition("/")[2] for word in re.split(r"[,\s]+", self.places))
        return frozenset(name for name in names if name)
