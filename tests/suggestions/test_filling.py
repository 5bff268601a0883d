"""Placeholders are filled once, in one pass, and what is left to type can be taken for nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cminbox.suggestions.filling import CLOSES, KNOWN, OPENS, Blank, fill, mark, placeholders, unfilled

names = st.text("abcdefghij xyzéà", min_size=1, max_size=12).map(str.strip).filter(bool)
bodies = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(["{", "}", "{{", "}}", "{name}", "{order?}", "{ }", "{?}", "{a b?}", OPENS, CLOSES, "\n"]),
    ),
    max_size=12,
).map("".join)


def test_known_placeholders_get_their_values_and_others_become_blanks() -> None:
    filled = fill("Hello {name}, your order {order?} of {day}.", {"name": "Ana"})
    assert filled.text == f"Hello Ana, your order {mark('order')} of {mark('day')}."
    assert [filled.text[blank.start : blank.end] for blank in filled.blanks] == [mark("order"), mark("day")]
    assert [blank.name for blank in filled.blanks] == ["order", "day"]


def test_a_value_may_be_given_for_what_would_be_asked() -> None:
    assert fill("Order {order?}", {"order": "12"}).text == "Order 12"


def test_an_empty_value_leaves_a_blank() -> None:
    assert fill("{hours}", {"hours": ""}).blanks == (Blank("hours", 0, len(mark("hours"))),)


def test_doubled_braces_are_braces_and_lone_ones_stay() -> None:
    assert fill("{{name}} {{}} { } } {", {"name": "Ana"}).text == "{name} {} { } } {"
    assert fill("{{{name}}}", {"name": "Ana"}).text == "{Ana}"


def test_blanks_around_a_name_make_no_difference() -> None:
    assert fill("{ name } { order ? }", {"name": "Ana"}).text == f"Ana {mark('order')}"


def test_braces_over_several_lines_or_without_end_are_text() -> None:
    for body in ("{na\nme}", "{" + "x" * 61 + "}", "{name", "name}", "{}", "{?}"):
        assert fill(body, {"name": "Ana"}).text == body


@given(bodies, st.dictionaries(names, st.text(max_size=20)))
def test_what_a_value_holds_is_never_expanded(body: str, values: dict[str, str]) -> None:
    values = {**values, "name": "{order?}{{name}}{name}"}
    text = fill(f"{body}\n{{name}}", values).text
    assert text.endswith("\n{order?}{{name}}{name}")


@given(bodies, st.dictionaries(names, st.text(max_size=20)))
def test_the_blanks_are_just_what_is_unfilled_in_the_text(body: str, values: dict[str, str]) -> None:
    filled = fill(body, values)
    assert filled.blanks == unfilled(filled.text)


@given(st.text(), st.text())
def test_a_hostile_value_can_neither_be_a_mark_nor_break_one(before: str, value: str) -> None:
    filled = fill("{name} {order?}", {"name": f"{before}{OPENS}order{value}{CLOSES}"})
    assert [blank.name for blank in filled.blanks] == ["order"]


@given(st.text().filter(lambda text: OPENS not in text and CLOSES not in text))
def test_no_text_that_people_type_counts_as_unfilled(text: str) -> None:
    assert unfilled(text) == ()
    assert unfilled(f"{{name}} {{order?}} {text}") == ()


def test_half_a_mark_counts_as_unfilled() -> None:
    assert [blank.name for blank in unfilled(f"a {OPENS}ord b")] == [OPENS]
    assert [blank.name for blank in unfilled(f"ord{CLOSES} b {mark('x')}")] == [CLOSES, "x"]


@given(st.text())
def test_doubling_braces_makes_any_text_stand_for_itself(text: str) -> None:
    body = text.replace("{", "{{").replace("}", "}}")
    assert fill(body, {"name": "Ana"}).text == text.replace(OPENS, "[").replace(CLOSES, "]")


def test_placeholders_are_told_with_their_places() -> None:
    body = "Hi {name}, {order number?} {{x}} {nme}"
    found = placeholders(body)
    assert [(one.name, one.free, one.dead) for one in found] == [
        ("name", False, False),
        ("order number", True, False),
        ("nme", False, True),
    ]
    assert [body[one.start : one.end] for one in found] == ["{name}", "{order number?}", "{nme}"]
    assert not any(one.dead for one in placeholders(" ".join(f"{{{name}}}" for name in KNOWN)))
