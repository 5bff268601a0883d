from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cminbox.inbox.arithmetic import answers
from cminbox.sla.protocol import LONGEST_LINE, Answer, Protocol

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {"tz": "Europe/Paris", "hours": WEEK}
ADD = {"id": 1, "op": "add", "schedule": OFFICE, "start": "2026-06-10T08:00:00Z", "seconds": 3600}
STORY = {
    "id": 1,
    "op": "scenario",
    "policies": {"p": {"schedule": None, "targets": {"frt": 3600}}},
    "policy": "p",
    "events": [{"t": "2026-06-10T08:00:00Z", "type": "inbound"}],
    "checks": [{"at": "2026-06-10T08:30:00Z"}],
}


def ask(request: object) -> Answer:
    return Protocol().answer(json.dumps(request).encode())


def error(request: object) -> str:
    answer = ask(request)
    assert answer.result is None
    assert answer.error is not None
    return str(answer.error)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"op": "subtract"}, "subtract is no operation; there are add, between, is_open, next_open, closing, scenario"),
        ({"op": ["add"]}, "['add'] is no operation; there are add, between, is_open, next_open, closing, scenario"),
        ({"start": None}, "“start” is no instant such as 2026-11-20T09:15:00Z: None"),
        ({"start": "2026-06-10"}, "“start” is no instant such as 2026-11-20T09:15:00Z: 2026-06-10"),
        ({"start": "2026-06-10T08:00:00"}, "“start” is no instant such as 2026-11-20T09:15:00Z: 2026-06-10T08:00:00"),
        ({"start": "2026-02-30T08:00:00Z"}, "“start” is no instant such as 2026-11-20T09:15:00Z: 2026-02-30T08:00:00Z"),
        ({"seconds": -1}, "“seconds” is no number of seconds from 0 on: -1"),
        ({"seconds": True}, "“seconds” is no number of seconds from 0 on: True"),
        ({"seconds": "60"}, "“seconds” is no number of seconds from 0 on: 60"),
        ({"schedule": 7}, "“schedule” is not an object"),
        ({"schedule": {"hours": WEEK}}, "“tz” is missing"),
        ({"schedule": OFFICE | {"tz": "Mars/Base"}}, "“tz” is no time zone such as Europe/Paris or UTC: Mars/Base"),
        ({"schedule": OFFICE | {"tz": "../../etc/passwd"}}, "“tz” is no time zone such as Europe/Paris or UTC: "),
        ({"schedule": OFFICE | {"tz": "Europe"}}, "“tz” is no time zone such as Europe/Paris or UTC: Europe"),
        ({"schedule": {"tz": "UTC", "hours": {"monday": []}}}, "“hours” has no day monday; the days are mon, tue, "),
        ({"schedule": {"tz": "UTC", "hours": {"mon": "9-5"}}}, "“hours.mon” is not a list"),
        ({"schedule": {"tz": "UTC", "hours": {"mon": [["09:00"]]}}}, "“hours.mon” needs pairs such as "),
        ({"schedule": {"tz": "UTC", "hours": {"mon": [["24:00", "09:00"]]}}}, "“hours.mon”: a window cannot open at "),
        ({"schedule": {"tz": "UTC", "hours": {"mon": [["09:60", "10:00"]]}}}, "“hours.mon” has no time of day from "),
        ({"schedule": {"tz": "UTC", "hours": {"mon": [["09:00", "24:01"]]}}}, "“hours.mon” has no time of day from "),
        ({"schedule": {"tz": "UTC", "hours": {}}}, "This schedule never opens: it has no hours on any day"),
        ({"schedule": {"tz": "UTC"}}, "This schedule never opens: it has no hours on any day"),
        ({"schedule": OFFICE | {"holidays": ["--02-30"]}}, "“holidays” has no date such as 2026-12-25 or --12-25: "),
        ({"schedule": OFFICE | {"shifts": {"tomorrow": []}}}, "“shifts” has no date such as 2026-12-25 or --12-25: "),
        ({"schedule": OFFICE | {"breaks": [1]}}, "“breaks” is not an object"),
    ],
)
def test_a_wrong_question_gets_a_sentence(changes: dict[str, object], says: str) -> None:
    assert error(ADD | changes).startswith(says)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"policy": "q"}, "There is no policy called q"),
        ({"policies": {"p": {"targets": {"soon": 1}}}}, "soon is no target; there are frt, nrt, resolution"),
        ({"policies": {"p": {"targets": {"frt": "1h"}}}}, "“targets.frt” is no number of seconds from 0 on: 1h"),
        ({"policies": {"p": {"targets": {}, "pause": {"frt": ["asleep"]}}}}, "asleep is no status; there are open, "),
        ({"events": [{"t": "2026-06-10T08:00:00Z"}]}, "“type” is missing"),
        ({"events": [{"t": "2026-06-10T08:00:00Z", "type": "like"}]}, "like is no type of event; there are inbound, "),
        ({"events": [{"t": "2026-06-10T08:00:00Z", "type": "inbound_deleted"}]}, "“ref” is missing"),
        ({"events": [{"type": "note"}]}, "“t” is missing"),
        ({"events": {}}, "“events” is not a list"),
        ({"checks": [7]}, "“check” is not an object"),
    ],
)
def test_a_wrong_story_gets_a_sentence(changes: dict[str, object], says: str) -> None:
    assert error(STORY | changes).startswith(says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"now", "This line is not JSON: Expecting value"),
        (b"\xff\xfe", "This line is not UTF-8 text"),
        (b"[1]", "“request” is not an object"),
        (b'{"id":1,"seconds":NaN}', "NaN is no JSON number"),
        (b'{"id":' + b"1" * 5000 + b"}", "This line holds a number that is too large"),
        (b'{"id":1e999}', "“id” is neither a text nor a number"),
        (b'{"id":{}}', "“id” is neither a text nor a number"),
        (b"[" * 100_000, "This line is nested too deeply or holds a number that is too large"),
        (b" " * (LONGEST_LINE + 1), "This line is longer than 8 MB"),
    ],
)
def test_what_is_no_question_gets_a_sentence_and_no_id(line: bytes, says: str) -> None:
    answer = Protocol().answer(line)
    assert (answer.id, str(answer.error)) == (None, says)


