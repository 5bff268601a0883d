"""When a person is told that the version of a network's interface ends: one period and one wording for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.versions import WARN_DAYS, ending
from cminbox.networks import load, names

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest

END = "2027-01-21"
NETWORKS = [load(name).manifest for name in names()]


def at(days: int) -> int:
    """Return noon so many days after the last day of the version (UTC milliseconds)."""
    moment = datetime.fromisoformat(END).replace(tzinfo=UTC) + timedelta(days=days, hours=12)
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize("manifest", NETWORKS, ids=lambda manifest: str(manifest.name))
def test_the_end_of_a_version_is_told_in_time_and_in_the_same_words_everywhere(manifest: Manifest) -> None:
    facts = replace(manifest, api_version="v1", api_ends=END)
    begins = f"Version v1 of the interface of {manifest.title} "
    assert ending(facts, at(-WARN_DAYS - 1)) is None
    for days in (-WARN_DAYS, 0):
        assert str(ending(facts, at(days))) == f"{begins}ends on {END}; set api_version to a later one before"
    assert str(ending(facts, at(1))) == f"{begins}has ended; set api_version to a later one"


def test_a_version_without_an_announced_end_is_not_spoken_of() -> None:
    assert ending(replace(NETWORKS[0], api_ends=None), at(400)) is None
