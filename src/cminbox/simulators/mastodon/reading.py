"""The routes that only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.mastodon.desk import missing, one
from cminbox.simulators.mastodon.entities import Flavour, iso
from cminbox.simulators.mastodon.markup import URL_LENGTH, to_html
from cminbox.simulators.mastodon.oauth import OUT_OF_BAND
from cminbox.simulators.mastodon.paging import page_of
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.mastodon.desk import Desk
    from cminbox.simulators.mastodon.entities import Json
    from cminbox.simulators.mastodon.world import Notice, Post

VERSION = {
    Flavour.CURRENT: "4.7.0",
    Flavour.OLD: "3.4.10",
    Flavour.COMPATIBLE: "2.7.2 (compatible; Simulated 0.19.1)",
}
POLICIES = (
    "for_limited_accounts",
    "for_new_accounts",
    "for_not_followers",
    "for_not_following",
    "for_private_mentions",
)
_API_VERSION = 9
_NOTICES, _STATUSES = 80, 40
_MOST_AT_ONCE = 20


def own_account(desk: Desk) -> Response:
    """GET /api/v1/accounts/verify_credentials."""
    return one(desk.entities.own_account(desk.world.brand))


def account(desk: Desk) -> Response:
    """GET /api/v1/accounts/{id}."""
    person = desk.person()
    return missing() if person is None else one(desk.entities.account(person))


def account_statuses(desk: Desk) -> Response:
    """GET /api/v1/accounts/{id}/statuses."""
    person = desk.person()
    if person is None:
        return missing()
    replies = desk.request.first("exclude_replies") not in {"true", "1"}
    posts = [
        post
        for post in desk.world.posts.values()
        if post.author is person and desk.world.brand_sees(post) and (replies or post.parent is None)
    ]
    page, link = page_of(desk, posts, _post_id, _STATUSES)
    return desk.listed([desk.entities.status(post) for post in page], link)


def relationships(desk: Desk) -> Response:
    """GET /api/v1/accounts/relationships."""
    numbers = [desk.entities.from_id(value) for value in desk.request.all("id[]")]
    people = [desk.world.people[number] for number in numbers if number in desk.world.people]
    return Response.of([desk.entities.relationship(person) for person in people])


def application(desk: Desk) -> Response:
    """GET /api/v1/apps/verify_credentials."""
    return one(
        {
            "id": "1",
            "name": "cminbox",
            "website": None,
            "scopes": list(desk.rules.scopes),
            "redirect_uri": OUT_OF_BAND,
            "redirect_uris": [OUT_OF_BAND],
            "vapid_key": "none",
        },
    )


def conversations(desk: Desk) -> Response:
    """GET /api/v1/conversations: paged by the id of each conversation's last status."""
    page, link = page_of(desk, desk.world.exchanges, lambda exchange: exchange.posts[-1], _STATUSES)
    return desk.listed([desk.entities.conversation(exchange) for exchange in page], link)


def first_instance(desk: Desk) -> Response:
    """GET /api/v1/instance."""
    entity: Json = {"uri": "simulated.example", "title": "Simulated", "version": VERSION[desk.rules.flavour]}
    if desk.rules.flavour is Flavour.COMPATIBLE:
        entity["max_toot_chars"] = desk.rules.max_characters
    else:
        entity["configuration"] = {"statuses": _text_rules(desk)}
    return one(entity)


