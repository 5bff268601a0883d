"""Networks to which no account can be connected, each with the reason: whoever looks for one gets an honest answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.saying import Saying


@dataclass(frozen=True, slots=True)
class Closed:
    """A network that has no way in for programs, or none but another one. `why` is one sentence."""

    title: str
    why: Saying
    retired: bool = False
    """Whether it exists no longer; what was imported of it stays readable."""


def _by_relay(network: str) -> Saying:
    return say(
        "{network} tells web servers alone what is new; a small receiver hands it over: cminbox guide relay-receiver",
        network=network,
    )


def _by_mail(network: str) -> Saying:
    return say(
        "{network} lets no program read its messages, but sends each by e-mail, to be answered there: connect email",
        network=network,
    )


CLOSED: Mapping[str, Closed] = {
    "googleplus": Closed(
        "Google+",
        say("Google+ was closed in April 2019; what you kept of it can be imported and read: cminbox guide data"),
        retired=True,
    ),
    "pinterest": Closed(
        "Pinterest",
        say("Pinterest's interface for programs (5.23.0) has no comments and no messages; they are on its website"),
    ),
    "whatsapp": Closed("WhatsApp", _by_relay("WhatsApp")),
    "tiktok": Closed("TikTok", _by_relay("TikTok")),
    "amazon": Closed("Amazon", _by_mail("Amazon")),
    "etsy": Closed("Etsy", _by_mail("Etsy")),
}
"""By the name under which a person would ask for them. Pinterest: the OpenAPI document of its API, 5.23.0."""
