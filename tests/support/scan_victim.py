"""A process that scans a bundle as the command line does, until somebody kills it."""

import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import xgboost  # noqa: F401 - so that a scan begins with what it does, not with what it imports

import driftguard_tui.cli.scan  # noqa: F401
import engine.pipeline
import engine.store.ledger
import engine.store.timeline  # noqa: F401
from driftguard_tui.cli import run


def scan(bundle: Path, store: Path, signs: Connection) -> None:
    """Says when it begins and when it has ended."""
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - until it is killed
    signs.send("begins")
    run(["scan", "--bundle", str(bundle), "--store", str(store)])
    signs.send("has ended")
