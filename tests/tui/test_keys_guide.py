"""The guide's tables of keys, held against the registry. `python tests/tui/test_keys_guide.py` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from cminbox.domain.grammar import NAMES, parse_filter
from cminbox.tui.actions import ACTIONS, Action, Place
from cminbox.tui.keymap import Keymap
from cminbox.tui.wording import key_name

GUIDE = Path(__file__).resolve().parents[2] / "src" / "cminbox" / "guide" / "keys.md"
START, END = "<!-- tables -->\n", "<!-- end of tables -->\n"
TITLES = {
    Place.QUEUE: "In the queue",
    Place.THREAD: "In the thread",
    Place.COMPOSER: "While you write",
    Place.PROMPT: "In a line that asks something",
    Place.HELP: "In the help",
    Place.OUTBOX: "Among the replies",
    Place.ACCOUNTS: "Among the accounts",
    Place.WELCOME: "On the first screen",
    Place.CANNED: "Among the canned replies",
}


def row(action: Action) -> str:
    keys = " ".join(f"`{key_name(key)}`" for key in Keymap().keys(action)) or "`:`"
    return f"| {keys.replace('|', chr(92) + '|')} | {action.help} | `{action.id}` |"


def tables() -> str:
    """Return a table for each place; what works as in the queue is not told twice."""
    lines: list[str] = []
    queue = [one for one in ACTIONS if Place.QUEUE in one.places]
    for place in Place:
        here = [one for one in ACTIONS if place in one.places and (place is Place.QUEUE or one not in queue)]
        if here:
            title = TITLES.get(place, f"In the {place.name.lower()}")
            lines += [f"### {title}", "", "| keys | do | action |", "| --- | --- | --- |", *map(row, here), ""]
    return "\n".join(lines)


def told() -> str:
    return GUIDE.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_registry() -> None:
    assert told().partition(START)[2].partition(END)[0] == tables(), "run python tests/tui/test_keys_guide.py"


def test_every_term_of_the_grammar_is_told_and_every_example_is_a_filter() -> None:
    terms = told().partition("| term | shows |")[2].partition("\n\n")[0]
    examples = [one for line in terms.splitlines()[2:] for one in re.findall(r"`([^`]+)`", line.split(" | ")[0])]
    for one in examples:
        assert parse_filter(one).selective or parse_filter(one).order is not None, one
    assert {f"{name}:" for name in NAMES} <= {f"{one.split(':')[0]}:" for one in examples}


def test_the_actions_of_the_example_exist() -> None:
    example = told().partition("[keys]\n")[2].partition("```")[0]
    assert {line.split(" = ")[0] for line in example.splitlines() if line} <= {one.id for one in ACTIONS}


if __name__ == "__main__":
    before, _, rest = told().partition(START)
    GUIDE.write_text(f"{before}{START}{tables()}{END}{rest.partition(END)[2]}", encoding="utf-8")
