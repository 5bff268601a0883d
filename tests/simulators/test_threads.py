"""The played Threads does what the real one does, its traps included."""

from __future__ import annotations

import pytest

from cminbox.domain.message import Kind
from cminbox.simulators.threads import SimulatedThreads
from cminbox.simulators.threads.world import ACCOUNT_ID
from cminbox.simulators.wire import SpecViolation
from graph_asking import Clock, error, sender, shown

TOKEN = "simulated-threads-token"
send = sender(TOKEN, "v1.0")
DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> SimulatedThreads:
    return SimulatedThreads(clock)


def prepared(server: SimulatedThreads, to: str, text: str = "hello") -> str:
    body = {"media_type": "TEXT", "text": text, "reply_to_id": to}
    return str(shown(send(server, "POST", "me/threads", body))["id"])


def test_a_container_is_published_once_and_tells_so(server: SimulatedThreads) -> None:
    question = server.someone_writes(Kind.COMMENT, "ana", "a question")
    container = prepared(server, question)
    assert shown(send(server, "GET", container, fields="status"))["status"] == "FINISHED"
    assert server.published() == []
    post = shown(send(server, "POST", f"{ACCOUNT_ID}/threads_publish", {"creation_id": container}))["id"]
    assert shown(send(server, "GET", post, fields="replied_to"))["replied_to"] == {"id": question}
    assert shown(send(server, "GET", container, fields="status"))["status"] == "PUBLISHED"
    assert send(server, "POST", f"{ACCOUNT_ID}/threads_publish", {"creation_id": container}).status == 400
    assert len(server.published()) == 1


def test_a_container_lives_for_a_day(server: SimulatedThreads, clock: Clock) -> None:
    container = prepared(server, server.someone_writes(Kind.COMMENT, "ana", "a question"))
    clock.time += DAY_MS
    assert shown(send(server, "GET", container, fields="status"))["status"] == "EXPIRED"
    assert send(server, "POST", f"{ACCOUNT_ID}/threads_publish", {"creation_id": container}).status == 400


def test_only_an_answer_of_the_first_level_can_be_hidden(server: SimulatedThreads) -> None:
    first = server.someone_writes(Kind.COMMENT, "ana", "first")
    second = server.someone_writes(Kind.COMMENT, "ben", "second", first)
    assert shown(send(server, "POST", f"{first}/manage_reply", {"hide": True})) == {"success": True}
    assert error(send(server, "POST", f"{second}/manage_reply", {"hide": True})) == (10, 0)


def test_an_ordinary_post_has_no_queue_of_approvals(server: SimulatedThreads) -> None:
    post = server.brand_post().id
    assert send(server, "GET", f"{post}/pending_replies", fields="id").status == 400
    held = server.someone_is_held_back("ana", "may I?")
    assert [one["id"] for one in shown(send(server, "GET", f"{post}/pending_replies", fields="id"))["data"]] == [held]
    assert shown(send(server, "GET", f"{post}/conversation", fields="id"))["data"] == []
    assert shown(send(server, "POST", f"{held}/manage_pending_reply", {"approve": True})) == {"success": True}
    assert [one["id"] for one in shown(send(server, "GET", f"{post}/conversation", fields="id"))["data"]] == [held]


def test_a_conversation_is_flat_and_goes_either_way(server: SimulatedThreads) -> None:
    first = server.someone_writes(Kind.COMMENT, "ana", "first")
    second = server.someone_writes(Kind.COMMENT, "ben", "second", first)
    post = server.brand_post().id
    for reverse, order in (("true", [second, first]), ("false", [first, second])):
        listed = shown(send(server, "GET", f"{post}/conversation", fields="id", reverse=reverse))["data"]
        assert [one["id"] for one in listed] == order
    assert [one["id"] for one in shown(send(server, "GET", f"{post}/replies", fields="id"))["data"]] == [first]


def test_only_ours_can_be_deleted(server: SimulatedThreads) -> None:
    first = server.someone_writes(Kind.COMMENT, "ana", "first")
    ours = server.we_write("ours", first)
    assert error(send(server, "DELETE", first)) == (10, 0)
    assert shown(send(server, "DELETE", ours))["success"] is True
    assert error(send(server, "GET", ours, fields="id")) == (100, 33)


def test_texts_beyond_their_length_are_refused(server: SimulatedThreads) -> None:
    question = server.someone_writes(Kind.COMMENT, "ana", "a question")
    assert prepared(server, question, "\U0001f44d" * 125)
    body = {"media_type": "TEXT", "text": "\U0001f44d" * 125 + "a", "reply_to_id": question}
    assert send(server, "POST", "me/threads", body).status == 400


def test_what_is_not_documented_is_found(server: SimulatedThreads) -> None:
    for path, query in (("me/inbox", {}), ("me/threads", {"order": "up"}), ("me", {"fields": "email"})):
        with pytest.raises(SpecViolation):
            send(server, "GET", path, **query)
    with pytest.raises(SpecViolation, match="media_type"):
        send(server, "POST", "me/threads", {"text": "hello"})
