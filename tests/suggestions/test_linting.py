"""What is to be mended in a library is found, where it stands, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cminbox.domain.canned import FaultKind, Source
from cminbox.domain.message import Kind
from cminbox.domain.network import TextLimit, Unit
from cminbox.suggestions.findings import Finding, Rule
from cminbox.suggestions.library import Folder, read
from cminbox.suggestions.linting import Facts, lint

Lint = Callable[..., list[Finding]]
Write = Callable[..., Path]

DAY = 86_400_000
NOW = 2_000_000_000_000
FACTS = Facts(
    today=date(2033, 5, 18),
    now=NOW,
    limits={
        "bluesky": {Kind.COMMENT: (TextLimit(Unit.GRAPHEMES, 40),), Kind.DM: (TextLimit(Unit.GRAPHEMES, 90),)},
        "mastodon": {Kind.COMMENT: (TextLimit(Unit.CODE_POINTS, 60, url_length=23),)},
    },
    networks=frozenset({"bluesky", "mastodon", "relay"}),
)
HEAD = 'title: Refund\nexamples: ["When?"]\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a reply, and its twin unless it is not wanted."""

    def put(
        name: str = "refund", text: str = "Fine.", head: str = HEAD, *, twin: bool = True, place: str = "ours"
    ) -> Path:
        langs = ("fr", "en") if twin else ("en",)
        file = tmp_path
        for number, lang in enumerate(langs):
            file = tmp_path / place / lang / f"{name}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            # Only one of the twins holds what the test is about.
            file.write_text(f"---\n{head if number == len(langs) - 1 else HEAD}---\n{text if lang == 'en' else name}\n")
        return file

    return put


@pytest.fixture
def found(tmp_path: Path) -> Lint:
    """Return a function that lints what was written; the workspace speaks two languages."""

    def look(facts: Facts = FACTS, *, starters: bool = False) -> list[Finding]:
        folders = [
            Folder(tmp_path / "mine", Source.PERSONAL),
            Folder(tmp_path / "ours", Source.WORKSPACE),
            Folder(tmp_path / "theirs", Source.STARTER),
        ]
        return lint(read(folders), facts, starters=starters)

    return look


def rules(findings: list[Finding]) -> list[str]:
    return [one.rule.value for one in findings]


def test_a_library_in_order_has_no_findings(write: Write, found: Lint) -> None:
    write(text="Hello {name}, order {order?} of {{x}}.", head=HEAD + "networks: [mastodon]\n")
    assert found() == []


def test_a_missing_twin_is_named(write: Write, found: Lint) -> None:
    write("both")
    file = write("alone", "Something else.", twin=False)
    (finding,) = found()
    assert (finding.rule, finding.file, finding.key) == (Rule.NO_TWIN, file, "en/alone")
    assert "fr/alone.md" in str(finding.mend)


def test_the_languages_of_the_settings_say_which_twins_are_wanted(write: Write, found: Lint) -> None:
    write("both")
    write("alone", "Something else.", twin=False)
    assert found(replace(FACTS, languages=("en",))) == []
    assert rules(found(replace(FACTS, languages=("en", "de")))) == ["no-twin"] * 2


def test_a_personal_reply_needs_no_twin(write: Write, found: Lint) -> None:
    write("both")
    write("mine", "Something else.", twin=False, place="mine")
    assert found() == []


def test_a_placeholder_that_nothing_fills_is_named_with_its_line(write: Write, found: Lint) -> None:
    file = write(text="Hello {name},\nyour {ordre} of {due}.")
    (finding,) = found()
    assert (finding.rule, finding.file, finding.line) == (Rule.DEAD_PLACEHOLDER, file, 6)
    assert "{ordre}" in str(finding.sentence)
    assert "{ordre?}" in str(finding.mend)


def test_a_text_is_measured_as_each_network_counts(write: Write, found: Lint) -> None:
    write(text="x" * 41)
    (finding,) = found()
    assert finding.rule is Rule.TOO_LONG
    assert "bluesky: 41 of 40 graphemes" in str(finding.sentence)
    write(text="x" * 61)
    assert rules(found()) == ["too-long"] * 2
    write(text="👩‍👩‍👧‍👦" * 40)
    assert ["mastodon" in str(one.sentence) for one in found()] == [True]
    write(text="see https://shop.example/" + "x" * 80, head=HEAD + "networks: [mastodon]\n")
    assert found() == []


def test_other_words_for_a_network_are_what_is_measured_there(write: Write, found: Lint) -> None:
    write(text="x" * 41 + "\n--- bluesky ---\nShort.")
    assert found() == []


def test_only_the_networks_and_kinds_that_a_reply_is_for_are_measured(write: Write, found: Lint) -> None:
    write(text="x" * 41, head=HEAD + "networks: [mastodon]\n")
    assert found() == []
    write(text="x" * 41, head=HEAD + "kinds: [dm]\n")
    assert found() == []


def test_two_replies_with_one_shortcut_are_both_named(write: Write, found: Lint) -> None:
    write("one", "Yes.", HEAD + "shortcut: r\n", twin=False)
    write("two", "No.", HEAD + "shortcut: r\n", twin=False)
    findings = found()
    assert [(one.rule, one.key, one.line) for one in findings] == [
        (Rule.SAME_SHORTCUT, "en/one", 4),
        (Rule.SAME_SHORTCUT, "en/two", 4),
    ]
    assert "en/two" in str(findings[0].sentence)


