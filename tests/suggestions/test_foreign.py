"""Exports of other tools, tables and texts become replies of ours; what is none is refused with its number."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.canned import CannedReply, Macro, Source
from cminbox.domain.conversation import Priority
from cminbox.domain.problem import Problem
from cminbox.suggestions.foreign import Entry, Refused, entries_in, form_of
from cminbox.suggestions.foreign_reply import reply_of
from cminbox.suggestions.foreign_text import from_foreign, from_mixed, without_markup
from cminbox.suggestions.head_values import HeadError

CHATWOOT = [{"id": 1, "short_code": "hi there", "content": "Hey {{ contact.name || 'you' }}!", "account_id": 2}]
ZENDESK = {
    "macros": [
        {
            "id": 25,
            "title": "Close and thank",
            "active": True,
            "actions": [
                {"field": "status", "value": "solved"},
                {"field": "priority", "value": "high"},
                {"field": "current_tags", "value": "thanks done"},
                {"field": "assignee_id", "value": "current_user"},
                {"field": "group_id", "value": "3"},
                {"field": "comment_value", "value": ["channel:all", "Thanks {{ticket.requester.first_name}} {x}"]},
            ],
        },
        {"title": "Only closes", "actions": [{"field": "status", "value": "solved"}]},
    ]
}
FRESHDESK = [
    {
        "id": 9,
        "title": "Received",
        "folder_id": 1,
        "content": "Thanks. See  {{ticket.url}}",
        "content_html": "<div>Thanks.<br>See {{ticket.url}}</div>",
    }
]
FRONT = {
    "_results": [{"id": "mtpl_1", "name": "Follow-up", "subject": "Re", "body": "<p>Hi {{recipient.first_name}}</p>"}]
}


def replies(data: object, form: str | None = None) -> list[CannedReply]:
    raw = data.encode() if isinstance(data, str) else json.dumps(data).encode()
    return [reply_of(one.data, Source.WORKSPACE) for one in entries_in(raw, form) if isinstance(one, Entry)]


def test_chatwoot() -> None:
    (reply,) = replies(CHATWOOT)
    assert (reply.id, reply.title, reply.shortcut, reply.body) == ("hi-there", "hi there", "hi-there", "Hey {name}!")


def test_zendesk() -> None:
    first, second = entries_in(json.dumps(ZENDESK).encode())
    assert isinstance(first, Entry)
    assert first.left_out == ("group_id",)
    reply = reply_of(first.data, Source.WORKSPACE)
    assert (reply.id, reply.body) == ("close-and-thank", "Thanks {name} {{x}}")
    assert reply.macro == Macro(("thanks", "done"), "me", None, Priority.HIGH, done=True)
    assert isinstance(second, Refused)
    assert (second.number, str(second.reason)) == (2, "it says nothing to the customer")


def test_freshdesk_keeps_its_lines() -> None:
    (reply,) = replies(FRESHDESK)
    assert (reply.id, reply.body) == ("received", "Thanks.\nSee {link}")


def test_front() -> None:
    (reply,) = replies(FRONT)
    assert (reply.title, reply.body) == ("Follow-up", "Hi {name}")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables(delimiter: str) -> None:
    head = delimiter.join(["Title", "shortcut", "text", "tags", "lang", "examples"])
    row = delimiter.join(
        ['"Où est-ce ?"', "ou", '"Bonjour {name},\nvoici {order?} {{contact.name}}"', "a|b", "fr", '"Un\nDeux"']
    )
    (reply,) = replies(f"\ufeff{head}\r\n{row}\r\n\r\n")
    assert (reply.title, reply.lang, reply.tags, reply.examples) == ("Où est-ce ?", "fr", ("a", "b"), ("Un", "Deux"))
    assert reply.body == "Bonjour {name},\nvoici {order?} {name}"


def test_what_a_spreadsheet_was_kept_from_computing_is_as_it_was() -> None:
    (reply,) = replies("title,text\nSum,'=1+1\n")
    assert reply.body == "=1+1"


def test_plain_texts() -> None:
    text = "# Refund\nYou get it back.\n\nSoon.\n---\nHours\nFrom nine.\n# Third\nText\n***\n\n---\n"
    assert [(one.title, one.body) for one in replies(text)] == [
        ("Refund", "You get it back.\n\nSoon."),
        ("Hours", "From nine."),
        ("Third", "Text"),
    ]
    assert [(one.title, one.body) for one in replies("Just this")] == [("Just this", "Just this")]


def test_json_lines_and_single_objects() -> None:
    assert [one.title for one in replies('{"name": "A", "text": "x"}\n\n{"name": "B", "text": "y"}\n')] == ["A", "B"]
    assert [one.title for one in replies({"name": "A", "message": "x"})] == ["A"]


def test_our_own_json_comes_back_as_it_was() -> None:
    ours = {
        "key": "en/refund",
        "id": "refund",
        "lang": "en",
        "title": "Refund",
        "shortcut": None,
        "tags": ["a"],
        "body": "{name} {{x}} {order?} <b>",
        "variants": [{"networks": ["bluesky"], "body": "Short"}],
        "examples": ["When?"],
        "tone": "vous",
        "networks": [],
        "kinds": ["dm"],
        "express": True,
        "expires": "2030-01-01",
        "attachments": ["a.pdf"],
        "macro": {"tags": ["x"], "assign": "ana", "snooze_s": 7200, "priority": None, "done": False},
        "source": "workspace",
        "file": "/somewhere",
    }
    (reply,) = replies([ours])
    assert (reply.key, reply.body, reply.express) == ("en/refund", "{name} {{x}} {order?} <b>", True)
    assert reply.macro == Macro(("x",), "ana", 7200)
    assert reply.text_for("bluesky") == "Short"
    assert str(reply.expires) == "2030-01-01"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe{", "Line 1 is not UTF-8"),
        (b"{broken", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b'title,text\n"a\n' + b"x" * 200_000, "This table cannot be read"),
        (b"[" + b"1," * 20_001 + b"1]", "More than 20000"),
    ],
)
def test_a_file_that_is_nothing_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(Problem, match=words):
        list(entries_in(data))


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (42, "no object"),
        ({}, "no text"),
        ({"title": "A", "body": ["x"]}, "no text"),
        ({"title": "A", "body": " "}, "no text"),
        ({"title": "A", "actions": [1, {"field": "comment_value", "value": None}]}, "nothing to the customer"),
    ],
)
def test_an_entry_that_is_no_reply_is_refused(item: Any, words: str) -> None:  # noqa: ANN401 - any JSON
    (refused,) = entries_in(json.dumps([item]).encode())
    assert isinstance(refused, Refused)
    assert words in str(refused.reason)


@pytest.mark.parametrize(
    "data", [{"kinds": ["email"]}, {"lang": "klingon!"}, {"expires": "soon"}, {"macro": {"snooze": "x"}}]
)
def test_a_wrong_value_is_refused_as_in_a_file(data: dict[str, Any]) -> None:
    with pytest.raises(HeadError):
        reply_of({"title": "A", "body": "x", **data}, Source.WORKSPACE)


@pytest.mark.parametrize(
    ("variable", "placeholder"),
    [
        ("contact.first_name", "{name}"),
        ("ticket.requester.firstname", "{name}"),
        ("recipient.handle", "{handle}"),
        ("agent.name", "{agent}"),
        ("current_user.signature", "{agent}"),
        ("user.first_name", "{agent}"),
        ("ticket.url", "{link}"),
        ("ticket.id", "{ticket id?}"),
        ("dc.welcome", "{dc welcome?}"),
        ("1", "{1?}"),
        ("...", "{text?}"),
        ("contact.name | default: 'x'", "{name}"),
    ],
)
def test_variables_become_placeholders(variable: str, placeholder: str) -> None:
    assert from_foreign(f"a {{{{{variable}}}}} b") == f"a {placeholder} b"


def test_in_a_text_that_may_be_ours_only_dotted_variables_change() -> None:
    assert from_mixed("{name} {{x}} {{contact.name}} {{{name}}}") == "{name} {{x}} {name} {{{name}}}"


def test_markup_goes_and_what_only_looks_like_it_stays() -> None:
    assert without_markup("<p>One</p><p>Two &amp; three</p>") == "One\nTwo & three"
    assert without_markup("1 < 2 and 3 > 2, <3") == "1 < 2 and 3 > 2, <3"


@pytest.mark.parametrize(
    ("text", "form"),
    [("[1]", "json"), (' {"a": 1}', "json"), ("title,body", "csv"), ("Name;Text", "csv"), ("Hello, you\nbody", "text")],
)
def test_what_a_file_is_is_told_by_its_start(text: str, form: str) -> None:
    assert form_of(text) == form


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_replies_refusals_or_one_problem(data: bytes) -> None:
    try:
        found = list(entries_in(data))
    except Problem:
        return
    assert all(isinstance(one, Entry | Refused) for one in found)


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
objects = st.dictionaries(
    st.sampled_from(
        ["title", "body", "tags", "macro", "variants", "actions", "lang", "id", "kinds", "shortcut", "key"]
    ),
    st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
)


@given(st.lists(objects, max_size=3))
def test_any_json_is_replies_or_refusals(items: list[dict[str, Any]]) -> None:
    for one in entries_in(json.dumps(items).encode(), "json"):
        if isinstance(one, Entry):
            try:
                reply = reply_of(one.data, Source.WORKSPACE)
            except HeadError:
                continue
            assert reply.title
            assert reply.body
