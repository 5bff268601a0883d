"""The relay: a spool folder through which any push-only network, shop or portal takes part by a small script.

spool/in/*.jsonl               messages from the script, in the interchange form; a file appears whole, by a rename
spool/in/taken/                files that were claimed, kept for a while: a crash loses nothing
spool/in/refused/              what lay in spool/in and is no plain file
spool/out/<send_key>.json      replies for the script
spool/done/<send_key>.json     the script's answers: `remote_id`, or `refused` or `gone` with the reason
spool/handed/                  one empty file per reply that was ever handed out, so that none is handed out twice
"""

from __future__ import annotations

from cminbox.networks.relay.network import Relay

NETWORK = Relay

__all__ = ["NETWORK", "Relay"]
