"""Accounts: what the screen needs of them (facts of the manifest, health) and where their fetching stands."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cminbox.domain.account import Account, Health, HealthState
from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability, Judged, Manifest, TextLimit, Unit
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.store.events import next_change, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from cminbox.domain.network import Learnt
    from cminbox.store.database import Database

_COLUMNS = "id, network, name, handle, manifest, state, reason, retry_at, last_complete_fetch, failures, connected_at"


class Accounts:
    """Which accounts a workspace has, their settings, health and pauses. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Account]:
        """Return every account that was not removed, by name."""
        rows = self._database.read().execute(
            f"SELECT {_COLUMNS} FROM accounts WHERE removed_at IS NULL ORDER BY name",  # noqa: S608 - constants
        )
        return [_account(row) for row in rows]

    def connected(self) -> list[Account]:
        """Return the accounts that are fetched, by name."""
        return [account for account in self.all() if account.connected_at is not None]

    def get(self, name: str) -> Account:
        """Return an account by name. Raises NotFound."""
        for account in self.all():
            if account.name == name:
                return account
        raise _missing(name)

    def get_any(self, name: str) -> Account:
        """Return an account by name, removed or not: its conversations stay. Raises NotFound."""
        row = (
            self._database.read()
            .execute(f"SELECT {_COLUMNS} FROM accounts WHERE name = ?", (name,))  # noqa: S608 - constants
            .fetchone()
        )
        if row is None:
            raise _missing(name)
        return _account(row)

    def settings(self, account_id: int) -> dict[str, Any]:
        """Return an account's settings as given, without secrets."""
        (text,) = self._database.read().execute("SELECT settings FROM accounts WHERE id = ?", (account_id,)).fetchone()
        values: dict[str, Any] = json.loads(text)
        return values

    def add(
        self,
        name: str,
        manifest: Manifest,
        settings: Mapping[str, Any],
        *,
        handle: str,
        agent: str,
        now: int,
        learnt: Learnt | None = None,
    ) -> int:
        """Connect an account and return its id. Raises Problem when the name is taken.

        `learnt` is what its server said that goes before the network's manifest.
        """
        from cminbox.store.account_facts import encode_manifest  # noqa: PLC0415 - a screen only reads

        def work(connection: sqlite3.Connection) -> int:
            found = connection.execute(
                "SELECT id, removed_at, network FROM accounts WHERE name = ?",
                (name,),
            ).fetchone()
            if found is not None and (found[1] is None or found[2] != manifest.name):
                raise Problem(say("There is an account called {name} already; choose another --name", name=name))
            values = (manifest.name, handle, json.dumps(dict(settings)), encode_manifest(manifest, learnt), now)
            if found is None:
                sql = (
                    "INSERT INTO accounts (network, handle, settings, manifest, connected_at, name)"
                    " VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
                )
            else:
                sql = (
                    "UPDATE accounts SET network = ?, handle = ?, settings = ?, manifest = ?, connected_at = ?,"
                    " removed_at = NULL, state = 'new', reason = '', failures = 0, next_fetch_at = 0, retry_at = NULL,"
                    " cursor = NULL, last_complete_fetch = NULL"
                    " WHERE name = ? RETURNING id"
                )
            (account_id,) = connection.execute(sql, (*values, name)).fetchone()
            next_change(connection)
            after = {"name": name, "network": manifest.name, "handle": handle}
            record(connection, "account added", at=now, agent=agent, account_id=account_id, after=after)
            return int(account_id)

        return self._database.write(work)

    def for_import(self, network: str, name: str) -> int:
        """Return the account that imported messages belong to, made without a connection when new."""

        def work(connection: sqlite3.Connection) -> int:
            found = connection.execute(
                "SELECT id FROM accounts WHERE network = ? AND (name = ? OR name = ?) ORDER BY name = ? DESC",
                (network, name, f"{network}:{name}", name),
            ).fetchone()
            if found is None:
                taken = connection.execute("SELECT 1 FROM accounts WHERE name = ?", (name,)).fetchone()
                found = connection.execute(
                    "INSERT INTO accounts (network, name, handle) VALUES (?, ?, ?) RETURNING id",
                    (network, f"{network}:{name}" if taken else name, name.removeprefix("@")),
                ).fetchone()
                next_change(connection)
            return int(found[0])

        return self._database.write(work)

    def remove(self, name: str, *, agent: str, now: int) -> Account:
        """Stop fetching and sending for an account; its conversations stay. Raises NotFound."""
        account = self.get(name)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE accounts SET removed_at = ?, connected_at = NULL, cursor = NULL WHERE id = ?",
                (now, account.id),
            )
            next_change(connection)
            record(connection, "account removed", at=now, agent=agent, account_id=account.id, before={"name": name})

        self._database.write(work)
        return account

    def change_settings(self, account_id: int, settings: Mapping[str, Any], *, agent: str, now: int) -> None:
        """Replace an account's settings, which hold no secrets; its history tells which were changed."""
        before = self.settings(account_id)

        def work(connection: sqlite3.Connection) -> None:
            sql = "UPDATE accounts SET settings = ? WHERE id = ?"
            connection.execute(sql, (json.dumps(dict(settings)), account_id))
            next_change(connection)
            changed = {name: value for name, value in settings.items() if before.get(name) != value}
            earlier = {name: before.get(name) for name in changed}
            record(connection, "account changed", at=now, agent=agent, account_id=account_id, before=earlier,
                   after=changed)  # fmt: skip

        self._database.write(work)

    def refresh_facts(self, account_id: int, manifest: Manifest, handle: str, learnt: Learnt | None = None) -> None:
        """Store what the network's module says of itself today, and what the account's server said beyond it."""
        from cminbox.store.account_facts import encode_manifest  # noqa: PLC0415 - a screen only reads

        text = encode_manifest(manifest, learnt)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE accounts SET manifest = ?, handle = ? WHERE id = ? AND (manifest IS NOT ? OR handle <> ?)",
                (text, handle, account_id, text, handle),
            )

        self._database.write(work)

    def renew_facts(self, account_id: int, manifest: Manifest) -> bool:
        """Store what the network's module says of itself today; what the server said stays. Return whether it is news.

        An account without facts, whose messages were imported, gets none.
        """
        from cminbox.store.account_facts import renewed  # noqa: PLC0415 - a screen only reads

        def work(connection: sqlite3.Connection) -> bool:
            sql = "SELECT manifest FROM accounts WHERE id = ? AND manifest IS NOT NULL"
            found = connection.execute(sql, (account_id,)).fetchone()
            text = None if found is None else renewed(found[0], manifest)
            if text is None:
                return False
            connection.execute("UPDATE accounts SET manifest = ? WHERE id = ?", (text, account_id))
            next_change(connection)
            return True

        return self._database.write(work)

    def set_health(self, account_id: int, health: Health, *, next_fetch_at: int) -> None:
        """Store how an account is doing and when it is asked again (UTC milliseconds).

        Screens hear of it only when something that they show has changed.
        """
        shown = (health.state.value, health.reason, health.retry_at)

        def work(connection: sqlite3.Connection) -> None:
            before = connection.execute(
                "SELECT state, reason, retry_at FROM accounts WHERE id = ?", (account_id,)
            ).fetchone()
            if before is not None and before[0] == HealthState.PAUSED.value:
                # A look that was under way when a person paused the account says nothing of that.
                return
            connection.execute(
                "UPDATE accounts SET state = ?, reason = ?, retry_at = ?, failures = ?, next_fetch_at = ?,"
                " last_complete_fetch = coalesce(?, last_complete_fetch) WHERE id = ?",
                (*shown, health.failures, next_fetch_at, health.last_complete_fetch, account_id),
            )
            if before != shown:
                next_change(connection)

        self._database.write(work)

    def look_at(self, account_id: int, now: int) -> None:
        """Have an account looked at now (UTC milliseconds): whoever syncs notices another time than it noted."""
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE accounts SET next_fetch_at = CASE next_fetch_at WHEN ? THEN ? ELSE ? END WHERE id = ?",
                (now, now - 1, now, account_id),
            )
        )

    def pause(self, account_id: int, *, agent: str, now: int) -> None:
        """Leave an account alone until `go_on`: nothing is fetched and nothing sent."""
        self._set_state(account_id, HealthState.PAUSED, "account paused", agent, now)

    def go_on(self, account_id: int, *, agent: str, now: int) -> None:
        """End a pause; an account that is not paused stays as it is."""
        self._set_state(account_id, HealthState.NEW, "account goes on", agent, now)

    def pause_all(self, reason: str, *, agent: str, now: int) -> int:
        """Leave every connected account alone that is not yet, for a reason (JSON); return how many there were."""

        def work(connection: sqlite3.Connection) -> int:
            found = connection.execute(
                "UPDATE accounts SET state = ?, reason = ?, retry_at = NULL, failures = 0"
                " WHERE connected_at IS NOT NULL AND removed_at IS NULL AND state <> ? RETURNING id",
                (HealthState.PAUSED.value, reason, HealthState.PAUSED.value),
            ).fetchall()
            return _told(connection, [number for (number,) in found], "account paused", agent, now)

        return self._database.write(work)

    def go_on_all(self, reason: str, *, agent: str, now: int) -> int:
        """Let every account go on that was paused for a reason (JSON); return how many there were."""

        def work(connection: sqlite3.Connection) -> int:
            found = connection.execute(
                "UPDATE accounts SET state = ?, reason = '', retry_at = NULL, failures = 0, next_fetch_at = ?"
                " WHERE state = ? AND reason = ? RETURNING id",
                (HealthState.NEW.value, now, HealthState.PAUSED.value, reason),
            ).fetchall()
            return _told(connection, [number for (number,) in found], "account goes on", agent, now)

        return self._database.write(work)

    def _set_state(self, account_id: int, state: HealthState, what: str, agent: str, now: int) -> None:
        paused = HealthState.PAUSED.value

        def work(connection: sqlite3.Connection) -> None:
            done = connection.execute(
                "UPDATE accounts SET state = ?, reason = '', retry_at = NULL, failures = 0, next_fetch_at = ?"
                " WHERE id = ? AND (state = ?) = ?",
                (state.value, now, account_id, paused, state is not HealthState.PAUSED),
            )
            if done.rowcount:
                next_change(connection)
                record(connection, what, at=now, agent=agent, account_id=account_id)

        self._database.write(work)

    def progress(self, account_id: int) -> tuple[str | None, int]:
        """Return the cursor to resume at and the instant of the next fetch."""
        cursor, next_fetch_at = (
            self._database.read()
            .execute("SELECT cursor, next_fetch_at FROM accounts WHERE id = ?", (account_id,))
            .fetchone()
        )
        return cursor, next_fetch_at

    def next_fetches(self) -> dict[int, int]:
        """Return when each account is fetched next (UTC milliseconds), by its id."""
        rows = self._database.read().execute("SELECT id, next_fetch_at FROM accounts WHERE connected_at IS NOT NULL")
        return dict(rows.fetchall())

    def forget_cursor(self, account_id: int) -> None:
        """Start over at the beginning of the history window: the network no longer knows the cursor."""
        self._database.write(
            lambda connection: connection.execute("UPDATE accounts SET cursor = NULL WHERE id = ?", (account_id,)),
        )


