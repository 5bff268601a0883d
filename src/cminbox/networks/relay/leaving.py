"""Replies on their way to the script, and its answers.

A reply is handed out once in its life. First it is on disk under a hidden name, then its mark is set, then it appears;
whatever the moment of a crash, the next attempt completes what was begun and never hands out a second time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.domain.text import repair, safe
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.interchange import to_instant
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.relay.spool import FILE_MODE, NotPlain, keep_names, open_plain, write_whole

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.relay.spool import Spool

LONGEST_ANSWER = 64 * 1024
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_REASON = 300


def file_name(send_key: str) -> str:
    """Return the name that a send key has in the folder, without its ending: the key itself where that is possible."""
    return send_key if _FILE_NAME.fullmatch(send_key) else hashlib.sha256(send_key.encode()).hexdigest()


def was_handed_out(spool: Spool, send_key: str) -> bool:
    """Whether the reply was handed out, or begun to be."""
    return (spool.handed / file_name(send_key)).exists()


def hand_out(spool: Spool, reply: Reply, label: str) -> None:
    """Let the reply appear for the script, unless it ever did. Raises OSError; asking again is then fine."""
    name = file_name(reply.send_key)
    hidden, mark = spool.outgoing / f".{name}.part", spool.handed / name
    if not mark.exists():
        write_whole(hidden, _form(reply, label))
        keep_names(spool.outgoing)
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE))
        keep_names(spool.handed)
    if hidden.exists():
        hidden.replace(spool.outgoing / f"{name}.json")
        keep_names(spool.outgoing)


def answer(spool: Spool, send_key: str) -> Receipt | Refused | Gone | None:
    """Return the script's answer, None while there is none that can be read. Raises OSError."""
    name = file_name(send_key)
    try:
        with open_plain(spool.done / f"{name}.json") as file:
            content = file.read(LONGEST_ANSWER)
        told = _told(Reader(json.loads(content), "answer"))
    except (FileNotFoundError, NotPlain, ValueError, RecursionError, Shape):
        # Perhaps the script is still writing it.
        return None
    if told is not None:
        for served in (f"{name}.json", f".{name}.part"):
            (spool.outgoing / served).unlink(missing_ok=True)
    return told


def _told(said: Reader) -> Receipt | Refused | Gone | None:
    if said.has("refused"):
        return Refused(say("The script refused it: {said}", said=safe(plain(said.text("refused")), limit=_REASON)))
    if said.has("gone"):
        return Gone(say("It no longer exists: {said}", said=safe(plain(said.text("gone")), limit=_REASON)))
    if not said.has("remote_id"):
        return None
    permalink = plain(said.text("permalink", "")) or None
    return Receipt(said.identifier("remote_id"), permalink, said.maybe_instant("created_at"))


def _form(reply: Reply, label: str) -> bytes:
    form = {
        "send_key": reply.send_key,
        "network": label,
        "kind": reply.kind.value,
        "public": reply.kind.public,
        "conversation": reply.conversation,
        "to": reply.to,
        "text": repair(reply.text),
        "lang": reply.lang,
        "decided_at": to_instant(reply.decided_at),
    }
    return json.dumps(form, ensure_ascii=False).encode() + b"\n"
