"""Dataclasses that cost a start almost nothing: what `dataclasses` compiles at once is compiled when it is needed.

The standard decorator compiles up to eight functions for each class, which for the classes of the first screen took
longer than reading the queue. Here `__init__` is compiled with the first instance and the rest is shared. A class that
inherits or that asks for anything unusual is left to the standard decorator, and both behave alike.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> type | Callable[[type], type]:
        """Return the class as `dataclasses.dataclass` would."""
        if cls is None:
            return lambda given: dataclass(given, **options)
        plain = cls.__bases__ == (object,) and options.get("slots") and options.keys() <= {"frozen", "slots", "eq"}
        fields = _fields(cls) if plain else None
        if fields is None:
            return dataclasses.dataclass(cls, **options)
        return _made(cls, fields, frozen=options.get("frozen", False), eq=options.get("eq", True))


_REQUIRED = object()
_Defaults = dict[str, Any]
"""Each field with its default in order: a value, `_REQUIRED` for none, or a `Field` with a default factory."""


def _fields(cls: type) -> _Defaults | None:
    """Return the fields of a class, None when one of them is more than a name with a default."""
    found: _Defaults = {}
    for name, annotation in vars(cls).get("__annotations__", {}).items():
        default = vars(cls).get(name, _REQUIRED)
        if not isinstance(annotation, str) or "ClassVar" in annotation or "InitVar" in annotation:
            return None
        if isinstance(default, dataclasses.Field):
            if not _usual(default):
                return None
            default = default if default.default is dataclasses.MISSING else default.default
        elif default is _REQUIRED:
            if any(one is not _REQUIRED for one in found.values()):
                return None
        elif type(default).__hash__ is None:
            return None
        found[name] = default
    return None if "__post_init__" in vars(cls) else found


def _usual(field: dataclasses.Field[Any]) -> bool:
    plain = field.init and field.repr and field.compare and field.hash is None and field.kw_only is not True
    return plain and (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)


def _made(cls: type, fields: _Defaults, *, frozen: bool, eq: bool) -> type:
    names = tuple(fields)
    body = {name: value for name, value in vars(cls).items() if name not in {*names, "__dict__", "__weakref__"}}
    added: dict[str, Any] = {
        "__match_args__": names,
        "__dataclass_fields__": _StandardFields(fields),
        "__repr__": _shown,
    }
    if eq:
        added |= {"__eq__": _comparing(names), "__hash__": _hashing(names) if frozen else None}
    if frozen:
        added |= {"__setattr__": _refuse_setting, "__delattr__": _refuse_deleting}
        added |= {"__getstate__": _state, "__setstate__": _set_state}
    made = type(cls)(cls.__name__, cls.__bases__, {**added, **body, "__slots__": names})
    made.__init__ = _compiled_when_called(made, fields, frozen=frozen)  # type: ignore[misc]  # as dataclasses does
    return made


def _compiled_when_called(cls: type, fields: _Defaults, *, frozen: bool) -> Callable[..., None]:
    def first(self: object, *values: object, **named: object) -> None:
        compiled = _compiled(fields, frozen=frozen)
        compiled.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__init__ = compiled  # type: ignore[misc]  # as dataclasses does
        compiled(self, *values, **named)

    return first


def _compiled(fields: _Defaults, *, frozen: bool) -> Callable[..., None]:
    known: dict[str, Any] = {"_set": object.__setattr__, "_anew": _REQUIRED}
    parameters, lines = ["self"], ["pass"]
    for name, default in fields.items():
        parameter, value = name, name
        if isinstance(default, dataclasses.Field):
            known[f"_make_{name}"] = default.default_factory
            parameter, value = f"{name}=_anew", f"_make_{name}() if {name} is _anew else {name}"
        elif default is not _REQUIRED:
            known[f"_default_{name}"] = default
            parameter = f"{name}=_default_{name}"
        parameters.append(parameter)
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines)
    exec(source, known)  # noqa: S102 - as dataclasses does, of names that are identifiers
    made: Callable[..., None] = known["__init__"]
    return made


class _StandardFields:
    """The fields as `dataclasses` describes them, for `fields`, `replace` and `asdict`: made when asked for."""

    def __init__(self, fields: _Defaults) -> None:
        self._fields = fields
        self._class: Any = None

    def __set_name__(self, owner: type, _name: str) -> None:
        """Learn whose fields these are."""
        self._class = owner

    def __get__(self, _instance: object, _owner: type) -> dict[str, Any]:
        """Return what `__dataclass_fields__` holds, and leave it in the place of this."""
        cls = self._class
        body = {name: default for name, default in self._fields.items() if default is not _REQUIRED}
        body |= {"__annotations__": cls.__annotations__, "__module__": cls.__module__}
        standard: Any = dataclasses.dataclass(type(cls.__name__, (), body))
        cls.__dataclass_fields__ = standard.__dataclass_fields__
        found: dict[str, Any] = cls.__dataclass_fields__
        return found


def _shown(self: object) -> str:
    names = type(self).__match_args__  # type: ignore[attr-defined]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def _comparing(names: tuple[str, ...]) -> Callable[[object, object], bool]:
    values = _values(names)

    def equal(self: object, other: object) -> Any:  # noqa: ANN401 - what the fields answer
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equal


def _hashing(names: tuple[str, ...]) -> Callable[[object], int]:
    values = _values(names)

    return lambda self: hash(values(self))


def _values(names: tuple[str, ...]) -> Callable[[object], Any]:
    return attrgetter(*names) if names else lambda _value: ()


def _refuse_setting(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: object) -> list[object]:
    return [getattr(self, name) for name in type(self).__match_args__]  # type: ignore[attr-defined]


def _set_state(self: object, state: list[object]) -> None:
    for name, value in zip(type(self).__match_args__, state, strict=True):  # type: ignore[attr-defined]
        object.__setattr__(self, name, value)
