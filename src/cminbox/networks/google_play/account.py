"""What has to be known of one app, and the manifest of the network."""

from __future__ import annotations

from pydantic import Field, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Judged, Manifest, TextLimit, Unit
from cminbox.domain.saying import say
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Site
from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.google.tokens import SIGN_IN

MAX_CHARACTERS = 350
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
"""The one permission with which reviews can be read and answered."""
GETS_AN_HOUR = 200
WEEK_MS = 7 * 24 * 3600 * 1000
"""How long a review is in the list after its words were written or changed."""

_ONLY_REVIEWS = N_("On Google Play there are reviews only.")
_NOT_OTHERS = N_("Google Play lets no program touch what others wrote; report it in the Play Console.")

MANIFEST = Manifest(
    name="google_play",
    title="Google Play",
    short="GP",
    documentation="https://developers.google.com/android-publisher/reply-to-reviews",
    api_version="v3",
    api_ends=None,
    judged=Judged.SPECIFICATION,
    capabilities=frozenset({Capability.REVIEWS, Capability.THREAD, Capability.REPLY, Capability.FIND_SENT}),
    limits={Kind.REVIEW: (TextLimit(Unit.UTF16, MAX_CHARACTERS),)},
    replaces=(Kind.REVIEW,),
    missing={
        Capability.COMMENTS: _ONLY_REVIEWS,
        Capability.MENTIONS: _ONLY_REVIEWS,
        Capability.DMS: _ONLY_REVIEWS,
        Capability.DELETE: N_("Google Play lets no program delete an answer; a new one replaces it."),
        Capability.HIDE: _NOT_OTHERS,
        Capability.REPORT: _NOT_OTHERS,
        Capability.BLOCK: N_("Google Play tells no program who wrote a review; nobody can be blocked."),
        Capability.MUTE: N_("Google Play tells no program who wrote a review; nobody can be muted."),
        Capability.BOOST: N_("Google Play lets no program share a review."),
        Capability.LIKE: N_("Google Play lets no program like a review."),
        Capability.MARK_READ: N_("Google Play does not know which reviews were read."),
        Capability.APPROVE: N_("Reviews on Google Play appear without anybody's approval."),
        Capability.STREAM: N_("Google Play pushes no reviews; they are asked for at intervals."),
        Capability.SEARCH: N_("Google Play shows programs only the reviews of the last week."),
    },
)


class GooglePlayAccount(AccountSettings):
    """The settings of one app, with the brand's own service account at Google."""

    package_name: str = Field(
        description=N_("Package name of the app, as in its address on Google Play: com.example.app"),
        pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$",
        max_length=255,
    )
    key_file: str = Field(
        description=N_(
            "File with the key of your own service account (console.cloud.google.com: a project, Google Play Android "
            "Developer API enabled, Service accounts, Keys, JSON): its whole path; readable by you alone, chmod 600"
        ),
        min_length=1,
        max_length=4096,
    )
    api_version: str = Field(
        default=MANIFEST.api_version,
        description=N_("Version of Google Play's interface; v3 is the one there is"),
        pattern=r"^v[0-9]+$",
    )
    gets_per_hour: int = Field(
        default=GETS_AN_HOUR,
        description=N_("Requests an hour with which Google lets this app's reviews be read; 200 unless raised"),
        ge=10,
        le=1_000_000,
    )
    base_url: Site = Field(
        default="https://androidpublisher.googleapis.com",
        description=N_("Address of Google Play's interface; leave it as it is"),
    )
    sign_in_url: Site = Field(default=SIGN_IN, description=N_("Address of Google's sign-in; leave it as it is"))

    @field_validator("key_file")
    @classmethod
    def _whole_path(cls, value: str) -> str:
        # The process that sends is started elsewhere.
        if not value.startswith(("/", "~/")):
            raise ValueError(str(say("Write the whole path of the key file, from / or ~/ on")))
        return value
