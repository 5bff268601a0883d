"""What a network can do, as it is written for an account: its module's words, and what the server said beyond them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.network import Learnt
from cminbox.store.accounts import decode_manifest, limits_of

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest

_LEARNT = "learnt"


def encode_manifest(manifest: Manifest, learnt: Learnt | None = None) -> str:
    """Return a manifest as it holds for an account as JSON, with what was learnt from its server kept apart as well."""
    beyond = Learnt() if learnt is None else learnt
    facts = asdict(beyond.on(manifest)) | {"capabilities": sorted(manifest.capabilities), _LEARNT: asdict(beyond)}
    return json.dumps(facts, sort_keys=True)


def renewed(text: str, manifest: Manifest) -> str | None:
    """Return the facts of an account with what its network's module says today, None when they are as they were."""
    data = json.loads(text)
    learnt = _learnt(data[_LEARNT]) if _LEARNT in data else _different(decode_manifest(text), manifest)
    new = encode_manifest(manifest, learnt)
    return None if new == text else new


def _learnt(data: dict[str, Any]) -> Learnt:
    windows = {Kind(kind): seconds for kind, seconds in data["windows"].items()}
    return Learnt(limits_of(data["limits"]), windows, data["prices"])


def _different(kept: Manifest, declared: Manifest) -> Learnt:
    """Return what may have been learnt from a server: facts that were kept before the two were told apart.

    A bound that the module itself has changed since is taken for the server's until the account is checked again.
    """
    return Learnt(
        {kind: many for kind, many in kept.limits.items() if declared.limits.get(kind) != many},
        {kind: seconds for kind, seconds in kept.windows.items() if declared.windows.get(kind) != seconds},
        {name: price for name, price in kept.prices.items() if declared.prices.get(name) != price},
    )
