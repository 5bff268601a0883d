"""How the interface shows what the site keeps."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cminbox.simulators.wordpress.world import Comment, Person

Json = dict[str, Any]

SITE = "https://blog.example"
ZONE = timedelta(hours=-5)
"""The wall clock of the site, by which it compares times."""


def local(moment: int) -> str:
    """Return an instant (UTC milliseconds) by the site's wall clock, in whole seconds, without a zone."""
    return (datetime.fromtimestamp(moment // 1000, UTC) + ZONE).strftime("%Y-%m-%dT%H:%M:%S")


def gmt(moment: int) -> str:
    """Return an instant (UTC milliseconds) in UTC, in whole seconds, without a zone, as WordPress writes it."""
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def comment_of(comment: Comment, *, edit: bool, bare: bool = False) -> Json:
    """Return a comment; with `edit` the words as they were written and who he is."""
    shown: Json = {
        "id": comment.id,
        "post": comment.post.id,
        "parent": comment.parent,
        "author": comment.author.id,
        "author_name": comment.author.name,
        "author_url": "",
        "date": local(comment.at),
        "date_gmt": gmt(comment.at),
        "content": {"rendered": _rendered(comment.raw)},
        "link": f"{SITE}/new-stock/#comment-{comment.id}",
        "status": comment.status,
        "type": comment.type,
        "author_avatar_urls": {"24": f"{SITE}/avatar"},
        "meta": [],
        "_links": {"up": [{"embeddable": True, "post_type": comment.post.type, "href": f"{SITE}/{comment.post.id}"}]},
    }
    if edit:
        shown["content"]["raw"] = comment.raw
    if edit and not bare:
        shown |= {"author_email": comment.author.email, "author_ip": "192.0.2.7", "author_user_agent": "a browser"}
    if bare:
        for name in ("author_url", "author_avatar_urls", "meta", "date"):
            del shown[name]
    if comment.is_odd:
        shown |= {"type": "telepathy", "content": None}
    return shown


def review_of(comment: Comment, *, edit: bool, bare: bool = False) -> Json:
    """Return a review in the shop's form."""
    shown: Json = {
        "id": comment.id,
        "date_created": local(comment.at),
        "date_created_gmt": gmt(comment.at),
        "product_id": comment.post.id,
        "status": comment.status,
        "reviewer": comment.author.name,
        "reviewer_email": comment.author.email,
        "review": comment.raw if edit else _rendered(comment.raw),
        "rating": comment.rating,
        "verified": False,
        "reviewer_avatar_urls": {"24": f"{SITE}/avatar"},
        "_links": {"up": [{"href": f"{SITE}/product"}]},
    }
    if not bare:
        shown |= {"product_name": "A lamp", "product_permalink": f"{SITE}/product/lamp/"}
    if comment.author.id:
        shown["_links"]["reviewer"] = [{"embeddable": True, "href": f"{SITE}/wp-json/wp/v2/users/{comment.author.id}"}]
    if comment.is_odd:
        shown["review"] = ["telepathy"]
    return shown


def user_of(person: Person, capabilities: frozenset[str]) -> Json:
    """Return a user as he sees himself."""
    return {
        "id": person.id,
        "username": person.name,
        "name": person.name.title(),
        "slug": person.name,
        "roles": [person.role],
        "capabilities": dict.fromkeys(sorted(capabilities), True),
    }


def _rendered(raw: str) -> str:
    """Return words as the site shows them: in paragraphs, with curly quotes."""
    curled = raw.replace("'", "&#8217;").replace(html.escape('"'), "&#8221;").replace('"', "&#8221;")
    return "<p>" + curled.replace("\n", "<br />\n") + "</p>\n"
