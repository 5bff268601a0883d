"""Worked examples, each through the real command: those of other systems' specifications, and ours for every rule."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def read(name: str) -> list[dict[str, Any]]:
    examples: list[dict[str, Any]] = json.loads((HERE / f"{name}.json").read_text())
    return [example | {"file": name} for example in examples]


HOURS = read("business_hours") + read("derived_business_hours")
SCENARIOS = read("scenarios") + read("derived_scenarios")
EXAMPLES = HOURS + [scenario | {"op": "scenario"} for scenario in SCENARIOS]


def named(example: dict[str, Any]) -> str:
    return f"{example['file']}-{example['id']}"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every answer by the name of its example, from one run of the program."""
    lines = "".join(json.dumps(example | {"id": named(example)}) + "\n" for example in EXAMPLES)
    command = [sys.executable, "-P", "-m", "cminbox", "sla", "--jsonl"]
    folder = tmp_path_factory.mktemp("nowhere")
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, cwd=folder)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in found] == [named(example) for example in EXAMPLES]
    return {one["id"]: one.get("result", one) for one in found}


@pytest.mark.parametrize("example", HOURS, ids=named)
def test_business_hours_come_out_to_the_second(example: dict[str, Any], answers: dict[str, Any]) -> None:
    assert answers[named(example)] == example["expect"]


@pytest.mark.parametrize("example", SCENARIOS, ids=named)
def test_a_conversation_comes_out_to_the_second(example: dict[str, Any], answers: dict[str, Any]) -> None:
    assert answers[named(example)] == [{"at": check["at"]} | check["expect"] for check in example["checks"]]
