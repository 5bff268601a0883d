"""Logs and crash reports are private, bounded, and hold neither secrets nor the values of variables."""

from __future__ import annotations

import io
import json
import logging
import stat
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from cminbox.settings import crash_report, log_file, redaction
from cminbox.settings.secrets import SecretStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLANTED = 'planted "sécret"/+ 0001'
FORMS = {
    "plain": PLANTED,
    "json": json.dumps(PLANTED)[1:-1],
    "repr": repr(PLANTED)[1:-1],
    "url": quote(PLANTED, safe=""),
    "path": quote(PLANTED),
}


@pytest.fixture(autouse=True)
def known_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test with no secret known."""
    monkeypatch.setattr(redaction, "_known", set())


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    with log_file.logging_to(tmp_path / "logs", "sync", logging.DEBUG):
        yield tmp_path / "logs" / "sync.log"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_struck_out_in_every_form(form: str) -> None:
    redaction.remember(PLANTED)
    assert redaction.strike_out(f"Authorization: Bearer {form}; next") == "Authorization: Bearer [secret]; next"


def test_a_secret_within_a_secret_leaves_no_rest() -> None:
    redaction.remember("planted")
    redaction.remember("planted-and-more")
    assert redaction.strike_out("planted-and-more") == "[secret]"


def test_what_is_too_short_to_be_a_secret_stays() -> None:
    redaction.remember("true")
    redaction.remember("")
    assert redaction.strike_out("it is true") == "it is true"


def test_whatever_the_store_reads_or_writes_is_known_as_secret(tmp_path: Path) -> None:
    SecretStore(tmp_path / "s").write("one", {"token": "planted-token-0001"})
    assert redaction.strike_out("planted-token-0001") == "[secret]"
    redaction._known.clear()
    SecretStore(tmp_path / "s").read("one")
    assert redaction.strike_out("planted-token-0001") == "[secret]"


def test_a_log_holds_no_secret_in_message_arguments_or_traceback(log: Path) -> None:
    redaction.remember(PLANTED)
    logger = logging.getLogger("cminbox.networks.toy")
    logger.info("sent %s to %s", {"token": PLANTED}, "host")
    try:
        _fail(PLANTED)
    except ValueError:
        logger.exception("it failed with %s", PLANTED, stack_info=True)
    text = log.read_text()
    assert [form for form in FORMS.values() if form in text] == []
    assert text.count("[secret]") >= 3
    assert "ValueError" in text


def test_a_log_steers_no_terminal(log: Path) -> None:
    logging.getLogger("cminbox").warning("from outside: %s", "\x1b]0;title\x07\x9b2J")
    assert not any(ord(char) < 0x20 and char != "\n" for char in log.read_text())


def test_a_log_is_private_and_follows_no_link(tmp_path: Path, log: Path) -> None:
    logging.getLogger("cminbox").info("x")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    (tmp_path / "other.log").symlink_to(tmp_path / "victim")
    handler = log_file.PrivateLog(tmp_path / "other.log")
    with pytest.raises(OSError, match="symbolic links"):
        handler._open()
    assert not (tmp_path / "victim").exists()


def test_a_log_is_bounded_and_its_old_files_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST_FILE", 2000)
    with log_file.logging_to(tmp_path, "sync"):
        for _ in range(200):
            logging.getLogger("cminbox").info("x" * 100)
    files = list(tmp_path.glob("sync.log*"))
    assert len(files) == log_file.OLD_FILES + 1
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= 2000 for file in files)


def test_the_log_ends_with_its_block(tmp_path: Path) -> None:
    logger = logging.getLogger("cminbox")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with log_file.logging_to(tmp_path, "sync"):
        assert len(logger.handlers) == len(before[2]) + 1
    assert (logger.level, logger.propagate, logger.handlers) == before


def _fail(secret: str) -> None:
    local = f"{secret} in a variable"
    raise ValueError(f"refused: {secret}", len(local))


def _crash(secret: str) -> ValueError:
    with pytest.raises(ValueError, match="refused") as caught:
        _fail(secret)
    return caught.value


def test_a_crash_writes_a_private_report_and_two_lines(tmp_path: Path) -> None:
    redaction.remember(PLANTED)
    out = io.StringIO()
    file = crash_report.report(_crash(PLANTED), tmp_path / "logs", str, out)
    assert file is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text, said = file.read_text(), out.getvalue()
    assert "test_failures.py" in text
    assert "in a variable" not in text.replace('f"{secret} in a variable"', "")
    assert [form for form in FORMS.values() if form in text + said] == []
    assert len(said.splitlines()) == 2
    assert str(file) in said


def test_a_crash_without_a_place_for_the_report_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = io.StringIO()
    assert crash_report.report(_crash("x"), tmp_path / "file", str, out) is None
    assert len(out.getvalue().splitlines()) == 2
    assert "ValueError" in out.getvalue()


def test_what_a_stranger_wrote_steers_no_terminal_in_a_crash(tmp_path: Path) -> None:
    out = io.StringIO()
    crash_report.report(ValueError("\x1b]0;x\x07\ud800\n\n\n"), tmp_path, str, out)
    assert "\x1b" not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 2
    out.getvalue().encode()
