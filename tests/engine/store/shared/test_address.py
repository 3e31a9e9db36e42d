"""How the shared database is reached: with TLS that knows the server, unless it is on this machine."""

import pytest
from sqlalchemy.engine import make_url

from engine.store.shared.address import connectable, weakness

SOMEWHERE = "postgresql://anna@db.example.org/ledger"


@pytest.mark.parametrize("url", [SOMEWHERE, "postgres://anna@db.example.org", "postgresql://x@10.0.0.7:6432/ledger"])
def test_a_server_elsewhere_has_to_prove_who_it_is(url: str) -> None:
    safe = connectable(make_url(url))

    assert safe.query["sslmode"] == "verify-full"
    assert safe.query["sslrootcert"] == "system"
    assert safe.drivername == "postgresql+psycopg"
    assert weakness(make_url(url)) == ""


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna@localhost/ledger",
        "postgresql://anna@127.0.0.1:5433/ledger",
        "postgresql://anna@[::1]/ledger",
        "postgresql://anna@/ledger?host=/run/postgresql",
        "postgresql:///ledger",
    ],
)
def test_on_this_machine_nobody_is_in_between(url: str) -> None:
    assert "sslmode" not in connectable(make_url(url)).query
    assert weakness(make_url(url)) == ""


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_what_a_url_says_is_done_and_told_when_it_is_less(mode: str) -> None:
    url = make_url(f"{SOMEWHERE}?sslmode={mode}")

    assert connectable(url).query["sslmode"] == mode
    assert f"db.example.org uses sslmode={mode}" in weakness(url)


@pytest.mark.parametrize("url", ["postgresql://anna@localhost/x?host=db.example.org",
                                 "postgresql://anna@localhost/x?hostaddr=10.0.0.7",
                                 "postgresql://anna@/x?host=/run/postgresql,db.example.org:6432"])  # fmt: skip
def test_the_host_that_is_connected_to_counts(url: str) -> None:
    assert connectable(make_url(url)).query["sslmode"] == "verify-full"


def test_certificates_of_their_own_are_used() -> None:
    url = make_url(f"{SOMEWHERE}?sslrootcert=/etc/ledger/ca.pem")

    assert connectable(url).query["sslrootcert"] == "/etc/ledger/ca.pem"


def test_our_schema_alone_is_searched_beside_what_the_url_sets() -> None:
    assert str(connectable(make_url("postgresql:///x")).query["options"]).endswith("-csearch_path=driftguard")
    url = make_url("postgresql:///x?options=-cstatement_timeout%3D9s")
    assert str(connectable(url).query["options"]).endswith(" -cstatement_timeout=9s -csearch_path=driftguard")
