"""The ids of this network: what kind of thing one names, and the one form that each has here.

A comment's id stands as Facebook gives it, `<post>_<comment>`, but it is given as `<comment>` alone in places; it then
gets the number of its post in front. Posts, private messages and recommendations say what they are.
"""

from __future__ import annotations

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused

POST = "post/"
MESSAGE = "dm/"
REVIEW = "review/"
UNKNOWN_PERSON = "unknown/"
"""In front of the id of what somebody wrote whose name Facebook keeps back."""
_NO_STORY = "@"


def number(identifier: str) -> str:
    """Return the last part of an id, which names the thing itself."""
    return identifier.rpartition("_")[2]


def prefix(identifier: str) -> str:
    """Return what stands before the number of a comment, "" when nothing does."""
    return identifier.rpartition("_")[0]


def comment_id(given: str, post: str) -> str:
    """Return the one form of a comment's id; `post` is the number of the post that it stands under."""
    return given if "_" in given or not post else f"{post}_{given}"


def storyless(reviewer: str, created_at: int) -> str:
    """Return the id of a recommendation that Facebook gives no post for: nothing can be done to it.

    `created_at` is UTC milliseconds.
    """
    return f"{REVIEW}{reviewer}{_NO_STORY}{created_at}"


def is_comment(remote_id: str) -> bool:
    """Whether an id names a comment."""
    return not remote_id.startswith((POST, MESSAGE, REVIEW))


def address(remote_id: str) -> str:
    """Return the id by which the Graph API knows a thing. Raises Refused for one that it gave no id for."""
    for kind in (POST, MESSAGE, REVIEW):
        if remote_id.startswith(kind):
            found = remote_id.removeprefix(kind)
            if kind == REVIEW and _NO_STORY in found:
                raise Refused(say("Facebook gives programs no way to answer this recommendation"))
            return found
    return remote_id
