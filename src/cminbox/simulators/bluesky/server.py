"""A Bluesky account's own server, with the AppView and the chat service behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cminbox.simulators.bluesky.appview import AppView
from cminbox.simulators.bluesky.chat import Chat
from cminbox.simulators.bluesky.keys import did_of
from cminbox.simulators.bluesky.limits import ALL_REQUESTS, RateLimits
from cminbox.simulators.bluesky.people import People
from cminbox.simulators.bluesky.refusals import Refusal
from cminbox.simulators.bluesky.repository import Repository
from cminbox.simulators.bluesky.sessions import Sessions
from cminbox.simulators.bluesky.world import POST, Person, World
from cminbox.simulators.lexicon_check import Lexicons
from cminbox.simulators.wire import Fault, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Kind
    from cminbox.simulators.wire import Request

CHAT_PROXY = "did:web:api.bsky.chat#bsky_chat"
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?")
_PREFIX = "/xrpc/"
_LARGEST_PAGE = 100
_Handler = TypeVar("_Handler")
_ERRORS = {
    Fault.UNAUTHORIZED: (401, "AuthenticationRequired", "Authentication Required"),
    Fault.FORBIDDEN: (403, "Forbidden", "Forbidden"),
    Fault.NOT_FOUND: (404, "NotFound", "Not Found"),
    Fault.RATE_LIMIT: (429, "RateLimitExceeded", "Rate Limit Exceeded"),
    Fault.SERVER_ERROR: (500, "InternalServerError", "Internal Server Error"),
    Fault.UNAVAILABLE: (503, "NotEnoughResources", "Service Unavailable"),
}


@dataclass(frozen=True, slots=True)
class Published:
    """Something the brand said under somebody's message; `under` is a conversation where it is private."""

    remote_id: str
    under: str
    text: str
    public: bool


@cache
def lexicons() -> Lexicons:
    """Return the lexicons that requests and answers are held against."""
    return Lexicons.load(Path(__file__).parents[1] / "specs" / "bluesky.json")