def _told(connection: sqlite3.Connection, ids: Sequence[int], what: str, agent: str, now: int) -> int:
    """Record what was done to these accounts; return how many they are."""
    for one in ids:
        record(connection, what, at=now, agent=agent, account_id=one)
    if ids:
        next_change(connection)
    return len(ids)


def _missing(name: str) -> NotFound:
    return NotFound(say("There is no account called {name}; see cminbox accounts list", name=name))


def _account(row: tuple[Any, ...]) -> Account:
    manifest = None if row[4] is None else decode_manifest(row[4])
    health = Health(HealthState(row[5]), row[6], row[7], row[8], row[9])
    return Account(row[0], row[1], row[2], row[3], manifest, health, row[10])


@lru_cache(64)
def decode_manifest(text: str) -> Manifest:
    """Return the facts of an account from their JSON; what this version does not know is dropped.

    Read with every conversation that is shown, and seldom another one: the same text gives the same object.
    """
    fine = {field.name for field in fields(Manifest)}
    data = {name: value for name, value in json.loads(text).items() if name in fine}
    known = set(Capability)
    return Manifest(
        **data
        | {
            "capabilities": frozenset(Capability(name) for name in data["capabilities"] if name in known),
            "limits": limits_of(data["limits"]),
            "windows": {Kind(kind): seconds for kind, seconds in data["windows"].items()},
            "idempotent_for": {Kind(kind): seconds for kind, seconds in data.get("idempotent_for", {}).items()},
            "bounds": {Capability(name): _bound(one) for name, one in data.get("bounds", {}).items() if name in known},
            "names_people": tuple(Kind(kind) for kind in data.get("names_people", ())),
            "replaces": tuple(Kind(kind) for kind in data.get("replaces", ())),
            "judged": Judged(data.get("judged", Judged.DOCUMENTATION)),
            "begins_private_at": tuple(Kind(kind) for kind in data.get("begins_private_at", ())),
            "missing": {Capability(name): why for name, why in data["missing"].items() if name in known},
        },
    )


def limits_of(data: dict[str, Any]) -> dict[Kind, tuple[TextLimit, ...]]:
    """Return bounds on the length of a reply from their JSON, by kind."""
    return {Kind(kind): tuple(_limit(one) for one in many) for kind, many in data.items()}


def _bound(data: dict[str, Any]) -> Bound:
    return Bound(**data | {"kinds": tuple(Kind(kind) for kind in data["kinds"])})


def _limit(data: dict[str, Any]) -> TextLimit:
    return TextLimit(**data | {"unit": Unit(data["unit"])})
