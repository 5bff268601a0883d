"""The canned library by command: listed, shown, mended, measured, written, taken in and given out."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox import assets
from cminbox.domain.canned import Source
from cminbox.suggestions.filling import KNOWN
from cminbox.suggestions.findings import Rule
from cminbox.suggestions.library import Folder, read
from cminbox.suggestions.reply_head import KEYS, MACRO_KEYS

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]
Open = Callable[[], Any]
Write = Callable[..., "Path"]


@pytest.fixture
def write(folder: Path) -> Write:
    """Return a function that writes a file of the workspace's library."""

    def put(name: str, text: str) -> Path:
        file = folder / "canned_replies" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return put


def lines(said: CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.stdout.splitlines()]


def test_the_list_holds_the_starters_and_ones_own(cminbox: Run, write: Write) -> None:
    write("en/hi", "---\ntitle: Hi\nshortcut: h\ntags: [greeting]\n---\nHi {name}!\n")
    said = cminbox("canned")
    assert said.returncode == 0
    assert re.search(r"(?m)^en/hi +h +shared +Hi  #greeting$", said.stdout)
    assert "came with cminbox" in said.stdout
    found = lines(cminbox("canned", "list", "--query", "greeting", "--json"))
    assert (found[0]["key"], found[0]["source"], found[0]["macro"], found[0]["lang"]) == (
        "en/hi",
        "workspace",
        None,
        "en",
    )
    assert {one["lang"] for one in lines(cminbox("canned", "list", "--language", "fr", "--json"))} == {"fr"}


def test_a_file_that_cannot_be_used_is_told_of_and_the_others_are_listed(cminbox: Run, write: Write) -> None:
    write("en/hi", "---\ntitle: Hi\n---\nHi\n")
    write("en/bad", "---\ntitle: [\n---\nx")
    said = cminbox("canned", "list", "--language", "en")
    assert (said.returncode, "en/hi" in said.stdout) == (0, True)
    assert said.stderr == "1 file cannot be used; see cminbox canned lint\n"


def test_a_reply_is_shown_as_it_is_and_as_it_would_be_sent(cminbox: Run, write: Write, connected: int) -> None:
    write(
        "en/hi",
        "---\ntitle: Hi\nmacro: {tag: [vip], assign: cleo, snooze: 2d, priority: high}\n---\n"
        "Hi {name}, {order?} \x1b[2J\n--- mastodon ---\nHi {name}: {order?}\n",
    )
    plain = cminbox("canned", "show", "hi").stdout
    assert "Hi  (en/hi, shared)" in plain
    assert "It also does this: #vip, gives it to cleo, sets the priority: high, puts it off for 2d" in plain
    assert "--- mastodon ---\nHi {name}: {order?}\n" in plain
    assert "\x1b" not in plain
    said = cminbox("canned", "show", "hi", "--for", str(connected))
    assert "Hi Ana: ⟦order⟧\nstill to be typed: order\n" in said.stdout
    (form,) = lines(cminbox("canned", "show", "hi", "--for", str(connected), "--json"))
    assert (form["text"], form["blanks"]) == ("Hi Ana: ⟦order⟧", ["order"])
    assert form["macro"] == {"tags": ["vip"], "assign": "cleo", "snooze_s": 172_800, "priority": "high", "done": False}
    missing = cminbox("canned", "show", "nope")
    assert (missing.returncode, "There is no canned reply called nope" in missing.stderr) == (1, True)


def test_lint_says_where_and_how_and_ends_with_1(cminbox: Run, write: Write) -> None:
    assert cminbox("canned", "lint").stdout == "Nothing is to be mended.\n"
    head = '---\ntitle: Hi\nexamples: ["Hello?"]\n---\n'
    file = write("en/hi", f"{head}Hi {{nme}}\n")
    write("fr/hi", f"{head}Salut\n")
    said = cminbox("canned", "lint")
    assert said.returncode == 1
    assert said.stdout.startswith(f"{file}:5: nothing fills {{nme}}; write {{nme?}} to be asked for it")
    assert said.stdout.endswith("[dead-placeholder]\n1 finding\n")
    (finding,) = lines(cminbox("canned", "lint", "--json"))
    assert (finding["rule"], finding["reply"], finding["line"]) == ("dead-placeholder", "en/hi", 5)


def test_lint_measures_with_the_accounts_own_limits(cminbox: Run, write: Write, connected: int) -> None:
    del connected
    head = '---\ntitle: Hi\nexamples: ["Hello?"]\n---\n'
    write("en/hi", f"{head}{'x' * 21}\n")
    write("fr/hi", f"{head}Salut\n")
    (finding,) = lines(cminbox("canned", "lint", "--json"))
    assert "mastodon: 21 of 20 graphemes" in finding["text"]