def instance(desk: Desk) -> Response:
    """GET /api/v2/instance."""
    icon = f"{desk.entities.site}/icon.png"
    entity: Json = {
        "domain": "simulated.example",
        "title": "Simulated",
        "version": VERSION[desk.rules.flavour],
        "source_url": "https://simulated.example/source",
        "description": "",
        "usage": {"users": {"active_month": len(desk.world.people)}},
        "thumbnail": {"url": icon},
        "icon": [],
        "languages": ["en", "fr"],
        "configuration": {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "media_attachments": {
                "supported_mime_types": ["image/png"],
                "image_size_limit": 16_777_216,
                "image_matrix_limit": 33_177_600,
                "video_size_limit": 103_809_024,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8_294_400,
            },
            "polls": {
                "max_options": 4,
                "max_characters_per_option": 50,
                "min_expiration": 300,
                "max_expiration": 2_629_746,
            },
            "statuses": {"max_media_attachments": 4, **_text_rules(desk)},
            "translation": {"enabled": False},
            "urls": {},
            "vapid": {"public_key": "none"},
            "limited_federation": False,
        },
        "registrations": {"approval_required": False, "enabled": False, "message": None},
        "contact": {"email": "admin@simulated.example", "account": None},
        "rules": [],
        "api_versions": {"mastodon": _API_VERSION},
    }
    if desk.rules.flavour is not Flavour.CURRENT:
        del entity["api_versions"]
    return one(entity)


def markers(desk: Desk) -> Response:
    """GET /api/v1/markers."""
    if "notifications" not in desk.request.all("timeline[]") or not desk.world.marker_version:
        return one({})
    return one({"notifications": marker(desk)})


def marker(desk: Desk) -> Json:
    """Return the Marker of the notifications."""
    return {
        "last_read_id": desk.entities.to_id(desk.world.marker),
        "version": desk.world.marker_version,
        "updated_at": iso(desk.world.now()),
    }


def notifications(desk: Desk) -> Response:
    """GET /api/v1/notifications."""
    page, link = _notices(desk)
    return desk.listed([desk.entities.notification(notice) for notice in page], link)


def grouped_notifications(desk: Desk) -> Response:
    """GET /api/v2/notifications."""
    page, link = _notices(desk)
    wanted = desk.request.all("grouped_types[]") or ["favourite", "follow", "reblog"]
    entity = desk.entities.grouped(page, frozenset(wanted))
    return Response.of(entity, headers={} if link is None else {"link": link})


def requests(desk: Desk) -> Response:
    """GET /api/v1/notifications/requests."""
    people: dict[int, list[Notice]] = {}
    for notice in desk.world.notices:
        if notice.filtered:
            people.setdefault(notice.person.id, []).append(notice)
    page, link = page_of(desk, sorted(people), int, _NOTICES)
    return desk.listed([desk.entities.request(people[person]) for person in page], link)


def policy(desk: Desk) -> Response:
    """GET /api/v2/notifications/policy."""
    filtered = [notice for notice in desk.world.notices if notice.filtered]
    summary = {
        "pending_requests_count": len({notice.person.id for notice in filtered}),
        "pending_notifications_count": len(filtered),
    }
    return one({name: desk.world.policy.get(name, "accept") for name in POLICIES} | {"summary": summary})


def statuses(desk: Desk) -> Response:
    """GET /api/v1/statuses: those of the ids that exist, at most twenty."""
    wanted = desk.request.all("id[]")
    if len(wanted) > _MOST_AT_ONCE:
        return Response.of({"error": "Too many statuses asked for"}, 422)
    posts = [post for post in map(desk.visible, wanted) if post is not None]
    return Response.of([desk.entities.status(post) for post in posts])


def status(desk: Desk) -> Response:
    """GET /api/v1/statuses/{id}."""
    post = desk.post()
    return missing() if post is None else one(desk.entities.status(post))


def context(desk: Desk) -> Response:
    """GET /api/v1/statuses/{id}/context."""
    post = desk.post()
    if post is None:
        return missing()
    world = desk.world
    above: list[Post] = []
    upper: Post = post
    while upper.parent is not None and upper.parent in world.posts:
        upper = world.posts[upper.parent]
        above.insert(0, upper)
    below: list[Post] = []
    waiting = list(world.children.get(post.id, ()))
    while waiting:
        child = waiting.pop(0)
        if child in world.posts:
            below.append(world.posts[child])
            waiting[:0] = world.children.get(child, [])
    return one(
        {
            "ancestors": [desk.entities.status(known) for known in above if world.brand_sees(known)],
            "descendants": [desk.entities.status(known) for known in below if world.brand_sees(known)],
        },
    )


