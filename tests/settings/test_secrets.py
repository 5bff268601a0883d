"""Secrets are private, whole, kept per account, and renewed by one at a time."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import Problem
from cminbox.settings.private_files import PrivateFolder
from cminbox.settings.secrets import SecretStore

if TYPE_CHECKING:
    from pathlib import Path


PLANTED = "planted-password-0001"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


# What is kept.


def test_what_was_given_is_read_back_per_account(store: SecretStore) -> None:
    store.write("one", {"access_token": PLANTED})
    store.write("two", {"app_password": "élan 🔑\n"})
    assert store.read("one") == {"access_token": PLANTED}
    assert store.read("two") == {"app_password": "élan 🔑\n"}
    assert store.read("three") == {}
    assert sorted(store.accounts()) == ["one", "two"]


def test_writing_again_replaces_everything(store: SecretStore) -> None:
    store.write("one", {"a": PLANTED, "b": PLANTED})
    store.write("one", {"a": "planted-password-0002"})
    assert store.read("one") == {"a": "planted-password-0002"}


def test_what_is_removed_is_gone_and_removing_twice_is_fine(store: SecretStore) -> None:
    store.write("one", {"a": PLANTED})
    store.remove("one")
    store.remove("one")
    assert store.read("one") == {}
    assert store.accounts() == []


@pytest.mark.parametrize("account", ["../up", "a/b", ".", "..", ".hidden", "-rf", "ünï 🎉", "a.tokens", "a\nb", "%2F"])
def test_an_account_of_any_name_stays_in_the_folder(store: SecretStore, folder: Path, account: str) -> None:
    store.write(account, {"a": PLANTED})
    assert store.read(account) == {"a": PLANTED}
    assert store.accounts() == [account]
    assert [path.name for path in folder.parent.iterdir()] == ["secrets"]


def test_accounts_whose_names_look_alike_do_not_mix(store: SecretStore) -> None:
    store.write("a", {"x": "1"})
    store.write("a.tokens", {"x": "2"})
    store.write("A", {"x": "3"})
    assert [store.read(name)["x"] for name in ("a", "a.tokens", "A")] == ["1", "2", "3"]


@pytest.mark.parametrize("account", ["", "x" * 300])
def test_a_name_that_is_no_file_name_is_refused(store: SecretStore, account: str) -> None:
    with pytest.raises(Problem, match="account"):
        store.write(account, {"a": PLANTED})


def test_nothing_that_holds_secrets_shows_them(store: SecretStore) -> None:
    store.write("one", {"a": PLANTED})
    for thing in (store, store.credentials("one"), vars(store)):
        assert PLANTED not in repr(thing)


# How files are kept.


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_and_folders_are_private_whatever_the_umask(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        SecretStore(folder).write("one", {"a": PLANTED})
    finally:
        os.umask(before)
    assert _mode(folder) == 0o700
    assert {_mode(path) for path in _files(folder)} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o601])
def test_a_file_that_others_may_use_is_refused_with_the_mend(folder: Path, mode: int) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": PLANTED})
    file = folder / "one.json"
    file.chmod(mode)
    for act in (lambda: store.read("one"), lambda: store.write("one", {})):
        with pytest.raises(Problem) as caught:
            act()
        assert f"chmod 600 {file}" in str(caught.value)
    assert not store.readable()
    file.chmod(0o600)
    assert store.read("one") == {"a": PLANTED}
    assert store.readable()


def test_a_folder_that_others_may_use_is_refused_with_the_mend(folder: Path) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": PLANTED})
    folder.chmod(0o750)
    for act in (lambda: store.read("one"), lambda: store.write("one", {}), store.accounts):
        with pytest.raises(Problem) as caught:
            act()
        assert f"chmod 700 {folder}" in str(caught.value)


def test_a_link_in_the_place_of_a_file_is_never_followed(folder: Path, tmp_path: Path) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": PLANTED})
    victim = tmp_path / "victim"
    victim.write_text("{}")
    victim.chmod(0o600)
    for name in ("two.json", "two.lock"):
        (folder / name).symlink_to(victim)
    for act in (lambda: store.read("two"), lambda: store.write("two", {"a": PLANTED})):
        with pytest.raises(Problem, match="link"):
            act()
    (folder / "two.lock").unlink()
    with pytest.raises(Problem, match="link"):
        store.write("two", {"a": PLANTED})
    assert victim.read_text() == "{}"


def test_a_link_in_the_place_of_the_folder_is_never_followed(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    SecretStore(elsewhere).write("one", {"a": PLANTED})
    folder.parent.mkdir()
    folder.symlink_to(elsewhere)
    store = SecretStore(folder)
    for act in (lambda: store.read("one"), lambda: store.write("two", {}), store.accounts):
        with pytest.raises(Problem, match="link"):
            act()
    assert [path.name for path in _files(elsewhere)] == ["one.json", "one.lock"]


def test_another_users_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": PLANTED})
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Problem, match="another user"):
        store.read("one")


@pytest.mark.parametrize("make", ["folder", "pipe"])
def test_what_is_no_file_is_refused_and_not_waited_for(folder: Path, make: str) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": PLANTED})
    (folder / "one.json").unlink()
    if make == "folder":
        (folder / "one.json").mkdir(mode=0o700)
    else:
        os.mkfifo(folder / "one.json", 0o600)
    with pytest.raises(Problem, match=r"one\.json"):
        store.read("one")
    with pytest.raises(Problem, match=r"one\.json"):
        store.write("one", {})


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', '{"a": 1}', f'{{"a": "{PLANTED}"', "\x00", "x" * 100_000])
def test_a_damaged_file_is_told_without_its_content(folder: Path, content: str) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": "1"})
    (folder / "one.json").write_text(content)
    with pytest.raises(Problem) as caught:
        store.read("one")
    assert "one" in str(caught.value)
    assert PLANTED not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_write_that_fails_leaves_the_old_file_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": PLANTED})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="No space left"):
        PrivateFolder(folder).write("one.json", b"{}")
    assert store.read("one") == {"a": PLANTED}
    assert [path.name for path in _files(folder)] == ["one.json", "one.lock"]


def test_what_a_killed_writer_left_is_cleared_away(folder: Path) -> None:
    store = SecretStore(folder)
    store.write("one", {"a": "1"})
    (folder / ".one.json.new").write_text("half a sec")
    assert store.accounts() == ["one"]
    store.write("one", {"a": PLANTED})
    assert [path.name for path in _files(folder)] == ["one.json", "one.lock"]


def test_the_content_is_on_disk_before_it_takes_the_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)

        def step(*arguments: object, _real: object = real, _name: str = name, **more: object) -> None:
            steps.append(_name)
            assert callable(_real)
            _real(*arguments, **more)

        monkeypatch.setattr(os, name, step)
    PrivateFolder(folder).write("one.json", b"{}")
    assert steps == ["fsync", "replace", "fsync"]
