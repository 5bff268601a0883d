"""Asking for comments: one by its name, or all that stand below a post or below a comment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.linkedin.entities import read_comment
from cminbox.networks.linkedin.urns import comment_name, encoded, is_comment

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.linkedin.api import Api
    from cminbox.networks.linkedin.entities import Comment
    from cminbox.networks.linkedin.urns import CommentName

_MOST_PAGES = 20


@dataclass(slots=True)
class Below:
    """What stands below something. `complete` says whether it is all; `skipped` is what could not be read.

    `cut` says that there is more than is ever read.
    """

    comments: list[Comment] = field(default_factory=list)
    skipped: list[Saying] = field(default_factory=list)
    complete: bool = True
    cut: bool = False

    def add(self, other: Below) -> None:
        """Take what stands below something else too, each comment once."""
        known = {comment.name.number for comment in self.comments}
        self.comments += [comment for comment in other.comments if comment.name.number not in known]
        self.skipped += other.skipped
        self.complete = self.complete and other.complete
        self.cut = self.cut or other.cut


def path_to(owner: str) -> str:
    """Return the address of the comments below a post or a comment."""
    return f"/socialActions/{encoded(owner)}/comments"


async def comment_at(api: Api, name: CommentName) -> Comment:
    """Return one comment. Raises NetworkFailure, Gone when it no longer exists."""
    try:
        return read_comment(await api.get(f"{path_to(name.thread)}/{encoded(name.number)}"), name.thread)
    except Shape as shape:
        raise unreadable(shape) from None


async def below(api: Api, owner: str, *, answers: bool = True) -> Below:
    """Return the comments below a post, with their answers, or the answers to a comment. Raises NetworkFailure."""
    above = comment_name(owner, "comment") if is_comment(owner) else None
    found = await _listed(api, owner, above)
    if above is None and answers:
        for comment in [one for one in found.comments if one.parent is None and one.answers != 0]:
            found.add(await _listed(api, comment.name.urn, comment.name))
    return found


async def _listed(api: Api, owner: str, above: CommentName | None) -> Below:
    found = Below()
    thread = owner if above is None else above.thread
    seen: set[str] = set()
    left: int | None = 0
    async for part in api.every(path_to(owner), most=_MOST_PAGES):
        left = part.next_start
        here: set[str] = set()
        for item in part.items:
            try:
                comment = read_comment(item, thread, above)
            except Shape as shape:
                found.skipped.append(unreadable(shape).saying)
                found.complete = False
                continue
            if comment.name != above and comment.name.number not in seen | here:
                found.comments.append(comment)
            here.add(comment.name.number)
        # Pages overlap: where nothing of the one before is seen again, more than that was deleted in between.
        if seen and here and not here & seen:
            found.complete = False
        seen |= here
    found.cut = left is not None
    found.complete = found.complete and not found.cut
    return found
