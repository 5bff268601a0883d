"""The library is what its files say; a file that is wrong is named with its line and its mend and harms no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.canned import CannedReply, FaultKind, Macro, Source, Tone, Variant
from cminbox.domain.conversation import Priority
from cminbox.domain.message import Kind
from cminbox.domain.text import safe
from cminbox.suggestions.library import Folder, Library, entries, read
from cminbox.suggestions.reply_file import LARGEST, Place, read_file

Write = Callable[..., Path]

WHOLE = """---
title: Where is my order?
shortcut: order
tags: [Order, delivery]
lang: en-GB
tone: vous
networks: [mastodon, Bluesky]
kinds: [comment, dm]
stars: [1, 2, 1]
examples:
  - "Where is it: my parcel?"
  - 'It isn''t here'
express: true
expires: 2026-12-31
attachments: [price-list.pdf]
macro:
  tag: [refund]
  assign: ana
  snooze: 1d12h
  priority: high
---

Body with {name}
and {order?}.

--- bluesky, mastodon ---
Shorter.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "canned_replies"


@pytest.fixture
def write(folder: Path) -> Write:
    """Return a function that writes a file of the library."""

    def put(name: str, text: str | bytes = "---\ntitle: Good\n---\nFine\n") -> Path:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return put


def look(folder: Path) -> Library:
    return read([Folder(folder, Source.WORKSPACE)])


def test_every_key_is_read(folder: Path, write: Write) -> None:
    file = write("en/order.md", WHOLE)
    (reply,) = look(folder).replies
    assert reply == CannedReply(
        id="order",
        lang="en",
        title="Where is my order?",
        body="Body with {name}\nand {order?}.",
        source=Source.WORKSPACE,
        file=file,
        shortcut="order",
        tags=("order", "delivery"),
        variants=(Variant(("bluesky", "mastodon"), "Shorter."),),
        examples=("Where is it: my parcel?", "It isn't here"),
        tone=Tone.VOUS,
        networks=("mastodon", "bluesky"),
        kinds=(Kind.COMMENT, Kind.DM),
        stars=(1, 2),
        express=True,
        expires=date(2026, 12, 31),
        attachments=("price-list.pdf",),
        macro=Macro(("refund",), "ana", 129_600, Priority.HIGH, done=False),
    )
    assert reply.key == "en/order"
    assert look(folder).faults == ()


def test_a_folder_that_is_named_twice_is_read_once(folder: Path, write: Write) -> None:
    write("a.md")
    write("b.md", b"\xff")
    found = read([Folder(folder, Source.PERSONAL), Folder(folder, Source.WORKSPACE)])
    assert [one.source for one in found.replies] == [Source.PERSONAL]
    assert [fault.file.name for fault in found.faults] == ["b.md"]
    assert not found.stale()


def test_a_network_gets_its_own_words(folder: Path, write: Write) -> None:
    write("a.md", WHOLE)
    (reply,) = look(folder).replies
    assert reply.text_for("bluesky") == "Shorter."
    assert reply.text_for("relay") == "Body with {name}\nand {order?}."


def test_a_reply_fits_its_networks_kinds_and_days(folder: Path, write: Write) -> None:
    write("a.md", WHOLE)
    (reply,) = look(folder).replies
    day = date(2026, 12, 31)
    assert reply.fits("mastodon", Kind.DM, day)
    assert not reply.fits("relay", Kind.DM, day)
    assert not reply.fits("mastodon", Kind.REVIEW, day)
    assert not reply.fits("mastodon", Kind.DM, date(2027, 1, 1))
    assert reply.fits("mastodon", Kind.DM, day, 2)
    assert not reply.fits("mastodon", Kind.DM, day, 3)


@pytest.mark.parametrize(
    ("name", "text", "lang"),
    [
        ("fr/a.md", "---\ntitle: T\n---\nx", "fr"),
        ("fr/shop/a.md", "---\ntitle: T\n---\nx", "fr"),
        ("fr/a.md", "---\ntitle: T\nlang: en\n---\nx", "en"),
        ("shop/a.md", "---\ntitle: T\n---\nx", None),
        ("a.md", "---\ntitle: T\n---\nx", None),
        ("a.md", "---\ntitle: T\nlang: no\n---\nx", "no"),
    ],
)
def test_the_language_is_what_the_file_says_else_that_of_its_folder(
    folder: Path, write: Write, name: str, text: str, lang: str | None
) -> None:
    write(name, text)
    (reply,) = look(folder).replies
    assert (reply.lang, reply.key) == (lang, f"{lang}/a" if lang else "a")


