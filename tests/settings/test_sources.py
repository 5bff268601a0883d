"""Settings come from four places, the nearest wins, and each mistake is told with its place and its mend."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import UsageProblem
from cminbox.settings.load import load_settings
from cminbox.settings.locations import Locations
from cminbox.settings.values import DEFAULTS, Canned, UndoOfNetwork

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cminbox.settings.values import Settings

    Configure = Callable[..., Settings]


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    nowhere = Locations("brand", tmp_path / "none", tmp_path / "none" / "config.toml")
    assert load_settings(nowhere, {}) == DEFAULTS
    assert not nowhere.folder.exists()


def test_the_command_line_beats_the_environment_beats_the_workspace_beats_the_user(configure: Configure) -> None:
    user = '[sync]\nhistory_days = 1\nfastest = "10s"\n[undo]\npublic = "1s"\ndm = "1s"\n'
    workspace = '[sync]\nhistory_days = 2\n[undo]\npublic = "2s"\ndm = "2s"\n'
    environ = {"CMINBOX_UNDO__PUBLIC": "3s", "CMINBOX_UNDO__DM": "3s"}
    settings = configure(workspace, user, environ, {"undo.dm": "4s"})
    assert (settings.sync.fastest, settings.sync.history_days) == (10, 2)
    assert (settings.undo.public, settings.undo.dm) == (3, 4)


def test_a_file_named_on_the_command_line_beats_the_other_files(locations: Locations, tmp_path: Path) -> None:
    named = tmp_path / "named.toml"
    named.write_text("[sync]\nhistory_days = 7\n")
    locations.config.write_text('[sync]\nhistory_days = 2\nfastest = "9s"\n')
    places = Locations("brand", locations.folder, locations.user_config, named)
    assert load_settings(places, {}).sync.history_days == 7
    assert load_settings(places, {}).sync.fastest == 9
    assert load_settings(places, {"CMINBOX_SYNC__HISTORY_DAYS": "8"}).sync.history_days == 8


def test_a_named_file_that_is_missing_is_an_error_with_its_name(locations: Locations, tmp_path: Path) -> None:
    places = Locations("brand", locations.folder, locations.user_config, tmp_path / "absent.toml")
    with pytest.raises(UsageProblem, match=r"absent\.toml"):
        load_settings(places, {})


def test_words_of_the_environment_become_values(configure: Configure) -> None:
    environ = {"CMINBOX_UI__MOUSE": "false", "CMINBOX_SYNC__HISTORY_DAYS": "90", "CMINBOX_KEYS__DONE": "x"}
    settings = configure(environ=environ)
    assert settings.ui.mouse is False
    assert settings.sync.history_days == 90
    assert settings.keys == {"done": ("x",)}


def test_variables_of_the_command_line_are_no_settings(configure: Configure) -> None:
    environ = {"CMINBOX_WORKSPACE": "./x", "CMINBOX_AGENT": "ana", "CMINBOX_LANG": "fr", "CMINBOX_UI": "x"}
    assert configure(environ=environ) == DEFAULTS


def test_an_empty_variable_is_not_set(configure: Configure) -> None:
    assert configure(environ={"CMINBOX_UI__LANGUAGE": ""}) == DEFAULTS


def test_a_network_may_have_its_own_undo_window(configure: Configure) -> None:
    undo = configure('[undo]\ndm = "3s"\n[undo.networks.mastodon]\npublic = "1m"\n').undo
    assert undo.networks == {"mastodon": UndoOfNetwork(public=60)}
    assert undo.seconds("mastodon", dm=False) == 60
    assert undo.seconds("mastodon", dm=True) == 3
    assert undo.seconds("bluesky", dm=False) == 8


def test_how_many_backups_are_kept_and_what_may_be_spent_is_settled_in_the_file(configure: Configure) -> None:
    settings = configure("[backups]\ndaily = 2\n[spending]\nper_day = 3.5\n[spending.accounts]\nmain = 1\n")
    assert (settings.backups.daily, settings.backups.weekly) == (2, 4)
    assert (settings.spending.limit("main"), settings.spending.limit("other")) == (1, 3.5)


def test_canned_replies_have_a_signature_languages_and_forbidden_words(configure: Configure) -> None:
    canned = configure(
        '[canned]\nsignature = " Ana,  ACME "\nlanguages = ["en", "fr"]\nforbidden = ["asap", "guarantee"]\n'
    ).canned
    assert canned == Canned("Ana, ACME", ("en", "fr"), ("asap", "guarantee"))


def test_customers_are_addressed_in_one_way_and_by_single_accounts_in_another(configure: Configure) -> None:
    canned = configure('[canned]\ntone = "vous"\n[canned.tones]\nyoung-brand = "tu"\n').canned
    assert [canned.tone_of(name) for name in ("brand", "young-brand")] == ["vous", "tu"]
    assert configure("").canned.tone_of("brand") == "any"


def test_an_action_may_have_one_key_or_several(configure: Configure) -> None:
    assert configure('[keys]\ndone = "e"\nlater = ["z", "Z"]\n').keys == {"done": ("e",), "later": ("z", "Z")}


def test_a_byte_order_mark_is_no_mistake(configure: Configure) -> None:
    assert configure(b"\xef\xbb\xbf[sync]\r\nhistory_days = 3\r\n").sync.history_days == 3


WRONG = {
    "an unknown key": ("[ui]\n\nlangage = 'fr'\n", 3, ["ui.langage", "ui.language"]),
    "an unknown table": ("# x\n[snyc]\nfastest = '1m'\n", 2, ["snyc", "sync"]),
    "an unknown table like no other": ("[bananas]\n", 1, ["bananas", "ui", "keys", "undo", "sync", "secrets"]),
    "a key outside its table": ("language = 'fr'\n", 1, ["language", "ui.language"]),
    "a key in the wrong table": ("[sync]\nmouse = true\n", 2, ["sync.mouse", "ui.mouse"]),
    "an unknown key of a network": ("[undo.networks.x]\npublik = '1s'\n", 2, ["undo.networks.x.public"]),
    "a text for a truth value": ("[ui]\nlanguage = 'fr'\nmouse = 'yes'\n", 3, ["ui.mouse", "yes", "true | false"]),
    "a number for a truth value": ("[ui]\nmouse = 1\n", 2, ["ui.mouse", "true | false"]),
    "a word that is no choice": ("[ui]\nlanguage = 'de'\n", 2, ["ui.language", "de", '"auto" | "en" | "fr"']),
    "a number without a unit": ("[undo]\npublic = 8\n", 2, ["undo.public", "8", '"0s" … "60s"']),
    "a length nobody can read": ("[undo]\npublic = '8 secs'\n", 2, ["undo.public", "8 secs", '"60s"']),
    "a length that is too long": ("[undo]\ndm = '1m1s'\n", 2, ["undo.dm", "1m1s", '"60s"']),
    "a length with a huge number": ("[undo]\ndm = '99999999999999d'\n", 2, ["undo.dm", '"60s"']),
    "a truth value for a number": ("[sync]\nhistory_days = true\n", 2, ["sync.history_days", "0 … 3650"]),
    "a number below its bound": ("[sync]\nhistory_days = -1\n", 2, ["sync.history_days", "-1", "0 … 3650"]),
    "a value for a table": ("ui = 5\n", 1, ["ui", "5", "[ui]"]),
    "a table for a value": ("[ui.mouse]\nx = 1\n", 1, ["ui.mouse", "true | false"]),
    "a number for a key": ("[keys]\ndone = ['e', 3]\n", 2, ["keys.done", "3", "KEY"]),
    "an empty key": ("[keys]\ndone = ''\n", 2, ["keys.done", "KEY"]),
    "a mistake in an inline table": ("\nui = { mouse = 'no' }\n", 2, ["ui.mouse"]),
    "a mistake behind a long value": ("[keys]\na = [\n 'x',\n 'y',\n]\nb = 1\n", 6, ["keys.b"]),
    "a mistake behind a text that looks like one": ("[keys]\na = '''\n[ui]\nb = 1'''\nb = 1\n", 5, ["keys.b"]),
    "an open table": ("[ui]\nmouse = true\n[sync\n", 3, ["TOML"]),
    "no value": ("[ui]\nmouse =\n", 2, ["TOML"]),
    "an end too early": ("[ui]\nmouse =", 2, ["TOML"]),
    "a text without its end": ("[ui]\nlanguage = 'fr\n", 2, ["TOML"]),
    "a key twice": ("[ui]\nmouse = true\nmouse = false\n", 3, ["TOML"]),
    "another format": ("ui:\n  mouse: true\n", 1, ["TOML"]),
    "bytes that are no text": (b"[ui]\n# \xff\xfe\n", 2, ["UTF-8"]),
    "a NUL": ("[ui]\nmouse = \x00\n", 2, ["TOML"]),
    "an impossible pace": (
        "\n[sync]\nfastest = '2h'\nslowest = '1h'\n",
        2,
        ["sync.fastest", "2h", "sync.slowest", "1h"],
    ),
}


@pytest.mark.parametrize(("text", "line", "named"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_with_its_line_and_its_mend(
    configure: Configure, locations: Locations, text: str | bytes, line: int, named: list[str]
) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure(text)
    sentence = str(caught.value)
    assert sentence.startswith(f"{locations.config}:{line}: ")
    assert [name for name in named if name not in sentence] == []
    assert caught.value.exit_code == 2
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"CMINBOX_UI__LANGAGE": "fr"}, ["CMINBOX_UI__LANGAGE:", "ui.language"]),
        ({"CMINBOX_UI__MOUSE": "perhaps"}, ["CMINBOX_UI__MOUSE:", "perhaps", "true | false"]),
        ({"CMINBOX_UI__LANGUAGE": "fr", "CMINBOX_UI__LANGUAGE__X": "fr"}, ["ui.language"]),
        ({"CMINBOX_BANANAS__X": "1"}, ["CMINBOX_BANANAS__X:"]),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(configure: Configure, environ: dict[str, str], named: list[str]) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure(environ=environ)
    assert [name for name in named if name not in str(caught.value)] == []


def test_a_mistake_is_told_even_where_a_stronger_source_hides_it(configure: Configure, locations: Locations) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure(workspace="[ui]\nmouse = true\n", user="[ui]\nmouse = 'no'\n")
    assert str(caught.value).startswith(f"{locations.user_config}:2: ")


def test_a_misspelt_name_is_told_before_a_wrong_value(configure: Configure) -> None:
    with pytest.raises(UsageProblem, match="langage"):
        configure("[ui]\nmouse = 3\nlangage = 'fr'\n")


def test_the_value_of_an_unknown_key_is_not_repeated(configure: Configure) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure("[accounts.brand]\naccess_token = 'planted-token-0001'\n")
    assert "planted-token-0001" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_hostile_configuration_steers_no_terminal(configure: Configure) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure('[ui]\n"\\u001b]0;x\\u0007" = 1\n')
    assert "\x1b" not in str(caught.value)


def test_a_folder_in_the_place_of_the_file_is_told(locations: Locations) -> None:
    locations.config.mkdir()
    with pytest.raises(UsageProblem, match=r"config\.toml"):
        load_settings(locations, {})


def test_a_link_to_nowhere_is_told(locations: Locations, tmp_path: Path) -> None:
    locations.config.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageProblem, match=r"config\.toml"):
        load_settings(locations, {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(locations: Locations) -> None:
    locations.config.touch(mode=0)
    with pytest.raises(UsageProblem, match=r"config\.toml"):
        load_settings(locations, {})


MONSTERS = {
    "open tables": "[" * 100_000,
    "a deep list": "a=" + "[" * 10_000,
    "too much": "#" * 300_000,
    "a deep name": "a." * 5000 + "a=1",
    "a deep table": "[" + "a." * 5000 + "a]",
    "a long name": "a" * 100_000 + "=1",
    "a long text": "[ui]\nlanguage='" + "a" * 100_000 + "'",
    "a long list": "[keys]\na=[\n" + "1,\n" * 20_000 + "]",
}


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_a_monstrous_file_is_refused_in_one_sentence(configure: Configure, text: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        configure(text)
    assert len(str(caught.value)) < 700