def test_lint_knows_the_forbidden_words_of_the_settings(cminbox: Run, write: Write, folder: Path) -> None:
    write("en/hi", '---\ntitle: Hi\nexamples: ["Hello?"]\n---\nASAP!\n')
    (folder / "config.toml").write_text('[canned]\nforbidden = ["asap"]\nlanguages = ["en"]\n')
    (finding,) = lines(cminbox("canned", "lint", "--json"))
    assert (finding["rule"], finding["line"]) == ("forbidden-word", 5)


def test_files_of_a_reply_are_named_as_not_sent_wherever_it_is_used(
    cminbox: Run, write: Write, connected: int, folder: Path
) -> None:
    head = "---\ntitle: Prices\nlang: en\ntone: tu\nexamples: [prices]\nattachments: [prices.pdf]\n---\nPrices.\n"
    write("en/prices", head)
    write("fr/prices", head.replace("lang: en", "lang: fr").replace("Prices.", "Nos prix."))
    (folder / "canned_replies" / "en" / "prices.pdf").write_bytes(b"%PDF")
    (folder / "canned_replies" / "fr" / "prices.pdf").write_bytes(b"%PDF")
    said = "cminbox sends no files; to be added by hand: prices.pdf"
    shown = cminbox("canned", "show", "prices").stdout
    assert said in shown
    assert "en/prices, shared, tu" in shown
    assert said in cminbox("reply", str(connected), "--canned", "prices").stderr
    lint = cminbox("canned", "lint")
    assert re.search(rf"en/prices.md:6: {said}; .* \[files-by-hand\]", lint.stdout)
    assert "Nothing is to be mended." in lint.stdout
    assert lint.returncode == 0
    (folder / "canned_replies" / "en" / "prices.pdf").unlink()
    assert cminbox("canned", "lint").returncode == 1


def test_the_starters_have_nothing_to_mend_but_what_a_network_may_take(cminbox: Run) -> None:
    said = cminbox("canned", "lint", "--starters", "--json")
    assert {one["rule"] for one in lines(said)} <= {"too-long"}


def test_a_new_reply_is_a_file_of_its_own(cminbox: Run, folder: Path) -> None:
    said = cminbox(
        "canned", "add", "refund-delay", "--text", "Hello {name}, five days.", "--title", "Refund: when?",
        "--shortcut", "rd", "--tag", "Refund", "--example", "Where is my refund?", "--language", "en",
    )  # fmt: skip
    file = folder / "canned_replies" / "en" / "refund-delay.md"
    assert (said.returncode, said.stdout) == (0, f"Kept in {file}\n")
    assert file.read_text() == (
        '---\ntitle: "Refund: when?"\nshortcut: rd\ntags: [refund]\nlang: en\n'
        'examples:\n  - "Where is my refund?"\n---\nHello {name}, five days.\n'
    )
    again = cminbox("canned", "add", "refund-delay", "--text", "Other", "--title", "T", "--language", "en")
    assert (again.returncode, "is there already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["x"], 2, "One of these is needed: --text --text-file --from"),
        (["../x", "--text", "a", "--title", "T"], 1, "cannot name a canned reply"),
        (["x", "--text", "a"], 1, "needs a title"),
        (["x", "--text", " ", "--title", "T"], 1, "needs a text"),
        (["x", "--text", "a", "--title", "T", "--language", "klingon!"], 2, "no language code"),
        (["x", "--from", "7"], 1, "no conversation 7"),
    ],
)
def test_what_cannot_be_kept_is_one_sentence(cminbox: Run, words: list[str], code: int, said: str) -> None:
    done = cminbox("canned", "add", *words)
    assert (done.returncode, said in done.stderr) == (code, True)


def test_an_answer_is_kept_with_the_customers_words(cminbox: Run, imported: Run, line: Line, folder: Path) -> None:
    imported(
        line("m-1", kind="dm", conversation="c", text="Where is my parcel 123456?"),
        line("m-2", kind="dm", conversation="c", text="Hi Ana, it is on its way.", ours=True),
    )
    empty = cminbox("canned", "add", "parcel", "--from", "1", "--json")
    (form,) = lines(empty)
    assert (form["body"], form["examples"], form["lang"]) == (
        "Hi {name}, it is on its way.",
        ["Where is my parcel?"],
        "en",
    )
    assert (folder / "canned_replies" / "en" / "parcel.md").exists()


