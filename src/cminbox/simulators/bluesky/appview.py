"""What the AppView answers to the brand: notifications, posts, threads, search, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.bluesky.keys import instant_of, iso
from cminbox.simulators.bluesky.refusals import invalid
from cminbox.simulators.bluesky.views import detailed, notification, post_view, thread
from cminbox.simulators.bluesky.world import POST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.simulators.bluesky.world import Record, Row, World

_ROUNDS = 10


class AppView:
    """Answers queries. `largest_page` bounds every page below what is asked for."""

    def __init__(self, world: World, largest_page: int) -> None:
        self.world = world
        self.largest_page = largest_page

    def list_notifications(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer listNotifications, with the faults of the real one.

        The cursor is the instant of the last entry, and only older ones follow it: what shares that instant is passed
        over. A filter by reason reads on by that cursor until half a page is found, and so passes over more.
        """
        limit = min(params["limit"], self.largest_page)
        reasons = params.get("reasons")
        rows, before = self._page(params.get("cursor"), limit)
        if reasons:
            found = [row for row in rows if row.reason in reasons]
            for _ in range(_ROUNDS - 1):
                if before is None or len(found) >= (limit + 1) // 2:
                    break
                rows, before = self._page(before, limit)
                found += [row for row in rows if row.reason in reasons]
            rows = found
        answer: dict[str, Any] = {"notifications": [notification(self.world, row) for row in rows if self._shown(row)]}
        if before is not None:
            answer["cursor"] = before
        seen = self.world.seen_at
        if seen is None and params.get("cursor") is None and rows:
            # Where nothing was ever seen, the real AppView takes the newest entry for the last one seen.
            seen = rows[0].sorted_at
        return answer | {"priority": False} | ({"seenAt": iso(seen)} if seen is not None else {})

    def _page(self, cursor: str | None, limit: int) -> tuple[list[Row], str | None]:
        before = None if cursor is None else _instant(cursor)
        rows = self.world.rows()
        start = 0 if before is None else next((i for i, row in enumerate(rows) if row.sorted_at < before), len(rows))
        page = rows[start : start + limit]
        return page, iso(page[-1].sorted_at) if page else None

    def _shown(self, row: Row) -> bool:
        record = self.world.records[row.uri]
        if record.did in self.world.muted or self.world.blocked(record.did) is not None:
            return False
        return row.reason != "reply" or not self.world.hidden(record)

    def get_posts(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer getPosts: what is gone or blocked is left out."""
        found = [self.world.records.get(uri) for uri in params["uris"]]
        return {"posts": [post_view(self.world, one) for one in found if one is not None and self._visible(one)]}

    def get_post_thread(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer getPostThread."""
        if params["uri"] not in self.world.records:
            raise invalid(f"Post not found: {params['uri']}", "NotFound")
        return {"thread": thread(self.world, params["uri"], params["depth"], params["parentHeight"])}

    def search_posts(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer searchPosts; the span of time is that of the lists' order."""
        since, until = (_instant(params[name]) if name in params else None for name in ("since", "until"))
        word = params["q"].lower()
        named = params.get("mentions")
        found = [
            record
            for record in self.world.records.values()
            if record.collection == POST
            and (word in record.value["text"].lower() or named is not None)
            and (named is None or self.world.mentions(record, named))
            and (since is None or record.sorted_at >= since)
            and (until is None or record.sorted_at < until)
        ]
        return self._listed(found, params)

    def get_quotes(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer getQuotes."""
        quotes = (one for one in self.world.records.values() if one.collection == POST)
        return {"uri": params["uri"]} | self._listed(
            (one for one in quotes if self.world.quoted(one) == params["uri"]),
            params,
        )

    def get_profile(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer getProfile."""
        person = self.world.people.get(params["actor"]) or self.world.with_handle(params["actor"])
        if person is None:
            raise invalid("Profile not found")
        return detailed(self.world, person)

    def resolve_handle(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer resolveHandle."""
        person = self.world.with_handle(params["handle"])
        if person is None:
            raise invalid("Unable to resolve handle")
        return {"did": person.did}

    def mute_actor(self, body: dict[str, Any]) -> None:
        """Answer muteActor."""
        self.world.muted.add(body["actor"])

    def unmute_actor(self, body: dict[str, Any]) -> None:
        """Answer unmuteActor."""
        self.world.muted.discard(body["actor"])

    def update_seen(self, body: dict[str, Any]) -> None:
        """Answer updateSeen."""
        self.world.seen_at = instant_of(body["seenAt"])

    def create_report(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer createReport."""
        self.world.reports.append(body)
        given = {name: body[name] for name in ("reasonType", "reason", "subject") if name in body}
        reported = {"reportedBy": self.world.brand.did, "createdAt": iso(self.world.now())}
        return given | reported | {"id": len(self.world.reports)}

    def _visible(self, record: Record) -> bool:
        return self.world.blocked(record.did) is None

    def _listed(self, records: Iterable[Record], params: dict[str, Any]) -> dict[str, Any]:
        """Return a page of posts, newest first; this cursor tells apart what shares an instant."""
        limit = min(params["limit"], self.largest_page)
        ordered = sorted(records, key=lambda one: (one.sorted_at, one.cid), reverse=True)
        if "cursor" in params:
            instant, _, cid = params["cursor"].partition("__")
            if not instant.isdecimal() or not cid:
                raise invalid("Malformed cursor")
            ordered = [one for one in ordered if (one.sorted_at, one.cid) < (int(instant), cid)]
        page = ordered[:limit]
        cursor = {"cursor": f"{page[-1].sorted_at}__{page[-1].cid}"} if page else {}
        return {"posts": [post_view(self.world, one) for one in page if self._visible(one)]} | cursor


def _instant(text: str) -> int:
    try:
        return instant_of(text)
    except (ValueError, OverflowError):
        raise invalid("Malformed cursor") from None
