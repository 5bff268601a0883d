"""What has to be known of one Facebook Page, and the manifest of the network."""

from __future__ import annotations

from pydantic import Field, SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Base
from cminbox.network_kit.graph.private_messages import RESPONSE_SECONDS
from cminbox.network_kit.graph.settings import GraphSettings, GraphVersion
from cminbox.network_kit.graph.versions import PINNED, end_of

TITLE = "Facebook"
COMMENT_LIMIT = (TextLimit(Unit.UTF16, 8_000),)
MESSAGE_LIMIT = (TextLimit(Unit.UTF16, 2_000),)
"""Facebook says "characters"; counted in UTF-16 units a text is never longer there than here."""

READ = "pages_read_engagement"
READ_PEOPLE = "pages_read_user_content"
MANAGE = "pages_manage_engagement"
MESSAGING = "pages_messaging"
SCOPES = (READ, READ_PEOPLE, MANAGE, MESSAGING)
"""The permissions that the declared capabilities need, no more."""

_WRITTEN_OPENLY = (Kind.COMMENT, Kind.MENTION)
_NOT_THERE = N_("Facebook lets a Page do this to comments and posts alone, not to private messages or recommendations.")

MANIFEST = Manifest(
    name="facebook",
    title=TITLE,
    short="Fb",
    documentation="https://developers.facebook.com/docs/pages-api/",
    judged=Judged.SPECIFICATION,
    api_version=PINNED,
    api_ends=end_of(PINNED),
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.DMS,
            Capability.REVIEWS,
            Capability.THREAD,
            Capability.REPLY,
            Capability.FIND_SENT,
            Capability.HIDE,
            Capability.UNHIDE,
            Capability.DELETE,
            Capability.LIKE,
            Capability.UNLIKE,
            Capability.BLOCK,
            Capability.MARK_READ,
        },
    ),
    limits={
        Kind.COMMENT: COMMENT_LIMIT,
        Kind.MENTION: COMMENT_LIMIT,
        Kind.DM: MESSAGE_LIMIT,
        Kind.REVIEW: COMMENT_LIMIT,
    },
    begins_private="{person}",
    begins_private_at=(Kind.COMMENT,),
    windows={Kind.DM: RESPONSE_SECONDS},
    bounds={
        Capability.HIDE: Bound(_NOT_THERE, _WRITTEN_OPENLY),
        Capability.UNHIDE: Bound(_NOT_THERE, _WRITTEN_OPENLY),
        Capability.DELETE: Bound(_NOT_THERE, _WRITTEN_OPENLY),
        Capability.LIKE: Bound(_NOT_THERE, _WRITTEN_OPENLY),
        Capability.UNLIKE: Bound(_NOT_THERE, _WRITTEN_OPENLY),
        Capability.MARK_READ: Bound(N_("Only private messages can be marked as read on Facebook."), (Kind.DM,)),
    },
    missing={
        Capability.BOOST: N_("Facebook lets no program share a comment with a Page's own followers."),
        Capability.MUTE: N_("Facebook lets a Page block a person, not mute one."),
        Capability.REPORT: N_("Facebook offers programs no way to report; it is done on the website."),
        Capability.APPROVE: N_("Facebook does not tell programs what waits for an approval."),
        Capability.STREAM: N_("Facebook announces what is new to web servers alone, which a terminal is not."),
        Capability.SEARCH: N_("Facebook closed its search of public posts to programs."),
    },
)


class FacebookAccount(GraphSettings):
    """The settings of one Facebook Page."""

    page_id: str = Field(
        description=N_("Number of the Page: on its website open About, Page transparency; or ask the Graph API"),
        pattern=r"^[0-9]{1,40}$",
    )
    access_token: SecretStr = Field(
        description=N_(
            "The Page's own token, not a person's: made in the browser at developers.facebook.com, step by step in "
            "'cminbox guide connecting-facebook'",
        ),
        min_length=1,
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
    base_url: Base = Field(
        default="https://graph.facebook.com",
        description=N_("Address of the Graph API; there is no reason to change it but a test"),
    )
