"""A reply is handed out once, whole, whatever happens; the script's answer decides what became of it."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt, Reply
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, TryLater
from cminbox.networks.relay import leaving, spool
from cminbox.networks.relay.account import RelayAccount
from cminbox.networks.relay.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    Place = Any
DECIDED = 1_790_000_000_000


def reply(key: str = "k-1", text: str = "Merci !", kind: Kind = Kind.REVIEW) -> Reply:
    return Reply(send_key=key, kind=kind, conversation="c-1", to="r-1", text=text, decided_at=DECIDED, lang="fr")


@pytest.fixture
def hasty(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place whose adapters wait for no script."""
    monkeypatch.setattr("cminbox.networks.relay.network.PATIENCE", (0.0,))
    return place


def answered(place: Place, content: bytes | str, key: str = "k-1") -> Path:
    path: Path = place.spool / "done" / f"{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def waiting(place: Place) -> list[str]:
    return sorted(path.name for path in (place.spool / "out").glob("[!.]*"))


async def test_a_reply_lies_whole_in_the_folder(hasty: Place) -> None:
    await hasty.relay().check()
    with pytest.raises(SendOutcomeUnknown, match="The script of shop has not answered yet"):
        await hasty.relay().reply(reply())
    path = hasty.spool / "out" / "k-1.json"
    assert json.loads(path.read_bytes()) == {
        "send_key": "k-1",
        "network": "shop",
        "kind": "review",
        "public": True,
        "conversation": "c-1",
        "to": "r-1",
        "text": "Merci !",
        "lang": "fr",
        "decided_at": "2026-09-21T14:13:20Z",
    }
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0 or os.umask(0o022) != 0o022
    assert [each.name for each in (hasty.spool / "out").iterdir()] == ["k-1.json"]


async def test_a_private_reply_says_that_it_is(hasty: Place) -> None:
    await hasty.relay().check()
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply(kind=Kind.DM))
    assert json.loads((hasty.spool / "out" / "k-1.json").read_bytes())["public"] is False


async def test_the_script_answers_while_we_wait(place: Place) -> None:
    await place.relay().check()
    relay = place.relay()

    async def script(_seconds: float) -> None:
        if waiting(place):
            answered(
                place, '{"remote_id": "a-1", "permalink": "https://x.example/1", "created_at": "2026-09-21T15:00:00Z"}'
            )

    relay.pause = script
    assert await relay.reply(reply()) == Receipt("a-1", "https://x.example/1", 1_790_002_800_000)
    assert waiting(place) == [], "what was answered is cleared away"


async def test_a_late_answer_is_found(hasty: Place) -> None:
    await hasty.relay().check()
    assert await hasty.relay().find_sent(reply()) is None
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply())
    with pytest.raises(TryLater, match="has not answered yet"):
        await hasty.relay().find_sent(reply())
    answered(hasty, '{"remote_id": 12}')
    assert await hasty.relay().find_sent(reply()) == Receipt("12")
    assert await hasty.relay().reply(reply()) == Receipt("12")
    assert waiting(hasty) == []


async def test_a_reply_is_never_handed_out_twice(hasty: Place) -> None:
    await hasty.relay().check()
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply())
    (hasty.spool / "out" / "k-1.json").unlink()
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply())
    assert waiting(hasty) == [], "a script that takes its file away has it"


@pytest.mark.parametrize(("told", "failure"), [("refused", Refused), ("gone", Gone)])
async def test_a_no_of_the_script_is_a_failure_with_its_words(hasty: Place, told: str, failure: type) -> None:
    await hasty.relay().check()
    answered(hasty, json.dumps({told: "too rude \x1b[2J" + "x" * 5_000}))
    with pytest.raises(failure, match="too rude") as caught:
        await hasty.relay().reply(reply())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
    assert await hasty.relay().find_sent(reply()) is None
    assert waiting(hasty) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"remote_id": "a-',
        b"\xff",
        b"[]",
        b"{}",
        b'{"remote_id": ""}',
        b'{"remote_id": null}',
        b'{"remote_id": ["a"]}',
        b'{"refused": 5}',
        b"[" * 50_000,
        b'{"remote_id": "a-1"' + b" " * 10_000_000 + b"}",
    ],
    ids=range(11),
)
async def test_an_answer_that_says_nothing_is_no_answer(hasty: Place, content: bytes) -> None:
    await hasty.relay().check()
    path = answered(hasty, content)
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply())
    path.write_text('{"remote_id": "a-1"}')
    assert await hasty.relay().find_sent(reply()) == Receipt("a-1")


