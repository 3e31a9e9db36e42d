"""AWS on loopback: moto's server, started once a session and emptied before every test that uses it."""

import urllib.request
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The URL of the running server. Tests take `moto_endpoint`, which also empties it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def empty_account(server: str, patch: pytest.MonkeyPatch) -> None:
    """Leaves nothing in account 123456789012, and puts credentials for it into the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    reset = urllib.request.Request(f"{server}/moto-api/reset", method="POST")
    with urllib.request.urlopen(reset, timeout=10):
        pass


@pytest.fixture
def moto_endpoint(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty account 123456789012, with credentials for it in the environment."""
    empty_account(moto_server, monkeypatch)
    return moto_server
