"""The adapter against a real WordPress, with PHP's own web server and a MariaDB, started on loopback.

    apt-get install wordpress php-cli php-mysql php-curl php-xml php-mbstring mariadb-server
    pytest -m server tests/servers/wordpress

WooCommerce is no Debian package: product reviews are tried on the simulator alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import HELD, SPAM
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.networks.wordpress.account import MAX_BYTES, MODERATES
from cminbox.networks.wordpress.network import Wordpress

if TYPE_CHECKING:
    from tests.servers.wordpress.conftest import Inbox, Site

pytestmark = pytest.mark.server

COMMENTS = "/wp-json/wp/v2/comments"
TYPED = (
    "Où est ma commande ? Élodie \U0001f44d",
    "1 < 2 & so on, quotes \" and ' and \\ and {braces} %s",
    "first line\nsecond line",
    "مرحبا 日本語",
)


async def test_what_people_write_arrives_once_and_as_they_wrote_it(site: Site, inbox: Inbox) -> None:
    written = {str(site.guest(text)): text for text in TYPED}
    found = {message.remote_id: message for message in await inbox.new()}
    for remote_id, text in written.items():
        message = found[remote_id]
        assert message.text == text
        assert (message.author.handle, message.ours, message.post) == ("Ana", False, f"post/{site.post}")
        assert message.permalink is not None
        assert message.permalink.endswith(f"#comment-{remote_id}")
    assert await inbox.new() == []


async def test_a_comment_that_is_held_is_approved_answered_and_shown_in_its_thread(site: Site, inbox: Inbox) -> None:
    site.php("update_option('comment_moderation', '1');")
    try:
        asked = site.guest("Do you deliver to Lyon?")
    finally:
        site.php("update_option('comment_moderation', '0');")
    message = await inbox.one(asked)
    assert message.labels == (HELD,)
    async with inbox.connected() as network:
        with pytest.raises(Refused, match="approve it"):
            await network.reply(inbox.reply(message, "Yes"))
        for _ in range(2):
            await network.approve(message.remote_id)
        assert (await inbox.one(asked)).labels == ()
        receipt = await network.reply(inbox.reply(message, 'Yes, "tomorrow" & <b>free</b>\nsee you'))
        again = site.guest("Great", parent=int(receipt.remote_id))
        thread = await network.thread(receipt.remote_id)
    assert [one.remote_id for one in thread.above] == [str(asked)]
    assert (thread.message.ours, thread.message.parent) == (True, str(asked))
    assert thread.message.text == 'Yes, "tomorrow" & <b>free</b>\nsee you'
    assert [one.remote_id for one in thread.below] == [str(again)]


async def test_the_same_words_twice_are_refused_and_the_first_ones_are_found(site: Site, inbox: Inbox) -> None:
    message = await inbox.one(site.guest("Is it waterproof?"))
    async with inbox.connected() as network:
        reply = inbox.reply(message, 'It\'s "waterproof" - up to 5 m...')
        assert await network.find_sent(reply) is None
        receipt = await network.reply(reply)
        with pytest.raises(Refused, match="very same words"):
            await network.reply(reply)
        found = await network.find_sent(reply)
    assert found is not None
    assert (found.remote_id, found.permalink) == (receipt.remote_id, receipt.permalink)


async def test_the_flood_protection_is_an_answer_for_the_person(site: Site, make_inbox: type[Inbox]) -> None:
    message = await make_inbox(site).one(site.guest("Who is there?"))
    # Whoever may moderate is not stopped by it: this is a subscriber's password.
    weak = make_inbox(site, "fan")
    async with weak.connected() as network:
        await network.reply(weak.reply(message, "Me"))
        with pytest.raises(Refused, match="only so often"):
            await network.reply(weak.reply(message, "And me"))


async def test_spam_hiding_showing_and_deleting_twice_each(site: Site, inbox: Inbox) -> None:
    identifier = site.guest("Buy cheap watches")
    message = await inbox.one(identifier)
    async with inbox.connected() as network:
        for act, status, label in (
            (network.hide, "hold", (HELD,)),
            (network.unhide, "approved", ()),
            (network.approve, "approved", None),
        ):
            for _ in range(2):
                await act(message.remote_id)
                assert site.call("admin", "GET", f"{COMMENTS}/{identifier}").json()["status"] == status
            assert [one.labels for one in await inbox.new()] == ([] if label is None else [label])
        for _ in range(2):
            await network.report(message.remote_id, "It is spam")
        assert (await inbox.one(identifier)).labels == (SPAM,)
        for _ in range(2):
            await network.delete(message.remote_id)
        assert site.call("admin", "GET", f"{COMMENTS}/{identifier}").json()["status"] == "trash"
        assert [name for page in await inbox.pages() for name in page.deleted] == [str(identifier)]
        with pytest.raises(Gone):
            await network.thread(message.remote_id)
        with pytest.raises(Gone):
            await network.reply(inbox.reply(message, "too late"))


async def test_edits_and_deletions_by_others_are_noticed(site: Site, inbox: Inbox) -> None:
    frist, lost = site.guest("frist"), site.guest("lost")
    assert {str(frist), str(lost)} <= {message.remote_id for message in await inbox.new()}
    site.call("admin", "POST", f"{COMMENTS}/{frist}", {"content": {"raw": "first"}})
    assert site.call("admin", "DELETE", f"{COMMENTS}/{lost}", force="true").status_code == 200
    pages = await inbox.pages()
    (edited,) = [message for page in pages for message in page.messages]
    assert (edited.remote_id, edited.text) == (str(frist), "first")
    assert edited.edited_at is not None
    assert [name for page in pages for name in page.deleted] == [str(lost)]


async def test_hundreds_of_comments_of_few_seconds_arrive_once_also_for_who_stops_half_way(
    site: Site, make_inbox: type[Inbox]
) -> None:
    inbox = make_inbox(site)
    await inbox.new()
    made = site.php(
        f"foreach (range(1, 210) as $n) {{ echo wp_insert_comment(['comment_post_ID' => {site.post}, "
        "'comment_content' => 'number ' . $n, 'comment_author' => 'Ben', 'comment_approved' => 1]), ' '; }"
    )
    written = made.split()
    found: list[str] = []
    async with inbox.connected() as network:
        async for page in network.fetch(inbox.cursor, inbox.began):
            found += [message.remote_id for message in page.messages]
            inbox.cursor = page.cursor
            if len(found) > 60:
                break
    found += [message.remote_id for message in await inbox.new()]
    assert found == written
    assert await inbox.new() == []


async def test_an_hour_that_the_sites_clock_shows_twice_loses_nothing(site: Site, make_inbox: type[Inbox]) -> None:
    # In New York, where this site is, 05:10 and 06:05 UTC of that day are ten past one and five past one.
    inbox = make_inbox(site)
    inbox.began = 1_793_506_000_000  # 2026-11-01 04:06:40 UTC
    dates = [("2026-11-01 01:10:00", "2026-11-01 05:10:00"), ("2026-11-01 01:05:00", "2026-11-01 06:05:00")]
    written = [site.guest(f"fold {gmt}", comment_date=there, comment_date_gmt=gmt) for there, gmt in dates]
    found = {message.remote_id for message in await inbox.new()}
    assert {str(one) for one in written} <= found


async def test_an_answer_below_the_deepest_level_that_the_site_shows_is_taken(site: Site, inbox: Inbox) -> None:
    assert site.php("echo get_option('thread_comments_depth');") == "5"
    above = 0
    for number in range(7):
        above = site.guest(f"level {number}", parent=above)
    message = await inbox.one(above)
    async with inbox.connected() as network:
        receipt = await network.reply(inbox.reply(message, "deep down"))
        thread = await network.thread(receipt.remote_id)
    assert len(thread.above) == 7
    listed = f"get_comments(['post_id' => {site.post}, 'order' => 'ASC', 'status' => 'approve'])"
    shown = site.php(f"echo wp_list_comments(['max_depth' => 5, 'per_page' => 0, 'echo' => false], {listed});")
    assert "deep down" in shown
    assert "depth-5" in shown
    assert "depth-6" not in shown


async def test_closed_comments_and_lengths(site: Site, inbox: Inbox) -> None:
    closed = await inbox.one(site.guest("before it was closed", post=site.other))
    site.php(f"wp_update_post(['ID' => {site.other}, 'comment_status' => 'closed']);")
    long = await inbox.one(site.guest("tell me everything"))
    async with inbox.connected() as network:
        with pytest.raises(Refused, match="closed"):
            await network.reply(inbox.reply(closed, "too late"))
        for extra in (-1, 0):
            text = "é" * ((MAX_BYTES + extra) // 2) + "a" * ((MAX_BYTES + extra) % 2)
            receipt = await network.reply(inbox.reply(long, text))
            shown = site.call("admin", "GET", f"{COMMENTS}/{receipt.remote_id}", context="edit").json()
            assert shown["content"]["raw"] == text
        with pytest.raises(Refused, match="too long"):
            await network.reply(inbox.reply(long, "a" * (MAX_BYTES + 1)))
    body = {"post": site.post, "content": {"raw": "a" * (MAX_BYTES + 1)}}
    assert site.call("editor", "POST", COMMENTS, body).json()["code"] == "comment_content_column_length"


async def test_the_check_tells_a_good_password_a_wrong_one_and_a_weak_role(site: Site, make_inbox: type[Inbox]) -> None:
    site.guest("hello")
    async with make_inbox(site).connected() as network:
        report = await network.check()
    assert (report.me.handle, report.missing_scopes) == ("editor", ())
    assert any("Comments that can be seen" in str(remark) for remark in report.remarks)
    for name in ("fan", "writer"):
        async with make_inbox(site, name).connected() as network:
            assert (await network.check()).missing_scopes == (MODERATES,)
            with pytest.raises(SignInAgain) as caught:
                [page async for page in network.fetch(None, 0)]
            assert caught.value.missing_scope == MODERATES
    for wrong in (
        make_inbox(site, password="abcd abcd abcd abcd abcd abcd"),
        make_inbox(site, "editor", "planted-editor"),
    ):
        async with wrong.connected() as network:
            with pytest.raises(SignInAgain, match="does not"):
                await network.check()


async def test_a_site_without_pretty_permalinks_is_read_alike(site: Site, make_inbox: type[Inbox]) -> None:
    identifier = site.guest("plain and simple")
    for url in (f"{site.url}/?rest_route=/", f"{site.url}/wp-json/"):
        assert (await make_inbox(site, url=url).one(identifier)).text == "plain and simple"
    site.php("update_option('permalink_structure', ''); flush_rewrite_rules();")
    try:
        assert (await make_inbox(site, url=f"{site.url}/?rest_route=/").one(identifier)).remote_id
        found = make_inbox(site)
        assert (await found.one(identifier)).remote_id
    finally:
        site.php("update_option('permalink_structure', '/%postname%/'); flush_rewrite_rules();")


async def test_the_site_says_where_it_makes_application_passwords(site: Site, inbox: Inbox) -> None:
    async with inbox.connected() as network:
        signing_in = await Wordpress.begin_sign_in({"base_url": site.url}, network.http)
    assert signing_in is not None
    assert signing_in.address == f"{site.url}/wp-admin/authorize-application.php?app_name=cminbox"
    assert await signing_in.finish(" abcd EFGH 1234 ijkl MNOP 5678\n") == {
        "application_password": "abcdEFGH1234ijklMNOP5678"
    }


async def test_an_own_answer_that_the_site_holds_back_is_known_to_wait(site: Site, inbox: Inbox) -> None:
    message = await inbox.one(site.guest("Any news?"))
    with site.plugin("add_filter('pre_comment_approved', '__return_zero', 99);"):
        async with inbox.connected() as network:
            receipt = await network.reply(inbox.reply(message, "Soon"))
            found = await network.find_sent(inbox.reply(message, "Soon"))
    assert found is not None
    assert found.remote_id == receipt.remote_id
    ours = await inbox.one(int(receipt.remote_id))
    assert (ours.ours, ours.labels) == (True, (HELD,))


async def test_an_interface_that_a_plugin_has_switched_off_is_said_plainly(site: Site, inbox: Inbox) -> None:
    refusing = "return new WP_Error('rest_cannot_access', 'No.', ['status' => 401]);"
    with site.plugin(f"add_filter('rest_authentication_errors', function () {{ {refusing} }}, 999);"):
        async with inbox.connected() as network:
            with pytest.raises(Refused, match="switched off the REST interface"):
                await network.check()
