"""What a conversation asks: the words that a canned reply is chosen by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.conversation import StoredMessage
    from cminbox.domain.message import Kind
    from cminbox.inbox.reading import ConversationView

BEST_RATING = 5
_MOST = 5
"""Of so many messages in a row that nobody has answered the newest are read together."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of a conversation that await an answer, in which language (None when no network told it), and where.

    `rating` are the stars of a review, None for anything else; `bare` says that there are no words beside them.
    `change` is what an agent who sees these words knows: see `ConversationView`.
    """

    conversation_id: int
    text: str
    lang: str | None
    network: str
    kind: Kind
    change: int = 0
    rating: int | None = None
    bare: bool = False


def subject_of(view: ConversationView) -> Subject | None:
    """Return what a conversation asks; None where nobody but ourselves has written, or all of it was deleted."""
    asked = _asked(view.messages)
    if not asked:
        return None
    told = next((one.lang for one in reversed(asked) if one.lang), None)
    return Subject(
        view.row.id,
        "\n".join(_words(one) for one in asked),
        told.partition("-")[0].lower() if told else None,
        view.row.network,
        view.row.kind,
        view.change,
        rating_of(view),
        not any(one.text.strip() for one in asked),
    )


def rating_of(view: ConversationView) -> int | None:
    """Return the stars that a customer gave last, from 1 to 5, None where he gave none."""
    given = [one.rating for one in view.messages if not one.ours and one.deleted_at is None and one.rating is not None]
    return given[-1] if given and 1 <= given[-1] <= BEST_RATING else None


def _asked(messages: Sequence[StoredMessage]) -> list[StoredMessage]:
    """Return the customer's messages since our last one, else his newest."""
    theirs: list[StoredMessage] = []
    for message in reversed(messages):
        if message.ours and theirs:
            break
        if not message.ours and message.deleted_at is None:
            theirs.append(message)
            if len(theirs) == _MOST:
                break
    waits = bool(messages) and not messages[-1].ours
    return list(reversed(theirs if waits else theirs[:1]))


def _words(message: StoredMessage) -> str:
    """Return the words of a message; a review without words says its stars."""
    if message.text.strip() or message.rating is None:
        return message.text
    return f"{message.rating} stars"
