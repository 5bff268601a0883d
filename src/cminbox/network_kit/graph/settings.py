"""What the accounts of several networks of Meta are asked alike."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from cminbox.network_kit.contract import AccountSettings
from cminbox.network_kit.graph.versions import PINNED, end_of, number_of


def _known_form(value: str) -> str:
    number_of(value)
    return value


GraphVersion = Annotated[str, AfterValidator(_known_form)]
"""A setting that names a version of the Graph API."""


class GraphSettings(AccountSettings):
    """Base of the settings of an account that asks for a version of the Graph API, in its field `api_version`."""

    def end_of_version(self) -> str | None:
        """Return the last day of the version that is asked for, as announced."""
        return end_of(str(getattr(self, "api_version", PINNED)))
