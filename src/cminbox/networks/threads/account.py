"""What has to be known of one Threads account, and the manifest of the network."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Base
from cminbox.network_kit.contract import AccountSettings

TITLE = "Threads"
VERSION = "v1.0"
LIMIT = (TextLimit(Unit.EMOJI_BYTES, 500),)

BASIC = "threads_basic"
PUBLISH = "threads_content_publish"
MANAGE = "threads_manage_replies"
READ = "threads_read_replies"
MENTIONS = "threads_manage_mentions"
DELETE = "threads_delete"

_TOP_LEVEL = N_("Threads lets an account hide or approve answers under its own posts alone.")

MANIFEST = Manifest(
    name="threads",
    title=TITLE,
    short="Th",
    documentation="https://developers.facebook.com/docs/threads/",
    api_version=VERSION,
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.HIDE,
            Capability.UNHIDE,
            Capability.DELETE,
            Capability.APPROVE,
        },
    ),
    limits={Kind.COMMENT: LIMIT, Kind.MENTION: LIMIT},
    bounds={
        Capability.HIDE: Bound(_TOP_LEVEL, (Kind.COMMENT,)),
        Capability.UNHIDE: Bound(_TOP_LEVEL, (Kind.COMMENT,)),
        Capability.APPROVE: Bound(_TOP_LEVEL, (Kind.COMMENT,)),
        Capability.DELETE: Bound(N_("Threads lets an account delete only what it wrote itself."), own=True),
    },
    missing={
        Capability.DMS: N_("Threads lets no program read or send private messages."),
        Capability.REVIEWS: N_("Nobody writes reviews on Threads."),
        Capability.LIKE: N_("Threads lets no program like what people write."),
        Capability.BOOST: N_("A repost on Threads is a post of its own; it is made in its app."),
        Capability.BLOCK: N_("Threads lets no program block a person; it is done in its app."),
        Capability.MUTE: N_("Threads lets no program mute a person; it is done in its app."),
        Capability.REPORT: N_("Threads offers programs no way to report; it is done in its app."),
        Capability.MARK_READ: N_("Threads does not know which answers were read."),
        Capability.STREAM: N_("Threads announces what is new to web servers alone, which a terminal is not."),
        Capability.SEARCH: N_("What was written without naming the account is not searched for."),
    },
    judged=Judged.DOCUMENTATION,
)


class ThreadsAccount(AccountSettings):
    """The settings of one Threads account."""

    username: str = Field(
        description=N_("The account's name, as in threads.net/@NAME"),
        pattern=r"^@?[A-Za-z0-9._]{1,30}$",
    )
    access_token: SecretStr = Field(
        description=N_(
            "The token: made in the browser at developers.facebook.com, step by step in "
            "'cminbox guide connecting-threads'",
        ),
        min_length=1,
    )
    api_version: str = Field(
        default=VERSION,
        description=N_("Version of the Threads API that is asked for; no end of it has been announced"),
        pattern=r"^v[0-9]{1,2}\.[0-9]$",
    )
    base_url: Base = Field(
        default="https://graph.threads.net",
        description=N_("Address of the Threads API; there is no reason to change it but a test"),
    )

    @field_validator("username")
    @classmethod
    def _bare_name(cls, value: str) -> str:
        return value.lstrip("@").lower()
