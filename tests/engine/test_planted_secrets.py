"""Secrets of many kinds, put wherever a source lets somebody write: none of them is kept or shown anywhere."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from engine.collectors.base import Context
from engine.collectors.last_look import without_secrets
from engine.model import Event
from engine.redact import is_secret_name, may_hold_secret, redact_json, redact_prose, redact_value
from tests.support import trail
from tests.support.command import Outcome, driftguard
from tests.support.event_samples import SAMPLES, Sample
from tests.support.git_history import History
from tests.support.inbox import webhook
from tests.support.secret_samples import FORMS, HARMLESS, SHAPES, named
from tests.support.small_bundle import URL, write_bundle
from tests.support.tampering import leaves, replaced, value_at

_STANDS_ALONE = {"AWS secret key"}  # within other text, forty letters are anything


@pytest.mark.parametrize("kind", FORMS)
def test_a_secrets_form_gives_it_away_in_any_text(kind: str) -> None:
    text, secret = FORMS[kind]
    around = text if kind in _STANDS_ALONE else f"before {text} after"
    for document in ({"note": text}, [around], {"inner": json.dumps({"deep": json.dumps([around])})}):
        assert secret not in json.dumps(redact_value(document))
        assert secret not in redact_json(json.dumps(document))
        assert secret not in redact_json(json.dumps(document, indent=1))
    assert secret not in redact_prose(around)


@pytest.mark.parametrize(("name", "secret"), named().items())
def test_a_secrets_name_gives_it_away(name: str, secret: str) -> None:
    for document in ({name: secret}, {"Name": name, "Value": secret}, {"inner": json.dumps({"a": [{name: secret}]})}):
        assert secret not in redact_json(json.dumps(document))


@pytest.mark.parametrize("kind", SHAPES)
def test_what_stands_around_a_secret_gives_it_away(kind: str) -> None:
    value, secret = SHAPES[kind]
    for document in ({"note": value}, {"inner": json.dumps({"deep": value})}):
        assert secret not in redact_json(json.dumps(document))


@pytest.mark.parametrize("text", HARMLESS)
def test_names_ids_hashes_and_sentences_stay_as_they_are(text: str) -> None:
    for document in ({"note": text}, [text], {"inner": json.dumps({"deep": text})}):
        assert redact_value(document) == document
    assert redact_prose(text) == text


def test_clean_records_pass_at_a_glance() -> None:
    plain = [text for text in HARMLESS if len(text) != 40]  # as long as a secret key is a git hash, too
    assert not [text for text in plain if may_hold_secret(json.dumps({"value": text}).encode())]


def test_names_of_settings_about_secrets_are_none() -> None:
    assert not any(map(is_secret_name, ("secretKeyRef", "secretName", "passwordPolicy", "tokenTtl", "webhook_url")))


_PLANTED = tuple(FORMS[kind] for kind in ("RSA key", "GitHub token", "shell", "password in a URL", "YAML"))
#: What no one but the provider writes, and nobody can have written a secret into.
_OF_THE_PROVIDER = (
    "kubernetes_audit apiVersion", "kubernetes_audit kind", "kubernetes_audit level", "kubernetes_audit sourceIPs",
    "kubernetes_audit objectRef.apiVersion", "azure_activity authorization.", "azure_activity identity.authorization.",
    "aws_config_history configurationItemStatus", "azure_monitor timeseries", "azure_monitor properties.essentials.",
    "cloudtrail resources", "gcp_audit_logs protoPayload.resourceName", "azure_activity resourceId",
    "azure_activity properties.targetResourceId",
)  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.kind}-{next(iter(sample.records[0]))}")
def test_nothing_of_an_event_holds_a_secret_wherever_in_its_record_it_stood(sample: Sample, tmp_path: Path) -> None:
    number = 0
    for place, record in enumerate(sample.records):
        for path in leaves(record):
            if not isinstance(value_at(record, path), str) or _is_the_providers(sample, path):
                continue
            number += 1
            text, secret = _PLANTED[number % len(_PLANTED)]
            records = list(sample.records)
            records[place] = replaced(record, path, f"{value_at(record, path)} {text}")
            (tmp_path / "log.json").write_bytes(sample.file(records))
            for found in sample.read(tmp_path, Context()):
                kept = without_secrets(found) if isinstance(found, Event) else found
                assert secret not in msgspec.json.encode(kept).decode(), path


def _is_the_providers(sample: Sample, path: tuple[Any, ...]) -> bool:
    return f"{sample.kind} {'.'.join(map(str, path))}".startswith(_OF_THE_PROVIDER)


def _texts() -> list[str]:
    return [text for kind, (text, _) in FORMS.items() if kind not in _STANDS_ALONE]


def _everything() -> dict[str, Any]:
    """Every secret there is, in one value."""
    return {
        "forms": [text for text, _ in FORMS.values()],
        "names": named(),
        "shapes": [value for value, _ in SHAPES.values()],
    }


SECRETS = {
    **{kind: secret for kind, (_, secret) in FORMS.items()},
    **named(),
    **{kind: secret for kind, (_, secret) in SHAPES.items()},
}

#: Where in the first record of each kind people write.
_WRITABLE: dict[str, tuple[str, ...]] = {
    "cloudtrail": ("requestParameters", "responseElements", "errorMessage", "userAgent", "additionalEventData"),
    "gcp_audit_logs": ("protoPayload.request", "protoPayload.response", "protoPayload.metadata", "labels"),
    "kubernetes_audit": ("requestObject", "responseObject", "annotations", "requestURI"),
    "azure_activity": ("properties.requestbody", "properties.responseBody", "properties.message", "description"),
    "aws_config_history": ("configuration", "supplementaryConfiguration", "tags"),
    "jira": ("fields.description", "fields.customfield_1", "fields.environment", "fields.summary"),
    "servicenow": ("description", "u_details", "work_notes", "short_description"),
    "prometheus": ("annotations", "generatorURL", "metric.owner"),
    "cloudwatch": ("AlarmDescription", "StateReason", "Label"),
    "gcp_monitoring": ("policy.documentation.content", "resource.labels.owner", "metric.labels.owner"),
    "azure_monitor": ("properties.essentials.description", "properties.context"),
}
_TEXTUAL = ("url", "uri", "message", "agent", "reason", "label", "owner")
_MAPS = ("annotations", "labels", "tags", "supplementaryConfiguration")


def _planted(sample: Sample) -> list[Any]:
    """The sample's records, the first of which once for every place, with all secrets there."""
    records: list[Any] = list(sample.records)
    for place in _WRITABLE[sample.kind]:
        *holders, last = place.split(".")
        if holders and holders[0] not in records[0]:
            continue  # a sample of metrics
        record = json.loads(json.dumps(records[0]))
        holder = value_at(record, tuple(holders))
        if last in _MAPS:
            holder[last] = {**(holder.get(last) or {}), **named(), "note": "\n".join(_texts())}
        elif isinstance(holder.get(last), str) or last.lower().endswith(_TEXTUAL):
            holder[last] = f"{holder.get(last, '')}?{'&'.join(_texts())}"
        else:
            holder[last] = _everything()
        records[0] = record
    return records


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estate with a drifted queue, whose every source of events holds every secret."""
    folder = write_bundle(tmp_path_factory.mktemp("planted"), live={"VisibilityTimeout": "900"})
    for number, sample in enumerate(SAMPLES):
        file = folder / sample.folder / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sample.file(_planted(sample)))
    call = trail.record(
        "SetQueueAttributes",
        {"queueUrl": URL, "attributes": {"VisibilityTimeout": "900"}, **_everything()},
        eventID="queue",
        eventTime="2026-03-14T08:50:00Z",
        eventSource="sqs.amazonaws.com",
        userAgent=" ".join(_texts()),
    )
    (folder / "cloudtrail" / "queue.json").write_text(json.dumps(call))
    history = History(folder / "repos" / "infra.git")
    lines = [f"  note_{number} = {json.dumps(text)}" for number, text in enumerate(_texts())]
    lines += [f"  {name} = {json.dumps(secret)}" for name, secret in named().items()]
    code = 'resource "aws_sqs_queue" "orders" {\n' + "\n".join(lines) + "\n}\n"
    manifests = [value for value, _ in SHAPES.values() if isinstance(value, dict) and "kind" in value]
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "\n".join(_texts())}}
    documents = "\n---\n".join(json.dumps(each) for each in (*manifests, settings))
    at = datetime(2026, 3, 14, 8, tzinfo=UTC)
    history.commit(at, "Make the queue", {"main.tf": code, "k8s/all.yaml": documents})
    for number, (text, _) in enumerate(FORMS.values()):
        history.commit(at + timedelta(minutes=number / 2), f"Set {text}", {f"{number}.txt": text})
    return folder


@pytest.fixture(scope="module")
def store(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stores of a scan of it."""
    folder = tmp_path_factory.mktemp("store")
    outcome = driftguard("scan", "--bundle", bundle, "--store", folder, "--format", "json")
    _assert_clean(outcome.out + outcome.err)
    report = json.loads(outcome.out)
    assert len(report["drifts"]) == 1
    assert all(source["records"] for source in report["scan"]["sources"]), report["scan"]["sources"]
    return folder


