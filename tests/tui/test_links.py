"""Where links really lead."""

from __future__ import annotations

import pytest
from stage.opening import NOON

from cminbox.domain.conversation import StoredMessage
from cminbox.domain.message import Kind, Person
from cminbox.tui.browser import is_local
from cminbox.tui.links import MOST, Link, Oddity, by_number, link_of, links_in, numbered


def message(number: int, text: str, *, deleted: bool = False) -> StoredMessage:
    return StoredMessage(
        number,
        str(number),
        Kind.MENTION,
        Person("p", "p"),
        text,
        NOON,
        NOON,
        ours=False,
        parent=None,
        permalink=None,
        attachments=(),
        rating=None,
        lang=None,
        edited_at=None,
        deleted_at=NOON if deleted else None,
    )


def only(text: str) -> Link:
    (found,) = links_in(text)
    return found


def test_a_link_has_its_host_apart_from_what_follows() -> None:
    link = only("look at https://shop.example/a/b?c=d, please")
    assert (link.host, link.rest, link.oddity) == ("shop.example", "/a/b?c=d", None)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/wiki_(cup)", "https://a.example/wiki_(cup)"),
        ("Is it https://a.example/x?!", "https://a.example/x"),
        ("«https://a.example/»", "https://a.example/"),
    ],
)
def test_the_punctuation_around_a_link_is_none_of_it(text: str, url: str) -> None:
    assert only(text).url == url


def test_a_host_in_two_alphabets_is_told_and_shown_as_machines_read_it() -> None:
    link = only("https://p\u0430ypal.com/login")
    assert link.oddity is Oddity.MIXED_SCRIPTS
    assert link.ascii_host == "xn--pypal-4ve.com"


def test_a_host_that_travels_as_ascii_is_read_back() -> None:
    link = only("https://xn--pypal-4ve.com/")
    assert (link.host, link.oddity) == ("p\u0430ypal.com", Oddity.MIXED_SCRIPTS)


@pytest.mark.parametrize("host", ["日本のショップ.example", "bücher.example", "почта.example"])
def test_a_host_in_one_way_of_writing_is_nothing_odd(host: str) -> None:
    assert only(f"https://{host}/").oddity is None


def test_a_text_that_names_another_host_than_its_target_is_told() -> None:
    link = only("log in at paypal.com/login <https://evil.example/x>")
    assert (link.host, link.oddity, link.said) == ("evil.example", Oddity.OTHER_TARGET, "paypal.com")


@pytest.mark.parametrize("text", ["see our shop <https://shop.example/>", "www.shop.example <https://shop.example/a>"])
def test_a_text_that_names_no_other_host_is_nothing_odd(text: str) -> None:
    assert only(text).oddity is None


def test_a_name_before_the_host_is_told() -> None:
    link = only("https://paypal.com@evil.example/x")
    assert (link.host, link.oddity, link.said) == ("evil.example", Oddity.NAME_IN_FRONT, "paypal.com")
    assert link.rest == "/x"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://[broken/",
        "https://a.example/\u202eevil",
        "https://a.example/\x1b]52;c;x",
        "http://a.example:99999/",
        "ftp://a.example/",
    ],
)
def test_what_is_no_clean_link_of_the_web_is_none(url: str) -> None:
    assert link_of(url) is None


def test_numbers_rise_in_reading_order_and_go_to_the_newest_links() -> None:
    messages = [message(n, f"https://a.example/{n} and https://b.example/{n}") for n in range(6)]
    links = by_number(messages)
    assert list(links) == list(range(1, MOST + 1))
    assert links[1].url == "https://b.example/1"
    assert links[9].url == "https://b.example/5"


def test_one_address_twice_in_a_message_has_one_number() -> None:
    assert len(by_number([message(1, "https://a.example https://a.example")])) == 1


def test_a_deleted_message_has_no_links() -> None:
    assert numbered([message(1, "https://a.example", deleted=True)]) == {}


def test_an_address_without_end_is_none() -> None:
    assert list(links_in(f"https://a.example/{')' * 100_000} https://b.example")) == [link_of("https://b.example")]


@pytest.mark.parametrize(
    ("environ", "local"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({}, False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
    ],
)
def test_a_browser_is_opened_only_where_the_person_would_see_it(environ: dict[str, str], *, local: bool) -> None:
    assert is_local(environ) is local
