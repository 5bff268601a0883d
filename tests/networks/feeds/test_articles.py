"""Articles as feeds in the wild write them: without ids or dates, edited, twice, in every form of date and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.testing.bench import START
from cminbox.networks.feeds.article import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.feeds.conftest import Stage

    from cminbox.domain.message import Message

TWO = ("news.xml", "forum.xml")
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>{}</feed>'
RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blog</title>'
    "{}</channel></rss>"
)


async def one(stage: Stage, text: str) -> Message:
    stage.serve(text.encode())
    (message,) = await stage.messages()
    return message


async def test_an_article_has_its_title_words_author_and_link(make_stage: Callable[..., Stage]) -> None:
    for form in ("rss", "rss1", "atom", "json"):
        stage = make_stage(form=form)
        stage.server.someone_publishes("Ana Lima", "I like them", title="On <parcels>", link="https://a.example/1")
        (message,) = await stage.messages()
        assert message.text == "On <parcels>\n\nI like them"
        assert (message.author.name, message.permalink) == ("Ana Lima", "https://a.example/1")


async def test_words_decide_what_arrives_and_everything_is_read(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(words="Acmé, big parcels")
    for text in ("I like ACME!", "acmes are others", "BIG\nparcels", "nothing"):
        stage.server.someone_publishes("ana", text)
    assert [message.text for message in await stage.messages()] == ["I like ACME!", "BIG\nparcels"]


async def test_an_article_that_names_the_word_only_after_an_edit_arrives_then(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(words="acme")
    entry = stage.server.someone_publishes("ana", "parcels")
    cursor = await stage.read()
    entry.text = "parcels of acme"
    assert [message.text for message in await stage.messages(cursor)] == ["parcels of acme"]


async def test_an_edited_article_comes_again_under_its_id_and_says_so(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(form="atom")
    entry = stage.server.someone_publishes("ana", "frist")
    cursor = await stage.read()
    stage.later(60)
    entry.text, entry.updated = "first", stage.now()
    (message,) = await stage.messages(cursor)
    assert (message.remote_id, message.text, message.edited_at) == (entry.id, "first", entry.updated)
    assert message.created_at == entry.published


async def test_an_article_without_a_date_was_written_when_it_was_first_seen(stage: Stage) -> None:
    text = RSS.format("<item><guid>1</guid><description>{}</description></item>")
    before = stage.clock
    stage.serve(text.format("hello").encode())
    (page,) = await stage.pages()
    (message,) = page.messages
    assert before < message.created_at <= stage.clock
    stage.later(3600)
    stage.serve(text.format("hello you").encode())
    (again,) = await stage.messages(page.cursor)
    assert (again.remote_id, again.created_at) == (message.remote_id, message.created_at)


async def test_an_article_without_an_id_is_known_by_its_link_else_by_its_words(stage: Stage) -> None:
    linked = RSS.format("<item><link>https://a.example/1</link><title>{}</title></item>")
    assert (await one(stage, linked.format("x"))).remote_id == "https://a.example/1"
    assert (await one(stage, linked.format("y"))).remote_id == "https://a.example/1"
    bare = RSS.format("<item><title>{}</title></item>")
    first, second = await one(stage, bare.format("x")), await one(stage, bare.format("y"))
    assert first.remote_id != second.remote_id
    assert (await one(stage, bare.format("x"))).remote_id == first.remote_id


async def test_an_id_that_only_its_feed_knows_is_told_apart_from_another_hosts(stage: Stage) -> None:
    message = await one(stage, RSS.format("<item><guid>7</guid><title>x</title></item>"))
    assert message.remote_id == "feeds.example:7"


@pytest.mark.parametrize("same_id", [True, False])
async def test_what_stands_in_two_feeds_comes_once_edited_or_not(
    make_stage: Callable[..., Stage],
    same_id: bool,  # noqa: FBT001 - a parameter
) -> None:
    stage = make_stage(TWO)
    both = [
        stage.server.someone_publishes("ana", "hello", feed=name, title="On parcels", link="https://a.example/1")
        for name in TWO
    ]
    if same_id:
        both[1].id = both[0].id
    (page,) = await stage.pages()
    assert len(page.messages) == 1
    for entry in both:
        entry.text = "hello you"
    (message,) = await stage.messages(page.cursor)
    assert (message.remote_id, message.text) == (page.messages[0].remote_id, "On parcels\n\nhello you")


async def test_two_articles_of_one_feed_may_share_a_link(stage: Stage) -> None:
    for text in ("first", "second"):
        stage.server.someone_publishes("ana", text, title="Changes", link="https://a.example/changes")
    assert len(await stage.messages()) == 2


async def test_what_vanishes_for_a_while_does_not_come_again(stage: Stage) -> None:
    stage.server.someone_publishes("ana", "old")
    cursor = await stage.read()
    kept, stage.server.feeds["news.xml"] = stage.server.feeds["news.xml"], []
    cursor = await stage.read(cursor)
    stage.server.feeds["news.xml"] = kept
    assert await stage.messages(cursor) == []


async def test_what_is_older_than_the_history_is_left_out(stage: Stage) -> None:
    stage.server.someone_publishes("ana", "old", at=START - 40 * 24 * 3600 * 1000)
    stage.server.someone_publishes("ana", "new")
    assert [message.text for message in await stage.messages()] == ["new"]


async def test_a_date_in_the_far_future_is_none(stage: Stage) -> None:
    stage.server.someone_publishes("ana", "hello", at=START + 400 * 24 * 3600 * 1000)
    (message,) = await stage.messages()
    assert message.created_at <= stage.clock


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<title type="html">a &amp;lt;b&gt; c</title>', "a <b> c"),
        ("<title>a &lt;b&gt; c &amp;amp; d</title>", "a <b> c &amp; d"),
        ('<title type="text">x</title><content type="text">1 &lt; 2\n3</content>', "x\n\n1 < 2\n3"),
        (
            '<content type="xhtml"><div xmlns="urn:x"><p>one &lt;i&gt;</p><p>two</p></div></content>',
            "one <i>\ntwo",
        ),
        ("<title>x</title><summary>short</summary><content>long</content>", "x\n\nlong"),
        ("<title>x</title><content></content><summary>short</summary>", "x\n\nshort"),
    ],
)
async def test_atoms_kinds_of_text_are_read_as_they_are_meant(stage: Stage, content: str, text: str) -> None:
    message = await one(stage, ATOM.format(f"<entry><id>urn:1</id>{content}</entry>"))
    assert "\n".join(line for line in message.text.split("\n") if line) == "\n".join(
        line for line in text.split("\n") if line
    )


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<title>R&amp;amp;D</title>", "R&D"),
        ("<title><![CDATA[R&D <b>now</b>]]></title>", "R&D now"),
        ("<description>a</description><content:encoded><![CDATA[<p>all</p>]]></content:encoded>", "all"),
        ("<description><p>raw <b>tags</b></p></description>", "raw tags"),
        ("<title>caf&eacute;&nbsp;&hellip;</title>", "café …"),
        ("<title>fish & chips &unknown; &#233;</title>", "fish & chips &unknown; é"),
        ("<title>bell \x07 end</title>", "bell \ufffd end"),
        ("<media:title xmlns:media='urn:m'>other</media:title><title>mine</title>", "mine"),
    ],
)
async def test_rss_is_read_as_it_is_written_in_the_wild(stage: Stage, item: str, text: str) -> None:
    assert (await one(stage, RSS.format(f"<item>{item}</item>"))).text == text


async def test_a_relative_link_leads_to_the_feeds_own_host_and_no_script_is_a_link(stage: Stage) -> None:
    message = await one(stage, RSS.format("<item><title>x</title><link>/posts/1</link></item>"))
    assert message.permalink == "https://feeds.example/posts/1"
    message = await one(stage, RSS.format("<item><title>x</title><link>javascript:alert(1)</link></item>"))
    assert message.permalink is None
    text = ATOM.format('<entry><id>urn:1</id><title>x</title><link rel="self" href="/f"/><link href="/p"/></entry>')
    assert (await one(stage, text)).permalink == "https://feeds.example/p"


async def test_an_author_is_named_by_his_name(stage: Stage) -> None:
    message = await one(stage, RSS.format("<item><title>x</title><author>a@b.example (Ana)</author></item>"))
    assert message.author.name == "Ana"
    message = await one(stage, RSS.format("<item><title>x</title></item>"))
    assert message.author.handle == "Blog"
    text = "<entry><id>urn:1</id><title>x</title><author><uri>u</uri><name>Bo</name></author></entry>"
    assert (await one(stage, ATOM.format(text))).author.name == "Bo"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Tue, 22 Sep 2026 14:13:20 GMT", 1_790_086_400_000),
        ("Tue, 22 Sep 2026 16:13:20 +0200", 1_790_086_400_000),
        ("22 Sep 2026 10:13 EDT", 1_790_086_380_000),
        ("2026-09-22T14:13:20Z", 1_790_086_400_000),
        ("2026-09-22T16:13:20.5+02:00", 1_790_086_400_500),
        ("2026-09-22", 1_790_035_200_000),
        ("mardi 22 septembre", None),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_dates_are_read_in_both_forms(written: str, expected: int | None) -> None:
    assert moment(written) == expected


async def test_only_the_newest_of_a_feed_without_end_are_read(stage: Stage) -> None:
    for number in range(600):
        stage.server.someone_publishes("ana", f"number {number}")
    messages = await stage.messages()
    assert len(messages) == 500
    assert messages[-1].text == "number 599"
