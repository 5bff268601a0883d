"""E-mail: a mailbox that is read over IMAP and answered over SMTP, with any provider or server.

It is the way in for marketplaces that let no program read their messages, and send each by e-mail instead.
"""

from __future__ import annotations

from cminbox.networks.email.network import Email

NETWORK = Email

__all__ = ["NETWORK", "Email"]
