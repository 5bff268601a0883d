"""What every table of the configuration is made of: allowed values, what they mean, and unknown keys as errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from cminbox.domain.value import dataclass
from cminbox.settings import lengths, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.saying import Saying

DEFAULT = values.DEFAULTS
DAY = 86_400


@dataclass(frozen=True, slots=True)
class About:
    """What a setting means, for a person, and what is allowed, in the configuration's own notation."""

    meaning: Saying
    allowed: str = ""


def between(low: int, high: int) -> Callable[[Any], Any]:
    """Return the reader of a length of time in seconds that lies between two others."""

    def read(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if isinstance(value, str):
            value = lengths.parse(value)
        elif not isinstance(value, int) or isinstance(value, bool) or value != 0:
            # A bare number would be a guess at its unit; nothing is nothing in every unit.
            raise ValueError("not a length of time")
        if not low <= value <= high:
            raise ValueError("out of bounds")
        return value

    return read


class Table(BaseModel):
    """A table of the configuration: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
