"""What Google's front end answers before any interface is reached."""

from __future__ import annotations

from cminbox.simulators.wire import Response

_PAGE = b"<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p>404. That's an error.</html>"


def no_such_address() -> Response:
    """Return the page for an address that is none, such as that of a version that has ended: no word of any API."""
    return Response(404, _PAGE, {"content-type": "text/html; charset=UTF-8"})
