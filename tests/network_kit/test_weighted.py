"""Weighted characters: reference vectors of the counting that X publishes, and what holds for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.network_kit.weighted import length, urls

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TENS = "xxxxxxxxxx-"
HIRAGANA = "あいうえおかきくけこ"
ALOHA = "https://www.twitter.com/aloha "
LONG_LABEL = "somesuperlongurl" * 20
POEM = "\u6545\u4eba\u897f\u8f9e\u9ec4\u9e64\u697c\uff0c\u70df\u3002" * 16
MARKS = " ".join(map(chr, [*range(0x2010, 0x2020), *range(0x2032, 0x2038)])).replace("\u2017", " \u2017")
SPACES = "".join(map(chr, range(0x2000, 0x200C)))


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Hi http://test.co", 26),
        ("http://test.co", 23),
        ("285 chars-" + TENS * 25, 285),
        ("285 chars- http://www.twitter.com/jack " + TENS * 24, 299),
        (TENS * 24 + " http://www.twitter.com/jack ", 289),
        (ALOHA * 10, 240),
        (POEM, 320),
        ("\U0001f637" * 160, 320),
        ("the" + POEM, 323),
        ("A\u0301B", 2),
        ("A\u05e9\u05bc\u05c1", 4),
        ("A\ufb2c", 4),
        ("282 chars-" + TENS * 24 + "xxxxxA\u0301x", 281),
        (f"H\U0001f431☺{FAMILY}", 7),
        ("\U0001f637\U0001f47e\U0001f621\U0001f525\U0001f4a9", 10),
        ("\U0001f64b\U0001f3fd\U0001f468\u200d\U0001f3a4", 4),
        (f"This is a tweet with general punctuation characters: {SPACES} {MARKS}", 110),
        (f"{LONG_LABEL}.com/foo https://{LONG_LABEL}.com/foo https://validurl.com", 320 + 8 + 1 + 8 + 320 + 8 + 1 + 23),
        ("randomurl" * 7 + "s.com", 68),
        (HIRAGANA * 12 + " http://" + HIRAGANA * 5 + "あいう.com", 358),
        (HIRAGANA * 12 + " http://" + HIRAGANA * 5 + "あい.com", 264),
        (FAMILY * 140, 280),
        (f"Unicode 10.0 emoji: \U0001f92a; \U0001f9d5; \U0001f9d5\U0001f3fe; {ENGLAND}", 34),
        ("Unicode 9.0 emoji: \U0001f920; \U0001f483; \U0001f483\U0001f3fe", 29),
        ("ABC\u202a\uffffABC\ufffe", 12),
        ("\u2066\u202ahttp://foobar.پاکستان/\u202c\u2069", 31),
        ("\U0001f1eb\U0001f1f7", 2),
        ("1\ufe0f\u20e3", 2),
        ("12 # 3*", 7),
        ("한국", 4),
        ("Ελλάδα", 6),
        ("", 0),
    ],
)
def test_the_reference_vectors_of_counting_hold(text: str, used: int) -> None:
    assert length(text) == used


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://ああ.com", ["http://ああ.com"]),
        ("http://あ-あ.com", ["http://あ-あ.com"]),
        ("text http://foobar.com/#", ["http://foobar.com/#"]),
        ("text http://google.com/#search?q=iphone%20-filter%3Alinks",
         ["http://google.com/#search?q=iphone%20-filter%3Alinks"]),
        ("text http://somedomain.com/index.php?path=/abc/def/", ["http://somedomain.com/index.php?path=/abc/def/"]),
        ("text http://somehost.com:3000", ["http://somehost.com:3000"]),
        ("text http://xo.com/~matthew+%ff-,.;x", ["http://xo.com/~matthew+%ff-,.;x"]),
        ("text http://xo.com/,.;x", ["http://xo.com/,.;x"]),
        ("text http://en.wikipedia.org/wiki/Primer_(film)", ["http://en.wikipedia.org/wiki/Primer_(film)"]),
        ("text http://✪df.ws/ejp", ["http://✪df.ws/ejp"]),
        ("test http://example.comだよね.comtest/hogehoge", ["http://example.com"]),
        ("text http://chilp.it/?77e8fd", ["http://chilp.it/?77e8fd"]),
        ("text http://msdn.microsoft.com/ja-jp/library/system.net.httpwebrequest(v=VS.100).aspx",
         ["http://msdn.microsoft.com/ja-jp/library/system.net.httpwebrequest(v=VS.100).aspx"]),
        ("text https://www.youtube.com/watch?v=LOxO&list=PLPoq_9U-", ["https://www.youtube.com/watch?v=LOxO&list=PLPoq_9U-"]),
        ("text http://no-tld", []),
        ("text http://tld-too-short.x", []),
        ("(http://twitter.com", ["http://twitter.com"]),
        ("text http://word-and-a-number-8-ftw.domain.com/", ["http://word-and-a-number-8-ftw.domain.com/"]),
        ("text http://domain.com-that-you-should-have-put-a-space-after", ["http://domain.com"]),
        ("text http://foo.com?#foo text", ["http://foo.com?#foo"]),
        ("foo.com foo.net foo.org foo.edu foo.gov", ["foo.com", "foo.net", "foo.org", "foo.edu", "foo.gov"]),
        ("foo.baz foo.co.jp www.xxxxxxx.baz www.foo.co.uk wwwww.xxxxxxx foo.comm foo.somecom foo.govedu foo.jp",
         ["foo.co.jp", "www.foo.co.uk", "foo.jp"]),
        ("t.co/abcde bit.ly/abcde", ["t.co/abcde", "bit.ly/abcde"]),
        ("Go to http://example.com/a+ or http://example.com/a-", ["http://example.com/a+", "http://example.com/a-"]),
        ("Go to http://example.com/view/slug-url-?foo=bar", ["http://example.com/view/slug-url-?foo=bar"]),
        ("Go to https://en.m.wikipedia.org/wiki/Hatfield\u2013McCoy_feud please",
         ["https://en.m.wikipedia.org/wiki/Hatfield\u2013McCoy_feud"]),
        ("@user Try http:// example.com/path", ["example.com/path"]),
        ("これは日本語です。example.com/path/index.html中国語example.com/path한국",
         ["example.com/path/index.html", "example.com/path"]),
        ("twitter.comこれは日本語です。example.com中国語t.co/abcde한국twitter.com example2.comテストtwitter.com/abcde",
         ["twitter.com", "example.com", "t.co/abcde", "twitter.com", "example2.com", "twitter.com/abcde"]),
        ("http://twitter.com/これは日本語です。example.com中国語http://t.co/abcde한국http://twitter.com/abcde",
         ["http://twitter.com/", "example.com", "http://t.co/abcde", "http://twitter.com/abcde"]),
        ("Go to http://twitter.com/Русские_слова", ["http://twitter.com/Русские_слова"]),
        ("http://exampleこれは日本語です.com/path/index.html", ["http://exampleこれは日本語です.com/path/index.html"]),
        ("http://" + "あ" * 240 + ".com/path", []),
        ("twitter.jp日本語it.so中国語foo.jp it.so foo.jp", ["twitter.jp", "it.so", "foo.jp", "it.so", "foo.jp"]),
        ("Hello http://xn--はじめよう.com/index.html", []),
        ("text http://domain-dash_2314352345_dfasd.foo-cow_4352.com", []),
        ("MLB.tv vine.co twitch.tv t.co", ["MLB.tv", "vine.co", "twitch.tv", "t.co"]),
        ("test http://sub_domain-dash.twitter.com", ["http://sub_domain-dash.twitter.com"]),
        ("test http://a.b.cd", ["http://a.b.cd"]),
        ("test http://a_b.c-d.com", ["http://a_b.c-d.com"]),
        ("test http://-leadingdash.twitter.com", []),
        ("test http://leadingdash.-twitter.com", []),
        ("test http://trailingdash-.twitter.com", []),
        ("test http://trailingdash.twitter-.com", []),
        ("test http://_leadingunderscore.twitter.com", []),
        ("test http://leadingunderscore._twitter.com", []),
        ("test http://trailingunderscore_.twitter.com", []),
        ("test http://trailingunderscore.twitter_.com", []),
        ("test http://twitter_underscore.com", []),
        ("test http://twitter.c_o_m", []),
        ("test http://www.foo.com/foo/path-with-period./", ["http://www.foo.com/foo/path-with-period./"]),
        ("test http://www.foo.org.za/foo/bar/688.1", ["http://www.foo.org.za/foo/bar/688.1"]),
        ("test http://www.foo.com/bar-path/some.stm?param1=foo;param2=P1|0||P2|0",
         ["http://www.foo.com/bar-path/some.stm?param1=foo;param2=P1|0||P2|0"]),
        ("test http://foo.com/bar/123/foo_&_bar/", ["http://foo.com/bar/123/foo_&_bar/"]),
        ("test http://www.cp.sc.edu/events/65 test", ["http://www.cp.sc.edu/events/65"]),
        ("http://www.andersondaradio.no.comunidades.net/ test", ["http://www.andersondaradio.no.comunidades.net/"]),
        ("test ELPAÍS.com", ["ELPAÍS.com"]),
        ("test http://twitter.com/.", ["http://twitter.com/"]),
        ("http://tn.com.ar/show/00056158/la?fb_xd_fragment#?=&cb=fe&type=resize&ackdata",
         ["http://tn.com.ar/show/00056158/la?fb_xd_fragment#?=&cb=fe&type=resize&ackdata"]),
        ("Test a ton of periods http://example.com/path" + "." * 42, ["http://example.com/path"]),
        ("Test a ton of commas http://example.com/" + "," * 42, ["http://example.com/"]),
        ("Test a ton of marks http://example.com/path/" + "!" * 42, ["http://example.com/path/"]),
        ("#test.com @test.com #http://test.com @http://test.com #t.co/abcde @t.co/abcde", []),
        ("I really like http://t.co/pbY2NfTZ's website", ["http://t.co/pbY2NfTZ"]),
        ("Check this site out http://t.co/FNkPfmii- it's great", ["http://t.co/FNkPfmii"]),
        ("According to http://t.co/ulYGBYSo: the internet is cool", ["http://t.co/ulYGBYSo"]),
        ("http://t.co/abcdefghijklmnopqrstuvwxyz0123456789", ["http://t.co/abcdefghijklmnopqrstuvwxyz0123456789"]),
        ("I really like http://t.co/abcdefghijklmnopqrstuvwxyz012345678901234", []),
        ("text https://t.co/UqIyJAJTfo?amp=1", ["https://t.co/UqIyJAJTfo?amp=1"]),
        ("example.comてすとですtwitter.みんなです", ["example.com", "twitter.みんな"]),
        ("http://twitter.com\nhttp://example.com/path\nexample.com/path\nit.so\nit.so/abcde",
         ["http://twitter.com", "http://example.com/path", "example.com/path", "it.so", "it.so/abcde"]),
        ("$http://twitter.com $twitter.com $http://t.co/abcde $t.co/abcde $t.co $TVI.CA $RBS.CA", []),
        ("long.test.tar.bz2 test.tar.bz2 tar.bz2", []),
        ("john.doe.gov@mail.com", []),
        ("john.doe.jp@mail.com", []),
        ("http://www.foo.com?referer=https://t.co/abcde http://t.co/xyzzy",
         ["http://www.foo.com?referer=https://t.co/abcde", "http://t.co/xyzzy"]),
        ("test http://xn--ls8h.XN--ls8h.la/", ["http://xn--ls8h.XN--ls8h.la/"]),
        ("test http://foobar.みんな/ http://foobar.中国/ http://foobar.پاکستان/ ",
         ["http://foobar.みんな/", "http://foobar.中国/", "http://foobar.پاکستان/"]),
        ("\u2066\u202atest abcdef.com پاکستان http://twitter.com/\u202c\u2069", ["abcdef.com", "http://twitter.com/"]),
        ("Price 1.50 or 3.14. End.But ok", []),
    ],
)  # fmt: skip
def test_the_reference_vectors_of_addresses_hold(text: str, found: list[str]) -> None:
    assert urls(text) == found


@given(st.text())
def test_no_text_counts_more_than_two_for_each_of_its_characters_and_an_address_each(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert 0 <= length(text) <= 2 * len(composed) + 23 * len(urls(text))
    assert (length(text) == 0) == (not text)


@given(st.text())
def test_composed_and_decomposed_texts_count_the_same(text: str) -> None:
    assert length(text) == length(unicodedata.normalize("NFD", text))


@given(st.text(st.sampled_from("abé ß,\nЖω")), st.text(st.sampled_from("日本語한국字")))
def test_what_is_latin_counts_one_and_what_is_not_counts_two(light: str, heavy: str) -> None:
    assert length(light) == len(light)
    assert length(heavy) == 2 * len(heavy)


@given(
    st.integers(0, 20), st.sampled_from([FAMILY, ENGLAND, "\U0001f44d\U0001f3fd", "\U0001f1eb\U0001f1f7", "❤\ufe0f"])
)
def test_any_emoji_counts_two(many: int, emoji: str) -> None:
    assert length(f"{emoji} " * many) == 3 * many


@given(st.from_regex(r"https://[a-z]{1,20}\.(com|org|fr)(/[a-z0-9]{0,80})?", fullmatch=True), st.integers(1, 5))
def test_any_address_counts_twenty_three(address: str, many: int) -> None:
    assert length(" ".join([address] * many)) == 24 * many - 1
    assert length(address, url_length=30) == 30


@given(st.text(st.characters(categories=["Cs"])))
def test_half_characters_do_no_harm(text: str) -> None:
    assert length(f"see {text}.com") >= len("see .com")
