"""Which feeds are watched and for what, and the manifest of the network."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, field_validator

from cminbox.domain.network import Capability, Judged, Manifest
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_
from cminbox.network_kit.addresses import checked
from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.watching import LONGEST_WORD, MOST_WORDS, words_of

MOST_FEEDS = 50
_LONGEST_ADDRESS = 2_000
_ONLY_READ = N_("A feed can only be read; do it on the page that the link leads to.")
_ONLY_MENTIONS = N_("What a feed brings arrives as mentions.")

MANIFEST = Manifest(
    name="feeds",
    title="Feeds",
    short="RS",
    documentation="https://www.rssboard.org/rss-specification",
    api_version="RSS 2.0, Atom 1.0, JSON Feed 1.1",
    api_ends=None,
    judged=Judged.REAL_SERVER,
    capabilities=frozenset({Capability.MENTIONS}),
    limits={},
    missing={
        Capability.REPLY: N_("Read only; answer where the link leads."),
        Capability.FIND_SENT: _ONLY_READ,
        Capability.THREAD: N_("A feed shows articles by themselves, without what was said below them."),
        Capability.COMMENTS: _ONLY_MENTIONS,
        Capability.DMS: N_("Feeds are public; nobody writes direct messages in them."),
        Capability.REVIEWS: _ONLY_MENTIONS,
        Capability.HIDE: _ONLY_READ,
        Capability.DELETE: _ONLY_READ,
        Capability.LIKE: _ONLY_READ,
        Capability.BOOST: N_("A feed can only be read; nothing can be shared in it."),
        Capability.BLOCK: N_("Nobody can be blocked in a feed; take its address out of the account's settings."),
        Capability.MUTE: N_("Nobody can be muted in a feed; take its address out of the account's settings."),
        Capability.REPORT: _ONLY_READ,
        Capability.MARK_READ: N_("A feed does not know what was read."),
        Capability.APPROVE: N_("Nothing in a feed waits for your approval."),
        Capability.STREAM: N_("Feeds announce nothing; they are asked for at intervals."),
        Capability.SEARCH: N_("A feed holds its latest articles only; what was fetched is searched here."),
    },
)


class FeedsAccount(AccountSettings):
    """Some feeds that are watched together. Nothing is secret: whoever has an address may read the feed."""

    addresses: str = Field(
        description=N_(
            "Addresses of the feeds (RSS, Atom or JSON Feed), with blanks between them: of a blog, a forum, a news "
            "site, an alert of a search engine"
        ),
        min_length=1,
        max_length=MOST_FEEDS * _LONGEST_ADDRESS,
    )
    words: str = Field(
        default="",
        description=N_(
            "Words to watch for, with commas between them; empty for everything. Whole words count, whatever the case "
            "and the accents"
        ),
        max_length=MOST_WORDS * LONGEST_WORD,
    )

    @property
    def feeds(self) -> tuple[str, ...]:
        """The addresses, each once, in their order."""
        return tuple(dict.fromkeys(_without_fragment(one) for one in self.addresses.split()))

    @property
    def watched(self) -> tuple[str, ...]:
        """The words, each once."""
        return words_of(self.words)

    @field_validator("addresses")
    @classmethod
    def _web_addresses(cls, value: str) -> str:
        addresses = value.split()
        if not addresses or len(addresses) > MOST_FEEDS:
            raise ValueError(str(say("Name between 1 and {most} addresses", most=MOST_FEEDS)))
        for address in addresses:
            checked(address)
        return value

    @field_validator("words")
    @classmethod
    def _some_words(cls, value: str) -> str:
        words = words_of(value)
        if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
            most, length = MOST_WORDS, LONGEST_WORD
            said = say("Up to {count} words of up to {length} letters can be watched", count=most, length=length)
            raise ValueError(str(said))
        return value


def shown(address: str) -> str:
    """Return a feed's address for a sentence: without its query, which can be private."""
    parts = urlsplit(address)
    return safe(f"{parts.hostname or ''}{parts.path.rstrip('/')}", limit=80)


def _without_fragment(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(fragment=""))
