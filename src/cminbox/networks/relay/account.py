"""What has to be known of one spool folder, and the manifest of the relay."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, field_validator

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Judged, Manifest, TextLimit, Unit
from cminbox.i18n import N_
from cminbox.network_kit.contract import AccountSettings

MONTH_SECONDS = 30 * 24 * 3600
_LABEL = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_UP_TO_THE_SCRIPT = N_("A spool folder carries messages and replies only; do it where the script's network shows them.")
_LIMITS = (TextLimit(Unit.CODE_POINTS, 10_000),)

MANIFEST = Manifest(
    name="relay",
    title="Relay",
    short="Re",
    documentation="https://jsonlines.org/",
    judged=Judged.OURS,
    api_version="1",
    api_ends=None,
    capabilities=frozenset(
        {
            Capability.COMMENTS,
            Capability.MENTIONS,
            Capability.DMS,
            Capability.REVIEWS,
            Capability.REPLY,
            Capability.FIND_SENT,
        },
    ),
    limits=dict.fromkeys(Kind, _LIMITS),
    idempotent_for=dict.fromkeys(Kind, MONTH_SECONDS),
    missing={
        Capability.HIDE: _UP_TO_THE_SCRIPT,
        Capability.DELETE: _UP_TO_THE_SCRIPT,
        Capability.LIKE: _UP_TO_THE_SCRIPT,
        Capability.BOOST: _UP_TO_THE_SCRIPT,
        Capability.BLOCK: _UP_TO_THE_SCRIPT,
        Capability.MUTE: _UP_TO_THE_SCRIPT,
        Capability.REPORT: _UP_TO_THE_SCRIPT,
        Capability.MARK_READ: _UP_TO_THE_SCRIPT,
    },
    http=False,
)


class RelayAccount(AccountSettings):
    """One spool folder is one account."""

    folder: str = Field(
        description=N_(
            "The spool folder's full path, for example /srv/shop/spool; what is missing in it is made. "
            "How a script takes part is told by: cminbox guide relay",
        ),
    )
    network: str = Field(
        default="relay",
        description=N_("What the script connects, in lower case, for example shop; it is shown as the account's name."),
    )

    @field_validator("folder")
    @classmethod
    def _absolute(cls, folder: str) -> str:
        path = Path(folder).expanduser() if folder.startswith("~") else Path(folder)
        if not path.is_absolute() or "\0" in folder:
            raise ValueError("it has to begin with /")
        return str(path)

    @field_validator("network")
    @classmethod
    def _label(cls, network: str) -> str:
        if not _LABEL.fullmatch(network):
            raise ValueError("use lower-case letters, digits, - and _")
        return network
