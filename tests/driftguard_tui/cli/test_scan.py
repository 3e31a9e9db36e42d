"""`driftguard scan`: what it prints, what it keeps, and its exit status."""

import json
import tarfile
from pathlib import Path

import pytest
from msgspec import structs

from driftguard_tui.cli.scanning import judge
from engine.model import Level, SourceHealth, SourceRole, SourceStatus
from tests.support.command import driftguard, driftguard_process
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.report_schema import validate_report
from tests.support.sample_report import report
from tests.support.small_bundle import write_bundle, write_snapshot, write_state
from tests.support.terminal import Terminal

LONGER = {"VisibilityTimeout": "900"}


def test_in_sync_is_0(tmp_path: Path) -> None:
    status, out, err = driftguard("scan", "--no-record", "--bundle", write_bundle(tmp_path / "shop"))
    assert status == 0
    assert out == (
        "No drift as of 14 Mar 2026 09:00 UTC: 1 declared · 1 live · 1 in sync · 0 modified · 0 missing · "
        "0 unmanaged · coverage 100%\n"
    )
    assert err == "driftguard: reading 2 sources of shop\n"


def test_drift_is_2(tmp_path: Path) -> None:
    status, out, _ = driftguard("scan", "--no-record", "--bundle", write_bundle(tmp_path, live=LONGER))
    assert status == 2
    assert "visibility_timeout_seconds: 30 → 900" in out
    assert "1 drift as of 14 Mar 2026 09:00 UTC" in out


def test_drift_below_fail_on_is_0(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path, live=LONGER)
    status, out, _ = driftguard("scan", "--no-record", "--bundle", bundle, "--fail-on", "critical")
    assert status == 0
    assert "visibility_timeout_seconds" in out


@pytest.mark.parametrize("form", ["json", "ndjson", "sarif", "markdown", "table"])
def test_every_form_goes_to_standard_output_alone(tmp_path: Path, form: str) -> None:
    bundle = write_bundle(tmp_path, live=LONGER)
    status, out, err = driftguard("scan", "--no-record", "--bundle", bundle, "--format", form)
    assert status == 2
    assert "aws_sqs_queue.orders" in out
    assert err == f"driftguard: reading 2 sources of {bundle.name}\n"


def test_the_same_input_gives_the_same_report(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path, live=LONGER)
    reports = [
        validate_report(driftguard("scan", "--no-record", "--bundle", bundle, "--format", "json").out) for _ in range(2)
    ]
    for each in reports:
        for name in ("id", "started_at", "finished_at"):
            del each["scan"][name]
    assert json.dumps(reports[0]) == json.dumps(reports[1])


def test_the_report_is_about_the_time_that_was_asked_for(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path, live=LONGER)
    out = driftguard("scan", "--no-record", "--bundle", bundle, "--format", "json", "--as-of", "2026-04-01").out
    assert validate_report(out)["scan"]["as_of"] == "2026-04-01T00:00:00Z"


class TestSourcesThatFail:
    """One source cannot stop the others, and without it nobody says `in sync`."""

    @pytest.fixture(autouse=True)
    def _in_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "driftguard.toml").write_text(
            '[[source]]\nname = "state"\nkind = "terraform_state"\npath = "a.tfstate"\n'
            '[[source]]\nname = "more"\nkind = "terraform_state"\npath = "b.tfstate"\n'
            '[[source]]\nname = "prod"\nkind = "aws"\npath = "aws.json"\n'
        )
        write_state(tmp_path / "a.tfstate")
        write_snapshot(tmp_path / "aws.json")

    def test_no_drift_but_a_source_failed_is_1(self) -> None:
        status, out, err = driftguard("scan", "--no-record")
        assert status == 1
        assert "✗ more (terraform_state) failed" in out
        assert "cannot say that the estate is in sync: more (terraform_state) could not be read" in err
        assert "driftguard.toml: source[1].path: no such file, folder or match: b.tfstate" in err

    def test_drift_is_still_found(self, tmp_path: Path) -> None:
        write_snapshot(tmp_path / "aws.json", **LONGER)
        (tmp_path / "b.tfstate").write_text("{ not JSON")
        status, out, err = driftguard("scan", "--no-record", "--format", "json")
        assert status == 2
        found = validate_report(out)
        assert [drift["resource"]["address"] for drift in found["drifts"]] == ["aws_sqs_queue.orders"]
        assert [source["status"] for source in found["scan"]["sources"]] == ["ok", "failed", "ok"]
        assert found["scan"]["sources"][1]["error"]
        assert "there may be more drift: more (terraform_state) could not be read" in err

    def test_events_that_cannot_be_read_hide_no_drift(self, tmp_path: Path) -> None:
        write_state(tmp_path / "b.tfstate")
        with (tmp_path / "driftguard.toml").open("a") as file:
            file.write('[[source]]\nname = "tickets"\nkind = "jira"\npath = "gone"\n')
        (tmp_path / "a.tfstate").write_text('{"version": 4, "serial": 1, "lineage": "x", "resources": []}')
        status, out, err = driftguard("scan", "--no-record")
        assert status == 0
        assert "✗ tickets (jira) failed: gone: no such file, folder or match" in out
        assert "in sync:" not in err

    def test_without_a_source_of_actual_state_nothing_is_in_sync(self, tmp_path: Path) -> None:
        (tmp_path / "driftguard.toml").write_text(
            '[[source]]\nname = "state"\nkind = "terraform_state"\npath = "a.tfstate"\n'
        )
        status, _, err = driftguard("scan", "--no-record")
        assert status == 1
        assert "no source of actual state is configured" in err


