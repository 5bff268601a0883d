"""What becomes of mails as messages: their words, their conversation, and who wrote them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cminbox.domain.message import AUTOMATIC, LIST, SPAM
from cminbox.network_kit.failures import CursorExpired
from cminbox.networks.email.letters import bare_subject, read, without_quotes
from cminbox.networks.email.words import addresses, decoded, header_text, instant


def mail(text: str = "Hello", **head: str) -> str:
    lines = {"From": "Ana <ana@x.example>", "Message-ID": "<m@x>"} | {k.replace("_", "-"): v for k, v in head.items()}
    return "".join(f"{name}: {value}\n" for name, value in lines.items() if value) + f"\n{text}\n"


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("é".encode(), "us-ascii", "é"),
        ("é".encode(), "iso-8859-1", "é"),
        ("é".encode("latin-1"), "utf-8", "é"),
        ("“é”".encode("cp1252"), "iso-8859-1", "“é”"),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("日本".encode(), "shift_jis-no", "日本"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"plain", "", "plain"),
    ],
)
def test_a_charset_is_believed_as_far_as_the_bytes_agree(content: bytes, charset: str, text: str) -> None:
    assert decoded(content, charset) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?caf=C3=A9?= =?utf-8?q?_noir?=", "café noir"),
        ("=?utf-8?b?w4k=?=\r\n =?utf-8?b?dMOp?= vert", "Été vert"),
        ("=?utf-8?b?" + base64.b64encode("é".encode()[:1]).decode() + "?= =?utf-8?b?qQ==?=", "é"),
        ("=?x-odd?q?a=E9?=", "aé"),
        ("raw é", "raw é"),
        ("=?utf-8?q?=1b[2J?=x", "[2Jx"),
        ("not =? encoded ?=", "not =? encoded ?="),
        ("=?utf-8?b?!!!?= rest", "rest"),
    ],
)
def test_headers_are_read_as_they_were_meant(value: str, text: str) -> None:
    assert header_text(value) == text


def test_addresses_are_found_where_there_are_any() -> None:
    assert [one.address for one in addresses(['"Ana, Shop" <ana@x.example>, b@x.example'])] == [
        "ana@x.example",
        "b@x.example",
    ]
    assert [one.address for one in addresses(["broken <ana@x.example"])] == ["ana@x.example"]
    assert addresses(["", "<>", "nobody at all"]) == ()


def test_times_that_cannot_be_are_none() -> None:
    assert instant("Sat, 21 Nov 2026 10:00:00 +0100") == 1_795_251_600_000
    for value in ("", "yesterday", "Sat, 21 Nov 1889 10:00:00 +0000", "9" * 400):
        assert instant(value) is None


def test_the_words_of_an_answer_stand_alone() -> None:
    assert without_quotes("Thanks!\n\nOn Monday, Shop wrote:\n> It left\n> today\n") == "Thanks!"
    assert without_quotes("> you said\nI say\n") == "> you said\nI say\n"
    assert without_quotes("> only what you said") == "> only what you said"
    assert without_quotes("no quotes:\nat all") == "no quotes:\nat all"
    assert bare_subject("Re: AW: [x] Fwd: Order") == "[x] Fwd: Order"
    assert bare_subject("Re: Fwd: Order") == "Order"


def test_of_two_forms_the_plain_one_counts_unless_it_says_nothing() -> None:
    def both(plain: str) -> str:
        parts = f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n"
        return mail(parts, Content_Type="multipart/alternative; boundary=b")

    assert read(both("poor").encode(), whole=True)[0].text == "poor"
    assert read(both("").encode(), whole=True)[0].text == "rich"


def test_html_alone_is_read_and_what_is_attached_is_only_named() -> None:
    parts = (
        "--b\nContent-Type: text/html\n\n<b>Where</b> is it?<script>x()</script>\n"
        '--b\nContent-Type: image/png; name="a.png"\nContent-Disposition: attachment; filename="../../b.png"\n\nAAAA\n'
        "--b\nContent-Type: message/rfc822\n\nSubject: Inner\n\nnot read\n--b--\n"
    )
    letter, _ = read(mail(parts, Content_Type="multipart/mixed; boundary=b").encode(), whole=True)
    assert letter.text == "Where is it?"
    assert [(one.kind.value, one.name, one.url) for one in letter.attachments] == [
        ("image", "b.png", ""),
        ("file", "Inner", ""),
    ]


async def test_the_subject_of_a_first_mail_is_part_of_what_it_says(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.put(mail("Where is it?", Subject="Order 12"))
    place.put(mail("Thanks", Subject="Re: Order 12", Message_ID="<n@x>", References="<m@x>"))
    assert [one.text for one in await place.messages(place.connected())] == ["Order 12\n\nWhere is it?", "Thanks"]


async def test_conversations_follow_what_a_mail_answers(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.put(mail(Message_ID="<1@x>"))
    place.put(mail(Message_ID="<2@x>", In_Reply_To="<1@x>"))
    place.put(mail(Message_ID="<3@x>", In_Reply_To="<2@x>"))
    place.put(mail(Message_ID="<4@x>", References="<1@x> <3@x>"))
    place.put(mail(Message_ID="<5@x>", In_Reply_To="<5@x>"))
    place.put(mail(Message_ID="<6@x>", In_Reply_To="<7@x>"))
    place.put(mail(Message_ID="<7@x>", In_Reply_To="<6@x>"))
    keys = [one.conversation for one in await place.messages(place.connected())]
    assert len(set(keys[:4])) == 1
    assert len({keys[0], keys[4], keys[5]}) == 3


async def test_a_subject_joins_only_what_is_surely_the_same_talk(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.put(mail(Message_ID="<1@x>", Subject="Order 4711 is late"))
    place.put(mail(Message_ID="<2@x>", Subject="AW: Order 4711 is late"))
    place.put(mail(Message_ID="<3@x>", Subject="Re: Order 4711 is late", From="eve@x.example"))
    place.put(mail(Message_ID="<4@x>", Subject="Order 4711 is late"))
    place.put(mail(Message_ID="<5@x>", Subject="Re: Order 4711 is late"))
    place.put(mail(Message_ID="<6@x>", Subject="Re: Hi"))
    place.put(mail(Message_ID="<7@x>", Subject='Re: a"b\\c) OR (DELETED'))
    first, answer, stranger, again, unclear, *_ = [one.conversation for one in await place.messages(place.connected())]
    # Read by now, the second answer could belong to either of two.
    assert len({first, stranger, again, unclear}) == 4
    assert answer == first
    assert place.violations == []


async def test_who_says_to_be_us_is_not_us(place: Any) -> None:  # noqa: ANN401 - of the folder's conftest
    place.put(mail(From="Shop <help@shop.example>", Message_ID="<forged@x>"))
    place.put(mail("An answer", From="help@shop.example", Message_ID="<real@shop>", References="<m@x>"), "Sent")
    place.put(mail("An answer", From="help@shop.example", Message_ID="<real@shop>", References="<m@x>"))
    place.put(mail("To a supplier", From="help@shop.example", Message_ID="<other@shop>"), "Sent")
    found = await place.messages(place.connected())
    assert sorted((one.remote_id.partition("#")[0], one.ours) for one in found) == [
        ("<forged@x>", False),
        ("sent:<real@shop>", True),
    ]


@pytest.mark.parametrize(
    ("head", "labels"),
    [
        ({"Auto_Submitted": "auto-replied"}, (AUTOMATIC,)),
        ({"Auto_Submitted": "No"}, ()),
        ({"Precedence": "bulk"}, (AUTOMATIC,)),
        ({"Precedence": "list"}, (LIST,)),
        ({"List_Id": "News <news.example>", "Auto_Submitted": "auto-generated"}, (AUTOMATIC, LIST)),
        ({"Return_Path": "<>"}, (AUTOMATIC,)),
        ({"From": "MAILER-DAEMON@mx.example"}, (AUTOMATIC,)),
        ({"From": "no-reply@shop.example"}, ()),
    ],
)
async def test_what_no_person_wrote_is_labelled(place: Any, head: dict[str, str], labels: tuple[str, ...]) -> None:  # noqa: ANN401 - of conftest
    place.put(mail(**head))
    (found,) = await place.messages(place.connected())
    assert found.labels == labels


async def test_marks_of_others_are_noticed_where_the_server_counts_changes(place: Any) -> None:  # noqa: ANN401 - of conftest
    uids = [place.put(mail(Message_ID=f"<{number}@x>")) for number in range(3)]
    email = place.connected()
    first = await place.pages(email)
    ids = [one.remote_id for page in first for one in page.messages]
    place.mailbox.flag("INBOX", uids[0], b"\\Deleted")
    place.mailbox.flag("INBOX", uids[1], b"$Junk")
    place.mailbox.flag("INBOX", uids[2], b"\\Seen")
    (news,) = await place.pages(email, first[-1].cursor)
    assert news.deleted == (ids[0],)
    assert [(one.remote_id, one.labels) for one in news.messages] == [(ids[1], (SPAM,))]
    assert await place.messages(email, news.cursor) == []
    place.capabilities = tuple(one for one in place.capabilities if one != b"CONDSTORE")
    assert await place.messages(email, first[-1].cursor) == []


@pytest.mark.parametrize("cursor", ["", "{}", "[]", '{"inbox": [1, 2]}', '{"inbox": [1, -2, 3]}', "[" * 5000, "x"])
async def test_a_cursor_that_cannot_be_read_has_expired(place: Any, cursor: str) -> None:  # noqa: ANN401 - of conftest
    with pytest.raises(CursorExpired):
        await place.pages(place.connected(), cursor)
