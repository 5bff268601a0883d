"""Answering: the words with the people whom they must reach, in the visibility of what is answered, exactly once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown
from cminbox.network_kit.limits import graphemes
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.mastodon.api import status_path
from cminbox.networks.mastodon.statuses import DIRECT, read_status

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.mastodon.api import Api, Facts, Me
    from cminbox.networks.mastodon.statuses import Status

WIDEST_FIRST = ("public", "unlisted", "private", DIRECT)
HANDLE = re.compile(r"(?<![\w/=])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(@[\w.-]*\w)?")
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LONGEST_LANGUAGE = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A status that is ready to be published."""

    text: str
    warning: str
    visibility: str
    answers: str
    language: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the body of the request."""
        body = {"status": self.text, "in_reply_to_id": self.answers, "visibility": self.visibility}
        if self.warning:
            body["spoiler_text"] = self.warning
        if self.language:
            body["language"] = self.language
        return body


async def send(api: Api, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request. Raises NetworkFailure."""
    if not reply.text.strip():
        raise Refused(say("The reply is empty"))
    facts = await api.facts()
    me = await api.me()
    answered = await read_one(api, reply.to)
    draft = compose(reply, answered, me, urlsplit(api.base_url).hostname or "")
    check_length(draft, facts)
    answer = await api.publish(draft.to_json(), reply.send_key)
    try:
        return receipt_of(Reader(answer.body, "status"))
    except Shape:
        raise SendOutcomeUnknown(
            say("{host} took the message but its answer does not name it", host=api.host),
        ) from None


async def read_one(api: Api, identifier: str) -> Status:
    """Return a status. Raises NetworkFailure."""
    answer = await api.get(status_path(identifier), scope="read:statuses")
    try:
        return read_status(answer.body)
    except Shape as shape:
        raise unreadable(shape) from None


def receipt_of(published: Reader) -> Receipt:
    """Return the word that a status of ours exists: its id is enough. Raises Shape without one."""
    identifier = published.identifier("id")
    try:
        link = published.text("url", "") or published.text("uri", "")
        created_at = published.maybe_instant("created_at")
    except Shape:
        return Receipt(identifier)
    return Receipt(identifier, link if link.startswith(("https://", "http://")) else None, created_at)


def compose(reply: Reply, answered: Status, me: Me, host: str) -> Draft:
    """Return the status that answers another: same visibility or narrower, everybody concerned is mentioned.

    Raises Refused when it would reach nobody.
    """
    visibility = visibility_of(reply.kind, answered)
    people = concerned(answered, me.id)
    if reply.kind is Kind.DM and not answered.direct:
        # Whoever else is named in public is not meant by a private word to its author.
        people = [answered.acct] if answered.author != me.id else []
    if visibility == DIRECT and not people:
        raise Refused(say("A private answer needs somebody to go to; this message names nobody but us"))
    named = {handle.casefold() for handle in handles_in(reply.text, host)}
    missing = [f"@{acct}" for acct in people if acct.casefold() not in named]
    return Draft(
        text=" ".join((*missing, reply.text)),
        warning=_warning(answered),
        visibility=visibility,
        answers=answered.id,
        language=_language(reply.lang),
    )


def visibility_of(kind: Kind, answered: Status) -> str:
    """Return the visibility of an answer: never wider than what is answered; a strange one becomes the narrowest."""
    if kind is Kind.DM or answered.visibility not in WIDEST_FIRST:
        return DIRECT
    return answered.visibility


def concerned(answered: Status, me: str) -> list[str]:
    """Return the handles of everybody whom an answer has to mention: the author first, then whom it mentioned."""
    people = {answered.author: answered.acct} | {
        identifier: acct for identifier, acct in answered.mentions if identifier != answered.author
    }
    return [acct for identifier, acct in people.items() if identifier != me and acct]


def handles_in(text: str, host: str) -> set[str]:
    """Return the handles that a text mentions, those of the server `host` itself without it."""
    found: set[str] = set()
    for match in HANDLE.finditer(text):
        domain = (match.group(2) or "").removeprefix("@")
        found.add(match.group(1) if domain.casefold() in {"", host.casefold()} else f"{match.group(1)}@{domain}")
    return found


def length(text: str, warning: str, url_length: int) -> int:
    """Return how long a status counts: graphemes, links at a fixed length, handles by their local part alone."""
    counted = _URL.sub("x" * url_length, text)
    counted = HANDLE.sub(lambda match: f"@{match.group(1)}", counted)
    return graphemes(counted) + graphemes(warning)


def check_length(draft: Draft, facts: Facts) -> None:
    """Raise Refused when the server would find a status too long."""
    used = length(draft.text, draft.warning, facts.url_length)
    if used > facts.max_characters:
        raise Refused(
            say(
                "The reply is too long: {used} of at most {maximum}, the people whom it mentions included",
                used=used,
                maximum=facts.max_characters,
            ),
        )


def _warning(answered: Status) -> str:
    """Return the content warning of what is answered: whoever hid the matter does not want it shown by the answer."""
    try:
        return answered.source.text("spoiler_text", "")
    except Shape:
        return ""


def _language(lang: str | None) -> str | None:
    """Return the language code that the API takes: "fr" of "fr-CA"."""
    code = (lang or "").split("-")[0].split("_")[0].lower()
    return code if code.isalpha() and code.isascii() and 1 < len(code) <= _LONGEST_LANGUAGE else None
