"""What arrives from a Mastodon server, and as what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import AttachmentKind, Kind
from cminbox.simulators.mastodon import Flavour
from cminbox.simulators.mastodon.world import Media
from cminbox.simulators.wire import Request, Response

if TYPE_CHECKING:
    from tests.networks.mastodon.conftest import Stage

GROUPED, SINGLE = "/api/v2/notifications", "/api/v1/notifications"


async def test_a_server_with_groups_is_read_in_groups(stage: Stage) -> None:
    mention = stage.writes(Kind.MENTION, "hello")
    assert [message.remote_id for message in await stage.messages()] == [mention]
    assert stage.asked(GROUPED)
    assert not stage.asked(SINGLE)


@pytest.mark.parametrize("flavour", [Flavour.OLD, Flavour.COMPATIBLE])
async def test_a_server_without_groups_is_read_singly(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour)
    mention = stage.writes(Kind.MENTION, "hello")
    assert [message.remote_id for message in await stage.messages()] == [mention]
    assert stage.asked(SINGLE)
    assert not stage.asked(GROUPED)


async def test_a_server_that_says_it_has_groups_and_has_none_is_read_singly(stage: Stage) -> None:
    def without(request: Request, answer: Response) -> Response:
        return Response.of({"error": "Record not found"}, 404) if request.path == GROUPED else answer

    stage.intercept(without)
    mention = stage.writes(Kind.MENTION, "hello")
    assert [message.remote_id for message in await stage.messages()] == [mention]
    await stage.messages()
    assert len(stage.asked(GROUPED)) == 1


async def test_messages_that_the_policy_filters_are_read_too(stage: Stage) -> None:
    stage.server.filter_strangers()
    filtered = [stage.writes(kind, "do you read me?") for kind in (Kind.COMMENT, Kind.MENTION, Kind.DM)]
    assert [message.remote_id for message in await stage.messages()] == filtered


async def test_likes_are_no_messages_and_hide_none(stage: Stage) -> None:
    post = stage.server.to_id(stage.server.brand_post())
    before = stage.writes(Kind.MENTION, "before")
    for _ in range(40):
        stage.server.likes(stage.ben, post)
    after = stage.writes(Kind.MENTION, "after")
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == [before, after]
    assert [saying for page in pages for saying in page.skipped] == []


async def test_an_unknown_type_is_said_once(stage: Stage) -> None:
    for _ in range(3):
        stage.server.world.notify("telepathy", stage.ana, fallback="Somebody thinks of you")
    pages = await stage.pages()
    assert [str(saying) for page in pages for saying in page.skipped] == [
        "The server tells of something that cminbox does not know: Somebody thinks of you"
    ]
    again = await stage.pages(pages[-1].cursor)
    assert [saying for page in again for saying in page.skipped] == []


async def test_one_unreadable_status_is_left_out_and_named(stage: Stage) -> None:
    good, bad = stage.writes(Kind.MENTION, "good"), stage.writes(Kind.MENTION, "bad")

    def spoil(request: Request, answer: Response) -> Response:
        if request.path != GROUPED:
            return answer
        body = json.loads(answer.body)
        for status in body["statuses"]:
            if status["id"] == bad:
                status["created_at"] = "yesterday"
        return Response(answer.status, json.dumps(body).encode(), answer.headers)

    stage.intercept(spoil)
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == [good]
    assert [str(saying) for page in pages for saying in page.skipped] == [
        "An item could not be read: status.created_at is not a time"
    ]
    again = await stage.pages(pages[-1].cursor)
    assert [saying for page in again for saying in page.skipped] == []


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_a_page_of_rubbish_harms_nobody(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour)
    stage.writes(Kind.MENTION, "hello")

    def spoil(request: Request, answer: Response) -> Response:
        if request.method != "GET" or request.path not in {GROUPED, SINGLE, "/api/v1/conversations"}:
            return answer
        rubbish: list[object] = [None, 7, "text", [], {}, {"type": 3}, {"id": None, "type": "mention", "status": 5}]
        body = {"notification_groups": rubbish, "statuses": rubbish} if request.path == GROUPED else rubbish
        return Response.of(body)

    stage.intercept(spoil)
    assert await stage.messages() == []


async def test_a_quote_of_ours_is_a_mention(stage: Stage) -> None:
    post = stage.server.brand_post()
    quote = stage.server.world.publish(stage.ana, "Look at this", quotes=post)
    stage.server.world.notify("quote", stage.ana, quote.id)
    (message,) = await stage.messages()
    assert (message.kind, message.text, message.post) == (Kind.MENTION, "Look at this", None)


async def test_a_comment_names_the_post_that_it_stands_under(stage: Stage) -> None:
    post = stage.server.to_id(stage.server.brand_post())
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", under=first)
    found = {message.remote_id: message for message in await stage.messages()}
    assert (found[first].kind, found[first].parent, found[first].post) == (Kind.COMMENT, post, post)
    assert (found[second].kind, found[second].parent, found[second].post) == (Kind.COMMENT, first, post)


async def test_our_own_posts_are_no_messages_and_our_thread_is_one_place(stage: Stage) -> None:
    top = stage.server.we_write("One.")
    below = stage.server.to_id(
        stage.server.world.publish(stage.server.brand, "Two.", under=stage.server.to_number(top)).id
    )
    comment = stage.writes(Kind.COMMENT, "and three?", under=below)
    (message,) = await stage.messages()
    assert (message.remote_id, message.post) == (comment, below)


async def test_a_mention_in_a_thread_of_others_is_a_mention(stage: Stage) -> None:
    theirs = stage.server.world.publish(stage.ben, "I need a bicycle")
    mention = stage.writes(Kind.MENTION, "ask @acme", under=stage.server.to_id(theirs.id))
    (message,) = await stage.messages()
    assert (message.remote_id, message.kind, message.post) == (mention, Kind.MENTION, None)
    assert message.parent == stage.server.to_id(theirs.id)


async def test_our_answer_from_elsewhere_joins_the_conversation_as_ours(stage: Stage) -> None:
    asked = stage.writes(Kind.COMMENT, "when do you open?")
    answered = stage.server.we_write("At nine", under=asked)
    thanks = stage.writes(Kind.COMMENT, "thank you", under=answered)
    found = await stage.messages()
    assert [(message.remote_id, message.ours, message.parent) for message in found[1:]] == [
        (answered, True, asked),
        (thanks, False, answered),
    ]
    assert {message.post for message in found} == {stage.server.to_id(stage.server.brand_post())}


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_a_private_exchange_has_one_key_for_both_sides(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour)
    asked = stage.writes(Kind.DM, "between us")
    stage.server.we_write("yes", under=asked)
    stage.writes(Kind.DM, "another matter")
    found = await stage.messages()
    assert [message.ours for message in found] == [False, True, False]
    assert {message.kind for message in found} == {Kind.DM}
    assert len({message.conversation for message in found}) == 1


async def test_a_private_group_is_another_exchange(stage: Stage) -> None:
    alone = stage.writes(Kind.DM, "between us")
    group = stage.writes(Kind.DM, "@acme @ben the three of us")
    found = {message.remote_id: message.conversation for message in await stage.messages()}
    assert found[alone] != found[group]


async def test_a_private_note_to_nobody_is_no_message(stage: Stage) -> None:
    stage.server.world.publish(stage.server.brand, "remember the milk", visibility="direct")
    assert await stage.messages() == []


async def test_private_answers_that_only_the_conversations_show_arrive(stage: Stage) -> None:
    asked = stage.writes(Kind.DM, "between us")
    answers = [stage.server.we_write("one", under=asked)]
    answers.append(stage.server.we_write("two", under=answers[0]))

    def without_private(request: Request, answer: Response) -> Response:
        if not request.path.endswith(f"/{stage.server.to_id(stage.server.brand.id)}/statuses"):
            return answer
        kept = [status for status in json.loads(answer.body) if status["visibility"] != "direct"]
        return Response.of(kept, headers=answer.headers)

    stage.intercept(without_private)
    found = await stage.messages()
    assert [(message.remote_id, message.ours) for message in found] == [
        (asked, False),
        (answers[0], True),
        (answers[1], True),
    ]


async def test_what_a_message_bears_is_read(stage: Stage) -> None:
    stage.server.world.publish(
        stage.ana,
        "@acme see https://example.org/a/long/path/that/is/shown/shortened and #bikes",
        spoiler="Rust",
        language="fr",
        media=(
            Media("image", "https://files.example/a.png", "A rusty chain"),
            Media("weird", "https://files.example/b"),
        ),
    )
    (message,) = await stage.messages()
    assert message.text == ("Rust\n\n@acme see https://example.org/a/long/path/that/is/shown/shortened and #bikes")
    assert message.lang == "fr"
    assert (message.author.handle, message.author.name, message.author.followers) == ("ana@remote.example", "Ana", 10)
    assert message.permalink == f"https://remote.example/@ana/{message.remote_id}"
    assert [(file.kind, file.url, file.alt) for file in message.attachments] == [
        (AttachmentKind.IMAGE, "https://files.example/a.png", "A rusty chain"),
        (AttachmentKind.FILE, "https://files.example/b", ""),
    ]


async def test_a_deep_thread_is_placed_without_climbing_every_step(stage: Stage) -> None:
    last = stage.writes(Kind.COMMENT, "first")
    for number in range(20):
        silent = stage.server.world.publish(stage.ben, f"step {number}", under=stage.server.to_number(last))
        last = stage.server.to_id(silent.id)
    deep = stage.writes(Kind.COMMENT, "@acme still there?", under=last)
    message = await stage.message(deep)
    assert (message.kind, message.post) == (Kind.COMMENT, stage.server.to_id(stage.server.brand_post()))
    assert len(stage.wire.seen) < 20


async def test_a_comment_whose_post_is_gone_stays_a_comment(stage: Stage) -> None:
    post = stage.server.we_write("Good evening")
    comment = stage.writes(Kind.COMMENT, "same to you", under=post)
    stage.server.delete(post)
    assert (await stage.message(comment)).kind is Kind.COMMENT