def history(desk: Desk) -> Response:
    """GET /api/v1/statuses/{id}/history."""
    post = desk.post()
    if post is None:
        return missing()
    now = (post.edited_at or post.created_at, post.text)
    return Response.of(
        [
            {
                "content": to_html(text, lambda _handle: None),
                "spoiler_text": post.spoiler,
                "sensitive": False,
                "created_at": iso(moment),
                "account": desk.entities.account(post.author),
                "media_attachments": [],
                "emojis": [],
            }
            for moment, text in (*post.earlier, now)
        ],
    )


def source(desk: Desk) -> Response:
    """GET /api/v1/statuses/{id}/source."""
    post = desk.post()
    if post is None or post.author is not desk.world.brand:
        return missing()
    return one({"id": desk.entities.to_id(post.id), "text": post.text, "spoiler_text": post.spoiler})


def authorization_server(desk: Desk) -> Response:
    """GET /.well-known/oauth-authorization-server."""
    site = desk.entities.site
    return one(
        {
            "issuer": f"{site}/",
            "service_documentation": "https://simulated.example/documentation",
            "authorization_endpoint": f"{site}/oauth/authorize",
            "token_endpoint": f"{site}/oauth/token",
            "app_registration_endpoint": f"{site}/api/v1/apps",
            "revocation_endpoint": f"{site}/oauth/revoke",
            "userinfo_endpoint": f"{site}/oauth/userinfo",
            "scopes_supported": list(desk.rules.scopes),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        },
    )


def authorize_page(_desk: Desk) -> Response:
    """GET /oauth/authorize: what a browser shows; a test calls `SignIn.approve` instead."""
    return Response(200, b"<!doctype html><title>Authorize</title>", {"content-type": "text/html"})


READING: dict[str, Callable[[Desk], Response]] = {
    "GET /.well-known/oauth-authorization-server": authorization_server,
    "GET /api/v1/accounts/relationships": relationships,
    "GET /api/v1/accounts/verify_credentials": own_account,
    "GET /api/v1/accounts/{id}": account,
    "GET /api/v1/accounts/{id}/statuses": account_statuses,
    "GET /api/v1/apps/verify_credentials": application,
    "GET /api/v1/conversations": conversations,
    "GET /api/v1/instance": first_instance,
    "GET /api/v1/markers": markers,
    "GET /api/v1/notifications": notifications,
    "GET /api/v1/notifications/requests": requests,
    "GET /api/v1/statuses": statuses,
    "GET /api/v1/statuses/{id}": status,
    "GET /api/v1/statuses/{id}/context": context,
    "GET /api/v1/statuses/{id}/history": history,
    "GET /api/v1/statuses/{id}/source": source,
    "GET /api/v2/instance": instance,
    "GET /api/v2/notifications": grouped_notifications,
    "GET /api/v2/notifications/policy": policy,
    "GET /oauth/authorize": authorize_page,
}


def _notices(desk: Desk) -> tuple[list[Notice], str | None]:
    request = desk.request
    types, others = request.all("types[]"), set(request.all("exclude_types[]"))
    everything = request.first("include_filtered") in {"true", "1"}
    person = desk.entities.from_id(request.first("account_id"))
    chosen = [
        notice
        for notice in desk.world.notices
        if (not types or notice.type in types)
        and notice.type not in others
        and (everything or person is not None or not notice.filtered)
        and (person is None or notice.person.id == person)
    ]
    return page_of(desk, chosen, _notice_id, _NOTICES)


def _notice_id(notice: Notice) -> int:
    return notice.id


def _post_id(post: Post) -> int:
    return post.id


def _text_rules(desk: Desk) -> Json:
    return {"max_characters": desk.rules.max_characters, "characters_reserved_per_url": URL_LENGTH}
