"""Secrets lie in the keyring of the operating system when, and only when, somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

from cminbox.domain.problem import Problem
from cminbox.settings.keyring_vault import Keyring, KeyringVault
from cminbox.settings.secrets import SecretStore, open_secrets

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = "planted-password-0001"


class Memory(Keyring, Protocol):
    """The keyring in memory that stands in for the system's."""

    kept: dict[tuple[str, str], str]
    failure: Exception | None


def test_the_keyring_holds_the_secrets_and_no_file_does(folder: Path, keyring: Memory) -> None:
    SecretStore(folder, KeyringVault(folder, keyring)).write("one", {"a": PLANTED})
    assert any(PLANTED in value for value in keyring.kept.values())
    assert all(PLANTED not in path.read_text() for path in folder.iterdir())


def test_two_workspaces_share_a_keyring_without_mixing(tmp_path: Path, keyring: Memory) -> None:
    one, two = (SecretStore(tmp_path / name, KeyringVault(tmp_path / name, keyring)) for name in ("one", "two"))
    one.write("brand", {"a": "1"})
    assert two.read("brand") == {}
    assert two.accounts() == []


@pytest.mark.parametrize("failure", [RuntimeError(PLANTED), OSError(PLANTED)])
def test_a_keyring_that_fails_is_told_without_its_words(folder: Path, keyring: Memory, failure: Exception) -> None:
    store = SecretStore(folder, KeyringVault(folder, keyring))
    keyring.failure = failure
    for act in (lambda: store.read("one"), lambda: store.write("one", {"a": "b"}), store.accounts):
        with pytest.raises(Problem) as caught:
            act()
        assert "keyring" in str(caught.value)
        assert PLANTED not in str(caught.value)
    assert not store.readable()


def test_a_damaged_index_of_the_keyring_lists_nothing(folder: Path, keyring: Memory) -> None:
    vault = KeyringVault(folder, keyring)
    vault.write("x", b"1")
    keyring.kept[next(key for key in keyring.kept if key[1] == "index")] = "{"
    assert vault.names() == []
    assert vault.read("x") == b"1"


def test_asking_for_a_keyring_without_the_library_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(Problem, match=r"pip install 'cminbox\[keyring\]'"):
        open_secrets(folder, "keyring")


def test_files_are_used_unless_a_keyring_is_asked_for(folder: Path) -> None:
    open_secrets(folder, "files").write("one", {"a": PLANTED})
    assert (folder / "one.json").exists()


def test_the_keyring_library_is_loaded_only_when_asked_for() -> None:
    program = "import sys, cminbox.settings.secrets; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