BAD: dict[str, tuple[str | bytes, FaultKind, int | None, str, bool]] = {
    "no front matter": ("Hello", FaultKind.NO_FRONT_MATTER, 1, "front matter", False),
    "front matter without end": ("---\ntitle: A\nHello", FaultKind.BROKEN_FRONT_MATTER, 1, "never ends", True),
    "broken list": ("---\ntitle: A\ntags: [a\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 4, "not valid YAML", True),
    "colon in a text": ("---\ntitle: A: b: c\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "not valid YAML", True),
    "tab": ("---\ntitle: A\n\ttags: [a]\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 3, "not valid YAML", True),
    "control character": ("---\ntitle: \x01\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "not valid YAML", True),
    "no mapping": ("---\n- a\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "keys with values", True),
    "bare text": ("---\nhello\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "keys with values", True),
    "anchor": ("---\ntitle: &a A\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "anchors", True),
    "bomb": (
        "---\na: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nx",
        FaultKind.BROKEN_FRONT_MATTER,
        2,
        "anchors",
        True,
    ),
    "tag": ("---\ntitle: !!python/name:os.system x\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "tag", True),
    "deep": ("---\ntitle: " + "[" * 50_000 + "\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "deep", True),
    "wide": ("---\ntags: [" + "a," * 9_000 + "]\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "too many", True),
    "key twice": ("---\ntitle: A\ntitle: B\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 3, "twice", True),
    "key that is a list": ("---\n? [a]\n: b\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "not a word", True),
    "list in a list": ("---\ntags: [[a]]\n---\nx", FaultKind.BROKEN_FRONT_MATTER, 2, "neither a text", True),
    "title that is a list": ("---\ntitle: [a]\n---\nx", FaultKind.WRONG_VALUE, 2, "“title” is not a text", True),
    "tags that are a text": ("---\ntitle: A\ntags: a\n---\nx", FaultKind.WRONG_VALUE, 3, "not a list", True),
    "shortcut of two words": ("---\nshortcut: a b\n---\nx", FaultKind.WRONG_VALUE, 2, "more than one word", True),
    "express that is a word": ("---\nexpress: often\n---\nx", FaultKind.WRONG_VALUE, 2, "true nor false", True),
    "no such day": ("---\nexpires: 2026-02-30\n---\nx", FaultKind.WRONG_VALUE, 2, "not a date", True),
    "no such tone": ("---\ntone: sie\n---\nx", FaultKind.WRONG_VALUE, 2, "cannot be “sie”", True),
    "no such kind": ("---\nkinds: [email]\n---\nx", FaultKind.WRONG_VALUE, 2, "cannot be “email”", True),
    "no such stars": ("---\nstars: [0, 5]\n---\nx", FaultKind.WRONG_VALUE, 2, "numbers from 1 to 5", True),
    "stars that are no number": ("---\nstars: [five]\n---\nx", FaultKind.WRONG_VALUE, 2, "numbers from 1 to 5", True),
    "no language": ("---\nlang: 42\n---\nx", FaultKind.WRONG_VALUE, 2, "cannot be “42”", True),
    "no network": ("---\nnetworks: [a b]\n---\nx", FaultKind.WRONG_VALUE, 2, "cannot be “a b”", True),
    "attachment elsewhere": ("---\nattachments: [../x]\n---\nx", FaultKind.WRONG_VALUE, 2, "../x", True),
    "hidden attachment": ("---\nattachments: [.env]\n---\nx", FaultKind.WRONG_VALUE, 2, ".env", True),
    "macro that is a text": ("---\nmacro: done\n---\nx", FaultKind.WRONG_VALUE, 2, "no keys of its own", True),
    "no length of time": ("---\nmacro:\n  snooze: soon\n---\nx", FaultKind.WRONG_VALUE, 3, "length of time", True),
    "no priority": ("---\nmacro: {priority: top}\n---\nx", FaultKind.WRONG_VALUE, 2, "cannot be “top”", True),
    "both": ("---\nmacro:\n  done: true\n  snooze: 1d\n---\nx", FaultKind.WRONG_VALUE, 3, "exclude", True),
    "endless title": (f"---\ntitle: {'a' * 300}\n---\nx", FaultKind.WRONG_VALUE, 2, "longer than 200", True),
    "many tags": (f"---\ntags: [{','.join('abc')}]\n---\n\n", FaultKind.NO_BODY, 4, "no text", True),
    "no body": ("---\ntitle: A\n---\n \n\n", FaultKind.NO_BODY, 4, "no text", True),
    "empty file": ("", FaultKind.NO_BODY, 1, "no text", True),
    "no title": ("---\nlang: en\n---\nx", FaultKind.MISSING, 2, "no title", False),
    "misspelt key": ("---\ntitle: A\ntag: [x]\n---\nx", FaultKind.UNKNOWN_KEY, 3, "no key “tag”", False),
    "misspelt key of a macro": ("---\ntitle: A\nmacro:\n  tags: [x]\n---\nx", FaultKind.UNKNOWN_KEY, 4, "tags", False),
    "variant without text": ("---\ntitle: A\n---\nx\n--- bluesky ---\n\n", FaultKind.NO_BODY, 5, "bluesky", False),
    "escape sequence": ("---\ntitle: A\n---\nx\n\x1b[31mred\n", FaultKind.HIDDEN_CHARACTERS, 5, "invisible", False),
    "bidi": ("---\ntitle: A\n---\n\u202ex\n", FaultKind.HIDDEN_CHARACTERS, 4, "invisible", False),
    "10 MB": (b"---\ntitle: A\n---\n" + b"x" * 10_000_000, FaultKind.TOO_LARGE, None, "larger than 256 kB", True),
    "not UTF-8": ("---\ntitle: A\n---\nx\né".encode("latin-1"), FaultKind.NOT_UTF8, 5, "not UTF-8", True),
    "UTF-16": ("---\ntitle: A\n---\nx".encode("utf-16"), FaultKind.NOT_UTF8, 1, "not UTF-8", True),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_wrong_is_named_with_line_and_mend_and_the_others_keep_working(
    folder: Path, write: Write, case: str
) -> None:
    text, kind, line, words, left_out = BAD[case]
    file = write("en/bad.md", text)
    write("en/good.md")
    found = look(folder)
    fault = found.faults[-1] if found.faults else None
    assert fault is not None
    assert (fault.kind, fault.file, fault.line, fault.left_out) == (kind, file, line, left_out)
    assert words in str(fault.sentence)
    assert str(fault.mend)
    assert [reply.id for reply in found.replies] == (["good"] if left_out else ["bad", "good"])


def test_what_was_wrong_with_a_usable_file_is_harmless(folder: Path, write: Write) -> None:
    write("a.md", '---\ntitle: "A\\e[2J\\u202E"\ntags: ["\\a"]\n---\nHi \x1b]52;c;x\x07\u202e there\n')
    (reply,) = look(folder).replies
    whole = f"{reply.title}{reply.tags}{reply.body}"
    assert not set(whole) & set("\x07\x1b\u202e")
    assert "there" in reply.body


def test_a_file_without_title_is_called_as_it_is_named(folder: Path, write: Write) -> None:
    write("late-parcel.md", "It is on its way")
    (reply,) = look(folder).replies
    assert (reply.title, reply.body) == ("Late parcel", "It is on its way")


def test_links_lead_nowhere_out_of_the_folder(folder: Path, write: Write, tmp_path: Path) -> None:
    write("en/good.md")
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\nno")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.md").write_text("x")
    (folder / "en" / "out.md").symlink_to(secret)
    (folder / "en" / "inside.md").symlink_to(folder / "en" / "good.md")
    (folder / "en" / "nowhere.md").symlink_to(tmp_path / "nothing")
    (folder / "linked").symlink_to(tmp_path / "other")
    found = look(folder)
    assert [reply.id for reply in found.replies] == ["good", "inside"]
    assert {(fault.file.name, fault.kind) for fault in found.faults} == {
        ("out.md", FaultKind.LINK_OUT),
        ("linked", FaultKind.LINK_OUT),
        ("nowhere.md", FaultKind.UNREADABLE),
    }


def test_a_pipe_is_not_waited_for(folder: Path, write: Write) -> None:
    write("good.md")
    os.mkfifo(folder / "pipe.md")
    found = look(folder)
    assert [reply.id for reply in found.replies] == ["good"]
    assert [(fault.file.name, fault.kind) for fault in found.faults] == [("pipe.md", FaultKind.UNREADABLE)]


def test_other_files_are_none_of_the_library(folder: Path, write: Write) -> None:
    for name in ("README.md", "en/readme.md", ".git/x.md", "en/.hidden.md", "en/price-list.pdf", "en/a.md~"):
        write(name)
    assert look(folder).replies == ()
    assert look(folder).faults == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_cannot_be_entered_is_named(folder: Path, write: Write) -> None:
    write("en/good.md")
    closed = write("fr/hidden.md").parent
    closed.chmod(0)
    found = look(folder)
    closed.chmod(0o700)
    assert [reply.id for reply in found.replies] == ["good"]
    assert [(fault.file, fault.kind) for fault in found.faults] == [(closed, FaultKind.UNREADABLE)]


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    found = look(tmp_path / "none")
    assert (found.replies, found.faults, found.stale()) == ((), (), False)


def test_the_strongest_folder_wins_by_name_and_language(tmp_path: Path) -> None:
    for source in ("mine", "ours", "theirs"):
        for name in ("en/a.md", "fr/a.md", f"en/{source}.md"):
            file = tmp_path / source / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"---\ntitle: {source}\n---\n{source}\n")
    (tmp_path / "mine" / "en" / "a.md").unlink()
    (tmp_path / "mine" / "fr" / "a.md").unlink()
    (tmp_path / "ours" / "fr" / "a.md").unlink()
    found = read(
        [
            Folder(tmp_path / "mine", Source.PERSONAL),
            Folder(tmp_path / "ours", Source.WORKSPACE),
            Folder(tmp_path / "theirs", Source.STARTER),
        ]
    )
    assert [(reply.key, reply.source.value) for reply in found.replies] == [
        ("en/a", "workspace"),
        ("en/mine", "personal"),
        ("en/ours", "workspace"),
        ("en/theirs", "starter"),
        ("fr/a", "starter"),
    ]
    assert found.faults == ()
    reply = found.get("fr/a")
    assert reply is not None
    assert reply.body == "theirs"
    assert found.get("de/a") is None


def test_a_broken_file_of_ones_own_leaves_the_weaker_one_in_use(tmp_path: Path) -> None:
    for source, text in (("ours", "---\ntitle: [\n---\nx"), ("theirs", "---\ntitle: A\n---\nx")):
        (tmp_path / source).mkdir()
        (tmp_path / source / "a.md").write_text(text)
    found = read([Folder(tmp_path / "ours", Source.WORKSPACE), Folder(tmp_path / "theirs", Source.STARTER)])
    assert [reply.source for reply in found.replies] == [Source.STARTER]
    assert len(found.faults) == 1


def test_two_files_of_one_name_and_language_are_named(folder: Path, write: Write) -> None:
    first, second = write("en/a.md", "---\ntitle: A\n---\nFirst"), write("en/shop/a.md", "---\ntitle: A\n---\nSecond")
    found = look(folder)
    assert [reply.body for reply in found.replies] == ["First"]
    (fault,) = found.faults
    assert (fault.kind, fault.file) == (FaultKind.TWICE, second)
    assert str(first) in str(fault.sentence)


def test_a_change_is_seen_and_only_changed_files_are_read_again(
    folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.md")
    changed = write("b.md")
    before = look(folder)
    assert not before.stale()
    reads: list[str] = []

    def counted(data: bytes, place: Place) -> object:
        reads.append(place.file.name)
        return read_file(data, place)

    monkeypatch.setattr("cminbox.suggestions.library.read_file", counted)
    changed.write_text("---\ntitle: Other\n---\nOther text\n")
    write("c.md")
    assert before.stale()
    after = read(before.folders, before)
    assert sorted(reads) == ["b.md", "c.md"]
    assert [reply.title for reply in after.replies] == ["Good", "Other", "Good"]
    changed.unlink()
    assert after.stale()
    assert [reply.id for reply in read(after.folders, after).replies] == ["a", "c"]


def test_the_engine_calls_replies_by_their_keys(folder: Path, write: Write) -> None:
    write("en/order.md", WHOLE)
    (entry,) = entries(look(folder).replies)
    assert (entry.id, entry.lang, entry.shortcut) == ("en/order", "en", "order")
    assert entry.examples == ("Where is it: my parcel?", "It isn't here")


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"---\n{text}\n---\nx".encode()))
def test_any_bytes_are_a_reply_or_named_faults(data: bytes) -> None:
    found = read_file(data, Place(Path("en/any.md"), Source.WORKSPACE, "en"))
    assert (found.reply is None) == any(fault.left_out for fault in found.faults)
    if found.reply is not None:
        reply = found.reply
        assert reply.title
        assert reply.body
        for text in (reply.title, reply.body, reply.shortcut, *reply.tags, *reply.examples):
            assert text == safe(text, lines=True)


def test_a_file_of_the_largest_size_is_still_read(folder: Path, write: Write) -> None:
    head = "---\ntitle: A\n---\n"
    write("a.md", head + "x" * (LARGEST - len(head)))
    assert len(look(folder).replies) == 1
    write("a.md", head + "x" * (LARGEST + 1 - len(head)))
    assert look(folder).replies == ()
