"""How things are named and written: URNs in addresses, the form of posts, the calendar of versions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from cminbox.domain.message import Kind
from cminbox.domain.network import PROFILES, WORDS, Capability
from cminbox.network_kit.reading import Shape
from cminbox.networks.linkedin import NETWORK
from cminbox.networks.linkedin.account import LinkedinAccount
from cminbox.networks.linkedin.little import plain_of
from cminbox.networks.linkedin.urns import comment_name, encoded, is_comment, is_post, listed, permalink, record
from cminbox.networks.linkedin.versions import ANNOUNCED, end_of
from cminbox.simulators.linkedin.views import little

LONG = "urn:li:comment:(urn:li:activity:7094637247890620418,7094977717598625792)"
SHORT = "urn:li:comment:(activity:7094637247890620418,7094977717598625792)"


def at(day: str) -> int:
    return round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def test_the_short_name_of_a_comment_is_the_same_comment() -> None:
    assert comment_name(SHORT, "x").urn == comment_name(LONG, "x").urn == LONG
    assert comment_name(SHORT, "x").thread == "urn:li:activity:7094637247890620418"


@pytest.mark.parametrize("odd", ["", "urn:li:comment:", "urn:li:comment:(urn:li:activity:1)", f"{LONG} ", LONG.upper()])
def test_what_names_no_comment_is_told_apart(odd: str) -> None:
    assert not is_comment(odd)
    with pytest.raises(Shape):
        comment_name(odd, "x")


def test_a_post_is_no_comment_and_no_person() -> None:
    assert is_post("urn:li:share:1")
    assert is_post("urn:li:ugcPost:1")
    assert not is_post(LONG)
    assert not is_post("urn:li:person:1")


def test_values_are_encoded_and_the_signs_between_them_are_not() -> None:
    assert encoded(LONG) == (
        "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7094637247890620418%2C7094977717598625792%29"
    )
    assert listed(["COMMENT", "a,b"]) == "List(COMMENT,a%2Cb)"
    assert record(actor="urn:li:organization:1", entity="urn:li:share:2") == (
        "(actor:urn%3Ali%3Aorganization%3A1,entity:urn%3Ali%3Ashare%3A2)"
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_a_list_can_be_taken_apart_again(values: list[str]) -> None:
    inner = listed(values).removeprefix("List(").removesuffix(")")
    assert [unquote(one) for one in inner.split(",")] == values


def test_a_comment_has_its_address_on_the_website() -> None:
    assert permalink(LONG) == (
        "https://www.linkedin.com/feed/update/urn:li:activity:7094637247890620418/"
        "?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7094637247890620418%2C7094977717598625792%29"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain words", "plain words"),
        (r"1 \< 2 \(yes\) \\ \#no", r"1 < 2 (yes) \ #no"),
        ("Thanks @[Acme \\(Shop\\)](urn:li:organization:5515715)!", "Thanks Acme (Shop)!"),
        (r"{hashtag|\#|launch\_day} today", "#launch_day today"),
        ("{hashtag|#|sale}", "#sale"),
        ("@[open", "@[open"),
        ("ends with \\", "ends with \\"),
    ],
)
def test_the_form_of_posts_is_read(written: str, shown: str) -> None:
    assert plain_of(written) == shown


@given(st.text())
def test_what_is_written_in_the_form_of_posts_is_what_was_typed(typed: str) -> None:
    assert plain_of(little(typed)) == typed


def test_a_version_ends_as_announced_or_a_year_after_its_month() -> None:
    assert end_of("202603") == date(2027, 3, 16)
    assert end_of("202607") == date(2027, 7, 15)
    assert end_of("202512.01") == date(2026, 12, 15)
    assert all(date.fromisoformat(day) >= date(int(name[:4]) + 1, int(name[4:]), 1) for name, day in ANNOUNCED.items())


@pytest.mark.parametrize("odd", ["", "2026", "202613", "v202607", "20260701", "199901"])
def test_what_is_no_version_is_refused_as_a_setting(odd: str) -> None:
    with pytest.raises(ValidationError):
        LinkedinAccount(
            organization_id="1",
            client_id="c",
            client_secret=SecretStr("s"),
            access_token=SecretStr("t"),
            api_version=odd,
        )


def test_the_manifest_says_what_may_be_kept_and_what_there_is_not() -> None:
    manifest = NETWORK.manifest
    assert manifest.kept_for == {WORDS: 48 * 3600, PROFILES: 24 * 3600}
    assert "no program" in (manifest.why_not(Capability.DMS) or "")
    assert manifest.why_not(Capability.HIDE)
    assert {limit.maximum for kind in (Kind.COMMENT, Kind.MENTION) for limit in manifest.limits[kind]} == {1250}
    assert manifest.api_ends == end_of(manifest.api_version).isoformat()
