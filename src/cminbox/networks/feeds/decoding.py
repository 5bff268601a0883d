"""From the bytes of a feed to its text, or its JSON: byte order mark, HTTP header, declaration, then what fits."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Unreadable
from cminbox.networks.feeds.json_reading import read_json
from cminbox.networks.feeds.xml_reading import read_xml

if TYPE_CHECKING:
    from cminbox.networks.feeds.article import Feed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})[\"']")
_WRITTEN_IN = re.compile(
    r"(utf_?(8|16|32)(_?[lb]e)?|us_?ascii|ascii|(iso_?8859|latin)_?[0-9]{1,2}|(windows_?|cp)[0-9]{3,4}|koi8_?[ru]"
    r"|gb(k|2312|18030)|big5(_?hkscs)?|shift_?jis|s_?jis|euc_?(jp|kr|cn)|iso_?2022_?jp|macintosh|mac_?roman|tis_?620)",
    re.IGNORECASE,
)
"""Encodings of text; Python knows codecs that are none, and some that take long."""
_LOOKED_AT = 400


def read_feed(body: bytes, content_type: str, address: str, now: int) -> Feed:
    """Read a feed of any form. Raises Unreadable. `now` is UTC milliseconds."""
    text = decoded(body, content_type)
    if text.lstrip("\ufeff \t\r\n")[:1] not in {"{", "["}:
        return read_xml(text, address, now)
    try:
        return read_json(json.loads(text.lstrip("\ufeff")), address, now)
    except (ValueError, RecursionError):
        raise Unreadable(say("This is no feed; look for the address of the feed on the page")) from None


def decoded(body: bytes, content_type: str) -> str:
    """Return the text. An encoding that does not fit is passed over; in the end nothing is lost but what is broken."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    header, declared = _IN_HEADER.search(content_type), _DECLARED.match(body[:_LOOKED_AT])
    given = [header[1] if header else "", declared[1].decode() if declared else "", "utf-8"]
    for name in given:
        if _WRITTEN_IN.fullmatch(name.replace("-", "_")):
            try:
                return body.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode("cp1252", "replace") if not declared else body.decode("utf-8", "replace")