def test_twins_may_have_the_same_shortcut(tmp_path: Path, write: Write, found: Lint) -> None:
    write("one", "Yes.", HEAD + "shortcut: r\n")
    (tmp_path / "ours" / "fr" / "one.md").write_text(f"---\n{HEAD}shortcut: r\n---\nOui.\n")
    assert found() == []


@pytest.mark.parametrize(
    ("word", "text", "there"),
    [
        ("guarantee", "We GUARANTEE it.", True),
        ("guarantee", "It is guaranteed.", False),
        ("as soon as possible", "Write\nas soon as possible!", True),
        ("désolé", "DESOLE", True),
        ("a.b", "a-b", False),
    ],
)
def test_forbidden_words_are_found_whatever_their_case(
    write: Write,
    found: Lint,
    word: str,
    text: str,
    there: bool,  # noqa: FBT001 - a column of the table
) -> None:
    write(text=text)
    assert rules(found(replace(FACTS, forbidden=(word,)))) == (["forbidden-word"] if there else [])


def test_a_reply_without_examples_is_named(write: Write, found: Lint) -> None:
    write(head="title: Refund\n")
    assert rules(found()) == ["no-examples"]


SENTENCE = "your refund left us today and will be on your account within {days} working days, {{name}}."


def test_two_replies_that_say_nearly_the_same_are_both_named(write: Write, found: Lint) -> None:
    write("one", "Hello, " + SENTENCE.format(days="five"))
    write("two", "Hi there, " + SENTENCE.format(days="seven"))
    write("three", "We are open from nine to five, come and see us.")
    long = replace(FACTS, limits={})
    assert [(one.rule, one.key) for one in found(long)] == [
        (Rule.NEAR_DUPLICATE, "en/one"),
        (Rule.NEAR_DUPLICATE, "en/two"),
    ]


def test_replies_that_never_compete_may_say_the_same(write: Write, found: Lint) -> None:
    facts = replace(FACTS, limits={}, languages=("en",))
    for key, one, two in (
        ("tone", "tu", "vous"),
        ("networks", "[bluesky]", "[mastodon]"),
        ("kinds", "[dm]", "[review]"),
    ):
        write("one", SENTENCE.format(days="five"), f"{HEAD}{key}: {one}\n", twin=False)
        write("two", SENTENCE.format(days="five"), f"{HEAD}{key}: {two}\n", twin=False)
        assert found(facts) == [], key


def test_what_nobody_has_picked_for_90_days_is_named(write: Write, found: Lint) -> None:
    file = write(twin=False)
    for days, picked, there in ((91, {}, True), (91, {"en/refund": NOW - 89 * DAY}, False), (89, {}, False)):
        os.utime(file, (0, (NOW - days * DAY) / 1000))
        assert rules(found(replace(FACTS, picked=picked))) == (["never-picked"] if there else []), (days, picked)
    os.utime(file, (0, 0))
    assert rules(found(replace(FACTS, picked={"en/refund": NOW - 91 * DAY}))) == ["never-picked"]
    assert found(replace(FACTS, picked=None)) == []


def test_the_last_day_and_missing_attachments_are_seen(write: Write, found: Lint) -> None:
    file = write(head=HEAD + "expires: 2033-05-17\nattachments: [list.pdf]\n", twin=False)
    assert [(one.rule, one.line) for one in found()] == [
        (Rule.EXPIRED, 4),
        (Rule.FILES_BY_HAND, 5),
        (Rule.NO_ATTACHMENT, 5),
    ]
    (file.parent / "list.pdf").write_text("x")
    left = found(replace(FACTS, today=date(2033, 5, 17)))
    assert [(one.rule, one.advice) for one in left] == [(Rule.FILES_BY_HAND, True)]


def test_a_misspelt_network_is_named_and_one_that_may_come_is_not(write: Write, found: Lint) -> None:
    write(head=HEAD + "networks: [mastadon, instagram]\n", twin=False)
    (finding,) = found()
    assert (finding.rule, "mastodon" in str(finding.mend)) == (Rule.UNKNOWN_NETWORK, True)


def test_files_that_cannot_be_used_are_findings_too(tmp_path: Path, write: Write, found: Lint) -> None:
    write()
    (tmp_path / "ours" / "en" / "bad.md").write_text("---\ntitle: [\n---\nx")
    (finding,) = found()
    assert (finding.rule, finding.line, finding.key) == (FaultKind.BROKEN_FRONT_MATTER, 3, None)


def test_starters_are_looked_at_when_asked_for_and_always_compared_with(
    tmp_path: Path, write: Write, found: Lint
) -> None:
    write("theirs", "{nme}", HEAD + "shortcut: r\n", place="theirs")
    (tmp_path / "theirs" / "en" / "bad.md").write_text("---\ntitle: [\n---\nx")
    write("ours", "Fine.", HEAD + "shortcut: r\n")
    assert [(one.rule, one.key) for one in found()] == [(Rule.SAME_SHORTCUT, "en/ours")]
    assert set(rules(found(starters=True))) == {"same-shortcut", "dead-placeholder", "broken-front-matter"}


def test_ten_findings_of_one_file_come_in_the_order_of_its_lines(write: Write, found: Lint) -> None:
    write(text="{a}\n{b}\n{c}", head="title: T\nexpires: 2001-01-01\n", twin=False)
    lines = [one.line or 0 for one in found()]
    assert lines == sorted(lines)
    assert len(lines) == 5
