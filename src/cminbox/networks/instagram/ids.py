"""The ids of this network: what kind of thing one names.

A comment under one of our posts stands as Instagram gives it. Posts, private messages, and comments elsewhere that name
us say what they are: each is reached in another way.
"""

from __future__ import annotations

POST = "post/"
MESSAGE = "dm/"
MENTION = "mention/"
UNKNOWN_PERSON = "unknown/"
"""In front of the id of what somebody wrote whom Instagram does not name."""
NAMED = "name/"
"""In front of the name of somebody for whom Instagram gives no id."""


def is_comment(remote_id: str) -> bool:
    """Whether an id names a comment under one of our posts."""
    return not remote_id.startswith((POST, MESSAGE, MENTION))


def bare(remote_id: str) -> str:
    """Return the id by which the Graph API knows a thing."""
    for kind in (POST, MESSAGE, MENTION):
        if remote_id.startswith(kind):
            return remote_id.removeprefix(kind)
    return remote_id
