"""`driftguard config` and `driftguard doctor`."""

import json
import re
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.config import load_config
from engine.secrets import INSTEAD
from tests.support.aws_gate import Gate, Refusal, open_gate
from tests.support.command import driftguard
from tests.support.git_history import History
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures
from tests.support.small_bundle import write_bundle, write_state
from tests.support.terminal import Terminal


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sources() -> list[tuple[str, str, list[str]]]:
    return [(s.name, s.kind, s.settings.paths if s.settings else []) for s in load_config().sources]


class TestInit:
    def test_finds_states_recordings_and_the_checkout(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        write_state(tmp_path / "apps" / "web" / "terraform.tfstate")
        (tmp_path / "apps" / "web" / "terraform.tfstate.backup").touch()
        (tmp_path / ".git").mkdir()
        status, out, err = driftguard("config", "init", "--yes")
        assert (status, err) == (0, "")
        assert "terraform_state: apps/web/*.tfstate, terraform/*.tfstate" in out
        assert sources() == [
            ("state", "terraform_state", ["apps/web/*.tfstate", "terraform/*.tfstate"]),
            ("aws", "aws", ["aws"]),
            ("code", "git", ["."]),
        ]
        assert driftguard("config", "check").status == 0

    def test_finds_the_checkout_it_is_inside_of(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / "envs" / "prod").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / "envs" / "prod")
        driftguard("config", "init", "--yes")
        assert sources() == [("code", "git", ["../.."])]

    def test_finds_where_terraform_keeps_a_remote_state(self, tmp_path: Path) -> None:
        noted = {"version": 3, "backend": {"type": "s3", "config": {"bucket": "states", "key": "prod/app.tfstate"}}}
        (tmp_path / ".terraform").mkdir()
        (tmp_path / ".terraform" / "terraform.tfstate").write_text(json.dumps(noted))
        driftguard("config", "init", "--yes")
        assert sources() == [("state-s3", "terraform_state", ["s3://states/prod/app.tfstate"])]

    def test_takes_the_account_of_the_shell(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        monkeypatch.setenv("AWS_PROFILE", "prod")
        driftguard("config", "init", "--yes")
        assert sources() == [("aws", "aws", []), ("cloudtrail", "cloudtrail", [])]
        assert 'profile = "prod"\nregions = ["eu-central-1"]' in Path("driftguard.toml").read_text()

    def test_an_empty_folder_gives_examples_to_fill_in(self) -> None:
        status, out, _ = driftguard("config", "init", "--yes")
        assert status == 0
        assert "nothing to read was found here" in out
        assert sources() == []
        text = Path("driftguard.toml").read_text()
        assert "# [[source]]" in text
        settings = r"^# (\[\[|(name|kind|regions|context|scope|subscriptions) =|path = \[)"
        Path("driftguard.toml").write_text(re.sub(settings, r"\1", text, flags=re.MULTILINE))
        names = [name for name, _, _ in sources()]
        assert names[-6:] == ["state", "aws", "cloudtrail", "cluster", "google", "azure"]

    def test_code_in_a_folder_called_aws_is_not_taken_for_a_recording(self, tmp_path: Path) -> None:
        (tmp_path / "aws").mkdir()
        (tmp_path / "aws" / "main.tf").write_text("# code")
        driftguard("config", "init", "--yes")
        assert [(kind, paths) for _, kind, paths in sources()] == [("terraform_code", ["aws"])]

    def test_manifests_are_known_by_how_they_begin(self, tmp_path: Path) -> None:
        (tmp_path / "deploy" / "web").mkdir(parents=True)
        (tmp_path / "deploy" / "web" / "a.yaml").write_text("# web\napiVersion: v1\nkind: Service\n")
        (tmp_path / "ci.yml").write_text("steps: []\nkind: pipeline\n")
        driftguard("config", "init", "--yes")
        assert [(kind, paths) for _, kind, paths in sources()] == [("kubernetes_manifests", ["deploy/web"])]

    def test_names_of_folders_cannot_write_configuration(self, tmp_path: Path) -> None:
        write_state(tmp_path / 'a"\n[store]\npath = "x' / "terraform.tfstate")
        driftguard("config", "init", "--yes")
        assert len(sources()) == 1
        assert load_config().store != tmp_path / "x"

    def test_overwrites_only_by_force(self) -> None:
        Path("driftguard.toml").write_text("# mine")
        status, out, err = driftguard("config", "init", "--yes")
        assert (status, out) == (1, "")
        assert "driftguard.toml exists already and is left as it is" in err
        assert Path("driftguard.toml").read_text() == "# mine"
        assert driftguard("config", "init", "--yes", "--force").status == 0
        assert "[estate]" in Path("driftguard.toml").read_text()

    def test_a_second_time_changes_nothing(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        driftguard("config", "init", "--yes")
        written = Path("driftguard.toml").read_bytes()
        status, out, _ = driftguard("config", "init", "--yes")
        assert status == 0
        assert "is as it would be written" in out
        assert Path("driftguard.toml").read_bytes() == written

    def test_without_a_terminal_the_proposals_are_listed_and_nothing_is_written(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        status, out, err = driftguard("config", "init")
        assert status == 0
        assert out.splitlines()[:3] == [
            "TAKE  NO.  NAME        KIND             READS                WHY",
            "yes   1    state       terraform_state  terraform/*.tfstate  1 file here",
            "yes   2    aws         aws              aws                  by the name of its folder",
        ]
        assert "nothing is written" in err
        assert not Path("driftguard.toml").exists()
        [state, *_] = json.loads(driftguard("config", "init", "--format", "json").out)
        assert state["settings"] == {"path": ["terraform/*.tfstate"]}
        assert state["taken"] is True

    def test_what_it_writes_gives_a_first_scan_that_finds_the_drift(self, tmp_path: Path) -> None:
        write_bundle(tmp_path, live={"VisibilityTimeout": "900"})
        with closing(History(tmp_path / "shop.git")) as history:
            history.commit(datetime(2026, 3, 1, tzinfo=UTC), "a queue", {"README.md": "shop"})
        (tmp_path / "k8s").mkdir()
        (tmp_path / "k8s" / "web.yaml").write_text(
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
        )
        driftguard("config", "init", "--yes")
        assert driftguard("config", "check").status == 0
        status, out, _ = driftguard("scan", "--format", "json", "--no-record")
        report = json.loads(out)
        assert status == 2
        assert {source["name"]: source["status"] for source in report["scan"]["sources"]} == {
            "state": "ok",
            "manifests": "ok",
            "aws": "ok",
            "code": "ok",
        }
        assert [drift["changes"][0]["path"] for drift in report["drifts"]] == ["visibility_timeout_seconds"]


class TestInitOnATerminal:
    def test_it_lets_choose_tries_each_source_and_asks_before_it_writes(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        file = tmp_path / "driftguard.toml"
        with Terminal("config", "init", "--config", file, JIRA_API_TOKEN="hunter2", NO_COLOR="1") as terminal:
            terminal.read_until(lambda shown: "enter when it is right" in shown)
            terminal.press("2 3\n")
            terminal.read_until(lambda shown: shown.count("enter when it is right") == 2)
            terminal.press("\n")
            terminal.read_until(lambda shown: "Address of Jira" in shown)
            terminal.press("http://127.0.0.1:9\n")
            terminal.read_until(lambda shown: "Write " in shown)
            assert not file.exists()
            terminal.press("\n")
            shown = terminal.read_all()
            assert terminal.status() == 0
        assert "✓ state: terraform_state: 1 records in 1 file" in shown
        assert "✗ jira: jira: " in shown
        assert [(source.name, source.kind) for source in load_config(file).sources] == [
            ("state", "terraform_state"),
            ("jira", "jira"),
        ]
        assert 'token = "env:JIRA_API_TOKEN"' in file.read_text()

    def test_leaving_it_writes_nothing(self, tmp_path: Path) -> None:
        with Terminal("config", "init", "--config", tmp_path / "driftguard.toml") as terminal:
            terminal.read_until(lambda shown: "enter when it is right" in shown)
            terminal.press("\x04")
            assert terminal.status() == 130
        assert not (tmp_path / "driftguard.toml").exists()


class TestCheck:
    def test_lists_the_sources(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        driftguard("config", "init", "--yes")
        status, out, err = driftguard("config", "check")
        assert (status, err) == (0, "")
        assert out.splitlines()[2:] == [
            "NAME   KIND             ROLE      READS",
            "state  terraform_state  declared  terraform/*.tfstate",
            "aws    aws              actual    aws",
        ]
        assert json.loads(driftguard("config", "check", "--format", "json").out)[0] == {
            "name": "state",
            "kind": "terraform_state",
            "role": "declared",
            "reads": "terraform/*.tfstate",
        }

    def test_a_path_that_names_nothing_is_told_by_file_and_key(self) -> None:
        Path("driftguard.toml").write_text('[[source]]\nname = "s"\nkind = "terraform_state"\npath = "no/*.tfstate"\n')
        status, _, err = driftguard("config", "check")
        assert status == 1
        assert err == "driftguard: driftguard.toml: source[0].path: no such file, folder or match: no/*.tfstate\n"

    def test_every_mistake_is_a_line(self) -> None:
        Path("driftguard.toml").write_text("[estate]\nnam = 1\n[[source]]\nname = 1\n")
        status, out, err = driftguard("config", "check")
        assert (status, out) == (1, "")
        assert [line.split(": ")[2] for line in err.splitlines()] == ["estate.nam", "source[0].name", "source[0].kind"]

    def test_mistakes_in_tables_of_ones_own_are_told(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        driftguard("config", "init", "--yes")
        tables = tmp_path / "providers"
        tables.mkdir()
        (tables / "policies.toml").write_text('[[policies]]\nid = "import"\naction = "undo"\n')
        status, _, err = driftguard("config", "check")
        assert status == 1
        assert err.startswith("driftguard: policies.toml: policies[0].action: expected one of revert, adopt, ")

    def test_no_configuration_is_told(self) -> None:
        status, _, err = driftguard("config", "check")
        assert status == 1
        assert "`driftguard config init` writes one" in err


def live_source(kind: str, gate: Gate, **settings: object) -> None:
    """Configures a live source `prod` behind the gate, in eu-west-1."""
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in settings.items()]
    Path("driftguard.toml").write_text(
        f'[[source]]\nname = "prod"\nkind = "{kind}"\nregions = ["eu-west-1"]\n'
        f'endpoint_url = "{gate.url}"\n{"".join(lines)}'
    )


def findings(*arguments: str | Path) -> tuple[int, dict[str, tuple[str, str]]]:
    status, out, _ = driftguard("doctor", "--format", "json", *arguments)
    return status, {f"{item['area']}/{item['name']}": (item["verdict"], item["detail"]) for item in json.loads(out)}


class TestDoctor:
    def test_all_is_well(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        driftguard("config", "init", "--yes")
        status, found = findings("--store", tmp_path / "store")
        assert status == 0
        assert found["sources/state"] == ("ok", "terraform_state: 1 records in 1 file")
        verdict, detail = found["sources/aws"]
        assert verdict == "ok"
        assert detail.startswith("aws: 1 records in 1 file, the newest of 2026-03-14 09:00 UTC, ")
        assert found["store/folder"][1].endswith("not there yet, the first scan makes it")
        assert found["secrets/keyring"] == ("note", f"this machine has none; name secrets as {INSTEAD}")
        assert found["versions/duckdb"][0] == "ok"
        assert {"programs/terraform", "programs/kubectl"} <= set(found)

    def test_a_broken_source_is_told_and_the_others_are_looked_at(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        driftguard("config", "init", "--yes")
        (tmp_path / "terraform" / "orders.tfstate").write_text("{ broken")
        status, found = findings()
        assert status == 1
        assert found["sources/state"][0] == "broken"
        assert "orders.tfstate" in found["sources/state"][1]
        assert found["sources/aws"][0] == "ok"

    def test_a_broken_configuration_is_told_and_the_rest_is_looked_at(self) -> None:
        Path("driftguard.toml").write_text("[estate]\nnam = 1\n")
        status, found = findings()
        assert status == 1
        assert found["configuration/file"][0] == "broken"
        assert "versions/driftguard" in found

    def test_a_secret_that_cannot_be_had_is_told(self) -> None:
        Path("driftguard.toml").write_text('[store]\nshared = "env:NO_SUCH_VARIABLE"\n')
        status, found = findings()
        assert status == 1
        assert found["store/shared"][0] == "broken"

    def test_a_store_that_cannot_be_opened_is_told(self, tmp_path: Path) -> None:
        store = tmp_path / "store"
        store.mkdir()
        (store / "timeline.duckdb").write_bytes(b"not a database" * 400)
        status, found = findings("--store", store)
        assert status == 1
        assert found["store/folder"][0] == "broken"

    def test_a_live_account_is_asked_who_is_calling_and_what_that_may_read(self, moto_endpoint: str) -> None:  # noqa: F811
        with open_gate(moto_endpoint) as gate:
            gate.refusals.append(Refusal("sqs", "ListQueues", "AccessDenied", 403))
            live_source("aws", gate, types=["AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::SNS::Topic"])
            status, found = findings()
            out = driftguard("doctor").out
        assert status == 0
        verdict, detail = found["sources/prod"]
        assert verdict == "note"
        assert detail.startswith("aws: reachable, as arn:aws:")
        assert detail.endswith(", read as it is at the moment")
        assert "      may read 2 of 3 types in eu-west-1\n" in out
        assert "      cannot read AWS::SQS::Queue: needs sqs:ListQueues\n" in out

    def test_an_audit_log_tells_how_fresh_it_is(self, moto_endpoint: str) -> None:  # noqa: F811
        answer = {"Events": [{"EventTime": 1772452800, "EventName": "RunInstances"}]}
        with open_gate(moto_endpoint) as gate:
            gate.answers["cloudtrail"] = json.dumps(answer).encode()
            live_source("cloudtrail", gate)
            status, found = findings()
        assert status == 0
        verdict, detail = found["sources/prod"]
        assert verdict == "ok"
        assert ", the newest of 2026-03-02 12:00 UTC, " in detail

    def test_an_audit_log_that_may_not_be_read_is_broken(self, moto_endpoint: str) -> None:  # noqa: F811
        with open_gate(moto_endpoint) as gate:
            gate.refusals.append(Refusal("cloudtrail", "LookupEvents", "AccessDeniedException"))
            live_source("cloudtrail", gate)
            status, found = findings()
            out = driftguard("doctor").out
        assert status == 1
        assert found["sources/prod"][0] == "broken"
        assert "      cannot read events of eu-west-1: needs cloudtrail:LookupEvents\n" in out

    def test_a_checkout_tells_when_it_was_fetched_and_what_is_cut_off(self, tmp_path: Path) -> None:
        done = subprocess.run(["git", "init", "-q", tmp_path / "shop"], check=False, capture_output=True)
        if done.returncode:
            pytest.skip("needs the git program")
        (tmp_path / "shop" / ".git" / "FETCH_HEAD").touch()
        (tmp_path / "shop" / ".git" / "shallow").write_text("0" * 40)
        Path("driftguard.toml").write_text('[[source]]\nname = "code"\nkind = "git"\npath = "shop"\n')
        out = driftguard("doctor").out
        assert "      may read shop, fetched 2" in out
        assert "      cannot read the older history of shop: needs git fetch --unshallow\n" in out

    def test_an_account_out_of_reach_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
        Path("driftguard.toml").write_text(
            '[[source]]\nname = "prod"\nkind = "aws"\nregions = ["eu-west-1"]\nendpoint_url = "http://127.0.0.1:9"\n'
        )
        status, found = findings()
        assert status == 1
        verdict, detail = found["sources/prod"]
        assert verdict == "broken"
        assert "AWS cannot be reached at 127.0.0.1:9" in detail
        assert "hunter2" not in detail

    def test_is_read_easily(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        driftguard("config", "init", "--yes")
        out = driftguard("doctor").out
        assert "Sources\n  ✓ state: terraform_state: 1 records in 1 file\n" in out


def test_real_checkouts_are_recognised(tmp_path: Path) -> None:
    done = subprocess.run(["git", "init", "-q", tmp_path], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("needs the git program")
    driftguard("config", "init", "--yes")
    assert sources() == [("code", "git", ["."])]
