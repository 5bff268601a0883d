"""The simulated WordPress refuses what the real one refuses, and speaks as it does."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest

from cminbox.network_kit.testing.bench import START
from cminbox.simulators.wire import Fault, Request, Response, SpecViolation
from cminbox.simulators.wordpress import Rules, SimulatedWordpress
from cminbox.simulators.wordpress.world import HELD

COMMENTS = "/wp-json/wp/v2/comments"
PASSWORD = "abcd EFGH 1234 ijkl MNOP 5678"


def ask(
    server: SimulatedWordpress,
    method: str,
    path: str,
    query: dict[str, str] | None = None,
    body: object = None,
    *,
    password: str = PASSWORD,
) -> Response:
    pair = base64.b64encode(f"acme:{password}".encode()).decode()
    headers = {"authorization": f"Basic {pair}"} | ({} if body is None else {"content-type": "application/json"})
    given = tuple((query or {}).items())
    content = b"" if body is None else json.dumps(body).encode()
    return server.answer(Request(method, path, given, headers, content, f"{path}?{urlencode(given)}"))


def site(*, role: str = "editor", rules: Rules | None = None) -> SimulatedWordpress:
    return SimulatedWordpress(lambda: START, password=PASSWORD, role=role, rules=rules)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", f"{COMMENTS}/7/replies", {}, None),
        ("GET", COMMENTS, {"per_page": "500"}, None),
        ("GET", COMMENTS, {"orderby": "author"}, None),
        ("GET", COMMENTS, {"after": "yesterday"}, None),
        ("GET", COMMENTS, {"after": "2026-11-21T16:00:00"}, None),
        ("GET", COMMENTS, {"since": "2026-11-21T16:00:00Z"}, None),
        ("GET", COMMENTS, {"parent": "one"}, None),
        ("GET", "/wp-json/wc/v3/products/reviews", {"status": "any"}, None),
        ("POST", COMMENTS, {}, {"post": "1", "content": {"raw": "hello"}}),
        ("POST", COMMENTS, {}, {"post": 1, "content": "hello"}),
        ("POST", COMMENTS, {}, {"post": 1, "text": "hello"}),
        ("DELETE", COMMENTS, {}, None),
    ],
)
def test_what_no_site_describes_is_a_violation(method: str, path: str, query: dict[str, str], body: object) -> None:
    with pytest.raises(SpecViolation):
        ask(site(), method, path, query, body)


@pytest.mark.parametrize(
    ("role", "query", "status", "code"),
    [
        ("subscriber", {"status": "all"}, 403, "rest_forbidden_param"),
        ("subscriber", {"context": "edit"}, 403, "rest_forbidden_context"),
        ("author", {"context": "edit"}, 403, "rest_forbidden_context"),
    ],
)
def test_a_weak_role_is_refused(role: str, query: dict[str, str], status: int, code: str) -> None:
    answer = ask(site(role=role), "GET", COMMENTS, query)
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)


def test_a_wrong_password_sees_what_everybody_sees() -> None:
    server = site()
    server.someone_comments("ana", "public")
    server.someone_comments("ana", "held", status=HELD)
    answer = ask(server, "GET", COMMENTS, password="wrong")
    assert [one["content"]["rendered"] for one in json.loads(answer.body)] == ["<p>public</p>\n"]
    assert ask(server, "GET", "/wp-json/wp/v2/users/me", password="wrong").status == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"post": 9, "content": {"raw": "a"}}, 403, "rest_comment_invalid_post_id"),
        ({"post": 1, "content": {"raw": " "}}, 400, "rest_comment_content_invalid"),
        ({"post": 1, "content": {"raw": "a" * 65_526}}, 400, "comment_content_column_length"),
        ({"post": 1, "content": {"raw": "said before"}}, 409, "comment_duplicate"),
    ],
)
def test_a_comment_is_refused_as_by_the_real_one(body: dict[str, object], status: int, code: str) -> None:
    server = site()
    assert ask(server, "POST", COMMENTS, body={"post": 1, "content": {"raw": "said before"}}).status == 201
    answer = ask(server, "POST", COMMENTS, body=body)
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)


def test_a_site_without_pretty_permalinks_answers_behind_its_front_page_alone() -> None:
    server = site(rules=Rules(pretty=False))
    assert ask(server, "GET", COMMENTS).status == 404
    answer = ask(server, "GET", "/", {"rest_route": "/wp/v2/comments"})
    assert (answer.status, answer.headers["x-wp-total"]) == (200, "0")


def test_maintenance_is_a_page_that_says_how_long() -> None:
    answer = site().error(Fault.UNAVAILABLE)
    assert (answer.status, answer.headers["retry-after"], answer.body[:1]) == (503, "600", b"<")