class SimulatedBluesky:
    """Bluesky with one brand account; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `largest_page` bounds every list of the AppView and the chat below what is asked for.
    With `enforce_limits` requests are counted and refused as the real server does it.
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        brand: str = "acme.example",
        brand_name: str = "Acme",
        app_password: str = "simu-late-dapp-pass",  # noqa: S107 - it opens a simulator only
        largest_page: int = _LARGEST_PAGE,
        enforce_limits: bool = False,
    ) -> None:
        self.now = now
        self.brand = Person(did_of(brand), brand, brand_name)
        self.world = World(now, self.brand)
        self.chat = Chat(self.world)
        self.sessions = Sessions(now, self.brand, app_password)
        self.limits = RateLimits(now, enforced=enforce_limits)
        self.people = People(self.world, self.chat)
        self._page = largest_page
        appview, repository = AppView(self.world, largest_page), Repository(self.world, lexicons())
        self._queries: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "app.bsky.actor.getProfile": appview.get_profile,
            "app.bsky.feed.getPostThread": appview.get_post_thread,
            "app.bsky.feed.getPosts": appview.get_posts,
            "app.bsky.feed.getQuotes": appview.get_quotes,
            "app.bsky.feed.searchPosts": appview.search_posts,
            "app.bsky.notification.listNotifications": appview.list_notifications,
            "chat.bsky.convo.getConvo": lambda params: {"convo": self.chat.view(self.chat.get(params["convoId"]))},
            "chat.bsky.convo.getLog": lambda params: self.chat.get_log(params.get("cursor")),
            "chat.bsky.convo.getMessages": self._messages,
            "chat.bsky.convo.listConvoRequests": self._requests,
            "chat.bsky.convo.listConvos": self._convos,
            "com.atproto.identity.resolveHandle": appview.resolve_handle,
            "com.atproto.repo.getRecord": repository.get,
            "com.atproto.repo.listRecords": repository.list,
        }
        self._procedures: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "app.bsky.graph.muteActor": appview.mute_actor,
            "app.bsky.graph.unmuteActor": appview.unmute_actor,
            "app.bsky.notification.updateSeen": appview.update_seen,
            "chat.bsky.convo.acceptConvo": lambda body: self.chat.accept(self.chat.get(body["convoId"])),
            "chat.bsky.convo.sendMessage": self._send,
            "chat.bsky.convo.updateRead": self._read,
            "com.atproto.moderation.createReport": appview.create_report,
            "com.atproto.repo.createRecord": repository.create,
            "com.atproto.repo.deleteRecord": repository.delete,
            "com.atproto.repo.putRecord": repository.put,
        }

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the lexicons do not allow it."""
        method = request.path.removeprefix(_PREFIX)
        if not request.path.startswith(_PREFIX):
            raise SpecViolation(f"{request.path} is not the path of a method")
        allowed, headers = self.limits.take(method)
        if not allowed:
            return _refused(Fault.RATE_LIMIT, headers)
        try:
            answer = self._answer(method, request)
        except Refusal as refusal:
            response = refusal.response()
        else:
            lexicons().answer(method, answer)
            response = Response.of(answer) if answer is not None else Response()
        response.headers.update(headers)
        return response

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a reply."""
        method = request.path.removeprefix(_PREFIX)
        if method == "chat.bsky.convo.sendMessage":
            return True
        written = {"com.atproto.repo.putRecord", "com.atproto.repo.createRecord"}
        return method in written and request.json().get("collection") == POST

    def error(self, fault: Fault) -> Response:
        """Return this network's own form of a failure: a rate limit tells when it ends, and not how long to wait."""
        headers = self.limits.headers(ALL_REQUESTS[0], 0) if fault is Fault.RATE_LIMIT else {}
        return _refused(fault, headers)

    # What people do.

    def add_person(self, handle: str, name: str = "", followers: int = 10) -> Person:
        """Let an account be known; `handle` is a domain name."""
        return self.world.add_person(handle, name, followers)

    def someone_writes(
        self,
        kind: Kind,
        person: Person,
        text: str,
        under: str | None = None,
        created_at: int | None = None,
        language: str | None = None,
    ) -> str:
        """Let a person write to the brand; return the remote id.

        A comment without `under` stands under the brand's own post, a direct message in the person's conversation. A
        mention names the brand in a facet, over its handle where the text has it. `created_at` (UTC milliseconds) is
        the author's claim, for a direct message the time that it bears.
        """
        return self.people.writes(kind, person, text, under, created_at, language)

    def we_write(self, text: str, under: str | None = None) -> str:
        """Let the brand write from another app; return the remote id."""
        return self.people.brand_writes(text, under)

    def brand_post(self) -> str:
        """Return the brand's own post under which people comment; written when first needed."""
        return self.people.brand_post()

    def delete(self, remote_id: str) -> None:
        """Let a message be deleted."""
        self.people.deletes(remote_id)

    def published(self) -> list[Published]:
        """Return what the brand said under others' messages, oldest first within posts and within conversations."""
        posts = (
            Published(record.uri, parent, record.value["text"], public=True)
            for record in self.world.owned(POST, self.brand.did)
            if (parent := record.above("parent")) is not None
        )
        messages = (
            Published(f"{convo.id}/{message.id}", convo.id, message.text, public=False)
            for convo in self.chat.convos.values()
            for message in convo.messages
            if message.sender == self.brand.did and not message.deleted
        )
        return [*posts, *messages]

    def _answer(self, method: str, request: Request) -> dict[str, Any] | None:
        definition = lexicons().method(method)
        authorization = request.headers.get("authorization", "")
        if definition["type"] == "query":
            params = lexicons().query(method, request.query)
            _expect_verb("GET", method, request)
            self._authorized(method, request, authorization)
            return self._known(self._queries, method)(params)
        _expect_verb("POST", method, request)
        body = request.json() if request.body else None
        lexicons().procedure(method, request.query, body, request.headers.get("content-type", ""))
        if method == "com.atproto.server.createSession":
            return self.sessions.create(body or {}, _service(request))
        if method == "com.atproto.server.refreshSession":
            return self.sessions.refresh(authorization, _service(request))
        self._authorized(method, request, authorization)
        return self._known(self._procedures, method)(body or {})

    def _authorized(self, method: str, request: Request, authorization: str) -> None:
        """Raise Refusal unless the token is good; the chat is reached through a proxy and by some passwords only."""
        proxy = request.headers.get("atproto-proxy")
        if not method.startswith("chat."):
            if proxy is not None:
                raise SpecViolation(f"{method} is not to be sent to {proxy}")
            self.sessions.check(authorization)
            return
        if proxy != CHAT_PROXY:
            raise Refusal(404, "XRPCNotSupported", "XRPCNotSupported")
        self.sessions.check_privileged(authorization)

    def _known(self, methods: dict[str, _Handler], method: str) -> _Handler:
        if method not in methods:
            raise SpecViolation(f"{method} is documented but not simulated")
        return methods[method]

    def _messages(self, params: dict[str, Any]) -> dict[str, Any]:
        convo = self.chat.get(params["convoId"])
        return self.chat.get_messages(convo, params.get("cursor"), min(params["limit"], self._page))

    def _convos(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.chat.list_convos(params.get("status"), params.get("cursor"), min(params["limit"], self._page))

    def _requests(self, params: dict[str, Any]) -> dict[str, Any]:
        found = self.chat.list_convos("request", params.get("cursor"), min(params["limit"], self._page))
        views = [{"$type": "chat.bsky.convo.defs#convoView"} | view for view in found.pop("convos")]
        return found | {"requests": views}

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        convo, message = self.chat.get(body["convoId"]), body["message"]
        said = self.chat.say(convo, self.brand.did, message["text"], facets=message.get("facets"))
        view = said.view()
        del view["$type"]
        return view

    def _read(self, body: dict[str, Any]) -> dict[str, Any]:
        convo = self.chat.get(body["convoId"])
        convo.read_to = max(convo.read_to, body.get("messageId") or convo.messages[-1].id)
        return {"convo": self.chat.view(convo)}


def _expect_verb(verb: str, method: str, request: Request) -> None:
    if request.method != verb:
        raise SpecViolation(f"{method} is to be asked with {verb}, not {request.method}")


def _service(request: Request) -> str:
    host = request.headers.get("host", "simulated.example")
    return f"{'http' if _LOOPBACK.fullmatch(host) else 'https'}://{host}"


def _refused(fault: Fault, headers: dict[str, str]) -> Response:
    status, name, words = _ERRORS[fault]
    return Response.of({"error": name, "message": words}, status, headers)
