"""The program run in this process, on a workspace of the test's own, with messages in it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.__main__ import main
from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Manifest, TextLimit, Unit
from cminbox.inbox.workplace import Workplace
from cminbox.simulators.wire import Wire, serve

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]
Open = Callable[[], Any]
Served = Callable[[Wire], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The workspace's folder, which is not there yet."""
    return tmp_path / "brand"


@pytest.fixture
def cminbox(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the program with some words and gives its exit code and what it said."""

    def run(*words: str) -> CompletedProcess[str]:
        capsys.readouterr()
        code = main(["--workspace", f"{folder}/", *words])
        said = capsys.readouterr()
        return CompletedProcess(list(words), code, said.out, said.err)

    return run


@pytest.fixture
def line() -> Line:
    """Return a function that makes a message in the interchange form."""

    def make(remote_id: str = "m-1", **changes: object) -> dict[str, Any]:
        return {
            "network": "mastodon",
            "account": "brand",
            "kind": "mention",
            "conversation": None,
            "remote_id": remote_id,
            "parent": None,
            "author": {"id": "u1", "handle": "ana", "name": "Ana", "followers": 120},
            "text": "Where is my parcel?",
            "created_at": "2020-11-20T09:15:00Z",
            "ours": False,
            "permalink": None,
            "attachments": [],
            "rating": None,
            "lang": "en",
        } | changes

    return make


@pytest.fixture
def imported(cminbox: Run, tmp_path: Path) -> Callable[..., CompletedProcess[str]]:
    """Return a function that imports messages and says what the program said."""

    def take(*messages: Mapping[str, Any]) -> CompletedProcess[str]:
        file = tmp_path / "messages.jsonl"
        file.write_text("".join(json.dumps(message) + "\n" for message in messages))
        return cminbox("import", str(file))

    return take


@pytest.fixture
def opened(folder: Path) -> Iterator[Open]:
    """Return a function that opens the workspace beside the program; closed at the end of the test."""
    workspaces: list[Workspace] = []

    def open_workspace() -> Workspace:
        workspaces.append(Workplace(f"{folder}/", None, {}, "bo", "tests").open())
        return workspaces[-1]

    yield open_workspace
    for workspace in workspaces:
        workspace.close()


@pytest.fixture
def connected(opened: Open, imported: Callable[..., CompletedProcess[str]], line: Line) -> int:
    """One conversation of a connected account; the network is never asked."""
    workspace = opened()
    workspace.accounts.add("brand", MANIFEST, {}, handle="brand", agent="bo", now=workspace.now())
    assert imported(line()).returncode == 0
    return 1


MANIFEST = Manifest(
    name="mastodon",
    title="Mastodon",
    short="Ma",
    documentation="https://docs.joinmastodon.org/",
    api_version="v1",
    api_ends=None,
    capabilities=frozenset({Capability.MENTIONS, Capability.REPLY, Capability.LIKE, Capability.BLOCK}),
    limits={Kind.MENTION: (TextLimit(Unit.GRAPHEMES, 20),)},
    missing={Capability.HIDE: "Mastodon lets nobody hide what another person wrote."},
)


@pytest.fixture
def served() -> Iterator[Served]:
    """Return a function that serves a simulated network on loopback, in a thread, and gives its address."""
    with ExitStack() as stack:
        yield lambda wire: stack.enter_context(_serving(wire))


@contextmanager
def _serving(wire: Wire) -> Iterator[str]:
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    address: list[str] = []
    stop = asyncio.Event()

    async def run() -> None:
        async with serve(wire) as url:
            address.append(url)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
