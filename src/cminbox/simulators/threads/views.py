"""How the Threads API shows what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_lists import cut, when
from cminbox.simulators.graph_refusals import Refusal
from cminbox.simulators.threads.world import ACCOUNT_ID, Container, Post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.simulators.graph_fields import Field
    from cminbox.simulators.threads.world import World


class Views:
    """What the API shows."""

    def __init__(self, world: World, largest: int, *, extras: bool) -> None:
        self._world = world
        self._largest = largest
        self._extras = extras

    def account(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """Return the account."""
        values = {"id": ACCOUNT_ID, "username": self._world.us, "name": self._world.us.title()}
        return self._chosen(values, fields)

    def container(self, container: Container, fields: tuple[Field, ...]) -> dict[str, Any]:
        """Return how far something prepared is."""
        status = self._world.status(container)
        error = "UNKNOWN" if status == "ERROR" else None
        return self._chosen({"id": container.id, "status": status, "error_message": error}, fields)

    def figures(self, figures: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
        """Return how much of what may be published is used."""
        return {field.name: figures[field.name] for field in fields if field.name in figures}

    def post(self, post: Post, fields: tuple[Field, ...]) -> dict[str, Any]:
        """Return the fields of a post that were asked for; what is empty is left out, as there."""
        ours = post.author == self._world.us
        root = post.root
        below = self._world.below(post)
        values = {
            "id": post.id,
            "username": None if post.nameless else post.author,
            "text": post.text or None,
            "timestamp": when(post.created_at),
            "permalink": f"https://www.threads.net/@{post.author}/post/{post.id}",
            "media_type": "TEXT_POST",
            "media_product_type": "THREADS",
            "has_replies": bool(below),
            "is_reply": post.above is not None,
            "is_reply_owned_by_me": ours if post.above is not None else None,
            "root_post": None if root is post else {"id": root.id},
            "replied_to": None if post.above is None else {"id": post.above.id},
            "hide_status": "HIDDEN" if post.hidden else "NOT_HUSHED",
            "reply_approval_status": post.approval or None,
            "owner": {"id": ACCOUNT_ID} if ours and post.above is None else None,
        }
        return self._chosen(values, fields)

    def of_account(self, edge: str, fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Any]:
        """Return our posts, our answers, or what names us; newest first."""
        since = int(given.get("since", 0)) * 1000
        found = [post for post in self._world.posts.values() if post.created_at >= since and self._is_in(post, edge)]
        return self._listed(found, fields, given, reverse=True)

    def _is_in(self, post: Post, edge: str) -> bool:
        if edge == "mentions":
            return post.mentions
        return post.author == self._world.us and (post.above is None) == (edge == "threads")

    def below(self, post: Post, edge: str, fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Any]:
        """Return what stands below a post. Raises Refusal for a queue of approvals where there is none."""
        if edge == "pending_replies":
            if not post.approvals:
                raise Refusal(100)
            wanted = given.get("approval_status")
            waiting = (one for one in self._world.posts.values() if one.above is post and one.approval)
            found = [one for one in waiting if wanted in {None, one.approval}]
        else:
            found = [one for one in self._world.below(post) if edge == "conversation" or one.above is post]
        return self._listed(found, fields, given, reverse=given.get("reverse", "true") == "true")

    def _listed(
        self, posts: list[Post], fields: tuple[Field, ...], given: Mapping[str, str], *, reverse: bool
    ) -> dict[str, Any]:
        posts.sort(key=lambda post: (post.created_at, int(post.id)), reverse=reverse)
        return cut(posts, given, lambda post: self.post(post, fields), self._largest)

    def _chosen(self, values: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
        shown = {"id": values["id"]}
        shown |= {field.name: values[field.name] for field in fields if values.get(field.name) is not None}
        if self._extras:
            shown["a_field_of_tomorrow"] = {"nobody": ["knows", None]}
        return shown
