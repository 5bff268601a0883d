"""One module per network and nothing else."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from cminbox.domain.closed import CLOSED
from cminbox.domain.problem import NotFound
from cminbox.domain.saying import say

if TYPE_CHECKING:
    from types import ModuleType

    from cminbox.network_kit.contract import Network

ENTRY_POINTS = "cminbox.networks"


def names() -> list[str]:
    """Return the name of every network that can be connected, without importing one; with _ first it is none yet."""
    return sorted(_own() | {entry.name for entry in entry_points(group=ENTRY_POINTS)})


def load(name: str) -> type[Network]:
    """Import one network and return its class. Raises NotFound for a name that is none."""
    if name in _own():
        return _network_in(import_module(f"{__name__}.{name}"))
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        loaded = entry.load()
        return loaded if isinstance(loaded, type) else _network_in(loaded)
    if name.lower() in CLOSED:
        raise NotFound(CLOSED[name.lower()].why)
    raise NotFound(
        say("There is no network called {name}; there are: {names}", name=name, names=", ".join(names())),
    )


def _own() -> set[str]:
    return {module.name for module in iter_modules(__path__) if not module.name.startswith("_")}


def _network_in(module: ModuleType) -> type[Network]:
    found: type[Network] = module.NETWORK
    return found
