"""What has to be known of one account on a forum, and the manifest of the network."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Judged, Manifest, TextLimit, Unit
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_
from cminbox.network_kit.answers import check_url
from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.failures import Refused
from cminbox.networks.discourse.versions import PINNED

MAX_POST = 32_000
_NOT_OTHERS = N_("A forum hides posts when its members flag them; report the post, or delete it where you moderate.")


def limits_of(public: int, private: int, maximum: int) -> dict[Kind, tuple[TextLimit, ...]]:
    """Return the limits of a forum: its least lengths in public and in private, and the greatest."""
    shown = (TextLimit(Unit.CODE_POINTS, maximum, minimum=public),)
    return {
        Kind.COMMENT: shown,
        Kind.MENTION: shown,
        Kind.DM: (TextLimit(Unit.CODE_POINTS, maximum, minimum=private),),
    }


MANIFEST = Manifest(
    name="discourse",
    title="Discourse",
    short="Di",
    documentation="https://docs.discourse.org/",
    judged=Judged.SPECIFICATION,
    api_version=PINNED,
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
            Capability.APPROVE,
            Capability.LIKE,
            Capability.UNLIKE,
            Capability.MUTE,
            Capability.UNMUTE,
            Capability.REPORT,
            Capability.MARK_READ,
        },
    ),
    limits=limits_of(1, 1, MAX_POST),
    missing={
        Capability.HIDE: _NOT_OTHERS,
        Capability.UNHIDE: _NOT_OTHERS,
        Capability.REVIEWS: N_("Nobody writes reviews on a forum."),
        Capability.BOOST: N_("Nothing is shared on with followers on a forum."),
        Capability.BLOCK: N_("On a forum one mutes a person; moderators silence or suspend one in its administration."),
    },
)


class DiscourseAccount(AccountSettings):
    """The settings of one account on a forum. With a `username` the key is one of the administrators, else its own."""

    base_url: str = Field(description=N_("Address of the forum, such as https://forum.example.com"))
    username: str = Field(
        default="",
        description=N_(
            "Name of the account on the forum, only with an API key of the administrators; empty with a user API key"
        ),
        pattern=r"^@?[\w.-]{0,60}$",
    )
    api_key: SecretStr = Field(
        description=N_(
            "User API key: sign in with a code, which brings it; with a username, the API key that an administrator "
            "made for it (Admin, API Keys, Single User, Global)"
        ),
        min_length=1,
    )
    api_version: str = Field(
        default=PINNED,
        description=N_("Oldest version of Discourse that is counted on; an older forum is named by accounts check"),
        pattern=r"^[0-9]{1,4}\.[0-9]{1,3}(\.[0-9]{1,3})?$",
    )

    @field_validator("base_url")
    @classmethod
    def _address_only(cls, value: str) -> str:
        try:
            return address_of(value)
        except Refused as refused:
            raise ValueError(str(refused)) from None

    @field_validator("username")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.lstrip("@")


def address_of(text: str) -> str:
    """Return the address of a forum from what a person typed, the folder that it lives in included.

    Raises Refused when it is none, or when the key would travel unprotected.
    """
    typed = text.strip()
    url = typed if "://" in typed else f"https://{typed}"
    check_url(url)
    parts = urlsplit(url)
    try:
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        raise Refused(say("{url} has a port that is no number", url=safe(url, limit=200))) from None
    host = parts.hostname or ""
    # A forum may live in a folder of a site; what is copied often ends in a page of it.
    folder = parts.path.rstrip("/")
    for page in ("/latest", "/t", "/c", "/u", "/top", "/categories", "/new", "/my"):
        folder = folder.split(f"{page}/")[0] if f"{page}/" in folder else folder.removesuffix(page)
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{folder}"
