"""Searching in other scripts: as people type them, with an input method's wide signs, and as texts really hold them.

What was decided: width never counts, nor how a character is put together; in texts that hold a script without blanks a
word is found anywhere, elsewhere at the beginning of a word; hiragana is not katakana, simplified is not traditional.
"""

# ruff: noqa: RUF001 - what input methods write is what is typed here

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import HOUR, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.grammar import parse_filter
from cminbox.domain.message import Kind
from cminbox.store import searching

if TYPE_CHECKING:
    from collections.abc import Iterator


def apart(text: str) -> str:
    """Return a text as some systems write it, every mark a character of its own."""
    return unicodedata.normalize("NFD", text)


CAST = (
    ("kenji", "田中　健二", "注文番号１２３４のiPhone15ケースはいつ届きますか"),
    ("yui", "ﾕｲ", "ｶﾞｽｺﾝﾛが壊れました"),
    ("gaku", "ガク", "ガスコンロの部品"),
    ("mao", "まお", apart("がんばって！")),
    ("wei", "王伟", "我的ＡＢＣ订单在哪里"),
    ("hana", "하나", "주문한 상품이 언제 오나요"),
    ("chul", apart("김철수"), apart("배송 문의")),
    ("ahmad", "أحمد علي", "أين طلبي؟ شكراً جزيلاً على الهدية"),
    ("dana", "דנה", "איפה ההזמנה שלי?"),
    ("fon", "น้ำฝน", "น้ำมันหมดแล้ว"),
    ("sam", "Sam", "A smart watch, number ５５１, please"),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("scripts") / "brand")
    account = stage.connect()
    for number, (handle, name, text) in enumerate(CAST):
        message = wrote(handle, text=text, kind=Kind.DM, by=handle, at=NOW - number * HOUR)
        stage.take(account, replace(message, author=replace(message.author, name=name)))
    yield stage
    stage.close()


@pytest.fixture(params=["few", "many"])
def narrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything count as few, or as many."""
    monkeypatch.setattr(searching, "FEW", 3000 if request.param == "few" else -1)


FOUND = [
    ("1234", {"kenji"}),
    ("１２３４", {"kenji"}),
    ("12", {"kenji"}),
    ("iphone", {"kenji"}),
    ("IPHONE15", {"kenji"}),
    ("ｉｐｈｏｎｅ", {"kenji"}),
    ("ケース", {"kenji"}),
    ("ｹｰｽ", {"kenji"}),
    ("ｹ", {"kenji"}),
    ("注文", {"kenji"}),
    ("注", {"kenji"}),
    ("注文　届き", {"kenji"}),
    ("ガス", {"yui", "gaku"}),
    ("ｶﾞｽ", {"yui", "gaku"}),
    ("ガ", {"yui", "gaku"}),
    ("ｶﾞ", {"yui", "gaku"}),
    ("コンロ", {"yui", "gaku"}),
    ("がすこんろ", set()),
    ("がんば", {"mao"}),
    (apart("がんば"), {"mao"}),
    ("abc", {"wei"}),
    ("ＡＢＣ", {"wei"}),
    ("订单", {"wei"}),
    ("订", {"wei"}),
    ("訂單", set()),
    ("주문", {"hana"}),
    ("주", {"hana"}),
    (apart("주문"), {"hana"}),
    ("배송", {"chul"}),
    (apart("문의"), {"chul"}),
    ("أين", {"ahmad"}),
    ("اين", {"ahmad"}),
    ("شكرا", {"ahmad"}),
    ("شكراً", {"ahmad"}),
    ("الهديه", {"ahmad"}),
    ("على", {"ahmad"}),
    ("علي", {"ahmad"}),
    ("ההזמנה", {"dana"}),
    ("איפה", {"dana"}),
    ("น้ำ", {"fon"}),
    ("มัน", {"fon"}),
    ("น", {"fon"}),
    ("551", {"sam"}),
    ("art", set()),
    ("from:健二", {"kenji"}),
    ("from：健二", {"kenji"}),
    ("ｆｒｏｍ：健", {"kenji"}),
    ("＠健", {"kenji"}),
    ("注文　＠健", {"kenji"}),
    ("from：＠健", {"kenji"}),
    ("−注文 ＠健", set()),
    ("kind：ｄｍ @健", {"kenji"}),
    ("@ｋｅｎｊｉ", {"kenji"}),
    ("@ﾕｲ", {"yui"}),
    ("@ユイ", {"yui"}),
    ("@ユ", {"yui"}),
    ("@王", {"wei"}),
    ("@김", {"chul"}),
    ("@김철수", {"chul"}),
    ("@احمد", {"ahmad"}),
    ("@أحمد", {"ahmad"}),
    ("@דנ", {"dana"}),
    ("@น้ำ", {"fon"}),
    ("kind：dm －注文 @健", set()),
    ("“我的ABC”", {"wei"}),
    ("＂smart watch＂", {"sam"}),
    ('"smart\nwatch"', {"sam"}),
    ('"art\nwatch"', set()),
]


@pytest.mark.parametrize(("typed", "wanted"), FOUND, ids=[typed for typed, _ in FOUND])
@pytest.mark.usefixtures("narrow")
def test_what_is_typed_in_a_script_finds_what_is_meant(told: Stage, typed: str, wanted: set[str]) -> None:
    page = told.workspace.queue.page(parse_filter(typed), now=NOW)
    assert {one.row.person.handle for one in page} == wanted
