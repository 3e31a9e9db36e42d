"""Secrets are named, found where their reference says, and not shown."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from engine.errors import ConfigError
from engine.secrets import is_reference, keyring_backend, resolve
from tests.support.rest_server import Reply, running
from tests.support.vault_server import TOKEN, VaultServer


class _Memory(KeyringBackend):
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise KeyringLocked("hunter2 is inside")
        return {("driftguard", "url"): "hunter2"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("secrets are only read")


@pytest.fixture
def _memory_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(_Memory())
    yield
    keyring.set_keyring(before)


def test_a_secret_of_the_environment() -> None:
    assert resolve("env:TOKEN", {"TOKEN": "hunter2"}) == "hunter2"
    with pytest.raises(ConfigError, match="env:TOKEN: the environment variable TOKEN is not set"):
        resolve("env:TOKEN", {"TOKEN": ""})


@pytest.mark.usefixtures("_memory_keyring")
def test_a_secret_of_the_keyring() -> None:
    assert resolve("keyring:driftguard/url") == "hunter2"
    with pytest.raises(ConfigError, match="add it with `keyring set driftguard other`"):
        resolve("keyring:driftguard/other")
    with pytest.raises(ConfigError, match=r"keyring:locked/x: the keyring cannot be asked \(KeyringLocked\)") as caught:
        resolve("keyring:locked/x")
    assert "hunter2" not in str(caught.value)
    assert keyring_backend() is not None


def test_a_machine_without_a_keyring() -> None:
    assert keyring_backend() is None


def test_a_machine_without_a_keyring_says_what_it_has_instead() -> None:
    with pytest.raises(
        ConfigError, match="this machine has no keyring; name the secret otherwise, as env:NAME, vault:"
    ):
        resolve("keyring:driftguard/url")


@pytest.fixture
def vault() -> Iterator[VaultServer]:
    with running(VaultServer({"kv/shop/db": {"password": "hunter2", "port": 5432}, "kv/gone": None})) as server:
        yield server


def test_a_secret_of_vault(vault: VaultServer) -> None:
    environ = {"VAULT_ADDR": vault.url, "VAULT_TOKEN": TOKEN, "VAULT_NAMESPACE": "team"}
    assert resolve("vault:kv/shop/db#password", environ) == "hunter2"
    assert vault.requests[-1].headers["X-Vault-Namespace"] == "team"


@pytest.mark.parametrize(
    ("reference", "token", "said"),
    [
        ("vault:kv/shop/web#password", TOKEN, "Vault has no such secret"),
        ("vault:kv/gone#password", TOKEN, "Vault has no such secret"),
        ("vault:kv/shop/db#user", TOKEN, "the secret has no text under that field"),
        ("vault:kv/shop/db#port", TOKEN, "the secret has no text under that field"),
        ("vault:kv/shop/db#password", "hvs.0ther", "Vault refuses it; check that the token holds"),
        ("vault:kv#password", TOKEN, "names no secret; write it as vault:MOUNT/PATH#FIELD"),
    ],
)
def test_what_vault_does_not_give(vault: VaultServer, reference: str, token: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(reference, {"VAULT_ADDR": vault.url, "VAULT_TOKEN": token})
    assert str(caught.value).startswith(f"{reference}: {said}")
    assert "hvs." not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "answer", [Reply(b"<html>"), Reply([]), Reply({"data": None}), Reply({"errors": ["sealed"]}, 503)]
)
def test_a_vault_that_answers_otherwise(vault: VaultServer, answer: Reply) -> None:
    vault.faults = [answer]
    with pytest.raises(ConfigError, match=r"Vault cannot be asked \(\w+\); check VAULT_ADDR, and that it is unsealed"):
        resolve("vault:kv/shop/db#password", {"VAULT_ADDR": vault.url, "VAULT_TOKEN": TOKEN})


def test_where_vault_is_and_as_whom_it_is_asked(
    vault: VaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConfigError, match="set VAULT_ADDR"):
        resolve("vault:kv/shop/db#password", {})
    with pytest.raises(ConfigError, match="a token would be sent in clear"):
        resolve("vault:kv/shop/db#password", {"VAULT_ADDR": "http://vault.example:8200", "VAULT_TOKEN": TOKEN})
    with pytest.raises(ConfigError, match="set VAULT_TOKEN, or log in"):
        resolve("vault:kv/shop/db#password", {"VAULT_ADDR": vault.url})
    (tmp_path / ".vault-token").write_text(f"{TOKEN}\n")
    assert resolve("vault:kv/shop/db#password", {"VAULT_ADDR": vault.url}) == "hunter2"


def test_a_secret_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "the url"
    file.write_text("hunter2\n")
    file.chmod(0o600)
    assert resolve(f"file:{file}") == "hunter2"
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        with pytest.raises(ConfigError, match="others can read or change it; make it yours alone") as caught:
            resolve(f"file:{file}")
        assert "hunter2" not in str(caught.value)


def test_files_that_hold_no_secret(tmp_path: Path) -> None:
    empty, binary = tmp_path / "empty", tmp_path / "binary"
    empty.touch(0o600)
    binary.write_bytes(b"\xff\xfe")
    binary.chmod(0o600)
    for path, said in (
        (empty, "is empty"),
        (binary, "it is not text"),
        (tmp_path, "cannot be read"),
        (tmp_path / "x", "No such"),
    ):
        with pytest.raises(ConfigError, match=said):
            resolve(f"file:{path}")


@pytest.mark.parametrize(
    "text", ["hunter2", "env:", "env:A B", "keyring:x", "vault:x", "file:x", "file:", "postgres://u:hunter2@db", ""]
)
def test_what_is_no_reference_is_refused_and_not_repeated(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(ConfigError, match="give a reference") as caught:
        resolve(text)
    assert "hunter2" not in str(caught.value)


def test_a_secret_does_not_show_in_what_is_printed_for_debugging() -> None:
    secret = resolve("env:TOKEN", {"TOKEN": "hunter2"})
    assert "hunter2" not in repr({"token": secret})
    assert f"Bearer {secret}" == "Bearer hunter2"
