"""The simulated Bluesky behaves as the real one was seen to."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from cminbox.domain.message import Kind
from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.bluesky.keys import cid_of, did_of, instant_of, iso, tid
from cminbox.simulators.bluesky.server import CHAT_PROXY
from cminbox.simulators.wire import Fault, Request, Response, SpecViolation, Wire, serve

START = 1_790_000_000_000
PASSWORD = "abcd-efgh-ijkl-mnop"
LIST = "app.bsky.notification.listNotifications"
POST = "app.bsky.feed.post"
SECOND, MINUTE = 1_000, 60_000


class Desk:
    """A simulator and somebody who asks it."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - the simulator's own
        self.clock = START
        self.server = SimulatedBluesky(lambda: self.clock, app_password=PASSWORD, **knobs)
        self.ana = self.server.add_person("ana.example", "Ana")
        self.token = ""

    def ask(self, verb: str, method: str, *, headers: dict[str, str] | None = None, **given: Any) -> Response:  # noqa: ANN401 - JSON
        self.clock += 1
        own = {"host": "bluesky.example"} | ({"authorization": f"Bearer {self.token}"} if self.token else {})
        if verb == "GET":
            query = tuple((name, str(one)) for name, value in given.items() for one in _each(value))
            request = Request("GET", f"/xrpc/{method}", query, own | (headers or {}), b"")
        else:
            body = json.dumps(given).encode() if given else b""
            own |= {"content-type": "application/json"}
            request = Request("POST", f"/xrpc/{method}", (), own | (headers or {}), body)
        return self.server.answer(request)

    def get(self, method: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        return self._good(self.ask("GET", method, **given))

    def post(self, method: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        return self._good(self.ask("POST", method, **given))

    def chat(self, verb: str, method: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        return self._good(self.ask(verb, f"chat.bsky.convo.{method}", headers={"atproto-proxy": CHAT_PROXY}, **given))

    def sign_in(self) -> dict[str, str]:
        self.token = ""
        session: dict[str, str] = self.post(
            "com.atproto.server.createSession", identifier="acme.example", password=PASSWORD
        )
        self.token = session["accessJwt"]
        return session

    def put(self, rkey: str, text: str, **more: Any) -> Response:  # noqa: ANN401 - JSON
        record = {"$type": POST, "text": text, "createdAt": iso(START)}
        return self.ask(
            "POST",
            "com.atproto.repo.putRecord",
            repo=self.server.brand.did,
            collection=POST,
            rkey=rkey,
            record=record,
            **more,
        )

    @staticmethod
    def _good(response: Response) -> Any:  # noqa: ANN401 - JSON
        assert response.status == 200, response.body
        return json.loads(response.body) if response.body else None


def _each(value: object) -> list[object]:
    if isinstance(value, bool):
        return [str(value).lower()]
    return list(value) if isinstance(value, list) else [value]


def _error(response: Response) -> tuple[int, str]:
    return response.status, json.loads(response.body)["error"]


@pytest.fixture
def desk() -> Desk:
    made = Desk(largest_page=10)
    made.sign_in()
    return made


def _follow(desk: Desk, **given: Any) -> list[str]:  # noqa: ANN401 - parameters
    """Read a list of notifications by its own cursor to the end."""
    found: list[str] = []
    answer = desk.get(LIST, limit=100, **given)
    while answer["notifications"]:
        found += [one["uri"] for one in answer["notifications"]]
        answer = desk.get(LIST, limit=100, cursor=answer["cursor"], **given)
    return found


def test_following_the_cursor_passes_over_what_shares_its_instant(desk: Desk) -> None:
    for n in range(60):
        desk.server.someone_writes(Kind.MENTION, desk.ana, f"number {n}", created_at=START - SECOND * (n // 7))
    followed = _follow(desk)
    assert len(followed) == len(set(followed)) < 60


def test_a_filter_by_reason_passes_over_more(desk: Desk) -> None:
    post = desk.server.we_write("hello")
    for n in range(60):
        desk.clock = START + 5 * (n // 7)
        desk.server.people.likes(desk.ana, post)
        desk.server.someone_writes(Kind.MENTION, desk.ana, f"number {n}", created_at=desk.clock)
    plain = [uri for uri in _follow(desk) if f"/{POST}/" in uri]
    assert len(_follow(desk, reasons=["mention"])) < 60
    assert len(plain) < 60


def test_a_post_dated_back_is_listed_among_its_time(desk: Desk) -> None:
    early = desk.server.someone_writes(Kind.MENTION, desk.ana, "early")
    desk.clock += SECOND
    back = desk.server.someone_writes(Kind.MENTION, desk.ana, "back", created_at=START - MINUTE)
    future = desk.server.someone_writes(Kind.MENTION, desk.ana, "future", created_at=START + MINUTE)
    listed = desk.get(LIST)["notifications"]
    assert [one["uri"] for one in listed] == [future, early, back]
    assert listed[-1]["indexedAt"] == iso(START - MINUTE)


def test_replies_within_five_levels_are_notified(desk: Desk) -> None:
    uri = desk.server.we_write("hello")
    chain = [uri := desk.server.someone_writes(Kind.COMMENT, desk.ana, f"level {n}", uri) for n in range(7)]
    assert sorted(one["uri"] for one in desk.get(LIST)["notifications"]) == sorted(chain[:5])


def test_what_is_muted_blocked_hidden_or_deleted_is_not_listed(desk: Desk) -> None:
    post = desk.server.we_write("hello")
    people = [desk.server.add_person(f"p{n}.example") for n in range(4)]
    written = [desk.server.someone_writes(Kind.COMMENT, person, "hi", post) for person in people]
    desk.post("app.bsky.graph.muteActor", actor=people[0].did)
    block = {"$type": "app.bsky.graph.block", "subject": people[1].did, "createdAt": iso(START)}
    desk.server.world.publish(desk.server.brand.did, "app.bsky.graph.block", block)
    gate = {"$type": "app.bsky.feed.threadgate", "post": post, "createdAt": iso(START), "hiddenReplies": [written[2]]}
    desk.server.world.publish(desk.server.brand.did, "app.bsky.feed.threadgate", gate, post.rsplit("/", 1)[-1])
    desk.server.delete(written[3])
    assert desk.get(LIST)["notifications"] == []
    shown = desk.get("app.bsky.feed.getPosts", uris=written)["posts"]
    assert [one["uri"] for one in shown] == [written[0], written[2]]
    assert desk.get("app.bsky.feed.getPostThread", uri=written[1])["thread"]["blocked"]
    gone = desk.ask("GET", "app.bsky.feed.getPostThread", uri=written[3])
    assert _error(gone) == (400, "NotFound")


def test_the_mark_of_what_was_seen_decides_what_is_read(desk: Desk) -> None:
    desk.server.someone_writes(Kind.MENTION, desk.ana, "one")
    desk.clock += SECOND
    desk.server.someone_writes(Kind.MENTION, desk.ana, "two")
    assert "seenAt" not in desk.get(LIST, cursor=iso(desk.clock + 1))
    two, one = desk.get(LIST)["notifications"]
    desk.post("app.bsky.notification.updateSeen", seenAt=iso(instant_of(one["indexedAt"]) + 1))
    assert [item["isRead"] for item in desk.get(LIST)["notifications"]] == [False, True]
    assert two["isRead"]


def test_writing_twice_under_a_key_is_told_apart(desk: Desk) -> None:
    key = tid(START * 1000)
    first, again = desk.put(key, "hello", swapRecord=None), desk.put(key, "hello", swapRecord=None)
    assert (first.status, again.status) == (200, 200)
    assert json.loads(first.body)["cid"] == json.loads(again.body)["cid"]
    assert "commit" not in json.loads(again.body)
    assert _error(desk.put(key, "other", swapRecord=None)) == (400, "InvalidSwap")
    assert desk.put(key, "other", swapRecord=json.loads(first.body)["cid"]).status == 200
    assert desk.put(key, "third").status == 200
    record = {"$type": POST, "text": "fourth", "createdAt": iso(START)}
    fields: dict[str, Any] = {"repo": desk.server.brand.did, "collection": POST, "rkey": key, "record": record}
    assert _error(desk.ask("POST", "com.atproto.repo.createRecord", **fields)) == (500, "InternalServerError")
    fields = {"repo": desk.server.brand.did, "collection": POST, "rkey": key}
    assert desk.get("com.atproto.repo.getRecord", **fields)["value"]["text"] == "third"
    for _ in range(2):
        desk.post("com.atproto.repo.deleteRecord", **fields)
    assert _error(desk.ask("GET", "com.atproto.repo.getRecord", **fields)) == (400, "RecordNotFound")


def test_own_records_are_listed_both_ways(desk: Desk) -> None:
    written = [desk.server.we_write(f"number {n}") for n in range(5)]
    fields: dict[str, Any] = {"repo": desk.server.brand.did, "collection": POST}
    method = "com.atproto.repo.listRecords"
    assert [one["uri"] for one in desk.get(method, **fields)["records"]] == written[::-1]
    first = desk.get(method, **fields, reverse=True, limit=2)
    rest = desk.get(method, **fields, reverse=True, cursor=first["cursor"])
    assert [one["uri"] for one in (*first["records"], *rest["records"])] == written


def test_tokens_expire_and_a_refresh_token_works_once(desk: Desk) -> None:
    session = desk.sign_in()
    desk.clock += 7_200 * SECOND
    assert _error(desk.ask("GET", LIST)) == (400, "ExpiredToken")
    desk.token = session["refreshJwt"]
    assert _error(desk.ask("GET", LIST)) == (400, "InvalidToken")
    fresh = desk.post("com.atproto.server.refreshSession")
    assert _error(desk.ask("POST", "com.atproto.server.refreshSession")) == (400, "ExpiredToken")
    desk.token = fresh["accessJwt"]
    assert desk.get(LIST)["notifications"] == []
    desk.token = ""
    assert _error(desk.ask("GET", LIST)) == (401, "AuthMissing")
    wrong: dict[str, Any] = {"identifier": "acme.example", "password": "wrong"}
    assert _error(desk.ask("POST", "com.atproto.server.createSession", **wrong)) == (401, "AuthenticationRequired")


def test_the_thirty_first_sign_in_is_refused_with_the_end_of_the_window() -> None:
    desk = Desk(enforce_limits=True)
    for _ in range(30):
        desk.sign_in()
    desk.token = ""
    fields: dict[str, Any] = {"identifier": "acme.example", "password": PASSWORD}
    refused = desk.ask("POST", "com.atproto.server.createSession", **fields)
    assert _error(refused) == (429, "RateLimitExceeded")
    assert "retry-after" not in refused.headers
    assert 0 < int(refused.headers["ratelimit-reset"]) - desk.clock // 1000 <= 300
    desk.clock += 300 * SECOND
    assert desk.sign_in()


def test_writes_cost_points_and_reads_do_not_use_them_up() -> None:
    desk = Desk(enforce_limits=True)
    desk.sign_in()
    for _ in range(10):
        desk.get(LIST)
    answer = desk.put(tid(START * 1000), "hello")
    assert answer.headers["ratelimit-limit"] == "3000"
    for n in range(2_499):
        desk.clock += 200
        answer = desk.put(tid(START * 1000 + n + 1), f"number {n}")
        assert answer.status == 200
    assert desk.put(tid(START * 1000 + 9_999), "too many").status == 429


@pytest.mark.parametrize(
    ("verb", "method", "given"),
    [
        ("GET", "app.bsky.unheard.of", {}),
        ("POST", LIST, {}),
        ("GET", LIST, {"sort": "newest"}),
        ("GET", "app.bsky.notification.updateSeen", {}),
        ("POST", "app.bsky.notification.updateSeen", {"seenAt": iso(START), "also": 1}),
        ("GET", "com.atproto.server.getSession", {}),
    ],
)
def test_what_the_lexicons_do_not_allow_is_a_violation(
    desk: Desk, verb: str, method: str, given: dict[str, Any]
) -> None:
    with pytest.raises(SpecViolation):
        desk.ask(verb, method, **given)
    with pytest.raises(SpecViolation):
        desk.ask(verb, method, headers={"atproto-proxy": CHAT_PROXY}, **given)


def test_a_post_that_is_too_long_is_a_violation(desk: Desk) -> None:
    with pytest.raises(SpecViolation):
        desk.put(tid(START * 1000), "é" * 301)
    with pytest.raises(SpecViolation):
        desk.put("self", "hello")


def test_direct_messages_need_the_proxy_and_the_right(desk: Desk) -> None:
    assert _error(desk.ask("GET", "chat.bsky.convo.getLog")) == (404, "XRPCNotSupported")
    desk.server.sessions.reads_dms = False
    desk.sign_in()
    denied = desk.ask("GET", "chat.bsky.convo.getLog", headers={"atproto-proxy": CHAT_PROXY})
    assert _error(denied) == (400, "InvalidToken")
    with pytest.raises(SpecViolation):
        desk.ask("GET", LIST, headers={"atproto-proxy": CHAT_PROXY})


def test_the_log_starts_now_and_tells_everything_after(desk: Desk) -> None:
    assert desk.chat("GET", "getLog") == {"logs": []}
    desk.server.someone_writes(Kind.DM, desk.ana, "hello")
    start = desk.chat("GET", "getLog")
    assert start["logs"] == []
    second = desk.server.someone_writes(Kind.DM, desk.ana, "again")
    desk.server.delete(second)
    told = desk.chat("GET", "getLog", cursor=start["cursor"])
    kinds = [event["$type"].split("#")[1] for event in told["logs"]]
    assert kinds == ["logCreateMessage", "logDeleteMessage"]
    assert desk.chat("GET", "getLog", cursor=told["cursor"])["logs"] == []


def test_a_stranger_asks_first_and_an_answer_accepts(desk: Desk) -> None:
    asked = desk.server.someone_writes(Kind.DM, desk.ana, "hello")
    convo = asked.split("/")[0]
    (request,) = desk.chat("GET", "listConvoRequests")["requests"]
    assert request["id"] == convo
    desk.chat("POST", "sendMessage", convoId=convo, message={"text": "hello Ana"})
    assert desk.chat("GET", "listConvoRequests")["requests"] == []
    newest, oldest = desk.chat("GET", "getMessages", convoId=convo)["messages"]
    assert (newest["text"], oldest["text"]) == ("hello Ana", "hello")
    assert desk.chat("GET", "getConvo", convoId=convo)["convo"]["unreadCount"] == 1
    desk.chat("POST", "updateRead", convoId=convo, messageId=asked.split("/")[1])
    assert desk.chat("GET", "getConvo", convoId=convo)["convo"]["unreadCount"] == 0
    missing = desk.ask("GET", "chat.bsky.convo.getConvo", headers={"atproto-proxy": CHAT_PROXY}, convoId="nothing")
    assert _error(missing) == (400, "InvalidConvo")


def test_lists_with_cursors_of_their_own_lose_nothing(desk: Desk) -> None:
    written = {desk.server.someone_writes(Kind.MENTION, desk.ana, f"number {n}", created_at=START) for n in range(25)}
    fields: dict[str, Any] = {"q": "acme.example", "mentions": desk.server.brand.did, "limit": 100}
    found: set[str] = set()
    answer = desk.get("app.bsky.feed.searchPosts", **fields)
    while answer["posts"]:
        found |= {one["uri"] for one in answer["posts"]}
        answer = desk.get("app.bsky.feed.searchPosts", **fields, cursor=answer["cursor"])
    assert found == written
    assert desk.get("app.bsky.feed.searchPosts", q="number 7")["posts"][0]["record"]["text"] == "number 7"


def test_people_are_found_by_handle(desk: Desk) -> None:
    assert desk.get("com.atproto.identity.resolveHandle", handle="ana.example") == {"did": desk.ana.did}
    unknown = desk.ask("GET", "com.atproto.identity.resolveHandle", handle="nobody.example")
    assert _error(unknown) == (400, "InvalidRequest")
    assert desk.get("app.bsky.actor.getProfile", actor="ana.example")["displayName"] == "Ana"


def test_keys_and_identifiers_have_the_real_forms() -> None:
    assert tid(START * 1000) < tid(START * 1000 + 1)
    assert cid_of({"a": 1, "b": 2}) == cid_of({"b": 2, "a": 1})
    assert cid_of({"a": 1}).startswith("bafyrei")
    assert len(cid_of({"a": 1})) == 59
    assert did_of("ana.example").startswith("did:plc:")
    assert instant_of(iso(START + 123)) == START + 123


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.RATE_LIMIT, Fault.UNAVAILABLE])
def test_faults_have_the_form_of_the_real_ones(desk: Desk, fault: Fault) -> None:
    response = desk.server.error(fault)
    assert response.status == int(fault)
    assert json.loads(response.body).keys() == {"error", "message"}
    assert ("ratelimit-reset" in response.headers) == (fault is Fault.RATE_LIMIT)


def test_only_posts_and_direct_messages_are_published(desk: Desk) -> None:
    def publishes(method: str, body: dict[str, Any]) -> bool:
        return desk.server.publishes(Request("POST", f"/xrpc/{method}", (), {}, json.dumps(body).encode()))

    assert publishes("com.atproto.repo.putRecord", {"collection": POST})
    assert publishes("chat.bsky.convo.sendMessage", {})
    assert not publishes("com.atproto.repo.putRecord", {"collection": "app.bsky.feed.like"})
    assert not publishes("com.atproto.repo.deleteRecord", {"collection": POST})


async def test_it_is_served_on_loopback_and_names_itself_there() -> None:
    desk = Desk()
    async with serve(Wire(desk.server)) as base_url, httpx.AsyncClient(base_url=base_url, trust_env=False) as http:
        fields = {"identifier": "acme.example", "password": PASSWORD}
        answer = await http.post("/xrpc/com.atproto.server.createSession", json=fields)
        (service,) = answer.json()["didDoc"]["service"]
        assert service["serviceEndpoint"] == base_url
        assert (await http.get("/xrpc/app.bsky.unheard.of")).status_code == 400


def test_what_the_brand_said_is_told() -> None:
    desk = Desk()
    post = desk.server.brand_post()
    assert desk.server.brand_post() == post
    asked = desk.server.someone_writes(Kind.COMMENT, desk.ana, "where?", language="en")
    private = desk.server.someone_writes(Kind.DM, desk.ana, "psst")
    answers = [desk.server.we_write("here", asked), desk.server.we_write("yes?", private)]
    told = desk.server.published()
    assert [one.remote_id for one in told] == answers
    assert [(one.under, one.text, one.public) for one in told] == [
        (asked, "here", True),
        (private.split("/")[0], "yes?", False),
    ]
