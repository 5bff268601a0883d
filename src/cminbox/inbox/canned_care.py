"""Looking after the library: what is to be mended in it, measured by this workspace's accounts, settings and picks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.inbox.canned import library
from cminbox.suggestions.findings import Finding
from cminbox.suggestions.linting import Facts
from cminbox.suggestions.linting import lint as look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cminbox.domain.canned import CannedReply
    from cminbox.domain.message import Kind
    from cminbox.domain.network import Manifest, TextLimit
    from cminbox.inbox.workspace import Workspace

    Limits = dict[str, Mapping[Kind, Sequence[TextLimit]]]

__all__ = ["Finding", "lint"]


def lint(workspace: Workspace, *, starters: bool = False) -> list[Finding]:
    """Return everything that is to be mended in the library, by file; see `cminbox.suggestions.linting`."""
    found = library(workspace.locations)
    canned = workspace.settings.canned
    now = workspace.now()
    limits, networks = _networks(workspace, found.replies)
    facts = Facts(
        today=datetime.fromtimestamp(now / 1000, UTC).astimezone().date(),
        now=now,
        languages=canned.languages,
        forbidden=canned.forbidden,
        limits=limits,
        networks=networks,
        picked={key: one.last_at for key, one in workspace.picks.picked().items()},
    )
    return look(found, facts, starters=starters)


def _networks(workspace: Workspace, replies: Iterable[CannedReply]) -> tuple[Limits, frozenset[str]]:
    """Return how long answers may be, by network, and the names of all networks there are.

    Measured are the networks of the accounts and those that replies name; all of them before the first account.
    """
    from cminbox.networks import names  # noqa: PLC0415 - lists without importing one

    accounts = workspace.accounts.all()
    known = {one.network: one.manifest for one in accounts if one.manifest is not None}
    limits: Limits = {name: manifest.limits for name, manifest in known.items()}
    there = names()
    named = {name for one in replies for name in (*one.networks, *(n for v in one.variants for n in v.networks))}
    for name in there:
        if name not in limits and (name in named or not known):
            limits[name] = _manifest(name).limits
    return limits, frozenset({*there, *(one.network for one in accounts)})


def _manifest(name: str) -> Manifest:
    from cminbox.networks import load  # noqa: PLC0415 - imports the network, which few replies ask for

    return load(name).manifest
