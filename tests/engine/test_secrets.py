"""Secrets are named, found where their reference says, and not shown."""

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from engine.errors import ConfigError
from engine.secrets import is_reference, keyring_backend, resolve


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


def test_vault_comes_later() -> None:
    with pytest.raises(ConfigError, match="Vault is not supported yet"):
        resolve("vault:kv/shop#password")


@pytest.mark.parametrize("text", ["hunter2", "env:", "env:A B", "keyring:x", "vault:x", "postgres://u:hunter2@db", ""])
def test_what_is_no_reference_is_refused_and_not_repeated(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(ConfigError, match="give a reference") as caught:
        resolve(text)
    assert "hunter2" not in str(caught.value)


def test_a_secret_does_not_show_in_what_is_printed_for_debugging() -> None:
    secret = resolve("env:TOKEN", {"TOKEN": "hunter2"})
    assert "hunter2" not in repr({"token": secret})
    assert f"Bearer {secret}" == "Bearer hunter2"
