"""What a script puts into the folder arrives whole, at least once, whatever happens and whatever it is."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.network_kit.failures import CursorExpired, Refused, TryLater

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cminbox.network_kit.contract import Page

    Place = Any
DAY = 24 * 3600 * 1000
KILLED = """
    import asyncio, os, sys
    from cminbox.network_kit.client import new_client
    from cminbox.network_kit.testing.bench import KeptInMemory
    from cminbox.networks.relay import Relay
    from cminbox.networks.relay.account import RelayAccount

    async def main():
        relay = Relay(RelayAccount(folder=sys.argv[1]), new_client(), KeptInMemory(), lambda: 0)
        async for page in relay.fetch(None, 0):
            os._exit(9)

    asyncio.run(main())
"""


def ids(pages: Sequence[Page]) -> list[str]:
    return [message.remote_id for page in pages for message in page.messages]


def told(pages: Sequence[Page]) -> list[str]:
    return [str(saying) for page in pages for saying in page.skipped]


async def test_a_crash_before_the_cursor_is_stored_loses_nothing(place: Place) -> None:
    place.put_messages("a", "b")
    assert ids(await place.fetch(None)) == ["a", "b"]
    assert ids(await place.fetch(None)) == ["a", "b"]


async def test_a_reader_that_is_killed_leaves_the_folder_to_the_next(place: Place) -> None:
    place.put_messages("a", "b")
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", textwrap.dedent(KILLED), str(place.spool))
    assert await killed.wait() == 9
    assert list((place.spool / "in").glob("*.jsonl")) == []
    assert ids(await place.fetch(None)) == ["a", "b"]


@pytest.mark.parametrize("seed", range(20))
async def test_however_often_a_reader_dies_everything_arrives(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    written: list[str] = []
    stored: list[str] = []
    cursor: str | None = None
    while len(written) < 60 or chance.random() < 0.7:
        if len(written) < 60:
            new = [f"m{len(written) + number}" for number in range(chance.randrange(7))]
            written += new
            place.put_messages(*new)
        relay = place.relay()
        relay.page_size = chance.randrange(1, 5)
        pages = relay.fetch(cursor, 0)
        async for page in pages:
            if chance.random() < 0.3:
                break
            stored += [message.remote_id for message in page.messages]
            cursor = page.cursor
        await pages.aclose()
    stored += ids(await place.fetch(cursor))
    assert stored == written


async def test_two_readers_never_take_the_same(place: Place) -> None:
    place.put_messages("a", "b", "c")
    first = place.relay()
    first.page_size = 1
    reading = first.fetch(None, 0)
    page = await anext(reading)
    with pytest.raises(TryLater, match="Another program is reading"):
        await place.fetch(None)
    await reading.aclose()
    assert ids([page, *await place.fetch(page.cursor)]) == ["a", "b", "c"]


async def test_what_is_still_being_written_is_left_alone(place: Place) -> None:
    names = {".a.jsonl", "a.jsonl.part", "a.json", "a.jsonl~"}
    for name in names:
        place.put(json.dumps(place.message("x")).encode(), name)
    assert await place.fetch() == []
    assert {path.name for path in (place.spool / "in").iterdir()} == names | {"taken", "refused"}


async def test_files_are_taken_in_the_order_of_their_times(place: Place) -> None:
    late, early = place.put_messages("late"), place.put_messages("early")
    os.utime(early, (1_000, 1_000))
    os.utime(late, (2_000, 2_000))
    assert ids(await place.fetch()) == ["early", "late"]


async def test_several_small_files_make_one_page_and_a_large_one_makes_many(place: Place) -> None:
    for number in range(5):
        place.put_messages(f"small{number}")
    place.put_messages(*(f"large{number}" for number in range(450)))
    pages = await place.fetch()
    assert [len(page.messages) for page in pages] == [200, 200, 55]
    assert len(set(ids(pages))) == 455


async def test_a_message_says_all_that_it_came_with(place: Place) -> None:
    place.put(
        json.dumps(
            place.message(
                "r-1", rating=2, lang="fr", parent="p", conversation="c", ours=True, permalink="https://x.example"
            ),
        ).encode(),
    )
    (page,) = await place.fetch()
    (message,) = page.messages
    assert (message.rating, message.lang, message.parent, message.conversation) == (2, "fr", "p", "c")
    assert (message.ours, message.permalink) == (True, "https://x.example")


@pytest.mark.parametrize(
    "frame",
    [
        lambda line: b"\xef\xbb\xbf" + line,
        lambda line: line + b"\r\n",
        lambda line: b"\n\n  \n" + line + b"\n\n",
        lambda line: line.replace(b" ", b"   "),
    ],
    ids=["byte order mark", "carriage return", "blank lines", "much space"],
)
async def test_a_line_may_be_framed_in_many_ways(place: Place, frame: Any) -> None:  # noqa: ANN401 - a small function
    place.put(frame(json.dumps(place.message("a")).encode()))
    pages = await place.fetch()
    assert ids(pages) == ["a"]
    assert told(pages) == []


async def test_a_bad_line_is_told_with_its_number_and_the_rest_arrives(place: Place) -> None:
    lines = [json.dumps(place.message("a")).encode(), b"\xff\xfe not text", b"{", b"", b"[]"]
    lines += [json.dumps(place.message("x", network="other")).encode(), json.dumps(place.message("b")).encode()]
    place.put(b"\n".join(lines), "orders.jsonl")
    pages = await place.fetch()
    assert ids(pages) == ["a", "b"]
    said = told(pages)
    assert [line.split(":")[0] for line in said] == [f"orders.jsonl, line {number}" for number in (2, 3, 5, 6)]
    assert "UTF-8" in said[0]
    assert "JSON" in said[1]
    assert "object" in said[2]
    assert "it belongs to other, not to shop" in said[3]


async def test_line_numbers_go_on_where_a_page_ended(place: Place) -> None:
    good = json.dumps(place.message("a")).encode()
    place.put(b"\n".join([good, good, b"bad", good]), "x.jsonl")
    first, *_ = await place.fetch(page_size=2)
    rest = await place.fetch(first.cursor)
    assert [line.split(":")[0] for line in told(rest)] == ["x.jsonl, line 3"]


async def test_a_thousand_bad_lines_are_told_briefly(place: Place) -> None:
    place.put(b"bad\n" * 1_000 + json.dumps(place.message("a")).encode())
    pages = await place.fetch()
    assert ids(pages) == ["a"]
    assert len(told(pages)) == 21
    assert told(pages)[-1] == "980 more lines cannot be read"


async def test_a_huge_file_arrives_page_by_page(place: Place) -> None:
    filler = "x" * 10_000
    lines = (json.dumps(place.message(f"m{number}", text=filler)) for number in range(1_000))
    place.put("\n".join(lines).encode())
    pages = await place.fetch()
    assert len(set(ids(pages))) == 1_000
    assert max(len(page.messages) for page in pages) == 200


@pytest.mark.parametrize("end", [b"", b"\n"])
async def test_a_huge_line_is_passed_over(place: Place, end: bytes) -> None:
    huge = json.dumps(place.message("huge", text="x" * 10_000_000)).encode()
    after = json.dumps(place.message("after")).encode() if end else b""
    place.put(json.dumps(place.message("before")).encode() + b"\n" + huge + end + after, "x.jsonl")
    pages = await place.fetch()
    assert ids(pages) == ["before", "after"] if end else ["before"]
    assert told(pages) == ["x.jsonl, line 2: it is longer than 1 MB"]


async def test_hostile_text_is_clean_when_it_arrives(place: Place) -> None:
    place.put(
        b'{"network": "shop", "kind": "dm", "remote_id": "\\ud800", "author": {"id": "u\\u0000"}, '
        b'"text": "\\u001b[2J half \\ud800 \\u0000", "created_at": "2026-09-20T09:15:00Z"}'
    )
    (page,) = await place.fetch()
    (message,) = page.messages
    assert message.text == "[2J half \N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}"
    message.remote_id.encode()
    message.author.remote_id.encode()


async def test_what_is_no_plain_file_is_put_aside_and_told_once(place: Place, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(json.dumps(place.message("secret")))
    place.put_messages("a")
    incoming = place.spool / "in"
    (incoming / "link.jsonl").symlink_to(secret)
    (incoming / "nowhere.jsonl").symlink_to(tmp_path / "nowhere")
    os.mkfifo(incoming / "pipe.jsonl")
    (incoming / "folder.jsonl").mkdir()
    pages = await place.fetch()
    assert ids(pages) == ["a"]
    assert len(told(pages)) == 4
    assert all("is no plain file; it was put aside" in line for line in told(pages))
    assert len(list((incoming / "refused").iterdir())) == 4
    assert secret.exists()
    assert told(await place.fetch(pages[-1].cursor)) == []


async def test_a_name_full_of_tricks_is_only_a_name(place: Place) -> None:
    place.put(b"bad", "\x1b]0;title\x07\n\u202e.jsonl")
    place.put(json.dumps(place.message("a")).encode(), "x" * 249 + ".jsonl")
    os.close(os.open(os.fsencode(place.spool / "in") + b"/\xff\xfe.jsonl", os.O_CREAT | os.O_WRONLY))
    pages = await place.fetch()
    assert ids(pages) == ["a"]
    assert len(told(pages)) == 1
    assert told(pages)[0].isprintable()


async def test_a_deletion_is_passed_on(place: Place) -> None:
    place.put_messages("a")
    place.put(b'{"remote_id": "a", "deleted": true}')
    (page,) = await place.fetch()
    assert page.deleted == ("a",)


async def test_a_cursor_of_another_make_has_expired(place: Place) -> None:
    for cursor in ("", "x", "1.2", "-1.0.0", "1.2.3.4", "9" * 50):
        with pytest.raises(CursorExpired):
            await place.fetch(cursor)


async def test_an_older_cursor_brings_everything_after_it_again(place: Place) -> None:
    cursors: list[str] = []
    for name in ("a", "b", "c"):
        place.put_messages(name)
        pages = await place.fetch(cursors[-1] if cursors else None)
        cursors.append(pages[-1].cursor)
    assert ids(await place.fetch(cursors[0])) == ["b", "c"]


async def test_files_are_kept_for_a_week_and_only_removed_behind_the_cursor(place: Place) -> None:
    place.put_messages("a")
    (page,) = await place.fetch()
    place.put_messages("b")
    (behind,) = await place.fetch(page.cursor)
    taken = place.spool / "in" / "taken"
    place.time += 6 * DAY
    await place.fetch(behind.cursor)
    assert len(list(taken.iterdir())) == 2
    place.time += 2 * DAY
    await place.fetch(page.cursor)
    assert len(list(taken.iterdir())) == 2, "the cursor of the second file was not stored yet"
    await place.fetch(behind.cursor)
    assert [path.name.partition("-")[0] for path in taken.iterdir()] == ["0000000002"]
    place.put_messages("c")
    assert ids(await place.fetch(behind.cursor)) == ["c"]


async def test_the_first_fetch_leaves_out_what_was_claimed_before_the_history(place: Place) -> None:
    place.put_messages("old")
    await place.fetch()
    place.time += 2 * DAY
    place.put_messages("new")
    pages = [page async for page in place.relay().fetch(None, place.time - DAY)]
    assert ids(pages) == ["new"]


async def test_a_folder_that_cannot_be_used_is_named(place: Place) -> None:
    place.spool.write_text("a file lies here")
    with pytest.raises(Refused, match="cannot be used as a spool folder"):
        await place.relay().check()
    with pytest.raises(TryLater, match="cannot be used right now"):
        await place.fetch()


async def test_the_check_makes_the_folder_and_says_where_it_is(place: Place) -> None:
    report = await place.relay().check()
    assert report.me.handle == "shop"
    assert sorted(path.name for path in place.spool.iterdir()) == ["done", "handed", "in", "out"]
    assert {path.stat().st_mode & 0o777 for path in (place.spool, *place.spool.rglob("*"))} == {0o700}
    assert str(place.spool / "in") in str(report.remarks[0])
