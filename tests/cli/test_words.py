"""The words of the command line: where options may stand, help, and errors as one sentence."""

from __future__ import annotations

import subprocess
import sys
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from cminbox.__main__ import main
from cminbox.cli import catalogue

if TYPE_CHECKING:
    from pathlib import Path


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("cminbox ")


def test_options_of_every_command_stand_before_and_after_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = f"{tmp_path}/one/"
    for words in (
        ["--workspace", place, "--lang", "en", "queue", "--json"],
        ["queue", "--json", "--workspace", place, "--lang=en"],
        ["--workspace", place, "queue", "--lang", "en", "--json"],
    ):
        assert main(words) == 0
    assert (tmp_path / "one" / "inbox.sqlite3").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert capsys.readouterr().out == ""


def test_every_command_has_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for name in catalogue.names():
        said = {}
        for lang in ("en", "fr"):
            assert main([*name.split(), "--help", "--lang", lang]) == 0
            said[lang] = capsys.readouterr().out
            assert f"cminbox {name}" in said[lang]
        assert "write no colour" in said["en"]
        assert "aucune couleur" in said["fr"]


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for name in catalogue.names():
        assert f"  {name}" in said


def test_a_family_of_commands_has_an_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accounts", "--help"]) == 0
    said = capsys.readouterr().out
    for name in catalogue.names():
        assert (f"  {name}" in said) == name.startswith("accounts ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["queu"], "There is no command “queu”; did you mean “queue”? See cminbox --help"),
        (["frobnicate"], "There is no command “frobnicate”; see cminbox --help"),
        (["accounts", "ad"], "There is no command “accounts ad”; did you mean “accounts add”? See cminbox --help"),
        (["queue", "--limt", "3"], "cminbox queue does not know: --limt 3; see cminbox queue --help"),
        (["queue", "--limit", "0"], "--limit: “0” is not a whole number above zero"),
        (["queue", "--limit"], "--limit needs a value; one that begins with a hyphen is written --limit=VALUE"),
        (["queue", "--view", "x"], "--view: 'x' is none of "),
        (["show"], "Something is missing: ID; see cminbox show --help"),
        (["show", "x"], "ID: “x” is not a whole number above zero"),
        (["show", "9" * 30], "is not a whole number above zero"),
        (["reply", "1"], "One of these is needed: --text --text-file --canned; see cminbox reply --help"),
        (["reply", "1", "--text", "a", "--canned", "b"], "--canned and --text cannot be combined"),
        (["sync", "--once=yes"], "--once takes no value"),
        (["queue", "--filter", "kind:poke"], "kind:poke is none of comment, mention, dm, review"),
        (["--lang", "xx", "queue"], "--lang: there is no language “xx”; choose one of en, fr"),
        (["--workspace", ".x", "queue"], "“.x” cannot name a workspace"),
        (["--json"], "cminbox does not know: --json; see cminbox --help"),
        (["tag", "1"], "Name a tag to add, or one to --remove"),
        (["assign", "1", "bo", "--nobody"], "Name an agent or say --nobody, not both"),
        (["snooze", "1", "--until", "soon"], "soon is no time to come"),
    ],
)
def test_wrong_words_are_one_sentence_and_exit_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err
    assert found.err.startswith("cminbox: ")
    assert len(found.err.splitlines()) == 1


def test_the_sentence_is_french_for_those_who_read_french(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "fr", "queu"]) == 2
    assert "pas de commande" in capsys.readouterr().err


def test_what_is_typed_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["\x1b[2J"], ["queue", "--\x9b31m"], ["show", "\x1b]0;x\x07"], ["queue", "--view", "\x1b"]):
        assert main(words) == 2
        assert {"\x1b", "\x9b", "\x07"}.isdisjoint(capsys.readouterr().err)


def run(*words: str, **more: str) -> CompletedProcess[str]:
    command = f"{sys.executable} -m cminbox {' '.join(words)}"
    return subprocess.run(
        ["/bin/sh", "-c", more.get("around", "{}").format(command)], capture_output=True, text=True, check=False
    )


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    done = run("guide", "settings", around="{} | head -n 1")
    assert done.stdout == "# Settings\n"
    assert done.stderr == ""


def test_a_full_disk_is_one_sentence() -> None:
    done = run("guide", "settings", around="{} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.startswith("cminbox: The output cannot be written: ")
    assert len(done.stderr.splitlines()) == 1


def test_closed_streams_are_no_error() -> None:
    done = run("queue", around="{} <&- >&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cminbox.inbox.workplace.Workplace.open", interrupted)
    assert main(["queue"]) == 130
    assert capsys.readouterr().err == ""


def test_a_fault_of_the_program_leaves_a_report_and_no_traceback(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from cminbox.__main__ import main\n"
        "from cminbox.inbox.workplace import Workplace\n"
        "def broken(self):\n"
        "    secret = 'hunter2'\n"
        "    raise RuntimeError('a fault')\n"
        "Workplace.open = broken\n"
        f"sys.argv[1:] = ['--workspace', {str(tmp_path / 'w')!r} + '/', 'queue']\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "RuntimeError: a fault" in done.stderr
    (report,) = (tmp_path / "w" / "logs").iterdir()
    assert "hunter2" not in report.read_text().replace("secret = 'hunter2'", "")