def test_where_nobody_answered_the_text_is_asked_for(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    said = cminbox("canned", "add", "parcel", "--from", "1")
    assert (said.returncode, "has no answer of ours" in said.stderr) == (1, True)


def test_a_personal_reply_is_found_in_every_workspace(cminbox: Run) -> None:
    assert cminbox("canned", "add", "mine", "--text", "Mine", "--title", "Zebra crossing", "--personal").returncode == 0
    found = lines(cminbox("--workspace", "other", "canned", "list", "--query", "zebra", "--json"))
    assert [(one["id"], one["source"]) for one in found] == [("mine", "personal")]


def test_what_goes_out_comes_back_in(cminbox: Run, write: Write, folder: Path, tmp_path: Path) -> None:
    write(
        "en/hi", "---\ntitle: '=1+1'\ntags: [a, b c]\nlang: en\nmacro: {tag: [x], done: true}\n---\nHi {name}\n{{x}}\n"
    )
    write("fr/hi", "---\ntitle: Salut\nlang: fr\n---\nSalut\n--- bluesky ---\nCourt\n")
    as_json, as_csv = cminbox("canned", "export").stdout, cminbox("canned", "export", "--format", "csv").stdout
    assert len(list(csv.reader(io.StringIO(as_csv)))) == 3
    before = cminbox("canned", "list", "--json").stdout
    for text in (as_json, as_csv):
        (tmp_path / "out").write_text(text)
        for file in (folder / "canned_replies").rglob("*.md"):
            file.unlink()
        said = cminbox("canned", "import", str(tmp_path / "out"))
        assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "2 new, 0 known, 0 refused")
        assert cminbox("canned", "list", "--json").stdout == before
        assert cminbox("canned", "import", str(tmp_path / "out")).stdout == "0 new, 2 known, 0 refused\n"


def test_an_export_as_files_is_a_library(cminbox: Run, write: Write, tmp_path: Path) -> None:
    write("en/hi", "---\ntitle: Hi\nlang: en\n---\nHi\n")
    to = tmp_path / "out"
    said = cminbox("canned", "export", "--format", "folder", "--to", str(to))
    assert (said.returncode, said.stdout) == (0, "1 written, 0 refused\n")
    assert [reply.key for reply in read([Folder(to, Source.WORKSPACE)]).replies] == ["en/hi"]
    (to / "en" / "hi.md").write_text("Mine")
    said = cminbox("canned", "export", "--format", "folder", "--to", str(to), "--starters")
    assert (said.returncode, "is there already" in said.stderr) == (3, True)
    assert (to / "en" / "hi.md").read_text() == "Mine"
    assert cminbox("canned", "export", "--to", str(to)).returncode == 2


def test_an_import_names_what_is_no_reply_and_takes_the_rest(cminbox: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([{"short_code": "hi", "content": "Hi {{contact.name}}"}, {"short_code": "no"}, 3]))
    dry = cminbox("canned", "import", str(file), "--dry-run")
    assert (dry.returncode, dry.stdout.splitlines()[-1]) == (3, "1 new, 0 known, 2 refused")
    assert not (folder / "canned_replies").exists()
    said = cminbox("canned", "import", str(file), "--language", "en", "--json")
    assert said.stderr == "reply 2: it has no text\nreply 3: this is no object\n"
    (form,) = lines(said)
    assert (form["key"], form["body"], form["new"]) == ("en/hi", "Hi {name}", True)
    (folder / "canned_replies" / "en" / "hi.md").write_text("Mine")
    assert "is there already" in cminbox("canned", "import", str(file), "--language", "en").stderr
    assert cminbox("canned", "import", str(tmp_path / "none")).returncode == 1


def test_coverage_proposes_what_to_write(cminbox: Run, imported: Run, line: Line) -> None:
    assert cminbox("canned", "coverage").stdout == "Nobody has written in this time.\n"
    for one in range(3):
        imported(
            line(f"m-{one}", text=f"Does your choir sing madrigals{'?' * one}", author={"id": f"u{one}", "handle": "a"})
        )
    said = cminbox("canned", "coverage", "--since", "2020-01-01").stdout
    assert said.startswith("0 of 3 messages have a reply that fits surely: 0 %\n")
    assert "3 messages ask the same" in said
    command = shlex.split(said.rpartition("Write one: ")[2])
    assert command[:3] == ["cminbox", "canned", "add"]
    assert "--from" in command
    summary, group = lines(cminbox("canned", "coverage", "--since", "2020-01-01", "--json"))
    assert (summary["messages"], summary["share"], summary["groups"]) == (3, 0.0, 1)
    assert (group["count"], group["lang"], len(group["conversations"])) == (3, "en", 3)
    assert cminbox("canned", "coverage", "--since", "soon").returncode == 2


