"""Foreign HTML becomes what a reader would see, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.network_kit.text import MOST_TAGS, html_to_text, plain

TAGS = [
    *("p", "div", "b", "a", "br", "img", "pre", "ul", "li", "table", "tr", "td", "x"),
    *("script", "style", "textarea", "title", "svg", "template", "plaintext", "noscript"),
]
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>"]),
    st.sampled_from(["&", "&lt;", "&#0;", "&#x1b;", "&#xd800;", "\x1b[2J", "\ud800", "\x9b", "\x00"]),
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(['<a href="https://x.example">', "<img alt='x'>", "<p class="]),
)


def controls(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"]


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_html_becomes_clean_text(source: str) -> None:
    text = html_to_text(source)
    text.encode()
    assert controls(text) == []
    assert text == text.strip()


@given(st.text(st.one_of(st.characters(), st.characters(categories=["Cs"]))))
def test_plain_text_is_clean_and_stays_so(source: str) -> None:
    text = plain(source)
    text.encode()
    assert controls(text) == []
    assert plain(text) == text


@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc", "So"])))
def test_what_was_typed_comes_back_from_a_careful_server(typed: str) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html_to_text(f"<p>{escaped}</p>") == typed
    assert html_to_text(escaped) == typed


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("", ""),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one</p>\n<p>two</p>\n", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("one<br><br>two", "one\n\ntwo"),
        ("<p>joined\n   lines</p>", "joined lines"),
        ("<pre>kept\nlines</pre>", "kept\nlines"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<b>bold</b> and <i>italic</i>", "bold and italic"),
        ("1 &lt; 2 &amp;&amp; <b>3</b> &gt; 2", "1 < 2 && 3 > 2"),
        ("5 &euro; &#128077; &unknown;", "5 € \U0001f44d &unknown;"),
        ("<p>Où est ma commande\u202f?</p>", "Où est ma commande\u202f?"),
        ("<img src=x alt=':blobcat:'> hi", ":blobcat: hi"),
        ("<script>alert(1)</script><style>x{}</style>ok", "ok"),
        ("<!-- hidden -->shown", "shown"),
        ("<p>not closed <b>at all", "not closed at all"),
        ("</p></p>stray", "stray"),
        ("a < b", "a < b"),
        ("<p>esc &#27;[2J &#x9b;2J</p>", "esc [2J \u203a2J"),
        ("no tags &amp; nothing", "no tags & nothing"),
    ],
)
def test_a_reader_sees(source: str, seen: str) -> None:
    assert html_to_text(source) == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ('<a href="https://evil.example/x">https://bank.example</a>', "https://bank.example <https://evil.example/x>"),
        ('<a href="https://ev.il/">https://ev.il.bank.example/</a>', "https://ev.il.bank.example/ <https://ev.il/>"),
        ('<a href="https://shop.example/a/">https://shop.example/a</a>', "https://shop.example/a"),
        ('<a href="https://shop.example">see https://shop.example now</a>', "see https://shop.example now"),
        ('<a href="https://shop.example">here</a>', "here <https://shop.example>"),
        (
            '<a href="https://ex.org/a/long"><span class=i>https://</span><span>ex.org/a/</span><span>long</span></a>',
            "https://ex.org/a/long",
        ),
        ('<a class="u-url mention" href="https://s.example/@ana">@<span>ana</span></a>', "@ana"),
        ('<a class="mention hashtag" href="https://s.example/tags/x">#<span>x</span></a>', "#x"),
        ('<a class="mention" href="https://evil.example">bank.example</a>', "bank.example <https://evil.example>"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="https://x.example"><img alt="pic"></a>', "pic <https://x.example>"),
    ],
)
def test_a_link_never_hides_its_target(source: str, seen: str) -> None:
    assert html_to_text(source) == seen


@pytest.mark.parametrize("tag", ["div", "ul><li", "blockquote", "b", "a href='https://x.example'", "table><tr><td"])
@pytest.mark.parametrize("depth", [100, MOST_TAGS // 3, 50_000])
def test_deep_nesting_keeps_the_text(tag: str, depth: int) -> None:
    text = html_to_text(f"<{tag}>" * depth + "I am <b>deep</b> inside &amp; safe")
    assert "I am deep inside & safe" in text


def test_thousands_of_tags_are_still_laid_out() -> None:
    text = html_to_text("<p>one &lt;</p><br>two<b>!</b>" * MOST_TAGS)
    assert text.splitlines()[:4] == ["one <", "two!", "one <", "two!"]


def test_a_huge_source_is_cut_and_not_parsed_as_a_whole() -> None:
    assert len(html_to_text("<p>" + "x" * 10_000_000)) <= 2_000_000
