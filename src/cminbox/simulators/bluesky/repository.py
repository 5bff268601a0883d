"""The brand's own records: written, replaced, deleted, listed, as its server does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.simulators.bluesky.keys import cid_of, tid
from cminbox.simulators.bluesky.refusals import Refusal, invalid

if TYPE_CHECKING:
    from cminbox.simulators.bluesky.world import Record, World
    from cminbox.simulators.lexicon_check import Lexicons


class Repository:
    """The repository of the brand. Records are held against their lexicons before anything is written."""

    def __init__(self, world: World, lexicons: Lexicons) -> None:
        self.world = world
        self.lexicons = lexicons

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer createRecord. A key that is taken is an internal error there, though the record may well be ours."""
        self._mine(body)
        self.lexicons.record(body["collection"], body["record"], body.get("rkey"))
        if self._present(body, body.get("rkey", "")) is not None:
            raise Refusal(500, "InternalServerError", "Internal Server Error")
        return self._written(body, body.get("rkey"))

    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer putRecord.

        The same record once more changes nothing and is fine. With `swapRecord` given, null meaning "nothing yet",
        another state than that one is refused.
        """
        self._mine(body)
        self.lexicons.record(body["collection"], body["record"], body["rkey"])
        present = self._present(body, body["rkey"])
        if present is not None and present.cid == cid_of(body["record"]):
            return {"uri": present.uri, "cid": present.cid, "validationStatus": "valid"}
        if "swapRecord" in body and body["swapRecord"] != (present.cid if present else None):
            raise invalid(f"Record was at {present.cid if present else 'null'}", "InvalidSwap")
        return self._written(body, body["rkey"])

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer deleteRecord; what is not there is deleted."""
        self._mine(body)
        self.world.remove(self._uri(body, body["rkey"]))
        return {}

    def get(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer getRecord."""
        uri = self._uri(params, params["rkey"])
        record = self.world.records.get(uri)
        if record is None:
            raise invalid(f"Could not locate record: {uri}", "RecordNotFound")
        return _shown(record)

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        """Answer listRecords: by key, newest first unless `reverse`."""
        forward = params.get("reverse", False)
        records = sorted(
            self.world.owned(params["collection"], params["repo"]),
            key=lambda one: one.rkey,
            reverse=not forward,
        )
        if "cursor" in params:
            after = params["cursor"]
            records = [one for one in records if (one.rkey > after if forward else one.rkey < after)]
        page = records[: params["limit"]]
        return {"records": [_shown(one) for one in page]} | ({"cursor": page[-1].rkey} if page else {})

    def _written(self, body: dict[str, Any], rkey: str | None) -> dict[str, Any]:
        record = self.world.publish(self.world.brand.did, body["collection"], body["record"], rkey)
        commit = {"cid": cid_of({"commit": record.uri}), "rev": tid(self.world.now() * 1000)}
        return {"uri": record.uri, "cid": record.cid, "commit": commit, "validationStatus": "valid"}

    def _mine(self, body: dict[str, Any]) -> None:
        if body["repo"] not in {self.world.brand.did, self.world.brand.handle}:
            raise Refusal(401, "AuthMissing", "Authentication Required")

    def _present(self, body: dict[str, Any], rkey: str) -> Record | None:
        return self.world.records.get(self._uri(body, rkey))

    def _uri(self, body: dict[str, Any], rkey: str) -> str:
        owner = self.world.brand.did if body["repo"] == self.world.brand.handle else body["repo"]
        return f"at://{owner}/{body['collection']}/{rkey}"


def _shown(record: Record) -> dict[str, Any]:
    return {"uri": record.uri, "cid": record.cid, "value": record.value}
