"""Live chats: read while their streams run, no sooner than YouTube allows, answered and moderated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import NotSupported, Refused
from cminbox.simulators.youtube.desk import refusal

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

CHAT = "/youtube/v3/liveChat/messages"
STREAMS = "/youtube/v3/liveBroadcasts"
TEN_SECONDS = 10_000
SIX_MINUTES = 6 * 60_000


async def test_what_is_said_in_a_live_chat_arrives_by_person(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "when does it ship?")
    stage.server.someone_chats(chat, stage.ben, "hi")
    stage.server.someone_chats(chat, stage.ana, "and to France?")
    messages = await stage.messages()
    assert [(message.text, message.kind, message.author.handle) for message in messages] == [
        ("when does it ship?", Kind.COMMENT, "ana"),
        ("hi", Kind.COMMENT, "ben"),
        ("and to France?", Kind.COMMENT, "ana"),
    ]
    assert messages[0].conversation == messages[2].conversation != messages[1].conversation
    assert {message.post for message in messages} == {chat.video}


async def test_paid_messages_say_how_much(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "love it", kind="superChatEvent", amount="5,00 €")
    stage.server.someone_chats(chat, stage.ben, "one year!", kind="memberMilestoneChatEvent")
    assert [message.text for message in await stage.messages()] == ["5,00 €: love it", "one year!"]


async def test_a_chat_is_not_asked_again_sooner_than_it_allows(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "one")
    cursor = await stage.read()
    stage.server.someone_chats(chat, stage.ana, "two")
    assert (await stage.news(cursor))[0] == []
    assert len(stage.asked(CHAT)) == 1
    stage.later(TEN_SECONDS)
    texts, _, cursor = await stage.news(cursor)
    assert texts == ["two"]
    stage.later(TEN_SECONDS)
    assert (await stage.news(cursor))[0] == []
    assert len(stage.asked(STREAMS)) == 1


async def test_a_stream_that_ends_is_heard_to_its_end(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "hello")
    cursor = await stage.read()
    stage.server.someone_chats(chat, stage.ben, "bye")
    stage.server.world.end(chat)
    stage.later(TEN_SECONDS)
    texts, _, cursor = await stage.news(cursor)
    assert texts == ["bye"]
    stage.later(TEN_SECONDS)
    _, _, cursor = await stage.news(cursor)
    asked = len(stage.asked(CHAT))
    stage.later(SIX_MINUTES)
    assert (await stage.news(cursor))[:2] == ([], [])
    assert len(stage.asked(CHAT)) == asked


async def test_messages_that_are_taken_back_are_gone(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    said = stage.server.someone_chats(chat, stage.ana, "oops")
    (message,) = await stage.messages()
    cursor = (await stage.pages())[-1].cursor
    stage.server.someone_chats(chat, stage.ana, "", kind="messageRetractedEvent", about=said)
    stage.later(TEN_SECONDS)
    assert (await stage.news(cursor))[1] == [message.remote_id]


async def test_a_place_that_is_lost_begins_the_chat_anew(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "one")
    cursor = await stage.read()
    stage.server.expire_page_tokens()
    stage.later(TEN_SECONDS)
    _, _, cursor = await stage.news(cursor)
    stage.server.someone_chats(chat, stage.ana, "two")
    assert "two" in (await stage.news(cursor))[0]


async def test_an_answer_is_said_in_the_chat_and_found_there(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "when?")
    (message,) = await stage.messages()
    reply = stage.answer(message.remote_id, "On Monday, @ana")
    assert await stage.network.find_sent(reply) is None
    receipt = await stage.network.reply(reply)
    assert [(one.text, one.author) for one in chat.messages[1:]] == [("On Monday, @ana", stage.server.world.brand)]
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    stage.later(TEN_SECONDS)
    ours = [message for message in await stage.messages() if message.ours]
    assert [message.remote_id for message in ours] == [receipt.remote_id]


@pytest.mark.parametrize(("length", "fits"), [(199, True), (200, True), (201, False)])
async def test_a_chat_takes_two_hundred_characters(stage: Stage, length: int, fits: bool) -> None:  # noqa: FBT001 - a table
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "when?")
    (message,) = await stage.messages()
    reply = stage.answer(message.remote_id, "x" * length)
    if fits:
        await stage.network.reply(reply)
    else:
        with pytest.raises(Refused, match="at most"):
            await stage.network.reply(reply)
    assert len(stage.asked(CHAT, "POST")) == fits


async def test_a_chat_that_is_over_takes_no_answer(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ana, "when?")
    (message,) = await stage.messages()
    stage.server.world.end(chat)
    with pytest.raises(Refused, match="over"):
        await stage.network.reply(stage.answer(message.remote_id, "Now"))


async def test_a_chat_message_is_deleted_its_author_banned_and_neither_hidden_nor_shown_alone(stage: Stage) -> None:
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ben, "rude")
    (message,) = await stage.messages()
    with pytest.raises(Refused, match="only be deleted"):
        await stage.network.hide(message.remote_id)
    with pytest.raises(NotSupported):
        await stage.network.thread(message.remote_id)
    for _ in range(2):
        await stage.network.delete(message.remote_id)
        await stage.network.block(message.author.remote_id)
    assert chat.messages[0].type == "tombstone"
    assert stage.ben.banned


async def test_a_channel_that_may_not_stream_still_gets_its_comments(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "hello")
    refused = refusal(403, "liveStreamingNotEnabled", "youtube.liveBroadcast")
    stage.intercept(lambda request, response: refused if request.path == STREAMS else response)
    assert [message.text for message in await stage.messages()] == ["hello"]
    cursor = await stage.read()
    asked = len(stage.asked(STREAMS))
    stage.later(SIX_MINUTES)
    await stage.news(cursor)
    assert len(stage.asked(STREAMS)) == asked
