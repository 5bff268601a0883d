"""What suggestions cost and find, beside rapidfuzz's own scorers and SQLite's full-text search.

    python tests/benchmarks/suggestions.py [FOLDER] [--sizes 150,1000,10000] [--limit N] [--starts 7]

The first table is processor time in scans: one scan is one `rapidfuzz.process.extract` with token_set_ratio over every
title and example of the same library, in the same run. It is checked against the bounds below, because such ratios
travel between machines; milliseconds are printed alone. Each size has a process of its own, whose peak memory, with
Python and rapidfuzz in it, is checked too.

The second part starts the screen in turns with and without suggestions: they load after the first paint, so that both
show their first row alike.

With a FOLDER of sets the next table is recall@1 / recall@3 by the number of examples per reply, the mean of the sets;
the last says how well each way knows when to be silent. A set is a JSON file with `name`, `replies` (`id`, `title`,
`shortcut`, `tags`, `body`, `lang`, `examples`), `queries` (`text`, `reply`, `lang`) and, where there are some,
`out_of_scope`: messages (`text`, `lang`) that no reply answers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sqlite3
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "screen")]

from rapidfuzz import fuzz, process  # noqa: E402 - beside the line above
from stage.terminal import Terminal  # noqa: E402 - as above

from cminbox.suggestions.cleaning import words_of  # noqa: E402 - found through the line above
from cminbox.suggestions.engine import Engine  # noqa: E402 - as above
from cminbox.suggestions.entries import Entry  # noqa: E402 - as above

SIZES = (150, 1_000, 10_000)
EXAMPLES = (0, 1, 3, 5, 10)
SILENT = 5
PHRASES = 5
ASKED = 60
SCANNED = 15
BOUNDS = {1_000: 0.40, 10_000: 0.15}
"""How many scans a suggestion may take, by the size of the library."""
LOAD_BOUND = 60
"""How many scans the loading of the largest library may take."""
MEMORY_BOUND = 300
"""Megabytes that a process may take with the largest library in it, the yardstick included."""
START_BOUND = 1.15
"""How much longer, in the middle of several runs, the first row may take where suggestions are to follow."""
SCORERS = (fuzz.WRatio, fuzz.partial_ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio)
LEXICON = ROOT / "src" / "cminbox" / "suggestions" / "lexicon"

Find = Callable[[str, str], list[tuple[str, float]]]
"""Returns what was found for a message and its language, the best first, with scores of its own kind."""


@dataclass(frozen=True, slots=True)
class Query:
    """A message, its language and the reply that is right."""

    text: str
    lang: str
    reply: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A library with messages to it."""

    name: str
    entries: list[Entry]
    queries: list[Query]
    strange: list[Query]
    """Messages that no reply answers."""


def main() -> int:
    """Measure and print; 1 when a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="sets of labelled messages")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="library sizes to measure, from small on")
    parser.add_argument("--limit", type=int, default=None, help="messages of each set, all by default")
    parser.add_argument("--starts", type=int, default=7, help="starts of the screen of each kind; 0 for none")
    given = parser.parse_args()
    broken = [fault for size in given.sizes.split(",") if size for fault in alone(int(size))]
    if given.starts:
        broken += starts(given.starts)
    if given.folder:
        sets = list(read_sets(given.folder, given.limit))
        recalls(sets)
        for one in sets:
            if one.strange:
                silence(one)
    for fault in broken:
        print(f"too much: {fault}")
    return 1 if broken else 0


def alone(size: int) -> list[str]:
    """Measure a library in a process of its own, so that its memory is its own; return the bounds that do not hold."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(cost, size).result()


def cost(size: int) -> list[str]:
    """Print what a library of so many replies costs; return the bounds that do not hold."""
    chance = random.Random(size)
    entries, messages = invented(size, chance)
    engine = Engine()
    kept = Kept()
    loading = spent(lambda: engine.load(entries, store=kept))
    engine = Engine()
    again = spent(lambda: engine.load(entries, store=kept))
    engine.suggest(messages[0], "en")  # what is loaded by the first message is not what each costs
    suggesting = spent(lambda: [engine.suggest(text, "en") for text in messages]) / len(messages)
    names = [chance.choice(entries).id for _ in messages]
    picking = spent(lambda: pick_all(engine, messages, names)) / len(messages)
    phrases = [text.lower() for entry in entries for text in (entry.title, *entry.examples)]
    scan = spent(lambda: [scanned(text, phrases) for text in messages[:SCANNED]]) / SCANNED
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:>6} replies x {PHRASES} examples: suggest {suggesting / scan:.3f} scans ({1000 * suggesting:.2f} ms), "
        f"pick {picking / scan:.3f}, load {loading / scan:.0f} ({1000 * loading:.0f} ms), "
        f"next start {again / scan:.1f} ({1000 * again:.0f} ms, {len(kept.data or b'') / 1e6:.1f} MB kept); "
        f"scan {1000 * scan:.1f} ms; {megabytes:.0f} MB",
        flush=True,
    )
    bounds = [
        (f"a suggestion among {size}", suggesting, BOUNDS.get(size, float("inf")) * scan),
        (f"a pick among {size}", picking, suggesting),
        (f"loading {size}", loading, (LOAD_BOUND if size in BOUNDS else float("inf")) * scan),
        (f"loading {size} at the next start", again, loading / 2),
        (f"the memory for {size}", megabytes, MEMORY_BOUND),
    ]
    return [what for what, found, bound in bounds if found > bound]