@pytest.mark.parametrize("format_", ["table", "json", "ndjson", "sarif", "markdown"])
def test_no_report_shows_one(bundle: Path, store: Path, format_: str) -> None:
    _assert_clean(_said(driftguard("scan", "--bundle", bundle, "--store", store, "--format", format_)))


def test_no_command_shows_one(store: Path) -> None:
    [drift] = json.loads(driftguard("drifts", "list", "--store", store, "--format", "json").out)
    span = ("--from", "2026-03-01T00:00:00Z", "--to", "2026-04-01T00:00:00Z")
    for command in (
        ("drifts", "show", drift["id"]),
        ("drifts", "show", drift["id"], "--format", "json"),
        ("timeline", *span),
        ("timeline", *span, "--format", "json"),
        ("timeline", "--around", drift["id"], "--format", "json"),
        ("correlations", "list"),
        ("correlations", "list", "--format", "json"),
    ):
        outcome = driftguard(*command, "--store", store)
        assert outcome.status in (0, 2), outcome.err
        _assert_clean(_said(outcome))


def test_nobody_is_told_one(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in what arrives, nor in what is kept of it, nor in the store beside it, nor in an export."""
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "notifications.toml").write_text('[[rules]]\nid = "critical-drift"\nleast = "low"\n')
    sources = "".join(
        f'[[source]]\nname = "{kind}"\nkind = "{kind}"\npath = "{bundle}/{folder}"\n'
        for kind, folder in (("terraform_state", "terraform"), ("aws", "aws"), ("cloudtrail", "cloudtrail"))
    )
    secret = "".join(_texts())[:200]
    broken = (
        f'[[source]]\nname = "broken"\nkind = "jira"\npath = {json.dumps(str(tmp_path / secret.replace("/", "_")))}\n'
    )
    config = tmp_path / "driftguard.toml"
    config.write_text(f'[store]\npath = "store"\n{sources}{broken}[[notify]]\nname = "ops"\nurl = "env:OPS_URL"\n')
    with webhook() as hook:
        monkeypatch.setenv("OPS_URL", hook.url)
        assert driftguard("scan", "--config", config).status == 2
    assert {told["title"].partition(":")[0] for told in hook.got} == {"Critical drift", "Source broken is failed"}
    _assert_clean(json.dumps(hook.got))
    for command in (("notifications", "list"), ("notifications", "list", "--format", "json"), ("audit", "export")):
        outcome = driftguard(*command, "--config", config)
        assert outcome.status == 0, outcome.err
        _assert_clean(_said(outcome))
    for file in (tmp_path / "store").rglob("*"):
        if file.is_file():
            _assert_clean(file.read_bytes().decode("latin-1"))


def test_no_store_keeps_one(store: Path) -> None:
    """Neither in the bytes of its files nor in what their columns hold once they are unpacked."""
    files = [file for file in store.rglob("*") if file.is_file()]
    assert files
    for file in files:
        _assert_clean(file.read_bytes().decode("latin-1"))
    held = 0
    for file in files:
        for row in _rows(file):
            held += 1
            _assert_clean(row)
    assert held > 100


def _rows(file: Path) -> Iterator[str]:
    """Every row of every table of a store's file, as JSON."""
    if file.suffix == ".duckdb":
        with duckdb.connect(str(file), read_only=True) as connection:
            for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                yield from (repr(row) for row in connection.execute(f'SELECT * FROM "{table}"').fetchall())
    elif file.read_bytes().startswith(b"SQLite format 3"):
        with contextlib.closing(sqlite3.connect(file)) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                yield from (repr(row) for row in database.execute(f'SELECT * FROM "{table}"').fetchall())


def _said(outcome: Outcome) -> str:
    return outcome.out + outcome.err


def _assert_clean(text: str) -> None:
    """None of the secrets is in a text, as it is or as JSON within JSON has it."""
    plain = text.replace("\\", "")
    assert not [kind for kind, secret in SECRETS.items() if secret in text or secret in plain]
