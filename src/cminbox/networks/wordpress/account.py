"""What has to be known of one site, and the manifest of the network."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.addresses import checked
from cminbox.network_kit.contract import AccountSettings

MAX_BYTES = 65_525
MODERATES = "moderate_comments"
"""The capability that a WordPress role needs for all that is done here."""
LARGEST_PAGE = 100
PLAIN = "?rest_route="
"""The end of the address of a site whose web server knows no pretty permalinks."""
_PRETTY = "/wp-json"

_NO_LIKES = N_("WordPress itself has no likes; where a plugin adds them, no program can give them.")
_LIMITS = (TextLimit(Unit.BYTES, MAX_BYTES),)

MANIFEST = Manifest(
    name="wordpress",
    title="WordPress",
    short="WP",
    documentation="https://developer.wordpress.org/rest-api/reference/comments/",
    judged=Judged.REAL_SERVER,
    api_version="v2",
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.REVIEWS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.HIDE,
            Capability.UNHIDE,
            Capability.APPROVE,
            Capability.REPORT,
            Capability.DELETE,
        },
    ),
    limits={Kind.COMMENT: _LIMITS, Kind.REVIEW: _LIMITS},
    missing={
        Capability.MENTIONS: N_("A WordPress site tells no program where it is mentioned elsewhere."),
        Capability.DMS: N_("WordPress has no private messages."),
        Capability.LIKE: _NO_LIKES,
        Capability.UNLIKE: _NO_LIKES,
        Capability.BOOST: N_("Comments on WordPress cannot be shared."),
        Capability.BLOCK: N_("WordPress lets no program block a person; its list of disallowed words is in Settings."),
        Capability.MUTE: N_("WordPress cannot mute a person."),
        Capability.MARK_READ: N_("WordPress does not know which comments were read."),
        Capability.STREAM: N_("WordPress pushes nothing; it is asked at intervals."),
        Capability.SEARCH: N_("WordPress is searched in its own pages; the inbox searches what has arrived."),
    },
)


class WordpressAccount(AccountSettings):
    """The settings of one site, and of the person in whose name it is answered."""

    base_url: str = Field(
        description=N_(
            "Address of the site, such as https://blog.example.com; with /?rest_route=/ behind it where the site has "
            "plain permalinks"
        ),
    )
    username: str = Field(
        description=N_("User name in WordPress of who answers; its role has to be Editor or Administrator"),
        min_length=1,
        max_length=100,
    )
    application_password: SecretStr = Field(
        description=N_(
            "Application password of that user (WordPress, Users, Profile, Application Passwords), with or without its "
            "blanks; not the password that one signs in with"
        ),
        min_length=1,
    )
    api_version: str = Field(
        default=MANIFEST.api_version,
        description=N_("Version of WordPress's interface; v2 is the one there is"),
        pattern=r"^v[0-9]+$",
    )
    read_spam: bool = Field(
        default=False,
        description=N_("Whether to bring in what the site takes for spam, too (yes or no)"),
    )
    page_size: int = Field(
        default=LARGEST_PAGE,
        description=N_("Comments asked for at once; fewer than 100 where the site is too slow for that"),
        ge=2,
        le=LARGEST_PAGE,
    )

    @field_validator("base_url")
    @classmethod
    def _site_only(cls, value: str) -> str:
        return site_of(value)

    @field_validator("username")
    @classmethod
    def _no_colon(cls, value: str) -> str:
        if ":" in value or not value.strip():
            raise ValueError("a user name has no colon")
        return value.strip()


def site_of(value: str) -> str:
    """Return the address of a site without what stands behind it; a plain one ends in `PLAIN`. Raises ValueError."""
    parts = urlsplit(checked(value))
    path = parts.path.rstrip("/").removesuffix("/index.php")
    plain = parts.query.startswith("rest_route=")
    folder = path.partition(_PRETTY)[0] if f"{path}/".find(f"{_PRETTY}/") >= 0 else path
    return f"{parts.scheme}://{parts.netloc}{folder}" + (f"/{PLAIN}" if plain else "")
