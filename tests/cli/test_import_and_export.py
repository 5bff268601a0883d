"""Messages in and out as files: bad lines are named, the rest goes in, and nothing changes the second time."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

from cminbox.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]


def test_importing_twice_changes_nothing(cminbox: Run, imported: Run, line: Line) -> None:
    messages = [line(f"m-{n}", parent=None if n % 3 == 0 else f"m-{n - 1}") for n in range(30)]
    first = imported(*messages)
    assert (first.returncode, first.stdout) == (0, "30 new, 0 changed, 0 known, 0 refused\n")
    before = cminbox("queue", "--json").stdout
    second = imported(*messages)
    assert (second.returncode, second.stdout) == (0, "0 new, 0 changed, 30 known, 0 refused\n")
    assert cminbox("queue", "--json").stdout == before


def test_a_changed_message_is_changed(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    assert "0 new, 1 changed" in imported(line(text="Found it!")).stdout
    assert "Found it!" in cminbox("show", "1").stdout


def test_a_bad_line_is_named_and_the_rest_goes_in(cminbox: Run, line: Line, tmp_path: Path) -> None:
    good = json.dumps(line("m-1")).encode(), json.dumps(line("m-2")).encode()
    bad = (
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"network": "Mastodon"}',
        json.dumps(line("m-3", created_at="yesterday")).encode(),
        json.dumps(line("m-4", author=None)).encode(),
        json.dumps(line("m-5", rating=10**400)).encode(),
        b'"' + b"x" * (1024 * 1024 + 10) + b'"',
    )
    file = tmp_path / "mixed.jsonl"
    file.write_bytes(b"\n".join([good[0], b"", *bad, good[1]]))
    said = cminbox("import", str(file), "--json")
    assert said.returncode == 3
    assert json.loads(said.stdout) == {"new": 2, "changed": 0, "known": 0, "refused": len(bad)}
    numbers = [one.partition(":")[0] for one in said.stderr.splitlines()]
    assert numbers == [f"line {number}" for number in range(3, 3 + len(bad))]
    assert len(cminbox("queue", "--json").stdout.splitlines()) == 2


def test_many_lines_go_in_whatever_their_order(cminbox: Run, imported: Run, line: Line) -> None:
    messages = [line(f"m-{n}", parent=None if n == 0 else f"m-{n - 1}") for n in range(1200)]
    said = imported(*reversed(messages))
    assert said.stdout == "1200 new, 0 changed, 0 known, 0 refused\n"
    (row,) = [json.loads(one) for one in cminbox("queue", "--json").stdout.splitlines()]
    assert row["unanswered"] == 1200


def test_a_message_that_the_database_refuses_is_named_by_its_line(
    cminbox: Run, imported: Run, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sys.modules["cminbox.store.ingest"]._Intake._store

    def choosy(intake: object, message: Any) -> None:  # noqa: ANN401 - as the real one, a message
        if message.remote_id == "m-2":
            raise ValueError("no room for it")
        store(intake, message)

    monkeypatch.setattr("cminbox.store.ingest._Intake._store", choosy)
    said = imported(line("m-1"), line("m-2"), line("m-3"))
    assert said.returncode == 3
    assert said.stdout == "2 new, 0 changed, 0 known, 1 refused\n"
    assert said.stderr.startswith("line 2: ")
    assert "no room for it" in said.stderr
    assert len(cminbox("queue", "--json").stdout.splitlines()) == 2


def test_a_file_that_cannot_be_read_is_one_sentence(cminbox: Run, tmp_path: Path) -> None:
    for name in (tmp_path / "nowhere.jsonl", tmp_path):
        said = cminbox("import", str(name))
        assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)
        assert str(name) in said.stderr


def test_standard_input_is_a_file_too(cminbox: Run, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(line()).encode())))
    assert cminbox("import", "-").stdout == "1 new, 0 changed, 0 known, 0 refused\n"


def test_what_is_exported_can_be_imported_elsewhere(
    cminbox: Run, imported: Run, line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(
        line("m-1", text="Où ? \u202e\u0085 😀", attachments=[{"kind": "image", "url": "u", "name": "n", "alt": "a"}]),
        line("m-2", parent="m-1", ours=True, author={"id": "b", "handle": "brand", "name": "", "followers": None}),
        line("m-3", kind="review", rating=4, network="shop", account="main", permalink="https://x.example/r"),
    )
    exported = cminbox("export").stdout
    assert [json.loads(one)["remote_id"] for one in exported.splitlines()] == ["m-1", "m-2", "m-3"]
    file = tmp_path / "exported.jsonl"
    file.write_text(exported)
    elsewhere = ["--workspace", f"{tmp_path}/elsewhere/"]
    assert main([*elsewhere, "import", str(file)]) == 0
    capsys.readouterr()
    assert main([*elsewhere, "export"]) == 0
    assert capsys.readouterr().out == exported


def test_an_export_can_be_of_one_account(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line("m-1"), line("m-2", account="other"))
    (only,) = cminbox("export", "--account", "other").stdout.splitlines()
    assert json.loads(only)["remote_id"] == "m-2"


def test_a_spreadsheet_gets_columns_and_no_formula(cminbox: Run, imported: Run, line: Line) -> None:
    formula = '=HYPERLINK("https://evil.example";"click")'
    person = {"id": "-u", "handle": "+h", "name": "\uff1dname", "followers": 3}
    imported(line("m-1", text=formula, author=person), line("m-2", text='a "quoted", text\nof two lines', rating=2))
    head, first, second = csv.reader(io.StringIO(cminbox("export", "--format", "csv").stdout, newline=""))
    one, two = dict(zip(head, first, strict=True)), dict(zip(head, second, strict=True))
    assert one["text"] == f"'{formula}"
    assert (one["author_id"], one["author_handle"], one["author_name"]) == ("'-u", "'+h", "'\uff1dname")
    assert (one["created_at"], one["ours"], one["rating"], one["author_followers"]) == (
        "2020-11-20T09:15:00Z",
        "false",
        "",
        "3",
    )
    assert two["text"] == 'a "quoted", text\nof two lines'
