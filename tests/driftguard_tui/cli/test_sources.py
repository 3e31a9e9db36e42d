"""`driftguard sources`."""

import json
from pathlib import Path

import pytest

from tests.support.command import driftguard
from tests.support.silent_server import silent_server
from tests.support.small_bundle import write_bundle


@pytest.fixture(autouse=True)
def _scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a configuration, a bundle with a broken file, and a scan of it."""
    monkeypatch.chdir(tmp_path)
    write_bundle(tmp_path)
    (tmp_path / "aws" / "broken.json").write_text("{")
    Path("driftguard.toml").write_text(
        '[estate]\nname = "shop"\n[store]\npath = "store"\n'
        '[[source]]\nname = "prod"\nkind = "aws"\npath = "aws"\n'
        '[[source]]\nname = "state"\nkind = "terraform_state"\npath = "terraform/*.tfstate"\n'
    )
    driftguard("scan")


def test_sources_are_listed_by_role_with_what_is_wrong() -> None:
    status, out, err = driftguard("sources", "list")
    assert (status, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "ROLE STATUS SOURCE KIND RECORDS SKIPPED NEWEST (UTC)"
    assert lines[1].startswith("declared ✓ ok state terraform_state 1 0")
    assert lines[2] == "actual ◐ partial prod aws 1 1 2026-03-14 09:00"
    assert lines[4].startswith("prod: broken.json")
    [first, _] = json.loads(driftguard("sources", "list", "--format", "json").out)
    assert (first["name"], first["newest"]) == ("prod", "2026-03-14T09:00:00Z")


def test_one_source_with_its_settings_and_readings() -> None:
    driftguard("scan")
    status, out, _ = driftguard("sources", "show", "prod")
    assert status == 0
    assert out.startswith("prod: aws, actual\npath  aws\n")
    assert out.count("◐ partial") == 2
    found = json.loads(driftguard("sources", "show", "state", "--format", "json").out)
    assert found["settings"] == {"path": "terraform/*.tfstate"}
    assert [reading["health"]["records"] for reading in found["readings"]] == [1, 1]


def test_a_source_that_nobody_read_is_told() -> None:
    status, _, err = driftguard("sources", "show", "stat")
    assert status == 1
    assert "no source 'stat' was read; did you mean \"state\"?" in err


def test_sources_are_tried_now() -> None:
    status, out, _ = driftguard("sources", "check", "state")
    assert status == 0
    assert out == "  ✓ state: terraform_state: 1 records in 1 file\n"
    status, out, _ = driftguard("sources", "check", "--format", "json")
    assert [finding["name"] for finding in json.loads(out)] == ["prod", "state"]


def test_one_that_never_answers_is_given_up() -> None:
    with silent_server() as address:
        with Path("driftguard.toml").open("a") as file:
            file.write(f'[[source]]\nname = "hangs"\nkind = "prometheus"\nurl = "{address}"\n')
        status, out, _ = driftguard("sources", "check", "hangs", "--timeout", "0.3")
    assert status == 1
    assert "does not answer within 0.3 seconds" in out


def test_without_a_scan_it_says_what_to_do(tmp_path: Path) -> None:
    status, _, err = driftguard("sources", "list", "--store", tmp_path / "empty")
    assert status == 1
    assert "driftguard scan" in err