@pytest.mark.parametrize(
    ("role", "status", "expected"),
    [
        (SourceRole.ACTUAL, SourceStatus.FAILED, 1),
        (SourceRole.DECLARED, SourceStatus.FAILED, 1),
        (SourceRole.EVENTS, SourceStatus.FAILED, 0),
        (SourceRole.ACTUAL, SourceStatus.STALE, 0),
        (SourceRole.ACTUAL, SourceStatus.PARTIAL, 0),
    ],
)
def test_only_failed_sources_of_state_forbid_saying_in_sync(
    role: SourceRole, status: SourceStatus, expected: int
) -> None:
    fine = SourceHealth("aws", "aws", SourceRole.ACTUAL, SourceStatus.OK)
    sources = (fine, SourceHealth("x", "y", role, status, error="because"))
    judged, _ = judge(structs.replace(report(sources=sources), drifts=()), Level.LOW)
    assert judged == expected


def test_several_failed_sources_make_one_sentence() -> None:
    failed = [
        SourceHealth(name, kind, SourceRole.ACTUAL, SourceStatus.FAILED, error="because")
        for name, kind in (("a", "aws"), ("gcp_assets", "gcp_assets"), ("c", "kubernetes"))
    ]
    _, sentence = judge(report(sources=tuple(failed)), Level.LOW)
    assert sentence == "there may be more drift: a (aws), gcp_assets and c (kubernetes) could not be read"


class TestOnATerminal:
    """What is drawn, and what is not, when standard output is a terminal."""

    def test_the_table_is_drawn_in_colour(self, tmp_path: Path) -> None:
        shown = on_a_terminal("scan", "--no-record", "--bundle", write_bundle(tmp_path, live=LONGER))
        assert "─────" in shown
        assert "\x1b[1m" in shown

    def test_no_color_is_obeyed(self, tmp_path: Path) -> None:
        bundle = write_bundle(tmp_path, live=LONGER)
        shown = on_a_terminal("scan", "--no-record", "--bundle", bundle, NO_COLOR="1")
        assert "\x1b[" not in shown
        assert "aws_sqs_queue.orders" in shown

    def test_progress_is_gone_when_the_report_is_there(self, tmp_path: Path) -> None:
        with Terminal("scan", "--no-record", "--bundle", write_bundle(tmp_path, live=LONGER)) as terminal:
            shown = terminal.read_all()
        progress, _, table = shown.rpartition("\x1b[2K")
        assert "comparing" in progress
        assert table.lstrip().startswith("\x1b[1mSEVERITY")


def on_a_terminal(*arguments: str | Path, **environ: str) -> str:
    """Everything a command writes to standard output on a terminal."""
    with Terminal(*arguments, errors=False, **environ) as terminal:
        return terminal.read_all()


