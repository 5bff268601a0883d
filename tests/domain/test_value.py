"""Values that are made quickly behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import field
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Callable[[type], Any]]

MAKERS = [dataclass, dataclasses.dataclass]
either = pytest.mark.parametrize("make", MAKERS, ids=["quick", "standard"])


@dataclass(frozen=True, slots=True)
class Point:
    """A value that can be pickled: a class of a module."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)


def points(make: Make) -> Callable[..., Any]:
    """Return a frozen class as one of the makers makes it."""

    class Made:
        """A point."""

        x: int
        y: int = 7
        names: tuple[str, ...] = field(default_factory=tuple)

        def sum(self) -> int:
            return self.x + self.y

    made: Callable[..., Any] = make(frozen=True, slots=True)(Made)
    return made


@either
def test_values_compare_show_and_hash_by_their_fields(make: Make) -> None:
    made = points(make)
    assert made(1) == made(1, 7) != made(2)
    assert len({made(1), made(1), made(1, names=("a",))}) == 2
    assert repr(made(1, 2)).endswith("Made(x=1, y=2, names=())")
    assert made(1) != (1, 7, ())
    assert made(1, 2).sum() == 3


@either
def test_frozen_values_cannot_be_changed(make: Make) -> None:
    one = points(make)(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        one.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del one.x
    assert not hasattr(one, "__dict__")


@either
def test_missing_and_unknown_arguments_are_refused_by_name(make: Make) -> None:
    made = points(make)
    with pytest.raises(TypeError, match=r"__init__\(\) missing 1 required positional argument: 'x'"):
        made()
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        made(1, z=2)


@either
def test_the_tools_of_dataclasses_work(make: Make) -> None:
    made: Any = points(make)
    assert dataclasses.replace(made(1), y=3) == made(1, 3)
    assert dataclasses.asdict(made(1)) == {"x": 1, "y": 7, "names": ()}
    assert [one.name for one in dataclasses.fields(made)] == ["x", "y", "names"]
    assert made.__match_args__ == ("x", "y", "names")
    assert dataclasses.is_dataclass(made)


@either
def test_each_value_gets_a_default_of_its_own(make: Make) -> None:
    class Made:
        found: list[int] = field(default_factory=list)

    made = make(slots=True)(Made)
    one, other = made(), made()
    one.found.append(1)
    assert other.found == []
    one.found = [2]
    assert one == made([2])
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


@either
def test_without_comparing_a_value_is_equal_to_itself_alone(make: Make) -> None:
    class Made:
        x: int

    made = make(slots=True, eq=False)(Made)
    one = made(1)
    same = one
    assert one == same
    assert one != made(1)
    assert len({one, made(1)}) == 2


@either
def test_what_is_unusual_is_left_to_the_standard_library(make: Make) -> None:
    class Made:
        secret: str = field(repr=False)
        known: ClassVar[int] = 3

    made = make(frozen=True, slots=True)(Made)
    assert "hunter2" not in repr(made("hunter2"))
    assert made.known == 3


@either
def test_a_default_that_would_be_shared_is_refused(make: Make) -> None:
    class Made:
        found: list[int] = []  # noqa: RUF012 - what is to be refused

    with pytest.raises(ValueError, match="mutable default"):
        make(frozen=True, slots=True)(Made)


@either
def test_a_class_that_checks_itself_still_does(make: Make) -> None:
    class Made:
        x: int

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError(self.x)

    with pytest.raises(ValueError, match="-1"):
        make(frozen=True, slots=True)(Made)(-1)


def test_values_survive_a_copy_and_a_journey() -> None:
    one = Point(1, 2, ["a"])
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
    assert copy.deepcopy(one) == copy.copy(one) == one
    assert copy.deepcopy(one).names is not one.names
