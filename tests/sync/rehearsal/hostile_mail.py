"""E-mails as no mail program should write them: some by hand, any number by seeded chance."""

from __future__ import annotations

import base64
import random

LETTERS = "Où est ma commande n° 12 ? 日本語 مرحبا \U0001f44d\U0001f3fd ñ ß € “x”"
STEERING = "\x1b]52;c;aGk=\x07\x1b[2J\x9b2J\x00\x7f\u202e\u2066"
CHARSETS = (
    *("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "koi8-r", "shift_jis", "gb2312", "big5"),
    *("utf-16", "utf-7", "iso-2022-jp", "x-unknown", "", "unicode_escape", "idna", "punycode", "rot13", "hex", "\xff"),
    "a" * 300,
)
ENCODINGS = ("7bit", "8bit", "binary", "quoted-printable", "base64", "uuencode", "x-odd", "", "BASE64 ", "base64\x00")
FROMS = (
    *("Ana <ana@x.example>", "ana@x.example", "", "<>", "nobody", "@", '"a" <b@c.example>, d@e.example', "a b@c d"),
    *("=?utf-8?b?w4lsb2RpZQ==?= <e@x.example>", "=?utf-8?q?=1b[2J?= <e@x.example>", '"' * 500, "<" * 500, "(" * 3000),
    *(
        "undisclosed:;",
        "a@[127.0.0.1]",
        "ana@exämple.de",
        "x\r\nBcc: all@x.example",
        "Ана <ана@почта.example>",
        "a@b@c",
    ),
    "MAILER-DAEMON@x.example",
)
DATES = ("Sat, 21 Nov 2026 10:00:00 +0000", "", "yesterday", "Sat, 99 Nov 99999 25:61:61 +9999", "0", "-1", "9" * 400)
IDS = (
    *(
        "<{n}@x.example>",
        "",
        "<same@x.example>",
        "<>",
        "no brackets",
        "<a b@c>",
        "<{n}@x.example> <second@x>",
        "<" + "i" * 900 + ">",
    ),
    *('<"{5}")(|%*@x>', "<\x00@x>", "<é{n}@x>"),
)
SUBJECTS = (
    *(
        "Order 12",
        "Re: Order 12",
        "",
        "Re: Re: AW: Fwd: Order 12",
        "=?utf-8?q?caf=C3=A9?=",
        "=?x?q?y?=",
        "=?utf-8?b?!!!?=",
    ),
    *(
        "=?utf-8?b?w4lsb2Rp?= =?utf-8?b?w4lsb2RpZQ==?=",
        "=?" * 2000,
        "s" * 20_000,
        STEERING,
        "a\r\n b\r\n c",
        "RE: " * 3000,
    ),
)
EXTRAS = (
    *("Auto-Submitted: auto-replied", "List-Id: <l.example>", "List-Post: <mailto:l@x.example>", "Return-Path: <>"),
    *(
        "Reply-To: ",
        "Reply-To: <<>>",
        "References: " + "<r@x> " * 5000,
        "In-Reply-To: (comment) <r@x>",
        "Precedence: bulk",
    ),
    *(
        "Content-Type: text/plain",
        "Content-Type: multipart/mixed",
        "NoColon",
        ": nothing",
        "X-Long: " + "x" * 90_000,
        "\tfold",
    ),
)
DISPOSITIONS = (
    *(
        "attachment; filename=../../etc/passwd",
        'attachment; filename="a\x1b[2J.pdf"',
        "attachment; filename*=utf-8''%ff%00",
    ),
    *(
        "attachment; filename*0=a; filename*1=b",
        "inline",
        "attachment; " + ";" * 3000,
        'attachment; filename="' + "n" * 5000,
    ),
)


def by_hand() -> list[bytes]:
    """Return mails that were written to break something known."""
    head = b"From: ana@x.example\r\nMessage-ID: <hand@x>\r\n"
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1500))
    wide = b"".join(b"--w\r\nContent-Type: text/plain\r\n\r\npart %d\r\n" % n for n in range(3000))
    within = b"Content-Type: message/rfc822\r\n\r\n" * 400
    flat = b"<div>" * 30_000
    html = b"--a\r\nContent-Type: text/html\r\n\r\n<p>only here</p>\r\n"
    return [
        b"",
        b"\r\n",
        b"\x00",
        b"\xff\xfe\x00\x01" * 2000,
        b"just words, and no head at all",
        head,
        head + b"\r\n",
        head + b"Content-Type: text/html\r\n\r\n" + flat + b"still read</div>",
        head + b"Content-Type: text/html\r\n\r\n<script>steal()</script><b>Where</b> is it?<img src=http://x alt=cat>",
        head + deep + b"the deepest",
        head + b"Content-Type: multipart/mixed; boundary=w\r\n\r\n" + wide + b"--w--",
        head + within + b"Subject: inner\r\n\r\nthe inmost",
        head + b"Content-Type: multipart/alternative; boundary=a\r\n\r\n" + b"--a\r\n\r\n\r\n" + html + b"--a--",
        head + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----\r\n\r\nno boundary\r\n',
        head + b"Content-Type: multipart/mixed\r\n\r\nno boundary at all\r\n",
        head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nnever closed",
        head + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=" * 5000,
        head + b"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + LETTERS.encode(),
        head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "déjà vu".encode("latin-1"),
        head + b"Content-Type: text/plain; charset=utf-16\r\n\r\nab",
        head + b"Content-Type: text/plain\r\n\r\n" + b"x" * 300_000,
        head + b"Content-Type: text/plain\r\n\r\n" + b"\r\n" * 100_000,
        head + b"Content-Type: text/plain; " + b'a="' + b";" * 30_000 + b"\r\n\r\nparameters",
        head + b"Subject: " + b"=?utf-8?q?" + b"=41" * 20_000 + b"?=\r\n\r\nlong word",
        head + b"X: y\r\n" * 9000 + b"\r\nmany heads",
        head
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\n\r\nfailed\r\n--r--",
        head + b"\r\n" + "\u0300".encode() * 10_000,
        b"\n".join((b"From: unix@x.example", b"Subject: line ends", b"", b"of Unix")),
        b"\r".join((b"From: mac@x.example", b"Subject: line ends", b"", b"of old Macs")),
        head + b"Content-Type: application/ms-tnef\r\nContent-Disposition: inline\r\n\r\n" + bytes(range(1, 256)) * 40,
    ]


