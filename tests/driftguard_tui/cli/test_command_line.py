"""The command line as a whole: help, mistakes, interruptions, and what is not loaded for nothing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import driftguard, driftguard_process
from tests.support.small_bundle import write_bundle

HEAVY = ("boto3", "duckdb", "sqlalchemy", "alembic", "numpy", "dulwich", "textual", "rich", "keyring", "sklearn",
         "xgboost", "kubernetes", "google", "azure", "asyncio", "engine.pipeline", "engine.collectors")  # fmt: skip

PROBE = """
import sys
from driftguard_tui.cli import run
status = run(sys.argv[1:])
heavy = [name for name in {heavy!r} if name in sys.modules]
print("LOADED", heavy, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["drifts", "list", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = PROBE.format(heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
    assert done.stderr == "LOADED []\n"
    assert done.stdout


def test_help_names_every_command() -> None:
    status, out, _ = driftguard("--help")
    assert status == 0
    for name in ("demo", "scan", "drifts", "config", "doctor"):
        assert f"\n  {name} " in out


@pytest.mark.parametrize(
    "arguments",
    ["scan", "demo", "drifts list", "drifts show", "config init", "config check", "doctor"],
)
def test_every_command_takes_help_config_and_store(arguments: str) -> None:
    status, out, _ = driftguard(*arguments.split(), "--help")
    assert status == 0
    assert all(option in out for option in ("--help", "--config FILE", "--store DIR"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scna"], """there is no command 'scna'; did you mean "scan"?"""),
        (["scan", "--fail-on", "bad"], "'bad' is not one of 'low', 'medium', 'high', 'critical'"),
        (["scan", "--as-of", "noon"], "'noon' is no time; write it as 2026-03-14T03:12:00Z or 2026-03-14"),
        (["scan", "--bundle", "x", "--config", "y"], "give --bundle or --config, not both"),
        (["scan", "--bundle", "nowhere"], "nowhere: no such folder"),
        (["scan", "--config", "nowhere.toml"], "no such configuration file"),
        (["--config", "nowhere.toml", "scan"], "no such configuration file"),
        (["drifts", "show"], "Missing argument 'ID'"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_status_1(arguments: list[str], sentence: str) -> None:
    status, out, err = driftguard(*arguments)
    assert (status, out) == (1, "")
    assert err.startswith("driftguard: ")
    assert sentence in err
    assert err.count("\n") == 1


def test_without_a_configuration_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in ([], ["scan"]):
        status, out, err = driftguard(*arguments)
        assert (status, out) == (1, "")
        assert "driftguard config init" in err


def test_it_runs_as_a_module() -> None:
    status, out, err = driftguard_process("--version")
    assert (status, err) == (0, "")
    assert out.startswith("driftguard, version ")


def test_a_reader_that_leaves_is_no_reason_to_complain(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    command = f"{sys.executable} -m driftguard_tui scan --no-record --format json --bundle {tmp_path} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


def test_an_interruption_ends_it_at_once_with_130(tmp_path: Path) -> None:
    # A live source at an address that accepts connections and never answers.
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        (tmp_path / "driftguard.toml").write_text(
            '[[source]]\nname = "prod"\nkind = "aws"\nregions = ["eu-west-1"]\n'
            f'endpoint_url = "http://127.0.0.1:{silent.getsockname()[1]}"\n'
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "driftguard_tui", "scan", "--no-record"],
            cwd=tmp_path,
            env={**os.environ, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background may have had interruptions ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        silent.settimeout(30)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=25)  # the source itself waits for 30 seconds before it asks again
        connection.close()
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "driftguard: interrupted"
    assert "Traceback" not in err


def test_output_that_cannot_be_encoded_is_written_as_well_as_it_can(tmp_path: Path) -> None:
    write_bundle(tmp_path, live={"VisibilityTimeout": "900"})
    status, out, err = driftguard_process("scan", "--no-record", "--bundle", tmp_path, PYTHONIOENCODING="ascii")
    assert status == 2
    assert "aws_sqs_queue.orders" in out
    assert "Traceback" not in err


def test_formats_of_lists_agree(tmp_path: Path) -> None:
    write_bundle(tmp_path, live={"VisibilityTimeout": "900"})
    store = tmp_path / "store"
    driftguard("scan", "--bundle", tmp_path, "--store", store)
    as_list = json.loads(driftguard("drifts", "list", "--store", store, "--format", "json").out)
    as_lines = driftguard("drifts", "list", "--store", store, "--format", "ndjson").out.splitlines()
    assert list(map(json.loads, as_lines)) == as_list
