"""LinkedIn's names for things, and how they are written into an address.

In an address every sign of a URN is percent-encoded; the brackets, commas and colons of a list or a record are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from cminbox.network_kit.reading import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

ORGANIZATION = "urn:li:organization:"
PERSON = "urn:li:person:"
_BELOW = "#"
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(activity|ugcPost|share|groupPost):([0-9]{1,25}),([0-9]{1,25})\)")
_POST = re.compile(r"urn:li:(activity|ugcPost|share|groupPost):[0-9]{1,25}")


@dataclass(frozen=True, slots=True)
class CommentName:
    """A comment's URN in its parts: the thread below which it stands, and its number."""

    thread: str
    number: str

    @property
    def urn(self) -> str:
        """The URN, as the interface for comments writes it."""
        return f"urn:li:comment:({self.thread},{self.number})"


@dataclass(frozen=True, slots=True)
class Place:
    """A comment, and the post of somebody else below which it stands, None where the post is ours.

    What a comment is to us cannot be seen from its URN, so that the id of its message says it.
    """

    name: CommentName
    mention: str | None = None

    @property
    def remote_id(self) -> str:
        """The id of its message: its URN, behind that of the post of somebody else below which it stands."""
        return self.name.urn if self.mention is None else f"{self.mention}{_BELOW}{self.name.urn}"


def place_of(remote_id: str) -> Place:
    """Return the comment that the id of a message stands for. Raises Shape."""
    mention, _, urn = remote_id.rpartition(_BELOW)
    if mention and not is_post(mention):
        raise Shape("comment", "the id of a comment")
    return Place(comment_name(urn, "comment"), mention or None)


def comment_name(urn: str, where: str) -> CommentName:
    """Return the parts of a comment's URN, which notifications abbreviate. Raises Shape."""
    match = _COMMENT.fullmatch(urn)
    if match is None:
        raise Shape(where, "the URN of a comment")
    return CommentName(f"urn:li:{match[1]}:{match[2]}", match[3])


def is_comment(urn: str) -> bool:
    """Whether it is the URN of a comment."""
    return _COMMENT.fullmatch(urn) is not None


def is_post(urn: str) -> bool:
    """Whether it is the URN of a post."""
    return _POST.fullmatch(urn) is not None


def encoded(urn: str) -> str:
    """Return a URN as it stands in an address."""
    return quote(urn, safe="")


def listed(values: Iterable[str]) -> str:
    """Return a list as it stands in an address."""
    return f"List({','.join(encoded(value) for value in values)})"


def record(**fields: str) -> str:
    """Return a record as it stands in an address."""
    return f"({','.join(f'{name}:{encoded(value)}' for name, value in fields.items())})"


def permalink(urn: str) -> str:
    """Return the address of a post, or of a comment below its post, on the website."""
    match = _COMMENT.fullmatch(urn)
    if match is None:
        return f"https://www.linkedin.com/feed/update/{urn}/"
    short = f"urn:li:comment:({match[1]}:{match[2]},{match[3]})"
    return f"https://www.linkedin.com/feed/update/urn:li:{match[1]}:{match[2]}/?commentUrn={encoded(short)}"