def test_a_line_without_end_does_not_hide_the_next_one() -> None:
    stream = io.BytesIO(b"x" * (2 * LONGEST_LINE + 9) + b"\n\n" + json.dumps(ADD).encode())
    assert [str(one.error or one.result) for one in answers(stream)] == [
        "This line is longer than 8 MB",
        "2026-06-10T09:00:00Z",
    ]


@pytest.mark.parametrize(
    ("schedule", "op"),
    [
        ({"tz": "UTC", "hours": {}, "shifts": {"2020-01-01": [["09:00", "10:00"]]}}, "next_open"),
        ({"tz": "UTC", "hours": {}, "shifts": {"2020-01-01": [["09:00", "10:00"]]}}, "add"),
        ({"tz": "UTC", "hours": WEEK, "holidays": [f"--{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 29)]
          + ["--01-29", "--01-30", "--01-31", "--02-29"]
          + [f"--{m:02}-{d}" for m in range(3, 13) for d in (29, 30, 31) if d < 31 or m not in {4, 6, 9, 11}]},
         "closing"),
        ({"tz": "UTC", "hours": {d: [["00:00", "24:00"]] for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}},
         "closing"),
    ],
    ids=["past shifts, opening", "past shifts, adding", "every day a holiday", "never closes"],
)  # fmt: skip
def test_what_never_comes_is_said_within_a_second(schedule: dict[str, Any], op: str) -> None:
    began = time.process_time()
    said = error({"id": 1, "op": op, "schedule": schedule, "start": "2026-06-10T08:00:00Z", "seconds": 1,
                  "at": "2026-06-10T08:00:00Z"})  # fmt: skip
    assert said in {
        "This schedule never opens again",
        "A schedule around the clock never closes",
        "The answer lies outside of any calendar",
    }
    assert time.process_time() - began < 1


def test_the_longest_span_takes_no_minute() -> None:
    began = time.process_time()
    request = ADD | {"op": "between", "start": "1900-02-01T00:00:00Z", "end": "2399-11-01T00:00:00Z"}
    assert ask(request).error is None
    assert error(ADD | {"seconds": 10**11}) == "The answer lies outside of any calendar"
    assert time.process_time() - began < 20


def test_no_schedule_is_around_the_clock() -> None:
    always = ADD | {"schedule": None, "at": "2026-06-13T03:00:00Z", "end": "2026-06-10T09:30:00.500Z"}
    results = {op: ask(always | {"op": op}).result for op in ("add", "between", "is_open", "next_open")}
    assert results == {
        "add": "2026-06-10T09:00:00Z",
        "between": 5400.5,
        "is_open": True,
        "next_open": "2026-06-13T03:00:00Z",
    }
    assert error(always | {"op": "closing"}) == "A schedule around the clock never closes"
    assert error({name: value for name, value in ADD.items() if name != "schedule"}) == "“schedule” is missing"


def test_an_answer_is_there_before_the_next_question_is_asked() -> None:
    command = [sys.executable, "-P", "-m", "cminbox", "sla", "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=os.sep) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for number in range(3):
            program.stdin.write(json.dumps(ADD | {"id": number}).encode() + b"\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline()) == {"id": number, "result": "2026-06-10T09:00:00Z"}
        program.stdin.close()
        assert program.wait() == 0


def test_the_words_of_an_id_come_back_as_they_were() -> None:
    strange = "\ud800 \x1b[31m \u202e é"
    command = [sys.executable, "-P", "-m", "cminbox", "sla", "--jsonl"]
    line = json.dumps(ADD | {"id": strange}) + "\n"
    done = subprocess.run(command, input=line.encode(), capture_output=True, check=True, cwd=os.sep)
    assert json.loads(done.stdout)["id"] == strange
    assert b"\x1b" not in done.stdout


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
        ["UTC", "09:00", "24:00", "2026-06-10", "--12-25", "2026-06-10T08:00:00Z", "mon", "frt", "p", "inbound", "open"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["tz", "hours", "mon", "shifts", "breaks", "holidays", "2026-06-10", "p", "targets", "frt", "t",
                         "pause", "type", "status", "policy", "ref", "id", "seen_at", "result", "at", "schedule"]),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
names = st.sampled_from(["schedule", "start", "end", "at", "seconds", "policies", "policy", "events", "checks"])


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from([ADD, STORY]), st.dictionaries(names, values, max_size=3), st.sampled_from(["", "add", "closing"])
)
def test_every_line_gets_a_result_or_a_sentence(base: dict[str, object], spoiled: dict[str, object], op: str) -> None:
    request = base | spoiled | ({"op": op} if op else {})
    answer = Protocol().answer(json.dumps(request).encode())
    assert (answer.result is None) is not (answer.error is None)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_break_it(line: bytes) -> None:
    assert Protocol().answer(line).error is not None
