"""A conversation as one line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Person
from cminbox.tui.desk import Desk
from cminbox.tui.widgets.queue_list import queue_line

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow
    from cminbox.tui.session import Session


@pytest.fixture
def desk(given: Session) -> Desk:
    return Desk.of(given)


@pytest.fixture
def row(desk: Desk) -> QueueRow:
    assert desk.row is not None
    return desk.row


def line(row: QueueRow, desk: Desk, width: int = 80) -> str:
    return str(queue_line(row, width, desk))


@pytest.mark.parametrize("width", [20, 46, 80, 200])
def test_it_is_as_wide_as_the_list(desk: Desk, row: QueueRow, width: int) -> None:
    assert queue_line(row, width, desk).width == max(width, 26)


def test_it_says_state_network_person_text_and_time(desk: Desk, row: QueueRow) -> None:
    text = "L  Ma @ana             Where is my order? It has been two weeks and no o…  -0:12"
    assert line(row, desk) == text


def test_a_name_stands_without_its_server(desk: Desk, row: QueueRow) -> None:
    far = replace(row, person=Person("p", "ana@social.example", "Ana"))
    assert line(far, desk).split()[2] == "@ana"
    assert line(replace(row, person=Person("p", "", "Ana")), desk).split()[2] == "Ana"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@brand where is it?", "where is it?"),
        ("@Brand@social.example, @brand hello", "hello"),
        ("@somebody else", "@somebody else"),
        ("@brand", "@brand"),
        ("@brandon hello", "@brandon hello"),
        ("@brand\n\nwhere is it?", "where is it?"),
        ("@brand \n", "@brand"),
    ],
)
def test_a_mention_does_not_begin_with_our_own_name(desk: Desk, row: QueueRow, text: str, shown: str) -> None:
    said = line(replace(row, text=text), desk)[23:]
    assert said.startswith(f"{shown} ")


def test_who_else_is_at_it_and_how_many_wait_stand_before_the_text(desk: Desk, row: QueueRow) -> None:
    assert "[bob writes] Where" in line(replace(row, claimed_by="bob"), desk)
    assert "(bob) Where" in line(replace(row, assignee="bob"), desk)
    assert "3\N{MULTIPLICATION SIGN} Where" in line(replace(row, unanswered=3), desk)
    assert "[kim" not in line(replace(row, claimed_by="kim", assignee="kim"), desk)
