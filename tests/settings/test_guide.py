"""The guide's topic on settings names every setting as it is."""

from __future__ import annotations

import re
import tomllib

from pydantic import BaseModel

from cminbox.i18n import render, use
from cminbox.settings import lengths, model, time_tables
from cminbox.settings.guide import settings_guide
from cminbox.settings.sources import from_environ, read
from cminbox.settings.tables import Table
from cminbox.settings.values import DEFAULTS


def _every_setting() -> list[str]:
    return [f"{table}.{name}" for table in model.names() for name in model.names((table,))]


def test_every_setting_says_what_it_means_and_what_is_allowed() -> None:
    for name in _every_setting():
        about = model.about(tuple(name.split(".")))
        assert about is not None, name
        assert str(about.meaning).endswith("."), name
        assert about.allowed, name


def test_the_topic_names_every_setting_with_its_variable() -> None:
    topic = settings_guide(str)
    variables = set(re.findall(r"`CMINBOX_(\w+)`", topic))
    for name in _every_setting():
        about = model.about(tuple(name.split(".")))
        assert about is not None
        if about.allowed.startswith(("[", "{")):
            # Tables and lists are written in files only.
            assert name == "undo.networks" or about.allowed in topic, name
        else:
            assert name.replace(".", "__").upper() in variables, name
    assert all(f"## [{table}]" in topic for table in model.names())


def test_the_variables_that_the_topic_names_are_read() -> None:
    for variable in re.findall(r"`(CMINBOX_\w+)`", settings_guide(str)):
        (path,) = _leaves(from_environ({variable: "x"}).table)
        assert model.about(path) is not None, variable


def test_the_example_of_the_topic_is_a_valid_configuration() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", settings_guide(str), re.DOTALL)
    assert model.Document.model_validate(tomllib.loads(example), strict=True).undo.public == 10


def test_the_topic_speaks_the_readers_language() -> None:
    use("fr")
    topic = settings_guide(render)
    assert topic != settings_guide(str)
    assert "CMINBOX_UI__LANGUAGE" in topic


def test_the_model_and_the_plain_values_have_the_same_defaults() -> None:
    assert read([], {}, {}) == DEFAULTS


def test_every_length_reads_back_as_written() -> None:
    for seconds in (0, 1, 59, 60, 3600, 5400, 86_399, 86_400, 90_061, 172_800):
        assert lengths.parse(lengths.write(seconds)) == seconds
    assert [lengths.write(seconds) for seconds in (0, 8, 1800, 5400, 172_800)] == ["0s", "8s", "30m", "1h30m", "2d"]


def test_every_table_refuses_unknown_names() -> None:
    everywhere = {**vars(model), **vars(time_tables)}
    tables = [kind for kind in everywhere.values() if isinstance(kind, type) and issubclass(kind, Table)]
    assert len(tables) > 5
    assert {kind.model_config["extra"] for kind in tables} == {"forbid"}
    assert all(issubclass(kind, BaseModel) for kind in tables)


def _leaves(table: dict[str, object], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, value in table.items():
        found.extend(_leaves(value, (*path, name)) if isinstance(value, dict) else [(*path, name)])
    return found
