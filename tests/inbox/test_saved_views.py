"""Views in a text file that people may edit as well."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.problem import Problem
from cminbox.inbox.saved_views import MOST, SavedView, SavedViews

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def views(tmp_path: Path) -> SavedViews:
    return SavedViews(tmp_path)


def test_without_a_file_there_are_none(views: SavedViews) -> None:
    assert views.load().views == ()
    assert views.load().faults == ()


def test_what_was_saved_is_there_in_its_order(views: SavedViews) -> None:
    views.save("VIP  late", "tag:vip is:late")
    views.save('Sam\'s "two words"', '@sam "two words" \\')
    assert views.load().views == (
        SavedView("VIP late", "tag:vip is:late"),
        SavedView('Sam\'s "two words"', '@sam "two words" \\'),
    )
    assert stat.S_IMODE(views.path.stat().st_mode) == 0o600


def test_a_group_that_may_use_the_folder_may_use_the_file(views: SavedViews, tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    views.save("a", "kind:dm")
    assert stat.S_IMODE(views.path.stat().st_mode) == 0o660


def test_the_same_name_is_the_same_view(views: SavedViews) -> None:
    views.save("one", "kind:dm")
    views.save("two", "kind:review")
    views.save("ONE", "kind:mention")
    assert [(one.name, one.filter) for one in views.load().views] == [("ONE", "kind:mention"), ("two", "kind:review")]


def test_a_view_is_forgotten_by_its_name(views: SavedViews) -> None:
    views.save("one", "kind:dm")
    views.save("two", "kind:review")
    views.forget("one")
    assert [one.name for one in views.load().views] == ["two"]
    with pytest.raises(Problem, match="no view called “one”"):
        views.forget("one")


def test_remarks_at_the_head_of_the_file_are_kept(views: SavedViews) -> None:
    views.path.write_text('# ours, please ask Kim\n\n[[views]]\nname = "a"\nfilter = "is:late"\n')
    views.save("b", "kind:dm")
    assert views.path.read_text().startswith("# ours, please ask Kim\n")
    assert [one.name for one in views.load().views] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("", "kind:dm", "cannot name a view"),
        ("x" * 41, "kind:dm", "at most 40 letters"),
        ("a\x1b[2J", "kind:dm", "cannot name a view"),
        ("a", "", "needs a filter"),
        ("a", "knd:dm", "knd: is no part of a filter"),
        ("a", "x" * 501, "at most 500"),
    ],
)
def test_what_cannot_be_a_view_is_refused_in_words(views: SavedViews, name: str, typed: str, sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        views.save(name, typed)
    assert not views.path.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[views", "this is no TOML"),
        ("views = 3", r"write each view as \[\[views\]\]"),
        ('[[views]]\nname = "a"', "view 1 needs a name and a filter"),
        ("views = [1]", "view 1 needs a name and a filter"),
        ('[[views]]\nname = "a"\nfilter = "is:x"', "View “a”: is:x is none of"),
        ("#" * 70_000, "this is no TOML"),
    ],
)
def test_a_fault_in_the_file_is_one_sentence_and_nothing_is_written_over_it(
    views: SavedViews, text: str, sentence: str
) -> None:
    views.path.write_text(text)
    (fault,) = views.load().faults
    with pytest.raises(Problem, match=sentence):
        views.save("b", "kind:dm")
    assert str(fault)
    assert views.path.read_text() == text


def test_a_fault_hides_no_other_view(views: SavedViews) -> None:
    views.path.write_text('[[views]]\nname = "a"\n[[views]]\nname = "b"\nfilter = "is:late"\n')
    assert [one.name for one in views.load().views] == ["b"]


def test_a_file_that_may_not_be_read_is_said(views: SavedViews) -> None:
    views.path.mkdir()
    (fault,) = views.load().faults
    assert "cannot be used" in str(fault)
    with pytest.raises(Problem, match="cannot be used"):
        views.save("a", "is:late")


def test_there_are_only_so_many(views: SavedViews) -> None:
    for number in range(MOST):
        views.save(f"view {number}", "is:late")
    with pytest.raises(Problem, match="forget one of them first"):
        views.save("one more", "is:late")
    views.save("view 3", "kind:dm")


@given(name=st.text(min_size=1, max_size=40), typed=st.text(min_size=1, max_size=80))
def test_whatever_can_be_saved_reads_back(tmp_path_factory: pytest.TempPathFactory, name: str, typed: str) -> None:
    views = SavedViews(tmp_path_factory.mktemp("views"))
    try:
        views.save(name, typed)
    except Problem:
        return
    tomllib.loads(views.path.read_text())
    assert views.load().views == (SavedView(" ".join(name.split()), typed.strip()),)
