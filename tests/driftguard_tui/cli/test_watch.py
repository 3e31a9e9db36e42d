"""`driftguard watch`: a line for each drift that appears, until it is told to end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from engine.store import open_stores
from tests.support.command import driftguard
from tests.support.small_bundle import write_bundle, write_snapshot

CONFIG = """
[[source]]
name = "code"
kind = "terraform_state"
path = "terraform"

[[source]]
name = "aws"
kind = "aws"
path = "aws"
"""


def test_it_tells_of_drift_as_it_comes_and_ends_cleanly(tmp_path: Path) -> None:
    write_bundle(tmp_path, live={"VisibilityTimeout": "600"})
    (tmp_path / "driftguard.toml").write_text(CONFIG)
    with subprocess.Popen(
        [sys.executable, "-m", "driftguard_tui", "watch", "--every", "1h", "--format", "ndjson", "--store", "store"],
        cwd=tmp_path, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as watch:  # fmt: skip
        try:
            assert watch.stdout is not None
            first = json.loads(watch.stdout.readline() or "{}")
            write_snapshot(tmp_path / "aws" / "snapshot.json")
            then = json.loads(watch.stdout.readline() or "{}")
            watch.send_signal(signal.SIGTERM)
            rest, errors = watch.communicate(timeout=60)
        finally:
            watch.kill()
    assert [(one["what"], one["drift"]["resource"]["name"]) for one in (first, then)] == [
        ("appeared", "orders"), ("gone", "orders"),
    ]  # fmt: skip
    assert (watch.returncode, rest, errors) == (0, "", "")
    with open_stores(tmp_path / "store") as stores:
        assert len(stores.timeline.last_reports()) == 1


def test_without_a_source_there_is_nothing_to_watch(tmp_path: Path) -> None:
    (tmp_path / "driftguard.toml").write_text("")
    status, _, err = driftguard("watch", "--config", tmp_path / "driftguard.toml")
    assert status == 1
    assert "there is none" in err
