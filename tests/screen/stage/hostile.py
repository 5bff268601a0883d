"""What strangers may write to steer a terminal, a screen or a person: each goes into every field that they own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from stage.scenery import MINUTE, connect, deliver

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

PAYLOADS: tuple[str, ...] = (
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b]52;c;?\x1b\\",
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]9;owned\x07",
    "\x1b]777;notify;a;b\x07",
    "\x1b]1337;File=:AAAA\x07",
    "\x1b[2J\x1b[H",
    "\x1b[31mred\x1b[0m",
    "\x1b[?1049l",
    "\x1b[?1000h",
    "\x1b[6n",
    "\x1b[c",
    "\x1bP$qm\x1b\\",
    "\x1b_Gf=100;AAAA\x1b\\",
    "\x1b^privacy\x1b\\",
    "\x1bc",
    "\x1b(0lqqk",
    "\x1b#8",
    "\x9b31mred",
    "\x9d0;owned\x9c",
    "\x90$qm\x9c",
    "\x85next\x84",
    "a\x00b\x7fc\x08\x08d",
    "one\rtwo\x0bthree\x0cfour",
    "\x0e\x0fshift",
    "\x05enquiry",
    "file\u202egnp.exe",
    "\u2066isolated\u2069 \u202aa\u202c",
    "\u200b\u200czero\u200d\u2060width\ufeff",
    "tag\U000e0041\U000e0042\U000e007f",
    "Z" + "\u0335\u0321\u0489" * 60 + "algo",
    "\ud800lone\udfff",
    "[@click=app.quit]quit[/]",
    "[link=https://evil.example]x[/link]",
    "[/b] [/] [b",
    "[type=x, v={'a[0]'}]",
    "[IMPORTANT] [red]x[/red] $x",
    "\\[escaped\\] \\",
    "👨‍👩‍👧‍👦❤️1️⃣👍🏽🏴‍☠️🇫🇷",
    "مرحبا שלום नमस्ते ไทย",
    "\u2028line\u2029paragraph",
    "=cmd|' /C calc'!A0",
    "a" * 5000,
    "健" * 2000,
    "\t" * 50,
    "\n" * 50 + "end",
)


def fill(workspace: Workspace) -> None:
    """Let every payload come in as a name, a handle, a text, a link and an attachment."""
    ids = connect(workspace)
    us = Person("us", "brand", "Brand")
    found = []
    for number, payload in enumerate(PAYLOADS):
        person = Person(f"p{number}", payload, payload)
        start = workspace.now() - (100 - number) * MINUTE
        for index, (author, ours) in enumerate(((person, False), (us, True), (person, False))):
            found.append(
                Message(
                    remote_id=f"hostile-{number}-{index}",
                    kind=Kind.MENTION,
                    author=author,
                    text=f"hostile {number} {payload}",
                    created_at=start + index * 1000,
                    conversation=f"hostile-{number}",
                    ours=ours,
                    permalink=f"https://example.org/{payload}",
                    attachments=(Attachment(AttachmentKind.FILE, payload, payload, payload),),
                    lang="xx",
                )
            )
    deliver(workspace, ids["brand"], found)
    for number, row in enumerate(workspace.queue.page(limit=len(PAYLOADS))):
        payload = PAYLOADS[number % len(PAYLOADS)].encode("utf-8", "replace").decode() or "x"
        workspace.conversations.note(row.row.id, f"note {payload}", agent=payload, now=workspace.now())
        workspace.conversations.assign([row.row.id], payload, agent="bob", now=workspace.now())
        workspace.conversations.tag([row.row.id], add=(payload + "x",), agent="bob", now=workspace.now())