def generated(seed: int, amount: int) -> list[bytes]:
    """Return mails made by chance, the same for the same seed."""
    chance = random.Random(seed)
    return [_one(chance, number) for number in range(amount)]


def _one(chance: random.Random, number: int) -> bytes:
    lines = [
        f"From: {chance.choice(FROMS)}",
        f"To: {chance.choice(FROMS)}",
        f"Subject: {chance.choice(SUBJECTS)}",
        f"Date: {chance.choice(DATES)}",
        f"Message-ID: {chance.choice(IDS).replace('{n}', str(number))}",
        *chance.sample(EXTRAS, chance.randrange(3)),
    ]
    chance.shuffle(lines)
    kept = [line for line in lines if chance.random() > 0.1]
    end = chance.choice(["\r\n", "\r\n", "\n"])
    mail = _bytes(end.join(kept) + end, chance) + _part(chance, number, 0, end)
    if chance.random() < 0.1:
        mail = mail[: chance.randrange(len(mail))]
    if chance.random() < 0.1:
        spoilt = bytearray(mail)
        for _ in range(20):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(1, 256)
        mail = bytes(spoilt)
    return mail


def _part(chance: random.Random, number: int, depth: int, end: str) -> bytes:
    if depth < 6 and chance.random() < 0.4:
        boundary = chance.choice([f"b{depth}", "b", "", "x" * 200])
        kind = chance.choice(["mixed", "alternative", "related", "report", "digest", "odd", "signed; micalg=x"])
        inside = [_part(chance, number, depth + 1, end) for _ in range(chance.randrange(4))]
        edge = f"--{boundary}{end}".encode()
        head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{end}{end}'.encode()
        return head + b"".join(edge + one for one in inside) + (edge[:-1] + b"--" if chance.random() < 0.8 else b"")
    kind = chance.choice(["text/plain", "text/html", "text/plain", "image/png", "message/rfc822", "", "text", "a/b/c"])
    charset, encoding = chance.choice(CHARSETS), chance.choice(ENCODINGS)
    field = f"Content-Type: {kind}; charset={charset}{end}Content-Transfer-Encoding: {encoding}{end}"
    if chance.random() < 0.3:
        field += f"Content-Disposition: {chance.choice(DISPOSITIONS)}{end}"
    words = chance.choice(
        [LETTERS, STEERING, "", f"mail {number}", "> quoted\n" * 50, "<b>bold</b><script>x</script>", "=\n=3D="]
    )
    content = _bytes(words, chance)
    if encoding.strip().lower() == "base64" and chance.random() < 0.7:
        content = base64.encodebytes(content)
    return _bytes(field + end, chance) + content + end.encode()


def _bytes(text: str, chance: random.Random) -> bytes:
    """Return text in some charset that its head may or may not name."""
    return text.encode(chance.choice(["utf-8", "utf-8", "latin-1", "cp1252", "koi8-r", "utf-16-le"]), "replace")
