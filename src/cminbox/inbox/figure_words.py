"""What the parts are called by which figures of response times are told apart, on the screen and in commands."""

from __future__ import annotations

from cminbox.i18n import N_

TITLES = {
    "network": N_("By network"),
    "account": N_("By account"),
    "kind": N_("By kind"),
    "agent": N_("By agent"),
    "policy": N_("By policy"),
}
NOTHING = dict.fromkeys(TITLES, N_("(none)")) | {"agent": N_("(nobody)")}
"""What stands where a conversation has no such part."""
