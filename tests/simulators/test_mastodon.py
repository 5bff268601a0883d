"""The simulated Mastodon server is what the API's description says, and as strict as a real one."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.text import html_to_text
from cminbox.simulators.mastodon import Flavour, SimulatedMastodon
from cminbox.simulators.mastodon.server import SCOPES
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Request, Response, SpecViolation, Wire, serve

if TYPE_CHECKING:
    from collections.abc import Mapping

    Call = tuple[str, str, object]

TOKEN = "simulated-token"
HOST = "social.example"


class Visitor:
    """Somebody who asks a simulated server by hand."""

    def __init__(self, server: SimulatedMastodon) -> None:
        self.server = server
        self.specification = load("mastodon")

    def ask(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        token: str | None = TOKEN,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        parts = urlsplit(target)
        sent = {"host": HOST, **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if body is not None:
            sent["content-type"] = "application/json"
        raw = b"" if body is None else json.dumps(body).encode()
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return self.server.answer(Request(method, parts.path, query, sent, raw))

    def get(self, target: str) -> Any:  # noqa: ANN401 - foreign JSON
        return json.loads(self.ask("GET", target).body)

    def post(self, target: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> Response:
        return self.ask("POST", target, body, headers=headers)


class Clock:
    """A clock that moves a little whenever somebody looks at it."""

    def __init__(self) -> None:
        self.at = 1_790_000_000_000

    def __call__(self) -> int:
        self.at += 3
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visitor(clock: Clock) -> Visitor:
    return Visitor(SimulatedMastodon(clock))


def publish(visitor: Visitor, **fields: object) -> Any:  # noqa: ANN401 - foreign JSON
    return json.loads(visitor.post("/api/v1/statuses", fields).body)


def reading_calls(me: str, person: str, comment: str, private: str, published: str) -> list[Call]:
    return [
        ("GET", "/.well-known/oauth-authorization-server", None),
        ("GET", "/api/v1/accounts/verify_credentials", None),
        ("GET", f"/api/v1/accounts/{person}", None),
        ("GET", f"/api/v1/accounts/{me}/statuses?limit=5&exclude_replies=false", None),
        ("GET", f"/api/v1/accounts/relationships?id[]={person}", None),
        ("GET", "/api/v1/apps/verify_credentials", None),
        ("GET", "/api/v1/conversations", None),
        ("GET", "/api/v1/instance", None),
        ("GET", "/api/v2/instance", None),
        ("GET", "/api/v1/notifications?include_filtered=true", None),
        ("GET", "/api/v2/notifications?include_filtered=true", None),
        ("GET", "/api/v1/notifications/requests", None),
        ("GET", "/api/v2/notifications/policy", None),
        ("GET", f"/api/v1/statuses?id[]={comment}&id[]={private}&id[]=5", None),
        ("GET", f"/api/v1/statuses/{comment}", None),
        ("GET", f"/api/v1/statuses/{comment}/context", None),
        ("GET", f"/api/v1/statuses/{comment}/history", None),
        ("GET", f"/api/v1/statuses/{published}/source", None),
    ]


def writing_calls(person: str, comment: str, conversation: str) -> list[Call]:
    return [
        ("POST", f"/api/v1/statuses/{comment}/favourite", None),
        ("POST", f"/api/v1/statuses/{comment}/unfavourite", None),
        ("POST", f"/api/v1/accounts/{person}/mute", {"notifications": True}),
        ("POST", f"/api/v1/accounts/{person}/unmute", None),
        ("POST", f"/api/v1/accounts/{person}/block", None),
        ("POST", f"/api/v1/accounts/{person}/unblock", None),
        ("POST", "/api/v1/reports", {"account_id": person, "status_ids": [comment], "comment": "spam"}),
        ("POST", f"/api/v1/conversations/{conversation}/read", None),
        ("POST", "/api/v1/markers", {"notifications": {"last_read_id": "34975001"}}),
        ("GET", "/api/v1/markers?timeline[]=notifications", None),
        ("PATCH", "/api/v2/notifications/policy", {"for_not_following": "accept"}),
        ("POST", f"/api/v1/notifications/requests/{person}/accept", None),
        ("POST", f"/api/v1/notifications/requests/{person}/dismiss", None),
    ]


def test_every_answer_is_as_documented(visitor: Visitor) -> None:
    server = visitor.server
    ana = server.add_person("ana@remote.example", "Ana")
    comment = server.someone_writes(Kind.COMMENT, ana, "hello https://example.org/x #y", language="fr")
    private = server.someone_writes(Kind.DM, ana, "between us")
    server.edit(comment, "hello again")
    server.likes(ana, server.to_id(server.brand_post()))
    me, person = server.to_id(server.brand.id), server.to_id(ana.id)
    server.we_write("one", under=comment)
    published = publish(visitor, status="two", in_reply_to_id=comment)["id"]
    conversation = visitor.get("/api/v1/conversations")[0]["id"]
    server.filter_strangers()
    server.someone_writes(Kind.MENTION, ana, "filtered")
    app = json.loads(visitor.post("/api/v1/apps", {"client_name": "x", "redirect_uris": "urn:x"}).body)
    code = server.sign_in.approve(
        f"https://{HOST}/oauth/authorize?response_type=code&client_id={app['client_id']}&redirect_uri=urn:x&scope=read"
    )
    grant = {"client_id": app["client_id"], "client_secret": app["client_secret"], "code": code}
    calls = [
        *reading_calls(me, person, comment, private, published),
        *writing_calls(person, comment, conversation),
        ("POST", "/oauth/token", {**grant, "grant_type": "authorization_code", "redirect_uri": "urn:x"}),
        ("DELETE", f"/api/v1/statuses/{published}", None),
    ]
    wrong = {}
    for method, target, body in calls:
        answer = visitor.ask(method, target, body)
        operation = visitor.specification.operation(method, urlsplit(target).path)
        assert operation is not None
        assert answer.status == 200, f"{method} {target}: {answer.body!r}"
        if problems := visitor.specification.answer_problems(operation, json.loads(answer.body)):
            wrong[operation.name] = problems
    assert wrong == {}


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/api/v1/nothing", None),
        ("PUT", "/api/v1/notifications", None),
        ("GET", "/api/v1/notifications?colour=red", None),
        ("GET", "/api/v1/notifications?types=mention", None),
        ("GET", "/api/v1/notifications?types[]=telepathy", None),
        ("GET", "/api/v1/notifications?limit=many", None),
        ("GET", "/api/v1/notifications?include_filtered=perhaps", None),
        ("POST", "/api/v1/statuses", {"status": "x", "colour": "red"}),
        ("POST", "/api/v1/statuses", {"status": "x", "visibility": "everybody"}),
        ("POST", "/api/v1/statuses", {"status": 5}),
        ("POST", "/api/v1/reports", {"comment": "x"}),
        ("POST", "/api/v1/reports", None),
        ("GET", "/api/v1/conversations", {"a": 1}),
        ("GET", "/oauth/authorize?client_id=x", None),
    ],
)
def test_what_is_not_documented_is_a_violation(visitor: Visitor, method: str, target: str, body: object) -> None:
    with pytest.raises(SpecViolation):
        visitor.ask(method, target, body)


def test_an_undocumented_header_is_a_violation(visitor: Visitor) -> None:
    with pytest.raises(SpecViolation, match="x-custom"):
        visitor.ask("GET", "/api/v2/instance", headers={"x-custom": "1"})
    with pytest.raises(SpecViolation, match="idempotency-key"):
        visitor.ask("GET", "/api/v2/instance", headers={"idempotency-key": "1"})


def test_without_a_token_only_public_things_are_told(visitor: Visitor) -> None:
    assert visitor.ask("GET", "/api/v2/instance", token=None).status == 200
    assert visitor.ask("GET", "/api/v1/notifications", token=None).status == 401
    assert visitor.ask("GET", "/api/v2/instance", token="wrong").status == 401


def test_a_token_without_the_permission_is_refused(clock: Clock) -> None:
    visitor = Visitor(SimulatedMastodon(clock, scopes=tuple(scope for scope in SCOPES if scope != "write:statuses")))
    assert visitor.post("/api/v1/statuses", {"status": "x"}).status == 200, "a wider permission is enough"
    visitor = Visitor(SimulatedMastodon(clock, scopes=("read",)))
    assert visitor.post("/api/v1/statuses", {"status": "x"}).status == 403
    assert visitor.ask("GET", "/api/v1/notifications").status == 200


def test_the_same_key_makes_one_status_for_an_hour(visitor: Visitor, clock: Clock) -> None:
    def once() -> str:
        answer = visitor.post("/api/v1/statuses", {"status": "once"}, headers={"idempotency-key": "k"})
        return str(json.loads(answer.body)["id"])

    first = once()
    assert once() == first
    clock.at += 3600 * 1000
    assert once() != first


def test_a_private_status_is_seen_by_those_it_names_only(visitor: Visitor) -> None:
    world, server = visitor.server.world, visitor.server
    ana, ben = server.add_person("ana"), server.add_person("ben")
    hidden = server.to_id(world.publish(ana, "@ben not for acme", visibility="direct").id)
    shown = server.to_id(world.publish(ben, "@acme for you", visibility="direct").id)
    assert visitor.ask("GET", f"/api/v1/statuses/{hidden}").status == 404
    assert visitor.ask("GET", f"/api/v1/statuses/{shown}").status == 200


def test_pages_lead_to_one_another_and_miss_nothing(clock: Clock) -> None:
    visitor = Visitor(SimulatedMastodon(clock, largest_page=4))
    ana = visitor.server.add_person("ana")
    written = [visitor.server.someone_writes(Kind.MENTION, ana, f"number {n}") for n in range(11)]
    target = "/api/v1/notifications?types[]=mention"
    seen: list[str] = []
    while True:
        answer = visitor.ask("GET", target)
        items = json.loads(answer.body)
        if not items:
            break
        seen += [item["status"]["id"] for item in items]
        older = answer.headers["link"].split('>; rel="next"')[0].removeprefix("<")
        target = f"{urlsplit(older).path}?{urlsplit(older).query}"
        assert "types%5B%5D=mention" in older
    assert seen == written[::-1]
    newest = visitor.ask("GET", f"/api/v1/notifications?min_id={visitor.get('/api/v1/notifications')[-1]['id']}")
    assert len(json.loads(newest.body)) == 3


def test_min_id_gives_the_next_page_and_since_id_the_newest(clock: Clock) -> None:
    visitor = Visitor(SimulatedMastodon(clock, largest_page=2))
    ana = visitor.server.add_person("ana")
    for number in range(6):
        visitor.server.someone_writes(Kind.MENTION, ana, f"number {number}")
    first = visitor.server.world.notices[0].id
    following = [item["id"] for item in visitor.get(f"/api/v1/notifications?min_id={first}")]
    newest = [item["id"] for item in visitor.get(f"/api/v1/notifications?since_id={first}")]
    ids = [str(notice.id) for notice in visitor.server.world.notices]
    assert following == [ids[2], ids[1]]
    assert newest == [ids[5], ids[4]]


def test_favourites_are_grouped_and_mentions_never(visitor: Visitor) -> None:
    server = visitor.server
    post = server.to_id(server.brand_post())
    for name in ("ana", "ben", "eva"):
        person = server.add_person(name)
        server.likes(person, post)
        server.someone_writes(Kind.MENTION, person, "hello")
    groups = visitor.get("/api/v2/notifications")["notification_groups"]
    assert sorted((group["type"], group["notifications_count"]) for group in groups) == [
        ("favourite", 3),
        ("mention", 1),
        ("mention", 1),
        ("mention", 1),
    ]


def test_filtered_people_wait_in_requests_until_accepted(visitor: Visitor) -> None:
    server = visitor.server
    ana = server.add_person("ana")
    server.filter_strangers()
    server.someone_writes(Kind.MENTION, ana, "hello")
    assert visitor.get("/api/v1/notifications") == []
    assert len(visitor.get("/api/v1/notifications?include_filtered=true")) == 1
    (request,) = visitor.get("/api/v1/notifications/requests")
    assert request["last_status"]["account"]["acct"] == "ana"
    assert visitor.get("/api/v2/notifications/policy")["summary"]["pending_requests_count"] == 1
    visitor.post(f"/api/v1/notifications/requests/{request['id']}/accept")
    assert len(visitor.get("/api/v1/notifications")) == 1
    assert visitor.get("/api/v1/notifications/requests") == []


def test_deleting_takes_notifications_and_exchanges_along(visitor: Visitor) -> None:
    server = visitor.server
    ana = server.add_person("ana")
    private = server.someone_writes(Kind.DM, ana, "between us")
    below = server.we_write("yes", under=private)
    server.delete(private)
    assert visitor.get("/api/v1/notifications") == []
    assert [item["last_status"]["id"] for item in visitor.get("/api/v1/conversations")] == [below]
    status = visitor.get(f"/api/v1/statuses/{below}")
    assert (status["in_reply_to_id"], status["in_reply_to_account_id"]) == (None, server.to_id(ana.id))


def test_an_edit_keeps_the_id_and_its_history(visitor: Visitor) -> None:
    server = visitor.server
    mention = server.someone_writes(Kind.MENTION, server.add_person("ana"), "frist")
    server.edit(mention, "first")
    assert visitor.get(f"/api/v1/statuses/{mention}")["edited_at"] is not None
    texts = [html_to_text(edit["content"]) for edit in visitor.get(f"/api/v1/statuses/{mention}/history")]
    assert texts == ["@acme frist", "@acme first"]


@pytest.mark.parametrize(
    ("status", "words"),
    [("", "blank"), ("  ", "blank"), ("x" * 501, "limit of 500"), ("\U0001f1eb\U0001f1f7" * 501, "limit of 500")],
)
def test_what_is_empty_or_too_long_is_refused(visitor: Visitor, status: str, words: str) -> None:
    answer = visitor.post("/api/v1/statuses", {"status": status})
    assert (answer.status, words in answer.body.decode()) == (422, True)
    fits = "\U0001f1eb\U0001f1f7" * 400 + " https://example.org/" + "x" * 300 + " @ana@a-very-long.example"
    visitor.server.add_person("ana@a-very-long.example")
    assert visitor.post("/api/v1/statuses", {"status": fits}).status == 200


def test_an_answer_to_nothing_is_not_found(visitor: Visitor) -> None:
    assert visitor.post("/api/v1/statuses", {"status": "x", "in_reply_to_id": "12345"}).status == 404
    assert visitor.ask("DELETE", "/api/v1/statuses/12345").status == 404


def test_text_is_served_as_html_and_reads_as_typed(visitor: Visitor) -> None:
    visitor.server.add_person("ana@remote.example")
    typed = 'Hi @ana@remote.example & <b>you</b>\nsee https://example.org/a/very/long/path/over/there?x=1&y="z'
    content = publish(visitor, status=f"{typed}\n\n#bikes 'n' more")["content"]
    assert content.startswith('<p>Hi <span class="h-card"')
    assert "<b>" not in content
    read = typed.replace("@ana@remote.example", "@ana")
    assert html_to_text(content) == f"{read}\n#bikes 'n' more"


def test_limits_are_counted_and_told(clock: Clock) -> None:
    visitor = Visitor(SimulatedMastodon(clock, enforce_limit=True))
    answers = [visitor.ask("GET", "/api/v2/instance") for _ in range(301)]
    assert [answer.status for answer in answers] == [200] * 300 + [429]
    last = answers[-1].headers
    assert (last["x-ratelimit-limit"], last["x-ratelimit-remaining"]) == ("300", "0")
    assert last["x-ratelimit-reset"].endswith("Z")
    reset = datetime.fromisoformat(last["x-ratelimit-reset"]).timestamp() * 1000
    assert 0 < reset - clock.at <= 5 * 60 * 1000
    clock.at = round(reset) + 1
    assert visitor.ask("GET", "/api/v2/instance").status == 200


def test_every_failure_has_mastodons_form(visitor: Visitor) -> None:
    for fault, status in ((Fault.UNAUTHORIZED, 401), (Fault.FORBIDDEN, 403), (Fault.NOT_FOUND, 404)):
        answer = visitor.server.error(fault)
        assert answer.status == status
        assert set(json.loads(answer.body)) == {"error"}
    assert "x-ratelimit-reset" in visitor.server.error(Fault.RATE_LIMIT).headers


@pytest.mark.parametrize("flavour", [Flavour.OLD, Flavour.COMPATIBLE])
def test_an_older_server_lacks_what_came_later(clock: Clock, flavour: Flavour) -> None:
    visitor = Visitor(SimulatedMastodon(clock, flavour=flavour))
    assert visitor.ask("GET", "/api/v2/notifications").status == 404
    assert visitor.ask("GET", "/api/v1/statuses?id[]=1").status == 404
    assert "api_versions" not in visitor.get("/api/v1/instance")
    assert "group_key" not in str(visitor.get("/api/v1/notifications"))


def test_ids_of_another_make_keep_their_order(clock: Clock) -> None:
    server = SimulatedMastodon(clock, flavour=Flavour.COMPATIBLE)
    numbers = [1, 31, 32, 34_975_001, 117_309_440_001_376_257]
    ids = [server.to_id(number) for number in numbers]
    assert ids == sorted(ids)
    assert [server.to_number(identifier) for identifier in ids] == numbers
    assert server.to_number("not-an-id") is None


async def test_it_is_served_on_loopback_with_links_that_lead_back() -> None:
    server = SimulatedMastodon(Clock(), largest_page=1)
    ana = server.add_person("ana")
    for text in ("one", "two"):
        server.someone_writes(Kind.MENTION, ana, text)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with serve(Wire(server)) as base_url, httpx.AsyncClient(headers=headers, trust_env=False) as http:
        answer = await asyncio.wait_for(http.get(f"{base_url}/api/v1/notifications"), 10)
        older = await asyncio.wait_for(http.get(answer.links["next"]["url"]), 10)
    assert answer.links["next"]["url"].startswith(base_url)
    assert [item["status"]["content"].endswith("one</p>") for item in older.json()] == [True]