@pytest.mark.usefixtures("connected")
def test_a_canned_reply_is_sent_with_words_given_and_does_what_it_does_besides(
    cminbox: Run, write: Write, opened: Open
) -> None:
    write("en/hi", "---\ntitle: Hi\nmacro: {tag: [vip], priority: high}\n---\nNo {order?}\n")
    stated = cminbox("reply", "1", "--canned", "hi", "--fill", "order=12")
    assert (stated.returncode, "--macro does it" in stated.stderr) == (0, True)
    assert json.loads(cminbox("show", "1", "--json").stdout)["tags"] == []
    done = cminbox("reply", "1", "--canned", "hi", "--fill", "order=12", "--macro")
    assert "Done besides: #vip, sets the priority: high" in done.stderr
    shown = json.loads(cminbox("show", "1", "--json").stdout)
    assert (shown["tags"], shown["priority"], shown["replies"][0]["text"]) == (["vip"], "high", "No 12")
    assert opened().picks.picked()["en/hi"].times == 2
    cminbox("undo")
    shown = json.loads(cminbox("show", "1", "--json").stdout)
    assert (shown["tags"], shown["priority"]) == ([], "normal")
    assert cminbox("reply", "1", "--text", "x", "--fill", "a=b").returncode == 2


@pytest.mark.usefixtures("connected")
def test_nothing_that_is_still_to_be_filled_in_can_be_sent(cminbox: Run, write: Write) -> None:
    write("en/hi", "---\ntitle: Hi\n---\nNo {order?}\n")
    for words in (["--canned", "hi"], ["--text", "No ⟦order⟧"], ["--text", "half ⟦ord"]):
        said = cminbox("reply", "1", *words)
        assert (said.returncode, "order" in said.stderr or "⟦" in said.stderr) == (1, True), words
    assert json.loads(cminbox("show", "1", "--json").stdout)["replies"] == []
    assert cminbox("reply", "1", "--text", "No {order?}").returncode == 0


GUIDE = (assets.guide() / "canned-replies.md").read_text(encoding="utf-8")


def test_the_file_of_the_guide_is_a_reply_without_faults(cminbox: Run, write: Write) -> None:
    (example,) = re.findall(r"```markdown\n(.*?)```", GUIDE, re.DOTALL)
    write("en/refund", example)
    (form,) = lines(cminbox("canned", "show", "refund", "--json"))
    assert (form["shortcut"], form["macro"]["snooze_s"]) == ("refund", 172_800)
    assert [one["networks"] for one in form["variants"]] == [["bluesky"]]
    assert lines(cminbox("canned", "lint", "--json")) == []


def test_the_guide_names_every_key_placeholder_and_rule() -> None:
    for name in (*KEYS, *MACRO_KEYS, *(f"{{{one}}}" for one in KNOWN), *(rule.value for rule in Rule)):
        assert f"| `{name}` |" in GUIDE, name


def test_the_settings_of_the_guide_are_settings(cminbox: Run, folder: Path) -> None:
    (settings,) = re.findall(r"(?m)^    \[canned\]\n(?:    .+\n)+", GUIDE)
    folder.mkdir()
    (folder / "config.toml").write_text(re.sub("(?m)^    ", "", settings))
    assert cminbox("canned", "lint").returncode == 0


@pytest.mark.usefixtures("connected")
def test_the_commands_of_the_guide_can_be_run(cminbox: Run, write: Write, tmp_path: Path) -> None:
    (example,) = re.findall(r"```markdown\n(.*?)```", GUIDE, re.DOTALL)
    write("en/refund", example.replace("bluesky", "mastodon").replace(": five working days at most", ""))
    (tmp_path / "export.json").write_text('[{"title": "A", "text": "b"}]')
    for command in re.findall(r"(?m)^    cminbox (.+)$", GUIDE):
        words = [word.replace("export.json", str(tmp_path / "export.json")) for word in shlex.split(command)]
        # The one conversation there is, which nobody has answered, on a network of 20 letters.
        words = ["1" if word == "12" else word for word in words]
        said = cminbox(*words)
        expected = {"reply": (1, "takes at most 20"), "--from": (1, "no answer of ours")}
        code, text = next((result for word, result in expected.items() if word in words), (0, ""))
        assert (said.returncode, text in said.stderr) == (code, True), (command, said.stderr)