class Kept:
    """What the engine keeps of a library for the next start, in memory: only the work is to be measured."""

    def __init__(self) -> None:
        self.data: bytes | None = None

    def get(self) -> bytes | None:
        """Return what was kept."""
        return self.data

    def put(self, data: bytes) -> None:
        """Keep something."""
        self.data = data


def starts(runs: int) -> list[str]:
    """Print when the first row is seen with and without suggestions, and when they are; return what is too late."""
    plain: list[float] = []
    suggesting: list[float] = []
    offered: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        start(folder)  # the workspace is made by the first
        for _ in range(runs):
            plain.append(start(folder)[0])
            first, all_ = start(folder, "--suggest")
            suggesting.append(first)
            offered.append(all_)
    ratio = median(suggesting) / median(plain)
    print(
        f"first row: {1000 * median(plain):.0f} ms, where suggestions follow {1000 * median(suggesting):.0f} ms"
        f" (ratio {ratio:.2f}); suggestions stand after {1000 * median(offered):.0f} ms",
        flush=True,
    )
    return ["the first row where suggestions follow"] if ratio > START_BOUND else []


def start(folder: str, *options: str) -> tuple[float, float]:
    """Return after how many seconds the first row and, where they are asked for, the suggestions stand there."""
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen")))
    environment = {**os.environ, "PYTHONPATH": paths, "TERM": "xterm-256color"}
    began = time.perf_counter()
    command = [sys.executable, "-m", "stage.play", folder, *options]
    with Terminal(command, environment, columns=120, lines=40) as terminal:
        terminal.shows("@ana")
        first = time.perf_counter() - began
        if options:
            terminal.until(lambda: re.search(r"\b1 \d\d ", terminal.text) is not None, "a suggestion")
        return first, time.perf_counter() - began


def pick_all(engine: Engine, messages: Sequence[str], names: Sequence[str]) -> None:
    """Let the engine learn a pick for each message."""
    for text, name in zip(messages, names, strict=True):
        engine.pick(text, name, "en")


def scanned(text: str, phrases: Sequence[str]) -> object:
    """Do what a program without an engine would do."""
    return process.extract(text.lower(), phrases, scorer=fuzz.token_set_ratio, limit=10)


def spent(act: Callable[[], object]) -> float:
    """Return the processor time of an act, in seconds."""
    start = time.process_time()
    act()
    return time.process_time() - start


def invented(size: int, chance: random.Random) -> tuple[list[Entry], list[str]]:
    """Return replies and messages of English words, everyday words far more often than others."""
    common = everyday()
    rare = [word for word in concepts() if word not in set(common)]

    def phrase(length: int) -> str:
        return " ".join(chance.choice(common if chance.random() < 0.6 else rare) for _ in range(length))

    entries = [
        Entry(
            str(number),
            phrase(4),
            f"r{number}",
            (chance.choice(rare),),
            phrase(18),
            "en",
            tuple(phrase(chance.randint(4, 16)) for _ in range(PHRASES)),
        )
        for number in range(size)
    ]
    return entries, [f"Hello! {phrase(chance.randint(4, 16))} thanks" for _ in range(ASKED)]


def everyday() -> list[str]:
    """Return English words that are in every message."""
    text = (LEXICON / "everyday.txt").read_text(encoding="utf-8")
    english = text.partition("[fr grammar]")[0]
    return [word for line in english.splitlines() if line[:1] not in {"#", "["} for word in line.split()]


def concepts() -> list[str]:
    """Return English words that stand for something, with forms of them that no list has."""
    lines = (LEXICON / "concepts.txt").read_text(encoding="utf-8").splitlines()
    entries = [word for line in lines if ": " in line for word in line.partition(": ")[2].partition("|")[0].split()]
    stems = [entry.rstrip("*") for entry in entries if "_" not in entry]
    return [stem + ending for ending in ("", "ing", "ly", "um", "ax", "or", "ete") for stem in stems]


def read_sets(folder: Path, limit: int | None) -> Iterator[Labelled]:
    """Yield the sets of a folder."""
    for file in sorted(folder.glob("*.json")):
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        entries = [
            Entry(
                one["id"],
                one["title"],
                one["shortcut"],
                tuple(one["tags"]),
                one["body"],
                one["lang"],
                tuple(one["examples"]),
            )
            for one in data["replies"]
        ]
        queries = [Query(one["text"], one["lang"], one["reply"]) for one in data["queries"][:limit]]
        strange = [Query(one["text"], one["lang"], "") for one in data.get("out_of_scope", ())]
        yield Labelled(data["name"], entries, queries, strange)


