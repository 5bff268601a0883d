"""What stands above and below a conversation on its network, as it was when somebody last opened the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.inbox.reading import ConversationView

_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Around:
    """One message of somebody around a conversation. `at` is UTC milliseconds; the texts are raw."""

    remote_id: str
    handle: str
    name: str
    text: str
    at: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands above and below, oldest first, without what belongs to the conversation. `at` is UTC milliseconds."""

    at: int
    above: tuple[Around, ...]
    below: tuple[Around, ...]


def surroundings(view: ConversationView) -> Surroundings | None:
    """Return what stands around a conversation, None where nobody has asked for it yet."""
    told = next((one for one in reversed(view.events) if one.what == "context" and one.after is not None), None)
    if told is None or told.after is None:
        return None
    own = {one.remote_id for one in view.messages}
    above, below = (tuple(_read(told.after.get(where), own)) for where in ("above", "below"))
    return Surroundings(told.at, above, below)


def _read(values: Any, own: set[str]) -> Iterator[Around]:  # noqa: ANN401 - what JSON holds
    many: Sequence[Any] = values if isinstance(values, list) else ()
    for one in many:
        if isinstance(one, list) and len(one) == _FIELDS and one[0] not in own:
            yield Around(str(one[0]), str(one[1]), str(one[2]), str(one[3]), int(one[4]), bool(one[5]))
