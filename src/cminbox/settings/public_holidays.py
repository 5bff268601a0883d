"""Public holidays: looked up by the library `holidays`, listed in full, and in force only once somebody took them over.

The list that was taken over is a file of the workspace. It does not change when the library does, and everything else
reads plain dates.
"""

from __future__ import annotations

import json
import os
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.settings import modes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listing:
    """The public holidays of a country, or of a region of it, by date. `source` names where they come from."""

    country: str
    region: str | None
    source: str
    days: tuple[tuple[date, str], ...]

    @property
    def last_year(self) -> int:
        """The last year that it knows, 0 when it is empty."""
        return max((day.year for day, _ in self.days), default=0)

    def dates(self) -> list[str]:
        """Return the dates as they stand in a schedule."""
        return [day.isoformat() for day, _ in self.days]


def look_up(country: str, region: str | None, years: Sequence[int]) -> Listing:
    """Return the public holidays of some years. Raises Problem, with what can be asked for."""
    try:
        # An extra that nobody else needs.
        import holidays  # noqa: PLC0415 - see above
    except ImportError:
        raise Problem(
            say("Public holidays need one more package: pip install 'cminbox[holidays]'"),
        ) from None
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise UsageProblem(say("There are no public holidays for the country {country}", country=safe(country)))
    if region is not None and region not in known[country]:
        regions = ", ".join(known[country]) or "-"
        raise UsageProblem(
            say(
                "{country} has no region {region}; there are {regions}",
                country=country,
                region=safe(region),
                regions=regions,
            )
        )
    found = holidays.country_holidays(country, subdiv=region, years=list(years))
    return Listing(country, region, f"holidays {version('holidays')}", tuple(sorted(found.items())))


def taken_over(file: Path) -> Listing | None:
    """Return the list that was taken over, None when there is none. Raises UsageProblem for a damaged file."""
    try:
        with file.open("rb") as opened:
            kept = json.loads(opened.read(_MOST_BYTES))
        days = tuple(sorted((date.fromisoformat(day), str(name)) for day, name in kept["dates"].items()))
        region = kept["region"]
        return Listing(str(kept["country"]), None if region is None else str(region), str(kept["source"]), days)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageProblem(
            say(
                "{file}: this list cannot be read; make it anew with cminbox sla holidays --accept",
                file=safe(str(file)),
            )
        ) from None


def take_over(file: Path, listing: Listing) -> None:
    """Keep a list, so that it is in force from now on. Raises Problem."""
    text = json.dumps(
        {
            "country": listing.country,
            "region": listing.region,
            "source": listing.source,
            "dates": {day.isoformat(): name for day, name in listing.days},
        },
        ensure_ascii=False,
        indent=1,
    )
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(
            os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, modes.FILE), "w"
        ) as opened:
            opened.write(text + "\n")
        fresh.replace(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(say("{file} cannot be written ({reason})", file=safe(str(file)), reason=reason)) from None
