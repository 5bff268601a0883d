"""What arrives from a forum: what concerns the brand, all of it, and nothing that is not the brand's to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import AUTOMATIC, AttachmentKind, Kind
from cminbox.simulators.discourse import Rules
from cminbox.simulators.discourse.world import MENTIONED, POSTED
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.discourse.conftest import Stage

    from cminbox.domain.message import Message
    from cminbox.simulators.wire import Request

SPARSE = 700


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


async def test_posts_that_do_not_concern_the_brand_stay_where_they_are(stage: Stage) -> None:
    stage.world.write(stage.world.topic("Cats"), stage.ana, "look at mine")
    stage.server.someone_writes(Kind.MENTION, stage.ana, "help")
    assert texts(await stage.messages()) == ["A question\n\n@acme help"]


async def test_one_notification_stands_for_many_posts_of_a_watched_topic(stage: Stage) -> None:
    """The forum keeps one unread notification for each topic; what came before it is read all the same."""
    for number in range(5):
        stage.server.someone_writes(Kind.COMMENT, stage.ana, f"number {number}")
    assert len(stage.world.notices) == 1
    messages = await stage.messages()
    assert texts(messages) == [f"number {number}" for number in range(5)]
    assert {message.kind for message in messages} == {Kind.COMMENT}


async def test_an_answer_to_the_brand_arrives_from_a_topic_that_nobody_watches(stage: Stage) -> None:
    topic = stage.world.topic("Parcels")
    stage.world.write(topic, stage.ana, "mine is late")
    ours = stage.world.write(topic, stage.world.brand, "which number?")
    stage.world.write(topic, stage.ana, "42", reply_to=ours.number)
    stage.world.write(topic, stage.ben, "mine too")
    found = await stage.messages()
    assert [(message.text, message.ours) for message in found] == [("which number?", True), ("42", False)]
    assert len({message.conversation for message in found}) == 1


async def test_who_quotes_the_brand_speaks_to_it(stage: Stage) -> None:
    post = stage.world.write(stage.world.topic("Parcels"), stage.ana, "he said so")

    def quoting(_request: Request, response: Response) -> Response:
        cooked = b'<aside class=\\"quote\\" data-username=\\"Acme\\"><blockquote>x</blockquote></aside><p>he said so'
        return Response(response.status, response.body.replace(b"<p>he said so", cooked), response.headers)

    stage.intercept(quoting)
    assert (await stage.message(str(post.id))).kind is Kind.MENTION


async def test_a_name_that_only_looks_like_the_brands_is_no_mention(stage: Stage) -> None:
    stage.world.user("acme_fans")
    stage.world.write(stage.world.topic("Fans"), stage.ana, "@acme_fans hello, acme@example.com")
    stage.world.notices.clear()
    assert await stage.messages() == []


async def test_a_notification_that_comes_late_brings_its_post_with_the_next_fetch(stage: Stage) -> None:
    """The forum writes notifications some seconds after the posts."""
    topic = stage.world.topic("New", watched=False)
    post = stage.world.write(topic, stage.ana, "hello")
    pages = await stage.pages()
    assert [page.messages for page in pages if page.messages] == []
    stage.world.notify(POSTED, post)
    assert texts(await stage.messages(pages[-1].cursor)) == ["New\n\nhello"]


async def test_an_administrators_key_brings_no_private_words_of_others(make_stage: type[Stage]) -> None:
    stage = make_stage(Rules(admin=True))
    stage.network = stage.connect(admin=True)
    strangers = stage.world.topic("Between us", members={stage.ana.id, stage.ben.id})
    stage.world.write(strangers, stage.ana, "a secret")
    stage.server.someone_writes(Kind.DM, stage.ana, "to you")
    assert texts(await stage.messages()) == ["A private word\n\nto you"]


async def test_history_goes_back_as_far_as_asked_in_resumable_steps(make_stage: type[Stage]) -> None:
    stage = make_stage(Rules(page=10))
    for number in range(30):
        stage.server.someone_writes(Kind.COMMENT, stage.ana, f"old {number}")
    stage.clock += 3_600_000
    for number in range(45):
        stage.server.someone_writes(Kind.COMMENT, stage.ana, f"new {number}")
    pages = await stage.pages(history=1_800_000)
    assert [message.text for page in pages for message in page.messages] == [f"new {number}" for number in range(45)]
    for index, page in enumerate(pages):
        rest = [message.remote_id for later in pages[index + 1 :] for message in later.messages]
        again = await stage.pages(page.cursor, history=1_800_000)
        resumed = [message.remote_id for later in again for message in later.messages]
        assert resumed == rest


async def test_many_posts_of_others_between_two_of_ours_cost_few_requests(make_stage: type[Stage]) -> None:
    stage = make_stage()
    stage.server.someone_writes(Kind.COMMENT, stage.ana, "first")
    cursor = (await stage.pages())[-1].cursor
    private = stage.world.topic("Elsewhere", members={stage.ana.id})
    for number in range(SPARSE):
        stage.world.write(private, stage.ana, f"nothing to us {number}")
    for number in range(60):
        stage.server.someone_writes(Kind.COMMENT, stage.ana, f"late {number}")
    before = len(stage.wire.seen)
    assert len(await stage.messages(cursor)) == 60
    assert len(stage.wire.seen) - before < SPARSE // 40


async def test_an_edit_and_a_deletion_among_the_newest_posts_are_noticed(stage: Stage) -> None:
    kept, lost = (stage.server.someone_writes(Kind.COMMENT, stage.ana, text) for text in ("typo", "regret"))
    stage.server.someone_writes(Kind.COMMENT, stage.ana, "last")
    cursor = (await stage.pages())[-1].cursor
    stage.world.edit(kept, "type")
    stage.world.delete(lost)
    (page,) = await stage.pages(cursor)
    assert [(message.text, message.edited_at is not None) for message in page.messages] == [("type", True)]
    assert page.deleted == (str(lost.id),)
    assert await stage.pages(page.cursor) == []


async def test_what_the_forum_itself_writes_is_marked_as_automatic(stage: Stage) -> None:
    stage.world.users[-1] = stage.world.user("system")
    system = stage.world.users[-1]
    system.id = -1
    topic = stage.world.topic("Welcome", members={stage.world.brand.id, -1})
    post = stage.world.write(topic, system, "Welcome to the forum")
    assert (await stage.message(str(post.id))).labels == (AUTOMATIC,)


async def test_pictures_and_files_come_as_attachments(stage: Stage) -> None:
    post = stage.server.someone_writes(Kind.COMMENT, stage.ana, "see PICTURE")

    def adorned(_request: Request, response: Response) -> Response:
        html = (
            b'<img src=\\"/a.png\\" alt=\\"a box\\"><img class=\\"emoji\\" src=\\"/e.png\\">'
            b'<a class=\\"attachment\\" href=\\"/uploads/b.pdf\\">b.pdf</a>'
        )
        return Response(response.status, response.body.replace(b"PICTURE", html), response.headers)

    stage.intercept(adorned)
    found = (await stage.message(str(post.id))).attachments
    assert [(one.kind, one.url, one.name, one.alt) for one in found] == [
        (AttachmentKind.IMAGE, "https://forum.example/a.png", "", "a box"),
        (AttachmentKind.FILE, "https://forum.example/uploads/b.pdf", "b.pdf", ""),
    ]


async def test_a_mention_that_was_read_elsewhere_still_arrives(stage: Stage) -> None:
    post = stage.world.write(stage.world.topic("Elsewhere"), stage.ana, "to the team")
    stage.world.notify(MENTIONED, post, read=True)
    assert (await stage.message(str(post.id))).kind is Kind.MENTION


async def test_a_forum_in_a_folder_of_a_site_is_asked_there(stage: Stage) -> None:
    stage.network = stage.connect(base_url="https://example.com/forum/latest")
    assert stage.network.account.base_url == "https://example.com/forum"
