"""The script in the guide works as it stands there."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

import cminbox
from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.failures import Refused

Place = Any
GUIDE = Path(cminbox.__file__).parent / "guide" / "relay.md"


@pytest.fixture
def script(place: Place, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The guide's script, loaded as a module would be."""
    (code,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    monkeypatch.setattr("sys.argv", ["script.py", str(place.spool)])
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(code, str(GUIDE), "exec"), names)  # noqa: S102 - our own guide
    return names


async def test_the_scripts_messages_arrive(place: Place, script: dict[str, Any]) -> None:
    await place.relay().check()
    script["bring"]([place.message("r-1"), place.message("r-2")])
    script["bring"]([])
    (page,) = await place.fetch()
    assert [message.remote_id for message in page.messages] == ["r-1", "r-2"]


async def test_the_guides_own_example_is_a_message(place: Place) -> None:
    await place.relay().check()
    example = re.findall(r"^    (\{\"kind\": .*?\})\n\n", GUIDE.read_text(), re.MULTILINE | re.DOTALL)[0]
    place.put(" ".join(example.split()).encode())
    (page,) = await place.fetch()
    assert [(message.remote_id, message.rating) for message in page.messages] == [("r-81", 2)]


async def test_the_script_publishes_a_reply_once(place: Place, script: dict[str, Any]) -> None:
    await place.relay().check()
    published: list[str] = []

    def publish(reply: dict[str, str]) -> str:
        if "rude" in reply["text"]:
            raise ValueError("not in this shop")
        published.append(reply["text"])
        return f"a-{len(published)}"

    script["publish"] = publish
    relay = place.relay()

    async def run(_seconds: float) -> None:
        await asyncio.to_thread(script["answer"])

    relay.pause = run
    reply = Reply(send_key="k-1", kind=Kind.REVIEW, conversation="c", to="r-1", text="Merci", decided_at=place.now())
    assert (await relay.reply(reply)).remote_id == "a-1"
    assert (await relay.reply(reply)).remote_id == "a-1"
    script["answer"]()
    assert published == ["Merci"]
    rude = Reply(send_key="k-2", kind=Kind.REVIEW, conversation="c", to="r-1", text="rude", decided_at=place.now())
    with pytest.raises(Refused, match="not in this shop"):
        await relay.reply(rude)
