"""Backups, what the doctor finds, and forgetting a person."""

from __future__ import annotations

import grp
import json
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from cminbox.inbox.file_systems import file_system, on_a_network

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]
Open = Callable[[], Any]


def test_a_backup_is_whole_private_and_can_be_opened(
    cminbox: Run, imported: Run, line: Line, opened: Open, tmp_path: Path
) -> None:
    imported(line())
    workspace = opened()
    workspace.conversations.note(1, "not checkpointed yet", agent="bo", now=workspace.now())
    target = tmp_path / "copy.sqlite3"
    said = cminbox("backup", str(target))
    assert said.returncode == 0, said.stderr
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT text FROM messages").fetchall() == [("Where is my parcel?",)]
        assert copy.execute("SELECT text FROM notes").fetchall() == [("not checkpointed yet",)]
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith((".", "copy"))) == ["copy.sqlite3"]


def test_a_backup_replaces_nothing_unless_told(cminbox: Run, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    said = cminbox("backup", str(target))
    assert (said.returncode, target.read_text()) == (1, "mine")
    assert "--force" in said.stderr
    assert cminbox("backup", str(target), "--force").returncode == 0
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_a_backup_that_cannot_be_written_leaves_nothing(cminbox: Run, tmp_path: Path) -> None:
    for name in (tmp_path / "no" / "folder", tmp_path):
        said = cminbox("backup", str(name))
        assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["brand"]


def findings(said: CompletedProcess[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for line in said.stdout.splitlines():
        one = json.loads(line)
        found.setdefault(one["topic"], []).append((one["weight"], one.get("text", "")))
    return found


def test_the_doctor_finds_nothing_wrong_with_a_sound_inbox(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    said = cminbox("doctor")
    assert said.returncode == 0
    assert said.stdout.endswith("Nothing is wrong.\n")
    assert all(weight != "wrong" for many in findings(cminbox("doctor", "--json")).values() for weight, _ in many)


def test_the_doctor_makes_nothing_where_there_is_nothing(cminbox: Run, folder: Path) -> None:
    assert cminbox("doctor").returncode == 0
    assert not folder.exists()


def test_the_doctor_names_a_configuration_that_is_wrong(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text("[ui]\nmause = true\n")
    said = cminbox("doctor", "--json")
    assert said.returncode == 1
    ((weight, text),) = findings(said)["settings"]
    assert weight == "wrong"
    assert "config.toml:2" in text


def test_the_doctor_names_secrets_that_others_can_read(cminbox: Run, folder: Path) -> None:
    cminbox("queue")
    secret = folder / "secrets" / "main.json"
    secret.write_text("{}")
    secret.chmod(0o644)
    said = cminbox("doctor", "--json")
    assert said.returncode == 1
    ((weight, text),) = findings(said)["modes"]
    assert (weight, str(secret) in text) == ("wrong", True)


def test_the_doctor_names_a_damaged_database_and_leaves_it_alone(
    cminbox: Run, imported: Run, line: Line, folder: Path
) -> None:
    imported(*(line(f"m-{n}", text="x" * 2000) for n in range(50)))
    file = folder / "inbox.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = bytearray(file.read_bytes())
    damaged[20 * 4096 : 24 * 4096] = os.urandom(4 * 4096)
    file.write_bytes(damaged)
    said = cminbox("doctor", "--json")
    assert said.returncode == 1
    assert findings(said)["database"][0][0] == "wrong"
    assert file.stat().st_size == len(damaged)


def test_the_doctor_names_a_file_that_is_no_database(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    (folder / "inbox.sqlite3").write_text("hello" * 1000)
    said = cminbox("doctor", "--json")
    assert said.returncode == 1
    assert findings(said)["database"][0][0] == "wrong"


@pytest.mark.usefixtures("connected")
def test_the_doctor_names_an_account_without_secrets(cminbox: Run) -> None:
    said = cminbox("doctor", "--json")
    assert said.returncode == 1
    ((weight, text),) = findings(said)["accounts"]
    assert (weight, "brand" in text) == ("wrong", True)
    assert findings(said)["sync"][0][0] == "note"


@pytest.mark.usefixtures("connected")
def test_the_doctor_names_who_syncs_and_a_reply_that_needs_a_person(cminbox: Run, opened: Open) -> None:
    workspace = opened()
    workspace.leases.take("sync", holder="x", host="desk", pid=4711, now=workspace.now(), seconds=60)
    reply = json.loads(cminbox("reply", "1", "--text", "Hi", "--now", "--json").stdout)["id"]
    workspace.outbox.begin(reply, holder="x", now=workspace.now())
    workspace.outbox.refused(reply, _why(), now=workspace.now())
    found = findings(cminbox("doctor", "--json"))
    assert found["sync"] == [("ok", "desk (process 4711) fetches and sends")]
    assert "refused" in found["replies"][0][1]


def test_the_members_of_a_group_share_the_data_and_never_the_secrets(cminbox: Run, folder: Path) -> None:
    (folder / "canned_replies" / "en").mkdir(parents=True)
    (folder / "canned_replies" / "en" / "hi.md").write_text("Hi")
    (folder / "config.toml").write_text("")
    cminbox("queue")
    group = grp.getgrgid(os.getgid()).gr_name
    assert cminbox("share", group).returncode == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {modes[name] for name in ("brand", "logs", "canned_replies", "en")} == {0o2770}
    assert {modes[name] for name in ("inbox.sqlite3", "inbox.sqlite3.lock", "hi.md", "config.toml")} == {0o660}
    assert modes["secrets"] == 0o700
    assert cminbox("doctor").returncode == 0
    assert (cminbox("share", "no such group").returncode, cminbox("queue").returncode) == (1, 0)


def test_the_doctor_names_data_that_everybody_can_read(cminbox: Run, folder: Path) -> None:
    cminbox("queue")
    (folder / "inbox.sqlite3").chmod(0o664)
    assert findings(cminbox("doctor", "--json"))["modes"][0][0] == "wrong"


def _why() -> Any:  # noqa: ANN401 - a saying
    from cminbox.domain.saying import say  # noqa: PLC0415 - one test

    return say("no")


def test_a_network_file_system_is_told_by_the_longest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\n/dev/sdb /srv/my\\040disk xfs rw 0 0\nbad\n")
    assert file_system(Path("/srv/brand"), mounts) == "nfs4"
    assert file_system(Path("/srv/my disk/brand"), mounts) == "xfs"
    assert file_system(Path("/srvother"), mounts) == "ext4"
    assert file_system(Path("/srv"), tmp_path / "none") == ""
    assert "network file system (nfs4)" in str(on_a_network(Path("/srv/brand"), mounts))
    assert on_a_network(Path("/srv/my disk/brand"), mounts) is None


WORDS = ("Zanzibarquelle", "Anatolia", "anazzq", "u1qqzz")


@pytest.fixture
def talked(imported: Run, line: Line, cminbox: Run, opened: Open) -> None:
    # As long as another process has the database open, its journal is not emptied by itself.
    assert opened().queue.counts().queue == 0
    ana = {"id": "u1qqzz", "handle": "anazzq", "name": "Anatolia", "followers": 7}
    bo = {"id": "u2", "handle": "bo", "name": "Bo", "followers": None}
    brand = {"id": "b", "handle": "brand", "name": "", "followers": None}
    imported(
        line("m-1", author=ana, text="My Zanzibarquelle is broken", permalink="https://x.example/@anazzq/1"),
        line(
            "m-2",
            created_at="2020-11-20T10:00:00Z",
            author=brand,
            text="@anazzq sorry about the Zanzibarquelle",
            ours=True,
            parent="m-1",
        ),
        line("m-3", created_at="2020-11-20T11:00:00Z", author=bo, text="Another matter"),
        line("m-4", created_at="2020-11-20T12:00:00Z", author=ana, text="Zanzibarquelle too!", parent="m-3"),
        line("m-5", created_at="2020-11-20T13:00:00Z", author=bo, text="Thanks @AnaZZQ, me too", parent="m-4"),
    )
    cminbox("note", "1", "--text", "Anatolia wants a Zanzibarquelle")


@pytest.mark.usefixtures("talked")
def test_a_person_is_forgotten_down_to_the_bytes_of_the_files(cminbox: Run, folder: Path) -> None:
    assert b"zanzibarquelle" in (folder / "inbox.sqlite3-wal").read_bytes().lower()
    said = cminbox("erase", "@ANAZZQ", "--yes")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("Forgotten: 3 messages, 0 replies, 1 notes.\n")
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).lower()
    assert [word for word in WORDS if word.lower().encode() in held] == []
    assert cminbox("search", "Zanzibarquelle", "--json").stdout == ""
    assert "Another matter" in cminbox("show", "2").stdout
    assert "Thanks @…, me too" in cminbox("show", "2").stdout


@pytest.mark.usefixtures("talked")
def test_figures_stay_when_a_person_is_forgotten(cminbox: Run) -> None:
    before = json.loads(cminbox("show", "1", "--json").stdout)
    cminbox("erase", "anazzq", "--yes")
    after = json.loads(cminbox("show", "1", "--json").stdout)
    kept = ("id", "kind", "created_at", "arrived_at", "ours", "lang")
    assert [[one[key] for key in kept] for one in after["messages"]] == [
        [one[key] for key in kept] for one in before["messages"]
    ]
    assert after["status"] == "done"
    assert after["person"] == {"id": after["person"]["id"], "handle": "erased", "name": "", "followers": None}


@pytest.mark.usefixtures("talked")
def test_what_was_forgotten_does_not_come_back(cminbox: Run, imported: Run, line: Line) -> None:
    ana = {"id": "u1qqzz", "handle": "anazzq", "name": "Anatolia", "followers": 7}
    cminbox("erase", "anazzq", "--yes")
    assert imported(line("m-1", author=ana, text="My Zanzibarquelle")).stdout.startswith("0 new, 0 changed, 1 known")
    assert "anazzq" not in cminbox("export").stdout
    imported(line("m-9", author=ana, text="Here I am again"))
    assert "Here I am again" in cminbox("queue").stdout


def test_a_name_that_several_people_have_is_settled_by_network_or_id(cminbox: Run, imported: Run, line: Line) -> None:
    imported(
        line("m-1", author={"id": "u1", "handle": "ana"}),
        line("m-2", author={"id": "u9", "handle": "ana"}, network="shop", account="s"),
    )
    said = cminbox("erase", "ana", "--yes")
    assert said.returncode == 1
    assert "mastodon @ana (u1), shop @ana (u9)" in said.stderr
    assert cminbox("erase", "ana", "--network", "shop", "--yes").returncode == 0
    assert cminbox("erase", "u1", "--yes").returncode == 0
    assert cminbox("erase", "ana", "--yes").returncode == 1


def test_nothing_is_erased_unasked(cminbox: Run, imported: Run, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(line())
    assert cminbox("erase", "ana").returncode == 2
    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    for answer, code in (("yes", 1), ("", 1), ("ana", 0)):
        monkeypatch.setattr("cminbox.cli.given.ask", lambda _question, answer=answer: answer)
        assert cminbox("erase", "ana").returncode == code
    assert "@erased" in cminbox("show", "1").stdout


@pytest.mark.usefixtures("connected")
def test_a_reply_to_a_forgotten_person_goes_nowhere(cminbox: Run, opened: Open) -> None:
    cminbox("reply", "1", "--text", "Dear Ana")
    cminbox("like", "1")
    cminbox("erase", "ana", "--yes")
    workspace = opened()
    assert workspace.outbox.release_expired(workspace.now() + 60_000) == []
    assert workspace.acts.due(workspace.now()) == []
    (reply,) = json.loads(cminbox("show", "1", "--json").stdout)["replies"]
    assert (reply["state"], reply["text"]) == ("cancelled", "")


@pytest.mark.usefixtures("connected")
def test_nobody_is_forgotten_while_a_reply_to_him_is_being_sent(cminbox: Run, opened: Open) -> None:
    reply = json.loads(cminbox("reply", "1", "--text", "Hi", "--now", "--json").stdout)["id"]
    workspace = opened()
    workspace.leases.take("sync", holder="x", host="desk", pid=1, now=workspace.now(), seconds=60)
    workspace.outbox.begin(reply, holder="x", now=workspace.now())
    said = cminbox("erase", "ana", "--yes")
    assert (said.returncode, "being sent" in said.stderr) == (1, True)
    assert "Where is my parcel?" in cminbox("show", "1").stdout


def test_a_damaged_database_is_rescued_on_request(cminbox: Run, imported: Run, line: Line, folder: Path) -> None:
    imported(*(line(f"m-{n}", text="x" * 2000) for n in range(50)))
    file = folder / "inbox.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        pages = "SELECT pageno FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf'"
        (_, (page,), *_) = connection.execute(pages).fetchall()
    damaged = bytearray(file.read_bytes())
    damaged[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    file.write_bytes(damaged)
    assert cminbox("doctor").returncode == 1
    said = cminbox("doctor", "--rescue")
    assert said.returncode == 0
    (aside,) = folder.glob("inbox.sqlite3.damaged-*Z")
    assert aside.read_bytes() == damaged
    assert f"The damaged database is kept: {aside}" in said.stdout
    assert "There is no backup" in said.stdout
    assert cminbox("doctor").returncode == 0
    assert cminbox("queue", "--json").stdout.count("\n") > 20


def test_a_rescue_is_told_to_a_program_as_well(cminbox: Run, imported: Run, line: Line, folder: Path) -> None:
    imported(line())
    (folder / "inbox.sqlite3").write_text("hello" * 1000)
    said = json.loads(cminbox("doctor", "--rescue", "--json").stdout)
    assert (said["topic"], said["backup"], said["whole"], said["in_doubt"]) == ("rescue", None, False, 0)


def test_a_sound_database_needs_no_rescue(cminbox: Run, imported: Run, line: Line, folder: Path) -> None:
    imported(line())
    before = (folder / "inbox.sqlite3").read_bytes()
    said = cminbox("doctor", "--rescue")
    assert said.returncode == 1
    assert "nothing to rescue" in said.stderr
    assert (folder / "inbox.sqlite3").read_bytes() == before


def test_without_a_database_there_is_nothing_to_rescue(cminbox: Run) -> None:
    said = cminbox("doctor", "--rescue")
    assert said.returncode == 1
    assert "There is no database" in said.stderr


def test_the_doctor_names_keys_that_mean_nothing_or_two_things(cminbox: Run, folder: Path) -> None:
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text('[keys]\ndone = "r"\nsave_vew = "f9"\nflag = "alt+x"\n')
    said = cminbox("doctor", "--json")
    assert said.returncode == 1
    texts = [text for _weight, text in findings(said)["keys"]]
    assert len(texts) == 3
    assert "did you mean “save_view”" in texts[0]
    assert "“alt+x” of flag" in texts[1]
    assert "r means reply and done" in texts[2]
    config.write_text('[keys]\ndone = "D"\n')
    said = cminbox("doctor", "--json")
    assert said.returncode == 0
    assert [weight for weight, _ in findings(said)["keys"]] == ["ok"]


@pytest.mark.parametrize("command", [("queue",), ("queue", "--json"), ("sync", "--once")])
def test_every_command_says_that_its_workspace_lies_on_a_network(
    cminbox: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("cminbox.inbox.file_systems.file_system", lambda *_: "nfs4")
    said = cminbox(*command)
    assert said.returncode == 0
    assert said.stderr.count("network file system (nfs4)") == 1
    assert "nfs4" not in said.stdout


def test_a_command_says_nothing_of_a_local_disk(cminbox: Run) -> None:
    assert cminbox("queue").stderr == ""
