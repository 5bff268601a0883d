"""The played Page does what the real one does, its traps included."""

from __future__ import annotations

import json

import pytest

from cminbox.domain.message import Kind
from cminbox.simulators.facebook import SimulatedFacebook
from cminbox.simulators.facebook.world import PAGE_ID, Comment
from cminbox.simulators.wire import Request, SpecViolation
from graph_asking import Clock, error, sender

TOKEN = "simulated-page-token"
send = sender(TOKEN)
DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> SimulatedFacebook:
    return SimulatedFacebook(clock)


def test_a_message_to_a_bare_comment_overwrites_the_customers_words(server: SimulatedFacebook) -> None:
    comment = server.someone_writes(Kind.COMMENT, server.add_person("Ana"), "my words")
    assert send(server, "POST", comment, {"message": "ours"}).status == 200
    thing = server.thing(comment)
    assert isinstance(thing, Comment)
    assert (thing.text, thing.author.name) == ("ours", "Ana")


def test_a_reply_to_a_reply_comes_to_stand_below_the_first(server: SimulatedFacebook) -> None:
    first = server.someone_writes(Kind.COMMENT, server.add_person("Ana"), "first")
    second = server.we_write("second", first)
    made = json.loads(send(server, "POST", f"{second}/comments", {"message": "third"}).body)["id"]
    shown = json.loads(send(server, "GET", made, fields="parent{id}").body)
    assert shown["parent"]["id"] == first


def test_a_dead_token_a_strange_one_and_a_missing_scope_have_their_codes(server: SimulatedFacebook) -> None:
    server.scopes = ("pages_read_engagement",)
    assert error(send(server, "GET", f"{PAGE_ID}/conversations", fields="id")) == (200, 0)
    server.dead = 460
    assert error(send(server, "GET", "me", fields="id")) == (190, 460)
    strange = Request("GET", "/v25.0/me", (), {"authorization": "Bearer x"}, b"")
    assert error(server.answer(strange)) == (190, 467)


def test_a_window_closes_after_a_day_and_for_humans_after_seven(server: SimulatedFacebook, clock: Clock) -> None:
    ana = server.add_person("Ana")
    server.someone_writes(Kind.DM, ana, "hello")
    plain = {"recipient": {"id": ana.id}, "messaging_type": "RESPONSE", "message": {"text": "hi"}}
    human = {**plain, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert send(server, "POST", f"{PAGE_ID}/messages", plain).status == 200
    clock.time += DAY_MS
    assert error(send(server, "POST", f"{PAGE_ID}/messages", plain)) == (10, 2018278)
    assert send(server, "POST", f"{PAGE_ID}/messages", human).status == 200
    clock.time += 6 * DAY_MS
    assert error(send(server, "POST", f"{PAGE_ID}/messages", human)) == (10, 2018278)


def test_lists_are_cut_and_go_on_where_they_were(server: SimulatedFacebook) -> None:
    ana = server.add_person("Ana")
    written = [server.someone_writes(Kind.COMMENT, ana, f"number {number}") for number in range(7)]
    post = server.brand_post().id
    found: list[str] = []
    query = {"fields": "id", "limit": "3", "order": "reverse_chronological", "filter": "stream"}
    while True:
        body = json.loads(send(server, "GET", f"{post}/comments", **query).body)
        found += [item["id"] for item in body["data"]]
        if "next" not in body["paging"]:
            break
        query["after"] = body["paging"]["cursors"]["after"]
    assert found == written[::-1]


def test_what_is_gone_has_the_code_of_what_is_not_permitted(server: SimulatedFacebook) -> None:
    assert error(send(server, "GET", "1_2", fields="id")) == (100, 33)


def test_texts_beyond_their_length_are_refused(server: SimulatedFacebook) -> None:
    comment = server.someone_writes(Kind.COMMENT, server.add_person("Ana"), "hello")
    assert send(server, "POST", f"{comment}/comments", {"message": "\U0001f44d" * 4_000}).status == 200
    assert send(server, "POST", f"{comment}/comments", {"message": "\U0001f44d" * 4_000 + "a"}).status == 400


def test_what_is_documented_and_not_played_says_so(server: SimulatedFacebook) -> None:
    with pytest.raises(SpecViolation, match="not simulated"):
        send(server, "GET", f"{PAGE_ID}/feed", fields="id")
