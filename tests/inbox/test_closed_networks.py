"""Networks that cannot be connected say why; what was imported of a retired one is history, found and read."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from cminbox import networks
from cminbox.domain.closed import CLOSED
from cminbox.domain.filter import Filter
from cminbox.domain.network import Capability
from cminbox.domain.problem import NotFound, Problem
from cminbox.inbox.interchange import Importing
from cminbox.inbox.sendable import check_can
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import Locations
from cminbox.settings.values import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = 1_790_000_000_000


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Workspace]:
    locations = Locations("brand", tmp_path / "brand", tmp_path / "config.toml")
    workspace = Workspace(locations, DEFAULTS, Agent("bo", "tests"), lambda: NOW)
    yield workspace
    workspace.close()


def line(network: str, remote_id: str = "1") -> bytes:
    message = {
        "network": network,
        "account": "Brand",
        "kind": "comment",
        "remote_id": remote_id,
        "author": {"id": "users/1", "name": "Ana"},
        "text": "a lovely teapot",
        "created_at": "2018-03-02T10:00:00Z",
    }
    return json.dumps(message).encode() + b"\n"


def imported(workspace: Workspace, network: str) -> None:
    importing = Importing(workspace)
    assert list(importing.take(io.BytesIO(line(network)))) == []
    assert importing.done.new == 1


@pytest.mark.parametrize("name", [*CLOSED, "Pinterest"])
def test_whoever_connects_a_closed_network_hears_why_not(name: str) -> None:
    with pytest.raises(NotFound) as told:
        networks.load(name)
    assert str(told.value) == str(CLOSED[name.lower()].why)
    assert CLOSED[name.lower()].title in str(told.value)


def test_no_network_is_both_open_and_closed() -> None:
    assert not CLOSED.keys() & set(networks.names())


def test_what_comes_from_a_retired_network_never_waits_and_is_found(opened: Workspace) -> None:
    imported(opened, "googleplus")
    assert opened.queue.page(now=opened.now()) == []
    (found,) = opened.queue.page(Filter(words=("teapot",), everything=True), now=opened.now())
    assert found.row.text == "a lovely teapot"


def test_what_comes_from_another_network_may_wait(opened: Workspace) -> None:
    imported(opened, "portal")
    assert len(opened.queue.page(now=opened.now())) == 1


def test_an_answer_on_a_retired_network_is_refused_with_the_reason(opened: Workspace) -> None:
    imported(opened, "googleplus")
    with pytest.raises(Problem, match=r"Google\+ was closed in April 2019"):
        check_can(opened.accounts.get_any("Brand"), Capability.REPLY)
