"""What holds for all networks together: each is under the contract suite and found, none is mistaken for another."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest

from cminbox import networks
from cminbox.domain.problem import NotFound
from cminbox.network_kit.contract import AccountSettings, Network
from cminbox.store.account_facts import encode_manifest
from cminbox.store.accounts import decode_manifest

HERE = Path(__file__).parent
OWN = sorted(module.name for module in iter_modules(networks.__path__) if not module.name.startswith("_"))
SUITES = {"ContractSuite", "HttpContractSuite"}


def suites_in(source: str) -> set[str]:
    """Return which suites the test classes of a module inherit."""
    return {
        base.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in SUITES
    }


def test_every_network_is_under_the_contract_suite() -> None:
    bare = []
    for name in OWN:
        wanted = "HttpContractSuite" if networks.load(name).manifest.http else "ContractSuite"
        module = HERE / f"test_{name}.py"
        if not module.exists() or wanted not in suites_in(module.read_text()):
            bare.append(f"tests/networks/test_{name}.py has no test class that inherits {wanted}")
    assert bare == []


def test_a_module_without_the_suite_is_noticed() -> None:
    assert suites_in("class TestX(HttpContractSuite): ...") == {"HttpContractSuite"}
    assert suites_in("class TestX: ...\nclass Y(HttpContractSuite): ...") == set()


def test_every_manifest_is_told_apart_from_the_others() -> None:
    manifests = {name: networks.load(name).manifest for name in OWN}
    assert {name: manifest.name for name, manifest in manifests.items()} == {name: name for name in OWN}
    shorts = [manifest.short for manifest in manifests.values()]
    titles = [manifest.title for manifest in manifests.values()]
    assert len(set(shorts)) == len(shorts)
    assert len(set(titles)) == len(titles)


def test_every_network_is_complete() -> None:
    for name in OWN:
        network = networks.load(name)
        assert issubclass(network, Network)
        assert issubclass(network.Account, AccountSettings)
        assert not getattr(network, "__abstractmethods__", None), f"{name} lacks a method that every network has"
        assert (network.__doc__ or "").strip(), f"{name} does not say what it is"


def test_every_manifest_is_kept_as_it_is() -> None:
    for name in OWN:
        manifest = networks.load(name).manifest
        assert decode_manifest(encode_manifest(manifest)) == manifest, f"the database changes the facts of {name}"


def test_names_are_listed_without_importing_a_network() -> None:
    script = (
        "import sys; from cminbox import networks; names = networks.names(); "
        "loaded = [m for m in sys.modules if m.startswith('cminbox.networks.') or m == 'httpx']; "
        "print(' '.join(names)); sys.exit(' '.join(loaded))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == ""
    assert set(OWN) <= set(result.stdout.split())


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="no network called myspace") as caught:
        networks.load("myspace")
    assert all(name in str(caught.value) for name in OWN)
