"""What is pasted at a terminal as several lines is one answer, and leaves nothing behind for the shell."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

PROGRAM = "from cminbox.cli.given import ask_pasted, ask; print([ask_pasted('code?'), ask('more?')])"


@pytest.mark.parametrize(
    ("pasted", "understood"),
    [
        ("abc\n", "['abc', 'next']"),
        ("abc\n def \nghi\n", "['abc\\ndef\\nghi', 'next']"),
        ("\n", "['', 'next']"),
    ],
)
def test_the_lines_of_a_paste_belong_together(pasted: str, understood: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = read_until(ours, "code?")
    os.write(ours, pasted.encode())
    said += read_until(ours, "more?")
    os.write(ours, b"next\n")
    said += read_until(ours, "]")
    assert process.wait(timeout=30) == 0
    os.close(ours)
    assert understood in said


def read_until(terminal: int, wanted: str) -> str:
    said = ""
    while wanted not in said:
        said += os.read(terminal, 1024).decode()
    return said
