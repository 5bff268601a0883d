"""How LinkedIn shows what exists. A bare view leaves out all that may be missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cminbox.simulators.linkedin.world import Comment, Member, Notice, Post, World

Json = dict[str, Any]
_RESERVED = re.compile(r"([|{}@\[\]()<>#\\*_~])")


def little(text: str) -> str:
    """Return text as the interface for posts writes it."""
    return _RESERVED.sub(r"\\\1", text)


@dataclass(frozen=True, slots=True)
class View:
    """One way of showing things."""

    world: World
    bare: bool = False

    def comment(self, comment: Comment) -> Json:
        """Show a comment."""
        by = {"actor": comment.author.urn}
        shown: Json = {
            "id": str(comment.number),
            "actor": comment.author.urn,
            "object": comment.post.activity,
            "created": {**by, "time": comment.at},
            "message": {"text": comment.text},
        }
        if comment.parent is not None:
            shown["parentComment"] = f"urn:li:comment:({comment.post.activity},{comment.parent})"
        if comment.image is not None:
            shown["content"] = [{"type": "IMAGE", "url": comment.image, "entity": {"image": "urn:li:image:C4E10"}}]
        if comment.edited_at is not None or not self.bare:
            shown["lastModified"] = {**by, "time": comment.edited_at or comment.at}
        if self.bare:
            return shown
        answers = len(self.world.below(comment.post, comment.number))
        liked = sum(entity == comment.urn for _actor, entity in self.world.reactions)
        return shown | {
            "commentUrn": comment.urn,
            "message": {"text": comment.text, "attributes": []},
            "commentsSummary": {"totalFirstLevelComments": answers, "aggregatedTotalComments": answers},
            "likesSummary": {"totalLikes": liked, "aggregatedTotalLikes": liked},
            **({"agent": "urn:li:person:an-admin"} if comment.author is self.world.brand else {}),
        }

    def post(self, post: Post) -> Json:
        """Show a post."""
        shown: Json = {
            "id": post.share,
            "author": post.author.urn,
            "lifecycleState": "PUBLISHED",
            "visibility": "PUBLIC" if post.public else "LOGGED_IN",
            "commentary": little(post.text),
            "publishedAt": post.at,
        }
        return shown if self.bare else shown | {"createdAt": post.at, "lastModifiedAt": post.at}

    def notice(self, notice: Notice) -> Json:
        """Show a notification. Its names for comments are short, and its texts are gone when the post is."""
        entity = notice.comment or notice.post.share
        shown: Json = {
            "notificationId": notice.number,
            "action": notice.action,
            "generatedActivity": entity,
            "lastModifiedAt": notice.at,
        }
        if self.bare:
            return shown | notice.shape
        shown |= {
            "organizationalEntity": self.world.brand.urn,
            "subscriber": "urn:li:person:an-admin",
            "generatedActivity": entity.replace("(urn:li:", "("),
            "sourcePost": notice.post.activity,
        }
        told = {"entity": entity, "owner": notice.owner, "text": notice.text}
        if notice.comment and notice.action != "COMMENT_DELETE":
            shown["decoratedGeneratedActivity"] = {"comment": told | {"object": notice.post.activity}}
        elif not notice.comment and notice.post in self.world.posts:
            shown["decoratedGeneratedActivity"] = {"share": told}
        return shown | notice.shape

    def member(self, member: Member) -> Json:
        """Show a profile."""
        own = member.urn.rpartition(":")[2]
        if self.bare or member.private:
            return {"id": "private"}
        return {
            "id": own,
            "localizedFirstName": member.first,
            "localizedLastName": member.last,
            "localizedHeadline": "Buyer",
            "vanityName": member.vanity,
        }

    def organization(self, member: Member) -> Json:
        """Show an organization."""
        shown: Json = {"id": int(member.urn.rpartition(":")[2])}
        return shown if self.bare else shown | {"localizedName": member.first, "vanityName": member.vanity}
