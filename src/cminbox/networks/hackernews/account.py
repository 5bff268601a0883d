"""What is watched for on Hacker News, and the manifest of the network."""

from __future__ import annotations

from pydantic import Field, field_validator

from cminbox.domain.network import Capability, Judged, Manifest
from cminbox.domain.saying import say
from cminbox.i18n import N_
from cminbox.network_kit.addresses import Site
from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.watching import LONGEST_WORD, MOST_WORDS, words_of

ITEM_PAGE = "https://news.ycombinator.com/item?id="
"""Where people read an item, and answer it."""
_ONLY_READ = N_("Programs can only read Hacker News; do it in a browser, signed in at news.ycombinator.com.")
_ONLY_MENTIONS = N_("On Hacker News, stories and comments that name your words arrive as mentions.")

MANIFEST = Manifest(
    name="hackernews",
    title="Hacker News",
    short="HN",
    documentation="https://hn.algolia.com/api",
    api_version="v1",
    api_ends=None,
    judged=Judged.DOCUMENTATION,
    capabilities=frozenset({Capability.MENTIONS, Capability.THREAD}),
    limits={},
    missing={
        Capability.REPLY: N_("Read only; answer at news.ycombinator.com."),
        Capability.FIND_SENT: _ONLY_READ,
        Capability.COMMENTS: _ONLY_MENTIONS,
        Capability.DMS: N_("Hacker News has no direct messages."),
        Capability.REVIEWS: N_("Hacker News has no reviews."),
        Capability.HIDE: _ONLY_READ,
        Capability.DELETE: _ONLY_READ,
        Capability.LIKE: _ONLY_READ,
        Capability.BOOST: N_("Nothing can be shared on Hacker News; a story can be voted for, in a browser."),
        Capability.BLOCK: N_("Nobody can be blocked on Hacker News."),
        Capability.MUTE: N_("Nobody can be muted on Hacker News."),
        Capability.REPORT: _ONLY_READ,
        Capability.MARK_READ: N_("Hacker News does not know what was read."),
        Capability.APPROVE: N_("Nothing on Hacker News waits for your approval."),
        Capability.STREAM: N_("Hacker News announces nothing; it is searched at intervals."),
        Capability.SEARCH: N_("What was fetched is searched here; the whole of Hacker News at hn.algolia.com."),
    },
)


class HackerNewsAccount(AccountSettings):
    """What is watched for. Nothing is secret: everybody may search Hacker News."""

    words: str = Field(
        description=N_(
            "Words to watch for, with commas between them: the brand, its products, its web address. Whole words "
            "count, whatever the case and the accents"
        ),
        min_length=1,
        max_length=MOST_WORDS * LONGEST_WORD,
    )
    username: str = Field(
        default="",
        description=N_("The brand's own name on Hacker News, if it has one: what it wrote is marked as yours"),
        pattern=r"^[A-Za-z0-9_-]{0,15}$",
    )
    base_url: Site = Field(
        default="https://hn.algolia.com",
        description=N_("Address of the search of Hacker News; leave it as it is"),
    )

    @property
    def watched(self) -> tuple[str, ...]:
        """The words, each once."""
        return words_of(self.words)

    @field_validator("words")
    @classmethod
    def _some_words(cls, value: str) -> str:
        words = words_of(value)
        if not words:
            raise ValueError(str(say("Name at least one word to watch for")))
        if len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
            most, length = MOST_WORDS, LONGEST_WORD
            said = say("Up to {count} words of up to {length} letters can be watched", count=most, length=length)
            raise ValueError(str(said))
        return value
