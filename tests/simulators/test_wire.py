"""Whichever way a request travels, a simulator sees how its address was written."""

from __future__ import annotations

from cminbox.network_kit.client import new_client
from cminbox.simulators.wire import Fault, Request, Response, Wire, WireTransport, serve

TARGET = "/posts/urn%3Ali%3Ashare%3A1/comments?ids=List(1,2)&of=urn%3Ali%3Aorganization%3A7"


class Echo:
    """Answers with what it was asked."""

    def answer(self, request: Request) -> Response:
        return Response.of([request.target, request.path, dict(request.query)])

    def publishes(self, request: Request) -> bool:
        return request.method == "POST"

    def error(self, fault: Fault) -> Response:
        return Response.of(fault.value, 500)


async def test_the_target_arrives_as_it_was_sent_in_process_and_over_loopback() -> None:
    seen = ["/posts/urn:li:share:1/comments", {"ids": "List(1,2)", "of": "urn:li:organization:7"}]
    wire = Wire(Echo())
    async with new_client(WireTransport(wire)) as http:
        assert (await http.get(f"https://echo.example{TARGET}")).json() == [TARGET, *seen]
    async with serve(wire) as base, new_client() as http:
        assert (await http.get(base + TARGET)).json() == [TARGET, *seen]
