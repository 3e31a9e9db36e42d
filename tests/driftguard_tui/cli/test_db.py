"""`driftguard db`: setting the shared database up, and saying who may do what."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from driftguard_tui.formats import Paper, shared
from engine.store.shared.address import weakness
from engine.store.shared.administer import SharedStatus
from tests.support.command import driftguard
from tests.support.postgres import Database, Server


@pytest.fixture
def config(tmp_path: Path, postgres: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that names a shared database, to which ben logs in."""
    file = tmp_path / "driftguard.toml"
    file.write_text('[store]\nshared = "env:LEDGER_URL"\n')
    monkeypatch.setenv("LEDGER_URL", postgres.url("ben"))
    monkeypatch.setenv("ADMINISTRATOR_URL", postgres.url())
    return file


@pytest.fixture
def nina(postgres_server: Server) -> Iterator[str]:
    yield "nina"
    postgres_server.execute("postgres", "DROP ROLE IF EXISTS nina")


def test_it_is_set_up_and_brought_up_to_date(config: Path, postgres: Database) -> None:
    administrator = ("--url", "env:ADMINISTRATOR_URL", "--config", config)
    for command in (("init",), ("upgrade", "--keep-days", "400")):
        status, out, err = driftguard("db", *command, *administrator)
        assert (status, err) == (0, "")
        assert f"the shared database postgresql://postgres@/{postgres.name}, Postgres 18" in out
        assert "You are postgres, with the role admin" in out
        assert "up to date" in out
        assert "No rule binds postgres" in out


def test_roles_are_granted_and_revoked(config: Path, nina: str) -> None:
    status, out, err = driftguard("db", "grant", nina, "edit", "--url", "env:ADMINISTRATOR_URL", "--config", config)
    assert (status, out) == (0, "nina has the role edit\n")
    assert "without a password" in err

    assert driftguard("db", "grant", nina, "view", "--config", config) == (0, "nina has the role view\n", "")
    people = json.loads(driftguard("db", "status", "--format", "json", "--config", config).out)["people"]
    assert {"name": "nina", "role": "view"} in people
    assert driftguard("db", "revoke", nina, "--config", config) == (0, "nina has no role any more\n", "")


def test_what_requests_need_is_for_an_admin_to_say(config: Path) -> None:
    out = driftguard("db", "policy", "low", "--approvals", "3", "--break-glass", "--config", config).out
    assert out == "requests about low drifts need 3 of those who approve\n"

    shown = driftguard("db", "status", "--config", config).out
    assert " ".join(shown.split()).count("need them too") == 3
    assert "low 3 admin may do without, with an alarm" in " ".join(shown.split())
    assert "policy.set" in driftguard("audit", "list", "--config", config).out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("grant", "ben", "admin"), "nobody changes their own role: another admin has to"),
        (("grant", "dora", "owner"), "'owner' is not one of 'view', 'edit', 'admin'"),
        (("revoke", "unheard"), "nobody logs in to this server as unheard"),
        (("init",), "permission denied"),
        (("policy", "high", "--approvals", "0"), "0 is not in the range x>=1"),
        (("status", "--url", "postgresql://ben:hunter2@db/x"), "a secret is not written in the configuration"),
        (("status", "--url", "env:NOBODY_SET_IT"), "NOBODY_SET_IT"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(config: Path, arguments: tuple[str, ...], reason: str) -> None:
    status, out, err = driftguard("db", *arguments, "--config", config)

    assert (status != 0, out) == (True, "")
    assert reason in err
    assert "hunter2" not in err
    assert "Traceback" not in err


def test_without_a_shared_database_it_says_how_to_name_one(tmp_path: Path) -> None:
    file = tmp_path / "driftguard.toml"
    file.write_text('[estate]\nname = "shop"\n')
    status, _, err = driftguard("db", "status", "--config", file)

    assert status == 1
    assert "no shared database is configured" in err


def test_a_connection_that_others_could_read_is_told() -> None:
    told = weakness(make_url("postgresql://ben@db.example.org/ledger?sslmode=require"))
    nobody = SharedStatus(
        place="there", server="18", revision=None, expected="1", you="ben", role=None, people=(), policies=(),
        unbound=(), months=(), weakness=told,
    )  # fmt: skip
    assert "db.example.org uses sslmode=require" in shared.render_status(nobody, Paper())
