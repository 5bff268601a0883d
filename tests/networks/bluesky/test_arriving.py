"""As what a post arrives: comment or mention, in which conversation, with what text, under which post of the brand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import AttachmentKind, Kind
from cminbox.network_kit.failures import Gone
from cminbox.networks.bluesky.vanished import CHECK_EVERY
from cminbox.simulators.bluesky.world import BLOCK, POST
from cminbox.simulators.wire import Request, Response

if TYPE_CHECKING:
    from tests.networks.bluesky.conftest import Stage

IMAGE = {"$type": "blob", "ref": {"$link": "bafkreiimage"}, "mimeType": "image/jpeg", "size": 9}
CARD = {"uri": "https://shop.example/a", "title": "A shop", "description": ""}


async def test_under_the_brands_post_stands_a_comment(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    uri = stage.writes(Kind.COMMENT, "where?", under=post)
    message = await stage.message(uri)
    assert (message.kind, message.conversation, message.parent, message.post) == (Kind.COMMENT, None, post, post)
    assert message.author.handle == "ana.example"
    assert message.author.name == "Ana"
    assert message.permalink == f"https://bsky.app/profile/{stage.ana.did}/post/{uri.rsplit('/', 1)[-1]}"


async def test_an_answer_to_our_reply_hangs_on_our_reply(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    asked = stage.writes(Kind.COMMENT, "where?", under=post)
    ours = stage.server.we_write("in Nantes", asked)
    thanks = await stage.message(stage.writes(Kind.COMMENT, "thanks!", under=ours))
    assert (thanks.parent, thanks.post, thanks.conversation) == (ours, post, None)


async def test_under_the_second_part_of_a_post_each_comment_stands_for_itself(stage: Stage) -> None:
    first = stage.server.we_write("1 of 3")
    second = stage.server.we_write("2 of 3", first)
    third = stage.server.we_write("3 of 3", second)
    comment = await stage.message(stage.writes(Kind.COMMENT, "nice", under=third))
    assert comment.parent == third
    assert comment.post == third, "its parent is the brand's post, not a reply that others share"
    assert await stage.new() == [comment.remote_id], "the parts of a post are context"


async def test_a_deleted_part_of_a_post_counts_as_a_reply(stage: Stage) -> None:
    first = stage.server.we_write("1 of 2")
    second = stage.server.we_write("2 of 2", first)
    uri = stage.writes(Kind.COMMENT, "nice", under=second)
    stage.server.delete(second)
    comment = await stage.message(uri)
    assert (comment.parent, comment.post) == (second, first)


async def test_a_mention_opens_a_conversation_of_its_thread(stage: Stage) -> None:
    uri = stage.writes(Kind.MENTION, "@acme.example hello")
    message = await stage.message(uri)
    assert (message.kind, message.conversation, message.parent, message.post) == (Kind.MENTION, uri, None, None)


async def test_a_mention_in_a_strangers_thread_belongs_to_that_thread(stage: Stage) -> None:
    value = {"$type": POST, "text": "who knows a shop?", "createdAt": "2026-09-21T12:00:00.000Z"}
    root = stage.server.world.publish(stage.ben.did, POST, value).uri
    mention = stage.writes(Kind.MENTION, "@acme.example does", under=root)
    message = await stage.message(mention)
    assert (message.kind, message.conversation, message.parent) == (Kind.MENTION, root, root)
    ours = stage.server.we_write("we do", mention)
    answer = await stage.message(stage.server.someone_writes(Kind.COMMENT, stage.ben, "great", ours))
    assert (answer.kind, answer.conversation, answer.parent) == (Kind.MENTION, root, ours)


async def test_a_quote_is_a_mention_that_shows_what_it_quotes(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    uri = stage.server.people.quotes(stage.ana, "look at them", post)
    message = await stage.message(uri)
    assert (message.kind, message.conversation) == (Kind.MENTION, uri)
    (quoted,) = message.attachments
    assert quoted.kind is AttachmentKind.LINK
    assert quoted.url.endswith(post.rsplit("/", 1)[-1])


async def test_what_we_wrote_elsewhere_is_ours_and_our_posts_are_none(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    asked = stage.writes(Kind.COMMENT, "where?", under=post)
    assert await stage.new() == [asked]
    ours = stage.server.we_write("in Nantes", asked)
    stage.server.we_write("Another post of ours")
    assert await stage.new() == [ours]
    message = await stage.message(ours)
    assert message.ours
    assert message.author.remote_id == stage.server.brand.did
    assert (message.parent, message.post) == (asked, post)


async def test_many_replies_of_ours_arrive_once_and_in_order(stage: Stage) -> None:
    asked = stage.writes(Kind.COMMENT, "where?")
    written = [stage.server.we_write(f"part {n}", asked) for n in range(230)]
    found = [uri for uri in await stage.new() if uri != asked]
    assert found == written
    stage.later(90)
    late = stage.server.we_write("one more", asked)
    assert await stage.new() == [late]
    stage.later(90)
    assert await stage.new() == []


async def test_a_reply_keyed_before_what_was_read_still_arrives(stage: Stage) -> None:
    asked = stage.writes(Kind.COMMENT, "where?")
    early = stage.server.world.new_key()
    stage.server.we_write("written with another app", asked)
    await stage.new()
    ours = stage.server.people._post("decided earlier, sent later", asked, None, None)
    late = stage.server.world.publish(stage.server.brand.did, POST, ours, early).uri
    assert await stage.new() == [late]


@pytest.mark.parametrize(
    ("text", "visible", "target", "shown"),
    [
        ("see shop.example", "shop.example", "https://shop.example/", "see shop.example"),
        ("see shop.example/a...", "shop.example/a...", "https://shop.example/abc", "{} <https://shop.example/abc>"),
        ("été bank.example", "bank.example", "https://evil.example/x", "{} <https://evil.example/x>"),
        ("see here", "here", "javascript:alert(1)", "see here"),
    ],
)
async def test_a_link_that_hides_its_target_shows_it(
    stage: Stage, text: str, visible: str, target: str, shown: str
) -> None:
    uri = stage.writes(Kind.MENTION, text)
    start = text.encode().index(visible.encode())
    facet = {"index": {"byteStart": start, "byteEnd": start + len(visible.encode())}}
    link = {"$type": "app.bsky.richtext.facet#link", "uri": target}
    stage.record(uri)["facets"].append(facet | {"features": [link]})
    assert (await stage.message(uri)).text == shown.format(text)


@pytest.mark.parametrize("index", [None, {}, {"byteStart": 1, "byteEnd": 2}, {"byteStart": 5, "byteEnd": 900}])
async def test_a_facet_at_an_impossible_place_is_passed_over(stage: Stage, index: Any) -> None:  # noqa: ANN401 - bad
    uri = stage.writes(Kind.MENTION, "é")
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://evil.example/x"}
    _untested(stage)["facets"] = [*stage.record(uri)["facets"], {"index": index, "features": [link]}, 17]
    assert (await _told(stage, uri)).text == "é"


@pytest.mark.parametrize(
    ("embed", "kinds"),
    [
        ({"$type": "app.bsky.embed.images", "images": [{"image": IMAGE, "alt": "a bike"}]}, [AttachmentKind.IMAGE]),
        ({"$type": "app.bsky.embed.video", "video": IMAGE, "alt": "a ride"}, [AttachmentKind.VIDEO]),
        ({"$type": "app.bsky.embed.external", "external": CARD}, [AttachmentKind.LINK]),
        ({"$type": "app.bsky.embed.external", "external": CARD | {"uri": "file:///etc/passwd"}}, []),
        (
            {
                "$type": "app.bsky.embed.recordWithMedia",
                "media": {"$type": "app.bsky.embed.images", "images": [{"image": IMAGE, "alt": ""}]},
                "record": {"record": {"uri": f"at://did:plc:x/{POST}/3k", "cid": "c"}},
            },
            [AttachmentKind.IMAGE, AttachmentKind.LINK],
        ),
        ({"$type": "app.bsky.embed.images", "images": "none"}, []),
        ({"$type": "app.bsky.embed.images", "images": [{"image": {"ref": 1}}]}, []),
        ("not an embed", []),
    ],
)
async def test_what_comes_with_a_post_is_named(stage: Stage, embed: object, kinds: list[AttachmentKind]) -> None:
    uri = stage.writes(Kind.MENTION, "look")
    _untested(stage)["embed"] = embed
    message = await _told(stage, uri)
    assert [attachment.kind for attachment in message.attachments] == kinds
    assert message.text == "look"
    assert all(attachment.url.startswith("https://") for attachment in message.attachments)


async def test_a_deleted_message_is_reported_when_it_is_next_looked_at(stage: Stage) -> None:
    kept, lost = stage.writes(Kind.MENTION, "kept"), stage.writes(Kind.MENTION, "lost")
    await stage.new()
    stage.server.delete(lost)
    assert [page.deleted for page in await stage.new_pages() if page.deleted] == []
    stage.later(CHECK_EVERY / 60_000)
    assert [page.deleted for page in await stage.new_pages() if page.deleted] == [(lost,)]
    stage.later(CHECK_EVERY / 60_000)
    assert [page.deleted for page in await stage.new_pages() if page.deleted] == []
    assert kept


async def test_a_block_is_not_taken_for_a_deletion(stage: Stage) -> None:
    uri = stage.writes(Kind.MENTION, "rude")
    await stage.new()
    block = {"$type": BLOCK, "subject": stage.ana.did, "createdAt": "2026-09-21T12:00:00.000Z"}
    stage.server.world.publish(stage.server.brand.did, BLOCK, block)
    stage.later(CHECK_EVERY / 60_000)
    assert all(not page.deleted for page in await stage.new_pages())
    with pytest.raises(Gone):
        await stage.network.thread(uri)


async def test_a_thread_with_gaps_is_still_shown(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    rude = stage.server.someone_writes(Kind.COMMENT, stage.ben, "rubbish", post)
    lost = stage.writes(Kind.COMMENT, "lost", under=rude)
    asked = stage.writes(Kind.COMMENT, "where?", under=lost)
    below = [stage.writes(Kind.COMMENT, f"answer {n}", under=asked) for n in range(3)]
    gone = stage.writes(Kind.COMMENT, "gone", under=asked)
    stage.writes(Kind.COMMENT, "under what is gone", under=gone)
    stage.server.delete(lost)
    stage.server.delete(gone)
    thread = await stage.network.thread(asked)
    assert thread.message.remote_id == asked
    assert [message.remote_id for message in thread.above] == []
    assert [message.remote_id for message in thread.below] == below
    assert all(message.kind is Kind.COMMENT and message.post == post for message in thread.below)


async def test_a_thread_is_read_oldest_first(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    chain = [stage.writes(Kind.COMMENT, "0", under=post)]
    chain += [stage.writes(Kind.COMMENT, str(n), under=chain[0]) for n in range(1, 4)]
    thread = await stage.network.thread(chain[0])
    assert [message.remote_id for message in thread.above] == [post]
    assert thread.above[0].ours
    assert [message.text for message in thread.below] == ["1", "2", "3"]


def _untested(stage: Stage) -> dict[str, Any]:
    """Return fields to put into the record of every notification on its way out, past the simulator's own checks."""
    fields: dict[str, Any] = {}

    def change(request: Request, answer: Response) -> Response:
        if not request.path.endswith("listNotifications"):
            return answer
        body = json.loads(answer.body)
        for one in body["notifications"]:
            one["record"] |= fields
        return Response.of(body)

    stage.intercept(change)
    return fields


async def _told(stage: Stage, uri: str) -> Any:  # noqa: ANN401 - a message
    return await stage.message(uri)