@needs_shared_data
@pytest.mark.parametrize("name", ["estate-01", "estate-02"])
def test_bundles_that_others_made(tmp_path: Path, name: str) -> None:
    with tarfile.open(SHARED_DATA / "bundles" / f"{name}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    status, out, _ = driftguard("scan", "--no-record", "--bundle", tmp_path / name, "--format", "json")
    assert status == 2
    sources = validate_report(out)["scan"]["sources"]
    assert {"terraform_state", "aws", "cloudtrail", "git"} <= {source["kind"] for source in sources}
    assert {source["status"] for source in sources} <= {"ok", "partial"}


class TestRecording:
    def test_what_was_found_can_be_listed_and_shown(self, tmp_path: Path) -> None:
        bundle, store = write_bundle(tmp_path / "shop", live=LONGER), tmp_path / "store"
        assert driftguard("scan", "--bundle", bundle, "--store", store).status == 2
        status, out, err = driftguard("drifts", "list", "--store", store)
        assert (status, err) == (0, "")
        titles, line, _, total = out.splitlines()
        assert titles.split()[:4] == ["ID", "SEVERITY", "STATUS", "KIND"]
        assert "open" in line
        assert "aws_sqs_queue.orders" in line
        assert total == "1 drift"
        shown = driftguard("drifts", "show", line.split()[0], "--store", store)
        assert shown.status == 0
        assert "visibility_timeout_seconds\n    - 30\n    + 900" in shown.out

    def test_a_drift_that_is_gone_is_resolved(self, tmp_path: Path) -> None:
        bundle, store = write_bundle(tmp_path / "shop", live=LONGER), tmp_path / "store"
        driftguard("scan", "--bundle", bundle, "--store", store)
        write_bundle(bundle)
        assert driftguard("scan", "--bundle", bundle, "--store", store).status == 0
        assert driftguard("drifts", "list", "--store", store).out == "No drift is recorded here.\n"
        resolved = json.loads(
            driftguard("drifts", "list", "--status", "resolved", "--store", store, "--format", "json").out
        )
        assert [record["status"] for record in resolved] == ["resolved"]

    def test_the_store_is_the_configurations_unless_another_is_given(self, tmp_path: Path) -> None:
        write_bundle(tmp_path, live=LONGER)
        (tmp_path / "driftguard.toml").write_text(
            '[store]\npath = "kept"\n'
            '[[source]]\nname = "state"\nkind = "terraform_state"\npath = "terraform"\n'
            '[[source]]\nname = "prod"\nkind = "aws"\npath = "aws"\n'
        )
        config = tmp_path / "driftguard.toml"
        assert driftguard("scan", "--config", config).status == 2
        assert (tmp_path / "kept" / "ledger.sqlite").is_file()
        assert json.loads(driftguard("drifts", "list", "--config", config, "--format", "json").out)
        other = driftguard("drifts", "list", "--config", config, "--store", tmp_path / "other")
        assert other.status == 1
        assert "no scan is recorded in" in other.err

    def test_nothing_is_recorded_when_not_wanted(self, tmp_path: Path) -> None:
        store = tmp_path / "store"
        driftguard("scan", "--no-record", "--bundle", write_bundle(tmp_path / "shop"), "--store", store)
        assert not store.exists()

    def test_an_unknown_drift_is_a_sentence(self, tmp_path: Path) -> None:
        store = tmp_path / "store"
        driftguard("scan", "--bundle", write_bundle(tmp_path / "shop"), "--store", store)
        status, out, err = driftguard("drifts", "show", "beef", "--store", store)
        assert (status, out) == (1, "")
        assert "no drift has an id that begins with 'beef'" in err

    def test_a_store_in_use_is_a_sentence(self, tmp_path: Path) -> None:
        from engine.store import open_stores

        bundle, store = write_bundle(tmp_path / "shop"), tmp_path / "store"
        with open_stores(store):
            status, out, err = driftguard_process("scan", "--bundle", bundle, "--store", store)
        assert (status, out) == (1, "")
        assert "--store" in err
        assert "Traceback" not in err


def test_driftguard_alone_prints_the_report_where_there_is_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bundle(tmp_path, live=LONGER)
    (tmp_path / "driftguard.toml").write_text(
        '[[source]]\nname = "state"\nkind = "terraform_state"\npath = "terraform"\n'
        '[[source]]\nname = "prod"\nkind = "aws"\npath = "aws"\n'
    )
    monkeypatch.chdir(tmp_path)
    status, out, _ = driftguard("--store", tmp_path / "store")
    assert status == 2
    assert "aws_sqs_queue.orders" in out