async def test_an_answer_that_is_no_plain_file_is_no_answer(hasty: Place, tmp_path: Path) -> None:
    await hasty.relay().check()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text('{"remote_id": "a-1"}')
    (hasty.spool / "done" / "k-1.json").symlink_to(elsewhere)
    os.mkfifo(hasty.spool / "done" / "k-2.json")
    (hasty.spool / "done" / "k-3.json").mkdir()
    for key in ("k-1", "k-2", "k-3"):
        with pytest.raises(SendOutcomeUnknown):
            await hasty.relay().reply(reply(key))


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "/abs", ".", "..", "", "a" * 500, "é\u202e", "a\0b", "a\nb", "A-z_0"]
)
async def test_a_send_key_never_leaves_the_folder(hasty: Place, key: str) -> None:
    await hasty.relay().check()
    before = {path.name for path in hasty.spool.parent.iterdir()}
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply(key))
    (name,) = waiting(hasty)
    assert json.loads((hasty.spool / "out" / name).read_bytes())["send_key"] == key
    assert {path.name for path in hasty.spool.parent.iterdir()} == before
    answered(hasty, '{"remote_id": "a-1"}', name.removesuffix(".json"))
    assert await hasty.relay().find_sent(reply(key)) == Receipt("a-1")


async def test_a_text_that_is_too_long_never_reaches_the_folder(hasty: Place) -> None:
    await hasty.relay().check()
    for text in ("", "x" * 10_001):
        with pytest.raises(Refused):
            await hasty.relay().reply(reply(text=text))
    assert waiting(hasty) == []
    assert list((hasty.spool / "handed").iterdir()) == []


class CrashError(Exception):
    """The machine stops here."""


def crashing(act: Callable[[], object], after_lines: int) -> bool:
    """Run an act and let the machine stop before its n-th line in the relay's files; whether it did."""
    left = after_lines
    watched = {leaving.__file__, spool.__file__}

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., Any] | None:
        nonlocal left
        if frame.f_code.co_filename not in watched:
            return None
        if event == "line":
            if left == 0:
                raise CrashError
            left -= 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except CrashError:
        return True
    finally:
        sys.settrace(before)
    return False


# A machine that stops closes no file.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_whenever_the_machine_stops_a_reply_appears_whole_and_once(tmp_path: Path) -> None:
    lines = 0
    crashed = True
    while crashed:
        folder = Spool(tmp_path / str(lines))
        folder.make()
        seen: list[bytes] = []

        def take(folder: Spool = folder, seen: list[bytes] = seen) -> None:
            for path in folder.outgoing.glob("[!.]*.json"):
                seen.append(path.read_bytes())
                path.unlink()

        def hand_out(folder: Spool = folder) -> None:
            leaving.hand_out(folder, reply(), "shop")

        crashed = crashing(hand_out, lines)
        take()
        hand_out()
        take()
        hand_out()
        take()
        assert [json.loads(each)["text"] for each in seen] == ["Merci !"], f"stopped before line {lines}"
        lines += 1
    assert lines > 15


async def test_a_full_disk_is_no_reply_handed_out(hasty: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await hasty.relay().check()

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(leaving, "write_whole", full)
        with pytest.raises(TryLater, match="No space left on device"):
            await hasty.relay().reply(reply())
    assert waiting(hasty) == []
    assert await hasty.relay().find_sent(reply()) is None
    with pytest.raises(SendOutcomeUnknown):
        await hasty.relay().reply(reply())
    assert waiting(hasty) == ["k-1.json"]


async def test_an_error_after_the_reply_appeared_is_an_unknown_outcome(
    hasty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hasty.relay().check()
    calls = 0

    def failing(_folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(leaving, "keep_names", failing)
    with pytest.raises(SendOutcomeUnknown, match="Input/output error"):
        await hasty.relay().reply(reply())
    assert waiting(hasty) == ["k-1.json"]


async def test_cancelling_ends_the_wait_for_the_script(place: Place) -> None:
    await place.relay().check()
    relay = place.relay()
    pausing = asyncio.Event()

    async def for_ever(_seconds: float) -> None:
        pausing.set()
        await asyncio.Event().wait()

    relay.pause = for_ever
    task = asyncio.create_task(relay.reply(reply()))
    await pausing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert waiting(place) == ["k-1.json"]


@pytest.mark.parametrize("folder", ["spool", "./spool", "", "a\0b"])
def test_a_folder_is_named_by_its_full_path(folder: str) -> None:
    with pytest.raises(ValueError, match="it has to begin with /"):
        RelayAccount(folder=folder)


@pytest.mark.parametrize("network", ["", "Shop", "a b", "é", "x" * 41, "-x"])
def test_a_network_is_named_in_lower_case(network: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        RelayAccount(folder="/srv/spool", network=network)


def test_a_folder_at_home_is_found_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert RelayAccount(folder="~/spool").folder == "/home/someone/spool"
