"""A reply is written so that reading gives it back, whole or not at all, and never over another."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.canned import NOTHING, CannedReply, Macro, Source, Tone, Variant
from cminbox.domain.conversation import Priority
from cminbox.domain.message import Kind
from cminbox.domain.problem import Problem
from cminbox.domain.text import safe
from cminbox.suggestions.keeping import keep, stem_for
from cminbox.suggestions.reply_file import Place, read_file
from cminbox.suggestions.reply_text import reply_text
from cminbox.suggestions.sample import sample_of

PLAIN = CannedReply("refund", "en", "Refund", "Hello {name}.", Source.WORKSPACE, Path("en/refund.md"))


def line(longest: int = 60) -> st.SearchStrategy[str]:
    """Return texts as they stand in a head: one safe line."""
    cleaned = st.text(max_size=longest).map(lambda text: " ".join(safe(text).split())[:longest].strip())
    return cleaned.map(lambda text: text or "x")


def lines() -> st.SearchStrategy[str]:
    """Return texts as they stand in a body."""
    odd = st.sampled_from(["---", "--- bluesky ---", "--- a, b ---  ", "{x?}", "#", "", ":", "- a", "'\""])
    return st.lists(st.one_of(line(), odd), min_size=1, max_size=6).map(lambda parts: "\n".join(parts).strip() or "x")


words = st.lists(line(20).map(lambda text: text.lower()[:20].strip() or "x"), max_size=3, unique=True).map(tuple)
networks = st.sampled_from([("bluesky",), ("mastodon", "no"), ("on_e", "bluesky")])
macros = st.builds(
    Macro,
    tags=words,
    assign=st.none() | line(20),
    snooze_seconds=st.none() | st.integers(1, 500_000).map(lambda minutes: minutes * 60),
    priority=st.none() | st.sampled_from(Priority),
    done=st.just(value=False),
)
replies = st.builds(
    CannedReply,
    id=st.just("any"),
    lang=st.sampled_from(["en", "no", "fra"]),
    title=line(200),
    body=lines(),
    source=st.just(Source.WORKSPACE),
    file=st.just(Path("any.md")),
    shortcut=line(30).map(lambda text: text.replace(" ", "-")),
    tags=words,
    variants=st.lists(st.builds(Variant, networks, lines()), max_size=2).map(tuple),
    examples=st.lists(line(200), max_size=3, unique=True).map(tuple),
    tone=st.none() | st.sampled_from(Tone),
    networks=st.just(()) | networks,
    kinds=st.lists(st.sampled_from(Kind), max_size=2, unique=True).map(tuple),
    stars=st.lists(st.integers(1, 5), max_size=5, unique=True).map(tuple),
    express=st.booleans(),
    expires=st.none() | st.dates(),
    attachments=st.lists(st.sampled_from(["a.pdf", "b c.png", "yes"]), max_size=2, unique=True).map(tuple),
    macro=st.just(NOTHING) | macros | st.just(Macro(done=True)),
)


@given(replies)
def test_reading_what_was_written_gives_the_reply_back(reply: CannedReply) -> None:
    found = read_file(reply_text(reply).encode(), Place(reply.file, reply.source, None))
    assert found.faults == ()
    assert found.reply is not None
    # A line that looks like the head of a variant is moved by one blank, or it would be one.
    same = [replace(one, body=unmoved(one.body), variants=moved(one)) for one in (found.reply, reply)]
    assert same[0] == same[1]


def unmoved(body: str) -> str:
    return "\n".join(part.strip() for part in body.split("\n"))


def moved(reply: CannedReply) -> tuple[Variant, ...]:
    return tuple(Variant(one.networks, unmoved(one.body)) for one in reply.variants)


def test_a_file_looks_as_one_would_write_it() -> None:
    reply = replace(
        PLAIN,
        title="Where is my refund?",
        tags=("refund", "not paid"),
        examples=('She said "soon": when?',),
        expires=date(2026, 12, 31),
        macro=Macro(("refund",), None, 2 * 86_400 + 3_600, Priority.HIGH),
        variants=(Variant(("bluesky", "mastodon"), "Short."),),
    )
    assert reply_text(reply) == (
        "---\ntitle: Where is my refund?\n"
        'tags: [refund, "not paid"]\nlang: en\n'
        'examples:\n  - "She said \\"soon\\": when?"\n'
        "expires: 2026-12-31\nmacro:\n  tag: [refund]\n  snooze: 2d1h\n  priority: high\n"
        "---\nHello {name}.\n--- bluesky, mastodon ---\nShort.\n"
    )


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Où en est ma commande ?", "ou-en-est-ma-commande"),
        ("  Refund!  ", "refund"),
        ("...", "reply"),
        ("../../etc/passwd", "etc-passwd"),
        ("a " * 60, "-".join("a" * 24)),
        ("x" * 80, "x" * 48),
        ("Заказ", "заказ"),
    ],
)
def test_a_file_is_named_after_its_title(title: str, stem: str) -> None:
    assert stem_for(title) == stem


def test_a_name_that_is_taken_is_counted_on() -> None:
    assert stem_for("Refund", {"refund", "refund-2"}) == "refund-3"


def test_a_reply_lies_in_the_folder_of_its_language_for_its_owner_alone(tmp_path: Path) -> None:
    root = tmp_path / "brand" / "canned_replies"
    file = keep(PLAIN, root, tmp_path / "brand")
    assert file == root / "en" / "refund.md"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert keep(replace(PLAIN, lang=None), root, tmp_path) == root / "refund.md"


def test_where_a_group_shares_the_workspace_it_shares_the_file(tmp_path: Path) -> None:
    brand = tmp_path / "brand"
    brand.mkdir()
    brand.chmod(0o2770)
    file = keep(PLAIN, brand / "canned_replies", brand)
    assert stat.S_IMODE(file.stat().st_mode) == 0o660
    assert stat.S_IMODE(file.parent.stat().st_mode) & 0o770 == 0o770


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    file = keep(PLAIN, tmp_path, tmp_path)
    with pytest.raises(Problem, match="is there already"):
        keep(replace(PLAIN, body="Other"), tmp_path, tmp_path)
    assert "Hello" in file.read_text()
    assert list(file.parent.iterdir()) == [file]


def test_a_link_in_the_files_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "refund.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Problem, match="is there already"):
        keep(PLAIN, tmp_path, tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_where_the_file_system_knows_no_links_the_file_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(_source: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("cminbox.suggestions.keeping.os.link", link)
    file = keep(PLAIN, tmp_path, tmp_path)
    assert file.read_text() == reply_text(PLAIN)
    with pytest.raises(Problem, match="is there already"):
        keep(PLAIN, tmp_path, tmp_path)


def test_a_disk_that_takes_nothing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cminbox.suggestions.keeping.os.fsync", fsync)
    with pytest.raises(Problem, match="No space left"):
        keep(PLAIN, tmp_path, tmp_path)
    assert list((tmp_path / "en").iterdir()) == []


@pytest.mark.parametrize("stem", ["", "../x", "a/b", ".hidden", "a b", "x" * 200, "-x"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, stem: str) -> None:
    with pytest.raises(Problem, match="cannot name a canned reply"):
        keep(replace(PLAIN, id=stem), tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("message", "sample"),
    [
        ("@brand Where is\nmy  order?", "Where is my order?"),
        ("Order 48213-22, call +33 6 12 34 56 78 !", "Order, call!"),
        ("me ana@example.org @ana@example.social see https://t.example/x?id=1 .", "me see."),
        ("I paid 25 euros on 3 May", "I paid 25 euros on 3 May"),
        ("@brand", ""),
        ("word " * 300, ("word " * 100).strip()),
        ("\x1b[31mred", "\N{SYMBOL FOR ESCAPE}[31mred"),
    ],
)
def test_an_example_tells_nothing_of_who_wrote_it(message: str, sample: str) -> None:
    assert sample_of(message) == sample