def recalls(sets: Sequence[Labelled]) -> None:
    """Print how often the right reply comes first, and among three: of each set, then of each way in the mean."""
    head = "".join(f" {count} |" for count in EXAMPLES)
    print(f"\n| recall@1 / recall@3, examples per reply |{head}")
    print("|---|" + "---|" * len(EXAMPLES))
    for one in sets:
        print(row(f"cminbox, {one.name}", [recall(by_engine, one, count) for count in EXAMPLES]), flush=True)
    for name, make in ways():
        print(
            row(name, [middle(recall(make, one, count) for one in sets) for count in EXAMPLES]),
            flush=True,
        )


def row(name: str, found: Iterable[tuple[float, float]]) -> str:
    """Return a row of the table."""
    return f"| {name} |" + "".join(f" {100 * first:.1f} / {100 * three:.1f} |" for first, three in found)


def middle(found: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the means of pairs."""
    firsts, threes = zip(*found, strict=True)
    return mean(firsts), mean(threes)


def recall(make: Callable[[Sequence[Entry]], Find], one: Labelled, count: int) -> tuple[float, float]:
    """Return recall@1 and recall@3 with so many examples per reply."""
    find = make([replace(entry, examples=entry.examples[:count]) for entry in one.entries])
    found = [([name for name, _ in find(query.text, query.lang)], query.reply) for query in one.queries]
    return mean(reply in names[:1] for names, reply in found), mean(reply in names[:3] for names, reply in found)


def silence(one: Labelled) -> None:
    """Print how well the first score tells a message that a reply answers from one that none does."""
    print(f"\n| {one.name}, {SILENT} examples | AUROC | strangers shown where 90 % of the others are |\n|---|---|---|")
    for name, make in ways():
        find = make([replace(entry, examples=entry.examples[:SILENT]) for entry in one.entries])
        asked, strange = ([first_score(find, query) for query in some] for some in (one.queries, one.strange))
        ordered = sorted(strange)
        below = [bisect_left(ordered, score) + bisect_right(ordered, score) for score in asked]
        bar = sorted(asked)[len(asked) // 10]
        shown = mean(score >= bar for score in strange)
        print(f"| {name} | {mean(below) / 2 / len(strange):.3f} | {100 * shown:.0f} % |", flush=True)


def first_score(find: Find, query: Query) -> float:
    """Return the best score for a message, less than any where nothing is found."""
    found = find(query.text, query.lang)
    return found[0][1] if found else float("-inf")


def ways() -> Iterator[tuple[str, Callable[[Sequence[Entry]], Find]]]:
    """Yield the ways to find a reply, by name."""
    yield "cminbox", by_engine
    for scorer in SCORERS:
        yield f"rapidfuzz {scorer.__name__}", by_scorer(scorer)
    yield "SQLite FTS5, bm25", by_full_text


def by_engine(entries: Sequence[Entry]) -> Find:
    """Find with the engine."""
    engine = Engine()
    engine.load(entries)
    return lambda text, lang: [(one.reply, one.score) for one in engine.suggest(text, lang).suggestions]


def by_scorer(scorer: Callable[..., float]) -> Callable[[Sequence[Entry]], Find]:
    """Find with a scorer of rapidfuzz: a reply is as good as the best of its title, tags and examples."""

    def make(entries: Sequence[Entry]) -> Find:
        owners = [(text.lower(), entry.id) for entry in entries for text in (entry.title, *entry.tags, *entry.examples)]
        texts = [text for text, _ in owners]

        def find(text: str, _lang: str) -> list[tuple[str, float]]:
            best = process.extract(text.lower(), texts, scorer=scorer, limit=60)
            found: dict[str, float] = {}
            for _, score, at in best:
                found.setdefault(owners[at][1], score)
            return list(found.items())

        return find

    return make


def by_full_text(entries: Sequence[Entry]) -> Find:
    """Find with SQLite: a reply is one document, a message asks for any of its words."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE replies USING fts5(name UNINDEXED, said, tokenize='unicode61')")
    said = [
        (entry.id, " ".join(words_of(" . ".join((entry.title, *entry.tags, entry.body, *entry.examples)))))
        for entry in entries
    ]
    database.executemany("INSERT INTO replies VALUES (?, ?)", said)

    def find(text: str, _lang: str) -> list[tuple[str, float]]:
        wanted = " OR ".join(f'"{word}"' for word in words_of(text))
        if not wanted:
            return []
        query = "SELECT name, -bm25(replies) FROM replies WHERE replies MATCH ? ORDER BY bm25(replies), rowid LIMIT 10"
        return database.execute(query, (wanted,)).fetchall()

    return find


if __name__ == "__main__":
    sys.exit(main())
